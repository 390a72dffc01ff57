"""From a problem to a plan.

    plan = solve(problem, seed=1)                      # a pure function of its arguments
    plan = solve(problem, seed=1, seconds=2.0)         # at most about so much processor time

unroll -> owners of free sites -> for each rep: a first plan, destroy and repair across days -> OR-Tools on each day ->
times, objective, clusters, reasons.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from types import MappingProxyType

from planner import team
from planner.cadence.requests import Chain
from planner.cadence.unroll import unroll
from planner.clusters import clusters
from planner.draft.draft import Draft
from planner.engine.day import route_day
from planner.nights import Nights, nights_of
from planner.plan import Objective, Plan, StopKind
from planner.problem import Problem, Workday
from planner.reasons.explain import explain_draft
from planner.reasons.judge import Judge
from planner.reasons.settle import finished, insert, settle
from planner.reasons.wishes import Wishes
from planner.repair import outline, repair
from planner.search.pack import Packed, pack
from planner.search.run import Search, Start
from planner.stable import as_published, within_budget
from planner.tasks import Task

DEFAULT_ITERATIONS = 30_000  # for each rep; 150 accounts on 20 days take one to two seconds
SECOND_PART = 4  # a search goes on for a quarter of its iterations where the last insertions opened a day
PILOT = 400  # iterations that measure the speed roughly when seconds are given
PILOT_SHARE = 0.06  # of the time, to measure it well
FINISH = 0.0004  # seconds for a task that come after the search: days, reasons, clusters

Ready = dict[tuple[str, date], tuple[Workday, list[Task]]]


def solve(
    problem: Problem,
    *,
    seed: int = 0,
    iterations: int = DEFAULT_ITERATIONS,
    seconds: float | None = None,
    start: Plan | None = None,
) -> Plan:
    """The best plan found: feasible by the rules of docs/decisions/0001, with a reason for everything left out.

    Parameters
    ----------
    iterations : of destroy and repair, for each rep.
    seconds : processor time to stay within; the search measures its speed first and lowers `iterations` accordingly.
        The number really run is in the plan: with it as `iterations` (and no `seconds`) the same plan comes again.
    start : continue from this plan; without it from `problem.base`.  What the problem no longer allows is dropped.
    """
    plan, nights = _solved(problem, seed, iterations, seconds, start), nights_of(start)
    return within_budget(
        problem,
        plan,
        lambda other, begun, improve: _solved(other, seed, plan.iterations if improve else 0, None, begun, nights),
    )


def _solved(
    problem: Problem,
    seed: int,
    iterations: int,
    seconds: float | None,
    start: Plan | None,
    published: Nights = MappingProxyType({}),
) -> Plan:
    """published : nights to begin with where there is no `start`."""
    began = time.process_time()
    chains = unroll(problem)
    given = _visits(start) if start is not None else _base(problem)
    nights = published if start is None else nights_of(start)
    owners = team.assign(problem, chains, seed, given)
    packs = _packs(problem, chains, owners, seed, _groups(problem))
    if seconds is not None:
        packs = list(packs)
        left = seconds - (time.process_time() - began)
        iterations = min(iterations, _affordable(packs, given, nights, left))
    orders, nights = _searched(packs, given, nights, iterations)
    empty = Plan((), (), Objective(), seed=seed, iterations=iterations)
    ready: Ready = {}
    judge = _routed(problem, chains, Draft(problem, owners, nights=nights), orders, ready)
    plan = finished(judge.draft, empty, ())
    if opened := {route.rep for route in plan.routes if route.stops and not orders.get((route.rep, route.date))}:
        # a day was opened that no single visit pays for (planner.reasons.together): what else it changes the search can find
        again_for = _groups(problem, opened)
        packs = _packs(problem, chains, owners, seed, again_for)
        orders, nights = _searched(packs, _visits(plan), nights_of(plan), iterations // SECOND_PART)
        others = _others(problem, owners, plan, set().union(*again_for), nights)
        other = _routed(problem, chains, others, orders, ready)
        again = finished(other.draft, empty, ())
        if _rank(problem, again) < _rank(problem, plan):
            judge, plan = other, again
    groups, gap = clusters(problem, judge.draft.owners)
    unplanned = explain_draft(judge, Wishes(judge.draft, chains))
    plan = replace(plan, unplanned=tuple(unplanned), clusters=groups, clusters_gap=gap)
    return _kept(problem, chains, plan, start)


def _searched(
    packs: Iterable[Packed], given: Start, nights: Nights, iterations: int
) -> tuple[dict[tuple[str, date], list[Task]], dict[tuple[str, date], int]]:
    """The orders of the days, and where the nights are spent."""
    orders: dict[tuple[str, date], list[Task]] = {}
    stays: dict[tuple[str, date], int] = {}
    for packed in packs:
        search = Search(packed, given, nights)
        search.improve(iterations * _reps(packed))
        orders |= search.orders()
        stays |= search.nights()
    return orders, stays


def _in_time(draft: Draft, key: tuple[str, date]) -> None:
    """Take away until the day has times: what the planner chose first, then locked visits, appointments and blocks last.

    The search takes a break on some short days on which none is due (decision 1), and a break may save driving in slow hours: so a day
    that it finds within most driving may drive too much without it.
    """
    while draft.room(key).cost is None and (tasks := draft.orders[key]):
        _, last = max(enumerate(tasks), key=lambda one: (one[1].flexible, one[1].kind is StopKind.VISIT, one[0]))
        along = draft.companions.get(last.site or "", ()) if last.flexible else ()
        for task in [task for task in tasks if task is last or (task.flexible and task.site in along)]:
            draft.take(task, key)


def _routed(
    problem: Problem,
    chains: Mapping[str, Chain],
    draft: Draft,
    orders: Mapping[tuple[str, date], list[Task]],
    ready: Ready,
) -> Judge:
    """These orders put into the draft, each day routed once more, or as it was published, and what still pays inserted: its judge.

    ready : what days have been routed to, which is not routed again; this call adds its own."""
    published: dict[tuple[str, date], dict[str, int]] = {}
    for visit in problem.base:
        if visit.start is not None:
            published.setdefault((visit.rep, visit.date), {})[visit.site] = visit.start
    for key, tasks in orders.items():
        for position, task in enumerate(tasks):
            draft.put(task, key, position)
    for key in orders:
        _in_time(draft, key)
        if ready.get(key) != _day(draft, key):
            if better := route_day(problem, draft.workdays[key], draft.orders[key]):
                draft.reorder(key, better)
            ready[key] = _day(draft, key)
        if told := as_published(problem, draft.workdays[key], draft.orders[key], published.get(key, {})):
            draft.reorder(key, told)
    return insert(draft, chains)


def _day(draft: Draft, key: tuple[str, date]) -> tuple[Workday, list[Task]]:
    """A day and its order, whatever the visits are called."""
    return draft.workdays[key], [task.called(None) for task in draft.orders[key]]


def _others(
    problem: Problem, owners: Mapping[str, str], plan: Plan, searched: Collection[str], nights: Nights
) -> Draft:
    """The plan of the reps who were not searched; the days of those who were are empty, but for their nights."""
    routes = tuple(route for route in plan.routes if route.rep not in searched)
    kept = {key: place for key, place in nights_of(plan).items() if key[0] not in searched}
    return Draft.of(problem, replace(plan, routes=routes, owners={**plan.owners, **owners}), {**kept, **nights})


def _kept(problem: Problem, chains: Mapping[str, Chain], plan: Plan, start: Plan | None) -> Plan:
    """Never worse than the plan it began with, and nothing agreed left out for which a repair finds room."""
    for other in (start, plan if _broken(problem, plan) else None):
        before = None if other is None else _nobody_told(problem, other)
        if before is not None and _rank(problem, outline(problem, before)) < _rank(problem, plan):
            settled = settle(problem, repair(problem, before), chains)
            groups, gap = clusters(problem, settled.owners)
            seed, iterations = plan.seed, plan.iterations
            plan = replace(settled, clusters=groups, clusters_gap=gap, seed=seed, iterations=iterations)
    return plan


def _nobody_told(problem: Problem, plan: Plan) -> Plan:
    """The plan as if locked visits that have no room in it were new: others make way for them."""
    locks = {lock.request for lock in problem.locked}
    return replace(plan, unplanned=tuple(entry for entry in plan.unplanned if entry.request not in locks))


def _rank(problem: Problem, plan: Plan) -> tuple[int, int]:
    return _broken(problem, plan), plan.objective.total


def _broken(problem: Problem, plan: Plan) -> int:
    """Appointments and locked visits without a stop."""
    stops = [(route, stop) for route in plan.routes for stop in route.stops]
    held = {stop.request for _, stop in stops}
    called = {(stop.site, route.rep, route.date) for route, stop in stops}
    locks = sum((lock.site, lock.rep, lock.date) not in called for lock in problem.locked)
    return locks + sum(appointment.id not in held for appointment in problem.appointments)


def _groups(problem: Problem, only: Collection[str] = ()) -> list[Sequence[str]]:
    """Each rep (or those in `only`) by itself, because owners make reps independent; all together where they share a site."""
    if any(site.shared for site in problem.sites):
        return [problem.reps] if problem.reps else []
    return [(rep,) for rep in problem.reps if not only or rep in only]


def _packs(
    problem: Problem,
    chains: Mapping[str, Chain],
    owners: Mapping[str, str],
    seed: int,
    groups: Iterable[Sequence[str]],
) -> Iterable[Packed]:
    """One for each group of reps, made when it is asked for."""
    return (_pack(problem, chains, owners, reps, seed) for reps in groups)


def _pack(
    problem: Problem,
    chains: Mapping[str, Chain],
    owners: Mapping[str, str],
    reps: Sequence[str],
    seed: int,
) -> Packed:
    days = [day for day in problem.workdays if day.rep in reps]
    who = {site.id: tuple(reps) if site.shared else (site.owner or owners.get(site.id),) for site in problem.sites}
    sites = [site for site in problem.sites if who[site.id][0] in reps]
    reps_of = {site.id: [rep for rep in who[site.id] if rep] for site in sites}
    return pack(problem, chains, days, sites, reps_of, seed)


def _reps(packed: Packed) -> int:
    return len({day.rep for day in packed.days})


def _affordable(packs: Iterable[Packed], given: Start, nights: Nights, seconds: float) -> int:
    """Iterations for each rep that all reps together can run in so much processor time; tried on copies."""
    began = time.process_time()
    searches = [Search(replace(packed, state=packed.state.copy()), given, nights) for packed in packs]
    first_plans = time.process_time() - began  # have to be made once more
    cost = sum(_cost(search, PILOT) for search in searches)
    length = int(PILOT_SHARE * seconds / cost) if cost > 0 else 0
    # The first iterations fill the caches, and cost twice as much as later ones: the speed is that of the second half.
    for planned in (PILOT + length // 2, PILOT + length) if length >= PILOT else ():
        cost = sum(_cost(search, planned) for search in searches)
    finish = FINISH * sum(len(search.packed.items.all) for search in searches)
    left = seconds - (time.process_time() - began) - first_plans - finish
    return max(0, int(left / cost)) if cost > 0 else 0


def _cost(search: Search, planned: int) -> float:
    """Seconds of an iteration for each rep, measured by going on to `planned` iterations."""
    before, done = time.process_time(), search.iterations
    search.improve(planned)
    return (time.process_time() - before) / (planned - done) * _reps(search.packed)


def _visits(plan: Plan) -> Start:
    return {
        (route.rep, route.date): [stop.site for stop in route.stops if stop.site and stop.kind is not StopKind.BREAK]
        for route in plan.routes
    }


def _base(problem: Problem) -> Start:
    """The published visits in the order of their start."""
    days: dict[tuple[str, date], list] = {}
    for visit in problem.base:
        days.setdefault((visit.rep, visit.date), []).append(visit)
    return {
        key: [v.site for v in sorted(visits, key=lambda v: (v.start is None, v.start or 0))]
        for key, visits in days.items()
    }
