"""HTTP of accounts, their contacts, and segments."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask.views import MethodView

from server.accounts import contacts, listing, segments, service
from server.accounts import near as nearby
from server.accounts import schemas as s
from server.core.database import db
from server.core.http import (
    API_PREFIX,
    EVERYONE,
    LEADERS,
    Blueprint,
    Role,
    check_version,
    current_user,
    tagged,
)
from server.core.idempotency import create_remembered
from server.core.pages import Page, PageArgs, page_schema

blueprint = Blueprint("accounts", __name__, url_prefix=API_PREFIX, description="Accounts, contacts and segments")


@blueprint.route("/accounts")
class Accounts(MethodView):
    @blueprint.allow(*EVERYONE)
    @blueprint.arguments(s.AccountFilterArgs, location="query")
    @blueprint.response(200, page_schema(s.AccountSchema))
    def get(self, args: dict[str, Any]) -> Page:
        """List the accounts that you may see, by name."""
        cursor, limit = args.pop("cursor"), args.pop("limit")
        return listing.find(current_user(), args, cursor, limit)

    @blueprint.allow(*EVERYONE)
    @blueprint.arguments(s.AccountCreateSchema)
    @blueprint.repeatable(s.AccountSchema)
    @blueprint.response(201, s.AccountSchema)
    def post(self, values: dict[str, Any]) -> Any:
        """Open an account.  A rep owns what they open; an external id that exists is a 409 that shows what is stored."""
        user = current_user()
        row, new = create_remembered(
            user.id, values, lambda rest: (service.create(user, rest), True),
            lambda row_id: service.get(user, row_id), s.AccountSchema().dump, kind="account",
        )  # fmt: skip
        return tagged(row, 201 if new else 200)


@blueprint.route("/accounts/near")
class Near(MethodView):
    @blueprint.allow(*EVERYONE)
    @blueprint.arguments(s.NearArgs, location="query")
    @blueprint.response(200, page_schema(s.NearbyAccountSchema))
    def get(self, args: dict[str, Any]) -> Page:
        """Accounts around a point, nearest first."""
        session = db.session()
        miles, metres = args.get("radius_miles"), args.get("radius_metres")
        radius = miles * nearby.METRES_PER_MILE if miles else metres or service.company(session).radius_metres
        return nearby.near(session, current_user(), args["lat"], args["lon"], radius, args["limit"], args["cursor"])


@blueprint.route("/accounts/<uuid:account_id>")
class AccountItem(MethodView):
    @blueprint.allow(*EVERYONE)
    @blueprint.response(200, s.AccountDetailSchema)
    def get(self, account_id: UUID) -> Any:
        """One account, with the settings that hold for it and where they come from."""
        return tagged_detail(service.get(current_user(), account_id))

    @blueprint.allow(*EVERYONE)
    @blueprint.versioned
    @blueprint.arguments(s.AccountPatchSchema)
    @blueprint.response(200, s.AccountDetailSchema)
    def patch(self, values: dict[str, Any], account_id: UUID) -> Any:
        """Change an account.  Owner, team, segment, priority and archiving are a manager's."""
        return tagged_detail(service.update(current_user(), account_id, values, check_version))

    @blueprint.allow(*LEADERS)
    @blueprint.versioned
    @blueprint.response(204)
    def delete(self, account_id: UUID) -> None:
        """Archive an account: out of lists and plans, its history stays.  PATCH archived=false brings it back."""
        service.archive(current_user(), account_id, check_version)


def tagged_detail(account: Any) -> tuple[Any, int, dict[str, str]]:
    return tagged(service.Detail(account, service.effective(account)))


@blueprint.route("/accounts/<uuid:account_id>/contacts")
class Contacts(MethodView):
    @blueprint.allow(*EVERYONE)
    @blueprint.arguments(PageArgs, location="query")
    @blueprint.response(200, page_schema(s.ContactSchema))
    def get(self, args: dict[str, Any], account_id: UUID) -> Page:
        """The contacts of an account, by name."""
        return contacts.find(current_user(), account_id, args["cursor"], args["limit"])

    @blueprint.allow(*EVERYONE)
    @blueprint.arguments(s.ContactCreateSchema)
    @blueprint.repeatable(s.ContactSchema)
    @blueprint.response(201, s.ContactSchema)
    def post(self, values: dict[str, Any], account_id: UUID) -> Any:
        """Add a contact to an account."""
        user = current_user()
        row, new = create_remembered(
            user.id, values, lambda rest: (contacts.create(user, account_id, rest), True),
            lambda row_id: contacts.get(user, row_id), s.ContactSchema().dump, kind="contact", of=account_id,
        )  # fmt: skip
        return tagged(row, 201 if new else 200)


@blueprint.route("/contacts/<uuid:contact_id>")
class ContactItem(MethodView):
    @blueprint.allow(*EVERYONE)
    @blueprint.response(200, s.ContactSchema)
    def get(self, contact_id: UUID) -> Any:
        """One contact."""
        return tagged(contacts.get(current_user(), contact_id))

    @blueprint.allow(*EVERYONE)
    @blueprint.versioned
    @blueprint.arguments(s.ContactPatchSchema)
    @blueprint.response(200, s.ContactSchema)
    def patch(self, values: dict[str, Any], contact_id: UUID) -> Any:
        """Change a contact."""
        return tagged(contacts.change(current_user(), contact_id, values, check_version))

    @blueprint.allow(*EVERYONE)
    @blueprint.versioned
    @blueprint.response(204)
    def delete(self, contact_id: UUID) -> None:
        """Remove a contact."""
        contacts.delete(current_user(), contact_id, check_version)


@blueprint.route("/segments")
class Segments(MethodView):
    @blueprint.allow(*EVERYONE)
    @blueprint.arguments(PageArgs, location="query")
    @blueprint.response(200, page_schema(s.SegmentSchema))
    def get(self, args: dict[str, Any]) -> Page:
        """All segments, the most important first."""
        return segments.find(args["cursor"], args["limit"])

    @blueprint.allow(Role.ADMIN)
    @blueprint.arguments(s.SegmentCreateSchema)
    @blueprint.alt_response(409, "CONFLICT")
    @blueprint.response(201, s.SegmentSchema)
    def post(self, values: dict[str, Any]) -> Any:
        """Make a segment."""
        return tagged(segments.create(values), 201)


@blueprint.route("/segments/<string:code>")
class SegmentItem(MethodView):
    @blueprint.allow(*EVERYONE)
    @blueprint.response(200, s.SegmentSchema)
    def get(self, code: str) -> Any:
        """One segment."""
        return tagged(segments.get(code))

    @blueprint.allow(Role.ADMIN)
    @blueprint.versioned
    @blueprint.arguments(s.SegmentPatchSchema)
    @blueprint.response(200, s.SegmentSchema)
    def patch(self, values: dict[str, Any], code: str) -> Any:
        """Change a segment; whoever has accounts in it is planned anew."""
        return tagged(segments.change(code, values, check_version))

    @blueprint.allow(Role.ADMIN)
    @blueprint.versioned
    @blueprint.response(204)
    def delete(self, code: str) -> None:
        """Remove a segment that no account is in."""
        segments.delete(code, check_version)
