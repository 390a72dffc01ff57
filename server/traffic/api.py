"""HTTP of speeds by the hour of the week."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response
from flask.views import MethodView

from server.core.http import API_PREFIX, EVERYONE, LEADERS, UPLOAD, Blueprint, Role, current_user, tagged
from server.traffic import service, sheet
from server.traffic.default import AREAS
from server.traffic.schemas import (
    OwnTableSchema,
    RepSpeedsSchema,
    SheetSchema,
    SpeedTableSchema,
    SpeedTablesSchema,
)

blueprint = Blueprint(
    "traffic", __name__, url_prefix=API_PREFIX, description="How much slower than on empty roads one drives when"
)
FOLLOWS = "Stored; plans follow"
AREA: list[Any] = [{"in": "path", "name": "area", "required": True, "schema": {"type": "string", "enum": list(AREAS)}}]


@blueprint.route("/speed-tables")
class SpeedTables(MethodView):
    @blueprint.allow(*LEADERS)
    @blueprint.response(200, SpeedTablesSchema)
    def get(self) -> Any:
        """All tables: the default or your own, and what was learned"""
        return service.shown(current_user())


@blueprint.route("/speed-tables/<string:area>", parameters=AREA)
class OneSpeedTable(MethodView):
    @blueprint.allow(*LEADERS)
    @blueprint.response(200, SpeedTableSchema)
    def get(self, area: str) -> Any:
        """The table of one kind of area: city, town or rural"""
        return tagged(service.one(current_user(), area))

    @blueprint.allow(Role.ADMIN)
    @blueprint.versioned
    @blueprint.arguments(OwnTableSchema)
    @blueprint.response(200, SpeedTableSchema)
    @blueprint.alt_response(202, schema=SpeedTableSchema, description=FOLLOWS, success=True)
    def put(self, body: dict[str, Any], area: str) -> Any:
        """Write your own table instead of the default; plans that depend on it are made anew"""
        return tagged(service.put(current_user(), area, body["bands"]))

    @blueprint.allow(Role.ADMIN)
    @blueprint.versioned
    @blueprint.response(204)
    @blueprint.alt_response(202, description=FOLLOWS, success=True)
    def delete(self, area: str) -> None:
        """Take your own table back; the default holds"""
        service.remove(area)


@blueprint.route("/speed-tables/<string:area>/csv", parameters=AREA)
class SpeedSheet(MethodView):
    @blueprint.allow(*LEADERS)
    @blueprint.response(200, {"type": "string"}, content_type="text/csv")
    def get(self, area: str) -> Response:
        """The table as CSV, as PUT takes it"""
        table = service.one(current_user(), area)
        headers = {
            "Content-Disposition": f"attachment; filename=speeds-{table.area}.csv",
            "ETag": f'"v{table.version}"',
        }
        return Response(sheet.written(table.bands), content_type="text/csv; charset=utf-8", headers=headers)

    @blueprint.allow(Role.ADMIN)
    @blueprint.versioned
    @blueprint.arguments(SheetSchema, location=UPLOAD)
    @blueprint.response(200, SpeedTableSchema)
    @blueprint.alt_response(202, schema=SpeedTableSchema, description=FOLLOWS, success=True)
    @blueprint.alt_response(413, "REQUEST_ENTITY_TOO_LARGE")
    def put(self, form: dict[str, Any], area: str) -> Any:
        """Write your own table from a CSV file"""
        return tagged(service.put(current_user(), area, sheet.read(form["file"].stream.read(sheet.MOST_BYTES + 1))))


@blueprint.route("/reps/<uuid:rep_id>/speeds")
class RepSpeeds(MethodView):
    @blueprint.allow(*EVERYONE)
    @blueprint.response(200, RepSpeedsSchema)
    def get(self, rep_id: UUID) -> Any:
        """The table that a rep's plans are made with, and who says so"""
        return service.of_rep(current_user(), rep_id)
