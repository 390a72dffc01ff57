"""Why a locked visit does not stand: what its own day, from 8 to 17, says.  Account `a`: 10 minutes from home, 30 minutes there."""

from __future__ import annotations

from dataclasses import replace

from planner.calendar import DateRange
from planner.plan import Plan, Reason
from planner.problem import PlacedVisit, Problem
from tests.planner.check.test_reasons import EMPTY, TUESDAY, small, true_reasons, with_b
from tests.planner.small import HOUR, MINUTE, MONDAY, site, workday

LOCK = PlacedVisit("a", "ann", MONDAY)


def reasons(task: Problem, plan: Plan = EMPTY, lock: PlacedVisit = LOCK) -> set[Reason]:
    return true_reasons(replace(task, locked=(lock,)), plan, lock.request)


def test_its_rep_does_not_work_then():
    two = small(site("a", 1), horizon=DateRange(MONDAY, TUESDAY))
    assert reasons(two, lock=replace(LOCK, date=TUESDAY)) == {Reason.REP_AWAY}


def test_it_cannot_be_visited_at_all():
    assert reasons(small(site("a", None))) == {Reason.NO_POSITION}
    assert reasons(small(site("a", 1, hours=((),) * 7))) == {Reason.CLOSED}
    assert reasons(small(site("a", 1, skills=frozenset("x")))) == {Reason.NO_SKILL}
    assert reasons(small(site("a", 1, load=3), days=[workday(capacity=2)])) == {Reason.OVER_CAPACITY}
    assert reasons(small(site("a", 1), minutes=(0, 300, 20))) == {Reason.OUT_OF_REACH}


def test_its_day_is_full():
    # as in test_day_full: a minute is missing
    task, plan = with_b(7 * HOUR + 51 * MINUTE)
    task = replace(task, sites=(site("a", 1), task.sites[1]))
    assert reasons(task, plan) == {Reason.DAY_FULL}
