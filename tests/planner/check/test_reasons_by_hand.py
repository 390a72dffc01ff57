"""More of what is in the way of a visit: several causes, promises, own visits near by, roads that lead by way of others.

As in test_reasons: account `a`, 30 minutes of service, 10 minutes from home, due today and left out; `b` is visited.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from planner.cadence.policy import Cadence, Mode, Period
from planner.calendar import DateRange, TimeWindow
from planner.check import check, confirm_reason
from planner.params import RadiusRule
from planner.plan import Cause, Plan, Reason, Route, Stop, StopKind, Unplanned
from planner.problem import Appointment, MustVisit, PlacedVisit, Problem
from planner.solve import solve
from planner.travel import UNREACHABLE, TravelMatrix
from tests.planner.check.test_claims import BEST, INSTEAD, TUESDAY, entry, said
from tests.planner.check.test_claims_by_hand import full_on_two_days, messages
from tests.planner.check.test_reasons import EMPTY, account, block, small, true_reasons, visit_stop, with_b
from tests.planner.check.test_reasons_of_groups import called
from tests.planner.check.test_reasons_of_locked import reasons
from tests.planner.small import HOUR, MINUTE, MONDAY, at, between, problem, site, week, workday

WEDNESDAY, THURSDAY, FRIDAY = (MONDAY + timedelta(days=n) for n in (2, 3, 4))
DAILY = {"cadence": Cadence(interval_days=1), "credited": (MONDAY - timedelta(days=1),)}


# -- causes -----------------------------------------------------------------------------------------------------------


def test_causes_are_told_in_order_and_only_those_of_the_reason():
    # a minute, no driving and no stop on three days; closed on the fourth; open for five minutes, too soon, on the fifth
    open_days = (*[between(at(8), at(17))] * 3, (), between(at(8), at(8, 5)), (), ())
    days = [
        workday(end=at(8, 1)),
        workday(TUESDAY, max_driving=1),
        workday(WEDNESDAY, max_stops=0),
        workday(THURSDAY),
        workday(FRIDAY),
    ]
    task = small(account(**DAILY, hours=open_days), days=days, horizon=DateRange(MONDAY, FRIDAY))
    one = entry(Reason.OUT_OF_REACH, request=None, days=(), detail="they take longer than a workday")
    assert messages(task, EMPTY, one, "reason") == [
        ("a: no cause is given; it is driving_limit or hours or stop_limit or workday", "a")
    ]
    assert messages(task, EMPTY, replace(one, cause=Cause.BREAK), "reason") == [
        ("a: break is not the cause; it is driving_limit or hours or stop_limit or workday", "a")
    ]


# -- what an entry speaks of ------------------------------------------------------------------------------------------


def test_what_is_locked_elsewhere_is_no_reason_here():
    of_b = PlacedVisit("b", "ann", TUESDAY)  # when nobody works
    task = small(account(hours=((),) * 7), site("b", 2), locked=(of_b,), horizon=DateRange(MONDAY, TUESDAY))
    assert true_reasons(task, request=of_b.request) == {Reason.CLOSED}


def test_asked_for_in_a_pause_up_to_the_last_day():
    wish = MustVisit("m", "a", DateRange(MONDAY, MONDAY))
    task = small(site("a", 1, pauses=(DateRange(MONDAY, MONDAY),)), must_visits=(wish,))
    assert true_reasons(task, request="m") == {Reason.PAUSED}


def test_an_entry_of_a_whole_site_is_none_of_what_was_asked_for():
    wish = MustVisit("m", "a", DateRange(MONDAY, MONDAY))
    task = small(site("a", 1, hours=((),) * 7), must_visits=(wish,))
    whole, spare = Unplanned("a", Reason.CLOSED), Unplanned("a", Reason.NOT_DUE)
    plan = replace(EMPTY, unplanned=(whole, spare))
    assert confirm_reason(task, plan, whole)
    assert not confirm_reason(task, plan, spare)


# -- own visits near by -----------------------------------------------------------------------------------------------


def test_too_near_and_too_far_is_not_only_too_near():
    # Twice a week, three days apart; visited on Wednesday. On Tuesday c is visited, 40 km from a, of 20 that the radius allows.
    twice = Cadence(Mode.QUOTA, visits=2, period=Period.WEEK)
    a = site("a", 1, cadence=twice, credited=(MONDAY - timedelta(days=6),))
    task = problem(
        [0, 10, 50],
        [a, site("c", 2)],
        week(3)[1:],
        horizon=DateRange(MONDAY, WEDNESDAY),
        radius=RadiusRule(20_000, hard=True),
    )
    own = called("a", 1, WEDNESDAY)
    there = Stop(StopKind.VISIT, at(9), at(9), at(9, 30), 3000, 50_000, request="c#1", site="c", place=2)
    tuesday = Route("ann", TUESDAY, at(8, 10), at(10, 20), (there,), 3000, 50_000)
    assert true_reasons(task, Plan((own,), (), EMPTY.objective), request="a#2") == {Reason.TOO_CLOSE}
    assert true_reasons(task, Plan((tuesday, own), (), EMPTY.objective), request="a#2") == {Reason.DAY_FULL}


def test_its_own_visit_of_the_day_is_what_is_in_the_way():
    # Twice a week; ann works on Tuesday for 70 minutes, of which a and b beside it take 20 + 25 + 25: there is no room for any more
    twice = Cadence(Mode.QUOTA, visits=2, period=Period.WEEK)
    a = site("a", 1, cadence=twice, credited=(MONDAY - timedelta(days=6),), service=25 * MINUTE)
    day = workday(TUESDAY, end=at(9, 10))
    task = problem([0, 10], [a, site("b", 1, service=25 * MINUTE)], [day], horizon=DateRange(MONDAY, TUESDAY))
    first = Stop(StopKind.VISIT, at(8, 10), at(8, 10), at(8, 35), 600, 10_000, request="b#1", site="b", place=1)
    second = Stop(StopKind.VISIT, at(8, 35), at(8, 35), at(9), request="a#1", site="a", place=1)
    route = Route("ann", TUESDAY, at(8), at(9, 10), (first, second), 600, 10_000)
    assert true_reasons(task, Plan((route,), (), EMPTY.objective), request="a#2") == {Reason.TOO_CLOSE}


def test_a_locked_visit_too_near_to_an_own_one_says_so():
    two = small(account(), days=week(2), horizon=DateRange(MONDAY, TUESDAY))
    near = Plan((called("a", 1, TUESDAY),), (), EMPTY.objective)
    assert reasons(two, near) == {Reason.TOO_CLOSE}
    assert reasons(two) == {
        Reason.DAY_FULL
    }  # it is not said why it does not stand on an empty day: nothing else is left
    # what cannot be visited at all is that, whatever stands near by
    assert reasons(replace(two, workdays=(workday(end=at(8, 1)), two.workdays[1])), near) == {Reason.OUT_OF_REACH}


# -- prices -----------------------------------------------------------------------------------------------------------


def wasteful() -> Plan:
    """b, 20 minutes from home the other way, is reached at 08:20 and begun at 08:30: 600 s are waited, which costs 60."""
    _, plan = with_b(30 * MINUTE)
    stop = replace(visit_stop(at(8, 30)), arrival=at(8, 20))
    return replace(plan, routes=(replace(plan.routes[0], stops=(stop,), end=stop.end + 1200),))


def test_without_a_promise_there_is_one_price():
    # a adds 20 minutes of driving and saves the waiting: 1,140 s, for 1,170 (2,145 * 6 // 11)
    task, _ = with_b(30 * MINUTE, minutes=(0, 10, -20))
    task = replace(task, sites=(account(miss_price=2145), task.sites[1]))
    assert true_reasons(task, wasteful()) == {Reason.NEXT_SEARCH}


@pytest.mark.parametrize("cost", [120, 30, 119])
def test_a_visit_that_was_promised_itself_has_two(cost):
    # b is open at 15:30 sharp and visited then, on until 16:00. a, on the way home, was told 16:30 and is reached at 16:10: 20 minutes
    # are waited, 120 s, or five, 30 s, where it may begin at 16:15
    hours = (between(at(15, 30), at(15, 30)),) * 7
    task, _ = with_b(30 * MINUTE, locked=(PlacedVisit("a", "ann", MONDAY, at(16, 30)),), days=[workday(end=at(18))])
    task = replace(task, sites=(account(miss_price=0), replace(task.sites[1], hours=hours)))
    route = Route("ann", MONDAY, at(15, 10), at(16, 20), (visit_stop(at(15, 30)),), 1200, 20_000)
    one = entry(Reason.CHEAPER_LEFT_OUT, cost=cost, detail=BEST.format(round(cost / 60), 0))
    found = said(task, Plan((route,), (), EMPTY.objective), one)
    assert found == ([] if cost in (120, 30) else ["cost"])


@pytest.mark.parametrize("cost", [120, 30, 119])
def test_one_promise_beside_a_block_is_enough_for_two(cost):
    # b was promised for 16:30, the block is at 17:20, when the rep is home. a, on the way, is open at 15:30 sharp: 20 minutes are waited
    # at b, 120 s. Where b may begin at 16:15, five; the quarter of an hour before the block is waited with or without a.
    task, _ = with_b(
        30 * MINUTE,
        locked=(PlacedVisit("b", "ann", MONDAY, at(16, 30)),),
        appointments=(block(at(17, 20), at(17, 30)),),
        days=[workday(end=at(18))],
    )
    hours = (between(at(15, 30), at(15, 30)),) * 7
    task = replace(task, sites=(account(hours=hours, miss_price=0), task.sites[1]))
    last = Stop(StopKind.BLOCK, at(17, 20), at(17, 20), at(17, 30), request="k")
    route = Route("ann", MONDAY, at(16, 10), at(17, 30), (visit_stop(at(16, 30)), last), 1200, 20_000)
    one = entry(Reason.CHEAPER_LEFT_OUT, cost=cost, detail=BEST.format(round(cost / 60), 0))
    assert said(task, Plan((route,), (), EMPTY.objective), one) == ([] if cost in (120, 30) else ["cost"])


def test_a_radius_that_others_break_is_nothing_to_what_was_asked_for():
    # b and c are 40 km apart, of 5 that are allowed; a lies between, and was asked for
    wish = MustVisit("m", "a", DateRange(MONDAY, MONDAY))
    rows = [site("a", 1), site("b", 2), site("c", 3)]
    task = problem([0, 40, 20, 60], rows, week(1), radius=RadiusRule(5_000, hard=True), must_visits=(wish,))
    b = Stop(StopKind.VISIT, at(9), at(9), at(9, 30), 1200, 20_000, request="b#1", site="b", place=2)
    c = Stop(StopKind.VISIT, at(10, 10), at(10, 10), at(10, 40), 2400, 40_000, request="c#1", site="c", place=3)
    route = Route("ann", MONDAY, at(8, 40), at(11, 40), (b, c), 3600, 60_000)
    assert true_reasons(task, Plan((route,), (), EMPTY.objective), request="m") == {Reason.NEXT_SEARCH}


def test_what_others_lose_is_the_visit_of_that_day_alone():
    # b is visited on both days: without Monday's it lacks one, 5,400 s or 90 min, and not two in a row
    task, plan = full_on_two_days()
    words = (
        INSTEAD.format("b")
        + " What other accounts would lose is worth {} min, this visit {} min; the day would cost 20 min less."
    )
    one = entry(Reason.DAY_FULL, days=(MONDAY, TUESDAY), displaces=("b",), cost=-1200)
    # seven of the eleven days of a's window: 3,436 s, 57 min
    assert said(task, plan, replace(one, detail=words.format(90, 57))) == []
    assert said(task, plan, replace(one, detail=words.format(202, 57))) == ["detail"]


# -- the first visit of all -------------------------------------------------------------------------------------------


def later(
    stop: Stop, end: int = at(17), appointments: tuple[Appointment, ...] = (), **more: object
) -> tuple[Problem, Plan]:
    """a has a visit on Thursday, lacks one of two in the week, and each is worth nothing; Thursday is left for at eight."""
    twice = Cadence(Mode.QUOTA, visits=2, period=Period.WEEK)
    a = site("a", 1, **{"cadence": twice, "miss_price": 0} | more)
    days = [workday(), workday(THURSDAY, end=end, max_overtime=HOUR)]
    task = problem([0, 10], [a], days, horizon=DateRange(MONDAY, MONDAY + timedelta(6)), appointments=appointments)
    route = Route("ann", THURSDAY, at(8), stop.end + 600, (stop,), 600, 10_000)
    return task, Plan((route,), (), EMPTY.objective)


def on_monday(case: tuple[Problem, Plan], cost: int) -> list[tuple[str, str | None]]:
    """What is wrong about that cost of a visit on Monday."""
    task, plan = case
    days = tuple(MONDAY + timedelta(days=n) for n in range(7))
    words = BEST.format(20, 0)
    one = entry(Reason.CHEAPER_LEFT_OUT, request="a#2", days=days, cost=cost, detail=words)
    return messages(task, plan, one, "cost")


def visit(first: int, last: int, kind: StopKind = StopKind.VISIT) -> Stop:
    return Stop(kind, at(8, 10), first, last, 600, 10_000, request="a!", site="a", place=1)


def test_a_later_visit_of_the_usual_length_costs_what_it_did():
    # ten minutes are waited on Thursday, for nothing, and still are
    for more in ({}, {"credited": (MONDAY - timedelta(days=9),), "first_service": HOUR}):
        case = later(visit(at(8, 20), at(8, 50)), **more)
        assert on_monday(case, 1200) == []
        assert on_monday(case, 1140) != []


def test_an_appointment_costs_what_it_did():
    agreed = Appointment("a!", "ann", THURSDAY, TimeWindow(at(8, 20), at(8, 20)), HOUR, site="a")
    case = later(visit(at(8, 20), at(9, 20), StopKind.APPOINTMENT), appointments=(agreed,), first_service=HOUR)
    assert on_monday(case, 1200) == []
    assert on_monday(case, 1201) != []


def test_where_the_day_of_the_first_visit_cannot_be_nothing_is_saved_on_it():
    # on Thursday a is open until 08:00 only, when nobody can be there: what the plan says of that day is wrong
    task, plan = later(visit(at(8, 10), at(9, 10)), first_service=HOUR)
    hours = (between(at(7), at(17)), (), (), between(at(7), at(8)), (), (), ())
    task = replace(task, sites=(replace(task.sites[0], hours=hours),))
    assert on_monday((task, plan), 1200) == []
    assert on_monday((task, plan), 1201) != []


def test_nor_on_a_day_on_which_nobody_works():
    # Monday costs 1,200 s, for a second more
    task, plan = later(visit(at(8, 10), at(9, 10)), first_service=HOUR, miss_price=1201)
    off = replace(task, workdays=task.workdays[:1], locked=(PlacedVisit("a", "ann", THURSDAY),))
    assert true_reasons(off, plan, request="a#2") == {Reason.NEXT_SEARCH}


def test_only_its_own_visit_is_shorter():
    # Thursday: a from 8:10 to 9:10, and an hour at b next door, home at 10:20, 50 minutes late: 4,500. With half an hour at a it is 20:
    # 1,800. So Monday costs 1,200 and saves 2,700.
    task, plan = later(visit(at(8, 10), at(9, 10)), end=at(9, 30), first_service=HOUR)
    task = replace(task, sites=(*task.sites, site("b", 1, service=HOUR)))
    route = plan.routes[0]
    beside = Stop(StopKind.VISIT, at(9, 10), at(9, 10), at(10, 10), request="b!", site="b", place=1)
    plan = replace(plan, routes=(replace(route, stops=(*route.stops, beside), end=at(10, 20)),))
    days = tuple(MONDAY + timedelta(days=n) for n in range(7))
    words = "On Monday 2 March it would cost -25 min of driving and is worth 0 min: the next search takes it."
    right = entry(Reason.NEXT_SEARCH, request="a#2", days=days, cost=-1500, detail=words)
    assert messages(task, plan, right, "cost") == []
    assert messages(task, plan, replace(right, cost=-3300), "cost") != []


@pytest.mark.parametrize("cost", [-1500, -600, -900])
def test_where_the_first_visit_was_promised_there_are_two_prices(cost):
    # Thursday ends at nine. a was told 8:20: until 9:20, home at 9:30, half an hour late, 2,700; with half an hour there it is in time.
    # Where it may begin at 8:10, it is 20 minutes late, 1,800, or in time. Monday is 1,200 s of driving.
    task, plan = later(visit(at(8, 20), at(9, 20)), end=at(9), first_service=HOUR)
    task = replace(task, locked=(PlacedVisit("a", "ann", THURSDAY, at(8, 20)),))
    plan = replace(plan, routes=(replace(plan.routes[0], start=at(8, 10)),))
    days = tuple(MONDAY + timedelta(days=n) for n in range(7))
    words = f"On Monday 2 March it would cost {cost // 60} min of driving and is worth 0 min: the next search takes it."
    one = entry(Reason.NEXT_SEARCH, request="a#2", days=days, cost=cost, detail=words)
    assert (messages(task, plan, one, "cost") == []) == (cost != -900)


# -- roads by way of others -------------------------------------------------------------------------------------------


def ways(task: Problem, *closed: tuple[int, int]) -> Problem:
    seconds = task.travel.seconds.copy()
    for one, two in closed:
        seconds[one, two] = UNREACHABLE
    return replace(task, travel=TravelMatrix(seconds, task.travel.metres))


def test_beside_what_is_fixed_by_way_of_another():
    # no road joins a and the meeting at f but by way of c, which is visited
    meeting = Appointment("x", "ann", MONDAY, TimeWindow(at(12), at(12)), HOUR, site="f")
    rows = [account(miss_price=90_000), site("f", 3), site("c", 2)]
    task = ways(problem([0, 10, 20, 30], rows, week(1), appointments=(meeting,)), (1, 3), (3, 1))
    c = Stop(StopKind.VISIT, at(8, 20), at(8, 20), at(8, 50), 1200, 20_000, request="c#1", site="c", place=2)
    f = Stop(StopKind.APPOINTMENT, at(9), at(12), at(13), 600, 10_000, request="x", site="f", place=3)
    route = Route("ann", MONDAY, at(8), at(13, 30), (c, f), 1800, 30_000)
    assert true_reasons(task, Plan((route,), (), EMPTY.objective)) == {Reason.NEXT_SEARCH}


def test_two_together_beside_what_is_fixed_by_way_of_another():
    # as above, and d at a's place comes along
    meeting = Appointment("x", "ann", MONDAY, TimeWindow(at(12), at(12)), HOUR, site="f")
    rows = [account(miss_price=90_000), site("f", 3), site("c", 2), replace(account(miss_price=90_000), id="d")]
    task = problem([0, 10, 20, 30], rows, week(1), appointments=(meeting,), together=(("a", "d"),))
    c = Stop(StopKind.VISIT, at(8, 20), at(8, 20), at(8, 50), 1200, 20_000, request="c#1", site="c", place=2)
    f = Stop(StopKind.APPOINTMENT, at(9), at(12), at(13), 600, 10_000, request="x", site="f", place=3)
    route = Route("ann", MONDAY, at(8), at(13, 30), (c, f), 1800, 30_000)
    assert true_reasons(ways(task, (1, 3), (3, 1)), Plan((route,), (), EMPTY.objective)) == {Reason.NEXT_SEARCH}


def test_a_plan_that_takes_no_road_is_judged_all_the_same():
    # from b, which was promised, to c there is a way by a alone: what the day cost before has no other price than that it states
    rows = [account(), site("b", 2), site("c", 3)]
    task = problem([0, 20, 10, 30], rows, week(1), locked=(PlacedVisit("b", "ann", MONDAY, at(9)),))
    b = Stop(StopKind.VISIT, at(9), at(9), at(9, 30), 600, 10_000, request="b!", site="b", place=2)
    c = Stop(StopKind.VISIT, at(9, 50), at(9, 50), at(10, 20), 1200, 20_000, request="c#1", site="c", place=3)
    route = Route("ann", MONDAY, at(8, 50), at(10, 50), (b, c), 1800, 30_000)
    plan = Plan((route,), (entry(Reason.NEXT_SEARCH),), EMPTY.objective)
    rules = {violation.rule for violation in check(ways(task, (2, 3)), plan).violations}
    assert "reachable" in rules


@pytest.mark.parametrize("start", [at(18, 45), at(22), at(5)])
def test_a_promise_outside_the_workday_is_left_out_and_judged(start):
    # promised after the day has ended (or before it begins): there is no last second up to it at which the visit may begin
    lock = PlacedVisit("a", "ann", MONDAY, start)
    task = small(site("a", 1), locked=(lock,))
    plan = solve(task, iterations=50)
    assert [(entry.request, entry.reason) for entry in plan.unplanned] == [(lock.request, Reason.OUT_OF_REACH)]
    assert check(task, plan).ok
