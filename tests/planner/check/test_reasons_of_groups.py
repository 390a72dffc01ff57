"""What the checker believes of a visit that does not come alone: others have to come with it, or another day gets shorter by it.

Account a is 10 minutes from home, b 20 and c 30; each visit takes 30 minutes, all are due today and left out.  The day is long unless said.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from planner.cadence.policy import Cadence, Mode, Period
from planner.calendar import DateRange, TimeWindow
from planner.check import check, confirm_reason
from planner.plan import Cause, Objective, Plan, Reason, Route, Stop, StopKind, Unplanned
from planner.problem import Appointment, MustVisit, PlacedVisit, Problem, Site
from tests.planner.check.test_reasons import EMPTY, MONTHLY, TUESDAY, true_reasons
from tests.planner.small import HOUR, MINUTE, MONDAY, at, problem, site, workday

SHUT = ((),) * 7
FOR_ONE = {"end": at(9, 30)}  # 90 min: a alone takes 10 + 30 + 10, with b it is 10 + 30 + 10 + 30 + 20 = 100


def due(name: str, place: int | None, **more: object) -> Site:
    return site(name, place, **{"cadence": MONTHLY, "credited": (MONDAY - timedelta(days=28),)} | more)


def group(*others: Site, a: Site | None = None, days=None, together=None, **more: object) -> Problem:
    """a and the others, to be visited together."""
    rows = [a or due("a", 1), *others]
    names = tuple(one.id for one in rows)
    return problem([0, 10, 20, 30], rows, days or [workday()], together=together or (names,), **more)


def called(
    name: str, place: int, day=MONDAY, start: int = at(9), kind: StopKind = StopKind.VISIT, minutes: int = 30
) -> Route:
    """A day with one stop, at home at eight."""
    way = {1: 10, 2: 20, 3: 30}[place] * MINUTE
    end = start + minutes * MINUTE
    stop = Stop(kind, start, start, end, way, way, None, f"{name}!", name, place)
    return Route("ann", day, start - way, end + way, (stop,), way, way)


def plan(*routes: Route) -> Plan:
    return Plan(routes, (), Objective())


def test_both_fit_and_pay():
    assert true_reasons(group(due("b", 2))) == {Reason.NEXT_SEARCH}


@pytest.mark.parametrize(
    "b", [due("b", None), due("b", 2, hours=SHUT), due("b", 2, credited=(MONDAY - timedelta(days=5),))],
    ids=["no position", "closed", "visited last week"],
)  # fmt: skip
def test_one_that_cannot_come_keeps_all_away(b: Site):
    assert true_reasons(group(b)) == {Reason.TOGETHER}
    assert true_reasons(group(b, due("c", 3))) == {Reason.TOGETHER}


def test_no_room_for_both():
    assert true_reasons(group(due("b", 2), days=[workday(**FOR_ONE)])) == {Reason.TOGETHER}
    assert true_reasons(group(due("b", 2), days=[workday(end=at(9, 40))])) == {Reason.NEXT_SEARCH}


def test_who_is_there_already_need_not_come():
    # b from 9:00 to 9:30 and a before or after it: 10 + 30 + 10 + 30 + 20 min from 8:00 to 9:40
    made = group(due("b", 2), days=[workday(end=at(9, 50))])
    assert true_reasons(made, plan(called("b", 2))) == {Reason.NEXT_SEARCH}


def test_who_was_visited_that_day_need_not_come():
    seen = due("b", 2, credited=(MONDAY - timedelta(days=28), MONDAY))
    assert true_reasons(group(seen, days=[workday(**FOR_ONE)])) == {Reason.NEXT_SEARCH}


def test_what_a_person_asked_for_or_fixed_comes_alone():
    asked = MustVisit("m", "a", DateRange(MONDAY, MONDAY))
    small = group(due("b", 2), days=[workday(**FOR_ONE)], must_visits=(asked,))
    assert true_reasons(small, request="m") == {Reason.NEXT_SEARCH}
    fixed = group(due("b", 2), days=[workday(**FOR_ONE)], locked=(PlacedVisit("a", "ann", MONDAY),))
    assert true_reasons(fixed) == {Reason.NEXT_SEARCH}
    of_b = group(due("b", 2), days=[workday(**FOR_ONE)], locked=(PlacedVisit("b", "ann", MONDAY),))
    assert true_reasons(of_b) == {Reason.TOGETHER}


def test_a_wish_for_another_day_makes_no_difference():
    asked = MustVisit("m", "a", DateRange(TUESDAY, TUESDAY))
    made = group(due("b", 2, hours=SHUT), days=[workday()], must_visits=(asked,), horizon=DateRange(MONDAY, TUESDAY))
    # nobody works on Tuesday, for which it is asked; of Monday b keeps it away
    assert true_reasons(made) == {Reason.REP_AWAY, Reason.TOGETHER}


def test_the_groups_of_others_make_no_difference():
    made = group(due("b", 2, hours=SHUT), due("c", 3), together=(("b", "c"),))
    assert true_reasons(made) == {Reason.NEXT_SEARCH}


def test_a_visit_of_the_other_near_by_would_have_to_go():
    # b is planned for Tuesday, the planner's own choice: on Monday it would not be credited beside that
    made = group(due("b", 2), days=[workday(), workday(TUESDAY)])
    assert true_reasons(made, plan(called("b", 2, TUESDAY))) == {Reason.NEXT_SEARCH}  # on Tuesday, beside b
    alone = replace(made, sites=(due("a", 1, weekdays=frozenset({0})), made.sites[1]))
    assert true_reasons(alone, plan(called("b", 2, TUESDAY))) == {Reason.DAY_FULL}


def test_all_of_them_together_are_worth_the_way():
    # 40 min of driving for both, 2,400 s; a window of 11 days that is in the horizon or before it by 6: 6/11 of the price
    cheap = {"miss_price": 1100}  # 600
    assert true_reasons(group(due("b", 2, **cheap), a=due("a", 1, **cheap))) == {Reason.CHEAPER_LEFT_OUT}
    dear = due("b", 2, miss_price=3500)  # 1,909, with the 600 of a 2,509
    assert true_reasons(group(dear, a=due("a", 1, **cheap))) == {Reason.NEXT_SEARCH}
    less = due("b", 2, miss_price=3100)  # 1,690, in all 2,290
    assert true_reasons(group(less, a=due("a", 1, **cheap))) == {Reason.CHEAPER_LEFT_OUT}


# -- the first visit is longer: when another comes before it, its day gets shorter ------------------------------------

THURSDAY = MONDAY + timedelta(days=3)
TWICE = Cadence(Mode.QUOTA, visits=2, period=Period.WEEK)  # three days apart


def new(end: int, *routes: Route, monday: int = at(17), **more: object) -> tuple[Problem, Plan]:
    """a was never visited: an hour the first time, then half an hour, each worth nothing.  It has one visit, and lacks one.

    Thursday ends at `end`, Monday at `monday`, each with an hour of overtime at 150 %.
    """
    one = site("a", 1, cadence=TWICE, first_service=HOUR, miss_price=0)
    days = [workday(end=monday, max_overtime=HOUR), workday(THURSDAY, end=end, max_overtime=HOUR)]
    return problem([0, 10], [one], days, horizon=DateRange(MONDAY, MONDAY + timedelta(6)), **more), plan(*routes)


def reasons_of(case: tuple[Problem, Plan]) -> set[Reason]:
    return true_reasons(*case, request="a#2")


def test_an_earlier_visit_makes_the_one_that_was_first_shorter():
    # Thursday: 8:10 to 9:10 there, home at 9:20; half an hour less saves its overtime. A visit on Monday is 1,200 s of driving.
    thursday = called("a", 1, THURSDAY, at(8, 10), minutes=60)
    assert reasons_of(new(at(9), thursday)) == {Reason.NEXT_SEARCH}  # 20 min at 150 %: 1,800 s
    assert reasons_of(new(at(9, 10), thursday)) == {Reason.CHEAPER_LEFT_OUT}  # 10 min: 900 s
    assert reasons_of(new(at(9, 6), thursday)) == {Reason.NEXT_SEARCH}  # 14 min: 1,260 s
    assert reasons_of(new(at(9, 7), thursday)) == {Reason.CHEAPER_LEFT_OUT}  # 13 min: 1,170 s


def test_a_later_visit_does_not():
    # The first one is on Monday, with 20 min of overtime, and stays the first one.
    monday = called("a", 1, MONDAY, at(8, 10), minutes=60)
    assert reasons_of(new(at(17), monday, monday=at(9))) == {Reason.CHEAPER_LEFT_OUT}


def test_an_appointment_keeps_its_length():
    agreed = Appointment("a!", "ann", THURSDAY, TimeWindow(at(8, 10), at(8, 10)), HOUR, site="a")
    there = called("a", 1, THURSDAY, at(8, 10), StopKind.APPOINTMENT, 60)
    assert reasons_of(new(at(9), there, appointments=(agreed,))) == {Reason.CHEAPER_LEFT_OUT}


# -- what exactly is in the way ---------------------------------------------------------------------------------------


def test_a_wrong_cause_is_told():
    made = group(due("b", 2), a=due("a", 1, weekdays=frozenset({5})), together=(("a", "b"),))
    entry = Unplanned("a", Reason.CLOSED, "a#1", cause=Cause.FROZEN)
    found = [v for v in check(made, replace(EMPTY, unplanned=(entry,))).violations if v.rule == "reason"]
    assert [(v.message, v.subject) for v in found] == [("a#1: frozen is not the cause; it is none known", "a#1")]
    frozen = replace(made, sites=(due("a", 1), made.sites[1]), workdays=(workday(frozen=True),))
    assert confirm_reason(frozen, EMPTY, entry)
    other = replace(entry, cause=Cause.WORKDAY)
    found = [v for v in check(frozen, replace(EMPTY, unplanned=(other,))).violations if v.rule == "reason"]
    assert [v.message for v in found] == ["a#1: workday is not the cause; it is frozen"]


def test_a_frozen_day_is_more_hopeful_than_a_closed_one():
    days = [workday(), workday(TUESDAY, frozen=True)]
    made = problem([0, 10], [due("a", 1, weekdays=frozenset({1}))], days)
    said = {cause for cause in Cause if confirm_reason(made, EMPTY, Unplanned("a", Reason.CLOSED, "a#1", cause=cause))}
    assert said == {Cause.FROZEN}
