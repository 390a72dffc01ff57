"""What the company's settings look like outside."""

from __future__ import annotations

import marshmallow as ma

from server.accounts.hours import LONGEST, hours_problem, normalised
from server.core.fields import Boolean, Country, Currency, Integer, Locale, Text, Zone
from server.core.http import Schema
from server.core.time_fields import WallTime

LEAST_RADIUS, MOST_RADIUS = 100, 5_000_000  # metres
LONGEST_RADIUS = 1_440  # minutes
LONGEST_HORIZON = 90  # days


class HoursText(Text):
    """Opening hours in OpenStreetMap syntax, such as `Mo-Fr 08:00-18:00; PH off`."""

    def _deserialize(self, value: object, attr: str | None, data: object, **kwargs: object) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        problem = hours_problem(text)
        if problem:
            raise ma.ValidationError(problem)
        return normalised(text)


class DisplaySchema(Schema):
    """How times, distances and money are shown."""

    name = ma.fields.String(required=True)
    country = ma.fields.String(required=True)
    timezone = ma.fields.String(required=True)
    distance_unit = ma.fields.String(required=True, metadata={"enum": ["mi", "km"]})
    currency = ma.fields.String(required=True, metadata={"description": "ISO 4217"})
    locale = ma.fields.String(required=True, metadata={"description": "BCP 47, for numbers and dates"})
    week_starts_on = ma.fields.Integer(required=True, metadata={"description": "0 = Monday"})


class CompanySchema(DisplaySchema):
    """The settings that teams, reps and accounts inherit."""

    region = ma.fields.String(required=True, allow_none=True)
    horizon_days = ma.fields.Integer(required=True)
    at_risk_days = ma.fields.Integer(required=True)
    radius_metres = ma.fields.Integer(required=True)
    radius_minutes = ma.fields.Integer(required=True, allow_none=True)
    radius_hard = ma.fields.Boolean(required=True)
    whole_visit_in_hours = ma.fields.Boolean(required=True)
    default_hours = ma.fields.String(required=True)
    default_service_minutes = ma.fields.Integer(required=True)
    work_starts = WallTime(required=True)
    work_ends = WallTime(required=True)
    version = ma.fields.Integer(required=True)


class CompanyChangeSchema(Schema):
    """What is given changes."""

    name = Text(200, 1)
    country = Country()
    region = Text(10, 1, allow_none=True, metadata={"description": "ISO 3166-2 part after the dash, for holidays"})
    timezone = Zone()
    distance_unit = ma.fields.String(validate=ma.validate.OneOf(["mi", "km"]))
    currency = Currency()
    locale = Locale(metadata={"description": "BCP 47, for numbers and dates"})
    week_starts_on = Integer(0, 6, metadata={"description": "0 = Monday"})
    horizon_days = Integer(1, LONGEST_HORIZON, metadata={"description": "How far ahead is planned"})
    at_risk_days = Integer(
        1, 60,
        metadata={"description": "At risk: no visit is planned and fewer days than this are left for one in time"},
    )  # fmt: skip
    radius_metres = Integer(
        LEAST_RADIUS, MOST_RADIUS, metadata={"description": "How far a day's visits lie from its anchor"}
    )
    radius_minutes = Integer(
        1, LONGEST_RADIUS, allow_none=True,
        metadata={"description": "The same in minutes of driving, there and back each; goes before radius_metres; null: by distance"},
    )  # fmt: skip
    radius_hard = Boolean(metadata={"description": "true: never farther; false: at a price"})
    whole_visit_in_hours = Boolean(metadata={"description": "true: visits also end within opening hours"})
    default_hours = HoursText(
        LONGEST, 1, metadata={"description": "Opening hours of accounts that give none (OpenStreetMap)"}
    )
    default_service_minutes = Integer(1, 480)
    work_starts = WallTime(metadata={"description": "Of reps without working hours of their own"})
    work_ends = WallTime()
