"""Cancelling an appointment changes nobody else's start: customers were told when the rep comes, and a break can be taken elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from planner.cadence.policy import Cadence
from planner.calendar import Break, DateRange, TimeWindow
from planner.check import check
from planner.plan import Objective, Plan, Reason, StopKind, Unplanned
from planner.problem import Appointment, MustVisit, PlacedVisit, Problem
from planner.repair import repair
from planner.solve import solve
from planner.tasks import appointment_task, visit_task
from planner.timing import as_told, time_route
from tests.planner.generate import ALL_FEATURES, company, random_problem
from tests.planner.small import MINUTE, MONDAY, at, problem, site, workday

FOUR_WEEKS = Cadence(interval_days=28)
LUNCH = Break(TimeWindow(at(11, 30), at(13, 30)), 30 * MINUTE)


def visit_of(name: str, place: int, **more: object):
    return site(name, place, cadence=FOUR_WEEKS, credited=(MONDAY - timedelta(days=28),), **more)


def agreed(name: str, day, start: int, minutes: int, at_site: str | None) -> Appointment:
    return Appointment(name, "ann", day, TimeWindow(start, start), minutes * MINUTE, at_site)


def published(p: Problem, plan: Plan) -> tuple[Problem, Plan]:
    """As it was told to customers: with no appointment that found no place, nor locked or must-visit."""
    held = {stop.request for route in plan.routes for stop in route.stops}
    visits = {(s.site, r.rep, r.date): s.start for r in plan.routes for s in r.stops if s.kind is StopKind.VISIT}
    called = {(name, day) for name, _, day in visits}
    p = replace(
        p,
        appointments=tuple(a for a in p.appointments if a.id in held),
        locked=tuple(replace(v, start=visits[key]) for v in p.locked if (key := (v.site, v.rep, v.date)) in visits),
        must_visits=tuple(m for m in p.must_visits if any(name == m.site and d in m.period for name, d in called)),
        base=tuple(PlacedVisit(*key, start) for key, start in visits.items()),
    )
    return p, repair(p, plan)


def starts(plan: Plan, but: str | None, own: str | None) -> dict[tuple, int]:
    """Start of every stop but the cancelled one, those of its own site and the breaks."""
    return {
        (r.date, s.kind, s.site, None if s.kind is StopKind.VISIT else s.request): s.start
        for r in plan.routes
        for s in r.stops
        if s.kind is not StopKind.BREAK and s.request != but and (own is None or s.site != own)
    }


def cancelled(p: Problem, plan: Plan) -> Iterator[tuple[Appointment, Problem, Plan]]:
    for one in p.appointments:
        without = replace(p, appointments=tuple(a for a in p.appointments if a.id != one.id))
        yield one, without, repair(without, plan)


def test_the_break_goes_where_it_moves_nobody():
    """All sites are 70 minutes away.  a 10:50-11:20, b 11:50-12:35, the break 12:35-13:05, c's appointment 14:30-15:30.

    Without c the rep would be home at 13:55 with the break at 11:30 and b at 12:00, at 14:15 with the break after b: but b was told
    11:50.
    """
    rows = [visit_of("a", 1), visit_of("b", 2, service=45 * MINUTE), visit_of("c", 3)]
    day = workday(rest=LUNCH)
    p = problem([0, 70, 70, 70], rows, [day], appointments=(agreed("c1", MONDAY, at(14, 30), 60, "c"),))
    told = [as_told(visit_task(rows[0], day, "a#1"), at(10, 50)), as_told(visit_task(rows[1], day, "b#1"), at(11, 50))]
    route = time_route(p, day, [*told, appointment_task(p, p.appointments[0], day)])
    p, plan = published(p, Plan((route,), (), Objective()))
    assert [(s.kind.value, s.start) for s in plan.routes[0].stops] == [
        ("visit", at(10, 50)), ("visit", at(11, 50)), ("break", at(12, 35)), ("appointment", at(14, 30)),
    ]  # fmt: skip
    ((_, without, after),) = cancelled(p, plan)
    assert [(s.kind.value, s.start) for s in after.routes[0].stops] == [
        ("visit", at(10, 50)), ("visit", at(11, 50)), ("break", at(12, 35)),
    ]  # fmt: skip
    assert after.routes[0].end == at(14, 15)
    assert check(without, after, reasons=False).ok


def test_freed_time_is_not_refilled_by_the_cadence_of_a_site_that_somebody_asked_for():
    """a was asked for on Monday, where it is; its next visit, a week later, is an appointment.  Without that one a's cadence lacks a
    visit and there is time, but only what a person asked for takes freed time."""
    weekly = Cadence(interval_days=7)
    row = site("a", 1, cadence=weekly, credited=(MONDAY - timedelta(days=7),))
    days = [workday(MONDAY), workday(MONDAY + timedelta(days=7))]
    p = problem(
        [0, 10], [row], days,
        appointments=(agreed("a1", days[1].date, at(10), 60, "a"),),
        must_visits=(MustVisit("m", "a", DateRange(MONDAY, MONDAY)),),
    )  # fmt: skip
    p, plan = published(p, solve(p, iterations=50))
    ((_, without, after),) = cancelled(p, plan)
    assert [(r.date, [s.site for s in r.stops]) for r in after.routes] == [(MONDAY, ["a"])]
    assert [(u.site, u.reason) for u in after.unplanned] == [("a", Reason.NEXT_SEARCH)]
    assert check(without, after).ok


@pytest.mark.parametrize("seed", range(12))
def test_companies(seed):
    rng = Random(f"cancelled {seed}")
    p = company(seed, accounts=60, days=5)
    p, plan = published(p, solve(p, iterations=200))
    for n in range(3):
        route = rng.choice([route for route in plan.routes if len(route.stops) > 2])
        start, lasts = rng.randrange(at(9), at(15), 300), rng.choice([30, 60, 90])
        called = rng.choice([stop.site for stop in route.stops if stop.site]) if rng.random() < 0.7 else None
        one = Appointment(f"x{n}", route.rep, route.date, TimeWindow(start, start), lasts * MINUTE, called)
        booked = replace(p, appointments=(*p.appointments, one))
        p, plan = published(booked, repair(booked, plan))
    nobody_moves(p, plan)


# What is reached only by way of the cancelled site, or visited together with it, cannot stay; and without the appointment another visit
# may be a site's first one, which lasts longer.
ORDINARY = ALL_FEATURES - {"unreachable", "asymmetric", "together", "first_service"}


@pytest.mark.parametrize("seed", [*range(60), 189, 243, 316])
def test_nasty_problems(seed):
    rng = Random(f"cancelled {seed}")
    features = {"appointments", *rng.sample(sorted(ORDINARY), len(ORDINARY) // 2)}
    p = random_problem(seed, sites=12, reps=rng.choice([1, 1, 2]), features=features)
    nobody_moves(*published(p, solve(p, iterations=60, seed=seed)))


@pytest.mark.parametrize("seed", range(60))
def test_nasty_problems_with_locked_visits_as_they_were_promised(seed):
    """Told at another time within the slack, and some without room: these get what nobody else has."""
    rng = Random(f"cancelled and locked {seed}")
    features = {"appointments", "locked", *rng.sample(sorted(ORDINARY - {"must_visits"}), len(ORDINARY) // 2)}
    p = random_problem(seed, sites=12, reps=rng.choice([1, 1, 2]), features=features - {"must_visits"})
    plan = solve(p, iterations=60, seed=seed)
    held = {stop.request for route in plan.routes for stop in route.stops}
    p = replace(p, appointments=tuple(a for a in p.appointments if a.id in held))
    told = replace(p, base=published(p, plan)[0].base)
    plan, locks = repair(told, plan), {(lock.date, StopKind.VISIT, lock.site, None) for lock in p.locked}
    for one, without, after in cancelled(told, plan):
        before, now = starts(plan, one.id, one.site), starts(after, one.id, one.site)
        assert {stop: now.get(stop) for stop in before} == before, one
        assert now.keys() - before.keys() <= locks, one
        certificate = check(without, after, reasons=False)
        assert (certificate.violations, certificate.objective) == ((), after.objective), one


@pytest.mark.parametrize("seed", range(60))
def test_nasty_problems_with_visits_that_were_asked_for_and_had_no_room(seed):
    rng = Random(f"cancelled and asked for {seed}")
    features = {"appointments", "must_visits", *rng.sample(sorted(ORDINARY), len(ORDINARY) // 2)}
    p = random_problem(seed, sites=12, reps=rng.choice([1, 1, 2]), features=features - {"locked"})
    plan = solve(p, iterations=60, seed=seed)
    held = {stop.request for route in plan.routes for stop in route.stops}
    p = replace(p, appointments=tuple(a for a in p.appointments if a.id in held))
    told = replace(p, base=published(p, plan)[0].base)
    plan, asked = repair(told, plan), {must.site for must in p.must_visits}
    for one, without, after in cancelled(told, plan):
        before, now = starts(plan, one.id, one.site), starts(after, one.id, one.site)
        assert {stop: now.get(stop) for stop in before} == before, one
        assert {site for _, _, site, _ in now.keys() - before.keys()} <= asked, one
        assert check(without, after, reasons=False).violations == (), one


def test_what_was_asked_for_and_had_no_room_comes_when_others_need_not_move():
    """Two hours at one place: a's appointment of half an hour, b for an hour; m was asked for and takes 45 minutes, left over only
    where the appointment was in the evening: b, who was told 8:30, waits for nobody."""
    b = visit_of("b", 0, service=60 * MINUTE)
    m = site("m", 0, cadence=None, service=45 * MINUTE)
    wish = MustVisit("w", "m", DateRange(MONDAY, MONDAY))
    for start, told, came in ((at(9, 30), at(8), True), (at(8), at(8, 30), False)):
        p = problem(
            [0], [visit_of("a", 0, service=30 * MINUTE), b, m], [workday(end=at(10))],
            appointments=(agreed("x", MONDAY, start, 30, "a"),), must_visits=(wish,),
        )  # fmt: skip
        tasks = [appointment_task(p, p.appointments[0], p.workdays[0]), visit_task(b, p.workdays[0])]
        route = time_route(p, p.workdays[0], tasks if start < told else tasks[::-1])
        left = (Unplanned("m", Reason.DAY_FULL, "w", (MONDAY,)),)
        p = replace(p, base=(PlacedVisit("b", "ann", MONDAY, told),))
        after = repair(replace(p, appointments=()), Plan((route,), left, Objective()))
        found = {stop.site: stop.start for stop in after.routes[0].stops}
        assert found["b"] == told
        assert ("m" in found) is came


def nobody_moves(p: Problem, plan: Plan) -> None:
    for one, without, after in cancelled(p, plan):
        assert starts(after, one.id, one.site) == starts(plan, one.id, one.site), one
        certificate = check(without, after, reasons=False)
        assert (certificate.violations, certificate.objective) == ((), after.objective), one
