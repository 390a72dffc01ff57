"""Repair of random plans after random events: every rule kept, nothing moved that need not move."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest

from planner.cadence.policy import Cadence
from planner.calendar import DateRange, TimeWindow
from planner.check import check
from planner.plan import Plan, Route, Stop, StopKind
from planner.problem import Appointment, PlacedVisit, Problem
from planner.repair import repair
from planner.solve import solve
from tests.planner.generate import random_problem

ITERATIONS = 30
EVENTS = ["insert", "move", "cancel", "away", "done", "closed", "paused", "position_lost", "cadence"]


def published(seed: int) -> tuple[Problem, Plan]:
    """A solved problem, which from now on knows its plan as published."""
    problem = random_problem(seed, reps=1 + seed % 2)
    plan = solve(problem, seed=seed, iterations=ITERATIONS)
    visits = [(route, stop) for route in plan.routes for stop in route.stops if stop.kind is StopKind.VISIT]
    base = tuple(PlacedVisit(stop.site or "", route.rep, route.date, stop.start) for route, stop in visits)
    once = {(visit.site, visit.date): visit for visit in base}
    return replace(problem, base=tuple(once.values())), plan


def changed_problem(rng: Random, event: str, problem: Problem) -> tuple[Problem, str | None]:
    """The problem after the event, and the site that it is about; the same problem where it cannot happen."""
    if not problem.workdays:
        return problem, None
    day, site = rng.choice(problem.workdays), rng.choice(problem.sites)
    agreed = problem.appointments
    if event == "insert":
        new = Appointment("new", day.rep, day.date, _around(rng, day.start, day.end), 1800, place=day.start_place)
        return replace(problem, appointments=(*agreed, new)), None
    if event in ("move", "cancel"):
        if not agreed:
            return problem, None
        one = rng.choice(agreed)
        kept = tuple(a for a in agreed if a is not one)
        if event == "cancel":
            return replace(problem, appointments=kept), one.site
        later = replace(one, window=_around(rng, day.start, day.end))
        return replace(problem, appointments=(*kept, later)), one.site
    if event == "away":
        return replace(problem, workdays=tuple(d for d in problem.workdays if d is not day)), None
    other = {
        "done": lambda: replace(site, credited=tuple(sorted({*site.credited, problem.horizon.first}))),
        "closed": lambda: replace(site, hours=((),) * 7, exceptions={}),
        "paused": lambda: replace(site, pauses=(DateRange(day.date, day.date + timedelta(days=5)),)),
        "position_lost": lambda: replace(site, place=None),
        "cadence": lambda: replace(site, cadence=Cadence(interval_days=rng.choice([4, 10, 30]))),
    }[event]()
    groups = problem.together if event != "cadence" else tuple(g for g in problem.together if site.id not in g)
    return replace(problem, sites=tuple(other if s is site else s for s in problem.sites), together=groups), site.id


def _around(rng: Random, start: int, end: int) -> TimeWindow:
    second = rng.randrange(start, end, 900)
    return TimeWindow(second, second)


@pytest.mark.parametrize("seed", range(90))
def test_a_repaired_plan_keeps_every_rule(seed: int) -> None:
    problem, plan = published(seed)
    rng = Random(seed)
    new, _ = changed_problem(rng, EVENTS[seed % len(EVENTS)], problem)
    after = repair(new, plan)
    assert [f"{v.rule}: {v.message}" for v in check(new, after, reasons=False).violations] == []
    assert repair(new, after) == after


@pytest.mark.parametrize("seed", range(100, 130))
def test_nothing_changed_nothing_moves(seed: int) -> None:
    problem, plan = published(seed)
    after = repair(problem, plan)
    assert after.routes == plan.routes


@pytest.mark.parametrize("seed", range(130, 170))
def test_what_is_cancelled_moves_nobody(seed: int) -> None:
    problem, plan = published(seed)
    new, site = changed_problem(Random(seed), "cancel", problem)
    after = repair(new, plan)
    gone = {a.id for a in problem.appointments} - {a.id for a in new.appointments}
    asked = {must.site for must in new.must_visits}  # may be put where there is room now
    before = {key: [s for s in stops if s.request not in gone and s.site != site] for key, stops in _days(plan).items()}
    for key, stops in before.items():
        left = [stop for stop in _days(after).get(key, []) if stop.site != site]
        assert [stop for stop in _starts(left) if stop in _starts(stops) or stop[2] not in asked] == _starts(stops)


@pytest.mark.parametrize("seed", range(170, 200))
def test_a_day_without_an_event_stays_as_it_is(seed: int) -> None:
    problem, plan = published(seed)
    new, _ = changed_problem(Random(seed), "insert", problem)
    after = repair(new, plan)
    event = {(a.rep, a.date) for a in set(new.appointments) - set(problem.appointments)}
    lost = {s.site for key in event for s in _days(plan).get(key, [])}  # may have found a place elsewhere
    for key, stops in _days(plan).items():
        if key not in event:
            assert [s for s in _days(after).get(key, []) if s in stops or s.site not in lost] == stops


@pytest.mark.parametrize("seed", range(200, 240))
def test_solving_again_from_the_published_plan_costs_no_more(seed: int) -> None:
    problem, plan = published(seed)
    kept = repair(problem, plan)
    again = solve(problem, seed=seed, iterations=ITERATIONS, start=plan)
    assert again.objective.total <= kept.objective.total


def _days(plan: Plan) -> dict[tuple[str, date], list[Stop]]:
    return {(route.rep, route.date): _stops(route) for route in plan.routes}


def _stops(route: Route) -> list[Stop]:
    """Breaks may lie elsewhere when the day becomes shorter."""
    return [stop for stop in route.stops if stop.kind is not StopKind.BREAK]


def _starts(stops: list[Stop]) -> list[tuple]:
    return [(stop.kind, stop.request, stop.site, stop.start) for stop in stops]
