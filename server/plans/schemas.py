"""JSON of routes and plans.  Times are ISO 8601 with the offset of the rep's zone."""

from __future__ import annotations

from typing import Any

import marshmallow as ma

from server.core.http import Schema
from server.core.time_fields import Day, Moment, span_is_in_order

MOST_DAYS = 92
REASONS = ("due", "due_soon", "late", "must_visit", "appointment", "cadence", "logged")


class PlaceSchema(Schema):
    lat = ma.fields.Float(metadata={"description": "Degrees WGS84"})
    lon = ma.fields.Float()


class PlanReferenceSchema(Schema):
    id = ma.fields.UUID()
    number = ma.fields.Integer(metadata={"description": "Counts the versions of this rep's plan"})
    published_at = Moment(allow_none=True)


class StopAccountSchema(Schema):
    """The account as a phone needs it at the door."""

    id = ma.fields.UUID()
    name = ma.fields.String()
    phone = ma.fields.String(allow_none=True)
    email = ma.fields.String(allow_none=True)
    segment = ma.fields.String(allow_none=True)
    notes = ma.fields.String(allow_none=True)


class StopAppointmentSchema(Schema):
    id = ma.fields.UUID()
    day = Day(allow_none=True, metadata={"description": "Of a recurring one: which day of it"})
    title = ma.fields.String(allow_none=True)
    notes = ma.fields.String(allow_none=True)


class WindowSchema(Schema):
    opens_at = Moment()
    closes_at = Moment()


class WhySchema(Schema):
    """Why the rep goes there."""

    reason = ma.fields.String(validate=ma.validate.OneOf(REASONS))
    due_date = Day(allow_none=True)
    late_days = ma.fields.Integer(metadata={"description": "Days after the last day on which the visit is on time"})
    last_visit_date = Day(allow_none=True)
    days_since_last_visit = ma.fields.Integer(allow_none=True)
    must_visit_note = ma.fields.String(allow_none=True)
    appointment_title = ma.fields.String(allow_none=True)
    text = ma.fields.String(metadata={"description": "The same in English"})


class StopSchema(Schema):
    position = ma.fields.Integer()
    kind = ma.fields.String(metadata={"description": "visit, appointment, block or break"})
    status = ma.fields.String(
        metadata={
            "description": "planned; done, attempted, skipped, started as logged; current: under way by the plan's times; "
            "open: its time is over and nothing was logged"
        }
    )
    title = ma.fields.String()
    account = ma.fields.Nested(StopAccountSchema, allow_none=True)
    appointment = ma.fields.Nested(StopAppointmentSchema, allow_none=True)
    address = ma.fields.String(allow_none=True)
    place = ma.fields.Nested(PlaceSchema, allow_none=True)
    navigation_url = ma.fields.String(allow_none=True, metadata={"description": "Directions in a browser or map app"})
    geo_uri = ma.fields.String(allow_none=True, metadata={"description": "RFC 5870, for apps on the phone"})
    windows = ma.fields.List(ma.fields.Nested(WindowSchema), metadata={"description": "As agreed, or while it is open"})
    leave_by = Moment(allow_none=True, metadata={"description": "Leave the stop before at the latest"})
    arrives_at = Moment()
    starts_at = Moment()
    ends_at = Moment()
    travel_minutes = ma.fields.Integer(metadata={"description": "From the stop before"})
    travel_metres = ma.fields.Integer()
    service_minutes = ma.fields.Integer()
    activity_id = ma.fields.UUID(allow_none=True, metadata={"description": "What was logged for it"})
    why = ma.fields.Nested(WhySchema, allow_none=True)


class ChangeSchema(Schema):
    """One stop that is otherwise than before.  Starts are seconds since local midnight."""

    change = ma.fields.String(metadata={"description": "added, removed, moved (to another day) or retimed"})
    kind = ma.fields.String(metadata={"description": "visit or appointment"})
    account = ma.fields.UUID(allow_none=True)
    appointment = ma.fields.String(allow_none=True)
    from_date = ma.fields.String(allow_none=True)
    from_start_seconds = ma.fields.Integer(attribute="from_start", allow_none=True)
    to_date = ma.fields.String(allow_none=True)
    to_start_seconds = ma.fields.Integer(attribute="to_start", allow_none=True)


class DaySchema(Schema):
    rep_id = ma.fields.UUID()
    date = Day()
    timezone = ma.fields.String()
    starts_at = Moment(allow_none=True, metadata={"description": "Leave the start of the day"})
    ends_at = Moment(allow_none=True, metadata={"description": "Reach the end of the day"})
    start_place = ma.fields.Nested(PlaceSchema, allow_none=True)
    end_place = ma.fields.Nested(PlaceSchema, allow_none=True)
    return_travel_minutes = ma.fields.Integer()
    return_travel_metres = ma.fields.Integer()
    travel_minutes = ma.fields.Integer(metadata={"description": "The whole day's driving"})
    travel_metres = ma.fields.Integer()
    anchor_account_id = ma.fields.UUID(allow_none=True, metadata={"description": "Centre of the day's radius"})
    stops = ma.fields.List(ma.fields.Nested(StopSchema))


class RouteSchema(DaySchema):
    status = ma.fields.String(metadata={"description": "current, or pending: a change is still being planned"})
    plan = ma.fields.Nested(PlanReferenceSchema, allow_none=True, metadata={"description": "null: not planned yet"})
    changes = ma.fields.List(
        ma.fields.Nested(ChangeSchema), metadata={"description": "Since the rep fetched this day before"}
    )
    contacts = ma.fields.List(ma.fields.Dict(), metadata={"description": "Calls, e-mails and mail that are due"})


class ScheduleSchema(Schema):
    rep_id = ma.fields.UUID()
    timezone = ma.fields.String()
    status = ma.fields.String()
    plan = ma.fields.Nested(PlanReferenceSchema, allow_none=True)
    days = ma.fields.List(ma.fields.Nested(DaySchema), metadata={"description": "Days with stops, in order"})


class RouteArgs(Schema):
    date = Day(load_default=None, metadata={"description": "The rep's local date; today unless given"})


class ScheduleArgs(Schema):
    first = Day(required=True, data_key="from")
    last = Day(required=True, data_key="to", metadata={"description": f"At most {MOST_DAYS} days in all"})

    @ma.validates_schema
    def _in_order(self, values: dict[str, Any], **_: Any) -> None:
        span_is_in_order(values, "first", "last")
        if (values["last"] - values["first"]).days >= MOST_DAYS:
            raise ma.ValidationError(f"At most {MOST_DAYS} days at once.", "to")
