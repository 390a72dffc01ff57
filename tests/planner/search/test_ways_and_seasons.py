"""Matrices that are not the same both ways, and clocks that stand still: through the search, expected values by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np

from planner.cadence.policy import Cadence, Season
from planner.calendar import DateRange
from planner.problem import Problem
from planner.travel import UNREACHABLE, TravelMatrix
from tests.planner.search.solved import DEAR, OFTEN, planned, visits
from tests.planner.small import MINUTE, MONDAY, problem, site, workday


def with_ways(asked: Problem, minutes: list[list[int | None]]) -> Problem:
    """The problem with these minutes from place to place; None: no way leads there."""
    seconds = np.array([[UNREACHABLE if m is None else m * MINUTE for m in row] for row in minutes], np.int32)
    return replace(asked, travel=TravelMatrix(seconds, asked.travel.metres))


def test_one_way_roads_are_driven_in_their_direction() -> None:
    # home, a, b: round by a and b is 10 + 10 + 10 minutes, the other way round 30 + 30 + 30
    asked = problem([0, 1, 2], [site("b", 2, **DEAR), site("a", 1, **DEAR)], [workday()])
    plan = planned(with_ways(asked, [[0, 10, 30], [30, 0, 10], [10, 30, 0]]))
    assert [stop.site for route in plan.routes for stop in route.stops] == ["a", "b"]
    assert plan.objective.driving == 30 * MINUTE


def test_what_is_not_reached_from_home_is_reached_by_way_of_others() -> None:
    # b has no way from home, and none to a: only a, b is possible
    asked = problem([0, 1, 2], [site("b", 2, **DEAR), site("a", 1, **DEAR)], [workday()])
    plan = planned(with_ways(asked, [[0, 10, None], [10, 0, 10], [10, None, 0]]))
    assert [stop.site for route in plan.routes for stop in route.stops] == ["a", "b"]


def test_nobody_comes_in_a_pause_and_the_due_date_moves_by_its_length() -> None:
    # due on Monday, paused from Monday to Wednesday: due on Thursday, on time from Wednesday to Friday
    pause = DateRange(MONDAY, MONDAY + timedelta(days=2))
    days = [workday(MONDAY + timedelta(days=n)) for n in range(5)]
    plan = planned(problem([0, 10], [site("a", 1, pauses=(pause,), **OFTEN)], days))
    [(_, day)] = visits(plan)
    assert day in (3, 4)
    assert next(stop.due for route in plan.routes for stop in route.stops) == MONDAY + timedelta(days=3)


def test_a_season_asks_for_visits_more_often() -> None:
    # From 1 April (a Wednesday) every 4 days instead of every 8.  Credited on Monday 30 March: on the 31st the clock gains 1/8, then
    # 1/4 a day, and has gained 1 on Saturday 4 April (1/8 + 4/4, which is the first date with at least 1): then every fourth day.
    season = Season(frozenset({4}), 4)
    cadence = Cadence(interval_days=8, tolerance_days=0, seasons=(season,))
    first = date(2026, 3, 31)
    days = [workday(first + timedelta(days=n)) for n in range(14)]
    dear = site("a", 1, cadence=cadence, credited=(date(2026, 3, 30),), miss_price=90_000, active_from=date(2026, 3, 1))
    asked = problem([0, 10], [dear], days, horizon=DateRange(first, days[-1].date))
    plan = planned(asked)
    assert [route.date for route in plan.routes if route.stops] == [
        date(2026, 4, 4),
        date(2026, 4, 8),
        date(2026, 4, 12),
    ]


def test_out_of_season_nobody_comes() -> None:
    # the clock stands still in April: due on 2 April if it did not, now on 2 May, which is beyond the horizon
    season = Season(frozenset({4}), None)
    cadence = Cadence(interval_days=7, seasons=(season,))
    first = date(2026, 3, 30)
    days = [workday(first + timedelta(days=n)) for n in range(14)]
    calm = site("a", 1, cadence=cadence, credited=(date(2026, 3, 26),), miss_price=90_000, active_from=date(2026, 3, 1))
    plan = planned(problem([0, 10], [calm], days, horizon=DateRange(first, days[-1].date)))
    assert visits(plan) == []
