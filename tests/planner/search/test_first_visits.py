"""The longer first visit.

Each on a line with one place a minute apart; expected values by hand.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from planner.cadence.policy import Cadence
from planner.calendar import TimeWindow
from planner.check import check
from planner.plan import Objective, Plan, StopKind
from planner.problem import Appointment, PlacedVisit
from planner.repair import repair
from planner.tasks import visit_task
from planner.timing import time_route
from tests.planner.search.solved import planned
from tests.planner.small import HOUR, MINUTE, MONDAY, at, problem, site, week, workday

NEW = {
    "active_from": MONDAY,
    "cadence": Cadence(interval_days=5, tolerance_days=1, first_within_days=2),
    "late_price": 900,
}


def lengths(plan: Plan) -> list[tuple[int, int]]:
    """(day of the horizon, minutes) of each visit."""
    stops = [((r.date - MONDAY).days, s) for r in plan.routes for s in r.stops if s.kind is StopKind.VISIT]
    return sorted((day, (s.end - s.start) // MINUTE) for day, s in stops)


def test_the_first_visit_ever_takes_longer() -> None:
    # never visited, due within two days, then every fourth to sixth: an hour the first time, half an hour the second
    a = site("a", 1, first_service=HOUR, weekdays=frozenset({1, 5}), **NEW)
    days = tuple(workday(MONDAY + timedelta(days=n)) for n in range(7))
    plan = planned(problem([0, 10], [a], days))
    assert lengths(plan) == [(1, 60), (5, 30)]
    known = replace(a, credited=(MONDAY - timedelta(days=4),))
    assert lengths(planned(problem([0, 10], [known], days))) == [(1, 30), (5, 30)]
    # where the first one has no room (09:00 to 09:55 without the way), the second one is the first
    short = [workday(day.date, end=at(9, 15) if day.date.weekday() < 5 else at(17)) for day in days]
    assert lengths(planned(problem([0, 10], [a], short))) == [(5, 60)]


def test_after_an_appointment_no_visit_is_the_first() -> None:
    # agreed for Monday, 20 minutes: the visit on Saturday is the second call, of 30 minutes
    meeting = Appointment("m", "ann", MONDAY, TimeWindow(at(9), at(9)), 20 * MINUTE, site="a")
    a = site("a", 1, first_service=HOUR, **NEW)
    asked = problem([0, 10], [a], (workday(), workday(MONDAY + timedelta(days=5))), appointments=(meeting,))
    plan = planned(asked)
    assert lengths(plan) == [(5, 30)]
    assert [s.end - s.start for r in plan.routes for s in r.stops if s.kind is StopKind.APPOINTMENT] == [20 * MINUTE]
    # agreed for Sunday, when the second window opens: the visit on Monday is the first call, of 60 minutes
    sunday = MONDAY + timedelta(days=6)
    after = problem([0, 10], [a], (workday(), workday(sunday)), appointments=(replace(meeting, date=sunday),))
    assert lengths(planned(after)) == [(0, 60)]


def test_a_repair_makes_the_second_visit_the_longer_one_when_the_first_leaves() -> None:
    a = site("a", 1, first_service=HOUR, weekdays=frozenset({1, 5}), **NEW)
    days = tuple(workday(MONDAY + timedelta(days=n)) for n in range(7))
    asked = problem([0, 10], [a], days)
    plan = planned(asked)
    away = replace(asked, workdays=tuple(day for day in days if day.date.weekday() != 1))
    after = repair(away, plan)
    assert check(away, after, reasons=False).violations == ()
    assert lengths(after) == [(5, 60)]
    # the second day is too short for that, and nothing can be done
    tight = [replace(day, end=at(9, 15)) for day in away.workdays]
    full = repair(replace(away, workdays=tuple(tight)), plan)
    assert check(replace(away, workdays=tuple(tight)), full, reasons=False).violations == ()
    assert lengths(full) == []


def test_a_locked_visit_that_becomes_the_first_one_is_as_long_as_a_first_one() -> None:
    # Published for Monday, the first call there: 60 minutes. Somebody fixes Tuesday instead; two calls a day apart are not both credited,
    # so Monday's goes, and Tuesday's is the first one.
    row = site("a", 1, cadence=Cadence(interval_days=28), first_service=HOUR)
    p = problem([0, 10], [row], week(2))
    monday, tuesday = p.workdays
    route = time_route(p, monday, [visit_task(row, monday, "a#1", first=True)])
    assert route is not None
    published = replace(p, base=(PlacedVisit("a", "ann", MONDAY, route.stops[0].start),))
    fixed = replace(published, locked=(PlacedVisit("a", "ann", tuesday.date),))
    after = repair(fixed, Plan((route,), (), Objective()))
    stops = [(r.date, s.end - s.start) for r in after.routes for s in r.stops]
    assert stops == [(tuesday.date, 60 * MINUTE)]
    assert check(fixed, after).ok
