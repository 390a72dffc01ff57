"""HTTP of activities."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask.views import MethodView

from server.activities import batch, schemas, service
from server.core.http import API_PREFIX, EVERYONE, Blueprint, current_user, tagged
from server.core.pages import page_schema

blueprint = Blueprint("activities", __name__, url_prefix=API_PREFIX, description="What was done")

ActivityPage = page_schema(schemas.ActivitySchema)
Stored = schemas.ActivitySchema


@blueprint.route("/activities")
class Activities(MethodView):
    @blueprint.allow(*EVERYONE)
    @blueprint.arguments(schemas.ActivityArgs, location="query")
    @blueprint.response(200, ActivityPage)
    def get(self, args: dict[str, Any]) -> Any:
        """List activities, the newest day first."""
        return service.listed(current_user(), args)

    @blueprint.allow(*EVERYONE)
    @blueprint.arguments(schemas.ActivityCreateSchema)
    @blueprint.response(201, Stored)
    @blueprint.alt_response(200, schema=Stored, description="Stored already", success=True)
    @blueprint.alt_response(202, schema=Stored, description="Stored; the plan follows", success=True)
    @blueprint.alt_response(409, "CONFLICT")
    def post(self, values: dict[str, Any]) -> Any:
        """Log what was done."""
        row, new = service.create(current_user(), values, schemas.ActivitySchema().dump)
        return tagged(row, 201 if new else 200)


@blueprint.route("/activities/batch")
class ActivityBatch(MethodView):
    @blueprint.allow(*EVERYONE)
    @blueprint.arguments(schemas.BatchSchema)
    @blueprint.response(200, schemas.BatchResultSchema)
    @blueprint.alt_response(202, schema=schemas.BatchResultSchema, description="Stored; the plan follows", success=True)
    def post(self, values: dict[str, Any]) -> Any:
        """Log a queue of activities, in any order and any number of times; every one has its own result."""
        return {"results": batch.store(current_user().id, values["activities"], values["device_time"])}


@blueprint.route("/activities/<uuid:activity_id>")
class OneActivity(MethodView):
    @blueprint.allow(*EVERYONE)
    @blueprint.response(200, Stored)
    def get(self, activity_id: UUID) -> Any:
        """Read an activity."""
        return tagged(service.get(current_user(), activity_id))

    @blueprint.allow(*EVERYONE)
    @blueprint.arguments(schemas.ActivityPatchSchema)
    @blueprint.response(200, Stored)
    @blueprint.alt_response(202, schema=Stored, description="Stored; the plan follows", success=True)
    @blueprint.versioned
    def patch(self, values: dict[str, Any], activity_id: UUID) -> Any:
        """Change its note or outcome, or withdraw it: it then counts no longer."""
        return tagged(service.change(current_user(), activity_id, values))
