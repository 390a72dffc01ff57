"""Who visits: places without a road, sites without an owner, sites that all share.

Each on a line with one place a minute apart; expected values by hand.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from planner.cadence.policy import Cadence, Mode, Period
from planner.params import RadiusRule
from planner.problem import Problem
from planner.solve import solve
from planner.travel import UNREACHABLE, TravelMatrix
from tests.planner.search.solved import DEAR, WHOLE_WEEK, on, planned, visits
from tests.planner.small import MINUTE, MONDAY, line, problem, site, week, workday


def test_no_road_no_visit() -> None:
    places, travel = line([0, 10, 20])
    seconds = travel.seconds.copy()
    seconds[2, :] = UNREACHABLE  # in, but never out again
    seconds[2, 2] = 0
    asked = problem([0, 10, 20], [site("a", 1, **DEAR), site("b", 2, **DEAR)], [workday()])
    asked = Problem(asked.horizon, places, TravelMatrix(seconds, travel.metres), asked.workdays, asked.sites)
    assert visits(planned(asked)) == [("a", 0)]


def test_a_site_without_an_owner_goes_to_the_rep_near_by_with_all_its_visits() -> None:
    sites = [site("a", 1, owner=None, **DEAR), site("b", 2, owner=None, **DEAR)]
    ann = tuple(workday(MONDAY + timedelta(days=n)) for n in range(12))
    bob = tuple(workday(MONDAY + timedelta(days=n), "bob", start_place=3, end_place=3) for n in range(12))
    plan = planned(problem([0, 10, 80, 90], sites, ann + bob))
    assert plan.owners == {"a": "ann", "b": "bob"}
    assert plan.objective.driving == 4 * 20 * MINUTE  # each site twice, ten minutes there and back


def test_a_site_that_all_share_is_visited_by_whoever_passes() -> None:
    ann, bob = on(0, 3), on(1, 3, rep="bob", start_place=2, end_place=2)
    cadence = Cadence(Mode.QUOTA, visits=2, period=Period.WEEK, min_gap_days=1)
    a = site("a", 1, owner=None, shared=True, cadence=cadence, miss_price=90_000)
    far = site("b", 2, owner="bob", **DEAR, weekdays=frozenset({1}))
    plan = planned(problem([0, 10, 60], [a, far], ann + bob, horizon=WHOLE_WEEK))
    # a lies 10 minutes from ann, who works on two days; bob, 50 away, has a day of his own
    assert visits(plan) == [("a", 0), ("a", 3), ("b", 1)]
    assert plan.owners == {}
    # ann works on Monday only: bob makes the second one
    plan = planned(problem([0, 10, 60], [a, far], ann[:1] + bob, horizon=WHOLE_WEEK))
    assert sorted((r.rep, (r.date - MONDAY).days) for r in plan.routes for s in r.stops if s.site == "a")[0] == (
        "ann",
        0,
    )
    assert {r.rep for r in plan.routes for s in r.stops if s.site == "a"} == {"ann", "bob"}
    # an account without an owner that is not shared is given to one of them
    given = planned(problem([0, 10, 60], [replace(a, shared=False), far], ann[:1] + bob, horizon=WHOLE_WEEK))
    assert len({r.rep for r in given.routes for s in r.stops if s.site == "a"}) == 1


def test_a_rep_without_accounts_has_an_empty_plan():
    plan = solve(problem([0], [], week(2), radius=RadiusRule()), iterations=10)
    assert not any(route.stops for route in plan.routes)
    assert plan.unplanned == ()
