"""Prices of changes and slots for appointments: `python -m benchmarks.proposals [problems] [questions]`.

A rep with 150 accounts and 28 days, planned and published: once so that the days are full (on two in three of them nothing
fits without a visit leaving), once with every interval twice as long; hand-overs between two such reps.  Each question is asked of
a warm process; figures are milliseconds of processor time.  The goal is 300; the exit code is 1 where p95 misses it.
"""

from __future__ import annotations

import gc
import random
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import timedelta

from planner.calendar import DateRange, TimeWindow
from planner.explain import why
from planner.plan import Plan, StopKind
from planner.problem import Appointment, MustVisit, PlacedVisit, Problem
from planner.proposals import AskVisit, Book, HandOver, MoveVisit, SkipVisit, SlotRequest, price, slots
from planner.solve import solve
from tests.planner.generate import company

ACCOUNTS, DAYS, GOAL, ITERATIONS = 150, 28, 300, 5_000
KINDS = 5  # of questions, asked in turn
Asked = tuple[str, Callable[[], object]]


def published(seed: int, longer: int, reps: int = 1) -> tuple[Problem, Plan]:
    """A planned company of so many reps, its visits published; intervals so many times as long."""
    problem = company(seed, ACCOUNTS * reps, DAYS, reps)
    rows = []
    for site in problem.sites:
        assert site.cadence is not None
        assert site.cadence.interval_days is not None
        cadence = replace(site.cadence, interval_days=site.cadence.interval_days * longer)
        credited = tuple(day - timedelta(days=site.cadence.interval_days * (longer - 1)) for day in site.credited)
        rows.append(replace(site, cadence=cadence, credited=credited))
    problem = replace(problem, sites=tuple(rows))
    plan = solve(problem, seed=seed, iterations=ITERATIONS)
    stops = [(route, stop) for route in plan.routes for stop in route.stops if stop.kind is StopKind.VISIT]
    base = tuple(PlacedVisit(s.site, r.rep, r.date, s.start) for r, s in stops if s.site is not None)
    return replace(problem, base=base), plan


def questions(problem: Problem, plan: Plan, rng: random.Random, count: int) -> Iterator[Asked]:
    """As many of each kind, about random accounts, visits and days; today and tomorrow are frozen."""
    first = problem.horizon.first
    frozen = (first, first + timedelta(days=1))
    stops = [(route, stop) for route in plan.routes for stop in route.stops if stop.kind is StopKind.VISIT]
    days = [workday.date for workday in problem.workdays]
    for _ in range(count):
        site, duration, day = rng.choice(problem.sites).id, rng.choice([1800, 3600]), rng.choice(days)
        request = SlotRequest("rep0", duration, problem.horizon, site)
        yield "slots", lambda r=request: slots(problem, plan, r, frozen)  # type: ignore[misc]
        start = rng.randrange(9 * 3600, 16 * 3600, 900)
        new = Appointment("new", "rep0", day, TimeWindow(start, start), duration, site)
        route, stop = rng.choice(stops)
        must = MustVisit("new", site, DateRange(day, problem.horizon.last))
        for name, change in (
            ("appointment", Book(new)),
            ("move", MoveVisit(stop.site or "", route.date, day)),
            ("skip", SkipVisit(stop.site or "", route.date)),
            ("visit asked for", AskVisit(must)),
        ):
            yield name, lambda c=change: price(problem, plan, c, frozen)  # type: ignore[misc]


def hand_overs(problem: Problem, plan: Plan, rng: random.Random, count: int) -> Iterator[Asked]:
    """Each of a random account to the other rep; today and tomorrow are frozen."""
    first = problem.horizon.first
    frozen = (first, first + timedelta(days=1))
    for _ in range(count):
        site = rng.choice(problem.sites)
        change = HandOver(site.id, next(rep for rep in problem.reps if rep != site.owner))
        yield "hand-over", lambda c=change: price(problem, plan, c, frozen)  # type: ignore[misc]


def measured(seed: int, longer: int, count: int, times: dict[str, list[float]], colours: Counter[str]) -> None:
    handed = hand_overs(*published(seed, longer, reps=2), random.Random(seed), count + 1)
    times.setdefault("hand-over", []).extend(milliseconds(handed, warm=1))
    problem, plan = published(seed, longer)
    for n, (name, ask) in enumerate(questions(problem, plan, random.Random(seed), count + 1)):
        gc.collect()
        began = time.process_time()
        answer = ask()
        if n >= KINDS:  # the first of each kind loads and warms
            times.setdefault(name, []).append(1000 * (time.process_time() - began))
            if name == "slots":
                best = answer.slots[0].price.colour if answer.slots else "none"  # type: ignore[attr-defined]
                colours[str(best)] += 1


def reasons_for(problem: Problem, plan: Plan, rng: random.Random, count: int) -> Iterator[Asked]:
    """Why random planned visits stand where they do, and what the next best day would cost."""
    stops = [(route, stop) for route in plan.routes for stop in route.stops if stop.kind is StopKind.VISIT]
    for route, stop in rng.sample(stops, count):
        yield "why", lambda s=stop.site or "", d=route.date: why(problem, plan, s, d)  # type: ignore[misc]


def milliseconds(asked: Iterable[Asked], warm: int) -> Iterator[float]:
    """Processor time of each question but the first ones, which load and warm."""
    for n, (_, ask) in enumerate(asked):
        gc.collect()
        began = time.process_time()
        ask()
        if n >= warm:
            yield 1000 * (time.process_time() - began)


def main() -> int:
    problems, count = (int(text) for text in [*sys.argv[1:3], "3", "12"][:2]) if len(sys.argv) > 2 else (3, 12)
    print(f"{ACCOUNTS} accounts x {DAYS} days, {problems} problems of each shape, {count} questions of each kind")
    print("| days | question | number | p50 ms | p95 ms | max ms |\n| --- | --- | --- | --- | --- | --- |")
    missed = False
    for shape, longer in (("full", 1), ("with room", 2)):
        times: dict[str, list[float]] = {}
        colours: Counter[str] = Counter()
        for seed in range(problems):
            measured(seed, longer, count, times, colours)
        for name, found in times.items():
            p95 = statistics.quantiles(found, n=20)[-1]
            missed = missed or p95 > GOAL
            print(
                f"| {shape} | {name} | {len(found)} | {statistics.median(found):.0f} | {p95:.0f} | {max(found):.0f} |"
            )
        print(f"best slot, {shape}: {', '.join(f'{colour} {n}' for colour, n in sorted(colours.items()))}", flush=True)
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
