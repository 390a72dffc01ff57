"""What is said of a change is what happens when it is made: random problems, repaired for real and judged by the checker."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from planner.calendar import DateRange, TimeWindow
from planner.check import check
from planner.plan import StopKind
from planner.problem import Appointment, MustVisit, Problem
from planner.proposals import AskVisit, Book, HandOver, MoveVisit, SkipVisit, SlotRequest, price, slots
from planner.proposals.price import PARTS, baseline, price_from
from planner.proposals.skip import skipped
from planner.proposals.slots import NEW
from planner.repair import repair
from planner.solve import solve
from tests.planner.generate import random_problem

SAME = ("placed", "credited", "paused", "shifts", "uncredited", "beyond_radius", "colour", "waiting", "overtime")


def drawn(seed: int):
    rng = Random(f"proposals {seed}")
    problem = random_problem(seed, reps=rng.choice([1, 1, 2]))
    plan = solve(problem, seed=seed, iterations=60)
    return rng, problem, plan, (problem.horizon.first,)


def agrees(changed: Problem, before, after, parts) -> None:
    """The parts are the difference of two plans, and the checker finds the second right and as dear as it says."""
    assert {n: getattr(after.objective, n) - getattr(before.objective, n) for n in PARTS} == {
        n: getattr(parts, n) for n in PARTS
    }
    certificate = check(changed, after, reasons=False)
    assert (certificate.violations, certificate.objective) == ((), after.objective)


@pytest.mark.parametrize("seed", range(24))
def test_a_slot_costs_what_booking_it_costs(seed):
    rng, problem, plan, frozen = drawn(seed)
    located = [site.id for site in problem.sites if site.place is not None]
    if not (problem.workdays and located):
        return
    where = {"site": rng.choice(located)} if rng.random() < 0.8 else {"place": rng.randrange(len(problem.places))}
    request = SlotRequest(rng.choice(problem.reps), rng.choice([600, 1800, 3600]), problem.horizon, **where)
    free = slots(problem, plan, request, frozen)
    asked = {day for day in request.days if day in problem.horizon}
    assert {s.date for s in free.slots} | {n.date for n in free.none} == asked
    base, before = baseline(problem, plan, frozen)
    for slot in free.slots:
        when = TimeWindow(slot.start, slot.start)
        new = Appointment(NEW, slot.rep, slot.date, when, request.duration, request.site, request.place)
        changed = replace(base, appointments=(*base.appointments, new))
        agrees(changed, before, repair(changed, before, frozen), slot.price.parts)
        said = price(problem, plan, Book(new), frozen)
        assert {name: getattr(said, name) for name in SAME} == {name: getattr(slot.price, name) for name in SAME}
        for one, other in ((said.own, slot.price.own), (said.displaced, slot.price.displaced)):
            assert [_fate(item) for item in one] == [_fate(item) for item in other]


def _fate(item):
    return item.site, item.day, item.to, item.start, item.left_out, item.appointment


@pytest.mark.parametrize("seed", range(24, 36))
def test_it_fits_from_the_first_start_to_the_last(seed):
    """Nothing that stays at the priced start has to leave at the first or last one."""
    rng, problem, plan, frozen = drawn(seed)
    located = [site.id for site in problem.sites if site.place is not None]
    if problem.locked or not (problem.workdays and located):  # a locked visit without room is tried for again each time
        return
    request = SlotRequest(rng.choice(problem.reps), 1800, problem.horizon, rng.choice(located))
    for slot in slots(problem, plan, request, frozen).slots:
        for start in {slot.first, slot.last} - {slot.start}:
            new = Appointment(NEW, slot.rep, slot.date, TimeWindow(start, start), 1800, request.site)
            found = price(problem, plan, Book(new), frozen)
            assert not found.refused
            assert bool(found.displaced) <= bool(slot.price.displaced), (slot.date, start)


@pytest.mark.parametrize("seed", range(64, 74))
@pytest.mark.parametrize("changed_since", [False, True])
def test_a_price_asks_for_less_than_a_repair_and_is_the_same(seed, changed_since):
    """Reasons and clusters of the plan before are not worked out for a price; where the problem has changed since, reasons are."""
    rng, problem, plan, frozen = drawn(seed)
    stops = [(r.date, s.site) for r in plan.routes for s in r.stops if s.kind is StopKind.VISIT]
    if not stops:
        return
    if changed_since:  # a day off, so that visits leave and some are left out
        off = rng.choice(stops)[0]
        problem = replace(problem, workdays=tuple(w for w in problem.workdays if w.date != off))
    base, before = baseline(problem, plan, frozen)
    day, name = rng.choice([(r.date, s.site) for r in before.routes for s in r.stops if s.site] or [(None, None)])
    site = rng.choice(problem.sites)
    changes = [AskVisit(MustVisit("asked", site.id, DateRange(problem.horizon.first, problem.horizon.last)))]
    changes += [HandOver(site.id, rep) for rep in problem.reps]
    if any(s.site == name and s.kind is StopKind.VISIT and r.date == day for r in before.routes for s in r.stops):
        changes += [SkipVisit(name, day), MoveVisit(name, day, rng.choice(list(problem.horizon)))]
    light, outlined = baseline(problem, plan, frozen, reasons=False)
    assert (light, outlined.routes, outlined.objective) == (base, before.routes, before.objective)
    for change in changes:
        assert price(problem, plan, change, frozen) == price_from(base, before, change, frozen), change


@pytest.mark.parametrize("seed", range(40, 64))
def test_moving_skipping_and_asking_cost_what_they_cost(seed):
    rng, problem, plan, frozen = drawn(seed)
    base, before = baseline(problem, plan, frozen)
    visits = [(r.date, s.site) for r in before.routes for s in r.stops if s.kind is StopKind.VISIT]
    first, site = problem.horizon.first, rng.choice(problem.sites)
    changes = [AskVisit(MustVisit("asked", site.id, DateRange(first, first)))]
    if visits:
        day, name = rng.choice(visits)
        changes += [SkipVisit(name, day), MoveVisit(name, day, rng.choice(list(problem.horizon)))]
    for change in changes:
        changed = change.applied(base, before)
        after = repair(changed, before, frozen)
        if isinstance(change, SkipVisit):  # of which a search may make more than a repair does
            best = skipped(changed, before, change, frozen)
            assert best.objective.total <= after.objective.total
            after = best
        agrees(changed, before, after, price(problem, plan, change, frozen).parts)
