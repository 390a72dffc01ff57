"""A visit that a person asked for, and the rhythm of its site: whichever visit stands in the period fulfils it.

One site, 20 minutes away (2,400 s there and back) or as said; expected values by hand.
"""

from __future__ import annotations

from datetime import date, timedelta

from planner.cadence.policy import Cadence, Mode, Period
from planner.calendar import DateRange
from planner.check import check
from planner.params import Params
from planner.plan import Plan, Reason
from planner.problem import MustVisit, PlacedVisit, Problem, Site, Workday
from planner.solve import solve
from tests.planner.small import MINUTE, problem, site, workday

MARCH = date(2026, 3, 1)  # a Sunday
WAY = 40 * MINUTE


def day(number: int) -> date:
    """Of March; 32 is 1 April."""
    return MARCH + timedelta(days=number - 1)


def weekdays(first: int, last: int) -> tuple[Workday, ...]:
    return tuple(workday(day(n)) for n in range(first, last + 1) if day(n).weekday() < 5)


def asked(place: Site, first: int, last: int, horizon: int = 41, **more: object) -> Problem:
    """From 2 March to the day `horizon` of March; asked for from `first` to `last`."""
    musts = (MustVisit("m", place.id, DateRange(day(first), day(last))),)
    days = DateRange(day(2), day(horizon))
    return problem([0, 20], [place], weekdays(2, horizon), horizon=days, must_visits=musts, **more)


def solved(task: Problem, **more: object) -> Plan:
    plan = solve(task, iterations=2_000, **more)
    assert check(task, plan).violations == ()
    return plan


def dates(plan: Plan) -> list[int]:
    """Days of March of all visits."""
    return sorted((route.date - MARCH).days + 1 for route in plan.routes if route.stops)


def every(interval: int, last: date, price: int = 20_000) -> Site:
    return site("a", 1, cadence=Cadence(interval_days=interval), credited=(last,), miss_price=price)


def test_a_wish_for_a_day_off_does_not_make_the_others_late() -> None:
    # every 14 days, visited on 22 February, asked for on Saturday 28 March: nobody works then, and three visits are in time
    plan = solved(asked(every(14, date(2026, 2, 22)), 28, 28))
    assert [(entry.request, entry.reason) for entry in plan.unplanned] == [("m", Reason.REP_AWAY)]
    assert (plan.objective.missed, plan.objective.lateness) == (Params().must_price, 0)
    assert plan.objective.driving == 3 * WAY


def test_a_wish_does_not_make_the_visit_before_it_late() -> None:
    # every 21 days (t = 4), due on 20 March, on time from 16 to 24; asked for from 27 March to 5 April. 27 March alone would be
    # late; on 16 March (the 18th at the latest) and 17 days later, in the period as well, both are in time
    plan = solved(asked(every(21, date(2026, 2, 27)), 27, 36, horizon=36))
    assert (plan.objective.missed, plan.objective.lateness, len(dates(plan))) == (0, 0, 2)
    assert plan.objective.total == 2 * WAY
    assert dates(plan)[0] in range(16, 20)
    assert dates(plan)[1] in range(33, 37)


def test_what_was_asked_for_too_soon_is_a_visit_more() -> None:
    # every 28 days (t = 5), visited on 27 February: due on 27 March, credited from the 22nd on. Asked for on 4 or 5 March
    plan = solved(asked(every(28, date(2026, 2, 27)), 4, 5))
    early, late = dates(plan)
    assert (early in (4, 5), late in range(23, 33)) == (True, True)
    assert [stop.due for route in plan.routes for stop in route.stops] == [None, day(27)]


def test_nobody_comes_the_day_before_a_visit_that_was_asked_for() -> None:
    # every 14 days (t = 2, gap 12), visited on 20 February: due on 6 March, late from the 9th on. Asked for on Tuesday 10 March: that
    # is the visit, two days late; another one in time would be inside its gap
    plan = solved(asked(every(14, date(2026, 2, 20), price=100_000), 10, 10, horizon=20))
    assert dates(plan) == [10]
    assert [stop.late_days for route in plan.routes for stop in route.stops] == [2]


def test_a_wish_that_goes_on_after_the_horizon_is_met_in_it() -> None:
    plan = solved(asked(every(90, date(2026, 2, 20)), 3, 21, horizon=20))
    assert (len(dates(plan)), plan.objective.missed) == (1, 0)


def test_one_visit_meets_two_wishes_where_that_is_cheaper() -> None:
    # 9 to 13 March and 12 to 20 March: one visit, on the 12th or 13th
    place = site("a", 1, cadence=None)
    task = asked(place, 9, 13)
    both = (*task.must_visits, MustVisit("n", "a", DateRange(day(12), day(20))))
    task = problem([0, 20], [place], weekdays(2, 41), horizon=task.horizon, must_visits=both)
    assert dates(solved(task))[0] in (12, 13)
    assert len(dates(solved(task))) == 1
    # visited every week anyway: nobody has to come on those two days
    weekly = every(7, date(2026, 2, 26))
    closed = problem(
        [0, 20], [weekly], [d for d in weekdays(2, 41) if d.date not in (day(12), day(13))],
        horizon=task.horizon, must_visits=both,
    )  # fmt: skip
    plan = solved(closed)
    assert plan.objective.missed == 0
    assert any(9 <= n <= 11 for n in dates(plan))
    assert any(16 <= n <= 20 for n in dates(plan))


def test_a_visit_asked_for_counts_for_its_quota() -> None:
    # one a month, I = 31 and t = 6, visited on 2 February: credited again from 27 February on. Asked for on 10 or 11 March: that is
    # the visit of March, and none other is made
    monthly = Cadence(Mode.QUOTA, visits=1, period=Period.MONTH)
    place = site("a", 1, cadence=monthly, credited=(date(2026, 2, 2),), miss_price=20_000)
    plan = solved(asked(place, 10, 11, horizon=31))
    assert dates(plan)[0] in (10, 11)
    assert (len(dates(plan)), plan.objective.total) == (1, WAY)
    # visited on 20 February: too soon for March, whose own visit stands from 17 March (25 days later) on
    place = site("a", 1, cadence=monthly, credited=(date(2026, 2, 20),), miss_price=20_000)
    plan = solved(asked(place, 10, 11, horizon=31))
    assert dates(plan)[0] in (10, 11)
    assert dates(plan)[1] >= 17
    assert (len(dates(plan)), plan.objective.missed) == (2, 0)


def test_a_quota_stands_on_either_side_of_what_is_settled() -> None:
    # two a month (gap 12), locked on 17 March: the other one before the 5th or from the 29th on. Nobody works until the 6th
    twice = Cadence(Mode.QUOTA, visits=2, period=Period.MONTH)
    place = site("a", 1, cadence=twice, credited=(date(2026, 2, 10),), miss_price=20_000)
    days = weekdays(7, 31)
    lock = (PlacedVisit("a", "ann", day(17)),)
    task = problem([0, 20], [place], days, horizon=DateRange(day(1), day(31)), locked=lock)
    plan = solved(task)
    assert (dates(plan)[0], len(dates(plan)), plan.objective.missed) == (17, 2, 0)
    assert dates(plan)[1] >= 29


def test_one_visit_moved_is_the_churn_of_one() -> None:
    # two a week, published on Mondays and Thursdays of four weeks; the first Thursday is a day off now
    twice = Cadence(Mode.QUOTA, visits=2, period=Period.WEEK)
    place = site("a", 1, cadence=twice, credited=(date(2026, 2, 26),), miss_price=50_000)
    base = tuple(PlacedVisit("a", "ann", day(n + 7 * week)) for week in range(4) for n in (2, 5))
    days = [d for d in weekdays(2, 29) if d.date != day(5)]
    task = problem([0, 20], [place], days, horizon=DateRange(day(2), day(29)), base=base)
    plan = solved(task)
    assert (len(dates(plan)), plan.objective.churn) == (8, Params().churn_price)
