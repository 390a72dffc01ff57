"""HTTP of appointments and time blocks."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from flask.views import MethodView

from server.appointments import schemas, series, service
from server.appointments.conflicts import conflicts
from server.appointments.models import Appointment
from server.core.errors import NotFound
from server.core.http import API_PREFIX, EVERYONE, Blueprint, current_user, tagged

blueprint = Blueprint("appointments", __name__, url_prefix=API_PREFIX, description="What was promised, and time blocks")

Stored = schemas.StoredAppointmentSchema


@blueprint.route("/appointments")
class Appointments(MethodView):
    @blueprint.allow(*EVERYONE)
    @blueprint.arguments(schemas.AppointmentArgs, location="query")
    @blueprint.response(200, schemas.OccurrencesSchema)
    def get(self, args: dict[str, Any]) -> Any:
        """List what takes place on some days, recurring ones expanded, in order of time."""
        found = service.listed(current_user(), args["first"], args["last"], args.get("rep_id"), args.get("account_id"))
        return {"items": found}

    @blueprint.allow(*EVERYONE)
    @blueprint.arguments(schemas.AppointmentCreateSchema)
    @blueprint.response(201, Stored)
    @blueprint.alt_response(200, schema=Stored, description="Stored already", success=True)
    @blueprint.alt_response(202, schema=Stored, description="Stored; the plan follows", success=True)
    @blueprint.alt_response(409, "CONFLICT")
    def post(self, values: dict[str, Any]) -> Any:
        """Make an appointment with an account, or a time block."""
        row, new = service.create(current_user(), values, schemas.AppointmentSchema().dump)
        return _stored(row, 201 if new else 200)


@blueprint.route("/appointments/<uuid:appointment_id>")
class OneAppointment(MethodView):
    @blueprint.allow(*EVERYONE)
    @blueprint.response(200, Stored)
    def get(self, appointment_id: UUID) -> Any:
        """Read an appointment, a series, or a changed day of one."""
        return _stored(service.get(current_user(), appointment_id))

    @blueprint.allow(*EVERYONE)
    @blueprint.arguments(schemas.AppointmentPatchSchema)
    @blueprint.response(200, Stored)
    @blueprint.alt_response(202, schema=Stored, description="Stored; the plan follows", success=True)
    @blueprint.versioned
    def patch(self, values: dict[str, Any], appointment_id: UUID) -> Any:
        """Move, change, cancel or renew an appointment (of a series: all days that were not changed by themselves)."""
        return _stored(service.change(current_user(), appointment_id, values))

    @blueprint.allow(*EVERYONE)
    @blueprint.arguments(schemas.CancelArgs, location="query")
    @blueprint.response(204)
    @blueprint.versioned
    def delete(self, args: dict[str, Any], appointment_id: UUID) -> None:
        """Cancel an appointment; it stays readable, with the reason."""
        service.cancel(current_user(), appointment_id, args["reason"])


@blueprint.route("/appointments/<uuid:appointment_id>/occurrences/<string:day>")
class OneOccurrence(MethodView):
    @blueprint.allow(*EVERYONE)
    @blueprint.arguments(schemas.OccurrencePatchSchema)
    @blueprint.response(200, Stored)
    @blueprint.alt_response(202, schema=Stored, description="Stored; the plan follows", success=True)
    @blueprint.versioned
    def patch(self, values: dict[str, Any], appointment_id: UUID, day: str) -> Any:
        """Change or cancel one day of a series; `day` is the date that the rule gives it, If-Match the series' version."""
        return _stored(series.change_day(current_user(), appointment_id, _date(day), values))


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotFound("The series has no such day.") from None


def _stored(row: Appointment, status: int = 200) -> Any:
    _, status, headers = tagged(row, status)
    found = conflicts(row)
    shown: dict[str, Any] = {name: getattr(row, name) for name in schemas.AppointmentSchema().fields}
    return {**shown, "conflicts": found}, status, headers
