"""Hours that sites prefer.

Each on a line with one place a minute apart; expected values by hand.
"""

from __future__ import annotations

from dataclasses import replace

from planner.calendar import TimeWindow
from planner.check import check
from planner.problem import Appointment, PlacedVisit
from planner.repair import repair
from tests.planner.search.solved import DEAR, planned, visits
from tests.planner.small import HOUR, MINUTE, MONDAY, at, between, problem, site, week, workday


def preferring(*windows: TimeWindow) -> dict:
    return {"preferred": (windows,) * 7, **DEAR}


def test_a_lone_visit_waits_at_home_for_the_time_that_is_preferred() -> None:
    a = site("a", 1, **preferring(TimeWindow(at(10), at(12))))
    plan = planned(problem([0, 10], [a], [workday()]))
    assert (plan.routes[0].start, plan.routes[0].stops[0].start) == (at(9, 50), at(10))
    assert plan.objective.total == 2 * 10 * MINUTE


def test_a_preferred_time_is_met_for_a_small_detour_and_not_for_a_large_one() -> None:
    # the day ends at b, where the visit has to start by half past nine and takes two hours; a would rather be visited from eleven on
    morning, late = (between(at(8), at(9, 30)),) * 7, TimeWindow(at(11), at(17))
    for far, stops, cost in ((15, ["b", "a"], (25, 0, 0)), (20, ["a", "b"], (20, 0, 900))):
        a, b = site("a", 1, **preferring(late)), site("b", 2, service=2 * HOUR, hours=morning, **DEAR)
        plan = planned(problem([0, 10, far], [a, b], [workday(end_place=2)]))
        # b at 8:55, so that a is reached at eleven: ten minutes more of driving than going to a first, 600 s, less than 900;
        # with b another five minutes further on it is twenty, 1,200 s
        assert [s.site for s in plan.routes[0].stops] == stops
        found = plan.objective
        assert (found.driving // MINUTE, found.waiting, found.preferred) == cost


def test_another_day_is_better_than_a_time_that_is_not_preferred() -> None:
    # a has to start before ten, and prefers the afternoon on Mondays; on Tuesdays any time is as good
    a = site("a", 1, hours=(between(at(8), at(10)),) * 7, preferred=(between(at(14), at(15)), *[()] * 6), **DEAR)
    assert visits(planned(problem([0, 10], [a], week(2)))) == [("a", 1)]
    plan = planned(problem([0, 10], [a], week(1)))
    assert plan.objective.preferred == 900
    # a promise is what was wanted
    promise = (PlacedVisit("a", "ann", MONDAY, at(9)),)
    assert planned(problem([0, 10], [a], week(1), locked=promise)).objective.preferred == 0


def test_a_repair_keeps_what_waits_and_lets_nothing_wait_longer() -> None:
    a, b = site("a", 1, **preferring(TimeWindow(at(10), at(12)))), site("b", 1, **DEAR)
    asked = problem([0, 10], [a, b], [workday()])
    plan = planned(asked)
    assert repair(asked, plan).routes == plan.routes
    call = Appointment("x", "ann", MONDAY, TimeWindow(at(15), at(15)), HOUR, place=0)
    after = repair(replace(asked, appointments=(call,)), plan)
    assert check(replace(asked, appointments=(call,)), after).violations == ()
    starts = {s.site: s.start for s in plan.routes[0].stops}
    assert {s.site: s.start for s in after.routes[0].stops if s.site} == starts
