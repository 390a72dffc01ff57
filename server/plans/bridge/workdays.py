"""Workdays: working hours, holidays and time off as the planner counts them, in really elapsed seconds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from planner.calendar import Break, DateRange, TimeWindow
from planner.problem import Workday
from server.company.models import Company
from server.reps.hours import second_of, working_hours
from server.reps.models import Rep


def workdays(
    rep: Rep, company: Company, horizon: DateRange, time_off: Sequence[DateRange], home: int, end: int
) -> list[Workday]:
    """Every day of the horizon on which the rep works; `home` and `end` are indices of places."""
    return [
        _workday(rep, day, hours, home, end)
        for day in horizon
        if (hours := working_hours(rep, company, day)) and not any(day in away for away in time_off)
    ]


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
        rep.capacity_units,
        None if rep.max_driving_minutes is None else rep.max_driving_minutes * 60,
        frozenset(rep.skills),
    )


def _break(rep: Rep, day: date) -> Break | None:
    if not (rep.break_from and rep.break_until and rep.break_minutes):
        return None
    first, last = (second_of(day, text, rep.timezone) for text in (rep.break_from, rep.break_until))
    return Break(TimeWindow(first, max(first, last)), rep.break_minutes * 60)
