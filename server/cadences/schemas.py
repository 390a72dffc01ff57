"""JSON of cadence policies, pauses and must-visits."""

from __future__ import annotations

from typing import Any

import marshmallow as ma

from planner.cadence.policy import MOST_COMBINED
from server.cadences.resolve import CHANNELS
from server.core.fields import ClientId, Integer, Text
from server.core.http import Schema
from server.core.pages import PageArgs
from server.core.time_fields import Day, KeptDay, span_is_in_order

YEARS_10 = 3650
MOST_COMBINATIONS = 50
MODES, PERIODS = ("rolling", "quota", "pattern"), ("week", "month", "quarter", "year")
VERSION: dict[str, Any] = {"description": 'PATCH and DELETE want it as If-Match: "v<version>"'}


def channel(**kwargs: Any) -> ma.fields.String:
    return ma.fields.String(validate=ma.validate.OneOf(CHANNELS), **kwargs)


class SeasonSchema(Schema):
    months = ma.fields.List(
        Integer(1, 12), required=True, validate=ma.validate.Length(1, 12), metadata={"uniqueItems": True}
    )
    interval_days = Integer(1, YEARS_10, required=True, allow_none=True, metadata={"description": "null: closed"})

    @ma.validates("months")
    def _once(self, months: list[int], **_: Any) -> None:
        if len(set(months)) < len(months):
            raise ma.ValidationError("Name each month once.")


class Combination(ma.fields.List):
    """Working days of a block, kept in order."""

    def __init__(self, **kwargs: Any) -> None:
        many = ma.validate.Length(1, MOST_COMBINED)
        super().__init__(Integer(0, MOST_COMBINED - 1), validate=many, metadata={"uniqueItems": True}, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        days: list[Any] = super()._deserialize(value, attr, data, **kwargs)
        return sorted(days)


class CadenceFields(Schema):
    """What a policy asks for; see docs/concepts for the three modes."""

    mode = ma.fields.String(
        validate=ma.validate.OneOf(MODES), allow_none=True,
        metadata={"description": "null: no cadence on this channel, whatever the wider scope says"},
    )  # fmt: skip
    interval_days = Integer(1, YEARS_10, allow_none=True, metadata={"description": "rolling: days between visits"})
    visits = Integer(
        1, 366, allow_none=True, metadata={"description": "quota, pattern: visits in each period or block"}
    )
    period = ma.fields.String(
        validate=ma.validate.OneOf(PERIODS), allow_none=True, metadata={"description": "quota: the calendar period"}
    )
    block_workdays = Integer(
        1, 260, allow_none=True, metadata={"description": "pattern: Mondays to Fridays in a block"}
    )
    anchor = KeptDay(allow_none=True, metadata={"description": "pattern: first day of some block"})
    tolerance_days = Integer(
        0, YEARS_10, allow_none=True,
        metadata={"description": "On time up to so many days from the due date; null: 20 % of the interval"},
    )  # fmt: skip
    min_gap_days = Integer(1, YEARS_10, metadata={"description": "Fewest days between two credited visits"})
    first_within_days = Integer(
        1, YEARS_10, allow_none=True,
        metadata={"description": "An account never visited is due within so many days; null: one interval"},
    )  # fmt: skip
    valid_from = KeptDay(allow_none=True, metadata={"description": "Before it the clock stands still"})
    valid_to = KeptDay(allow_none=True, metadata={"description": "After it the clock stands still"})
    seasons = ma.fields.List(ma.fields.Nested(SeasonSchema), validate=ma.validate.Length(max=12))
    combinations = ma.fields.List(
        Combination(), validate=ma.validate.Length(max=MOST_COMBINATIONS),
        metadata={
            "description": "pattern: the working days of a block on which its visits may be, each as many as `visits`; 0 is the "
            "block's first: with blocks of 5 from a Monday [[0, 3], [1, 4]] is Monday and Thursday, or Tuesday and Friday. "
            "What the plan chooses follows one of them; visits on other days count all the same. Empty: any days"
        },
    )  # fmt: skip


class CadenceCreateSchema(CadenceFields):
    """For a segment, an account, or (neither given) the organisation."""

    client_id = ClientId()
    channel = channel(required=True)
    segment = Text(40, 1, load_default=None, allow_none=True, metadata={"description": "Code of a segment"})
    account_id = ma.fields.UUID(load_default=None, allow_none=True)
    mode = ma.fields.String(validate=ma.validate.OneOf(MODES), allow_none=True, required=True)

    @ma.validates_schema
    def _one_scope(self, data: dict[str, Any], **_: Any) -> None:
        if data.get("segment") and data.get("account_id"):
            raise ma.ValidationError("Give segment or account_id, not both.", "segment")


class CadenceSchema(CadenceFields):
    id = ma.fields.UUID()
    channel = channel()
    segment = ma.fields.String(allow_none=True)
    account_id = ma.fields.UUID(allow_none=True)
    version = ma.fields.Integer(metadata=VERSION)


class CadenceArgs(PageArgs):
    channel = channel()
    segment = Text(40, 1)
    account_id = ma.fields.UUID()


class PauseCreateSchema(Schema):
    client_id = ClientId()
    first = KeptDay(
        required=True, metadata={"description": "First local day of the account on which the clock stands still"}
    )
    last = KeptDay(required=True, metadata={"description": "Last such day"})
    reason = Text(200, load_default=None, allow_none=True)

    @ma.validates_schema
    def _in_order(self, data: dict[str, Any], **_: Any) -> None:
        span_is_in_order(data, "first", "last")


class PausePatchSchema(Schema):
    first = KeptDay()
    last = KeptDay()
    reason = Text(200, allow_none=True)


class PauseSchema(Schema):
    id = ma.fields.UUID()
    account_id = ma.fields.UUID()
    first = ma.fields.Date()
    last = ma.fields.Date()
    reason = ma.fields.String(allow_none=True)
    version = ma.fields.Integer(metadata=VERSION)


class MustVisitPatchSchema(Schema):
    first = KeptDay()
    last = KeptDay()
    note = Text(500, allow_none=True)


class MustVisitCreateSchema(PauseCreateSchema):
    class Meta:
        exclude = ("reason",)

    account_id = ma.fields.UUID(required=True)
    first = KeptDay(required=True, metadata={"description": "The visit is wanted on this day ..."})
    last = KeptDay(required=True, metadata={"description": "... or any other up to this one"})
    note = Text(500, load_default=None, allow_none=True)


class MustVisitSchema(Schema):
    id = ma.fields.UUID()
    account_id = ma.fields.UUID()
    first = ma.fields.Date()
    last = ma.fields.Date()
    note = ma.fields.String(allow_none=True)
    author_id = ma.fields.UUID(allow_none=True)
    version = ma.fields.Integer(metadata=VERSION)


class MustVisitArgs(PageArgs):
    account_id = ma.fields.UUID()
    rep_id = ma.fields.UUID(metadata={"description": "Accounts that this rep owns"})
    first = Day(data_key="from", metadata={"description": "Periods that end on this day or later"})
    last = Day(data_key="to", metadata={"description": "Periods that begin on this day or earlier"})

    @ma.validates_schema
    def _in_order(self, data: dict[str, Any], **_: Any) -> None:
        span_is_in_order(data, "first", "last", ("from", "to"))
