"""When a rep works: working hours on the wall as elapsed seconds of each local day, holidays left out."""

from __future__ import annotations

from datetime import date, time

from server.accounts.hours import holidays_between
from server.company.models import Company
from server.core.clock import wall_seconds
from server.reps.models import Rep

MIDNIGHT = "24:00"


def working_hours(rep: Rep, company: Company, day: date) -> tuple[int, int] | None:
    """From when to when the rep works on a date, in seconds since local midnight; None: not at all."""
    return None if on_holiday(rep, day) else usual_hours(rep, company, day)


def on_holiday(rep: Rep, day: date) -> bool:
    """Whether it is a public holiday that the rep has free."""
    year = (date(day.year, 1, 1), date(day.year, 12, 31))
    return not rep.works_holidays and day in holidays_between(rep.country, rep.region, *year)


def usual_hours(rep: Rep, company: Company, day: date) -> tuple[int, int] | None:
    """The same for the weekday, holiday or not."""
    if rep.working_hours:
        span = rep.working_hours.get(str(day.weekday()))
    else:
        span = (f"{company.work_starts:%H:%M}", f"{company.work_ends:%H:%M}") if day.weekday() < 5 else None
    if not span:
        return None
    start, end = (second_of(day, text, rep.timezone) for text in span)
    return (start, end) if start < end else None


def second_of(day: date, text: str, zone: str) -> int:
    """Elapsed seconds since local midnight at HH:MM; "24:00" is the end of the day."""
    if text == MIDNIGHT:
        return wall_seconds(day, time(23, 59, 59), zone) + 1
    return wall_seconds(day, time.fromisoformat(text), zone)
