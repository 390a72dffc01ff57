"""The dates of a site's visits shift together: none is late so that the next one need not be made."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from planner.cadence.policy import Cadence
from planner.calendar import DateRange
from planner.check import check
from planner.problem import Problem
from planner.solve import solve
from tests.planner.small import MONDAY, problem, site, workday

FORTNIGHT = Cadence(interval_days=14)


def alone(weeks: int, **more: object) -> Problem:
    """One site ten minutes away, visited last on 23 February, and nothing else to do on any workday."""
    every = (MONDAY + timedelta(days=n) for n in range(7 * weeks))
    days = [workday(day) for day in every if day.weekday() < 5]
    only = site("a", 1, cadence=FORTNIGHT, credited=(date(2026, 2, 23),), **more)
    return problem([0, 10], [only], days, horizon=DateRange(MONDAY, MONDAY + timedelta(days=7 * weeks - 1)))


@pytest.mark.parametrize("seed", range(5))
def test_no_visit_is_late_on_an_empty_day(seed):
    """Due on 9 and 23 March and 6 April: three ways of 20 minutes.  Two visits, of which one is late, are dearer."""
    p = alone(6)
    plan = solve(p, seed=seed, iterations=2_000)
    assert check(p, plan).violations == ()
    assert (plan.objective.driving, plan.objective.total) == (3 * 1_200, 3 * 1_200)


@pytest.mark.parametrize("seed", range(5))
def test_nor_after_a_pause(seed):
    """Without 16 to 29 March: due on 9 March and a fortnight of running clock later, on 6 and 20 April."""
    p = alone(8, pauses=(DateRange(date(2026, 3, 16), date(2026, 3, 29)),), miss_price=100_000)
    plan = solve(p, seed=seed, iterations=2_000)
    assert check(p, plan).violations == ()
    assert plan.objective.total == 3 * 1_200
