"""HTTP of explanations."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask.views import MethodView

from server.core.database import db
from server.core.http import API_PREFIX, EVERYONE, LEADERS, Blueprint, Role, current_user
from server.core.pages import PageArgs, page_schema
from server.identity.scope import own_rep, visible_rep
from server.plans.explain import overload, schemas
from server.reps.models import Rep

blueprint = Blueprint(
    "explanations",
    __name__,
    url_prefix=API_PREFIX,
    description="Why a visit is planned or not, and what there is no time for",
)


@blueprint.route("/me/plan/why")
class MyWhy(MethodView):
    @blueprint.allow(Role.REP)
    @blueprint.arguments(schemas.WhyArgs, location="query")
    @blueprint.response(200, schemas.AccountWhySchema)
    def get(self, args: dict[str, Any]) -> Any:
        """Explain an account in the signed-in rep's plan: its visit, and the smallest changes that would admit what it lacks."""
        return _why(own_rep(current_user()), args)


@blueprint.route("/reps/<uuid:rep_id>/plan/why")
class RepWhy(MethodView):
    @blueprint.allow(*EVERYONE)
    @blueprint.arguments(schemas.WhyArgs, location="query")
    @blueprint.response(200, schemas.AccountWhySchema)
    def get(self, args: dict[str, Any], rep_id: UUID) -> Any:
        """Explain an account in a rep's plan: its visit, and the smallest changes that would admit what it lacks."""
        return _why(_rep(rep_id), args)


@blueprint.route("/reps/<uuid:rep_id>/overload")
class RepOverload(MethodView):
    @blueprint.allow(*EVERYONE)
    @blueprint.response(200, schemas.OverloadSchema)
    def get(self, rep_id: UUID) -> Any:
        """Say which visits of the coming weeks a rep has no time for, and what would keep them."""
        return overload.overload_of(_rep(rep_id))


@blueprint.route("/overload")
class Overloads(MethodView):
    @blueprint.allow(*LEADERS)
    @blueprint.arguments(PageArgs, location="query")
    @blueprint.response(200, page_schema(schemas.OverloadSchema))
    def get(self, args: dict[str, Any]) -> Any:
        """The same for every active rep whom you lead."""
        return overload.overloads(current_user(), args["cursor"], args["limit"])


def _rep(rep_id: UUID) -> Rep:
    return visible_rep(db.session(), current_user(), rep_id)


def _why(rep: Rep, args: dict[str, Any]) -> dict[str, Any]:
    from server.plans.explain import why  # loads OR-Tools, which most processes never need

    return why.why_of(current_user(), rep, args["account_id"], args["day"])
