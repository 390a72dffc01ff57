"""What an entry says beside its reason: days, what would have to go, the cost, the words; each worked out by hand.

As in test_reasons: account `a`, 30 minutes of service, 10 minutes from home, due today and left out; `b`, 20 minutes from home, beyond
it, is visited. Alone a costs 20 minutes of driving, 1200 s; with b on the day it lies on the way.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from planner.cadence.policy import Cadence, Mode, Period
from planner.calendar import DateRange
from planner.check import check
from planner.plan import Cause, Plan, Reason, Route, Stop, StopKind, Unplanned
from planner.problem import MustVisit, PlacedVisit, Problem
from tests.planner.check.test_reasons import EMPTY, MONTHLY, account, meeting, small, visit_stop, with_b
from tests.planner.small import HOUR, MINUTE, MONDAY, at, between, site, week, workday

TUESDAY = MONDAY + timedelta(days=1)
RULES = {"days", "displaces", "cost", "detail", "reason"}
BEST = "On Monday 2 March, the best day for it, it would cost {} min of driving and is worth {} min."
INSTEAD = "Its days are full; on Monday 2 March it would fit in place of {}."


def said(task: Problem, plan: Plan, *entries: Unplanned) -> list[str]:
    """Rules of this module that the entries break."""
    found = check(task, replace(plan, unplanned=entries)).violations
    return [violation.rule for violation in found if violation.rule in RULES]


def entry(reason: Reason, **more: object) -> Unplanned:
    return Unplanned(**{"site": "a", "request": "a#1", "days": (MONDAY,)} | more, reason=reason)


def test_the_days_are_those_on_which_the_visit_might_stand():
    # due today, it might be today or tomorrow, the whole horizon; ann works today
    task = small(account(), horizon=DateRange(MONDAY, TUESDAY), days=[workday(end=at(8, 1))])
    right = entry(
        Reason.OUT_OF_REACH, days=(MONDAY, TUESDAY), cause=Cause.WORKDAY, detail="they take longer than a workday"
    )
    assert said(task, EMPTY, right) == []
    for days in ((), (MONDAY,), (TUESDAY, MONDAY), (MONDAY, TUESDAY, TUESDAY + timedelta(days=1))):
        assert said(task, EMPTY, replace(right, days=days)) == ["days"]


def test_the_days_of_what_was_asked_for_agreed_or_never_due():
    # asked for from yesterday to tomorrow, and tomorrow the site is paused
    quiet = site("a", 1, pauses=(DateRange(TUESDAY, TUESDAY),))
    wish = MustVisit("m", "a", DateRange(MONDAY - timedelta(days=1), TUESDAY))
    asked = small(quiet, horizon=DateRange(MONDAY, TUESDAY), days=[workday(TUESDAY)], must_visits=(wish,))
    words = "Its rep does not work on Monday 2 March, the only day on which it could be visited."
    right = entry(Reason.REP_AWAY, request="m", detail=words)
    assert said(asked, EMPTY, right) == []
    assert said(asked, EMPTY, replace(right, days=(MONDAY, TUESDAY))) == ["days", "detail"]  # nor are it these days
    agreed = small(site("a", 1), appointments=(replace(meeting(at(9), at(10), site="a"), rep="eve"),))
    right = entry(Reason.REP_AWAY, request="x", detail="The rep does not work on Monday 2 March.")
    assert said(agreed, EMPTY, right) == []
    assert "days" in said(agreed, EMPTY, replace(right, days=()))
    idle = entry(
        Reason.NO_CADENCE, request=None, days=(), detail="It has no call cadence and nobody asked for a visit."
    )
    assert said(small(site("a", 1)), EMPTY, idle) == []
    assert said(small(site("a", 1)), EMPTY, replace(idle, days=(MONDAY,))) == ["days"]


def test_each_visit_left_out_has_an_entry_with_its_days_and_its_reason():
    # every day: today the day is full, tomorrow nobody works. What is true of the one is not said of the other
    daily = {"cadence": Cadence(interval_days=1), "credited": (MONDAY - timedelta(days=1),)}
    task, plan = with_b(7 * HOUR + 51 * MINUTE, horizon=DateRange(MONDAY, TUESDAY))
    task = replace(task, sites=(account(**daily), task.sites[1]))
    full = entry(Reason.DAY_FULL, displaces=("b",), cost=-1200, detail=INSTEAD.format("b"))
    words = "Its rep does not work on Tuesday 3 March, the only day on which it could be visited."
    away = entry(Reason.REP_AWAY, request="a#2", days=(TUESDAY,), detail=words)
    assert said(task, plan, full, away) == []
    assert said(task, plan, full, replace(full, request="a#2", days=(TUESDAY,))) == ["reason"]
    assert said(task, plan, full, replace(full, request="a#2")) == ["days"]
    assert said(task, plan, replace(away, request="a#1"), away) == ["days"]


def test_what_a_visit_would_cost_and_is_worth():
    # 1200 s of driving; left out it costs 2198 * 6 // 11 = 1198 s
    task = small(account(miss_price=2198))
    right = entry(Reason.CHEAPER_LEFT_OUT, cost=1200, detail=BEST.format(20, 20))
    assert said(task, EMPTY, right) == []
    for cost in (1199, 1201, 0, None):
        assert said(task, EMPTY, replace(right, cost=cost)) == ["cost"]
    for words in (
        BEST.format(21, 20),
        BEST.format(20, 19),
        BEST.format(20, 20).replace("Monday 2", "Tuesday 3"),
        "",
        "It is dear.",
    ):
        assert said(task, EMPTY, replace(right, detail=words)) == ["detail"]
    assert said(task, EMPTY, replace(right, displaces=("b",))) == ["displaces"]


def test_the_best_day_is_the_one_on_which_it_gains_most():
    # tomorrow a lies on the way home, ten minutes less
    task = small(
        account(miss_price=1), days=[workday(), workday(TUESDAY, end_place=1)], horizon=DateRange(MONDAY, TUESDAY)
    )
    both = {"days": (MONDAY, TUESDAY)}
    tomorrow = BEST.replace("Monday 2", "Tuesday 3")
    assert said(task, EMPTY, entry(Reason.CHEAPER_LEFT_OUT, cost=1200, detail=BEST.format(20, 0), **both)) == ["cost"]
    # a workday with nothing on it is not driven
    assert said(task, EMPTY, entry(Reason.CHEAPER_LEFT_OUT, cost=600, detail=tomorrow.format(10, 0), **both)) == []


@pytest.mark.parametrize(("cost", "told"), [(120, 2), (30, 0), (119, 2), (60, 1)])
def test_a_promised_start_may_be_kept_to_the_second_or_within_the_slack(cost, told):
    # b was promised for 16:30 and stands there; home at 17:20. a, on the way, is open at 15:30 sharp, so at b at 16:10. Held to the
    # second that is 20 minutes of waiting, 120 s. Within a slack of 15 minutes b would begin at 16:15 with or without a, and the
    # waiting of five minutes costs 30 s. Left out a costs 219 * 6 // 11 = 119 s
    task, _ = with_b(
        30 * MINUTE, locked=(PlacedVisit("b", "ann", MONDAY, at(16, 30)),), days=[workday(max_overtime=HOUR)]
    )
    a = account(hours=(between(at(15, 30), at(15, 30)),) * 7, miss_price=219)
    route = Route("ann", MONDAY, at(16, 10), at(17, 20), (visit_stop(at(16, 30)),), 1200, 20_000)
    task, plan = replace(task, sites=(a, task.sites[1])), Plan((route,), (), EMPTY.objective)
    found = said(task, plan, entry(Reason.CHEAPER_LEFT_OUT, cost=cost, detail=BEST.format(told, 2)))
    assert found == ([] if cost in (120, 30) else ["cost"])


def test_what_would_have_to_go():
    # b takes so long that a minute is missing; without it the day is driven for 1200 s instead of 2400
    task, plan = with_b(7 * HOUR + 51 * MINUTE)
    right = entry(Reason.DAY_FULL, displaces=("b",), cost=-1200, detail=INSTEAD.format("b"))
    assert said(task, plan, right) == []
    assert said(task, plan, replace(right, cost=-1199)) == ["cost"]
    assert said(task, plan, replace(right, cost=None)) == ["cost"]
    assert said(task, plan, replace(right, displaces=())) == ["cost"]  # of what?
    for others in (("a",), ("b", "b"), ("b", "a"), ("nobody",)):
        assert said(task, plan, replace(right, displaces=others)) == ["displaces"]
    for words in (INSTEAD.format("c"), INSTEAD.format("b").replace("Monday 2", "Tuesday 3"), "It is too far."):
        assert said(task, plan, replace(right, detail=words)) == ["detail"]
    # nothing more need be said
    assert said(task, plan, entry(Reason.DAY_FULL, detail="The days on which it could be visited are full.")) == []
    # what somebody fixed does not go
    locked = replace(task, locked=(PlacedVisit("b", "ann", MONDAY),))
    assert said(locked, plan, replace(right, reason=Reason.APPOINTMENT_CONFLICT)) != []
    assert said(locked, plan, right) == ["reason"]


@pytest.mark.parametrize(("length", "needed"), [(30, 1), (300, 2)])
def test_no_more_have_to_go_than_need(length, needed):
    # b and c, four hours each at the same place, fill 8:40 of nine hours. Half an hour at a fits instead of one of them, at no more
    # driving; five hours instead of both, at 1200 s less
    task, plan = with_b(240 * MINUTE)
    first = plan.routes[0].stops[0]
    start = first.end
    second = Stop(StopKind.VISIT, start, start, start + 240 * MINUTE, request="c#1", site="c", place=2)
    route = replace(plan.routes[0], stops=(first, second), end=second.end + 1200)
    c = replace(task.sites[1], id="c")
    task = replace(task, sites=(account(service=length * MINUTE), task.sites[1], c))
    plan = replace(plan, routes=(route,))
    one = entry(Reason.DAY_FULL, displaces=("b",), cost=0, detail=INSTEAD.format("b"))
    two = entry(Reason.DAY_FULL, displaces=("b", "c"), cost=-1200, detail=INSTEAD.format("b and c"))
    assert said(task, plan, one) == ([] if needed == 1 else ["displaces"])
    assert said(task, plan, replace(one, displaces=("c",), detail=INSTEAD.format("c"))) == (
        [] if needed == 1 else ["displaces"]
    )
    assert said(task, plan, two) == ([] if needed == 2 else ["displaces"])


def visited_on_wednesday() -> Plan:
    """Of a, ten minutes away, at nine; due on Sunday."""
    stop = Stop(
        StopKind.VISIT, at(9), at(9), at(9, 30), 600, 10_000, request="a#1", site="a", place=1, due=MONDAY + timedelta(days=6)
    )  # fmt: skip
    wednesday = MONDAY + timedelta(days=2)
    return Plan((Route("ann", wednesday, at(8, 50), at(9, 40), (stop,), 600, 10_000),), (), EMPTY.objective)


def test_its_own_visit_would_have_to_go():
    # on Tuesday and Thursday of a week or on Wednesday and Friday; ann works on Tuesday and Wednesday, and a is visited on Wednesday
    pairs = Cadence(Mode.PATTERN, visits=2, block_workdays=5, anchor=MONDAY, combinations=((1, 3), (2, 4)))
    dates = [MONDAY + timedelta(days=n) for n in range(3)]
    a = site("a", 1, cadence=pairs, credited=(MONDAY - timedelta(days=6),))
    task = small(a, days=week(3)[1:], horizon=DateRange(dates[0], dates[2]))
    plan = visited_on_wednesday()
    words = "A visit on Tuesday 3 March would not go together with its own visit of Wednesday 4 March, which would have to go."
    right = entry(Reason.DAY_FULL, request="a#2", days=tuple(dates[1:]), displaces=("a",), cost=1200, detail=words)
    assert said(task, plan, right) == []
    assert said(task, plan, replace(right, cost=1199)) == ["cost"]
    assert said(task, plan, replace(right, detail=words.replace("Wednesday 4", "Thursday 5"))) == ["detail"]


def test_another_visit_that_is_too_near():
    # twice a week, three days apart; ann works on Tuesday and Wednesday, and a is visited on Wednesday: Tuesday is empty
    twice = Cadence(Mode.QUOTA, visits=2, period=Period.WEEK)
    dates = [MONDAY + timedelta(days=n) for n in range(3)]
    a = site("a", 1, cadence=twice, credited=(MONDAY - timedelta(days=6),))
    task = small(a, days=week(3)[1:], horizon=DateRange(dates[0], dates[2]))
    plan = visited_on_wednesday()
    words = "Another visit there is too near to any day on which it could be visited."
    right = entry(Reason.TOO_CLOSE, request="a#2", days=tuple(dates), detail=words)
    assert said(task, plan, right) == []
    full = replace(right, reason=Reason.DAY_FULL, displaces=("a",), cost=1200)
    assert said(task, plan, full) == ["reason"]
    # so is one that somebody fixed
    fixed = replace(task, locked=(PlacedVisit("a", "ann", dates[2]),))
    assert said(fixed, plan, right) == []
    assert said(fixed, plan, full) == ["reason"]


def test_the_minutes_of_an_exchange():
    # six of the eleven days of their windows are over by the end of Monday: of 5,400 s b loses 2,945, of 11,000 a 6,000; without b the
    # day is driven for 20 min less
    task, plan = with_b(7 * HOUR + 51 * MINUTE)
    task = replace(task, sites=(account(miss_price=11_000), task.sites[1]))
    told = (
        INSTEAD.format("b")
        + " What other accounts would lose is worth {} min, this visit {} min; the day would cost {} min less."
    )
    right = entry(Reason.DAY_FULL, displaces=("b",), cost=-1200)
    lost, value = 49, 100
    assert said(task, plan, replace(right, detail=told.format(lost, value, 20))) == []
    for wrong in ((lost + 1, value, 20), (lost, value + 1, 20), (lost, value, 21)):
        assert said(task, plan, replace(right, detail=told.format(*wrong))) == ["detail"]


def test_a_cause_is_given_where_there_is_one():
    task = small(account(), minutes=(0, 300, 20))
    words = "Even as the only stop of the day, the way there, the visit and the way home take longer than a workday."
    right = entry(Reason.OUT_OF_REACH, cause=Cause.WORKDAY, detail=words)
    assert said(task, EMPTY, right) == []
    assert said(task, EMPTY, replace(right, cause=None)) == ["reason"]
    (found,) = [
        v for v in check(task, replace(EMPTY, unplanned=(replace(right, cause=None),))).violations if v.rule == "reason"
    ]
    assert found.message == "a#1: no cause is given; it is workday"
    assert said(task, EMPTY, replace(right, detail="No road leads there and back.")) == ["detail"]
    assert said(task, EMPTY, replace(right, cost=0)) == ["cost"]


def test_the_dates_that_a_sentence_names():
    def judged(task: Problem, reason: Reason, words: str, **more: object) -> list[str]:
        return said(task, EMPTY, entry(reason, detail=words, **more))

    # visited yesterday: due after today, the last day of the horizon
    quiet = small(account(credited=(MONDAY - timedelta(days=1),)))
    whole = {"request": None, "days": ()}
    assert judged(quiet, Reason.NOT_DUE, "Its next visit falls due after Monday 2 March.", **whole) == []
    assert judged(quiet, Reason.NOT_DUE, "Its next visit falls due after Tuesday 3 March.", **whole) == ["detail"]
    # asked for by Tuesday, the day after the horizon
    asked = small(site("a", 1), must_visits=(MustVisit("m", "a", DateRange(TUESDAY, TUESDAY)),))
    words = "It was asked for by Tuesday 3 March, after the last day planned so far."
    assert judged(asked, Reason.NOT_DUE, words, request="m", days=()) == []
    assert judged(asked, Reason.NOT_DUE, words.replace("Tuesday 3", "Monday 2"), request="m", days=()) == ["detail"]
    # due on Thursday, the window is open, and nobody works today
    later = date(2026, 3, 5)
    soon = account(owner=None, credited=(later - timedelta(days=28),))
    away = replace(small(soon, days=[workday(TUESDAY)]), horizon=DateRange(MONDAY, TUESDAY))
    away = replace(away, sites=(replace(soon, pauses=(DateRange(TUESDAY, TUESDAY),)),))
    due = later + timedelta(days=1)  # a day later for the pause
    words = f"It falls due on Friday {due.day} March, after the days planned so far."
    assert judged(away, Reason.NOT_DUE, words) == []
    assert judged(away, Reason.NOT_DUE, words.replace("Friday 6", "Thursday 5")) == ["detail"]
    # where no date is to be named
    shut = small(account(hours=((),) * 7))
    assert judged(shut, Reason.CLOSED, "It is not open inside working hours on any day.") == []
    assert judged(shut, Reason.CLOSED, "It is not open on Monday 2 March.") == ["detail"]
    assert MONTHLY.interval_days == 28
