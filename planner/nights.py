"""Nights away: which may be, and the workdays that they make.

A plan says in its routes where each night is spent.  For everything that looks at single days a night is nothing but another
end place of one workday and another start place of the next.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta

from planner.plan import Plan
from planner.problem import Problem, Workday
from planner.travel import UNREACHABLE

Key = tuple[str, date]  # rep and date of a workday
Nights = Mapping[Key, int]  # the workday of the evening -> the place


@dataclass(frozen=True, slots=True)
class DayAway(Workday):
    """A workday that begins or ends at the place of a night.  It is driven even with nothing to do on it."""

    morning: int | None = None
    night: int | None = None


def next_day(key: Key) -> Key:
    return key[0], key[1] + timedelta(days=1)


def may_stay(problem: Problem, evening: Workday, morning: Workday | None) -> bool:
    """Whether the night after a workday may be spent away; the next one, `morning`, must be on the date after it."""
    rule = problem.nights
    if rule is None or morning is None or evening.date.weekday() not in rule.weekdays:
        return False
    if rule.first is not None and evening.date < rule.first:
        return False
    if (morning.rep, morning.date) != next_day((evening.rep, evening.date)):
        return False
    return rule.reps is None or evening.rep in rule.reps


def far_enough(problem: Problem, evening: Workday, place: int) -> bool:
    """Whether home is far enough from the place of a night."""
    least = 0 if problem.nights is None else problem.nights.min_from_home
    return least <= int(problem.travel.seconds[place, evening.end_place]) < UNREACHABLE


def beds(problem: Problem) -> set[int]:
    """All places where a night may be spent, as far as it is far from home."""
    if problem.nights is None:
        return set()
    at_sites = {site.place for site in problem.sites if site.place is not None} if problem.nights.at_sites else set()
    return at_sites.union(problem.nights.hotels)


def nights_of(plan: Plan | None) -> dict[Key, int]:
    """Where the nights of a plan are spent."""
    routes = () if plan is None else plan.routes
    return {(route.rep, route.date): route.night for route in routes if route.night is not None}


def still_allowed(problem: Problem, nights: Nights) -> dict[Key, int]:
    """The nights of an earlier plan that the problem still allows."""
    days = {(day.rep, day.date): day for day in problem.workdays}
    rooms = beds(problem) if nights else set()
    return {
        key: place
        for key, place in nights.items()
        if key in days
        and place in rooms
        and may_stay(problem, days[key], days.get(next_day(key)))
        and far_enough(problem, days[key], place)
    }


def with_nights(problem: Problem, nights: Nights) -> dict[Key, Workday]:
    """All workdays, from and to where these nights are spent."""
    days = {(day.rep, day.date): day for day in problem.workdays}
    for key, place in nights.items():
        days[key] = replace(_away(days[key]), end_place=place, night=place)
        after = next_day(key)
        days[after] = replace(_away(days[after]), start_place=place, morning=place)
    return days


def _away(day: Workday) -> DayAway:
    if isinstance(day, DayAway):
        return day
    return DayAway(**{field.name: getattr(day, field.name) for field in fields(Workday)})
