"""JSON of appointments and time blocks."""

from __future__ import annotations

from typing import Any

import marshmallow as ma

from server.core.fields import Boolean, Integer, Latitude, Longitude, Text, Zone
from server.core.http import Schema
from server.core.time_fields import Day, Moment, WallTime

DAY_MINUTES = 24 * 60
MOST_DAYS = 400  # in one list
RRULE = {
    "description": "RFC 5545 recurrence rule, DAILY to YEARLY; `day` is its first day",
    "examples": ["FREQ=WEEKLY;BYDAY=TU,TH;UNTIL=20271231"],
}


class WhenFields(Schema):
    """What was agreed."""

    day = Day(metadata={"description": "Date on the wall where it takes place"})
    start = WallTime(metadata={"description": "Time on the wall there; of an hour that comes twice the first is meant"})
    duration_minutes = Integer(1, DAY_MINUTES)
    leeway_minutes = Integer(0, DAY_MINUTES, metadata={"description": "It may start up to so much later"})
    notes = Text(2000, allow_none=True)


class AppointmentFields(WhenFields):
    external_id = Text(
        200, 1, allow_none=True, metadata={"description": "Its id in the calendar or CRM that it comes from; unique"}
    )
    title = Text(300, 1)
    rep_id = ma.fields.UUID(metadata={"description": "Who goes there; a rep may leave it out"})
    timezone = Zone()
    lat = Latitude(allow_none=True, metadata={"description": "Where a time block is; null: wherever the rep then is"})
    lon = Longitude(allow_none=True)
    address = Text(500, allow_none=True)
    rrule = Text(500, 1, allow_none=True, metadata=RRULE)


class AppointmentCreateSchema(AppointmentFields):
    """With an account, a visit there; without one, a time block."""

    client_id = ma.fields.UUID(required=True, metadata={"description": "Made by the client; sending it again is safe"})
    account_id = ma.fields.UUID(load_default=None, allow_none=True)
    title = Text(300, 1, metadata={"description": "Of a visit: the account's name unless given"})
    day = Day(
        required=True,
        metadata={
            "description": "Date on the wall where it takes place: from a week ago (a series: by its last day) to two years ahead"
        },
    )
    start = WallTime(required=True, metadata={"description": "Time on the wall there"})
    duration_minutes = Integer(1, DAY_MINUTES, required=True)
    timezone = Zone(metadata={"description": "Of day and start; the account's, else the rep's, unless given"})
    excluded = ma.fields.List(
        Day(), load_default=list, validate=ma.validate.Length(max=366),
        metadata={"description": "Days of a recurring one on which it does not take place"},
    )  # fmt: skip


class CancelFields(Schema):
    cancelled = Boolean(metadata={"description": "true cancels it, false makes it again"})
    cancel_reason = Text(300, allow_none=True)


class AppointmentPatchSchema(AppointmentFields, CancelFields):
    excluded = ma.fields.List(Day(), validate=ma.validate.Length(max=366))


class OccurrencePatchSchema(WhenFields, CancelFields):
    """What is different on this one day of a series."""


class CancelArgs(Schema):
    reason = Text(300, load_default=None)


class AppointmentSchema(Schema):
    id = ma.fields.UUID()
    client_id = ma.fields.UUID(allow_none=True)
    external_id = ma.fields.String(allow_none=True)
    rep_id = ma.fields.UUID()
    account_id = ma.fields.UUID(allow_none=True)
    title = ma.fields.String()
    day = ma.fields.Date()
    start = WallTime()
    timezone = ma.fields.String()
    starts_at = Moment()
    duration_minutes = ma.fields.Integer()
    leeway_minutes = ma.fields.Integer()
    lat = ma.fields.Float(allow_none=True)
    lon = ma.fields.Float(allow_none=True)
    address = ma.fields.String(allow_none=True)
    rrule = ma.fields.String(allow_none=True)
    last_day = ma.fields.Date(allow_none=True, metadata={"description": "Of a recurring one; null: without end"})
    excluded = ma.fields.List(ma.fields.String())
    series_id = ma.fields.UUID(allow_none=True, metadata={"description": "The series of which this is one changed day"})
    original_day = ma.fields.Date(allow_none=True)
    notes = ma.fields.String(allow_none=True)
    cancelled_at = Moment(allow_none=True)
    cancel_reason = ma.fields.String(allow_none=True)
    version = ma.fields.Integer(metadata={"description": 'PATCH and DELETE want it as If-Match: "v<version>"'})


class OccurrenceSchema(Schema):
    """One time at which an appointment takes place."""

    occurrence = ma.fields.String(attribute="key", metadata={"description": "Unique name of this occurrence"})
    appointment_id = ma.fields.UUID(attribute="appointment.id")
    series_id = ma.fields.UUID(attribute="appointment.series_id", allow_none=True)
    rep_id = ma.fields.UUID(attribute="appointment.rep_id")
    account_id = ma.fields.UUID(attribute="appointment.account_id", allow_none=True)
    title = ma.fields.String(attribute="appointment.title")
    day = ma.fields.Date(metadata={"description": "Date on the wall in `timezone`"})
    rep_day = ma.fields.Date(metadata={"description": "The rep's local date"})
    start = WallTime(
        metadata={
            "description": "Time on the wall of `starts_at`: an hour later than agreed where the clock change skips what was agreed"
        }
    )
    timezone = ma.fields.String(attribute="appointment.timezone")
    starts_at = Moment()
    ends_at = Moment()
    duration_minutes = ma.fields.Integer(attribute="appointment.duration_minutes")
    leeway_minutes = ma.fields.Integer(attribute="appointment.leeway_minutes")
    lat = ma.fields.Float(attribute="appointment.lat", allow_none=True)
    lon = ma.fields.Float(attribute="appointment.lon", allow_none=True)
    address = ma.fields.String(attribute="appointment.address", allow_none=True)
    recurring = ma.fields.Function(lambda o: bool(o.appointment.rrule or o.appointment.series_id))
    notes = ma.fields.String(attribute="appointment.notes", allow_none=True)
    version = ma.fields.Integer(attribute="appointment.version")


class OccurrencesSchema(Schema):
    items = ma.fields.List(ma.fields.Nested(OccurrenceSchema))


class ConflictSchema(Schema):
    """Something that stands against it."""

    kind = ma.fields.String(
        metadata={
            "description": "overlap (with something else), time_off, holiday, no_workday, outside_working_hours (with "
            "overtime): the rep cannot keep it; account_closed: only a warning"
        }
    )
    detail = ma.fields.String(metadata={"description": "The same in English"})
    occurrence = ma.fields.String(
        attribute="occurrence.key", metadata={"description": "What overlaps; of the other kinds the appointment itself"}
    )
    appointment_id = ma.fields.UUID(attribute="occurrence.appointment.id")
    title = ma.fields.String(attribute="occurrence.appointment.title")
    day = ma.fields.Date(attribute="occurrence.day")
    starts_at = Moment(attribute="occurrence.starts_at")
    ends_at = Moment(attribute="occurrence.ends_at")


class StoredAppointmentSchema(AppointmentSchema):
    conflicts = ma.fields.List(
        ma.fields.Nested(ConflictSchema),
        metadata={
            "description": "What is certain to stand against it, of a series 90 days ahead: the first 20 that overlap, "
            "then the first 20 of the other kinds.  Whether the rest of the plan leaves room for it is said by the "
            "day's route (`not_kept`)"
        },
    )


class AppointmentArgs(Schema):
    first = Day(data_key="from", required=True, metadata={"description": "First local day of the rep"})
    last = Day(data_key="to", required=True, metadata={"description": f"Last one, at most {MOST_DAYS} days later"})
    rep_id = ma.fields.UUID()
    account_id = ma.fields.UUID()

    @ma.validates_schema
    def _span(self, data: dict[str, Any], **_: Any) -> None:
        if not 0 <= (data["last"] - data["first"]).days <= MOST_DAYS:
            raise ma.ValidationError(f"It is `from` or up to {MOST_DAYS} days later.", "to")
