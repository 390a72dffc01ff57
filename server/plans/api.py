"""HTTP of routes and plans."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, make_response, request
from flask.views import MethodView

from server.core.database import db
from server.core.http import API_PREFIX, EVERYONE, LEADERS, Blueprint, Role, current_user
from server.identity.scope import own_rep, visible_rep
from server.plans import route, schemas
from server.reps.models import Rep

blueprint = Blueprint(
    "plans", __name__, url_prefix=API_PREFIX, description="The day's route, and plans with their reasons"
)


@blueprint.route("/me/route")
class MyRoute(MethodView):
    @blueprint.allow(Role.REP)
    @blueprint.arguments(schemas.RouteArgs, location="query")
    @blueprint.response(200, schemas.RouteSchema)
    @blueprint.alt_response(304, description="As the ETag in If-None-Match says", success=True)
    def get(self, args: dict[str, Any]) -> Any:
        """Read the signed-in rep's day: stops in order, when to leave, why, and what has changed."""
        return _tagged(route.day_of(own_rep(current_user()), args["date"], remember=True))


@blueprint.route("/reps/<uuid:rep_id>/route")
class RepRoute(MethodView):
    @blueprint.allow(*EVERYONE)
    @blueprint.arguments(schemas.RouteArgs, location="query")
    @blueprint.response(200, schemas.RouteSchema)
    @blueprint.alt_response(304, description="As the ETag in If-None-Match says", success=True)
    def get(self, args: dict[str, Any], rep_id: UUID) -> Any:
        """Read a rep's day."""
        return _tagged(route.day_of(_rep(rep_id), args["date"], remember=False))


@blueprint.route("/me/schedule")
class MySchedule(MethodView):
    @blueprint.allow(Role.REP)
    @blueprint.arguments(schemas.ScheduleArgs, location="query")
    @blueprint.response(200, schemas.ScheduleSchema)
    @blueprint.alt_response(304, description="As the ETag in If-None-Match says", success=True)
    def get(self, args: dict[str, Any]) -> Any:
        """Read the signed-in rep's coming days."""
        return _tagged(route.schedule_of(own_rep(current_user()), args["first"], args["last"]))


@blueprint.route("/reps/<uuid:rep_id>/schedule")
class RepSchedule(MethodView):
    @blueprint.allow(*EVERYONE)
    @blueprint.arguments(schemas.ScheduleArgs, location="query")
    @blueprint.response(200, schemas.ScheduleSchema)
    @blueprint.alt_response(304, description="As the ETag in If-None-Match says", success=True)
    def get(self, args: dict[str, Any], rep_id: UUID) -> Any:
        """Read a rep's coming days."""
        return _tagged(route.schedule_of(_rep(rep_id), args["first"], args["last"]))


def _rep(rep_id: UUID) -> Rep:
    return visible_rep(db.session(), current_user(), rep_id)


def _tagged(view: dict[str, Any]) -> Any:
    """The view with an ETag made from its content, or 304 where the client has it already."""
    etag = view.pop("etag")
    if request.if_none_match.contains(etag):
        return _not_modified(etag)
    return view, 200, {"ETag": f'"{etag}"', "Cache-Control": "private, no-cache"}


def _not_modified(etag: str) -> Response:
    response = make_response("", 304)
    response.set_etag(etag)
    return response


__all__ = ["LEADERS", "blueprint"]
