"""Team orienteering with time windows by the product's own search: which customers are worth a visit today.

    python -m benchmarks.toptw FOLDER --seconds 5 [--tours 1 2 3 4] [--seed 1] [--out DIR] [--peer]

Reads every *.txt of FOLDER (Vansteenwegen's format: a line "k v N t", a line "D Q", then for each point
"number x y duration profit f a list opens closes", the depot first) and plans each with 1, 2, 3 and 4 tours.  Distances are
Euclidean, truncated to one decimal (files pr*: two).  The limit is processor seconds of one thread, reading included.

A file that is not of this format is told on the standard error, with its line; the others are run, and the exit code is 1.

One JSON line each: instance, value (profit), seconds (elapsed), cpu, seed.  With --out a file each:
{"instance", "tours": tours -> customer numbers in order}.  With --peer PyVRP plans each instance too, in as many processor
seconds, in a line of its own with "method": "pyvrp".
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from benchmarks.instances import Malformed, Row, chosen, points, readable, rows, writable
from planner.cadence.policy import Cadence
from planner.cadence.unroll import unroll
from planner.calendar import DateRange, TimeWindow
from planner.cli import options as options_of
from planner.params import Params
from planner.problem import Problem, Site, Workday
from planner.search.pack import Packed, pack
from planner.search.run import Search, Start
from planner.travel import Place, TravelMatrix

DAY = date(2026, 1, 5)
PRIZE = (
    10  # price of one unit of profit in units of distance: of the order of a detour, or the search is blind to detours
)
DEAR = 400  # at the end, when nothing but profit counts
LAST = 0.2  # share of the time for that
PILOT = 300  # iterations that measure the speed


@dataclass(frozen=True)
class Customer:
    x: float
    y: float
    duration: float
    profit: int
    opens: float
    closes: float


@dataclass(frozen=True)
class Instance:
    """points : the depot, then the customers.  scale: whole units in one unit of the file."""

    name: str
    points: tuple[Customer, ...]
    scale: int


def read(path: Path) -> Instance:
    """Raises Malformed, with file, line and what is wrong."""
    lines = rows(path)
    if len(lines) < 2 or len(lines[0].numbers) != 4:
        raise Malformed(f"{path}: an orienteering problem begins with the lines k v N t and D Q")
    found = points(lines, 2, lines[0].whole(2, "N", 1) + 1, path)
    scale = 100 if path.stem.startswith("pr") else 10
    return Instance(path.stem, tuple(_customer(row) for row in found), scale)


def _customer(row: Row) -> Customer:
    _, x, y, *_, opens, closes = row.needs(8, "number x y duration profit f a opens closes")
    if not 0 <= opens <= closes:
        raise row.wrong(f"it opens at {opens:g} and closes at {closes:g}")
    return Customer(x, y, row.not_negative(3, "the duration"), row.whole(4, "the profit"), opens, closes)


def as_problem(instance: Instance, tours: int, prize: int) -> Problem:
    """Each tour is a rep with one workday; each customer falls due on that day, and leaving one out costs its profit."""
    scale, depot = instance.scale, instance.points[0]
    xy = np.array([(point.x, point.y) for point in instance.points])
    away = np.hypot(*(xy[:, None] - xy).transpose(2, 0, 1))
    seconds = np.floor(away * scale + 1e-9).astype(np.int32)
    places = tuple(Place(0.0, 0.001 * n) for n in range(len(xy)))
    end = math.floor(depot.closes * scale)
    workdays = tuple(Workday(f"tour {n + 1}", DAY, 0, end, 0, 0) for n in range(tours))
    sites = tuple(_site(n, point, scale, prize, end) for n, point in enumerate(instance.points) if n)
    return Problem(
        DateRange(DAY, DAY),
        places,
        TravelMatrix(seconds, seconds),
        workdays,
        sites,
        params=Params(waiting_percent=0, miss_growth_percent=0),
    )


def _site(number: int, point: Customer, scale: int, prize: int, end: int) -> Site:
    window = TimeWindow(math.floor(point.opens * scale), min(end, math.floor(point.closes * scale)))
    week = timedelta(days=7)
    return Site(
        str(number), number, None, math.floor(point.duration * scale), DAY - week, ((window,),) * 7,
        cadence=Cadence(interval_days=7, tolerance_days=0, valid_to=DAY + timedelta(days=6)), credited=(DAY - week,),
        miss_price=prize * scale * point.profit,
    )  # fmt: skip


def packed(instance: Instance, tours: int, prize: int, seed: int) -> Packed:
    problem = as_problem(instance, tours, prize)
    reps = tuple(day.rep for day in problem.workdays)
    return pack(
        problem, unroll(problem), problem.workdays, problem.sites, {site.id: reps for site in problem.sites}, seed
    )


def plan(instance: Instance, tours: int, seconds: float, seed: int) -> list[list[int]]:
    """The customers of each tour in order.  Most of the time with detours that count, the rest for profit alone."""
    began = time.process_time()
    found = _searched(packed(instance, tours, PRIZE, seed), None, began + (1 - LAST) * seconds)
    found = _searched(packed(instance, tours, DEAR, seed), found, began + seconds)
    return [[int(site) for site in sites] for sites in found.values()]


def _searched(arrays: Packed, start: Start | None, until: float) -> dict[tuple[str, date], list[str]]:
    search = Search(arrays, start)
    before = time.process_time()
    search.improve(10**9, PILOT)
    each = (time.process_time() - before) / PILOT
    search = Search(arrays, start)
    search.improve(max(1, int((until - time.process_time()) / each)))
    orders = search.orders()
    return {(day.rep, day.date): [t.site or "" for t in orders.get((day.rep, day.date), ())] for day in arrays.days}


def profit(instance: Instance, tours: Sequence[Sequence[int]]) -> int:
    """The profit of tours, judged by the file's own numbers; ValueError where a tour is late or a customer comes twice."""
    seen: set[int] = set()
    for tour in tours:
        here, now = 0, 0
        for stop in [*tour, 0]:
            point = instance.points[stop]
            now = max(now + _away(instance, here, stop), math.floor(point.opens * instance.scale))
            if now > math.floor(point.closes * instance.scale):
                raise ValueError(f"{instance.name}: {stop} is reached too late in {tour}")
            if stop in seen and stop:
                raise ValueError(f"{instance.name}: {stop} is visited twice")
            seen.add(stop)
            now += math.floor(point.duration * instance.scale)
            here = stop
    return sum(instance.points[stop].profit for stop in seen)


def _away(instance: Instance, a: int, b: int) -> int:
    one, other = instance.points[a], instance.points[b]
    return math.floor(math.hypot(one.x - other.x, one.y - other.y) * instance.scale + 1e-9)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seconds", type=options_of.seconds, default=5.0)
    parser.add_argument("--tours", type=options_of.at_least_1, nargs="+", default=[1, 2, 3, 4])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=writable)
    parser.add_argument("--peer", action="store_true", help="PyVRP beside it")
    options = parser.parse_args()
    instances, fine = readable(chosen(parser, options.folder), read)
    if instances:
        plan(instances[0], 1, 0.1, 1)  # load the compiled code
    for instance in instances:
        for tours in options.tours:
            _run(instance, tours, options.seconds, options.seed, options.out)
            if options.peer:
                _peer(instance, tours, options.seconds, options.seed)
    if not fine:
        sys.exit(1)


def _run(instance: Instance, tours: int, seconds: float, seed: int, out: Path | None) -> None:
    wall, cpu = time.perf_counter(), time.process_time()
    found = plan(instance, tours, seconds, seed)
    line = _line(instance, found, tours, seed, time.perf_counter() - wall, time.process_time() - cpu)
    print(json.dumps(line), flush=True)
    if out is not None:
        document = {"instance": line["instance"], "tours": {str(n + 1): tour for n, tour in enumerate(found)}}
        (out / f"{instance.name}_{tours}.json").write_text(json.dumps(document) + "\n")


def _peer(instance: Instance, tours: int, seconds: float, seed: int) -> None:
    from benchmarks import toptw_pyvrp  # a development dependency

    wall, cpu = time.perf_counter(), time.process_time()
    found = toptw_pyvrp.plan(instance, tours, seconds, seed)
    line = _line(instance, found, tours, seed, time.perf_counter() - wall, time.process_time() - cpu)
    print(json.dumps({**line, "method": "pyvrp"}), flush=True)


def _line(
    instance: Instance, found: Sequence[Sequence[int]], tours: int, seed: int, wall: float, cpu: float
) -> dict[str, object]:
    value, seconds = profit(instance, found), round(wall, 2)
    return {
        "instance": f"{instance.name}/{tours}",
        "value": value,
        "seconds": seconds,
        "cpu": round(cpu, 2),
        "seed": seed,
    }


if __name__ == "__main__":
    main()
