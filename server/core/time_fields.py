"""Fields of dates, wall-clock times and instants, inside the years in which date arithmetic cannot overflow."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Any

import marshmallow as ma

from server.core.clock import now

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)
AHEAD = timedelta(days=3653)  # ten years: what is kept any later is a slip of the finger, or stands for "without end"
FIRST_YEAR, LAST_YEAR = 1970, 2100  # of instants: a telephone may believe that it is 1970


class Day(ma.fields.Date):
    """A calendar date (YYYY-MM-DD) from 2000 to 2100."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="iso", **kwargs)
        self.metadata = {"pattern": "^20[0-9]{2}-[0-9]{2}-[0-9]{2}$", **self.metadata}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, str) or len(value) != 10:
            raise ma.ValidationError("It is not a date; write it like 2026-11-22.")
        day = super()._deserialize(value, attr, data, **kwargs)
        if not FIRST_DAY <= day <= LAST_DAY:
            raise ma.ValidationError(f"It is outside {FIRST_DAY} to {LAST_DAY}.")
        return day


class KeptDay(Day):
    """A date that is stored and counted with: from 2000 to ten years ahead, for the clock of a cadence walks every day of it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        said = self.metadata.get("description")
        limits = f"{FIRST_DAY} to ten years ahead"
        self.metadata = {**self.metadata, "description": f"{said}; {limits}" if said else limits}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        day = super()._deserialize(value, attr, data, **kwargs)
        if problem := kept_day_problem(day):
            raise ma.ValidationError(problem)
        return day


def kept_day_problem(day: date) -> str | None:
    """Why a date cannot be kept; None where it can."""
    latest = now().date() + AHEAD
    return None if FIRST_DAY <= day <= latest else f"It is outside {FIRST_DAY} to {latest} (ten years ahead)."


class WallTime(ma.fields.String):
    """A time on the clock on the wall, HH:MM."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.metadata = {"pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$", "examples": ["09:30"], **self.metadata}

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else value.strftime("%H:%M")

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, str) or len(value) != 5:
            raise ma.ValidationError("It is not a time; write it like 09:30.")
        try:
            return time.fromisoformat(value)
        except ValueError:
            raise ma.ValidationError("It is not a time; write it like 09:30.") from None


class Clock(ma.fields.String):
    """A time on the wall, kept as the text HH:MM; "24:00" is the end of the day."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(validate=_clock, **kwargs)


_clock = ma.validate.Regexp(re.compile("^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$"), error="Write it like 08:30.")

NOT_AN_INSTANT = "It is not an instant with its offset from UTC; write it like 2026-11-22T09:30:00-05:00."


class Moment(ma.fields.AwareDateTime):
    """An instant: ISO 8601 with its offset from UTC."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="iso", **kwargs)
        self.metadata = {"examples": ["2026-11-22T09:30:00-05:00"], **self.metadata}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, str) or not value.isascii():
            raise ma.ValidationError(NOT_AN_INSTANT)
        try:
            moment: datetime = super()._deserialize(value, attr, data, **kwargs)
        except ma.ValidationError:
            raise ma.ValidationError(NOT_AN_INSTANT) from None
        if not FIRST_YEAR < moment.year < LAST_YEAR:
            raise ma.ValidationError(f"It is outside the years {FIRST_YEAR} to {LAST_YEAR}.")
        return moment


def span_is_in_order(values: dict[str, Any], first: str, last: str, named: tuple[str, str] | None = None) -> None:
    """Refuse a span of days that ends before it begins; `named`: what the two are called outside, if otherwise."""
    if values.get(first) and values.get(last) and values[last] < values[first]:
        begins, ends = named or (first, last)
        raise ma.ValidationError(f"It is before {begins}, {values[first]}.", ends)
