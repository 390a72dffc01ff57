"""Left out because it may not stand beside another visit: what the search says, and what the checker believes.

Home at 0, a and b at 10 minutes, half an hour of service each: a visit alone costs 20 minutes of driving, the other one beside it
nothing. Both are due on Monday, in time from Sunday to Tuesday; two of these three days are planned, so that a is worth
two thirds of 1,500 minutes and b of 750.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from planner.calendar import TimeWindow
from planner.check import check, confirm_reason
from planner.explain import why_not
from planner.explain.easings import FixOn, Without
from planner.plan import Plan, Reason, Unplanned
from planner.problem import Appointment, MustVisit, PlacedVisit, Problem
from tests.planner.search.solved import OFTEN, planned, visits
from tests.planner.small import HOUR, MINUTE, MONDAY, at, problem, site, week

TUESDAY = MONDAY + timedelta(days=1)
A = site("a", 1, **OFTEN, miss_price=90_000)
B = site("b", 1, **OFTEN, miss_price=45_000)
INSTEAD = (
    "It is not to be visited on one day with a; on Monday 2 March it would fit in place of a. What other accounts would lose is "
    "worth 1000 min, this visit 500 min; the day would cost 0 min more."
)
BESIDE_FIXED = "It is not to be visited on one day with a, which is fixed on the days that have room for it."


def small(days: int = 1, **more: object) -> Problem:
    return problem([0, 10], [A, B], week(days), apart=(("a", "b"),), **more)


def left_out(task: Problem) -> tuple[Plan, Unplanned]:
    plan = planned(task)
    [entry] = plan.unplanned
    return plan, entry


def true_reasons(task: Problem, plan: Plan, entry: Unplanned) -> set[Reason]:
    others = (replace(entry, reason=reason, cause=None) for reason in Reason)
    return {o.reason for o in others if confirm_reason(task, replace(plan, unplanned=(o,)), o)}


def rules(task: Problem, plan: Plan, entry: Unplanned, **changes: object) -> list[str]:
    spoiled = replace(plan, unplanned=(replace(entry, **changes),))
    return [violation.rule for violation in check(task, spoiled).violations]


def test_what_would_fit_but_for_what_it_is_to_be_apart_from():
    task = small()
    plan, entry = left_out(task)
    assert visits(plan) == [("a", 0)]
    assert (entry.site, entry.reason, entry.displaces, entry.cost) == ("b", Reason.APART, ("a",), 0)
    assert entry.detail == INSTEAD
    assert true_reasons(task, plan, entry) == {Reason.APART}
    # nothing is to be apart: it fits and pays, and that it stands apart is refused
    free = replace(task, apart=())
    assert true_reasons(free, plan, entry) == {Reason.NEXT_SEARCH}


def test_what_is_said_beside_the_reason_is_true_as_well():
    task = small()
    plan, entry = left_out(task)
    assert rules(task, plan, entry) == []
    assert rules(task, plan, entry, detail=INSTEAD.replace("with a;", "with c;")) == ["detail"]
    assert rules(task, plan, entry, detail=INSTEAD.replace("with a;", "with a and b;")) == ["detail"]
    assert rules(task, plan, entry, detail=INSTEAD.replace("Monday 2", "Tuesday 3")) == ["detail"]
    assert rules(task, plan, entry, detail=INSTEAD.replace("1000", "999")) == ["detail"]
    assert rules(task, plan, entry, detail="The days on which it could be visited are full.") == ["detail"]
    assert rules(task, plan, entry, displaces=("b",)) == ["displaces"]
    assert rules(task, plan, entry, cost=1) == ["cost"]


def test_a_day_without_time_for_both_is_full():
    # one takes until 8:50, both take until 9:20
    task = replace(small(), workdays=week(1, end=at(9, 19)))
    plan, entry = left_out(task)
    assert (entry.reason, entry.displaces) == (Reason.DAY_FULL, ("a",))
    assert true_reasons(task, plan, entry) == {Reason.DAY_FULL}
    assert left_out(replace(task, workdays=week(1, end=at(9, 20))))[1].reason is Reason.APART


def test_a_full_day_comes_before_one_that_it_is_kept_off():
    # c, dearer than all, fills Tuesday: 20 minutes of driving and 500 of service, of 540 there are
    c = site("c", 1, **OFTEN, miss_price=900_000, service=500 * MINUTE, weekdays=frozenset({1}))
    task = replace(small(2), sites=(A, B, c))
    plan, entry = left_out(task)
    assert visits(plan) == [("a", 0), ("c", 1)]
    assert (entry.reason, entry.displaces) == (Reason.DAY_FULL, ("c",))
    assert true_reasons(task, plan, entry) == {Reason.DAY_FULL}


@pytest.mark.parametrize(
    "fixed",
    [
        {"locked": (PlacedVisit("a", "ann", MONDAY),)},
        {"appointments": (Appointment("m", "ann", MONDAY, TimeWindow(at(9), at(9)), HOUR, site="a"),)},
    ],
)
def test_what_is_fixed_there_does_not_give_way(fixed: dict[str, object]):
    task = small(**fixed)
    plan, entry = left_out(task)
    assert (entry.reason, entry.displaces, entry.cost, entry.detail) == (Reason.APART, (), None, BESIDE_FIXED)
    assert true_reasons(task, plan, entry) == {Reason.APART}
    assert rules(task, plan, entry) == []
    assert rules(task, plan, entry, detail=BESIDE_FIXED.replace("with a,", "with b,")) == ["detail"]
    assert rules(task, plan, entry, displaces=("a",), cost=0) != []


def test_beside_what_is_fixed_there_is_no_time_either():
    # the appointment takes from 8:10 to 16:30: home at 16:40 leaves 20 minutes
    meeting = Appointment("m", "ann", MONDAY, TimeWindow(at(8, 10), at(8, 10)), at(16, 30) - at(8, 10), site="a")
    task = small(appointments=(meeting,))
    plan, entry = left_out(task)
    assert entry.reason is Reason.APPOINTMENT_CONFLICT
    assert true_reasons(task, plan, entry) == {Reason.APPOINTMENT_CONFLICT}


def test_what_was_asked_for_beside_a_locked_visit():
    wish = MustVisit("w", "b", task_period := small().horizon)
    task = replace(small(), sites=(A, site("b", 1)), locked=(PlacedVisit("a", "ann", MONDAY),), must_visits=(wish,))
    plan, entry = left_out(task)
    assert (entry.request, entry.reason, entry.days) == ("w", Reason.APART, tuple(task_period))
    assert true_reasons(task, plan, entry) == {Reason.APART}


def test_what_comes_with_it_is_to_be_apart():
    # b and c go together, c is to be apart from a, which is locked on the only day
    c = site("c", 1, **OFTEN, miss_price=45_000)
    task = replace(small(), sites=(A, B, c), apart=(("a", "c"),), together=(("b", "c"),))
    plan = planned(task)
    found = {entry.site: (entry.reason, entry.detail) for entry in plan.unplanned}
    words = "It is not to be visited on one day with a, which is fixed on the days that have room for it."
    assert found == {"b": (Reason.APART, words), "c": (Reason.APART, words)} or visits(plan) == [("b", 0), ("c", 0)]


def test_the_other_visit_leaves_where_this_one_is_fixed():
    task = small()
    plan, _ = left_out(task)
    [found] = why_not(task, plan, "b")
    [fix] = found.admissions
    assert (fix.change, [one.site for one in fix.displaced]) == (FixOn("b", "ann", MONDAY), ["a"])
    assert visits(fix.plan) == [("b", 0)]


def test_beside_an_appointment_it_is_that_which_is_given_up_or_the_visit_fixed():
    meeting = Appointment("m", "ann", MONDAY, TimeWindow(at(9), at(9)), HOUR, site="a")
    task = small(appointments=(meeting,))
    plan, _ = left_out(task)
    [found] = why_not(task, plan, "b")
    assert {type(one.change) for one in found.admissions} <= {FixOn, Without}
    assert FixOn("b", "ann", MONDAY) in [one.change for one in found.admissions]
