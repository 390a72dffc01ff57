"""HTTP of tracks."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from flask import Response, current_app
from flask.views import MethodView

from server.core.database import db
from server.core.http import API_PREFIX, EVERYONE, Blueprint, current_user
from server.identity.scope import visible_rep
from server.plans.schemas import RouteArgs
from server.tracks.day import track_of
from server.tracks.formats import FORMATS
from server.tracks.geometry import geometry
from server.tracks.roads import road_lines  # noqa: F401  fills the port

blueprint = Blueprint(
    "tracks", __name__, url_prefix=API_PREFIX, description="A day's route as a file for maps and devices"
)
TEXT = {"type": "string"}
COLLECTION = {
    "type": "object",
    "properties": {"type": {"const": "FeatureCollection"}, "features": {"type": "array", "items": {"type": "object"}}},
    "required": ["type", "features"],
}


@blueprint.route("/reps/<uuid:rep_id>/route.gpx")
class Gpx(MethodView):
    @blueprint.allow(*EVERYONE)
    @blueprint.arguments(RouteArgs, location="query")
    @blueprint.response(200, TEXT, content_type=FORMATS["gpx"].content_type)
    def get(self, args: dict[str, Any], rep_id: UUID) -> Response:
        """Download a rep's day as GPX 1.1, for navigation devices and apps."""
        return _file("gpx", rep_id, args["date"])


@blueprint.route("/reps/<uuid:rep_id>/route.kml")
class Kml(MethodView):
    @blueprint.allow(*EVERYONE)
    @blueprint.arguments(RouteArgs, location="query")
    @blueprint.response(200, TEXT, content_type=FORMATS["kml"].content_type)
    def get(self, args: dict[str, Any], rep_id: UUID) -> Response:
        """Download a rep's day as KML 2.2, for maps on the desk."""
        return _file("kml", rep_id, args["date"])


@blueprint.route("/reps/<uuid:rep_id>/route.geojson")
class GeoJson(MethodView):
    @blueprint.allow(*EVERYONE)
    @blueprint.arguments(RouteArgs, location="query")
    @blueprint.response(200, COLLECTION, content_type=FORMATS["geojson"].content_type)
    def get(self, args: dict[str, Any], rep_id: UUID) -> Response:
        """Download a rep's day as GeoJSON (RFC 7946): its stops, the lines between them, and what it comes to."""
        return _file("geojson", rep_id, args["date"])


def _file(name: str, rep_id: UUID, day: date | None) -> Response:
    rep = visible_rep(db.session(), current_user(), rep_id)
    track = track_of(rep, day, geometry(current_app.extensions["settings"]))
    chosen = FORMATS[name]
    headers = {
        "Content-Disposition": f"attachment; filename=route-{track.day.isoformat()}.{name}", "Cache-Control": "private, no-cache"
    }  # fmt: skip
    return Response(chosen.write(track), content_type=f"{chosen.content_type}; charset=utf-8", headers=headers)
