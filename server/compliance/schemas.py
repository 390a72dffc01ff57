"""JSON of compliance.  Numerators and denominators always stand beside the ratio, so that figures can be added up."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import marshmallow as ma

from server.cadences.resolve import CHANNELS
from server.compliance.trend import MOST_STEPS, STEPS
from server.core.fields import Text
from server.core.http import Schema
from server.core.pages import PageArgs
from server.core.time_fields import Day

BY = ("account", "rep", "team", "segment")
MOST_DAYS = 400


class Share(ma.fields.Float):
    """A Fraction as a JSON number."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return None if value is None else float(round(Fraction(value), 6))


class RatioSchema(Schema):
    numerator = Share()
    denominator = Share()
    ratio = Share(attribute="value", allow_none=True, metadata={"description": "null: not applicable (0/0)"})


def ratio(description: str, **kwargs: Any) -> ma.fields.Nested:
    return ma.fields.Nested(RatioSchema, metadata={"description": description}, **kwargs)


class FiguresSchema(Schema):
    attainment = ratio("Credited visits, no more than asked for / visits asked for; late ones count")
    on_time = ratio("As attainment, but only visits inside their window; missed ones stay below the line")
    coverage = ratio("Accounts with a credited visit / accounts with a target, an account once for each owner it had")
    over_call = ratio("Visits that filled no target / all visits under a cadence")
    time_in_compliance = ratio(
        "Account-days not overdue / active account-days. Of a quota only days are overdue on which the missing visits no longer fit "
        "into the period: what a closed period missed is in `attainment`",
        attribute="in_compliance",
    )


class AdherenceSchema(Schema):
    """Past days on which something was planned or visited; days for which no plan stood count only in `days_with_plan`."""

    plan = ratio("Planned stops visited that day / planned stops")
    call = ratio("Visits that were planned that day / all visits")
    route = ratio("Visits in planned order / visits that were planned; only by rep and team")
    days_with_plan = ratio("Days for which a plan stood / days with a planned stop or a visit", attribute="with_plan")
    reason = ma.fields.String(
        attribute="not_applicable",
        allow_none=True,
        metadata={
            "description": "Why `plan` has no ratio: no_plan (visits were made, but no plan stood for these days) or "
            "nothing_planned; null where it has one"
        },
    )


class StepSchema(Schema):
    first = ma.fields.Date(attribute="days.first")
    last = ma.fields.Date(attribute="days.last")
    customer = ma.fields.Nested(FiguresSchema)
    rep_view = ma.fields.Nested(FiguresSchema)


class LineSchema(Schema):
    key = ma.fields.String(
        metadata={
            "description": "Id of account, rep or team, code of segment; empty: no rep, no team, no segment; by account: "
            "what was given to others since, in one line at the end"
        }
    )
    name = ma.fields.String()
    accounts = ma.fields.Integer(
        metadata={
            "description": "Accounts that are there now, as in GET /accounts: not archived, owned by this rep or team"
        }
    )
    former_accounts = ma.fields.Integer(
        attribute="former", metadata={"description": "Counted in the period too, but archived or given to others since"}
    )
    customer = ma.fields.Nested(FiguresSchema, metadata={"description": "What the customers got"})
    rep_view = ma.fields.Nested(FiguresSchema, metadata={"description": "With the clock stopped on the rep's days off"})
    planned_vs_done = ma.fields.Nested(AdherenceSchema, attribute="adherence")
    periods = ma.fields.List(
        ma.fields.Nested(StepSchema),
        attribute="steps",
        metadata={
            "description": "With `period`: the same for each week or month, cut at `from` and `to`, oldest first"
        },
    )


class ReportSchema(Schema):
    lines = ma.fields.List(ma.fields.Nested(LineSchema))
    total = ma.fields.Nested(LineSchema, allow_none=True, metadata={"description": "Pooled; null by account"})
    next = ma.fields.String(allow_none=True, metadata={"description": "By account: cursor of the next page"})


def channel() -> ma.fields.String:
    return ma.fields.String(load_default="visit", validate=ma.validate.OneOf(CHANNELS))


class ReportArgs(PageArgs):
    by = ma.fields.String(load_default="rep", validate=ma.validate.OneOf(BY))
    first = Day(data_key="from", required=True, metadata={"description": "First local day"})
    last = Day(data_key="to", required=True, metadata={"description": f"Last one, at most {MOST_DAYS} days later"})
    step = ma.fields.String(
        data_key="period",
        validate=ma.validate.OneOf(STEPS),
        metadata={"description": f"Also cut into calendar weeks or months, at most {MOST_STEPS}"},
    )
    channel = channel()
    rep_id = ma.fields.UUID(metadata={"description": "Only while this rep owned the account"})
    team_id = ma.fields.UUID(
        metadata={"description": "Only this team and the teams below it: their reps, and what they share"}
    )
    segment = Text(40, 1)

    @ma.validates_schema
    def _span(self, data: dict[str, Any], **_: Any) -> None:
        if not 0 <= (data["last"] - data["first"]).days <= MOST_DAYS:
            raise ma.ValidationError(f"It is `from` or up to {MOST_DAYS} days later.", "to")


class DueWindowSchema(Schema):
    opens = ma.fields.Date()
    due = ma.fields.Date()
    closes = ma.fields.Date()


class StandingSchema(Schema):
    channel = ma.fields.String()
    source = ma.fields.Function(
        lambda s: s.judged.resolved.source,
        metadata={"type": "string", "description": "Who set the cadence: account, segment, organisation or none"},
    )
    policy_id = ma.fields.UUID(attribute="judged.resolved.policy_id", allow_none=True)
    mode = ma.fields.Function(
        lambda s: s.judged.resolved.cadence and s.judged.resolved.cadence.mode,
        metadata={"type": ["string", "null"], "description": "null: no cadence"},
    )
    interval_days = ma.fields.Integer(
        attribute="judged.resolved.cadence.interval_days", allow_none=True, dump_default=None
    )
    visits = ma.fields.Integer(attribute="judged.resolved.cadence.visits", allow_none=True, dump_default=None)
    period = ma.fields.String(attribute="judged.resolved.cadence.period", allow_none=True, dump_default=None)
    block_workdays = ma.fields.Integer(
        attribute="judged.resolved.cadence.block_workdays", allow_none=True, dump_default=None
    )
    last_credited = ma.fields.Date(allow_none=True)
    credited_from = ma.fields.Date(
        attribute="judged.history.earliest",
        allow_none=True,
        metadata={"description": "An earlier visit does not count"},
    )
    next_window = ma.fields.Nested(DueWindowSchema, allow_none=True)
    planned = ma.fields.List(ma.fields.Date(), metadata={"description": "Days of planned visits"})
    state = ma.fields.String(
        metadata={
            "description": "archived, none (no cadence on this channel), paused, not_due, due, at_risk or overdue"
        },
    )
    rule = ma.fields.String(metadata={"description": "The rule that decided the state"})
    missing = ma.fields.Integer(metadata={"description": "Visits wanted by then"})
    slack_days = ma.fields.Integer(
        attribute="slack", allow_none=True, metadata={"description": "Days left; negative: days overdue"}
    )


class AccountCadenceSchema(Schema):
    account_id = ma.fields.UUID()
    today = ma.fields.Date(metadata={"description": "The account's local date"})
    archived_at = ma.fields.AwareDateTime(format="iso", allow_none=True)
    channels = ma.fields.List(ma.fields.Nested(StandingSchema))


class ChannelArgs(Schema):
    channel = channel()


class StateArgs(ChannelArgs):
    rep_id = ma.fields.UUID()


class TargetSchema(DueWindowSchema):
    asked = Share(metadata={"description": "Visits asked for; a share where the clock stood still for a part"})
    credited = ma.fields.List(ma.fields.Date())
    outcome = ma.fields.String(metadata={"description": "met, late, missed or open"})


class VisitDaySchema(Schema):
    day = ma.fields.Date()
    verdict = ma.fields.String(metadata={"description": "on_time, late, surplus, too_early or no_cadence"})
    earliest = ma.fields.Date(allow_none=True, metadata={"description": "When it would have counted, if too early"})


class AccountComplianceSchema(Schema):
    account_id = ma.fields.UUID()
    now = ma.fields.Nested(StandingSchema)
    windows = ma.fields.List(ma.fields.Nested(TargetSchema), metadata={"description": "The newest first"})
    visits = ma.fields.List(ma.fields.Nested(VisitDaySchema), metadata={"description": "The newest first"})


class StateCountsSchema(Schema):
    rep_id = ma.fields.UUID(attribute="rep.id", allow_none=True, dump_default=None)
    name = ma.fields.String()
    accounts = ma.fields.Integer(metadata={"description": "Those there now, without archived ones"})
    none = ma.fields.Integer(attribute="counts.none", metadata={"description": "Without a cadence on the channel"})
    paused = ma.fields.Integer(attribute="counts.paused")
    not_due = ma.fields.Integer(attribute="counts.not_due")
    due = ma.fields.Integer(attribute="counts.due")
    at_risk = ma.fields.Integer(attribute="counts.at_risk")
    overdue = ma.fields.Integer(attribute="counts.overdue")


class StatesSchema(Schema):
    items = ma.fields.List(
        ma.fields.Nested(StateCountsSchema), metadata={"description": "Active reps, and others who still own accounts"}
    )
    unassigned = ma.fields.Nested(
        StateCountsSchema, allow_none=True, metadata={"description": "Accounts without an owner; null for one rep"}
    )
    total = ma.fields.Nested(StateCountsSchema, metadata={"description": "All together"})
