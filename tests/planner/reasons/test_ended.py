"""What is asked for no more: cadences that end before their next due date, and must-visits whose days were over."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from planner.cadence.policy import Cadence, Mode, Period
from planner.calendar import DateRange
from planner.check import check
from planner.explain import why_not
from planner.explain.easings import AskFor
from planner.plan import Reason
from planner.problem import MustVisit, Problem
from tests.planner.reasons.test_apart import true_reasons
from tests.planner.search.solved import planned
from tests.planner.small import MONDAY, problem, site, week

FORTNIGHTLY = Cadence(interval_days=14)  # in time from two days before it is due


def day(number: int) -> date:
    return MONDAY + timedelta(days=number)


def asked(cadence: Cadence, *credited: int, **more: object) -> Problem:
    """Five days are planned, from Monday 2 March."""
    a = site("a", 1, cadence=cadence, credited=tuple(map(day, credited)), active_from=day(-100))
    return problem([0, 10], [a], week(5), **more)


def reason(task: Problem) -> Reason:
    plan = planned(task)
    [entry] = plan.unplanned
    assert true_reasons(task, plan, entry) == {entry.reason}
    return entry.reason


@pytest.mark.parametrize(
    ("ends", "expected"),
    [
        (-1, Reason.PAUSED),  # over before the days that are planned
        (0, Reason.ENDED),
        (4, Reason.ENDED),  # last credited on Sunday, so due on Sunday 15 March
        (12, Reason.ENDED),  # the day before that
        (13, Reason.NOT_DUE),
        (100, Reason.NOT_DUE),
        (None, Reason.NOT_DUE),
    ],
)
def test_a_cadence_that_ends_before_the_next_due_date(ends: int | None, expected: Reason):
    ending = replace(FORTNIGHTLY, valid_to=None if ends is None else day(ends))
    assert reason(asked(ending, -1)) is expected


def test_a_gap_that_goes_on_beyond_the_end():
    # due on Friday 6 March already, in time from Wednesday on, but no sooner than 20 days after 20 February: on 12 March
    gap = Cadence(interval_days=14, min_gap_days=14, valid_to=day(4))
    assert reason(asked(gap, -9)) is Reason.ENDED
    assert reason(asked(replace(gap, valid_to=day(5)), -9)) is Reason.NOT_DUE


def test_a_pause_until_the_end():
    # due on 15 March, and on Friday 13th, when the window opens, it is paused until the end
    ends = replace(FORTNIGHTLY, valid_to=day(13))
    paused = asked(ends, -1)
    until = replace(paused.sites[0], pauses=(DateRange(day(11), day(20)),))
    assert reason(replace(paused, sites=(until,))) is Reason.ENDED


def test_a_quota_that_ends_with_what_is_visited_already():
    monthly = Cadence(Mode.QUOTA, visits=1, period=Period.MONTH)
    horizon = DateRange(day(1), day(4))
    made = {"horizon": horizon}  # once in March, on Monday
    task = replace(asked(monthly, 0), workdays=week(5)[1:], **made)

    def until(last: date | None) -> Problem:
        return replace(task, sites=(replace(task.sites[0], cadence=replace(monthly, valid_to=last)),))

    assert reason(until(date(2026, 3, 31))) is Reason.ENDED
    assert reason(until(date(2026, 4, 14))) is Reason.ENDED  # 14 of 30 days: half a visit and less is none
    assert reason(until(date(2026, 4, 15))) is Reason.NOT_DUE
    assert reason(until(date(2026, 5, 31))) is Reason.NOT_DUE
    assert reason(until(None)) is Reason.NOT_DUE


def test_the_sentence_names_the_last_day_of_the_cadence():
    task = asked(replace(FORTNIGHTLY, valid_to=day(8)), -1)
    plan = planned(task)
    [entry] = plan.unplanned
    assert entry.detail == "Its cadence ends on Tuesday 10 March, before it asks for another visit."
    wrong = replace(entry, detail=entry.detail.replace("10", "9"))
    assert [v.rule for v in check(task, replace(plan, unplanned=(wrong,))).violations] == ["detail"]
    as_before = replace(entry, reason=Reason.NOT_DUE, detail="Its next visit falls due after Friday 6 March.")
    assert [v.rule for v in check(task, replace(plan, unplanned=(as_before,))).violations] == ["reason"]
    # asked for it is visited all the same
    [found] = why_not(task, plan, "a")
    assert [one.change for one in found.admissions] == [AskFor("a", task.horizon)]


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [(-5, -1, Reason.ENDED), (-5, 0, None), (5, 6, Reason.NOT_DUE)],
)
def test_a_must_visit_whose_days_were_over(first: int, last: int, expected: Reason | None):
    wish = MustVisit("m", "a", DateRange(day(first), day(last)))
    task = problem([0, 10], [site("a", 1)], week(5), must_visits=(wish,))
    plan = planned(task)
    assert [entry.reason for entry in plan.unplanned] == ([] if expected is None else [expected])
    for entry in plan.unplanned:
        assert true_reasons(task, plan, entry) == {expected}


def test_the_sentence_names_the_last_day_on_which_it_was_asked_for():
    wish = MustVisit("m", "a", DateRange(day(-5), day(-1)))
    task = problem([0, 10], [site("a", 1)], week(5), must_visits=(wish,))
    plan = planned(task)
    [entry] = plan.unplanned
    assert entry.detail == "It was to be visited by Sunday 1 March, before the first day planned: ask for it again."
    assert plan.objective.total == 0
    wrong = replace(entry, detail=entry.detail.replace("1 March", "2 March"))
    assert [v.rule for v in check(task, replace(plan, unplanned=(wrong,))).violations] == ["detail"]
