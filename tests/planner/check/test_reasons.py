"""Each reason of the closed list: true where it is true, and no other one is believed there.

One account `a`, 30 minutes of service, 10 minutes from home, due today and left out; the horizon is one day or two.
"""

from dataclasses import replace
from datetime import timedelta

import pytest

from planner.cadence.policy import Cadence
from planner.calendar import Break, DateRange, TimeWindow
from planner.check import confirm_reason
from planner.params import RadiusRule
from planner.plan import Objective, Plan, Reason, Route, Stop, StopKind, Unplanned
from planner.problem import Appointment, MustVisit, PlacedVisit, Problem
from tests.planner.small import MINUTE, MONDAY, at, between, problem, site, week, workday

MONTHLY = Cadence(interval_days=28)
TUESDAY = MONDAY + timedelta(days=1)


def account(**more: object):
    return site("a", 1, **{"cadence": MONTHLY, "credited": (MONDAY - timedelta(days=28),)} | more)


def small(*others: object, days=None, minutes=(0, 10, 20), **more: object) -> Problem:
    first, *rest = others or (account(),)
    return problem(minutes, [first, *rest], days or week(1), **more)


EMPTY = Plan((), (), Objective())


def true_reasons(task: Problem, plan: Plan = EMPTY, request: str | None = "a#1") -> set[Reason]:
    entries = {reason: Unplanned("a", reason, request=request) for reason in Reason}
    return {r for r, entry in entries.items() if confirm_reason(task, replace(plan, unplanned=(entry,)), entry)}


def block(first: int, last: int, name: str = "k") -> Appointment:
    return Appointment(name, "ann", MONDAY, TimeWindow(first, first), last - first)


def meeting(first: int, last: int, **where: object) -> Appointment:
    return Appointment("x", "ann", MONDAY, TimeWindow(first, first), last - first, **where)


CASES = {
    Reason.NO_POSITION: small(site("a", None, cadence=MONTHLY, credited=(MONDAY - timedelta(days=28),))),
    Reason.NO_REP: small(account(owner="bob")),
    Reason.CLOSED: small(account(hours=tuple(between(at(18), at(20)) for _ in range(7)))),
    Reason.OUT_OF_REACH: small(account(), minutes=(0, 300, 20)),
}


@pytest.mark.parametrize("reason", CASES)
def test_a_plain_reason(reason):
    assert true_reasons(CASES[reason]) == {reason}


def test_rep_away():
    # ann works on Tuesday; a is closed but on Monday for two days of the horizon: nobody is there on its day
    task = small(days=[workday(TUESDAY)], horizon=DateRange(MONDAY, TUESDAY))
    gone = replace(task, sites=(account(pauses=(DateRange(TUESDAY, TUESDAY),)),))
    assert true_reasons(gone) == {Reason.REP_AWAY}


def test_not_due():
    # visited yesterday: the next window opens in 22 days
    task = small(account(credited=(MONDAY - timedelta(days=1),)))
    assert true_reasons(task, request=None) == {Reason.NOT_DUE}


def test_paused():
    task = small(account(pauses=(DateRange(MONDAY, TUESDAY),)))
    assert true_reasons(task, request=None) == {Reason.PAUSED}


def test_no_cadence():
    assert true_reasons(small(site("a", 1)), request=None) == {Reason.NO_CADENCE}


def test_out_of_reach_with_a_break():
    # 8:00 to 17:00 is 9 hours; 2 * 4 hours of driving and half an hour of service fit exactly with a break of 30
    # minutes, not with one of 31
    def far(length: int) -> Problem:
        rest = Break(TimeWindow(at(11), at(14)), length)
        return small(account(), minutes=(0, 240, 20), days=[workday(rest=rest)])

    assert true_reasons(far(31 * MINUTE)) == {Reason.OUT_OF_REACH}
    assert Reason.OUT_OF_REACH not in true_reasons(far(30 * MINUTE))


def test_appointment_conflict():
    # with 40 minutes at each end of the day the block is spent at a: 10 there, 30 of service, the block, 10 back.  With
    # 39 neither the visit and one way fit before it, nor after it
    def beside(first: int, last: int) -> set[Reason]:
        route = Route("ann", MONDAY, first, last, (block_stop(first, last),))
        return true_reasons(small(appointments=(block(first, last),)), Plan((route,), (), Objective()))

    assert beside(at(8, 39), at(16, 21)) == {Reason.APPOINTMENT_CONFLICT}
    assert Reason.APPOINTMENT_CONFLICT not in beside(at(8, 40), at(16, 20))


def block_stop(first: int, last: int) -> Stop:
    return Stop(StopKind.BLOCK, first, first, last, request="k")


def visit_stop(start: int, length: int = 30 * MINUTE) -> Stop:
    return Stop(StopKind.VISIT, start, start, start + length, 1200, 20_000, request="b#1", site="b", place=2)


def with_b(length: int, **more: object) -> tuple[Problem, Plan]:
    """Another account b, 20 minutes from home, that is visited for so long."""
    b = site("b", 2, cadence=MONTHLY, credited=(MONDAY - timedelta(days=28),), service=length)
    task = small(account(), b, **more)
    start, end = at(8, 20), at(8, 20) + length
    route = Route("ann", MONDAY, at(8), end + 1200, (visit_stop(start, length),), 1200, 20_000, anchor="b")
    return task, Plan((route,), (), Objective())


def test_day_full():
    # 9 hours less 40 minutes of driving less 30 minutes for a, which lies on the way: 7 h 50 of service at b still fit
    task, plan = with_b(7 * 3600 + 51 * MINUTE)
    assert true_reasons(task, plan) == {Reason.DAY_FULL}
    task, plan = with_b(7 * 3600 + 50 * MINUTE)
    assert Reason.DAY_FULL not in true_reasons(task, plan)


def test_cheaper_left_out():
    # a alone costs 20 minutes of driving, 1200; left out it costs its price times 6 of the 11 days of its window
    worth = {1199: 2198, 1200: 2200, 1201: 2203}  # 2198 * 6 // 11 = 1198, 2200: 1200, 2203: 1201
    assert true_reasons(small(account(miss_price=worth[1199]))) == {Reason.CHEAPER_LEFT_OUT}
    assert true_reasons(small(account(miss_price=worth[1200]))) == {Reason.CHEAPER_LEFT_OUT}
    assert Reason.CHEAPER_LEFT_OUT not in true_reasons(small(account(miss_price=worth[1201])))


def test_beyond_the_radius():
    # b is visited, 10 km from a; no site is within 4 km of both
    task, plan = with_b(30 * MINUTE, radius=RadiusRule(4_000, hard=True))
    assert true_reasons(task, plan) == {Reason.BEYOND_RADIUS}
    task, plan = with_b(30 * MINUTE, radius=RadiusRule(11_000, hard=True))
    assert Reason.BEYOND_RADIUS not in true_reasons(task, plan)


def on_day(n: int) -> tuple[Appointment, Plan]:
    """An appointment at a, n days from now, and the plan that keeps it."""
    day = MONDAY + timedelta(days=n)
    agreed = Appointment("x", "ann", day, TimeWindow(at(9), at(9)), 1800, site="a")
    stop = Stop(StopKind.APPOINTMENT, at(9), at(9), at(9, 30), 600, 10_000, request="x", site="a", place=1)
    return agreed, Plan((Route("ann", day, at(8, 50), at(9, 40), (stop,), 600, 10_000),), (), Objective())


def test_too_close():
    # weekly, last visited 8 days ago: due yesterday, late from tomorrow, and its next window opens on Saturday. Whoever
    # calls from today (day 0) to Friday is credited next from 0 + 6 = Sunday on, which the appointment on Saturday is not
    appointment, plan = on_day(5)
    weekly = account(cadence=Cadence(interval_days=7), credited=(MONDAY - timedelta(days=8),))
    task = small(weekly, days=week(6), appointments=(appointment,))
    assert true_reasons(task, plan) == {Reason.TOO_CLOSE}


def test_what_a_person_asked_for_is_never_too_close():
    # the appointment tomorrow is then not credited, but both were asked for: the visit today fits and pays, so all that
    # can be said is that a search would take it in
    appointment, plan = on_day(1)
    wish = MustVisit("m", "a", DateRange(MONDAY, MONDAY))
    task = small(account(), days=week(2), appointments=(appointment,), must_visits=(wish,))
    assert true_reasons(task, plan, request="m") == {Reason.NEXT_SEARCH}


def test_an_appointment_that_cannot_be_kept():
    both = (meeting(at(9), at(10), place=2), block(at(9), at(10)))
    task = small(appointments=both)
    plan = Plan((Route("ann", MONDAY, at(9), at(10), (block_stop(at(9), at(10)),)),), (), Objective())
    for reason, expected in ((Reason.APPOINTMENT_CONFLICT, True), (Reason.OUT_OF_REACH, False)):
        assert confirm_reason(task, plan, Unplanned(None, reason, request="x")) is expected
    early = small(appointments=(meeting(at(8, 10), at(9), place=2),))  # 20 minutes away, leaving at 8:00
    assert confirm_reason(early, EMPTY, Unplanned(None, Reason.OUT_OF_REACH, request="x"))


def test_over_capacity():
    assert true_reasons(small(account(load=3), days=week(2, capacity=2))) == {Reason.OVER_CAPACITY}
    assert Reason.OVER_CAPACITY not in true_reasons(small(account(load=3), days=week(1, capacity=3)))
    # beside 2 of b: 3 of a fit into 5 units, not into 4
    for room, full in ((5, False), (4, True)):
        task, plan = with_b(30 * MINUTE, days=week(1, capacity=room))
        loads = {"a": 3, "b": 2}
        task = replace(task, sites=tuple(replace(one, load=loads[one.id]) for one in task.sites))
        assert (true_reasons(task, plan) == {Reason.DAY_FULL}) is full


def test_more_driving_than_a_day_may_have():
    # 10 minutes there and back alone; beside b, on the way to which it lies, nothing more
    assert true_reasons(small(account(), days=week(1, max_driving=1199))) == {Reason.OUT_OF_REACH}
    assert Reason.OUT_OF_REACH not in true_reasons(small(account(), days=week(1, max_driving=1200)))


def test_no_skill():
    able = frozenset({"x"})
    assert true_reasons(small(account(skills=able))) == {Reason.NO_SKILL}
    assert Reason.NO_SKILL not in true_reasons(small(account(skills=able), days=week(1, skills=able)))
    # closed tomorrow, when somebody can: that is said, for it takes less to change
    hours = (between(at(8), at(16)), *[()] * 6)
    both = [workday(), workday(TUESDAY, skills=able)]
    assert true_reasons(small(account(skills=able, hours=hours), days=both)) == {Reason.CLOSED}


def promised_late(
    start: int, worth: int, opens: int = at(15, 30), told: int = at(16, 30), **more: object
) -> set[Reason]:
    """b was promised for 16:30 and is visited at `start`; a, on the way there, is open at half past three and worth so much."""
    hours = (between(opens, opens),) * 7
    price = worth * 11 // 6 + 1  # of which 6 days of 11 are in the horizon
    assert price * 6 // 11 == worth
    lock = PlacedVisit("b", "ann", MONDAY, told)
    task, _ = with_b(30 * MINUTE, locked=(lock,), days=[workday(**more)])
    task = replace(task, sites=(replace(task.sites[0], hours=hours, miss_price=price), task.sites[1]))
    route = Route("ann", MONDAY, start - 1200, start + 3000, (visit_stop(start),), 1200, 20_000, anchor="b")
    return true_reasons(task, Plan((route,), (), Objective()))


def test_a_promised_visit_does_not_come_early_to_save_overtime():
    # home at 17:20 either way; at a until 16:00, at b at 16:10, so 20 minutes of waiting at 10 %: 120
    hour = {"max_overtime": 3600}
    assert promised_late(at(16, 30), 119, **hour) == {Reason.CHEAPER_LEFT_OUT}
    assert promised_late(at(16, 30), 120, **hour) == {Reason.CHEAPER_LEFT_OUT}
    assert promised_late(at(16, 30), 121, **hour) == {Reason.NEXT_SEARCH}


def test_nor_earlier_than_what_comes_after_it_needs():
    # ten minutes of overtime are allowed: at b by 16:20, 10 minutes of waiting
    assert promised_late(at(16, 20), 60, max_overtime=600) == {Reason.CHEAPER_LEFT_OUT}
    assert promised_late(at(16, 20), 61, max_overtime=600) == {Reason.NEXT_SEARCH}


def test_beside_a_promised_start_what_pays_may_be_called_too_dear_where_it_is_so_with_the_start_anywhere_in_its_slack():
    # b until 12:30, at a at 12:40, 20 minutes of waiting at 10 %: 120; with b a quarter of an hour sooner 35 minutes: 210
    noon = {"opens": at(13), "told": at(12)}
    assert promised_late(at(12), 120, **noon) == {Reason.CHEAPER_LEFT_OUT}
    assert promised_late(at(12), 121, **noon) == {Reason.CHEAPER_LEFT_OUT, Reason.NEXT_SEARCH}
    assert promised_late(at(12), 210, **noon) == {Reason.CHEAPER_LEFT_OUT, Reason.NEXT_SEARCH}
    assert promised_late(at(12), 211, **noon) == {Reason.NEXT_SEARCH}
