"""Each reason on a problem so small that nothing else can be true; the independent checker confirms it.

Places lie on a line, minutes of driving from home at 0.  Workdays are 8:00 to 17:00.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from planner.cadence.policy import Cadence, Mode, Period
from planner.calendar import Break, DateRange, TimeWindow
from planner.check import check, confirm_reason
from planner.clusters import with_clusters
from planner.draft.draft import Draft
from planner.params import RadiusRule
from planner.plan import Objective, Plan, Reason, Unplanned
from planner.problem import Appointment, MustVisit, PlacedVisit, Problem
from planner.proposals import SkipVisit
from planner.reasons import explain, settle
from planner.reasons.settle import finished
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
    plan = with_clusters(p, settle(p, EMPTY))
    certificate = check(p, plan)
    assert certificate.ok, certificate.violations
    assert len(plan.unplanned) == 1
    assert confirm_reason(p, plan, plan.unplanned[0])
    assert plan.unplanned[0].detail.endswith(".")
    return plan, plan.unplanned[0]


def settled(p: Problem) -> Plan:
    """Appointments and locked visits where they must stand, and the rest settled."""
    plan = with_clusters(p, settle(p, repair(p, EMPTY)))
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
    assert entry.detail == "Its rep does not work on Monday 2 March, the only day on which it could be visited."


@pytest.mark.parametrize(
    ("tolerance", "reason", "detail"),
    [
        (
            5,
            Reason.NOT_DUE,
            "It falls due on Thursday 12 March, after the days planned so far; before that it could only be visited on days off.",
        ),
        (0, Reason.REP_AWAY, "Its rep does not work on Saturday 7 March, the only day on which it could be visited."),
    ],
    ids=["due after it", "due on it"],
)
def test_a_window_that_opens_on_a_last_day_off(tolerance: int, reason: Reason, detail: str) -> None:
    # Ann works from Monday to Friday, the horizon ends on Saturday, and the window opens on it: due five days later, on
    # Thursday 12, nothing is wrong; due on it and on no other day, it is missed because nobody works.
    rhythm = Cadence(interval_days=28, tolerance_days=tolerance)
    last = day(6) + timedelta(days=tolerance - 28)
    p = problem([0, 10], [due("a", 1, cadence=rhythm, credited=(last,))], week(), horizon=DateRange(MONDAY, day(6)))
    plan, entry = only(p)
    assert (entry.reason, entry.request, entry.days, entry.detail) == (reason, "a#1", (day(6),), detail)
    other = Reason.REP_AWAY if reason is Reason.NOT_DUE else Reason.NOT_DUE
    assert not check(p, replace(plan, unplanned=(replace(entry, reason=other),))).ok
    assert not check(p, replace(plan, unplanned=())).ok


def test_closed() -> None:
    night = (between(at(20), at(22)),) * 7
    _, entry = only(problem([0, 10], [due("a", 1, hours=night)], [workday()]))
    assert (entry.reason, entry.days) == (Reason.CLOSED, (MONDAY,))


def test_out_of_reach() -> None:
    # 4:20 there, half an hour there, 4:20 back: 9:10 of nine hours
    _, entry = only(problem([0, 260], [due("a", 1, miss_price=10**6)], [workday()]))
    assert entry.reason is Reason.OUT_OF_REACH


@pytest.mark.parametrize(
    ("start", "minutes", "more", "why"),
    [
        (at(16, 55), 60, {"max_overtime": 1800}, "it ends after the working day and its overtime"),
        (at(16, 30), 31, {}, "it ends after the working day"),
        (at(7), 30, {}, "it begins before the working day does"),
        (at(8, 30), 30, {}, "it cannot be reached in time, even as the only stop of the day"),
        (at(16), 30, {}, "the way home after it is not over by the end of the working day, even as the only stop of the day"),
        (
            at(11),
            160,
            {"end": at(14, 30), "rest": Break(TimeWindow(at(11), at(13)), 30 * MINUTE)},
            "it leaves no time for the break, even as the only stop of the day",
        ),
    ],
)  # fmt: skip
def test_an_appointment_that_no_workday_holds(start: int, minutes: int, more: dict, why: str) -> None:
    # 40 minutes away, 8:00 to 17:00. Home from 16:30 on is at 17:10. From 11:00 to 13:40 the rep is away from 10:20 to 14:20, four
    # hours, so a break is due; its window begins with the appointment and is over before the end of it.
    p = problem([0, 40], [], [workday(**more)], appointments=(fixed("m", start, minutes, place=1),))
    plan, entry = only(p)
    assert (entry.request, entry.reason) == ("m", Reason.OUT_OF_REACH)
    assert entry.detail == f"On Monday 2 March {why}."


def test_beyond_radius() -> None:
    # Twenty minutes are some 20 km; a and b are 40 apart, the radius is 15 (hard): not on one day.
    sites = [due("a", 1, miss_price=10**6), due("b", 2)]
    p = problem([20, 0, 40], sites, [workday()], radius=RadiusRule(15_000, hard=True))
    plan, entry = only(p)
    assert (entry.site, entry.reason) == ("b", Reason.BEYOND_RADIUS)
    assert plan.routes[0].anchor == "a"


def test_beyond_a_hard_radius_although_it_saves_waiting() -> None:
    # a and c at home, at 8:00 and at 16:00 sharp; b, 2 km away, takes 4 min of driving and 60 of the 450 min between: at 10 % of
    # 64 min of waiting it saves 2.4 min. The radius is 1 km all the same, so it is not a question of price.
    early, late = (between(at(8), at(8)),) * 7, (between(at(16), at(16)),) * 7
    sites = [due("a", 0, hours=early, miss_price=10**6), due("c", 0, hours=late, miss_price=10**6)]
    p = problem([0, 2], [*sites, due("b", 1, service=60 * MINUTE)], [workday()], radius=RadiusRule(1_000, hard=True))
    _, entry = only(p)
    assert (entry.site, entry.reason, entry.cost) == ("b", Reason.BEYOND_RADIUS, None)


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


def test_too_close_to_its_own_visit_on_an_empty_day() -> None:
    # Twice in March, twelve days apart at least (31 // 2 = 15, less a fifth): planned on Tuesday 3, so neither Monday 2 nor Friday 6,
    # both empty, can have the other one; the month goes on until the 31st.
    twice = Cadence(Mode.QUOTA, visits=2, period=Period.MONTH)
    p = problem([0, 10], [site("a", 1, cadence=twice, active_from=LAST_WEEK)], [workday(day(n)) for n in (1, 2, 5)])
    draft = Draft(p)
    draft.put(draft.visit(p.sites[0], ("ann", day(2)), "a#1"), ("ann", day(2)), 0)
    plan = finished(draft, EMPTY, ())
    (entry,) = explain(p, plan)
    assert (entry.request, entry.reason, entry.displaces, entry.cost) == ("a#2", Reason.TOO_CLOSE, (), None)
    assert entry.detail == "Another visit there is too near to any day on which it could be visited."


def test_a_full_day_is_full_though_its_own_visit_is_near_as_well() -> None:
    # as above, but b fills Monday, which is the only other day
    twice = Cadence(Mode.QUOTA, visits=2, period=Period.MONTH)
    sites = [site("a", 1, cadence=twice, active_from=LAST_WEEK), due("b", 1, service=500 * MINUTE)]
    p = problem([0, 10], sites, [workday(day(n)) for n in (1, 2)])
    draft = Draft(p)
    for name, when in (("b", day(1)), ("a", day(2))):
        draft.put(draft.visit(draft.sites[name], ("ann", when), f"{name}#1"), ("ann", when), 0)
    (entry,) = explain(p, finished(draft, EMPTY, ()))
    assert (entry.reason, set(entry.displaces)) == (Reason.DAY_FULL, {"a", "b"})


def test_what_is_skipped_is_said_to_be_skipped() -> None:
    # Open on Mondays only, and the window is Sunday to Tuesday; b is open on no day of it.
    mondays = ((between(at(8), at(16))), *[()] * 6)
    a, b = due("a", 1, hours=mondays), due("b", 1, hours=((),) * 7)
    p = problem([0, 10], [a, b], week(2))
    plan = settle(p, EMPTY)
    skipped = SkipVisit("a", MONDAY).applied(p, plan)
    assert skipped.sites[0].skipped == {MONDAY}
    then = settle(skipped, EMPTY)
    assert check(skipped, then).ok
    assert {entry.site: (entry.reason, entry.detail) for entry in then.unplanned} == {
        "a": (
            Reason.CLOSED,
            "Its visit was skipped, and it is not open inside working hours on any other day on which it could be visited.",
        ),
        "b": (Reason.CLOSED, "It is not open inside working hours on any day on which it could be visited."),
    }


def test_day_full_names_what_would_go() -> None:
    # Eight hours of work at a; b, an hour and equally far, is worth less. The day of nine hours holds one of them.
    a = due("a", 1, service=480 * MINUTE, miss_price=10**6)
    b = due("b", 2, service=60 * MINUTE)
    _, entry = only(problem([0, 10, 11], [a, b], [workday()]))
    assert (entry.site, entry.reason, entry.displaces) == ("b", Reason.DAY_FULL, ("a",))
    # home - a - home is 20 minutes of driving, home - b - home 22: the cost is of the day alone
    assert entry.cost == 2 * MINUTE
    # two of the three days of their windows, Sunday to Tuesday, are planned: of 10^6 s and of 5,400 two thirds
    assert entry.detail == (
        "Its days are full; on Monday 2 March it would fit in place of a. "
        "What other accounts would lose is worth 11111 min, this visit 60 min; the day would cost 2 min more."
    )


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


def test_its_own_other_visit_is_called_so() -> None:
    # Twice a week, three days apart at least; ann works on Monday and Wednesday only. a is planned on Wednesday, b fills Monday
    # (its only day): a second visit on Monday fits if b goes and, two days too near, a's own visit of Wednesday.
    twice = Cadence(Mode.QUOTA, visits=2, period=Period.WEEK)
    a = site("a", 1, cadence=twice, active_from=LAST_WEEK, miss_price=5_400)
    b = due("b", 1, service=500 * MINUTE, weekdays=frozenset({0}), miss_price=10**6)
    p = problem([0, 10], [a, b], [workday(day(1)), workday(day(3))])
    plan, entry = only(p)
    assert [stop.site for route in plan.routes for stop in route.stops] == ["b", "a"]
    assert (entry.site, entry.reason, entry.displaces) == ("a", Reason.DAY_FULL, ("b", "a"))
    # b alone is worth 10^6 s; three of the seven days of the week in which a is asked for are planned, 5,400 x 3 / 7 s.  Without b, and
    # with a's other visit gone, both days together cost as much as before: 20 min on Monday instead of b.
    assert (
        entry.detail
        == "Its days are full; on Monday 2 March it would fit in place of b and its own visit of Wednesday 4 March. "
        "What other accounts would lose is worth 16667 min, this visit 39 min; the day would cost 0 min more."
    )
