"""Frozen workdays: nothing is added to them and what was published there stays; worked out by hand, everywhere where a plan is made.

Home at 0; a and b are 10 and 12 minutes from it, due on Monday, half an hour each.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from planner.cadence.policy import Cadence, Season
from planner.calendar import DateRange, TimeWindow
from planner.check import check, confirm_reason
from planner.explain import why_not
from planner.io import plan_bytes, problem_from_json, problem_to_json
from planner.plan import Cause, Plan, Reason
from planner.problem import Appointment, MustVisit, PlacedVisit, Problem
from planner.proposals import MoveVisit, SkipVisit, price
from planner.repair import repair
from planner.solve import solve
from tests.planner.small import MINUTE, MONDAY, at, between, problem, site, workday

TUESDAY = MONDAY + timedelta(days=1)
WEEKLY = Cadence(interval_days=7, tolerance_days=1)  # due on Monday, on time on Tuesday


def small(*published: PlacedVisit, names: str = "ab", frozen: bool = True, **more: object) -> Problem:
    """Monday is frozen, with what was published there; Tuesday is not."""
    rows = [site(name, n + 1, cadence=WEEKLY, credited=(MONDAY - timedelta(7),)) for n, name in enumerate(names)]
    return problem([0, 10, 12], rows, [workday(frozen=frozen), workday(TUESDAY)], base=published, **more)


def solved(p: Problem) -> Plan:
    plan = solve(p, iterations=200)
    certificate = check(p, plan)
    assert certificate.ok, certificate.violations
    return plan


def where(plan: Plan) -> dict:
    return {s.site: (r.date, s.start) for r in plan.routes for s in r.stops if s.site}


def test_what_is_due_goes_to_another_day():
    # both on Monday cost as much as both on Tuesday, when the rep drives once
    assert {day for day, _ in where(solved(small())).values()} == {TUESDAY}
    assert {day for day, _ in where(solved(small(frozen=False))).values()} == {MONDAY}


def test_what_was_published_stays_at_its_time_and_nothing_joins_it():
    # b beside a would be 4 min more on Monday, alone on Tuesday it is 24
    plan = solved(small(PlacedVisit("a", "ann", MONDAY, at(9))))
    assert where(plan)["a"] == (MONDAY, at(9))
    assert where(plan)["b"][0] == TUESDAY
    assert plan.objective.driving == (20 + 24) * MINUTE
    together = solved(small(PlacedVisit("a", "ann", MONDAY, at(9)), frozen=False))
    assert together.objective.driving == 24 * MINUTE


def test_published_visits_of_a_frozen_day_are_locked_once():
    visit = PlacedVisit("a", "ann", MONDAY, at(9))
    p = small(visit, PlacedVisit("b", "ann", TUESDAY, at(9)))
    assert p.locked == (visit,)
    assert replace(p, horizon=p.horizon).locked == (visit,)
    known = PlacedVisit("a", "ann", MONDAY, at(10))
    assert small(visit, locked=(known,)).locked == (known,)  # what somebody fixed says when
    assert problem_from_json(problem_to_json(p)) == p


@pytest.mark.parametrize(
    "change",
    [
        {"exceptions": {MONDAY: ()}},
        {"hours": ((), *[between(at(8), at(17))] * 6)},
        {"pauses": (DateRange(MONDAY, MONDAY),)},
    ],
)
def test_nobody_goes_where_it_is_closed_or_paused_by_now(change):
    p = small(PlacedVisit("a", "ann", MONDAY, at(9)), PlacedVisit("b", "ann", MONDAY, at(10)))
    shut = replace(p, sites=(replace(p.sites[0], **change), p.sites[1]), locked=())
    assert [visit.site for visit in shut.locked] == ["b"]
    assert {name: day for name, (day, _) in where(solved(shut)).items()} == {"a": TUESDAY, "b": MONDAY}


@pytest.mark.parametrize(
    "change",
    [
        {"seasons": (Season(frozenset({3}), None),)},
        {"valid_to": MONDAY - timedelta(1)},
        {"valid_from": TUESDAY + timedelta(1)},
    ],
    ids=["closed in March", "over", "not begun"],
)
def test_nobody_goes_in_a_closed_season_unless_somebody_asked(change):
    p = small(PlacedVisit("a", "ann", MONDAY, at(9)), PlacedVisit("b", "ann", MONDAY, at(10)))
    resting = replace(p.sites[0], cadence=replace(WEEKLY, **change))
    shut = replace(p, sites=(resting, p.sites[1]), locked=())
    assert [visit.site for visit in shut.locked] == ["b"]
    plan = solved(shut)
    assert {name: day for name, (day, _) in where(plan).items()} == {"b": MONDAY}
    assert [(entry.site, entry.reason) for entry in plan.unplanned] == [("a", Reason.PAUSED)]
    asked = replace(shut, must_visits=(MustVisit("m", "a", DateRange(MONDAY, TUESDAY)),))
    assert {visit.site for visit in asked.locked} == {"a", "b"}
    assert where(solved(asked)) == {"a": (MONDAY, at(9)), "b": (MONDAY, at(10))}
    later = replace(shut, must_visits=(MustVisit("m", "a", DateRange(TUESDAY, TUESDAY)),))
    assert {name: day for name, (day, _) in where(solved(later)).items()} == {"a": TUESDAY, "b": MONDAY}


@pytest.mark.parametrize("months", [{4}, {3}], ids=["another month", "another interval"])
def test_an_open_season_keeps_what_was_published(months):
    p = small(PlacedVisit("a", "ann", MONDAY, at(9)))
    season = Season(frozenset(months), None if months == {4} else 9)
    other = replace(p.sites[0], cadence=replace(WEEKLY, seasons=(season,)))
    assert [visit.site for visit in replace(p, sites=(other, p.sites[1]), locked=()).locked] == ["a"]


def test_appointments_come_to_a_frozen_day():
    meeting = Appointment("m", "ann", MONDAY, TimeWindow(at(9), at(9)), 30 * MINUTE, site="b")
    plan = solved(small(PlacedVisit("a", "ann", MONDAY), appointments=(meeting,)))
    assert {name: day for name, (day, _) in where(plan).items()} == {"a": MONDAY, "b": MONDAY}


def test_what_finds_no_other_day_says_that_nothing_is_added():
    p = replace(small(names="a"), workdays=(workday(frozen=True),), horizon=DateRange(MONDAY, MONDAY))
    (entry,) = solved(p).unplanned
    assert (entry.reason, entry.cause) == (Reason.CLOSED, Cause.FROZEN)
    assert entry.detail == "Nothing is added any more to the days on which it could be visited."
    plan = solved(p)
    assert not confirm_reason(p, plan, replace(entry, cause=Cause.NO_ROAD))
    shut = replace(p, sites=(replace(p.sites[0], weekdays=frozenset({1})),))
    assert [(e.reason, e.cause) for e in solved(shut).unplanned] == [(Reason.CLOSED, None)]
    # and no change of that day would help
    (found,) = why_not(p, plan, "a")
    assert found.admissions == ()


def test_a_must_visit_does_not_come_to_a_frozen_day_either():
    asked = MustVisit("m", "a", DateRange(MONDAY, MONDAY))
    (entry, *_) = solved(small(names="a", must_visits=(asked,))).unplanned
    assert (entry.request, entry.reason, entry.cause) == ("m", Reason.CLOSED, Cause.FROZEN)


def test_the_checker_finds_what_was_added_and_what_is_gone():
    loose = small(frozen=False)
    plan = solved(loose)
    found = check(replace(loose, workdays=(workday(frozen=True), workday(TUESDAY))), plan, reasons=False)
    assert sorted((v.rule, v.subject, v.date) for v in found.violations) == [
        ("frozen", "a", MONDAY),
        ("frozen", "b", MONDAY),
    ]
    empty = solved(small())
    published = small(PlacedVisit("a", "ann", MONDAY, at(9)))
    assert "locked" in {violation.rule for violation in check(published, empty, reasons=False).violations}


def test_a_repair_and_a_search_from_it_leave_it_as_it_is():
    visits = (PlacedVisit("a", "ann", MONDAY, at(9)), PlacedVisit("b", "ann", TUESDAY, at(9)))
    p = small(*visits)
    plan = solved(p)
    assert repair(p, plan).routes == plan.routes
    assert plan_bytes(solve(p, iterations=200)) == plan_bytes(plan)
    # b's only day is gone: it is left out rather than put beside a
    away = replace(p, workdays=p.workdays[:1])
    after = repair(away, plan)
    assert check(away, after).ok
    assert [(e.site, e.cause) for e in after.unplanned] == [("b", Cause.FROZEN)]


@pytest.mark.parametrize(("change", "churn"), [(MoveVisit("a", MONDAY, TUESDAY), 0), (SkipVisit("a", MONDAY), 1200)])
def test_a_person_may_take_something_from_it(change, churn):
    p = small(PlacedVisit("a", "ann", MONDAY, at(9)), PlacedVisit("b", "ann", TUESDAY, at(9)))
    plan = solved(p)
    # on Tuesday, beside b: 24 min instead of 20 + 24; what a person fixes elsewhere was not moved by the planner
    found = price(p, plan, change)
    assert (found.parts.driving, found.parts.churn, found.parts.missed) == (-20 * MINUTE, churn, 0)


def test_a_visit_taken_from_it_makes_no_room_for_others():
    p = small(PlacedVisit("a", "ann", MONDAY, at(9)), PlacedVisit("b", "ann", TUESDAY, at(9)))
    plan = solved(p)
    off = price(p, plan, MoveVisit("b", TUESDAY, MONDAY))
    assert (off.placed.date, off.parts.driving) == (MONDAY, -20 * MINUTE)  # fixed there by a person
