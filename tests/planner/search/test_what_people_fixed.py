"""What people fixed or asked for, and what was published.

Each on a line with one place a minute apart; expected values by hand.
"""

from __future__ import annotations

from datetime import timedelta

from planner.calendar import DateRange, TimeWindow
from planner.problem import Appointment, MustVisit, PlacedVisit
from tests.planner.search.solved import DEAR, OFTEN, planned, visits
from tests.planner.small import HOUR, MONDAY, at, problem, site, week, workday


def test_an_appointment_and_a_must_visit_come_before_everything() -> None:
    meeting = Appointment("m", "ann", MONDAY, TimeWindow(at(9), at(9)), 7 * HOUR, place=1)
    must = MustVisit("now", "b", DateRange(MONDAY, MONDAY))
    sites = [site("a", 1, miss_price=30_000, **OFTEN), site("b", 1, cadence=None)]
    # one visit at most (a meeting elsewhere is none), and nothing is worth as much as what somebody asked for
    plan = planned(problem([0, 10], sites, [workday(max_stops=1)], appointments=(meeting,), must_visits=(must,)))
    assert visits(plan) == [("b", 0)]


def test_a_locked_visit_keeps_its_day_and_start() -> None:
    lock = PlacedVisit("a", "ann", MONDAY + timedelta(days=1), at(13))
    a = site("a", 1, **DEAR)
    plan = planned(problem([0, 10], [a, site("b", 1, **DEAR)], week(2), locked=(lock,)))
    [stop] = [s for r in plan.routes for s in r.stops if s.site == "a"]
    assert ("a", 1) in visits(plan)
    assert abs(stop.start - at(13)) <= 900


def test_a_published_day_is_kept_unless_moving_gains_more() -> None:
    base = (PlacedVisit("a", "ann", MONDAY), PlacedVisit("b", "ann", MONDAY + timedelta(days=1)))
    sites = [site("a", 1, **DEAR), site("b", 1, **DEAR)]
    # together they would save 2 x 9 minutes, 1,080 s, less than the 1,200 s of a move
    kept = planned(problem([0, 9], sites, week(2), base=base))
    assert visits(kept) == [("a", 0), ("b", 1)]
    # at 2 x 11 minutes, 1,320 s, they go together
    moved = planned(problem([0, 11], sites, week(2), base=base))
    assert len({day for _, day in visits(moved)}) == 1
    assert moved.objective.churn == 1200
