"""Workdays: working hours, holidays and time off as the planner counts them, in really elapsed seconds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from planner.calendar import Break, DateRange, TimeWindow
from planner.problem import Workday
from server.company.models import Company
from server.reps.hours import second_of, working_hours
from server.reps.models import DayHours, Rep


def workdays(
    rep: Rep,
    company: Company,
    horizon: DateRange,
    time_off: Sequence[DateRange],
    own: Mapping[date, DayHours],
    home: int,
    end: int,
) -> list[Workday]:
    """Every day of the horizon on which the rep works; `own`: the dates with hours of their own; `home` and `end` are indices of places."""
    return [
        _workday(rep, day, hours, own.get(day), home, end)
        for day in horizon
        if (hours := working_hours(rep, company, day, own)) and not any(day in away for away in time_off)
    ]


def _workday(rep: Rep, day: date, hours: tuple[int, int], own: DayHours | None, home: int, end: int) -> Workday:
    stops, driving = rep.max_stops, rep.max_driving_minutes
    if own is not None:
        stops = stops if own.max_stops is None else own.max_stops
        driving = driving if own.max_driving_minutes is None else own.max_driving_minutes
    return Workday(
        str(rep.id),
        day,
        *hours,
        home,
        end,
        _break(rep, day),
        stops,
        rep.max_overtime_minutes * 60,
        rep.follow_up_minutes * 60,
        rep.capacity_units,
        None if driving is None else driving * 60,
        frozenset(rep.skills),
    )


def _break(rep: Rep, day: date) -> Break | None:
    if not (rep.break_from and rep.break_until and rep.break_minutes):
        return None
    first, last = (second_of(day, text, rep.timezone) for text in (rep.break_from, rep.break_until))
    return Break(TimeWindow(first, max(first, last)), rep.break_minutes * 60)
