"""HTTP of travel times."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask.views import MethodView

from server.core.http import API_PREFIX, EVERYONE, LEADERS, Blueprint, current_user
from server.travel.isochrone import isochrone
from server.travel.reach import reach
from server.travel.schemas import IsochroneArgs, IsochroneSchema, ReachArgs, ReachSchema, TravelStatusSchema
from server.travel.status import status_now

blueprint = Blueprint("travel", __name__, url_prefix=API_PREFIX, description="Driving times, and what can be reached")


@blueprint.route("/travel")
class Travel(MethodView):
    @blueprint.allow(*LEADERS)
    @blueprint.response(200, TravelStatusSchema)
    def get(self) -> dict[str, Any]:
        """Where driving times come from, and how the road engine is"""
        return status_now()


@blueprint.route("/reps/<uuid:rep_id>/reach")
class Reach(MethodView):
    @blueprint.allow(*EVERYONE)
    @blueprint.arguments(ReachArgs, location="query")
    @blueprint.response(200, ReachSchema)
    def get(self, args: dict[str, Any], rep_id: UUID) -> dict[str, Any]:
        """The accounts that a rep reaches within some minutes of home"""
        return reach(current_user(), rep_id, **args)


@blueprint.route("/reps/<uuid:rep_id>/isochrone")
class Isochrone(MethodView):
    @blueprint.allow(*EVERYONE)
    @blueprint.arguments(IsochroneArgs, location="query")
    @blueprint.response(200, IsochroneSchema)
    def get(self, args: dict[str, Any], rep_id: UUID) -> dict[str, Any]:
        """The area that a rep reaches within some minutes of home, as GeoJSON"""
        return isochrone(current_user(), rep_id, **args)
