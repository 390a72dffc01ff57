"""A week of five workdays of one hour, everything at home: two visits of half an hour fit into each day, ten into the week."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from planner.cadence.policy import Cadence
from planner.calendar import DateRange
from planner.plan import Plan
from planner.problem import Problem, Site
from planner.solve import solve
from tests.planner.small import MONDAY, at, problem, site, week

SUNDAY = MONDAY + timedelta(days=6)
WEEKLY = Cadence(interval_days=7, tolerance_days=2)


def weekly(id: str, place: int = 0, **more: object) -> Site:
    """Due on Wednesday, on time from Monday to Friday, so that its goal belongs to the week."""
    return site(id, place, **{"cadence": WEEKLY, "credited": (date(2026, 2, 25),), **more})


def full_week(sites: Sequence[Site], reps: Sequence[str] = ("ann",), **more: object) -> tuple[Problem, Plan]:
    days = [day for rep in reps for day in week(rep=rep, start=at(9), end=at(10), **more)]
    made = problem([0], sites, days, horizon=DateRange(MONDAY, SUNDAY))
    return made, solve(made, iterations=300)
