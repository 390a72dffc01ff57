"""JSON of explanations.  Minutes are minutes of driving, in which everything is priced."""

from __future__ import annotations

import marshmallow as ma

from server.core.http import Schema
from server.core.time_fields import Day, Moment
from server.plans.proposals.schemas import AnswerFields, CostSchema, MovedSchema

KINDS = (
    "longer_day (minutes, morning: begin sooner), more_stops (stops), more_driving (minutes), more_capacity (units), work_on (a day "
    "off), longer_hours of the account (minutes, morning: open sooner), open_on (a day on which it is closed), not_skipped (a visit "
    "that somebody skipped), wider_radius (metres), shorter_gap (days), without_appointment (appointment_id), other_time of the "
    "appointment itself (minutes; negative: earlier), other_rep (to_rep_id), ask_for (a must-visit), fix_on (the visit is fixed on "
    "that day, others give way), several (of these together: text says which)"
)


class WhyArgs(Schema):
    account_id = ma.fields.UUID(required=True, metadata={"description": "One of the rep's accounts"})
    day = Day(load_default=None, metadata={"description": "Of the visit that is meant; the next one unless given"})


class OtherDaySchema(Schema):
    """Another day on which the rhythm of the account allows the visit."""

    date = Day()
    cost_minutes = ma.fields.Float(
        allow_none=True,
        metadata={"description": "What it would cost more there if nothing else moved; null: it has no place then"},
    )
    reason = ma.fields.String(allow_none=True, metadata={"description": "Why it has none, as in `unplanned`"})


class NextBestSchema(CostSchema):
    """The visit moved to the cheapest other day, as it really comes out."""

    date = Day()
    starts_at = Moment()
    ends_at = Moment()


class PlannedVisitSchema(Schema):
    """Why a stop is planned, and why on this day."""

    date = Day()
    starts_at = Moment()
    ends_at = Moment()
    basis = ma.fields.String(
        metadata={
            "description": "agreed (an appointment), fixed (nobody moves it any more), asked (by a person), overdue (its window is over), "
            "due, due_soon (its window is open) or period (one of the visits of its period)"
        }
    )
    why_now = ma.fields.String(metadata={"description": "Why it is made at all, in English"})
    why_this_day = ma.fields.String(
        metadata={"description": "What it costs on its day and on the next best, in English"}
    )
    opens = Day(
        allow_none=True, metadata={"description": "The first day on which it counts; null: no cadence asks for it"}
    )
    due = Day(allow_none=True)
    closes = Day(allow_none=True, metadata={"description": "The last day on which it is on time"})
    late_days = ma.fields.Integer(metadata={"description": "After that"})
    previous = Day(allow_none=True, metadata={"description": "Of the visit before it, made or planned"})
    must_visit_id = ma.fields.UUID(allow_none=True)
    value_minutes = ma.fields.Float(metadata={"description": "What leaving it out would cost"})
    detour_minutes = ma.fields.Float(metadata={"description": "What its day costs more because of it"})
    other_days = ma.fields.List(ma.fields.Nested(OtherDaySchema))
    next_best = ma.fields.Nested(
        NextBestSchema,
        allow_none=True,
        metadata={"description": "null: no other day has a place for it, or it stands firm"},
    )


class AdmissionSchema(Schema):
    """A change with which it would be planned, tried out: the checker accepts the plan, and one step less does not do."""

    kind = ma.fields.String(metadata={"description": KINDS})
    text = ma.fields.String(metadata={"description": "The change and what comes of it, in English"})
    date = Day(metadata={"description": "Where the visit stands then"})
    minutes = ma.fields.Integer(allow_none=True)
    morning = ma.fields.Boolean(allow_none=True)
    stops = ma.fields.Integer(allow_none=True)
    units = ma.fields.Integer(allow_none=True)
    metres = ma.fields.Integer(allow_none=True)
    days = ma.fields.Integer(allow_none=True)
    appointment_id = ma.fields.UUID(allow_none=True)
    to_rep_id = ma.fields.UUID(allow_none=True)
    effort_minutes = ma.fields.Float(
        metadata={"description": "What the change is like, in minutes of driving: they are ranked by it"}
    )
    cost_minutes = ma.fields.Float(metadata={"description": "What the plan then costs more; negative: less"})
    displaced = ma.fields.List(ma.fields.Nested(MovedSchema), metadata={"description": "What leaves its day for it"})
    rivals = ma.fields.List(
        ma.fields.String(),
        metadata={"description": "Accounts whose visits are left out and would gain more from the same change"},
    )


class LeftOutSchema(Schema):
    """Something that the account lacks, and the changes that would admit it."""

    appointment_id = ma.fields.UUID(allow_none=True)
    must_visit_id = ma.fields.UUID(allow_none=True)
    reason = ma.fields.String(metadata={"description": "As in a plan's `unplanned`"})
    detail = ma.fields.String(metadata={"description": "The same in English"})
    days = ma.fields.List(Day(), metadata={"description": "On which it might stand"})
    fits = ma.fields.Boolean(metadata={"description": "It fits by now; the next search plans it"})
    text = ma.fields.String(metadata={"description": "The smallest change, in English"})
    admissions = ma.fields.List(
        ma.fields.Nested(AdmissionSchema), metadata={"description": "The smallest effort first"}
    )


class AccountWhySchema(AnswerFields):
    account_id = ma.fields.UUID()
    account_name = ma.fields.String()
    visit = ma.fields.Nested(
        PlannedVisitSchema, allow_none=True, metadata={"description": "null: none is planned, or not on that day"}
    )
    left_out = ma.fields.List(ma.fields.Nested(LeftOutSchema))


class GoalsSchema(Schema):
    """The visits that the cadences of one segment (or rhythm, of accounts without one) ask for."""

    group = ma.fields.String()
    accounts = ma.fields.Integer(metadata={"description": "Of which something is asked"})
    asked = ma.fields.Integer(
        metadata={
            "description": "Visits that come due and out of time in these weeks, each visit before them being in time"
        }
    )
    kept = ma.fields.Integer(metadata={"description": "Late ones included"})
    late = ma.fields.Integer()
    overdue = ma.fields.Integer(metadata={"description": "Of the late ones those that were late before the first day"})
    left_out = ma.fields.Integer(metadata={"description": "For want of time"})
    waiting = ma.fields.Integer(metadata={"description": "Accounts that lack a visit for want of time"})
    fell_away = ma.fields.Integer(
        load_default=0,
        metadata={"description": "Asked for in these weeks no more, because the visits before them come late"},
    )


class WaitingSchema(Schema):
    account_id = ma.fields.UUID()
    account_name = ma.fields.String(allow_none=True)
    group = ma.fields.String()
    asked = ma.fields.Integer()
    left_out = ma.fields.Integer()


class RemedyDaySchema(Schema):
    """What is asked of a single day."""

    date = Day()
    kind = ma.fields.String(
        metadata={
            "description": "longer_day (minutes, morning: begin sooner), more_stops (stops) or more_driving (minutes)"
        }
    )
    minutes = ma.fields.Integer(allow_none=True)
    morning = ma.fields.Boolean(allow_none=True)
    stops = ma.fields.Integer(allow_none=True)


class RemedyVisitSchema(Schema):
    """Left out so far; asked for as a must-visit from `first` to `last` it is made with the remedy, whatever else a search prefers."""

    account_id = ma.fields.UUID()
    first = Day()
    last = Day()


class RemedySchema(Schema):
    """A change that was tried by planning the same weeks anew."""

    kind = ma.fields.String(
        metadata={
            "description": "single_days (some days longer, or with more stops or driving), longer_days (every workday), more_stops (on "
            "every workday), stretch (a longer interval) or hand_over"
        }
    )
    text = ma.fields.String(metadata={"description": "The same in English"})
    keeps = ma.fields.Integer(
        load_default=0, metadata={"description": "Of the visits left out without it those that it keeps"}
    )
    left_out = ma.fields.Integer(
        metadata={
            "description": "Visits that are left out even so, for want of time or because they then do not pay; 0: it is enough"
        }
    )
    best_value = ma.fields.Boolean(
        load_default=False,
        metadata={"description": "It costs least for each visit that it keeps, of all that was tried"},
    )
    left_out_again = ma.fields.Integer(
        allow_none=True,
        load_default=None,
        metadata={
            "description": "Of what is enough: visits that another search with it left out, which looks for the cheapest plan; above 0 "
            "only the plan that was found keeps them all. null: not enough, not asked"
        },
    )
    cost_minutes = ma.fields.Float(metadata={"description": "All in all, over these weeks: they are ranked by it"})
    price_minutes = ma.fields.Float(
        metadata={
            "description": "Of the change: longer days as overtime, a stop more 30, visits given up by their worth, an account handed "
            "over 60"
        }
    )
    running_minutes = ma.fields.Float(metadata={"description": "Driving, waiting and overtime more; negative: less"})
    minutes_a_day = ma.fields.Integer(allow_none=True, metadata={"description": "longer_days"})
    stops_a_day = ma.fields.Integer(
        allow_none=True,
        load_default=None,
        metadata={"description": "more_stops; longer_days that need more stops as well"},
    )
    days = ma.fields.List(
        ma.fields.Nested(RemedyDaySchema), load_default=list, metadata={"description": "single_days, in their order"}
    )
    visits = ma.fields.List(
        ma.fields.Nested(RemedyVisitSchema),
        load_default=list,
        metadata={"description": "single_days: what they are for"},
    )
    group = ma.fields.String(allow_none=True, metadata={"description": "stretch: which accounts; empty: all"})
    percent = ma.fields.Integer(allow_none=True, metadata={"description": "stretch: of the interval as it is"})
    to_rep_id = ma.fields.UUID(allow_none=True, metadata={"description": "hand_over"})
    account_ids = ma.fields.List(ma.fields.UUID(), metadata={"description": "hand_over"})


OVERLOAD_STATUS = {
    "description": "ready; outdated: something has changed since `made_at`, it is worked out anew soon; pending: the worker works it "
    "out when the plan is up to date and nothing more urgent waits; failed: it could not be worked out; no_plan: never planned"
}


class OverloadFiguresSchema(Schema):
    """What cannot be kept in the weeks from tomorrow on, and what would keep it."""

    first_day = Day()
    last_day = Day()
    text = ma.fields.String(metadata={"description": "What cannot be kept, in one English sentence"})
    left_out = ma.fields.Integer(metadata={"description": "Visits for which there is no time in the best plan found"})
    fell_away = ma.fields.Integer(
        load_default=0,
        metadata={"description": "Asked for in these weeks no more, because the visits before them come late"},
    )
    take_hours = ma.fields.Float(
        load_default=None,
        allow_none=True,
        metadata={
            "description": "Hours a week that left_out and fell_away take: calls, follow-up, ways; null: of an older version"
        },
    )
    missing_hours = ma.fields.Float(
        metadata={
            "description": "Hours a week that are short so that all are made in time: take_hours beyond free_hours"
        }
    )
    free_hours = ma.fields.Float(metadata={"description": "Working time a week that the plan leaves"})
    short_days = ma.fields.Float(
        allow_none=True,
        metadata={
            "description": "Where free_hours are enough, but in pieces too short for a visit: workdays a week that are short; null: "
            "hours are, or nothing is, or what is free is not where visits fit (opening hours, ways, limits of a day)"
        },
    )
    longer_hours = ma.fields.Float(
        allow_none=True,
        metadata={
            "description": "Hours a week by which the days would have to be longer so that none is left out, as a plan proves; null: "
            "none is, or four hours a day more are not enough"
        },
    )
    visits_a_week = ma.fields.Float(metadata={"description": "Estimate: visits that fall due a week"})
    needed_hours = ma.fields.Float(metadata={"description": "Estimate: hours a week that these take, with driving"})
    available_hours = ma.fields.Float(metadata={"description": "Working time a week"})
    groups = ma.fields.List(ma.fields.Nested(GoalsSchema))
    waiting = ma.fields.List(
        ma.fields.Nested(WaitingSchema), metadata={"description": "Who lacks visits, the dearest first"}
    )
    remedies = ma.fields.List(
        ma.fields.Nested(RemedySchema),
        metadata={"description": "First what is enough, the cheapest first; then what keeps most"},
    )


class OverloadSchema(Schema):
    rep_id = ma.fields.UUID()
    rep_name = ma.fields.String()
    status = ma.fields.String(metadata=OVERLOAD_STATUS)
    made_at = Moment(allow_none=True)
    figures = ma.fields.Nested(
        OverloadFiguresSchema, allow_none=True, metadata={"description": "null unless ready or outdated"}
    )
