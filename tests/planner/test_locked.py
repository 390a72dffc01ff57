"""Locked visits: what was told stays told, what has no room says why of its own day, and nobody makes way for what was left out before."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from planner.cadence.policy import Cadence
from planner.calendar import Break, TimeWindow
from planner.check import check
from planner.errors import ProblemError
from planner.explain import why_not
from planner.plan import Cause, Objective, Plan, Reason, StopKind
from planner.problem import Appointment, PlacedVisit, Problem, Site
from planner.proposals import Cancel, MoveVisit, price
from planner.reasons import explain
from planner.repair import repair
from planner.solve import solve
from planner.tasks import appointment_task, promised, visit_task
from planner.timing import as_told, time_route
from tests.planner.small import MINUTE, MONDAY, at, problem, site, workday

TUESDAY = MONDAY + timedelta(days=1)
FOUR_WEEKS = Cadence(interval_days=28)
LOCK = PlacedVisit("a", "ann", MONDAY)


def due(name: str, place: int | None = 1, **more: object) -> Site:
    return site(name, place, cadence=FOUR_WEEKS, credited=(MONDAY - timedelta(days=28),), **more)


def agreed(name: str, start: int, minutes: int, at_site: str | None = None, day: date = MONDAY) -> Appointment:
    return Appointment(name, "ann", day, TimeWindow(start, start), minutes * MINUTE, at_site)


def of_monday(p: Problem, starts: dict[str, int]) -> Plan:
    """The visits of Monday told for these times, and its appointments; explained."""
    day, sites = p.workdays[0], {one.id: one for one in p.sites}
    locks = {lock.site: lock for lock in p.locked}
    tasks = [(a.window.earliest, appointment_task(p, a, day)) for a in p.appointments]
    for name, start in starts.items():
        task = visit_task(sites[name], day, f"{name}#1")
        task = promised(task, locks[name].start, p.params.lock_slack) if name in locks else task
        tasks.append((start, as_told(task, start)))
    route = time_route(p, day, [task for _, task in sorted(tasks, key=lambda pair: pair[0])])
    assert route is not None
    plan = Plan((route,) if route.stops else (), (), Objective())
    return replace(plan, unplanned=explain(p, plan))


def starts(plan: Plan) -> list[tuple[str | None, int]]:
    return [(s.site, s.start) for r in plan.routes for s in r.stops if s.kind is not StopKind.BREAK]


def told_later() -> tuple[Problem, Plan]:
    """a was promised for 12:00, with 15 minutes to give, and is told 12:13, as the appointment x before it lasts until then."""
    p = problem(
        [0, 10, 10], [due("a", 1), due("b", 2)], [workday()],
        appointments=(agreed("x", at(11), 63, "b"),), locked=(replace(LOCK, start=at(12)),),
    )  # fmt: skip
    return p, of_monday(p, {"a": at(12, 13)})


# -- told within the slack of what was promised ----------------------------------------------------------------------


@pytest.mark.parametrize("base", [(), (PlacedVisit("a", "ann", MONDAY, at(12, 13)),)])
def test_a_cancelled_appointment_leaves_what_was_told(base):
    p, plan = told_later()
    p = replace(p, base=base)
    assert starts(plan) == [("b", at(11)), ("a", at(12, 13))]
    after = repair(Cancel("x").applied(p, plan), plan)
    assert starts(after) == [("a", at(12, 13))]
    assert price(p, plan, Cancel("x")).shifts == ()


def test_what_is_promised_anew_is_another_time():
    """Told 12:13; a promise of 12:00 has it within its 15 minutes, one of 11:50 has not."""
    p, plan = told_later()
    for promise, start in ((at(12), at(12, 13)), (at(11, 50), at(11, 50))):
        again = replace(p, appointments=(), locked=(replace(LOCK, start=promise),))
        assert starts(repair(again, plan)) == [("a", start)]


def test_a_person_moves_it_by_less_than_the_slack():
    p, plan = told_later()
    p = Cancel("x").applied(p, plan)
    found = price(p, repair(p, plan), MoveVisit("a", MONDAY, MONDAY, at(12, 5)))
    assert found.placed is not None
    assert found.placed.start == at(12, 5)


# -- left out for want of room -----------------------------------------------------------------------------------------


def without_room() -> tuple[Problem, Plan]:
    """Two stops are allowed: b is told 10:00, the appointment x 14:00 to 15:00 is at c; a, locked at 14:30, has had no room."""
    p = problem(
        [0, 10, 10, 10], [due("a", 1, service=60 * MINUTE), due("b", 2), due("c", 3)], [workday(max_stops=2)],
        appointments=(agreed("x", at(14), 60, "c"),), locked=(replace(LOCK, start=at(14, 30)),),
    )  # fmt: skip
    return p, of_monday(p, {"b": at(10)})


def test_it_takes_the_time_of_a_cancelled_appointment_where_nobody_moves():
    p, plan = without_room()
    assert said(plan) == [(Reason.APPOINTMENT_CONFLICT, None)]
    after = repair(Cancel("x").applied(p, plan), plan)
    assert starts(after) == [("b", at(10)), ("a", at(14, 30))]
    assert check(Cancel("x").applied(p, plan), after, reasons=False).ok


@pytest.mark.parametrize(("anew", "stands"), [(False, "b"), (True, "a")])
def test_nobody_makes_way_for_what_was_left_out_before(anew, stands):
    """b is told 14:20, the rep is to be home by 15:40: a at 14:30 has an hour only in its place.  Locked this moment it gets that."""
    p, _ = without_room()
    p = replace(p, workdays=(workday(max_stops=2, end=at(15, 40)),), appointments=())
    plan = of_monday(p, {"b": at(14, 20)})
    assert said(plan) == [(Reason.DAY_FULL, None)]
    after = repair(p, replace(plan, unplanned=()) if anew else plan)
    assert [name for name, _ in starts(after)] == [stands]
    assert check(p, after, reasons=False).ok


def test_a_search_makes_room_for_it():
    p, plan = without_room()
    p = replace(p, workdays=(workday(max_stops=2, end=at(15, 40)),), appointments=())
    assert ("a", at(14, 30)) in starts(solve(p, iterations=50, start=plan))


# -- why it is left out ------------------------------------------------------------------------------------------------


def said(plan: Plan) -> list[tuple[Reason, Cause | None]]:
    return [(u.reason, u.cause) for u in plan.unplanned if u.request == LOCK.request]


def cases() -> dict[Reason | Cause, tuple[Site, dict, dict, dict[str, int]]]:
    """reason or cause -> the site, what its workday has, what the problem has, who stands when."""
    whole = {"appointments": (agreed("x", at(8), 9 * 60),)}
    long_break = Break(TimeWindow(at(11), at(12, 30)), 130 * MINUTE)  # the ways and the visit take 7:10 of 9 hours
    late = {"locked": (replace(LOCK, start=at(16, 50)),)}  # half an hour, and ten minutes home by 17:00
    return {
        Reason.NO_POSITION: (due("a", None), {}, {}, {}),
        Reason.NO_SKILL: (due("a", skills=frozenset({"lift"})), {}, {}, {}),
        Reason.CLOSED: (due("a", exceptions={MONDAY: ()}), {}, {}, {}),
        Reason.OVER_CAPACITY: (due("a", load=5), {"capacity": 3}, {}, {}),
        Cause.WORKDAY: (due("a", 3), {}, {}, {}),
        Cause.STOP_LIMIT: (due("a"), {"max_stops": 0}, {}, {}),
        Cause.HOURS: (due("a"), {}, late, {}),
        Cause.BREAK: (due("a", 4), {"rest": long_break}, {}, {}),
        Cause.DRIVING_LIMIT: (due("a"), {"max_driving": 19 * MINUTE}, {}, {}),
        Reason.APPOINTMENT_CONFLICT: (due("a"), {}, whole, {}),
        Reason.DAY_FULL: (due("a"), {"max_stops": 1}, {}, {"b": at(10)}),
    }  # fmt: skip


def of_case(reason: Reason | Cause) -> tuple[Problem, Plan]:
    one, day, more, there = cases()[reason]
    p = problem([0, 10, 10, 300, 200], [one, due("b", 2)], [workday(**day)], **{"locked": (LOCK,), **more})
    return p, of_monday(p, there)


@pytest.mark.parametrize("reason", cases())
def test_its_own_day_says_why(reason):
    p, plan = of_case(reason)
    wanted = (Reason.OUT_OF_REACH, reason) if isinstance(reason, Cause) else (reason, None)
    (entry,) = [u for u in plan.unplanned if u.request == LOCK.request]
    assert (entry.reason, entry.cause) == wanted
    assert entry.days == (MONDAY,)
    assert reason is Reason.NO_POSITION or "Monday 2 March" in entry.detail
    assert not [v for v in check(p, plan).violations if v.subject == LOCK.request]
    others = [one for one in Reason if one is not entry.reason]
    for other in others:
        false = replace(plan, unplanned=tuple(replace(u, reason=other) if u is entry else u for u in plan.unplanned))
        assert "reason" in {v.rule for v in check(p, false).violations if v.subject == LOCK.request}


def test_its_own_visits_stand_too_near():
    """a is visited on Tuesday, which would not be credited a day after one on Monday."""
    p = problem([0, 10], [due("a")], [workday(), workday(TUESDAY)])
    plan = repair(replace(p, locked=(PlacedVisit("a", "ann", TUESDAY),)), Plan((), (), Objective()))
    assert [(r.date, len(r.stops)) for r in plan.routes if r.stops] == [(TUESDAY, 1)]
    p = replace(p, locked=(LOCK,))
    plan = replace(plan, unplanned=explain(p, plan))
    assert said(plan) == [(Reason.TOO_CLOSE, None)]
    assert check(p, plan).ok


def test_it_is_planned_or_unplanned():
    p, plan = of_case(Reason.DAY_FULL)
    gone = replace(plan, unplanned=tuple(u for u in plan.unplanned if u.request != LOCK.request))
    assert ("locked", "a: the locked visit is gone") in [(v.rule, v.message) for v in check(p, gone).violations]
    (entry,) = [u for u in plan.unplanned if u.request == LOCK.request]
    both = of_monday(replace(p, workdays=(workday(),)), {"a": at(9)})
    wrong = check(replace(p, workdays=(workday(),)), replace(both, unplanned=(*both.unplanned, entry)))
    assert ("locked", "a: the locked visit is both planned and unplanned") in [
        (v.rule, v.message) for v in wrong.violations
    ]


@pytest.mark.parametrize(
    ("reason", "kind", "effort"),
    [
        (Cause.HOURS, "longer_day", 1350),  # it may start at 16:35: a quarter of an hour at 150 %
        (Cause.DRIVING_LIMIT, "more_driving", 450),  # five minutes at 150 %
        (Reason.APPOINTMENT_CONFLICT, "longer_day", 75 * 60),  # fifty minutes: there, the visit, and back
        (Reason.DAY_FULL, "more_stops", 1800),
    ],
)
def test_the_smallest_change_that_admits_it(reason, kind, effort):
    p, plan = of_case(reason)
    (found,) = [one for one in why_not(p, plan, "a") if one.entry.request == LOCK.request]
    first = found.admissions[0]
    assert (first.change.kind, first.effort, first.date) == (kind, effort, MONDAY)
    assert {name for name, _ in starts(plan)} < {name for name, _ in starts(first.plan)}
    assert check(first.problem, first.plan, reasons=False).ok


# -- two reps on one day -----------------------------------------------------------------------------------------------


def test_one_shared_site_is_locked_with_one_rep_a_day():
    days = [workday(), workday(rep="bob")]
    locks = (LOCK, replace(LOCK, rep="bob"))
    with pytest.raises(ProblemError) as raised:
        problem([0, 10], [due("a", owner=None, shared=True)], days, locked=locks)
    assert (raised.value.pointer, raised.value.message) == (
        "/locked/1",
        "a is visited once a day, and locked with ann and with bob on 2026-03-02: keep one of them",
    )


def test_what_is_locked_goes_before_what_was_published_on_a_frozen_day():
    """Published with bob, whose day is frozen, and locked with ann since: the two are not asked for both."""
    days = [workday(), workday(rep="bob", frozen=True)]
    p = problem(
        [0, 10],
        [due("a", owner=None, shared=True)],
        days,
        locked=(LOCK,),
        base=(replace(LOCK, rep="bob", start=at(9)),),
    )
    assert p.locked == (LOCK,)
    plan = solve(p, iterations=50)
    assert [(r.rep, s.site) for r in plan.routes for s in r.stops] == [("ann", "a")]
    assert check(p, plan).ok


def test_an_appointment_of_somebody_else_is_the_visit_of_that_day():
    days = [workday(), workday(rep="bob")]
    with_bob = replace(agreed("x", at(10), 30, "a"), rep="bob")
    p = problem([0, 10], [due("a", owner=None, shared=True)], days, appointments=(with_bob,), locked=(LOCK,))
    plan = solve(p, iterations=50)
    assert [(r.rep, s.request) for r in plan.routes for s in r.stops] == [("bob", "x")]
    assert said(plan) == [(Reason.TOO_CLOSE, None)]
    assert check(p, plan).ok
