"""Workdays: working hours, holidays and time off as the planner counts them, in really elapsed seconds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time

from planner.calendar import Break, DateRange, TimeWindow
from planner.problem import Workday
from server.accounts.hours import holidays_between
from server.company.models import Company
from server.core.clock import wall_seconds
from server.reps.models import Rep

MIDNIGHT = "24:00"


def workdays(
    rep: Rep, company: Company, horizon: DateRange, time_off: Sequence[DateRange], home: int, end: int
) -> list[Workday]:
    """Every day of the horizon on which the rep works; `home` and `end` are indices of places."""
    return [
        _workday(rep, day, hours, home, end)
        for day in horizon
        if (hours := working_hours(rep, company, day)) and not any(day in away for away in time_off)
    ]


def working_hours(rep: Rep, company: Company, day: date) -> tuple[int, int] | None:
    """From when to when the rep works on a date, in seconds since local midnight; None: not at all."""
    year = (date(day.year, 1, 1), date(day.year, 12, 31))
    if not rep.works_holidays and day in holidays_between(rep.country, rep.region, *year):
        return None
    if rep.working_hours:
        span = rep.working_hours.get(str(day.weekday()))
    else:
        span = (f"{company.work_starts:%H:%M}", f"{company.work_ends:%H:%M}") if day.weekday() < 5 else None
    if not span:
        return None
    start, end = (_second(day, text, rep.timezone) for text in span)
    return (start, end) if start < end else None


def _workday(rep: Rep, day: date, hours: tuple[int, int], home: int, end: int) -> Workday:
    return Workday(
        str(rep.id),
        day,
        *hours,
        home,
        end,
        _break(rep, day),
        rep.max_stops,
        rep.max_overtime_minutes * 60,
        rep.follow_up_minutes * 60,
    )


def _break(rep: Rep, day: date) -> Break | None:
    if not (rep.break_from and rep.break_until and rep.break_minutes):
        return None
    first, last = (_second(day, text, rep.timezone) for text in (rep.break_from, rep.break_until))
    return Break(TimeWindow(first, max(first, last)), rep.break_minutes * 60)


def _second(day: date, text: str, zone: str) -> int:
    if text == MIDNIGHT:
        return wall_seconds(day, time(23, 59, 59), zone) + 1
    return wall_seconds(day, time.fromisoformat(text), zone)
