"""Each reason on a problem so small that nothing else can be true; the independent checker confirms it.

Places lie on a line, minutes of driving from home at 0.  Workdays are 8:00 to 17:00.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from planner.cadence.policy import Cadence, Mode, Period
from planner.calendar import DateRange, TimeWindow
from planner.check import check, confirm_reason
from planner.params import RadiusRule
from planner.plan import Objective, Plan, Reason, Unplanned
from planner.problem import Appointment, MustVisit, PlacedVisit, Problem
from planner.reasons import explain, settle
from planner.repair import repair
from tests.planner.generate import random_problem
from tests.planner.small import MINUTE, MONDAY, at, between, problem, site, week, workday

WEEKLY = Cadence(interval_days=7)
LAST_WEEK = MONDAY - timedelta(days=7)
EMPTY = Plan((), (), Objective())


def day(number: int) -> date:
    """1 is Monday 2 March."""
    return MONDAY + timedelta(days=number - 1)


def due(id: str, place: int | None, **more: object):
    """A site that is due on Monday: visited a week before."""
    return site(id, place, **({"cadence": WEEKLY, "credited": (LAST_WEEK,)} | more))


def only(p: Problem) -> tuple[Plan, Unplanned]:
    """The settled plan and its only entry, which the checker confirms."""
    plan = settle(p, EMPTY)
    certificate = check(p, plan)
    assert certificate.ok, certificate.violations
    assert len(plan.unplanned) == 1
    assert confirm_reason(p, plan, plan.unplanned[0])
    assert plan.unplanned[0].detail.endswith(".")
    return plan, plan.unplanned[0]


def settled(p: Problem) -> Plan:
    """Appointments and locked visits where they must stand, and the rest settled."""
    plan = settle(p, repair(p, EMPTY))
    certificate = check(p, plan)
    assert certificate.ok, certificate.violations
    return plan


def fixed(id: str, start: int, minutes: int, **more: object) -> Appointment:
    return Appointment(id, "ann", MONDAY, TimeWindow(start, start), minutes * MINUTE, **more)  # type: ignore[arg-type]


def test_not_due() -> None:
    # visited on Sunday, every 28 days with 5 of tolerance: the window opens after 23 days
    _, entry = only(problem([0, 10], [due("a", 1, cadence=Cadence(interval_days=28))], week()))
    assert (entry.site, entry.reason, entry.request) == ("a", Reason.NOT_DUE, None)


def test_paused() -> None:
    pause = DateRange(MONDAY, MONDAY + timedelta(days=30))
    _, entry = only(problem([0, 10], [due("a", 1, pauses=(pause,))], week()))
    assert entry.reason is Reason.PAUSED


def test_no_cadence() -> None:
    _, entry = only(problem([0, 10], [site("a", 1)], week()))
    assert entry.reason is Reason.NO_CADENCE


def test_no_position() -> None:
    _, entry = only(problem([0, 10], [due("a", None)], [workday()]))
    assert entry.reason is Reason.NO_POSITION


def test_no_rep() -> None:
    _, entry = only(problem([0, 10], [due("a", 1, owner="gone")], [workday()]))
    assert entry.reason is Reason.NO_REP


def test_rep_away() -> None:
    # A must-visit for Monday; ann works on Tuesday.
    p = problem(
        [0, 10], [site("a", 1)], [workday(day(2))], must_visits=(MustVisit("m", "a", DateRange(MONDAY, MONDAY)),)
    )
    _, entry = only(p)
    assert (entry.reason, entry.request, entry.days) == (Reason.REP_AWAY, "m", (MONDAY,))


def test_closed() -> None:
    night = (between(at(20), at(22)),) * 7
    _, entry = only(problem([0, 10], [due("a", 1, hours=night)], [workday()]))
    assert (entry.reason, entry.days) == (Reason.CLOSED, (MONDAY,))


def test_out_of_reach() -> None:
    # 4:20 there, half an hour there, 4:20 back: 9:10 of nine hours
    _, entry = only(problem([0, 260], [due("a", 1, miss_price=10**6)], [workday()]))
    assert entry.reason is Reason.OUT_OF_REACH


def test_beyond_radius() -> None:
    # Twenty minutes are some 20 km; a and b are 40 apart, the radius is 15 (hard): not on one day.
    sites = [due("a", 1, miss_price=10**6), due("b", 2)]
    p = problem([20, 0, 40], sites, [workday()], radius=RadiusRule(15_000, hard=True))
    plan, entry = only(p)
    assert (entry.site, entry.reason) == ("b", Reason.BEYOND_RADIUS)
    assert plan.routes[0].anchor == "a"


def test_appointment_conflict() -> None:
    # The day is one long meeting at home but for an hour, and a takes 10 + 60 + 10.
    meeting = fixed("m", at(8), 480, place=0)
    plan = settled(problem([0, 10], [due("a", 1, service=60 * MINUTE)], [workday()], appointments=(meeting,)))
    assert [u.reason for u in plan.unplanned] == [Reason.APPOINTMENT_CONFLICT]


def test_two_appointments_at_once() -> None:
    # Both start at 9:00 sharp; the second can only be refused.
    p = problem([0, 10], [], [workday()], appointments=(fixed("m", at(9), 60, place=0), fixed("n", at(9), 60, place=1)))
    plan = settled(p)
    assert [(u.request, u.reason) for u in plan.unplanned] == [("n", Reason.APPOINTMENT_CONFLICT)]


def test_too_close() -> None:
    # Two visits a week are 3 days apart at least. One is locked on Wednesday: no other day from Monday to Friday is left.
    twice = Cadence(Mode.QUOTA, visits=2, period=Period.WEEK)
    locked = (PlacedVisit("a", "ann", day(3)),)
    p = problem([0, 10], [site("a", 1, cadence=twice, active_from=LAST_WEEK)], week(), locked=locked)
    plan = settled(p)
    assert [route.date for route in plan.routes] == [day(3)]
    assert [entry.reason for entry in plan.unplanned] == [Reason.TOO_CLOSE]


def test_day_full_names_what_would_go() -> None:
    # Eight hours of work at a; b, an hour and equally far, is worth less. The day of nine hours holds one of them.
    a = due("a", 1, service=480 * MINUTE, miss_price=10**6)
    b = due("b", 2, service=60 * MINUTE)
    _, entry = only(problem([0, 10, 11], [a, b], [workday()]))
    assert (entry.site, entry.reason, entry.displaces) == ("b", Reason.DAY_FULL, ("a",))
    # home - a - home is 20 minutes of driving, home - b - home 22
    assert entry.cost == 2 * MINUTE


def test_day_full_takes_the_fewest_visits() -> None:
    # Four visits of two hours fill the day; b needs four hours, so two have to go.
    sites = [due(f"a{n}", 1, service=120 * MINUTE, miss_price=10**6) for n in range(4)]
    _, entry = only(problem([0, 10], [*sites, due("b", 1, service=240 * MINUTE)], [workday()]))
    assert (entry.site, entry.reason, len(entry.displaces)) == ("b", Reason.DAY_FULL, 2)


def test_cheaper_left_out() -> None:
    # An hour there and an hour back cost 7200 seconds. The visit is worth 5400 for its window of Sunday to Tuesday, of
    # which the horizon ends on Monday: 3600.
    _, entry = only(problem([0, 60], [due("a", 1)], [workday()]))
    assert (entry.reason, entry.cost) == (Reason.CHEAPER_LEFT_OUT, 7200)
    assert "120 min" in entry.detail
    assert "worth 60 min" in entry.detail


def test_what_pays_is_inserted() -> None:
    # 29 minutes there and back cost 3480 of the 3600 it is worth.
    p = problem([0, 29], [due("a", 1)], [workday()])
    plan = settle(p, EMPTY)
    assert plan.unplanned == ()
    assert [stop.site for stop in plan.routes[0].stops] == ["a"]
    assert plan.objective.total == 3480
    assert check(p, plan).ok


def test_nothing_is_claimed_of_what_is_planned() -> None:
    p = problem([0, 10], [due("a", 1)], [workday()])
    assert explain(p, settle(p, EMPTY)) == ()


def test_a_false_reason_is_refused_by_the_checker() -> None:
    p = problem([0, 60], [due("a", 1)], [workday()])
    plan = settle(p, EMPTY)
    for reason in set(Reason) - {Reason.CHEAPER_LEFT_OUT}:
        false = replace(plan.unplanned[0], reason=reason)
        assert not confirm_reason(p, replace(plan, unplanned=(false,)), false), reason


@pytest.mark.parametrize("seed", range(30))
def test_random_plans_have_true_reasons(seed: int) -> None:
    """Whatever is in a problem: after settling, the checker finds nothing, reasons included."""
    settled(random_problem(seed))
