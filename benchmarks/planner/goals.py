"""Goals: what is to be reached, and what was reached once and must not be lost.

goals.json is a list of goals; `met` says for each sample when it was last recorded as met, and with what value.  A goal is lost
if it was met and its value now is worse than the limit by more than `noise`, the spread of its mean between equal runs.
Gaps to the best known plan are not noted as met before those plans come from long runs (`LONG` seconds): they would be lost by nothing
but better references.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import mean
from typing import Any

from benchmarks.planner import public
from benchmarks.planner.best_known import Store
from benchmarks.planner.runs import Result, Run
from benchmarks.planner.shapes import Instance

LONG = 120  # seconds of the longest run behind each best known plan of a group
FILE = Path(__file__).parent / "goals.json"
Results = Mapping[Run, Result]


@dataclass(frozen=True)
class Value:
    """Of a goal in this run; `over` so many instances."""

    value: float
    over: int


def load(path: Path = FILE) -> list[dict[str, Any]]:
    return json.loads(path.read_text())


def save(goals: Sequence[Mapping[str, Any]], path: Path = FILE) -> None:
    path.write_text("[\n" + ",\n".join(f"  {json.dumps(goal)}" for goal in goals) + "\n]\n")


def value(
    goal: Mapping[str, Any], results: Results, store: Store, figures: Mapping[str, float] | None = None
) -> Value | None:
    """None: not measured in this run.  figures : what was measured besides the runs, by name."""
    if goal["measure"] == "figure":
        return Value(figures[goal["figure"]], 1) if figures and goal["figure"] in figures else None
    ours = [
        r for r in results.values() if r.run.method == "ours" and r.run.seconds == goal["seconds"] and r.run.seed == 1
    ]
    ours = [r for r in ours if group_of(r.run) == goal["group"]]
    if any(not r.ok for r in ours):
        return Value(float("inf") if "at_most" in goal else float("-inf"), len(ours))
    found = [v for r in ours if (v := MEASURES[goal["measure"]](r, results, store)) is not None]
    return Value(_together(goal, found), len(found)) if found else None


def group_of(run: Run) -> str:
    """What means are taken over: the shape and size, or the family of public instances."""
    return public.family_of(run.instance) or Instance.of(run.instance).group


def holds(goal: Mapping[str, Any], found: float, slack: float = 0.0) -> bool:
    return found <= goal["at_most"] + slack if "at_most" in goal else found >= goal["at_least"] - slack


def verdict(goal: Mapping[str, Any], found: Value | None, sample: str) -> str:
    """met, unmet, lost or - (not measured)."""
    if found is None:
        return "-"
    if holds(goal, found.value):
        return "met"
    return "lost" if sample in goal["met"] and not holds(goal, found.value, goal.get("noise", 0.0)) else "unmet"


def record(goal: dict[str, Any], found: Value | None, sample: str, today: date, store: Store) -> None:
    """Note that the goal is met, and with what."""
    if goal["measure"] == "gap" and store.longest(goal["group"]) < LONG:
        return
    if found is not None and holds(goal, found.value):
        goal["met"] = {**goal["met"], sample: {"value": round(found.value, 2), "date": str(today)}}


def _together(goal: Mapping[str, Any], values: Sequence[float]) -> float:
    """The mean, or with `of` worst the one furthest from the goal."""
    if goal.get("of") == "worst":
        return max(values) if "at_most" in goal else min(values)
    return mean(values)


def gap(result: Result, results: Results, store: Store) -> float | None:
    """Percent above the best known plan; below 0 where this one is better."""
    best = store.total(Instance.of(result.run.instance))
    return None if best is None else 100 * (result.total / best - 1)


def above_bound(result: Result, results: Results, store: Store) -> float | None:
    """Percent above the lower bound: at least as far from the optimum it cannot be."""
    bound = store.bound(Instance.of(result.run.instance))
    return None if not bound else 100 * (result.total / bound - 1)


def above_pyvrp(result: Result, results: Results, store: Store) -> float | None:
    """Percent above the better one of PyVRP's plans in as many seconds."""
    run = result.run
    peers = [results.get(Run(run.instance, method, run.seconds)) for method in ("pyvrp", "pyvrp-copies")]
    totals = [peer.total for peer in peers if peer and peer.ok]
    return 100 * (result.total / min(totals) - 1) if totals else None


def driving_saved(result: Result, results: Results, store: Store) -> float | None:
    """Percent less driving a visit than nearest-due-first."""
    peer = results.get(Run(result.run.instance, "greedy", 0))
    return 100 * (1 - result.driving_per_visit / peer.driving_per_visit) if peer and peer.ok else None


def on_time(result: Result, results: Results, store: Store) -> float | None:
    """Percent of the visits due that were made in time."""
    return 100 * result.share_on_time


def behind(result: Result, results: Results, store: Store) -> float | None:
    """Percent worse than the best known value of a public instance."""
    return public.behind(result.run.instance, result.total)


def behind_pyvrp(result: Result, results: Results, store: Store) -> float | None:
    """The same, less what PyVRP is behind after as many seconds."""
    peer = results.get(Run(result.run.instance, "pyvrp", result.run.seconds))
    if peer is None or not peer.ok:
        return None
    return public.behind(peer.run.instance, result.total) - public.behind(peer.run.instance, peer.total)


MEASURES = {
    "gap": gap, "above_bound": above_bound, "above_pyvrp": above_pyvrp, "driving_saved": driving_saved, "on_time": on_time,
    "behind": behind, "behind_pyvrp": behind_pyvrp,
}  # fmt: skip
