"""HTTP of cadences, pauses and must-visits."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask.views import MethodView

from server.cadences import schemas, service, wishes
from server.core.http import API_PREFIX, EVERYONE, LEADERS, Blueprint, current_user, tagged
from server.core.idempotency import create_remembered
from server.core.pages import PageArgs, page_schema

blueprint = Blueprint("cadences", __name__, url_prefix=API_PREFIX, description="How often accounts are to be seen")

CadencePage = page_schema(schemas.CadenceSchema)
PausePage = page_schema(schemas.PauseSchema)
MustVisitPage = page_schema(schemas.MustVisitSchema)


@blueprint.route("/cadences")
class Cadences(MethodView):
    @blueprint.allow(*EVERYONE)
    @blueprint.arguments(schemas.CadenceArgs, location="query")
    @blueprint.response(200, CadencePage)
    def get(self, args: dict[str, Any]) -> Any:
        """List cadence policies."""
        return service.listed(current_user(), args)

    @blueprint.allow(*LEADERS)
    @blueprint.arguments(schemas.CadenceCreateSchema)
    @blueprint.response(201, schemas.CadenceSchema)
    @blueprint.repeatable(schemas.CadenceSchema)
    @blueprint.alt_response(202, schema=schemas.CadenceSchema, description="Stored; plans follow", success=True)
    def post(self, values: dict[str, Any]) -> Any:
        """Set the cadence of a channel for the organisation, a segment (admins) or an account (managers too)."""
        user, show = current_user(), schemas.CadenceSchema().dump
        policy, new = create_remembered(
            user.id, values, lambda rest: service.create(user, rest, show), lambda row_id: service.get(user, row_id), show,
            kind="cadence",
        )  # fmt: skip
        return tagged(policy, 201 if new else 200)


@blueprint.route("/cadences/<uuid:policy_id>")
class OneCadence(MethodView):
    @blueprint.allow(*EVERYONE)
    @blueprint.response(200, schemas.CadenceSchema)
    def get(self, policy_id: UUID) -> Any:
        """Read a cadence policy."""
        return tagged(service.get(current_user(), policy_id))

    @blueprint.allow(*LEADERS)
    @blueprint.arguments(schemas.CadenceFields)
    @blueprint.response(200, schemas.CadenceSchema)
    @blueprint.alt_response(202, schema=schemas.CadenceSchema, description="Stored; plans follow", success=True)
    @blueprint.versioned
    def patch(self, values: dict[str, Any], policy_id: UUID) -> Any:
        """Change a cadence policy; with another mode, set the fields of the old one to null."""
        return tagged(service.change(current_user(), policy_id, values))

    @blueprint.allow(*LEADERS)
    @blueprint.response(204)
    @blueprint.versioned
    def delete(self, policy_id: UUID) -> None:
        """Remove a cadence policy: the wider scope speaks again."""
        service.remove(current_user(), policy_id)


@blueprint.route("/accounts/<uuid:account_id>/pauses")
class Pauses(MethodView):
    @blueprint.allow(*EVERYONE)
    @blueprint.arguments(PageArgs, location="query")
    @blueprint.response(200, PausePage)
    def get(self, args: dict[str, Any], account_id: UUID) -> Any:
        """List the pauses of an account."""
        return wishes.pauses(current_user(), account_id, args)

    @blueprint.allow(*EVERYONE)
    @blueprint.arguments(schemas.PauseCreateSchema)
    @blueprint.response(201, schemas.PauseSchema)
    @blueprint.repeatable(schemas.PauseSchema)
    @blueprint.alt_response(202, schema=schemas.PauseSchema, description="Stored; plans follow", success=True)
    def post(self, values: dict[str, Any], account_id: UUID) -> Any:
        """Stop the clock of an account on these days, which no other pause has (a rep: from today on)."""
        user = current_user()
        made, new = create_remembered(
            user.id, values, lambda rest: wishes.pause(user, account_id, rest),
            lambda row_id: wishes.one_pause(user, account_id, row_id), schemas.PauseSchema().dump, kind="pause", of=account_id,
        )  # fmt: skip
        return tagged(made, 201 if new else 200)


@blueprint.route("/accounts/<uuid:account_id>/pauses/<uuid:pause_id>")
class OnePause(MethodView):
    @blueprint.allow(*EVERYONE)
    @blueprint.response(200, schemas.PauseSchema)
    def get(self, account_id: UUID, pause_id: UUID) -> Any:
        """Read a pause."""
        return tagged(wishes.one_pause(current_user(), account_id, pause_id))

    @blueprint.allow(*EVERYONE)
    @blueprint.arguments(schemas.PausePatchSchema)
    @blueprint.response(200, schemas.PauseSchema)
    @blueprint.alt_response(202, schema=schemas.PauseSchema, description="Stored; plans follow", success=True)
    @blueprint.versioned
    def patch(self, values: dict[str, Any], account_id: UUID, pause_id: UUID) -> Any:
        """Change the days or the reason of a pause (a rep: only days from today on)."""
        return tagged(wishes.change_pause(current_user(), account_id, pause_id, values))

    @blueprint.allow(*EVERYONE)
    @blueprint.response(204)
    @blueprint.versioned
    def delete(self, account_id: UUID, pause_id: UUID) -> None:
        """Take a pause back (a rep: one that begins today or later)."""
        wishes.resume(current_user(), account_id, pause_id)


@blueprint.route("/must-visits")
class MustVisits(MethodView):
    @blueprint.allow(*EVERYONE)
    @blueprint.arguments(schemas.MustVisitArgs, location="query")
    @blueprint.response(200, MustVisitPage)
    def get(self, args: dict[str, Any]) -> Any:
        """List the visits that people asked for."""
        return wishes.must_visits(current_user(), args)

    @blueprint.allow(*EVERYONE)
    @blueprint.arguments(schemas.MustVisitCreateSchema)
    @blueprint.response(201, schemas.MustVisitSchema)
    @blueprint.repeatable(schemas.MustVisitSchema)
    @blueprint.alt_response(202, schema=schemas.MustVisitSchema, description="Stored; plans follow", success=True)
    def post(self, values: dict[str, Any]) -> Any:
        """Ask for a visit on any day of a period that is not over."""
        user = current_user()
        made, new = create_remembered(
            user.id, values, lambda rest: wishes.ask_visit(user, rest.pop("account_id"), rest),
            lambda row_id: wishes.must_visit(user, row_id), schemas.MustVisitSchema().dump, kind="must-visit",
        )  # fmt: skip
        return tagged(made, 201 if new else 200)


@blueprint.route("/must-visits/<uuid:must_id>")
class OneMustVisit(MethodView):
    @blueprint.allow(*EVERYONE)
    @blueprint.response(200, schemas.MustVisitSchema)
    def get(self, must_id: UUID) -> Any:
        """Read a must-visit."""
        return tagged(wishes.must_visit(current_user(), must_id))

    @blueprint.allow(*EVERYONE)
    @blueprint.arguments(schemas.MustVisitPatchSchema)
    @blueprint.response(200, schemas.MustVisitSchema)
    @blueprint.alt_response(202, schema=schemas.MustVisitSchema, description="Stored; plans follow", success=True)
    @blueprint.versioned
    def patch(self, values: dict[str, Any], must_id: UUID) -> Any:
        """Change the period or note of a must-visit."""
        return tagged(wishes.change_wish(current_user(), must_id, values))

    @blueprint.allow(*EVERYONE)
    @blueprint.response(204)
    @blueprint.versioned
    def delete(self, must_id: UUID) -> None:
        """Withdraw a must-visit."""
        wishes.drop_wish(current_user(), must_id)
