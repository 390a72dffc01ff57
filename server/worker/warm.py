"""Pay before the first piece of work for what is slow only once: imports, compiled code, OR-Tools' own start."""

from __future__ import annotations

from datetime import date, timedelta

from planner.cadence.policy import Cadence
from planner.calendar import Break, DateRange, TimeWindow
from planner.check import check
from planner.problem import Problem, Site, Workday
from planner.solve import solve
from planner.travel import Estimate, Place

HOUR = 3600


def warm() -> None:
    """Plan a tiny company through every part of the planner."""
    problem = _problem()
    check(problem, solve(problem, iterations=20))


def _problem() -> Problem:
    first = date(2026, 1, 5)
    places = tuple(Place(46.0 + 0.01 * n, 8.0) for n in range(5))
    lunch = Break(TimeWindow(11 * HOUR, 13 * HOUR), HOUR // 2)
    days = tuple(
        Workday("rep", first + timedelta(days=n), 8 * HOUR, 17 * HOUR, 0, 0, lunch, 8, HOUR, 300) for n in range(2)
    )
    sites = tuple(
        Site(f"site{n}", n, "rep", 1800, first - timedelta(days=90), cadence=Cadence(interval_days=7))
        for n in range(1, 5)
    )
    horizon = DateRange(first, first + timedelta(days=1))
    return Problem(horizon, places, Estimate().matrix(list(places)), days, sites)
