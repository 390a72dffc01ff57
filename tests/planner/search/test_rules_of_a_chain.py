"""The rules of a chain alone: closed dates, due dates, lateness, quotas, combinations of days.

Each on a line with one place a minute apart; expected values by hand.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from planner.cadence.policy import Cadence, Mode, Period
from planner.calendar import DateRange, TimeWindow
from planner.plan import Reason
from planner.problem import Appointment
from tests.planner.search.solved import DEAR, OFTEN, WHOLE_WEEK, on, planned, visits
from tests.planner.small import HOUR, MONDAY, at, problem, site, week, workday


def test_a_closed_date_sends_the_visit_to_another_day() -> None:
    a = site("a", 1, exceptions={MONDAY: ()}, **DEAR)
    assert visits(planned(problem([0, 10], [a], week(5)))) == [("a", 1)]  # on time until Tuesday


def test_the_next_due_date_follows_from_the_visit_before() -> None:
    cadence = Cadence(interval_days=4, tolerance_days=1, min_gap_days=4)
    a = site("a", 1, cadence=cadence, credited=(MONDAY - timedelta(days=4),), weekdays=frozenset({1, 5}))
    days = tuple(workday(MONDAY + timedelta(days=n)) for n in range(8))
    plan = planned(problem([0, 10], [a], days))
    stops = [s for r in plan.routes for s in r.stops]
    # due Monday, wanted on Tuesdays and Saturdays: on Tuesday, and four days from there, not from Monday, is Saturday
    assert visits(plan) == [("a", 1), ("a", 5)]
    assert [s.due for s in stops] == [MONDAY, MONDAY + timedelta(days=5)]


def test_late_days_are_priced() -> None:
    a = site("a", 1, weekdays=frozenset({3}), **DEAR)  # due Monday, on time until Tuesday, open on Thursday only
    plan = planned(problem([0, 10], [a], week(5)))
    assert visits(plan) == [("a", 3)]
    # half of what a missed visit costs as Tuesday is over, the rest until Sunday, when the next window opens: 2 of 5 days
    assert plan.objective.lateness == 45_000 + 45_000 * 2 // 5
    a_day = replace(a, late_price=240)
    assert planned(problem([0, 10], [a_day], week(5))).objective.lateness == 2 * 240


def test_a_visit_is_left_out_when_it_costs_more_than_it_is_worth() -> None:
    # far is 45 minutes beyond near, there and back 5,400 s; of its window two days of three lie before the horizon's end
    for price, expected in ((8_000, [("near", 0)]), (8_200, [("far", 0), ("near", 0)])):
        far = site("far", 2, miss_price=price, **OFTEN)
        assert visits(planned(problem([0, 10, 55], [site("near", 1, **DEAR), far], [workday()]))) == expected


def test_a_quota_keeps_its_gap() -> None:
    cadence = Cadence(Mode.QUOTA, visits=2, period=Period.WEEK, min_gap_days=3)
    a = site("a", 1, cadence=cadence)
    days = [day for _, day in visits(planned(problem([0, 10], [a], week(5))))]
    assert len(days) == 2
    assert days[1] - days[0] >= 3


TWICE = Cadence(
    Mode.PATTERN, visits=2, block_workdays=5, anchor=MONDAY, combinations=((0, 3), (1, 4))
)  # Monday and Thursday, or Tuesday and Friday


def test_the_visits_of_a_block_follow_one_combination_of_days() -> None:
    a = site("a", 1, cadence=TWICE, miss_price=90_000)
    for working, expected in (((0, 1, 2, 3), [0, 3]), ((0, 1, 2, 4), [1, 4])):
        plan = planned(problem([0, 10], [a], on(*working), horizon=WHOLE_WEEK))
        assert visits(plan) == [("a", day) for day in expected]
    # two visits on Monday and Thursday cost the way to a once each; b on Tuesday draws it to the other combination
    b = site("b", 1, **DEAR, weekdays=frozenset({1}))
    both = problem([0, 30], [a, b], week(5), horizon=WHOLE_WEEK)
    assert visits(planned(both)) == [("a", 1), ("a", 4), ("b", 1)]


def test_half_a_combination_is_better_than_nothing_and_the_rest_is_missed() -> None:
    a = site("a", 1, cadence=TWICE, miss_price=7_000)
    plan = planned(problem([0, 10], [a], on(0, 1, 2), horizon=WHOLE_WEEK))
    # Monday or Tuesday, not both: the other visit is left out, at its whole price, as all of the week is planned
    assert len(visits(plan)) == 1
    assert plan.objective.missed == 7_000
    assert [(u.site, u.reason, u.displaces) for u in plan.unplanned] == [("a", Reason.DAY_FULL, ("a",))]


def test_what_was_done_or_agreed_decides_the_combination() -> None:
    done = site("a", 1, cadence=TWICE, credited=(MONDAY,), miss_price=90_000)
    rest = problem([0, 10], [done], on(1, 2, 3, 4), horizon=DateRange(MONDAY + timedelta(days=1), WHOLE_WEEK.last))
    assert visits(planned(rest)) == [("a", 3)]
    meeting = Appointment("m", "ann", MONDAY + timedelta(days=4), TimeWindow(at(9), at(9)), HOUR, site="a")
    agreed = site("a", 1, cadence=TWICE, miss_price=90_000)
    asked = problem([0, 10], [agreed], week(5), horizon=WHOLE_WEEK, appointments=(meeting,))
    assert visits(planned(asked)) == [("a", 1)]
