"""HTTP of links between accounts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask.views import MethodView

from server.core.http import API_PREFIX, EVERYONE, LEADERS, Blueprint, current_user, tagged
from server.core.idempotency import create_remembered
from server.core.pages import Page, page_schema
from server.links import service
from server.links.schemas import LinkArgs, LinkChangeSchema, LinkCreateSchema, LinkSchema

blueprint = Blueprint("account links", __name__, url_prefix=API_PREFIX, description="What holds between accounts")
FOLLOWS = "Stored; plans follow"


@blueprint.route("/account-links")
class Links(MethodView):
    @blueprint.allow(*EVERYONE)
    @blueprint.arguments(LinkArgs, location="query")
    @blueprint.response(200, page_schema(LinkSchema))
    def get(self, args: dict[str, Any]) -> Page:
        """Links of the accounts that you may see"""
        return service.listed(current_user(), args)

    @blueprint.allow(*LEADERS)
    @blueprint.arguments(LinkCreateSchema)
    @blueprint.response(201, LinkSchema)
    @blueprint.repeatable(LinkSchema)
    @blueprint.alt_response(202, schema=LinkSchema, description=FOLLOWS, success=True)
    def post(self, body: dict[str, Any]) -> Any:
        """Keep accounts apart, with one rep or on one day.  What stands against it is in `conflicts`; it is stored all the same"""
        user = current_user()
        shown, new = create_remembered(
            user.id, body, lambda rest: (service.create(user, rest), True), lambda row_id: service.get(user, row_id),
            LinkSchema().dump, kind="account link",
        )  # fmt: skip
        return tagged(shown, 201 if new else 200)


@blueprint.route("/account-links/<uuid:link_id>")
class OneLink(MethodView):
    @blueprint.allow(*EVERYONE)
    @blueprint.response(200, LinkSchema)
    def get(self, link_id: UUID) -> Any:
        """One link"""
        return tagged(service.get(current_user(), link_id))

    @blueprint.allow(*LEADERS)
    @blueprint.versioned
    @blueprint.arguments(LinkChangeSchema)
    @blueprint.response(200, LinkSchema)
    @blueprint.alt_response(202, schema=LinkSchema, description=FOLLOWS, success=True)
    def patch(self, body: dict[str, Any], link_id: UUID) -> Any:
        """Name other accounts, or change the note"""
        return tagged(service.change(current_user(), link_id, body))

    @blueprint.allow(*LEADERS)
    @blueprint.versioned
    @blueprint.response(204)
    @blueprint.alt_response(202, description=FOLLOWS, success=True)
    def delete(self, link_id: UUID) -> None:
        """End a link"""
        service.remove(current_user(), link_id)
