"""When a rep works: working hours on the wall as elapsed seconds of each local day, holidays left out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.hours import holiday_names
from server.company.models import Company
from server.core.clock import wall_seconds, zone
from server.reps.models import DayHours, Rep

MIDNIGHT = "24:00"


def hours_of(session: Session, rep: Rep, moment: datetime) -> DayHours | None:
    """The hours that the date of a moment has of its own, by the rep's clock."""
    day = moment.astimezone(zone(rep.timezone)).date()
    return session.scalar(select(DayHours).where(DayHours.rep_id == rep.id, DayHours.day == day))


def working_hours(rep: Rep, company: Company, day: date, own: Mapping[date, DayHours]) -> tuple[int, int] | None:
    """From when to when the rep works on a date, in seconds since local midnight; None: not at all.

    own : the dates with hours of their own."""
    if day in own:
        return _seconds(rep, day, (own[day].starts, own[day].ends))
    return None if holiday(rep, day) else usual_hours(rep, company, day)


def usual_span(rep: Rep, company: Company, day: date) -> tuple[str, str] | None:
    """The same on the wall, HH:MM, of a date without hours of its own."""
    return None if holiday(rep, day) else _span(rep, company, day)


def holiday(rep: Rep, day: date) -> str | None:
    """The name of a public holiday that the rep has free; None: it is none."""
    return None if rep.works_holidays else holiday_names(rep.country, rep.region, day.year).get(day)


def usual_hours(rep: Rep, company: Company, day: date) -> tuple[int, int] | None:
    """The same for the weekday, holiday or not."""
    span = _span(rep, company, day)
    return _seconds(rep, day, span) if span else None


def _span(rep: Rep, company: Company, day: date) -> tuple[str, str] | None:
    if rep.working_hours:
        return rep.working_hours.get(str(day.weekday()))
    return (f"{company.work_starts:%H:%M}", f"{company.work_ends:%H:%M}") if day.weekday() < 5 else None


def _seconds(rep: Rep, day: date, span: tuple[str, str]) -> tuple[int, int] | None:
    start, end = (second_of(day, text, rep.timezone) for text in span)
    return (start, end) if start < end else None


def second_of(day: date, text: str, zone: str) -> int:
    """Elapsed seconds since local midnight at HH:MM; "24:00" is the end of the day."""
    if text == MIDNIGHT:
        return wall_seconds(day, time(23, 59, 59), zone) + 1
    return wall_seconds(day, time.fromisoformat(text), zone)
