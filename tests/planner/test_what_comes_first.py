"""Appointments before must-visits, must-visits before whatever cadences ask for, however dear that is."""

from __future__ import annotations

from planner.cadence.policy import Cadence
from planner.calendar import DateRange, TimeWindow
from planner.check import check
from planner.plan import Plan
from planner.problem import Appointment, MustVisit, Problem
from planner.solve import solve
from tests.planner.small import HOUR, MONDAY, at, problem, site, workday

# ten times the demo's dearest segment at the highest priority: 80 hours at the wheel for one visit left out
DEAR = {"cadence": Cadence(interval_days=7), "miss_price": 80 * HOUR}


def visited(made: Problem) -> list[str | None]:
    plan: Plan = solve(made, seed=1, iterations=300)
    assert check(made, plan).ok
    return [stop.site for route in plan.routes for stop in route.stops if stop.site]


def test_a_must_visit_comes_before_all_cadence_visits_of_a_day():
    """Two stops a day: the school that was asked for, and one of ten overdue accounts."""
    must = MustVisit("m", "school", DateRange(MONDAY, MONDAY))
    dear = [site(f"dear{n}", n + 2, **DEAR) for n in range(10)]
    made = problem(range(12), [site("school", 1), *dear], [workday(max_stops=2)], must_visits=(must,))
    stops = visited(made)
    assert "school" in stops
    assert len(stops) == 2


def test_an_appointment_comes_before_a_must_visit():
    """One stop a day, and both were promised."""
    must = MustVisit("m", "school", DateRange(MONDAY, MONDAY))
    meeting = Appointment("a", "ann", MONDAY, TimeWindow(at(10), at(10)), HOUR, site="shop")
    sites = [site("school", 1), site("shop", 2), site("dear", 3, **DEAR)]
    made = problem(range(4), sites, [workday(max_stops=1)], must_visits=(must,), appointments=(meeting,))
    assert visited(made) == ["shop"]
