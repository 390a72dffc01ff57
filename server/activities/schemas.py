"""JSON of activities."""

from __future__ import annotations

from typing import Any

import marshmallow as ma

from server.core.fields import Boolean, Latitude, Longitude, Money, Number, Text
from server.core.http import Schema
from server.core.pages import PageArgs
from server.core.time_fields import Day, Moment, span_is_in_order

CHANNELS = ("visit", "phone", "email", "mail")
STATUSES = ("completed", "attempted", "skipped", "started")
MOST_IN_BATCH = 500
MOST_MONEY = 999_999_999_999
IN_CURRENCY = {"description": "In the company's currency"}


class ActivityCreateSchema(Schema):
    """What was done.  `client_id` is made by the telephone once and for all; sending it again is always safe."""

    client_id = ma.fields.UUID(required=True)
    account_id = ma.fields.UUID(required=True)
    rep_id = ma.fields.UUID(
        load_default=None, allow_none=True, metadata={"description": "Who did it; a rep may leave it out"}
    )
    cover = Boolean(
        load_default=False, metadata={"description": "A rep stands in for a colleague of the same team, who owns it"}
    )
    appointment_id = ma.fields.UUID(load_default=None, allow_none=True)
    channel = ma.fields.String(load_default="visit", validate=ma.validate.OneOf(CHANNELS))
    status = ma.fields.String(
        load_default="completed", validate=ma.validate.OneOf(STATUSES),
        metadata={"description": "Only completed counts; attempted: nobody there; skipped: not tried; started: there now"},
    )  # fmt: skip
    outcome = Text(60, load_default=None, allow_none=True)
    reason = Text(300, load_default=None, allow_none=True, metadata={"description": "Needed for a skip"})
    note = Text(10_000, load_default=None, allow_none=True)
    order_value = Money(0, MOST_MONEY, load_default=None, allow_none=True, metadata=IN_CURRENCY)
    happened_at = Moment(
        required=True,
        metadata={"description": "When it began, by the device's clock: in the last ten years, not in the future"},
    )
    ended_at = Moment(load_default=None, allow_none=True)
    device_time = Moment(
        load_default=None, allow_none=True,
        metadata={"description": "What the device's clock shows when it sends: a wrong clock is corrected by it"},
    )  # fmt: skip
    lat = Latitude(load_default=None, allow_none=True, metadata={"description": "Of the check-in"})
    lon = Longitude(load_default=None, allow_none=True)
    accuracy_metres = Number(0, 1_000_000, load_default=None, allow_none=True)

    @ma.validates_schema
    def _whole(self, data: dict[str, Any], **_: Any) -> None:
        if data["status"] == "skipped" and not data["reason"]:
            raise ma.ValidationError("A skip needs a reason.", "reason")
        if data["ended_at"] and data["ended_at"] < data["happened_at"]:
            raise ma.ValidationError("It is before happened_at.", "ended_at")
        if (data["lat"] is None) != (data["lon"] is None):
            raise ma.ValidationError("A position has both lat and lon.", "lat" if data["lat"] is None else "lon")


class ActivitySchema(Schema):
    id = ma.fields.UUID()
    client_id = ma.fields.UUID()
    author_id = ma.fields.UUID(metadata={"description": "The user who sent it"})
    rep_id = ma.fields.UUID()
    account_id = ma.fields.UUID()
    cover = ma.fields.Boolean()
    appointment_id = ma.fields.UUID(allow_none=True)
    channel = ma.fields.String()
    status = ma.fields.String()
    outcome = ma.fields.String(allow_none=True)
    reason = ma.fields.String(allow_none=True)
    note = ma.fields.String(allow_none=True)
    order_value = Money(0, MOST_MONEY, allow_none=True, metadata=IN_CURRENCY)
    happened_at = Moment(metadata={"description": "Corrected where the device's clock was more than two minutes off"})
    ended_at = Moment(allow_none=True)
    timezone = ma.fields.String(metadata={"description": "The account's"})
    local_day = ma.fields.Date(metadata={"description": "The account's local date of happened_at: cadences count it"})
    device_time = Moment(allow_none=True)
    clock_skew_seconds = ma.fields.Integer(
        allow_none=True, metadata={"description": "How far the device's clock was ahead; beyond 120 it was corrected"}
    )
    received_at = Moment()
    lat = ma.fields.Float(allow_none=True, metadata={"description": "Kept only inside the rep's working hours"})
    lon = ma.fields.Float(allow_none=True)
    accuracy_metres = ma.fields.Float(allow_none=True)
    withdrawn_at = Moment(allow_none=True)
    version = ma.fields.Integer(metadata={"description": 'PATCH wants it as If-Match: "v<version>"'})


class ActivityPatchSchema(Schema):
    note = Text(10_000, allow_none=True)
    outcome = Text(60, allow_none=True)
    withdrawn = Boolean(metadata={"description": "true takes it back, false lets it count again"})


class ActivityArgs(PageArgs):
    account_id = ma.fields.UUID()
    rep_id = ma.fields.UUID()
    channel = ma.fields.String(validate=ma.validate.OneOf(CHANNELS))
    status = ma.fields.String(validate=ma.validate.OneOf(STATUSES))
    first = Day(data_key="from", metadata={"description": "First local day"})
    last = Day(data_key="to", metadata={"description": "Last local day"})

    @ma.validates_schema
    def _in_order(self, data: dict[str, Any], **_: Any) -> None:
        span_is_in_order(data, "first", "last", ("from", "to"))


class BatchSchema(Schema):
    """A telephone's queue.  Each item is judged by itself; send what failed with a status of 5xx again."""

    activities = ma.fields.List(
        ma.fields.Raw(allow_none=True),
        required=True,
        validate=ma.validate.Length(1, MOST_IN_BATCH),
        metadata={"description": "Each as for POST /activities"},
    )
    device_time = Moment(
        load_default=None, allow_none=True, metadata={"description": "For all items that have none of their own"}
    )


class BatchItemSchema(Schema):
    client_id = ma.fields.String(allow_none=True, metadata={"description": "As sent; null where it was no string"})
    status = ma.fields.Integer(
        metadata={"description": "201 stored, 200 stored before, else the status of the problem"}
    )
    activity = ma.fields.Nested(ActivitySchema, allow_none=True)
    problem = ma.fields.Dict(allow_none=True, metadata={"description": "Problem document (RFC 9457)"})


class BatchResultSchema(Schema):
    results = ma.fields.List(ma.fields.Nested(BatchItemSchema), metadata={"description": "In the order sent"})
