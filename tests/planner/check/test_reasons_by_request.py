"""Which visit an entry speaks of, and what is true of it: must-visits, several requests, appointments, owners."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from planner.cadence.policy import Cadence
from planner.calendar import DateRange, TimeWindow
from planner.check import check, confirm_reason
from planner.params import RadiusRule
from planner.plan import Plan, Reason, Route, StopKind, Unplanned
from planner.problem import Appointment, MustVisit, PlacedVisit, Problem
from tests.planner.check.test_reasons import EMPTY, account, block, block_stop, small, true_reasons, visit_stop, with_b
from tests.planner.small import MINUTE, MONDAY, at, between, site, week, workday

CLOSED = {"hours": (((),) * 7)}
WEEK = DateRange(MONDAY, MONDAY + timedelta(days=6))


def day(number: int):
    return MONDAY + timedelta(days=number)


def wish(first: int, last: int, name: str = "m") -> MustVisit:
    return MustVisit(name, "a", DateRange(day(first), day(last)))


def said(task: Problem, entry: Unplanned) -> list[tuple[str, str | None]]:
    plan = replace(EMPTY, unplanned=(entry,))
    return [(v.message, v.subject) for v in check(task, plan).violations if v.rule == "reason"]


def test_the_words_of_an_untrue_reason():
    task = small(account(owner="bob"))
    assert said(task, Unplanned("a", Reason.CLOSED, request="a#1")) == [
        ("a#1: closed is not true; it is no_rep", "a#1")
    ]
    assert said(task, Unplanned("a", Reason.CLOSED)) == [("a: closed is not true; it is no_rep", "a")]
    assert said(task, Unplanned("z", Reason.CLOSED)) == [("z: closed is not true; it is nothing known", "z")]
    # of two visits left out an entry may speak of either: on Monday closed, on the day after nobody works
    weekly = account(cadence=Cadence(interval_days=1), credited=(day(-1),), hours=((), *[between(at(8), at(16))] * 6))
    two = small(weekly, horizon=DateRange(day(0), day(1)))
    assert said(two, Unplanned("a", Reason.NOT_DUE, request="a#1"))[0][0].endswith("it is closed or rep_away")


def test_several_true_reasons_are_said_in_order():
    # on Monday closed, on Tuesday the day is too short, on Wednesday nobody works
    daily = account(cadence=Cadence(interval_days=1), credited=(day(-1),), hours=((), *[between(at(8), at(16))] * 6))
    days = [workday(), workday(day(1), end=at(8, 1))]
    task = small(daily, days=days, horizon=DateRange(day(0), day(2)))
    ((text, _),) = said(task, Unplanned("a", Reason.PAUSED, request="a#1"))
    assert text == "a#1: paused is not true; it is closed or out_of_reach or rep_away"


@pytest.mark.parametrize(("first", "last"), [(7, 9), (-3, -1), (1, 2)])
def test_a_must_visit_without_a_day_leaves_nothing_to_be_said_of_its_days(first, last):
    # the horizon is this week, of which Tuesday and Wednesday are paused; the cadence asks for nothing
    quiet = account(credited=(day(-10),), pauses=(DateRange(day(1), day(2)),))
    task = small(quiet, horizon=WEEK, days=week(1), must_visits=(wish(first, last),))
    assert true_reasons(task, request=None) == {Reason.NOT_DUE}


def test_a_must_visit_that_goes_on_after_the_horizon_is_judged_by_the_days_in_it():
    # closed on Saturday and Sunday, when nobody works; it begins the day after, or all days in the horizon are paused
    task = small(account(**CLOSED), horizon=WEEK, must_visits=(wish(5, 7),))
    assert true_reasons(task, request="m") == {Reason.REP_AWAY}
    assert true_reasons(replace(task, must_visits=(wish(7, 8),)), request="m") == {Reason.NOT_DUE}
    paused = replace(task, sites=(account(pauses=(DateRange(day(5), day(6)),)),))
    assert true_reasons(paused, request="m") == {Reason.NOT_DUE}
    # its last day is that of the horizon
    assert true_reasons(replace(task, must_visits=(wish(5, 6),)), request="m") == {Reason.REP_AWAY}
    assert true_reasons(replace(task, must_visits=(wish(0, 6),)), request="m") == {Reason.CLOSED}


def test_a_must_visit_all_of_whose_days_are_paused():
    paused = account(pauses=(DateRange(day(-3), day(2)),), hours=((between(at(20), at(21)),) * 7))
    task = small(paused, horizon=WEEK, days=week(7), must_visits=(wish(0, 2),))
    assert true_reasons(task, request="m") == {Reason.PAUSED}
    assert true_reasons(replace(task, must_visits=(wish(0, 3),)), request="m") == {Reason.CLOSED}
    assert true_reasons(replace(task, must_visits=(wish(-3, 2),)), request="m") == {Reason.PAUSED}
    # none of them in the horizon, nothing to be said but that
    early = replace(task, sites=(replace(task.sites[0], pauses=()),), must_visits=(wish(-5, -1),))
    assert true_reasons(early, request="m") == {Reason.ENDED}


def test_an_entry_of_a_must_visit_speaks_of_that_one():
    # m today, when a is closed, n tomorrow, when nobody works; the cadence asks for nothing
    hours = ((), between(at(8), at(16)), *[()] * 5)
    quiet = account(credited=(day(-1),), hours=hours)
    task = small(quiet, horizon=DateRange(day(0), day(1)), must_visits=(wish(0, 0), wish(1, 1, "n")))
    assert true_reasons(task, request="m") == {Reason.CLOSED}
    assert true_reasons(task, request="n") == {Reason.REP_AWAY}
    assert true_reasons(task, request=None) == {Reason.CLOSED, Reason.REP_AWAY}
    # and that nothing is due is no reason for what was asked for, under whatever name
    assert true_reasons(task, request="a#1") == {Reason.CLOSED, Reason.REP_AWAY}


def test_an_entry_of_the_cadence_speaks_of_unmet_must_visits_too():
    # due today; asked for tomorrow, when nobody works: the request that this became may bear the cadence's name
    hours = ((), between(at(8), at(16)), *[()] * 5)
    task = small(account(hours=hours), horizon=DateRange(day(0), day(1)), must_visits=(wish(1, 1),))
    assert true_reasons(task, request="a#1") == {Reason.CLOSED, Reason.REP_AWAY}
    # somebody calls then: only the visit of the cadence is left... which that visit is
    made = Plan(
        (Route("ann", day(1), 0, 0, (replace(visit_stop(at(9)), site="a", request="a#1"),)),), (), EMPTY.objective
    )
    assert true_reasons(task, made, request="a#2") == {Reason.NOT_DUE}


def test_what_falls_due_after_the_horizon_when_nobody_works_is_not_due():
    # the window opened today, due in five days; nobody works today
    later = account(credited=(day(-23),))
    away = small(later, days=[workday(day(1))], horizon=DateRange(day(0), day(1)))
    away = replace(
        away, workdays=(replace(away.workdays[0], rep="bob"), replace(away.workdays[0], date=day(0), rep="bob"))
    )
    away = replace(away, sites=(replace(later, owner=None),))
    gone = replace(EMPTY, owners={"a": "ann"})
    assert true_reasons(away, gone) == {Reason.NOT_DUE}
    # due on the last day of the horizon it is to be planned
    today = replace(away, sites=(replace(later, owner=None, credited=(day(-27),)),))
    assert true_reasons(today, gone) == {Reason.REP_AWAY}


def test_nobody_who_works_at_all():
    task = small(account(owner=None), days=[])
    assert true_reasons(replace(task, workdays=())) == {Reason.NO_REP}
    assert true_reasons(small(account(owner="eve"))) == {Reason.NO_REP}
    assert true_reasons(small(account(owner=None, **CLOSED))) == {Reason.CLOSED}
    assert true_reasons(small(account(owner=None, shared=True, **CLOSED))) == {Reason.CLOSED}


def test_a_free_site_is_tried_with_everybody():
    # bob could: 10 minutes away, and left out it costs 2945
    both = [workday(start=at(8), end=at(8, 1)), workday(rep="bob")]
    task = small(account(owner=None), days=both)
    assert true_reasons(task) == {Reason.NEXT_SEARCH}
    assert true_reasons(task, replace(EMPTY, owners={"a": "ann"})) == {Reason.OUT_OF_REACH}
    assert true_reasons(replace(task, sites=(account(),))) == {Reason.OUT_OF_REACH}
    assert true_reasons(replace(task, sites=(account(owner=None, shared=True),))) == {Reason.NEXT_SEARCH}


def test_not_due_may_be_said_beside_an_entry_for_each_visit_left_out():
    task = small(account(**CLOSED))
    first, later = Unplanned("a", Reason.CLOSED, request="a#1"), Unplanned("a", Reason.NOT_DUE, request="a#2")
    assert confirm_reason(task, replace(EMPTY, unplanned=(first, later)), later)
    assert not confirm_reason(task, replace(EMPTY, unplanned=(later,)), later)
    assert not confirm_reason(task, replace(EMPTY, unplanned=(replace(first, request=None), later)), later)
    assert not confirm_reason(task, replace(EMPTY, unplanned=(replace(first, site="b"), later)), later)


# a alone costs 20 minutes of driving; b is visited 20 minutes away, 10 km beyond a
@pytest.mark.parametrize(("metres", "true"), [(9_000, True), (10_100, False)])
def test_beyond_a_hard_radius_beside_others(metres, true):
    task, plan = with_b(30 * MINUTE, radius=RadiusRule(metres, hard=True))
    assert (true_reasons(task, plan) == {Reason.BEYOND_RADIUS}) is true
    # neither a soft one nor one from which a person excepted the visit
    soft = replace(task, radius=RadiusRule(metres, price_per_km=0))
    assert Reason.BEYOND_RADIUS not in true_reasons(soft, plan)
    asked = replace(task, must_visits=(wish(0, 0),))
    assert Reason.BEYOND_RADIUS not in true_reasons(asked, plan, request="m")


def test_no_radius_is_broken_by_what_is_fixed():
    task, plan = with_b(30 * MINUTE, radius=RadiusRule(4_000, hard=True))
    locked = replace(task, locked=(PlacedVisit("b", "ann", MONDAY),))
    assert Reason.BEYOND_RADIUS not in true_reasons(locked, plan)


def test_a_soft_radius_is_part_of_the_price():
    # a on the way to b costs nothing but 10.00756 km beyond one of zero... a metre: 10,006.56 m at 60 s: 600; worth 2945
    task, plan = with_b(30 * MINUTE, radius=RadiusRule(1, price_per_km=60))
    priced = replace(task, sites=(replace(task.sites[0], miss_price=1100), task.sites[1]))
    assert true_reasons(priced, plan) == {Reason.CHEAPER_LEFT_OUT}  # 1100 * 6 // 11 = 600, as dear as 600
    assert true_reasons(replace(priced, sites=(replace(task.sites[0], miss_price=1102), task.sites[1])), plan) == {
        Reason.NEXT_SEARCH
    }


def test_late_days_are_part_of_the_price():
    # due 10 days ago, 5 days late: full price of 1200 + 5 * 10 late, which the visit would cost, against 1200 of driving
    late = {"credited": (day(-38),), "late_price": 10}
    assert true_reasons(small(account(miss_price=1250, **late))) == {Reason.CHEAPER_LEFT_OUT}
    assert true_reasons(small(account(miss_price=1251, **late))) == {Reason.NEXT_SEARCH}


def test_churn_is_part_of_the_price():
    # published for today and left out: 1200 for the change, as much as the way there costs, and a little for the visit
    task = small(account(miss_price=1), base=(PlacedVisit("a", "ann", MONDAY),))
    assert true_reasons(task) == {Reason.CHEAPER_LEFT_OUT}  # 1 * 6 // 11 = 0
    assert true_reasons(replace(task, sites=(account(miss_price=2),))) == {Reason.NEXT_SEARCH}


def test_a_must_visit_is_worth_its_price():
    quiet = account(credited=(day(-1),))
    task = small(quiet, must_visits=(wish(0, 0),))
    for price, reason in ((1200, Reason.CHEAPER_LEFT_OUT), (1201, Reason.NEXT_SEARCH)):
        assert true_reasons(replace(task, params=replace(task.params, must_price=price)), request="m") == {reason}


def test_too_close_to_a_locked_visit():
    # the window is open since Monday; locked on Wednesday: nothing else before that counts, and it would not count after one
    lock = (PlacedVisit("a", "ann", day(2)),)
    task = small(account(), days=week(2), horizon=DateRange(day(0), day(2)), locked=lock)
    stop = replace(visit_stop(at(9)), site="a", place=1, request="a#9", due=MONDAY)
    plan = Plan((Route("ann", day(2), 0, 0, (stop,)),), (), EMPTY.objective)
    wished = replace(task, must_visits=(wish(0, 0),))
    assert true_reasons(task, plan, request=None) == {Reason.NOT_DUE}  # nothing is left out
    assert Reason.TOO_CLOSE not in true_reasons(wished, plan, request="m")  # a person asked for both


def test_a_visit_that_follows_what_a_person_asked_for_is_not_too_close_to_an_appointment_that_does_not_count():
    # asked for on day 0 and made then: due on 28, from 23 on. An appointment on day 3 is inside the gap; without the visit of
    # day 0 it would count, and day 23 be too soon after it
    task = small(
        account(), days=[workday(day(n)) for n in (0, 3, 23)], horizon=DateRange(day(0), day(23)),
        must_visits=(wish(0, 0),), appointments=(replace(at_a(), date=day(3)),),
    )  # fmt: skip
    made = replace(visit_stop(at(9)), site="a", place=1, request="m")
    agreed = replace(made, kind=StopKind.APPOINTMENT, request="x")
    routes = tuple(Route("ann", day(n), 0, 0, (stop,)) for n, stop in ((0, made), (3, agreed)))
    assert true_reasons(task, Plan(routes, (), EMPTY.objective), request="a#2") == {Reason.CHEAPER_LEFT_OUT}


# -- appointments ------------------------------------------------------------------------------------------------


def unkept(task: Problem, plan: Plan = EMPTY, name: str = "x") -> set[Reason]:
    return {r for r in Reason if confirm_reason(task, plan, Unplanned(None, r, request=name))}


def at_a(**more: object) -> Appointment:
    return Appointment("x", "ann", MONDAY, TimeWindow(at(9), at(9)), 1800, site="a", **more)


def test_why_an_appointment_is_not_kept():
    assert unkept(small(site("a", None), appointments=(at_a(),))) == {Reason.NO_POSITION}
    assert unkept(small(appointments=(replace(at_a(), rep="eve"),))) == {Reason.REP_AWAY}
    assert unkept(small(appointments=(replace(at_a(), date=MONDAY),), days=[workday(day(1))], horizon=WEEK)) == {
        Reason.REP_AWAY
    }
    assert unkept(small(account(load=3), appointments=(at_a(),), days=week(1, capacity=2))) == {Reason.OVER_CAPACITY}
    assert unkept(small(account(load=2), appointments=(at_a(),), days=week(1, capacity=2))) == {Reason.DAY_FULL}
    assert unkept(small(appointments=(at_a(),), days=week(1, end=at(9, 39)))) == {Reason.OUT_OF_REACH}
    assert unkept(small(appointments=(at_a(),), days=week(1, end=at(9, 40)))) == {Reason.DAY_FULL}
    # with five minutes of follow-up, which a place that is no account does not need
    assert unkept(small(appointments=(at_a(),), days=week(1, end=at(9, 40), follow_up=300))) == {Reason.OUT_OF_REACH}
    there = replace(at_a(), site=None, place=1)
    assert unkept(small(appointments=(there,), days=week(1, end=at(9, 40), follow_up=300))) == {Reason.DAY_FULL}


def test_an_appointment_beside_what_is_fixed():
    plan = Plan((Route("ann", MONDAY, at(9), at(9, 20), (block_stop(at(9), at(9, 20)),)),), (), EMPTY.objective)
    both = (at_a(), block(at(9), at(9, 20)))
    assert unkept(small(appointments=both), plan) == {Reason.APPOINTMENT_CONFLICT}
    after = (at_a(), block(at(9, 30), at(9, 50)))
    later = Plan((Route("ann", MONDAY, 0, 0, (block_stop(at(9, 30), at(9, 50)),)),), (), EMPTY.objective)
    assert unkept(small(appointments=after), later) == {Reason.DAY_FULL}
    # visits are not fixed, unless locked
    task, busy = with_b(120 * MINUTE, appointments=(at_a(),))
    assert unkept(task, busy) == {Reason.DAY_FULL}
    locked = replace(task, locked=(PlacedVisit("b", "ann", MONDAY, at(8, 20)),))
    assert unkept(locked, busy) == {Reason.APPOINTMENT_CONFLICT}


# -- prices: what the day costs already is no part of what a visit adds ---------------------------------------------


def worth(amount: int, **more: object):
    """a, worth so much when it is left out: 6 of the 11 days of its window are in the horizon."""
    price = -(-amount * 11 // 6)
    assert price * 6 // 11 == amount
    return account(miss_price=price, **more)


def dear(amount: int, task: Problem, plan: Plan, **more: object) -> bool:
    """Whether a costs exactly so much: left out at that, and taken in for a second more."""
    same, better = (replace(task, sites=(worth(value, **more), *task.sites[1:])) for value in (amount, amount + 1))
    return (true_reasons(same, plan), true_reasons(better, plan)) == ({Reason.CHEAPER_LEFT_OUT}, {Reason.NEXT_SEARCH})


def test_a_visit_that_fills_waiting_time():
    # b until 08:50, an appointment there at 12:00.  To a at 09:30 and back: 20 minutes of driving, and 50 less of waiting
    agreed = Appointment("x", "ann", MONDAY, TimeWindow(at(12), at(12)), 1800, place=2)
    task, plan = with_b(30 * MINUTE, appointments=(agreed,))
    then = replace(task.sites[1], hours=(between(at(8, 20), at(8, 20)),) * 7)
    task = replace(task, sites=(task.sites[0], then))
    there = replace(
        visit_stop(at(12)), kind=StopKind.APPOINTMENT, arrival=at(8, 50), travel=0, metres=0, request="x", site=None
    )
    route = replace(plan.routes[0], stops=(*plan.routes[0].stops, there), end=at(12, 50))
    plan = replace(plan, routes=(route,))
    assert dear(1200 - 300, task, plan, hours=(between(at(9, 30), at(9, 30)),) * 7)


def test_a_visit_that_makes_a_long_day_longer():
    # home ten minutes late; with a on the way forty: half an hour more at 150 %
    task, plan = with_b(8 * 3600, days=week(1, end=at(16, 30), max_overtime=7200))
    assert dear(2700, task, plan)


def three(b: int, c: int, **more: object) -> tuple[Problem, Plan]:
    """b and c are visited one after the other, at these places; a, which is not, is 10 minutes from home."""
    others = [
        site(name, place, cadence=account().cadence, credited=(day(-28),)) for name, place in (("b", b), ("c", c))
    ]
    task = small(account(), *others, minutes=(0, 10, 20, 40), **more)
    far = [0, 10, 20, 40]
    start = at(8) + 60 * far[b]
    first = replace(visit_stop(start), travel=60 * far[b], site="b", place=b, request="b#1")
    second = first.end + 60 * (far[c] - far[b])
    stops = (first, replace(visit_stop(second), travel=60 * (far[c] - far[b]), site="c", place=c, request="c#1"))
    home = 60 * far[c]
    return task, Plan((Route("ann", MONDAY, at(8), second + 1800 + home, stops, home, 0),), (), EMPTY.objective)


def test_a_visit_beyond_a_soft_radius_that_is_broken_already():
    # b and c are 20.015 km apart: 1200; with a, 10.007 km from b, 1800; a is on the way
    task, plan = three(2, 3, radius=RadiusRule(1, price_per_km=60))
    assert dear(600, task, plan)


@pytest.mark.parametrize("owner", ["ann", None])
def test_a_visit_that_becomes_the_anchor(owner):
    # b at home and c 20 km from it: 1200 around either; around a, half way, the same: nothing more
    task, plan = three(0, 2, radius=RadiusRule(1, price_per_km=60))
    assert true_reasons(replace(task, sites=(worth(1, owner=owner), *task.sites[1:])), plan) == {Reason.NEXT_SEARCH}
    # what belongs to somebody else is no anchor for her: around b or c 600 more
    bobs = replace(task, workdays=(*task.workdays, workday(rep="bob", end=at(8, 1))))
    lock = replace(bobs, locked=(PlacedVisit("a", "ann", MONDAY),), sites=(worth(1, owner="ann"), *task.sites[1:]))
    assert true_reasons(lock, plan) == {Reason.NEXT_SEARCH}


def test_a_full_day_is_full_whatever_the_radius_of_its_visits():
    task, plan = with_b(7 * 3600 + 51 * MINUTE, radius=RadiusRule(4_000, hard=True))
    assert true_reasons(task, plan) == {Reason.DAY_FULL}


def test_a_radius_that_is_just_reached():
    # b is 600 s from a, whoever is the anchor; both are visited for nothing more than a is worth
    task, plan = with_b(30 * MINUTE, radius=RadiusRule(seconds=600, hard=True))
    assert true_reasons(task, plan) == {Reason.NEXT_SEARCH}
    assert true_reasons(replace(task, radius=RadiusRule(seconds=599, hard=True)), plan) == {Reason.BEYOND_RADIUS}


def test_not_due_beside_what_a_person_asked_for():
    # asked for until the last day of the horizon, or beyond it
    quiet = account(credited=(day(-1),), **CLOSED)
    later = Unplanned("a", Reason.NOT_DUE, request="a#1")

    def true(*musts: MustVisit, entries: tuple[Unplanned, ...] = ()) -> bool:
        task = small(quiet, days=week(2), must_visits=musts)
        return confirm_reason(task, replace(EMPTY, unplanned=(*entries, later)), later)

    assert not true(wish(0, 1))
    assert not true(wish(1, 1))
    assert not true(wish(0, 2))
    assert true(wish(2, 3))
    assert true(wish(0, 1), entries=(Unplanned("a", Reason.CLOSED, request="m"),))
    assert not true(wish(0, 0), wish(1, 1, "n"), entries=(Unplanned("a", Reason.CLOSED, request="m"),))
