"""The periodic vehicle routing problem by the product's own search: on which days, with which vehicle, in which order.

    python -m benchmarks.pvrp FOLDER --seconds 20 [--instances p01 p02] [--seeds 1 2 3] [--best FILE] [--out DIR]

Reads every *.txt of FOLDER (Cordeau's format: a line "1 m n t"; t lines "D Q", the longest duration, 0 for none, and the
capacity of each of the m vehicles on a day; then for each point, the depot first, "number x y duration demand f a" and the
a allowed combinations of f days as numbers whose t bits are the days, the first day leftmost).  Distances are Euclidean and
not rounded.  The limit is processor seconds of one thread, reading included.

One JSON line each: instance, value (distance of the tours as they are), seconds (elapsed), cpu, seed, and with --best (a file
{"pvrp": {name: {"value": ...}}}) gap, in percent; value is null where no plan with all visits was found, with left_out, how many
visits have no place.
A file that is not of this format is told on the standard error, with its line; the others are run, and the exit code is 1.
With --out a file each: {"instance", "days": days -> vehicles -> customer numbers in order}.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np

from benchmarks.instances import Malformed, Row, chosen, points, readable, rows, writable
from planner.cadence.policy import Cadence, Mode
from planner.cadence.unroll import unroll
from planner.calendar import DateRange
from planner.cli import options as options_of
from planner.params import Params
from planner.problem import Problem, Site, Workday
from planner.search.pack import Packed, pack
from planner.search.run import Search
from planner.travel import Place, TravelMatrix

MONDAY = date(2026, 1, 5)
LONGEST = 172_800  # whole units in the longest tour: times of a day go up to 50 hours of seconds
FINEST = 1000.0  # whole units in one unit of the file, at most
DEAR = 3.0  # price of a visit left out, in ways to the farthest customer and back
FIRST = 300  # iterations that measure the speed for the first time
PARTS = 20  # so often the speed is measured again, that cooling ends when the time does

Days = list[list[list[int]]]


@dataclass(frozen=True)
class Customer:
    """combinations : the days of each, numbered from 0."""

    x: float
    y: float
    duration: float
    demand: int
    combinations: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Instance:
    """points : the depot, then the customers.  limits : (longest duration, inf for none, and capacity) of each day."""

    name: str
    vehicles: int
    limits: tuple[tuple[float, int], ...]
    points: tuple[Customer, ...]

    def away(self) -> np.ndarray:
        """Distances between all points."""
        xy = np.array([(point.x, point.y) for point in self.points])
        found: np.ndarray = np.hypot(*(xy[:, None] - xy).transpose(2, 0, 1))
        return found


def read(path: Path) -> Instance:
    """Raises Malformed, with file, line and what is wrong."""
    lines = rows(path)
    if not lines or len(lines[0].numbers) < 4 or lines[0].numbers[0] != 1:
        raise Malformed(f"{path}: a periodic problem begins with a line 1 m n t")
    vehicles, customers, days = (lines[0].whole(n, name, 1) for n, name in ((1, "m"), (2, "n"), (3, "t")))
    if len(lines) < 1 + days:
        raise Malformed(f"{path}: ends after {len(lines) - 1} lines D Q; there are {days} days")
    limits = tuple(_limit(row) for row in lines[1 : 1 + days])
    depot, *others = points(lines, 1 + days, customers + 1, path)
    return Instance(path.stem, vehicles, limits, (_point(depot, ()), *(_customer(row, days) for row in others)))


def _limit(row: Row) -> tuple[float, int]:
    row.needs(2, "D Q")
    return row.not_negative(0, "the longest duration") or math.inf, row.whole(1, "the capacity")


def _point(row: Row, combinations: tuple[tuple[int, ...], ...]) -> Customer:
    _, x, y, *_ = row.needs(7, "number x y duration demand f a")
    return Customer(x, y, row.not_negative(3, "the duration"), row.whole(4, "the demand"), combinations)


def _customer(row: Row, days: int) -> Customer:
    row.needs(7, "number x y duration demand f a")
    visits, count = row.whole(5, "f", 1), row.whole(6, "a", 1)
    row.needs(7 + count, f"number x y duration demand f a and {count} combinations")
    codes = [row.whole(n, "a combination", 1) for n in range(7, 7 + count)]
    combinations = tuple(tuple(day for day in range(days) if code >> (days - 1 - day) & 1) for code in codes)
    for code, combination in zip(codes, combinations, strict=True):
        if code >> days or len(combination) != visits:
            raise row.wrong(f"combination {code} is not of {visits} of {days} days")
    return _point(row, tuple(dict.fromkeys(combinations)))


def as_problem(instance: Instance) -> Problem:
    """Each vehicle is a rep, each day of the file a working day of one block; who calls at a customer may change daily."""
    away = instance.away()
    longest = min(max(limit for limit, _ in instance.limits), _one_tour(away) + _service(instance)) or 1
    scale = min(FINEST, LONGEST / longest)
    dates = [MONDAY + timedelta(days=n // 5 * 7 + n % 5) for n in range(len(instance.limits))]
    seconds = np.rint(away * scale).astype(np.int32)
    places = tuple(Place(0.0, 0.0001 * n) for n in range(len(away)))
    workdays = tuple(
        Workday(f"vehicle {v}", day, 0, math.floor(min(limit, longest) * scale), 0, 0, capacity=capacity)
        for v in range(1, min(instance.vehicles, len(instance.points) - 1) + 1)  # no more than have anybody to visit
        for day, (limit, capacity) in zip(dates, instance.limits, strict=True)
    )
    price = max(1, round(DEAR * 2 * scale * away[0].max()))
    sites = tuple(
        _site(number, point, scale, price, len(dates)) for number, point in enumerate(instance.points) if number
    )
    horizon = DateRange(MONDAY, MONDAY + timedelta(days=len(dates) // 5 * 7 + len(dates) % 5 - 1))
    return Problem(
        horizon, places, TravelMatrix(seconds, seconds), workdays, sites, params=Params(waiting_percent=0, miss_growth_percent=0)
    )  # fmt: skip


def _one_tour(away: np.ndarray) -> float:
    """The length of a tour through everything, each time to the nearest point: no single tour need be longer."""
    here, left, length = 0, set(range(1, len(away))), 0.0
    while left:
        following = min(left, key=lambda point: away[here, point])
        length += float(away[here, following])
        left.remove(following)
        here = following
    return length + float(away[here, 0])


def _service(instance: Instance) -> float:
    return sum(point.duration for point in instance.points)


def _site(number: int, point: Customer, scale: float, price: int, days: int) -> Site:
    cadence = Cadence(
        Mode.PATTERN, visits=len(point.combinations[0]), block_workdays=days, anchor=MONDAY,
        combinations=point.combinations,
    )  # fmt: skip
    return Site(
        str(number), number, None, round(point.duration * scale), MONDAY, cadence=cadence, miss_price=price,
        load=point.demand, shared=True,
    )  # fmt: skip


def plan(instance: Instance, seconds: float, seed: int) -> Days:
    """The customers of each vehicle and day, in order."""
    began = time.process_time()
    problem = as_problem(instance)
    search = Search(_packed(problem, seed))
    _improve(search, began + seconds)
    orders = search.orders()
    dates = sorted({day.date for day in problem.workdays})
    return [[[int(task.site or 0) for task in orders.get((rep, day), ())] for rep in problem.reps] for day in dates]


def _improve(search: Search, until: float) -> None:
    """Anneal until the processor's clock says so."""
    now = time.process_time()
    left, planned, part = until - now, 10**9, FIRST
    while left > 0 and part > 0:
        done = search.iterations
        search.improve(planned, part)
        before, now = now, time.process_time()
        each = (now - before) / (search.iterations - done)
        left = until - now
        planned = search.iterations + int(left / each)
        part = min(planned - search.iterations, max(FIRST, (planned + PARTS - 1) // PARTS))


def _packed(problem: Problem, seed: int) -> Packed:
    reps = {site.id: problem.reps for site in problem.sites}
    return pack(problem, unroll(problem), problem.workdays, problem.sites, reps, seed)


def distance(instance: Instance, days: Days) -> float:
    """The distance of these tours by the file's own numbers; ValueError where they break a rule of it."""
    visited: dict[int, list[int]] = {number: [] for number in range(1, len(instance.points))}
    total = 0.0
    for day, (tours, (longest, capacity)) in enumerate(zip(days, instance.limits, strict=True)):
        if len(tours) > instance.vehicles:
            raise ValueError(f"{instance.name}: {len(tours)} vehicles on day {day + 1}")
        for tour in tours:
            points = [instance.points[number] for number in (0, *tour, 0)]
            length = sum(math.hypot(a.x - b.x, a.y - b.y) for a, b in pairwise(points))
            carried, lasts = sum(p.demand for p in points[1:-1]), length + sum(p.duration for p in points[1:-1])
            if carried > capacity or lasts > longest + 0.01:
                raise ValueError(f"{instance.name}: {tour} carries {carried} and lasts {lasts:.2f}")
            total += length
            for number in tour:
                visited[number].append(day)
    for number, on in visited.items():
        if tuple(sorted(on)) not in instance.points[number].combinations:
            raise ValueError(f"{instance.name}: {number} is visited on {sorted(on)}, which is no allowed combination")
    return total


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seconds", type=options_of.seconds, default=20.0)
    parser.add_argument("--instances", nargs="+")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument("--best", type=_best_known, default={})
    parser.add_argument("--out", type=writable)
    options = parser.parse_args()
    best = options.best
    instances, fine = readable(chosen(parser, options.folder, options.instances), read)
    if instances:
        plan(instances[0], 0.1, 1)  # load the compiled code
    for instance in instances:
        for seed in options.seeds:
            _run(instance, options.seconds, seed, best, options.out)
    if not fine:
        sys.exit(1)


def _run(instance: Instance, seconds: float, seed: int, best: dict[str, dict[str, float]], out: Path | None) -> None:
    wall, cpu = time.perf_counter(), time.process_time()
    days = plan(instance, seconds, seed)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    found = value(instance, days)
    line = {"instance": instance.name, "value": found, "seconds": round(wall, 2), "cpu": round(cpu, 2), "seed": seed}
    if found is None:
        line["left_out"] = _asked(instance) - sum(len(tour) for tours in days for tour in tours)
    if instance.name in best:
        line["gap"] = None if found is None else round(100 * (found / best[instance.name]["value"] - 1), 2)
    print(json.dumps(line), flush=True)
    if out is not None and found is not None:
        document = {"instance": instance.name, "days": days}
        (out / f"{instance.name}_{seed}.json").write_text(json.dumps(document) + "\n")


def _asked(instance: Instance) -> int:
    """How many visits all customers ask for."""
    return sum(len(point.combinations[0]) for point in instance.points[1:])


def _best_known(text: str) -> dict[str, dict[str, float]]:
    try:
        found: dict[str, dict[str, float]] = json.loads(Path(text).read_text())["pvrp"]
        return {name: {"value": float(best["value"])} for name, best in found.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise argparse.ArgumentTypeError(
            f'{text} is no file {{"pvrp": {{name: {{"value": ...}}}}}}: {type(error).__name__} {error}'
        ) from None


def value(instance: Instance, days: Days) -> float | None:
    """What the tours cost by the file's own numbers; None: not every visit has a place.  ValueError: a rule is broken."""
    planned = sum(len(tour) for tours in days for tour in tours)
    if planned < _asked(instance):
        return None
    return round(distance(instance, days), 2)


if __name__ == "__main__":
    main()
