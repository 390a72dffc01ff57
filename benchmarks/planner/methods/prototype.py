"""The rough compiled search of the reference prototype (FIELDBEAT_SHARED), on what it can express."""

from __future__ import annotations

import math
import os
import sys
import time
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType, SimpleNamespace

import numpy as np

from benchmarks import pvrp
from benchmarks.planner.judge import as_plan
from benchmarks.planner.methods.occurrences import Occurrence, occurrences
from benchmarks.planner.shapes.real import Absent
from planner.plan import Plan
from planner.problem import Problem

MINUTE = 60


@cache
def kernel(name: str = "kernel") -> ModuleType:
    """Raises Absent without the shared folder."""
    folder = Path(os.environ.get("FIELDBEAT_SHARED", "../shared")) / "prototype"
    if not folder.is_dir():
        raise Absent(f"no prototype at {folder}: set FIELDBEAT_SHARED")
    sys.path.insert(0, str(folder.resolve()))
    return import_module(name)


def plan(problem: Problem, seconds: float, seed: int) -> Plan:
    began = time.process_time()
    found = occurrences(problem)
    unit = MINUTE if not (problem.travel.seconds % MINUTE).any() else 1  # its noise is meant in minutes
    instance = _instance(problem, found, unit)
    left = max(0.01, seconds - (time.process_time() - began))
    noise = MINUTE // unit
    days, _ = kernel().solve(instance, seconds=left, seed=seed, clock=time.process_time, noise=noise)
    return as_plan(problem, {problem.workdays[d].date: [found[o].site for o in order] for d, order in days.items()})


def periodic(instance: pvrp.Instance, seconds: float, seed: int) -> pvrp.Days:
    """A periodic problem by the prototype's other search, whose limits are the same on all days."""
    (longest, capacity), points = instance.limits[0], instance.points
    compiled = kernel("kernel_pvrp")
    given = {
        "xy": [(point.x, point.y) for point in points],
        "dem": [point.demand for point in points],
        "srv": [point.duration for point in points],
        "pats": [[tuple(days) for days in point.combinations] for point in points],
        "t": len(instance.limits), "m": instance.vehicles, "Q": capacity, "D": longest if math.isfinite(longest) else 0,
    }  # fmt: skip
    days, _, _ = compiled.solve(given, seconds=seconds, seed=seed)
    return days


def _instance(problem: Problem, found: list[Occurrence], unit: int) -> SimpleNamespace:
    """Of its shape: home is location 0, `account` + 1 the location of a visit."""
    home = problem.workdays[0].start_place
    order = [home, *(n for n in range(len(problem.places)) if n != home)]
    where = {place: number for number, place in enumerate(order)}
    travel = (problem.travel.seconds[np.ix_(order, order)] // unit).tolist()
    visits = [
        SimpleNamespace(
            account=where[o.place] - 1, service=o.service // unit, miss=o.miss // unit, fixed=o.fixed,
            windows={d: (-(-a // unit), b // unit) for d, (a, b) in o.windows.items()},
            cost_on=lambda day, late=o.late: late[day] // unit,
        )
        for o in found
    ]  # fmt: skip
    days = list(range(len(problem.workdays)))
    shift = (problem.workdays[0].start // unit, problem.workdays[0].end // unit)
    return SimpleNamespace(T=travel, occ=visits, days=days, shift=shift)
