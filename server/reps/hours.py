"""When a rep works: working hours on the wall as elapsed seconds of each local day, holidays left out."""

from __future__ import annotations

from datetime import date, time

from server.accounts.hours import holiday_names
from server.company.models import Company
from server.core.clock import wall_seconds
from server.reps.models import Rep

MIDNIGHT = "24:00"


def working_hours(rep: Rep, company: Company, day: date) -> tuple[int, int] | None:
    """From when to when the rep works on a date, in seconds since local midnight; None: not at all."""
    return None if holiday(rep, day) else usual_hours(rep, company, day)


def holiday(rep: Rep, day: date) -> str | None:
    """The name of a public holiday that the rep has free; None: it is none."""
    return None if rep.works_holidays else holiday_names(rep.country, rep.region, day.year).get(day)


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
