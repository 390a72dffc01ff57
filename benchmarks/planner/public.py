"""Public instances of the literature beside the generated ones, read from FIELDBEAT_SHARED: "toptw:r101/2" is one.

Each family says how an instance is planned by each method and what came of it, and whether more is better.  The best known
values are those of the file beside the instances, which names their sources.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from benchmarks import pvrp, toptw, toptw_pyvrp
from benchmarks.planner.judge import Infeasible
from benchmarks.planner.methods import prototype
from benchmarks.planner.shapes.real import Absent

Solver = Callable[[Path, str, float, int], float]  # folder of the instances, name, processor seconds, seed -> value


@dataclass(frozen=True)
class Family:
    methods: Mapping[str, Solver]
    more_is_better: bool


def _orienteering(planner: Callable[..., list[list[int]]]) -> Solver:
    def solve(folder: Path, name: str, seconds: float, seed: int) -> float:
        file, tours = name.split("/")
        instance = toptw.read(folder / f"{file}.txt")
        return toptw.profit(instance, planner(instance, int(tours), seconds, seed))

    return solve


def _periodic(planner: Callable[[pvrp.Instance, float, int], pvrp.Days]) -> Solver:
    def solve(folder: Path, name: str, seconds: float, seed: int) -> float:
        instance = pvrp.read(folder / f"{name}.txt")
        found = pvrp.value(instance, planner(instance, seconds, seed))
        if found is None:
            raise Infeasible(f"{name}: not every visit has a place")
        return found

    return solve


FAMILIES: Mapping[str, Family] = {
    "toptw": Family({"ours": _orienteering(toptw.plan), "pyvrp": _orienteering(toptw_pyvrp.plan)}, True),
    "pvrp": Family({"ours": _periodic(pvrp.plan), "prototype": _periodic(prototype.periodic)}, False),
}


def family_of(instance: str) -> str:
    """ "" for a generated instance."""
    return instance.partition(":")[0] if ":" in instance else ""


def value(instance: str, method: str, seconds: float, seed: int) -> float:
    """Raises Absent without the shared folder."""
    family, name = instance.split(":")
    return FAMILIES[family].methods[method](_folder() / family, name, seconds, seed)


def names(family: str) -> list[str]:
    """Of all instances with a best known value; none without the shared folder."""
    try:
        return [f"{family}:{name}" for name in _best_known().get(family, {})]
    except Absent:
        return []


def behind(instance: str, found: float) -> float:
    """Percent worse than the best known value."""
    family, name = instance.split(":")
    best = _best_known()[family][name]["value"]
    return 100 * (1 - found / best) if FAMILIES[family].more_is_better else 100 * (found / best - 1)


def _folder() -> Path:
    folder = Path(os.environ.get("FIELDBEAT_SHARED", "../shared")) / "benchmarks"
    if not folder.is_dir():
        raise Absent(f"no {folder}: set FIELDBEAT_SHARED")
    return folder


@cache
def _best_known() -> dict:
    return json.loads((_folder() / "best-known.json").read_text())
