"""JSON of routes and plans.  Times are ISO 8601 with the offset of the rep's zone."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import marshmallow as ma

from planner.plan import Objective, Reason
from server.core.http import Schema
from server.core.time_fields import Day, Moment, span_is_in_order
from server.plans.consumption import ENERGIES
from server.traffic.schemas import SpeedsLabelSchema
from server.travel.schemas import SOURCES

MOST_DAYS = 92
STATUS = {
    "description": "current; pending: a change is still being planned; failing: it could not be planned so far, so these "
    "are the days of the last plan"
}
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
    position_quality = ma.fields.String(
        metadata={"description": "street or postcode: the place is approximate; look before you drive"}
    )


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
    first_visit = ma.fields.Boolean(
        metadata={"description": "true: a visit to an account that nobody has visited before"}
    )
    activity_id = ma.fields.UUID(allow_none=True, metadata={"description": "What was logged for it"})
    why = ma.fields.Nested(WhySchema, allow_none=True)


class ChangeSchema(Schema):
    """One stop, or night away, that is otherwise than before.  Starts are seconds since local midnight."""

    change = ma.fields.String(metadata={"description": "added, removed, moved (to another day) or retimed"})
    kind = ma.fields.String(
        metadata={
            "description": "visit, appointment or night (after from_date or to_date, near `account` or in `hotel`)"
        }
    )
    account = ma.fields.UUID(allow_none=True)
    appointment = ma.fields.String(allow_none=True)
    hotel = ma.fields.UUID(allow_none=True)
    from_date = ma.fields.String(allow_none=True)
    from_start_seconds = ma.fields.Integer(attribute="from_start", allow_none=True)
    to_date = ma.fields.String(allow_none=True)
    to_start_seconds = ma.fields.Integer(attribute="to_start", allow_none=True)
    note = ma.fields.String(
        allow_none=True, metadata={"description": "What the customer has to be told: it starts earlier than published"}
    )


class NotKeptSchema(Schema):
    """An appointment or a time block that the plan could not keep, or does not have yet."""

    id = ma.fields.UUID(metadata={"description": "The appointment's"})
    occurrence = ma.fields.String(metadata={"description": "Of a series: which day of it, as in GET /appointments"})
    kind = ma.fields.String(metadata={"description": "appointment (with an account) or time_block"})
    title = ma.fields.String()
    notes = ma.fields.String(allow_none=True)
    account = ma.fields.Nested(StopAccountSchema, allow_none=True)
    address = ma.fields.String(allow_none=True)
    place = ma.fields.Nested(PlaceSchema, allow_none=True)
    navigation_url = ma.fields.String(allow_none=True)
    geo_uri = ma.fields.String(allow_none=True)
    starts_at = Moment(metadata={"description": "As agreed"})
    ends_at = Moment()
    reason = ma.fields.String(
        metadata={
            "description": "time_off, holiday, no_workday or outside_working_hours, as in an appointment's `conflicts`; "
            "else as in a plan's `unplanned`; not_planned_yet, or beyond_horizon: after the plan's last day"
        }
    )
    detail = ma.fields.String(metadata={"description": "The reason in English"})


class StaySchema(Schema):
    """Where a night is spent away from home: one of the hotels, or somewhere near an account."""

    hotel_id = ma.fields.UUID(allow_none=True)
    account_id = ma.fields.UUID(allow_none=True)
    name = ma.fields.String(metadata={"description": "Of the hotel, or of the account"})
    address = ma.fields.String(allow_none=True)
    place = ma.fields.Nested(PlaceSchema)
    navigation_url = ma.fields.String()
    geo_uri = ma.fields.String()


class ConsumptionSchema(Schema):
    """What the day's driving takes by the company's settings: an estimate."""

    energy = ma.fields.String(metadata={"enum": list(ENERGIES)})
    unit = ma.fields.String(metadata={"enum": ["litre", "kWh"]})
    amount = ma.fields.Float(metadata={"description": "Of the unit"})
    co2_grams = ma.fields.Integer()


class DaySchema(Schema):
    rep_id = ma.fields.UUID()
    date = Day()
    timezone = ma.fields.String()
    holiday = ma.fields.String(
        allow_none=True, metadata={"description": "The public holiday that the rep has free; null: none"}
    )
    starts_at = Moment(allow_none=True, metadata={"description": "Leave the start of the day"})
    ends_at = Moment(allow_none=True, metadata={"description": "Reach the end of the day"})
    night_before = ma.fields.Nested(
        StaySchema, allow_none=True, metadata={"description": "Where the day begins; null: at home"}
    )
    night_after = ma.fields.Nested(
        StaySchema, allow_none=True, metadata={"description": "Where the day ends; null: at home"}
    )
    start_place = ma.fields.Nested(PlaceSchema, allow_none=True)
    end_place = ma.fields.Nested(PlaceSchema, allow_none=True)
    return_travel_minutes = ma.fields.Integer()
    return_travel_metres = ma.fields.Integer()
    travel_minutes = ma.fields.Integer(metadata={"description": "The whole day's driving"})
    travel_metres = ma.fields.Integer()
    consumption = ma.fields.Nested(ConsumptionSchema)
    anchor_account_id = ma.fields.UUID(allow_none=True, metadata={"description": "Centre of the day's radius"})
    stops = ma.fields.List(ma.fields.Nested(StopSchema))
    not_kept = ma.fields.List(
        ma.fields.Nested(NotKeptSchema),
        metadata={"description": "Appointments and time blocks of the day that have no stop, in order of time"},
    )


class DueContactSchema(Schema):
    """Something else than a visit that is due."""

    channel = ma.fields.String(metadata={"description": "phone, email or mail"})
    account = ma.fields.Nested(StopAccountSchema)
    state = ma.fields.String(metadata={"description": "due, at_risk or overdue"})
    due_date = Day(allow_none=True)
    closes_date = Day(allow_none=True, metadata={"description": "The last day on which it is on time"})


class RouteSchema(DaySchema):
    status = ma.fields.String(metadata=STATUS)
    plan = ma.fields.Nested(PlanReferenceSchema, allow_none=True, metadata={"description": "null: not planned yet"})
    next_planned_date = Day(
        allow_none=True,
        metadata={"description": "Of a day without a visit: the next day with one; null: none, or this day has some"},
    )
    changes = ma.fields.List(
        ma.fields.Nested(ChangeSchema), metadata={"description": "Since the rep fetched this day before"}
    )
    contacts = ma.fields.List(
        ma.fields.Nested(DueContactSchema), metadata={"description": "Calls, e-mails and mail that are due"}
    )


class ScheduleSchema(Schema):
    rep_id = ma.fields.UUID()
    timezone = ma.fields.String()
    status = ma.fields.String(metadata=STATUS)
    plan = ma.fields.Nested(PlanReferenceSchema, allow_none=True)
    days = ma.fields.List(
        ma.fields.Nested(DaySchema),
        metadata={"description": "Days with stops, a night away before or after, or something not kept, in order"},
    )


class RouteArgs(Schema):
    date = Day(load_default=None, metadata={"description": "The rep's local date; today unless given"})


class ScheduleArgs(Schema):
    first = Day(required=True, data_key="from")
    last = Day(required=True, data_key="to", metadata={"description": f"At most {MOST_DAYS} days in all"})

    @ma.validates_schema
    def _in_order(self, values: dict[str, Any], **_: Any) -> None:
        span_is_in_order(values, "first", "last", ("from", "to"))
        if (values["last"] - values["first"]).days >= MOST_DAYS:
            raise ma.ValidationError(f"At most {MOST_DAYS} days at once.", "to")


class CauseSchema(Schema):
    kind = ma.fields.String(metadata={"description": "What changed: appointment_moved, activity_logged, nightly, ..."})
    subject = ma.fields.String(allow_none=True)
    detail = ma.fields.String()
    at = ma.fields.String()


_PARTS: Any = Schema.from_dict({f"{part.name}_minutes": ma.fields.Float() for part in fields(Objective)})


class ObjectiveSchema(_PARTS):
    """The parts of the cost, in minutes of driving; `total_minutes` is their sum."""

    total_minutes = ma.fields.Float()


class CertificateSchema(Schema):
    """The judgement of the checker, which shares no code with the search."""

    ok = ma.fields.Boolean()
    violations = ma.fields.List(ma.fields.Dict())


class ChurnSchema(Schema):
    """How many stops differ from the base version."""

    moved = ma.fields.Integer(metadata={"description": "To another day"})
    added = ma.fields.Integer()
    removed = ma.fields.Integer()
    retimed = ma.fields.Integer(
        metadata={
            "description": "On the same day: by a quarter of an hour or more, and in a repair any stop that starts earlier"
        }
    )
    kept = ma.fields.Integer(
        allow_none=True,
        metadata={"description": "Visits and appointments of the base, from today on, that stay on their day"},
    )
    kept_share = ma.fields.Float(
        allow_none=True, metadata={"description": "Of all of the base; null: it had none, or nobody counted them then"}
    )


class ClusterSchema(Schema):
    """Accounts within the radius of an anchor account."""

    anchor = ma.fields.UUID()
    accounts = ma.fields.List(ma.fields.UUID())


class PlanVersionSchema(Schema):
    id = ma.fields.UUID()
    rep_id = ma.fields.UUID()
    number = ma.fields.Integer()
    base_id = ma.fields.UUID(allow_none=True, metadata={"description": "The version that was published before it"})
    stage = ma.fields.String(metadata={"description": "repair or improve"})
    state = ma.fields.String(metadata={"description": "published, waiting (for approval), superseded or rejected"})
    first_day = Day()
    last_day = Day()
    inputs_revision = ma.fields.Integer()
    causes = ma.fields.List(ma.fields.Nested(CauseSchema))
    seed = ma.fields.Integer()
    iterations = ma.fields.Integer()
    code_version = ma.fields.String()
    objective = ma.fields.Nested(ObjectiveSchema)
    certificate = ma.fields.Nested(CertificateSchema)
    churn = ma.fields.Nested(ChurnSchema)
    clusters = ma.fields.List(ma.fields.Nested(ClusterSchema))
    travel_source = ma.fields.String(metadata={"description": SOURCES})
    speeds = ma.fields.Nested(
        SpeedsLabelSchema, allow_none=True,
        metadata={"description": "The table of speeds that it was made with, as GET /reps/{rep_id}/speeds; null: made before 2026-11-23"},
    )  # fmt: skip
    unplanned_count = ma.fields.Integer()
    created_at = Moment()
    published_at = Moment(allow_none=True)


class PlanningSchema(Schema):
    """How far planning is: `repaired` and `improved` follow `revision`."""

    status = ma.fields.String(metadata={"description": "never, repairing, improving, idle or failing"})
    revision = ma.fields.Integer()
    repaired = ma.fields.Integer()
    improved = ma.fields.Integer()
    failures = ma.fields.Integer(metadata={"description": "In a row; the published plan is served meanwhile"})
    last_error = ma.fields.String(allow_none=True)
    retry_at = Moment(allow_none=True)


class FailingRepSchema(Schema):
    rep_id = ma.fields.UUID()
    rep_name = ma.fields.String()
    planning = ma.fields.Nested(PlanningSchema)
    published_at = Moment(allow_none=True, metadata={"description": "Of the plan that is served; null: there is none"})


class RepPlanSchema(Schema):
    rep_id = ma.fields.UUID()
    planning = ma.fields.Nested(PlanningSchema)
    waiting_plan_id = ma.fields.UUID(allow_none=True, metadata={"description": "A better plan that waits for approval"})
    plan = ma.fields.Nested(PlanVersionSchema, allow_none=True, metadata={"description": "null: not planned yet"})


class DisplacedSchema(Schema):
    account_id = ma.fields.UUID()
    account_name = ma.fields.String(allow_none=True)


class UnplannedSchema(Schema):
    """Something that the plan leaves out, and why."""

    kind = ma.fields.String(metadata={"description": "visit, appointment, time_block or must_visit"})
    title = ma.fields.String(allow_none=True, metadata={"description": "Of an appointment or time block"})
    starts_at = Moment(
        allow_none=True,
        metadata={
            "description": "Of an appointment or time block, as it is agreed now; null: moved or cancelled since"
        },
    )
    ends_at = Moment(allow_none=True)
    account_id = ma.fields.UUID(allow_none=True)
    account_name = ma.fields.String(allow_none=True)
    appointment_id = ma.fields.UUID(allow_none=True)
    must_visit_id = ma.fields.UUID(allow_none=True)
    reason = ma.fields.String()
    cause = ma.fields.String(
        allow_none=True,
        metadata={
            "description": "What exactly is in the way: of closed frozen (nothing is added to its days any more), of out_of_reach no_road, "
            "stop_limit, workday (too short), hours (opening hours, or the time agreed), break or driving_limit; null: nothing more is said"
        },
    )
    detail = ma.fields.String(metadata={"description": "The reason in English"})
    days = ma.fields.List(ma.fields.String(), metadata={"description": "Dates that were looked at"})
    in_time_until = ma.fields.String(
        allow_none=True,
        metadata={
            "description": "A date after the days planned: the visit is in time until then; null: no longer, or it is of no cadence"
        },
    )
    displaces = ma.fields.List(ma.fields.Nested(DisplacedSchema))
    cost_minutes = ma.fields.Float(
        allow_none=True, metadata={"description": "What it would cost, in minutes of driving"}
    )


class UnplannedListSchema(Schema):
    items = ma.fields.List(ma.fields.Nested(UnplannedSchema))


class UnplannedArgs(Schema):
    reason = ma.fields.String(load_default=None, validate=ma.validate.OneOf([str(reason) for reason in Reason]))


class DiffArgs(Schema):
    against = ma.fields.UUID(load_default=None, metadata={"description": "Another version; its base unless given"})


class NamedChangeSchema(ChangeSchema):
    """The same with names, for who decides about it."""

    account_name = ma.fields.String(allow_none=True)
    appointment_title = ma.fields.String(allow_none=True)
    hotel_name = ma.fields.String(allow_none=True)


class DiffFiguresSchema(Schema):
    """What a version plans on the days that both have, and leaves out."""

    visits = ma.fields.Integer(metadata={"description": "Appointments with accounts included"})
    late = ma.fields.Integer(
        metadata={"description": "Of the visits those after the last day on which they are on time"}
    )
    driving_minutes = ma.fields.Integer()
    driving_metres = ma.fields.Integer()
    left_out = ma.fields.Integer(
        metadata={
            "description": "Entries of `unplanned` that may stand after `first_day`; not those of not_due, paused, ended and no_cadence"
        }
    )


class DiffSchema(Schema):
    """What differs on the days that both versions have."""

    plan_id = ma.fields.UUID()
    against_id = ma.fields.UUID(allow_none=True)
    first_day = Day()
    last_day = Day()
    churn = ma.fields.Nested(ChurnSchema)
    before = ma.fields.Nested(
        DiffFiguresSchema, allow_none=True, metadata={"description": "Of `against_id`; null: there is none"}
    )
    after = ma.fields.Nested(DiffFiguresSchema)
    changes = ma.fields.List(ma.fields.Nested(NamedChangeSchema))
