"""HTTP of routes and plans."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, make_response, request
from flask.views import MethodView

from server.core.database import db
from server.core.http import API_PREFIX, EVERYONE, LEADERS, Blueprint, Role, current_user
from server.core.pages import PageArgs, page_schema
from server.identity.scope import own_rep, visible_rep
from server.plans import progress, route, schemas, service
from server.plans.unplanned import unplanned
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


@blueprint.route("/reps/<uuid:rep_id>/plan")
class RepPlan(MethodView):
    @blueprint.allow(*EVERYONE)
    @blueprint.response(200, schemas.RepPlanSchema)
    def get(self, rep_id: UUID) -> Any:
        """Read the published version of a rep's plan, and how far planning is."""
        return service.current(current_user(), rep_id)

    @blueprint.allow(*LEADERS)
    @blueprint.response(202, schemas.PlanningSchema)
    def post(self, rep_id: UUID) -> Any:
        """Ask for a new search over the whole horizon."""
        return service.ask(current_user(), rep_id)


@blueprint.route("/reps/<uuid:rep_id>/plans")
class RepPlans(MethodView):
    @blueprint.allow(*EVERYONE)
    @blueprint.arguments(PageArgs, location="query")
    @blueprint.response(200, page_schema(schemas.PlanVersionSchema))
    def get(self, args: dict[str, Any], rep_id: UUID) -> Any:
        """List the versions of a rep's plan, newest first."""
        return service.versions(current_user(), rep_id, args)


@blueprint.route("/planning/failing")
class Failing(MethodView):
    @blueprint.allow(*LEADERS)
    @blueprint.arguments(PageArgs, location="query")
    @blueprint.response(200, page_schema(schemas.FailingRepSchema))
    def get(self, args: dict[str, Any]) -> Any:
        """List the reps whose planning fails, of those you lead: their last plan is served meanwhile."""
        return progress.failing(current_user(), args["cursor"], args["limit"])


@blueprint.route("/plans/<uuid:plan_id>")
class OnePlan(MethodView):
    @blueprint.allow(*EVERYONE)
    @blueprint.response(200, schemas.PlanVersionSchema)
    def get(self, plan_id: UUID) -> Any:
        """Read one version."""
        return service.shown(service.version_of(current_user(), plan_id))


@blueprint.route("/plans/<uuid:plan_id>/diff")
class PlanDiff(MethodView):
    @blueprint.allow(*EVERYONE)
    @blueprint.arguments(schemas.DiffArgs, location="query")
    @blueprint.response(200, schemas.DiffSchema)
    def get(self, args: dict[str, Any], plan_id: UUID) -> Any:
        """Say what a version does otherwise than another one."""
        return service.diff(current_user(), plan_id, args["against"])


@blueprint.route("/plans/<uuid:plan_id>/unplanned")
class PlanUnplanned(MethodView):
    @blueprint.allow(*EVERYONE)
    @blueprint.arguments(schemas.UnplannedArgs, location="query")
    @blueprint.response(200, schemas.UnplannedListSchema)
    def get(self, args: dict[str, Any], plan_id: UUID) -> Any:
        """List what a version leaves out, each with its reason."""
        return {"items": unplanned(service.version_of(current_user(), plan_id), args["reason"])}


@blueprint.route("/plans/<uuid:plan_id>/approve")
class ApprovePlan(MethodView):
    @blueprint.allow(*LEADERS)
    @blueprint.response(200, schemas.PlanVersionSchema)
    @blueprint.alt_response(409, "CONFLICT")
    def post(self, plan_id: UUID) -> Any:
        """Publish a version that waits for approval."""
        return service.approve(current_user(), plan_id)


@blueprint.route("/plans/<uuid:plan_id>/reject")
class RejectPlan(MethodView):
    @blueprint.allow(*LEADERS)
    @blueprint.response(200, schemas.PlanVersionSchema)
    @blueprint.alt_response(409, "CONFLICT")
    def post(self, plan_id: UUID) -> Any:
        """Discard a version that waits for approval."""
        return service.reject(current_user(), plan_id)


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
