"""What reps, teams and time off look like outside."""

from __future__ import annotations

import re
from typing import Any

import marshmallow as ma

from server.company.schemas import (
    FARTHEST_NIGHT,
    LEAST_RADIUS,
    LONGEST_RADIUS,
    MOST_NIGHT_PRICE,
    MOST_RADIUS,
    Area,
    SpeedBands,
)
from server.core.fields import Boolean, ClientId, Country, Integer, Latitude, Longitude, Skills, Text, Weekdays, Zone
from server.core.http import Schema
from server.core.pages import PageArgs, page_schema
from server.core.time_fields import Clock, Day, KeptDay, span_is_in_order

LONGEST_ABSENCE = 366  # days
PAST_ABSENCE = 731  # days: one that ended earlier says nothing that a report would still show
RADIUS_HELP = {"description": "null: as the team, the teams above it, then the company says"}
MINUTES_HELP = {
    "description": "Radius in minutes of driving, goes before radius_metres of the same level; both null: as the level above says"
}
MOST_UNITS = 1_000_000


class WorkingHours(ma.fields.Dict):
    """{"0": ["08:00", "17:00"], ...} by weekday, Monday = 0; a missing day is free."""

    def __init__(self, **kwargs: Any) -> None:
        day = ma.fields.String(
            validate=ma.validate.Regexp(re.compile("^[0-6]$"), error="A weekday is 0 (Monday) to 6.")
        )
        span = ma.fields.List(Clock(), validate=ma.validate.Length(equal=2))
        doc = {
            "description": f"{self.__doc__}  Empty: the company's, Monday to Friday",
            "propertyNames": {"pattern": "^[0-6]$"},
            "examples": [{"0": ["08:00", "17:00"], "4": ["08:00", "13:00"]}],
        }
        super().__init__(keys=day, values=span, **{"metadata": doc, **kwargs})


class TeamSchema(Schema):
    """A node in the tree of teams."""

    id = ma.fields.UUID(required=True)
    name = ma.fields.String(required=True)
    parent_id = ma.fields.UUID(required=True, allow_none=True)
    radius_metres = ma.fields.Integer(required=True, allow_none=True)
    radius_minutes = ma.fields.Integer(required=True, allow_none=True)
    radius_hard = ma.fields.Boolean(required=True, allow_none=True)
    speed_bands = SpeedBands(required=True, allow_none=True)
    area = ma.fields.String(required=True, allow_none=True)
    approval = ma.fields.Boolean(required=True)
    version = ma.fields.Integer(required=True)


class TeamChangeSchema(Schema):
    """What is given changes."""

    name = Text(200, 1)
    parent_id = ma.fields.UUID(allow_none=True, metadata={"description": "The team above; null: at the top"})
    radius_metres = Integer(LEAST_RADIUS, MOST_RADIUS, allow_none=True, metadata=RADIUS_HELP)
    radius_minutes = Integer(1, LONGEST_RADIUS, allow_none=True, metadata=MINUTES_HELP)
    radius_hard = Boolean(allow_none=True, metadata=RADIUS_HELP)
    speed_bands = SpeedBands(
        allow_none=True,
        metadata={"description": "Instead of the company's; []: none; null: as the team above says, then the company"},
    )
    area = Area(
        allow_none=True,
        metadata={"description": "Where its reps mostly drive; null: as the team above says, then the company"},
    )
    approval = Boolean(metadata={"description": "true: improved plans wait for a manager, here and in teams below"})


class NewTeamSchema(TeamChangeSchema):
    client_id = ClientId()
    name = Text(200, 1, required=True)


class RepSchema(Schema):
    """A field rep."""

    id = ma.fields.UUID(required=True)
    user_id = ma.fields.UUID(required=True, allow_none=True)
    team_id = ma.fields.UUID(required=True)
    name = ma.fields.String(required=True)
    timezone = ma.fields.String(required=True)
    country = ma.fields.String(required=True)
    region = ma.fields.String(required=True, allow_none=True)
    home_address = ma.fields.String(required=True, allow_none=True)
    home_lat = ma.fields.Float(required=True, allow_none=True)
    home_lon = ma.fields.Float(required=True, allow_none=True)
    end_lat = ma.fields.Float(required=True, allow_none=True)
    end_lon = ma.fields.Float(required=True, allow_none=True)
    working_hours = WorkingHours(required=True)
    break_from = ma.fields.String(required=True, allow_none=True)
    break_until = ma.fields.String(required=True, allow_none=True)
    break_minutes = ma.fields.Integer(required=True)
    max_stops = ma.fields.Integer(required=True, allow_none=True)
    max_driving_minutes = ma.fields.Integer(required=True, allow_none=True)
    capacity_units = ma.fields.Integer(required=True, allow_none=True)
    skills = ma.fields.List(ma.fields.String(), required=True)
    max_overtime_minutes = ma.fields.Integer(required=True)
    follow_up_minutes = ma.fields.Integer(required=True)
    radius_metres = ma.fields.Integer(required=True, allow_none=True)
    radius_minutes = ma.fields.Integer(required=True, allow_none=True)
    radius_hard = ma.fields.Boolean(required=True, allow_none=True)
    night_weekdays = ma.fields.List(ma.fields.Integer(), required=True)
    night_price_minutes = ma.fields.Integer(required=True, allow_none=True)
    night_from_home_minutes = ma.fields.Integer(required=True, allow_none=True)
    fair_days = ma.fields.Boolean(required=True, allow_none=True)
    area = ma.fields.String(required=True, allow_none=True)
    works_holidays = ma.fields.Boolean(required=True)
    active = ma.fields.Boolean(required=True)
    version = ma.fields.Integer(required=True)


class RepChangeSchema(Schema):
    """What is given changes."""

    user_id = ma.fields.UUID(allow_none=True, metadata={"description": "The person who signs in as this rep"})
    team_id = ma.fields.UUID()
    name = Text(200, 1)
    timezone = Zone()
    country = Country(metadata={"description": "ISO 3166-1 alpha-2; its public holidays are free"})
    region = Text(10, 1, allow_none=True, metadata={"description": "ISO 3166-2 part after the dash, for holidays"})
    home_address = Text(500, 1, allow_none=True)
    home_lat = Latitude(allow_none=True)
    home_lon = Longitude(allow_none=True)
    end_lat = Latitude(allow_none=True, metadata={"description": "Where days end; null: at home"})
    end_lon = Longitude(allow_none=True)
    working_hours = WorkingHours()
    break_from = Clock(allow_none=True, metadata={"description": "Earliest start of the break"})
    break_until = Clock(allow_none=True, metadata={"description": "Latest start of the break"})
    break_minutes = Integer(0, 480, metadata={"description": "0: no break"})
    max_stops = Integer(1, 200, allow_none=True, metadata={"description": "Most stops a day; null: no limit"})
    max_driving_minutes = Integer(
        1, 1_440, allow_none=True, metadata={"description": "Most driving a day, the way home included; null: no limit"}
    )
    capacity_units = Integer(
        0, MOST_UNITS, allow_none=True,
        metadata={"description": "What can be carried a day, in the unit of accounts' load_units; null: no limit"},
    )  # fmt: skip
    skills = Skills(
        metadata={"description": "What the rep, with what is taken along, can do; see needed_skills of accounts"}
    )
    max_overtime_minutes = Integer(0, 720)
    follow_up_minutes = Integer(0, 240, metadata={"description": "Time kept free after each visit"})
    radius_metres = Integer(LEAST_RADIUS, MOST_RADIUS, allow_none=True, metadata=RADIUS_HELP)
    radius_minutes = Integer(1, LONGEST_RADIUS, allow_none=True, metadata=MINUTES_HELP)
    radius_hard = Boolean(allow_none=True, metadata=RADIUS_HELP)
    night_weekdays = Weekdays(
        metadata={
            "description": "Evenings (0 = Monday) after which the rep may sleep away, if the next day is a workday too; []: never"
        }
    )
    night_price_minutes = Integer(
        0, MOST_NIGHT_PRICE, allow_none=True, metadata={"description": "null: as the company says"}
    )
    night_from_home_minutes = Integer(
        0, FARTHEST_NIGHT, allow_none=True, metadata={"description": "null: as the company says"}
    )
    fair_days = Boolean(
        allow_none=True,
        metadata={"description": "true: days that get more than their share of the rep's work cost more; null: as the company says"},
    )  # fmt: skip
    area = Area(allow_none=True, metadata={"description": "Where the rep mostly drives; null: as the team says"})
    works_holidays = Boolean()
    active = Boolean(metadata={"description": "false: no longer planned; accounts keep their owner until reassigned"})


class NewRepSchema(RepChangeSchema):
    """Time zone and country are the company's where they are not given."""

    client_id = ClientId()
    team_id = ma.fields.UUID(required=True)
    name = Text(200, 1, required=True)


class RepListArgs(PageArgs):
    team_id = ma.fields.UUID(metadata={"description": "Only this team (not those below it)"})
    active = ma.fields.Boolean(truthy={"true"}, falsy={"false"})


class TimeOffSchema(Schema):
    """Whole local days, both included, on which a rep does not work."""

    id = ma.fields.UUID(required=True)
    rep_id = ma.fields.UUID(required=True)
    first = ma.fields.Date(required=True)
    last = ma.fields.Date(required=True)
    reason = ma.fields.String(required=True, allow_none=True)
    version = ma.fields.Integer(required=True)


class NewTimeOffSchema(Schema):
    client_id = ClientId()
    first = KeptDay(required=True)
    last = KeptDay(required=True, metadata={"description": f"It ended at most {PAST_ABSENCE} days ago"})
    reason = Text(200, load_default=None, allow_none=True)

    @ma.validates_schema
    def _in_order(self, values: dict[str, Any], **_: Any) -> None:
        span_is_in_order(values, "first", "last")
        if (values["last"] - values["first"]).days >= LONGEST_ABSENCE:
            raise ma.ValidationError(f"One entry is at most {LONGEST_ABSENCE} days long.", "last")


class TimeOffArgs(PageArgs):
    since = Day(metadata={"description": "Only what lasts to this day or longer"})


class DayHoursSchema(Schema):
    """What holds on one date, time off left aside."""

    rep_id = ma.fields.UUID(required=True)
    day = Day(required=True)
    starts = ma.fields.String(required=True, allow_none=True, metadata={"description": "null: the rep does not work"})
    ends = ma.fields.String(required=True, allow_none=True)
    max_stops = ma.fields.Integer(required=True, allow_none=True, metadata={"description": "null: the rep's own limit"})
    max_driving_minutes = ma.fields.Integer(
        required=True, allow_none=True, metadata={"description": "null: the rep's own limit"}
    )
    version = ma.fields.Integer(required=True, metadata={"description": "0: the usual hours hold"})


class SetDayHoursSchema(Schema):
    starts = Clock(required=True)
    ends = Clock(required=True)
    max_stops = Integer(
        1, 200, allow_none=True, metadata={"description": "Most stops on this day; null: the rep's limit"}
    )
    max_driving_minutes = Integer(
        1, 1_440, allow_none=True, metadata={"description": "Most driving on this day; null: the rep's limit"}
    )


class DayHoursArgs(PageArgs):
    since = Day(metadata={"description": "Only this day and later ones"})


RepPage, TeamPage, TimeOffPage, DayHoursPage = (
    page_schema(schema) for schema in (RepSchema, TeamSchema, TimeOffSchema, DayHoursSchema)
)
