"""What a fair day is, and that the plan then spreads the work."""

from __future__ import annotations

from dataclasses import replace

from planner.overload.fair import with_fair_work
from planner.plan import Plan
from planner.problem import Problem
from planner.solve import solve
from planner.timing import work
from tests.planner.search.solved import DEAR
from tests.planner.small import HOUR, problem, site, week


def company() -> Problem:
    """Eight half hours at one address ten minutes away, any of them on any of two days."""
    return problem([0, 10], [site(f"s{n}", 1, **DEAR) for n in range(8)], week(2))


def test_a_fair_day_is_the_work_of_the_period_by_workday() -> None:
    # 9 h - 20 min of way have room for 17 1/3 half hours, so each takes 1,869 s of a day; four a day
    assert [day.fair_work for day in with_fair_work(company()).workdays] == [7477, 7477]
    own = replace(company(), workdays=week(2, fair_work=HOUR))
    assert with_fair_work(own) == own


def test_the_plan_spreads_the_work() -> None:
    def longest(asked: Problem) -> int:
        plan: Plan = solve(replace(asked, params=replace(asked.params, unfair_percent=100)), iterations=100)
        days = {(day.rep, day.date): day for day in asked.workdays}
        return max(work(days[route.rep, route.date], route) for route in plan.routes)

    # all on one day: 8 half hours and 20 minutes; four on each: 2 h 20 min, of which 923 s are beyond the fair share
    assert longest(company()) == 4 * HOUR + 1200
    assert longest(with_fair_work(company())) == 2 * HOUR + 1200
