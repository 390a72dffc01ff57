"""Why a visit is planned, worked out by hand on a line: one minute between neighbouring places, home at 0."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from planner.cadence.policy import Cadence, Mode, Period
from planner.cadence.requests import Window
from planner.calendar import DateRange, TimeWindow
from planner.errors import ProblemError
from planner.explain import Basis, Words, why
from planner.plan import Reason
from planner.problem import Appointment, MustVisit, PlacedVisit
from planner.proposals import MoveVisit, price
from planner.solve import solve
from tests.planner.generate import random_problem
from tests.planner.small import HOUR, MINUTE, MONDAY, at, problem, site, week

TUESDAY, WEDNESDAY, THURSDAY = (MONDAY + timedelta(days=n) for n in (1, 2, 3))
WEEKLY = Cadence(interval_days=7, tolerance_days=2)


def near_a_meeting(**more):
    """A visit at minute 10, due on Tuesday; on Monday there is a meeting at minute 12, so it is on the way."""
    meeting = Appointment("meeting", "ann", MONDAY, TimeWindow(at(12), at(12)), HOUR, place=2)
    visit = site("x", 1, cadence=WEEKLY, credited=(date(2026, 2, 24),), **more)
    return problem([0, 10, 12], [visit], week(3), appointments=(meeting,))


def explained(made, day=MONDAY, name="x"):
    return why(made, solve(made, iterations=200), name, day)


def test_on_the_way_on_monday_and_twenty_minutes_more_on_tuesday():
    found = explained(near_a_meeting())
    assert found.basis is Basis.DUE_SOON
    assert found.window == Window(date(2026, 3, 1), TUESDAY, date(2026, 3, 5))
    assert (found.late_days, found.previous, found.must) == (0, date(2026, 2, 24), None)
    # Wednesday is the last day of the horizon, so four of the window's five days are in it or before
    assert (found.value, found.detour) == (5400 * 4 // 5, 0)
    assert [(other.date, other.cost, other.reason) for other in found.others] == [
        (TUESDAY, 20 * MINUTE, None),
        (WEDNESDAY, 20 * MINUTE, None),
    ]
    assert found.next_best is not None
    assert (found.next_best.placed.date, found.next_best.total) == (TUESDAY, 20 * MINUTE)
    assert Words().now(found) == (
        "Its due date is Tuesday 3 March, on time from Sunday 1 March to Thursday 5 March; the visit before is of "
        "Tuesday 24 February; left out it would cost 72 min"
    )
    assert Words().this_day(found) == (
        "On Monday 2 March it costs 0 min; the next best day is Tuesday 3 March, which would cost 20 min more in all "
        "(nothing moves)"
    )


def test_a_day_on_which_it_is_closed_is_no_other_day():
    found = explained(near_a_meeting(exceptions={TUESDAY: ()}))
    assert [(other.date, other.cost, other.reason) for other in found.others] == [
        (TUESDAY, None, Reason.CLOSED),
        (WEDNESDAY, 20 * MINUTE, None),
    ]
    assert found.next_best.placed.date == WEDNESDAY


def test_overdue_and_due():
    """Last visited on 14 February: due on the 21st, and on time until the 23rd; on Monday 2 March the next window is open."""
    late = site("x", 1, cadence=Cadence(interval_days=14, tolerance_days=2), credited=(date(2026, 2, 11),))
    found = explained(problem([0, 5], [late], week(1)))
    # due on 25 February, on time until the 27th: three days late
    assert (found.basis, found.late_days) == (Basis.OVERDUE, 3)
    assert Words().now(found).startswith("Its due date is Wednesday 25 February, and it is 3 days late; ")
    assert (found.others, found.next_best) == ((), None)
    assert Words().this_day(found).endswith("no other day has a place for it")
    now = site("x", 1, cadence=WEEKLY, credited=(date(2026, 2, 23),))
    assert explained(problem([0, 5], [now], week(1))).basis is Basis.DUE


def test_what_a_person_asked_for():
    must = MustVisit("m", "x", DateRange(MONDAY, TUESDAY))
    made = problem([0, 5], [site("x", 1)], week(2), must_visits=(must,))
    plan = solve(made, iterations=200)
    (route,) = plan.routes
    found = why(made, plan, "x", route.date)
    assert (found.basis, found.must, found.window) == (Basis.ASKED, "m", None)
    # the price of a must-visit; ten minutes of driving on either day
    assert (found.value, found.detour) == (1_000 * HOUR, 10 * MINUTE)
    assert [other.cost for other in found.others] == [0]


def test_what_stands_firm_has_no_other_day():
    meeting = Appointment("meeting", "ann", MONDAY, TimeWindow(at(9), at(9)), HOUR, site="x")
    made = problem([0, 5], [site("x", 1)], week(2), appointments=(meeting,))
    found = explained(made)
    assert (found.basis, found.others, found.next_best) == (Basis.AGREED, (), None)
    assert (found.value, found.detour) == (10_000 * HOUR, 10 * MINUTE)
    fixed = problem([0, 5], [site("x", 1, cadence=WEEKLY)], week(2), locked=(PlacedVisit("x", "ann", TUESDAY, at(10)),))
    assert explained(fixed, TUESDAY).basis is Basis.FIXED


def test_a_quota_names_its_period():
    monthly = Cadence(Mode.QUOTA, visits=1, period=Period.MONTH)
    made = problem([0, 5], [site("x", 1, cadence=monthly)], week(2), horizon=DateRange(MONDAY, date(2026, 3, 31)))
    plan = solve(made, iterations=200)
    found = why(made, plan, "x", plan.routes[0].date)
    assert found.basis is Basis.PERIOD
    assert found.window.closes == date(2026, 3, 31)
    assert "one of the visits of Sunday 1 March to Tuesday 31 March" in Words().now(found)


def test_no_such_stop():
    with pytest.raises(ProblemError, match="no stop at x is planned on 2026-03-05"):
        explained(near_a_meeting(), THURSDAY)


@pytest.mark.parametrize("seed", range(10))
def test_the_next_best_day_costs_what_moving_there_costs(seed):
    made = random_problem(seed, sites=7, days=8)
    plan = solve(made, seed=seed, iterations=200)
    for route in plan.routes:
        for stop in route.stops:
            if stop.site is None:
                continue
            found = why(made, plan, stop.site, route.date)
            assert found.start == stop.start
            if found.next_best is None:
                continue
            to = found.next_best.placed.date
            assert to in {other.date for other in found.others}
            assert price(made, plan, MoveVisit(stop.site, route.date, to)).total == found.next_best.total
