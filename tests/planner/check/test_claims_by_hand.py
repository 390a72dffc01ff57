"""More of what an entry says beside its reason: of what people fixed, of several days, of several visits that would have to go.

As in test_claims: account `a`, 30 minutes of service, 10 minutes from home, due today and left out; `b`, 20 minutes from home.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from planner.cadence.policy import Cadence
from planner.calendar import DateRange
from planner.check import check
from planner.plan import Plan, Reason, Route, Stop, StopKind, Unplanned
from planner.problem import MustVisit, PlacedVisit, Problem
from tests.planner.check.test_claims import BEST, INSTEAD, TUESDAY, entry, said
from tests.planner.check.test_reasons import EMPTY, account, meeting, small, visit_stop, with_b
from tests.planner.small import HOUR, MINUTE, MONDAY, at, between, site, workday

WEDNESDAY, THURSDAY = MONDAY + timedelta(days=2), MONDAY + timedelta(days=3)
LOCK = PlacedVisit("a", "ann", MONDAY)


def messages(task: Problem, plan: Plan, one: Unplanned, rule: str) -> list[tuple[str, str | None]]:
    found = check(task, replace(plan, unplanned=(one,))).violations
    return [(violation.message, violation.subject) for violation in found if violation.rule == rule]


# -- what people fixed ------------------------------------------------------------------------------------------------


def test_a_locked_visit_has_its_day_and_its_sentence_names_it():
    heavy = small(site("a", 1, load=3), locked=(LOCK,), days=[workday(capacity=2)])
    right = entry(
        Reason.OVER_CAPACITY, request=LOCK.request, detail="On Monday 2 March it needs more than can be carried."
    )
    assert said(heavy, EMPTY, right) == []
    assert said(heavy, EMPTY, replace(right, days=())) == ["days", "detail"]
    assert said(heavy, EMPTY, replace(right, detail="It needs more than can be carried.")) == ["detail"]


def test_what_is_fixed_without_a_position_names_no_day():
    lost = small(site("a", None), locked=(LOCK,))
    right = entry(Reason.NO_POSITION, request=LOCK.request, detail="Its position is unknown.")
    assert said(lost, EMPTY, right) == []
    agreed = small(site("a", None), appointments=(meeting(at(9), at(10), site="a"),))
    right = replace(right, request="x")
    assert said(agreed, EMPTY, right) == []
    assert said(agreed, EMPTY, replace(right, detail="Its position is unknown on Monday 2 March.")) == ["detail"]


def test_an_owner_may_be_called_whatever_it_is():
    name = "Monday 2 March"
    told = f"Its owner {name} has no workday in this plan."
    assert said(small(account(owner=name)), EMPTY, entry(Reason.NO_REP, detail=told)) == []


def test_an_appointment_displaces_nothing():
    task, plan = with_b(7 * HOUR + 51 * MINUTE, appointments=(meeting(at(9), at(10)),))
    task = replace(task, sites=(site("a", 1), task.sites[1]))
    words = "The visits planned on Monday 2 March leave no room for it."
    right = entry(Reason.DAY_FULL, site=None, request="x", detail=words)
    assert said(task, plan, right) == []
    assert said(task, plan, replace(right, displaces=("b",))) == ["displaces"]


# -- several days -----------------------------------------------------------------------------------------------------


def test_a_rep_who_is_away_is_away_from_the_first_day_to_the_last():
    # ann works on Thursday, on which a is closed for a day
    task = small(
        account(pauses=(DateRange(THURSDAY, THURSDAY),)),
        days=[workday(THURSDAY)],
        horizon=DateRange(MONDAY, THURSDAY),
    )
    words = "Its rep does not work from Monday 2 March to Wednesday 4 March."
    right = entry(Reason.REP_AWAY, days=(MONDAY, TUESDAY, WEDNESDAY), detail=words)
    assert said(task, EMPTY, right) == []
    for wrong in ("Monday 2 March to Tuesday 3 March", "Monday 2 March, Tuesday 3 March and Wednesday 4 March"):
        assert said(
            task, EMPTY, replace(right, detail=words.replace("Monday 2 March to Wednesday 4 March", wrong))
        ) == ["detail"]


def test_what_is_not_due_names_the_last_day():
    two = DateRange(MONDAY, TUESDAY)
    quiet = small(account(credited=(MONDAY - timedelta(days=1),)), horizon=two)
    words = "Its next visit falls due after Tuesday 3 March."
    assert said(quiet, EMPTY, entry(Reason.NOT_DUE, request=None, days=(), detail=words)) == []
    asked = small(site("a", 1), must_visits=(MustVisit("m", "a", DateRange(TUESDAY, WEDNESDAY)),))
    words = "It was asked for by Wednesday 4 March, after the last day planned so far."
    assert said(asked, EMPTY, entry(Reason.NOT_DUE, request="m", days=(), detail=words)) == []


def test_any_day_that_costs_as_much_and_is_worth_as_much_is_the_best():
    """This is how a sentence that names another date can be true as well."""
    days = tuple(MONDAY + timedelta(days=n) for n in range(4))
    # Monday, Tuesday: there and back, 1200 s; Wednesday: from 40 minutes away, 2400 s; Thursday: closed
    task = small(
        account(miss_price=0, weekdays=frozenset({0, 1, 2})),
        days=[workday(), workday(TUESDAY), workday(WEDNESDAY, start_place=2), workday(THURSDAY)],
        minutes=(0, 10, 40),
        horizon=DateRange(MONDAY, THURSDAY),
    )
    right = entry(Reason.CHEAPER_LEFT_OUT, cost=1200, days=days, detail=BEST.format(20, 0))
    names = ["Monday 2", "Tuesday 3", "Wednesday 4", "Thursday 5"]
    found = [said(task, EMPTY, replace(right, detail=right.detail.replace("Monday 2", name))) for name in names]
    assert found == [[], [], ["detail"], ["detail"]]


def test_the_minutes_are_those_of_the_cost_that_is_stated():
    # as test_a_promised_start_may_be_kept_to_the_second_or_within_the_slack: 120 s are 2 min, 30 s are none
    lock = PlacedVisit("b", "ann", MONDAY, at(16, 30))
    task, _ = with_b(30 * MINUTE, locked=(lock,), days=[workday(max_overtime=HOUR)])
    hours = (between(at(15, 30), at(15, 30)),) * 7
    task = replace(task, sites=(account(hours=hours, miss_price=219), task.sites[1]))
    route = Route("ann", MONDAY, at(16, 10), at(17, 20), (visit_stop(at(16, 30)),), 1200, 20_000)
    plan = Plan((route,), (), EMPTY.objective)
    for cost, told, wrong in ((120, 2, False), (30, 0, False), (30, 2, True), (120, 0, True)):
        one = entry(Reason.CHEAPER_LEFT_OUT, cost=cost, detail=BEST.format(told, 2))
        assert said(task, plan, one) == ["detail"] * wrong


# -- what would have to go --------------------------------------------------------------------------------------------


def full_on_two_days() -> tuple[Problem, Plan]:
    """b takes 7 h 51 on each of two days, and a minute is missing for a.  Tuesday ends at b."""
    length = 7 * HOUR + 51 * MINUTE
    task, plan = with_b(length)
    days = (workday(), workday(TUESDAY, end=at(16, 40), end_place=2))
    daily = replace(task.sites[1], cadence=Cadence(interval_days=1), credited=(MONDAY - timedelta(days=1),))
    task = replace(task, sites=(account(), daily), workdays=days, horizon=DateRange(MONDAY, TUESDAY))
    second = replace(plan.routes[0], date=TUESDAY, end=at(8, 20) + length, return_travel=0, return_metres=0)
    return task, replace(plan, routes=(*plan.routes, second))


@pytest.mark.parametrize(
    ("cost", "name", "right"),
    [(-1200, "Monday 2", True), (0, "Tuesday 3", True), (0, "Monday 2", False), (-1200, "Tuesday 3", False)],
)
def test_the_day_on_which_they_would_go_is_the_one_of_the_cost(cost, name, right):
    # Monday is driven for 1200 s instead of 2400, Tuesday for as long
    task, plan = full_on_two_days()
    one = entry(
        Reason.DAY_FULL,
        days=(MONDAY, TUESDAY),
        displaces=("b",),
        cost=cost,
        detail=INSTEAD.format("b").replace("Monday 2", name),
    )
    assert said(task, plan, one) == ([] if right else ["detail"])


def two_stops(first: int, second: int, service: int, **more: object) -> tuple[Problem, Plan]:
    """b and c at one place, so many minutes each; a takes `service`."""
    task, plan = with_b(first * MINUTE, **more)
    one = plan.routes[0].stops[0]
    other = Stop(StopKind.VISIT, one.end, one.end, one.end + second * MINUTE, request="c#1", site="c", place=2)
    route = replace(plan.routes[0], stops=(one, other), end=other.end + 1200)
    c = replace(task.sites[1], id="c", service=second * MINUTE)
    task = replace(task, sites=(account(service=service * MINUTE), task.sites[1], c))
    return task, replace(plan, routes=(route,))


def test_no_more_have_to_go_whichever_of_them_would_do():
    # 40 + 400 + 20 min are taken of 540; 101 more fit without b, not without c alone
    task, plan = two_stops(400, 20, 101)
    alone = entry(Reason.DAY_FULL, displaces=("b",), cost=0, detail=INSTEAD.format("b"))
    assert said(task, plan, alone) == []
    both = replace(alone, displaces=("b", "c"), cost=-1200, detail=INSTEAD.format("b and c"))
    assert messages(task, plan, both, "displaces") == [("a#1: it fits although not all go of b, c", "a#1")]
    little = replace(alone, displaces=("c",), detail=INSTEAD.format("c"))
    assert messages(task, plan, little, "displaces") == [("a#1: on none of its days it fits in place of c", "a#1")]


def test_what_is_locked_does_not_go_for_it():
    task, plan = two_stops(240, 240, 30, locked=(PlacedVisit("b", "ann", MONDAY),))
    one = entry(Reason.DAY_FULL, displaces=("c",), cost=0, detail=INSTEAD.format("c"))
    assert said(task, plan, one) == []
    assert said(task, plan, replace(one, displaces=("b",), detail=INSTEAD.format("b"))) == ["displaces"]


# -- what is said of a wrong entry ------------------------------------------------------------------------------------


def test_a_wrong_entry_is_told_with_what_would_be_right():
    idle = entry(Reason.NO_CADENCE, request=None, days=(MONDAY,), detail="It has no call cadence.")
    none = "a: it is looked for on none, not on 2026-03-02"
    assert messages(small(site("a", 1)), EMPTY, idle, "days") == [(none, "a")]
    cheap = small(account(miss_price=2198))
    dear = entry(Reason.CHEAPER_LEFT_OUT, cost=7, detail=BEST.format(20, 20))
    assert messages(cheap, EMPTY, dear, "cost") == [("a#1: it would cost 1200, not 7", "a#1")]
    task, plan = full_on_two_days()
    one = entry(Reason.DAY_FULL, days=(MONDAY, TUESDAY), displaces=("b",), cost=7, detail=INSTEAD.format("b"))
    text = "a#1: in place of these it would cost -1200 or 0, not 7"
    assert messages(task, plan, one, "cost") == [(text, "a#1")]


# -- how long it is in time -------------------------------------------------------------------------------------------


def test_what_is_in_time_after_the_horizon_is_said_with_the_end_of_its_window():
    # due on Monday, the only day, and in time for five days more: a fifth of 28 days, rounded down
    full = small(account(), days=[workday(end=at(8, 1))])
    right = entry(
        Reason.OUT_OF_REACH, detail="they take longer than a workday", in_time_until=MONDAY + timedelta(days=5)
    )
    assert messages(full, EMPTY, right, "in_time_until") == []
    wrong = [("a#1: it is in time until 2026-03-07", "a#1")]
    for until in (None, MONDAY + timedelta(days=4), MONDAY + timedelta(days=6)):
        assert messages(full, EMPTY, replace(right, in_time_until=until), "in_time_until") == wrong


def test_a_window_that_ends_with_the_horizon_is_over():
    week_ago = account(cadence=Cadence(interval_days=7, tolerance_days=1), credited=(MONDAY - timedelta(days=7),))
    days = (MONDAY, TUESDAY)
    over = small(week_ago, horizon=DateRange(MONDAY, TUESDAY), days=[workday(end=at(8, 1))])
    right = entry(Reason.OUT_OF_REACH, days=days, detail="they take longer than a workday")
    assert messages(over, EMPTY, right, "in_time_until") == []
    assert messages(over, EMPTY, replace(right, in_time_until=TUESDAY), "in_time_until") == [
        ("a#1: it is in time until the last day or before", "a#1")
    ]


def test_only_what_a_cadence_asks_for_is_in_time_later():
    agreed = small(site("a", 1), appointments=(replace(meeting(at(9), at(10), site="a"), rep="eve"),))
    right = entry(Reason.REP_AWAY, request="x", detail="The rep does not work on Monday 2 March.")
    assert messages(agreed, EMPTY, right, "in_time_until") == []
    assert messages(agreed, EMPTY, replace(right, in_time_until=TUESDAY), "in_time_until") == [
        ("x: only what a cadence asks for is in time after the horizon", "x")
    ]
