"""JSON of proposals.  Times are ISO 8601 with the offset of the rep's zone; minutes of driving are what everything is priced in."""

from __future__ import annotations

from typing import Any

import marshmallow as ma

from server.core.fields import Integer, Latitude, Longitude
from server.core.http import Schema
from server.core.time_fields import Day, Moment, WallTime, span_is_in_order
from server.plans.schemas import STATUS, ObjectiveSchema, PlanReferenceSchema

DAY_MINUTES = 24 * 60
FOUR_WEEKS = 28
MOST_DAYS = 92
BOTH = "Give both lat and lon, or neither."
REQUIRED = {
    "appointment": ("day", "start", "duration_minutes"),
    "move_appointment": ("appointment_id", "day", "start"),
    "cancel_appointment": ("appointment_id",),
    "move_visit": ("account_id", "day", "to_day"),
    "skip_visit": ("account_id", "day"),
    "visit": ("account_id", "day", "last_day"),
    "hand_over": ("account_id", "to_rep_id"),
}
OPTIONAL = {
    "appointment": ("account_id", "lat", "lon", "leeway_minutes"),
    "move_appointment": ("occurrence_day", "duration_minutes", "leeway_minutes"),
    "cancel_appointment": ("occurrence_day",),
    "move_visit": ("start",),
}


class SlotArgs(Schema):
    account_id = ma.fields.UUID(
        load_default=None, metadata={"description": "One of the rep's accounts; else a position, as of a new prospect"}
    )
    lat = ma.fields.Float(load_default=None, validate=ma.validate.Range(-90, 90))
    lon = ma.fields.Float(load_default=None, validate=ma.validate.Range(-180, 180))
    duration_minutes = ma.fields.Integer(
        load_default=None, validate=ma.validate.Range(1, DAY_MINUTES),
        metadata={"description": "Of the appointment; that of the next visit there unless given (at a position it has to be)"},
    )  # fmt: skip
    first = Day(
        data_key="from", load_default=None, metadata={"description": "The rep's local date; today unless given"}
    )
    last = Day(
        data_key="to", load_default=None,
        metadata={"description": f"{FOUR_WEEKS} days in all unless given, at most {MOST_DAYS}; only planned days are looked at"},
    )  # fmt: skip

    @ma.validates_schema
    def _is_somewhere(self, values: dict[str, Any], **_: Any) -> None:
        account, lat, lon = values["account_id"], values["lat"], values["lon"]
        if (lat is None) != (lon is None):
            raise ma.ValidationError(BOTH, "lat" if lat is None else "lon")
        if account is None and lat is None:
            raise ma.ValidationError("Say where: one of the rep's accounts, or a position (lat and lon).", "account_id")
        if account is not None and lat is not None:
            raise ma.ValidationError("An appointment with an account is at the account; leave the position out.", "lat")
        if account is None and values["duration_minutes"] is None:
            raise ma.ValidationError("It is needed where there is no account.", "duration_minutes")

    @ma.validates_schema
    def _makes_sense(self, values: dict[str, Any], **_: Any) -> None:
        if values["first"] and values["last"]:
            span_is_in_order(values, "first", "last", ("from", "to"))
            if (values["last"] - values["first"]).days >= MOST_DAYS:
                raise ma.ValidationError(f"At most {MOST_DAYS} days at once.", "to")


class ProposalSchema(Schema):
    """One change that somebody might make."""

    kind = ma.fields.String(
        required=True, validate=ma.validate.OneOf(list(REQUIRED)),
        metadata={
            "description": "appointment: make one (day, start, duration_minutes; with an account_id, a position or neither); "
            "move_appointment (appointment_id, day, start); cancel_appointment (appointment_id); move_visit: a planned visit to "
            "another day (account_id, day, to_day); skip_visit (account_id, day); visit: ask for one on any day from day to "
            "last_day (account_id); hand_over: another rep visits the account from now on, and those linked with it to have one rep "
            "(account_id, to_rep_id)"
        },
    )  # fmt: skip
    account_id = ma.fields.UUID(metadata={"description": "One of the rep's accounts"})
    to_rep_id = ma.fields.UUID(metadata={"description": "A rep whom you see"})
    appointment_id = ma.fields.UUID()
    occurrence_day = Day(metadata={"description": "Of a recurring appointment: which day of it"})
    lat = Latitude()
    lon = Longitude()
    day = Day(
        metadata={"description": "Of a visit: the rep's local date. Of an appointment: the date on the wall there"}
    )
    start = WallTime(metadata={"description": "Time on the wall there: the account's zone, else the rep's"})
    duration_minutes = Integer(1, DAY_MINUTES)
    leeway_minutes = Integer(0, DAY_MINUTES, metadata={"description": "It may start up to so much later"})
    to_day = Day(metadata={"description": "The rep's local date"})
    last_day = Day()

    @ma.validates_schema
    def _makes_sense(self, values: dict[str, Any], **_: Any) -> None:
        kind = values["kind"]
        errors = {name: ["It is needed."] for name in REQUIRED[kind] if name not in values}
        allowed = {"kind", *REQUIRED[kind], *OPTIONAL.get(kind, ())}
        errors |= {name: [f"It means nothing for {kind}; leave it out."] for name in values if name not in allowed}
        if ("lat" in values) != ("lon" in values):
            errors["lon" if "lat" in values else "lat"] = [BOTH]
        if "account_id" in values and "lat" in values and kind == "appointment":
            errors["lat"] = ["An appointment with an account is at the account; leave the position out."]
        if errors:
            raise ma.ValidationError(errors)
        if kind == "visit":
            span_is_in_order(values, "day", "last_day")


class MovedSchema(Schema):
    """A stop that leaves its day."""

    account_id = ma.fields.UUID(allow_none=True)
    account_name = ma.fields.String(allow_none=True)
    appointment_id = ma.fields.UUID(allow_none=True, metadata={"description": "null: it is a visit"})
    from_date = Day()
    to_date = Day(allow_none=True)
    to_starts_at = Moment(allow_none=True)
    left_out = ma.fields.Boolean(
        metadata={
            "description": "The account then lacks a visit; else (without to_date) the change takes its place, or nothing asks "
            "for it any more"
        }
    )
    reason = ma.fields.String(
        allow_none=True, metadata={"description": "Why it is left out, as in a plan's `unplanned`"}
    )
    detail = ma.fields.String(allow_none=True, metadata={"description": "The same in English"})


class RetimedSchema(Schema):
    """A stop that stays on its day at another time."""

    account_id = ma.fields.UUID(allow_none=True)
    account_name = ma.fields.String(allow_none=True)
    appointment_id = ma.fields.UUID(allow_none=True)
    from_starts_at = Moment()
    to_starts_at = Moment()


class CostSchema(Schema):
    """What a change costs and does."""

    colour = ma.fields.String(
        metadata={
            "description": "green: no other account's visit moves, at most 30 min more driving; yellow: others move, overtime, or up "
            "to 90 min; "
            "red: a visit is left out or late, it is not credited, it has no place, or more"
        }
    )
    text = ma.fields.String(metadata={"description": "All of it in one English sentence"})
    driving_minutes = ma.fields.Float(metadata={"description": "More driving; negative: less"})
    waiting_minutes = ma.fields.Float(metadata={"description": "More waiting"})
    overtime_minutes = ma.fields.Float(metadata={"description": "More overtime"})
    cost = ma.fields.Nested(
        ObjectiveSchema, metadata={"description": "Each part of the plan's cost, after less before"}
    )
    credited = ma.fields.Boolean(
        allow_none=True, metadata={"description": "It counts for the cadence; null: there is nothing to count"}
    )
    paused = ma.fields.Boolean(metadata={"description": "The account is paused then"})
    beyond_radius = ma.fields.Boolean(metadata={"description": "It lies beyond the radius of the day's visits"})
    uncredited = ma.fields.List(
        Day(), metadata={"description": "Fixed visits of the account that would no longer be credited"}
    )
    own = ma.fields.List(
        ma.fields.Nested(MovedSchema),
        metadata={
            "description": "Other visits of the account (and of those that change hands with it) that leave their day"
        },
    )
    displaced = ma.fields.List(ma.fields.Nested(MovedSchema), metadata={"description": "What else leaves its day"})
    retimed = ma.fields.List(ma.fields.Nested(RetimedSchema))


class HandedAccountSchema(Schema):
    account_id = ma.fields.UUID()
    account_name = ma.fields.String()


class HandedVisitSchema(HandedAccountSchema):
    """A visit by the rep who takes over; times in their zone."""

    date = Day()
    starts_at = Moment()
    ends_at = Moment()


class ShareSchema(Schema):
    rep_id = ma.fields.UUID()
    rep_name = ma.fields.String()
    driving_minutes = ma.fields.Float(metadata={"description": "More driving; negative: less"})
    work_minutes = ma.fields.Float(metadata={"description": "More driving, calls, follow-up and blocks together"})


class HandedSchema(Schema):
    """What changes hands, and what that is to either rep."""

    rep_id = ma.fields.UUID(metadata={"description": "Who visits from now on"})
    rep_name = ma.fields.String()
    accounts = ma.fields.List(
        ma.fields.Nested(HandedAccountSchema),
        metadata={"description": "The account asked about, then those linked with it to have one rep"},
    )
    visits = ma.fields.List(ma.fields.Nested(HandedVisitSchema), metadata={"description": "Of these, as planned then"})
    reps = ma.fields.List(ma.fields.Nested(ShareSchema), metadata={"description": "All whose days change"})


class SlotSchema(CostSchema):
    """A time for the appointment; the cost is that of `starts_at`."""

    date = Day()
    starts_at = Moment()
    ends_at = Moment()
    earliest_starts_at = Moment(metadata={"description": "From here to latest_starts_at it fits at the same place"})
    latest_starts_at = Moment()


class NoSlotSchema(Schema):
    """A day without a slot."""

    date = Day()
    reason = ma.fields.String(
        allow_none=True,
        metadata={
            "description": "rep_away, closed, too_close (visited that day already, or it would not be credited), over_capacity, "
            "out_of_reach, "
            "appointment_conflict or day_full; null: it fits, at a longer detour; ask for that day alone"
        },
    )
    text = ma.fields.String(metadata={"description": "The same in English"})


class AnswerFields(Schema):
    rep_id = ma.fields.UUID()
    timezone = ma.fields.String()
    status = ma.fields.String(metadata=STATUS)
    plan = ma.fields.Nested(
        PlanReferenceSchema, allow_none=True, metadata={"description": "What it was compared with; null: no plan yet"}
    )


class SlotsSchema(AnswerFields):
    duration_minutes = ma.fields.Integer()
    first_day = Day(allow_none=True, metadata={"description": "Of the days that were looked at; null: none is planned"})
    last_day = Day(allow_none=True)
    slots = ma.fields.List(ma.fields.Nested(SlotSchema), metadata={"description": "By colour, then by driving"})
    days_without = ma.fields.List(ma.fields.Nested(NoSlotSchema), metadata={"description": "The other days, in order"})


class PriceSchema(AnswerFields, CostSchema):
    kind = ma.fields.String()
    date = Day(allow_none=True, metadata={"description": "Where it stands then; null: nowhere, or nothing is placed"})
    starts_at = Moment(allow_none=True)
    ends_at = Moment(allow_none=True)
    refused = ma.fields.Boolean(metadata={"description": "It was to have a place and has none; the text says why"})
    handed_over = ma.fields.Nested(HandedSchema, allow_none=True, metadata={"description": "Of a hand_over, else null"})
