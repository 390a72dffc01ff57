"""What the company's settings look like outside."""

from __future__ import annotations

from typing import Any

import marshmallow as ma

from server.accounts.hours import LONGEST, hours_problem, normalised
from server.core.fields import Boolean, Country, Currency, Integer, Locale, Number, Text, Weekdays, Zone
from server.core.http import Schema
from server.core.time_fields import Clock, WallTime

LEAST_RADIUS, MOST_RADIUS = 100, 5_000_000  # metres
LONGEST_RADIUS = 1_440  # minutes
LONGEST_HORIZON = 90  # days
SLOWEST, FASTEST = 10, 300  # percent of the usual speed
MOST_BANDS = 50
MOST_PREFERRED_PRICE, MOST_UNFAIR = 1_440, 1_000  # minutes, percent
ENERGIES = ("petrol", "diesel", "electric")
MOST_CONSUMPTION, MOST_CO2 = 1_000, 10_000  # litres or kWh, grams
MOST_NIGHT_PRICE, FARTHEST_NIGHT = 1_440, 1_440  # minutes
AREAS = ("city", "town", "rural")
TRAFFIC = ("off", "tables", "learned")


class HoursText(Text):
    """Opening hours in OpenStreetMap syntax, such as `Mo-Fr 08:00-18:00; PH off`."""

    def _deserialize(self, value: object, attr: str | None, data: object, **kwargs: object) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        problem = hours_problem(text)
        if problem:
            raise ma.ValidationError(problem)
        return normalised(text)


class SpeedBandSchema(Schema):
    """So fast one drives on some weekdays between two times on the rep's clock."""

    weekdays = Weekdays(
        1, load_default=lambda: list(range(7)), metadata={"description": "0 = Monday; every day unless given"}
    )
    from_ = Clock(data_key="from", attribute="from", required=True)
    to = Clock(required=True, metadata={"description": "Not included; 24:00 is the end of the day"})
    percent = Integer(
        SLOWEST,
        FASTEST,
        required=True,
        metadata={"description": "Of the usual speed: at 50 everything takes twice as long"},
    )

    @ma.validates_schema
    def _in_order(self, band: dict[str, Any], **_: Any) -> None:
        if band["to"] <= band["from"]:
            raise ma.ValidationError(f"It is not after {band['from']}; what goes past midnight is two bands.", "to")


class SpeedBands(ma.fields.List):
    """Speeds by the time of day, in the order of their start; at any time of a week one holds, 100 outside of all."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(ma.fields.Nested(SpeedBandSchema), validate=ma.validate.Length(max=MOST_BANDS), **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        bands: list[Any] = super()._deserialize(value, attr, data, **kwargs)
        _refuse_overlap(bands)
        return sorted(bands, key=lambda band: (band["from"], band["weekdays"]))


def _refuse_overlap(bands: list[dict[str, Any]]) -> None:
    before: dict[int, dict[str, Any]] = {}  # the band of each weekday that ends last
    for number, band in sorted(enumerate(bands), key=lambda entry: entry[1]["from"]):
        for weekday in band["weekdays"]:
            other = before.get(weekday)
            if other is not None and band["from"] < other["to"]:
                said = f"It begins before the band from {other['from']} to {other['to']} is over, on weekday {weekday}."
                raise ma.ValidationError({number: {"from": [said]}})
            before[weekday] = band


class Area(ma.fields.String):
    """The kind of area that decides how much slower than on empty roads one drives when: see /speed-tables."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(validate=ma.validate.OneOf(AREAS), **kwargs)


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
    speed_bands = SpeedBands(required=True)
    area = ma.fields.String(required=True, metadata={"enum": list(AREAS)})
    traffic = ma.fields.String(required=True, metadata={"enum": list(TRAFFIC)})
    night_price_minutes = ma.fields.Integer(required=True)
    night_from_home_minutes = ma.fields.Integer(required=True)
    nights_at_accounts = ma.fields.Boolean(required=True)
    preferred_price_minutes = ma.fields.Integer(required=True)
    fair_days = ma.fields.Boolean(required=True)
    unfair_percent = ma.fields.Integer(required=True)
    vehicle_energy = ma.fields.String(required=True, metadata={"enum": list(ENERGIES)})
    consumption_per_100_km = ma.fields.Float(required=True, allow_none=True)
    co2_grams_per_unit = ma.fields.Integer(required=True, allow_none=True)
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
    speed_bands = SpeedBands(
        metadata={"description": "Driving by the time of day, such as rush hours, instead of /speed-tables; teams may have their own"}
    )  # fmt: skip
    area = Area(metadata={"description": "Where reps mostly drive; teams and reps may say otherwise"})
    traffic = ma.fields.String(
        validate=ma.validate.OneOf(TRAFFIC),
        metadata={"description": "Without speed_bands: off (empty roads), tables (by kind of area) or learned (from logged drives)"},
    )  # fmt: skip
    night_price_minutes = Integer(
        0,
        MOST_NIGHT_PRICE,
        metadata={"description": "Minutes of driving that a night away must save; reps may have their own"},
    )
    night_from_home_minutes = Integer(
        0, FARTHEST_NIGHT,
        metadata={"description": "No night away within so many minutes of driving from home; reps may have their own"},
    )  # fmt: skip
    nights_at_accounts = Boolean(
        metadata={"description": "true: a night may also be spent near any account, not only in one of the /hotels"}
    )
    preferred_price_minutes = Integer(
        0, MOST_PREFERRED_PRICE,
        metadata={"description": "Minutes of driving that it costs to begin a visit outside its account's preferred_hours; 0: nothing"},
    )  # fmt: skip
    fair_days = Boolean(
        metadata={"description": "true: days that get more than their share of a rep's work cost more; reps may say otherwise"}
    )  # fmt: skip
    unfair_percent = Integer(
        0, MOST_UNFAIR,
        metadata={"description": "Price of each minute of work beyond a day's share, in percent of a minute of driving"},
    )  # fmt: skip
    vehicle_energy = ma.fields.String(
        validate=ma.validate.OneOf(ENERGIES),
        metadata={"description": "What the reps' cars are driven by, for estimates"},
    )
    consumption_per_100_km = Number(
        0.1, MOST_CONSUMPTION, allow_none=True,
        metadata={"description": "Litres of fuel or kWh; null: petrol 10.6, diesel 8.2, electric 18.6"},
    )  # fmt: skip
    co2_grams_per_unit = Integer(
        0, MOST_CO2, allow_none=True,
        metadata={"description": "CO2 of a litre or kWh; null: petrol 2348, diesel 2689, electric 373 (the US grid's average)"},
    )  # fmt: skip
