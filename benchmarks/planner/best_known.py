"""The best plan ever found of each instance: what gaps are measured against.

A file a shape and size in benchmarks/best_known/: for each instance the price, how and when it was made, the plan itself (the
visits of each day in order, so that anybody can judge it again) and what else was tried.  A worse plan never replaces a better one.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.planner.judge import as_plan, judge, orders_of
from benchmarks.planner.shapes import Instance
from planner.calendar import TimeWindow
from planner.plan import Plan
from planner.problem import Problem

FOLDER = Path(__file__).parent.parent / "best_known"


class Changed(Exception):
    """An instance is not the one for which the plan was made."""


class Store:
    def __init__(self, folder: Path = FOLDER) -> None:
        self.folder = folder
        self._groups: dict[str, dict[str, Any]] = {}

    def entry(self, instance: Instance) -> dict[str, Any] | None:
        return self._group(instance.group).get(str(instance))

    def total(self, instance: Instance) -> int | None:
        entry = self.entry(instance)
        return None if entry is None else entry["total"]

    def bound(self, instance: Instance) -> float | None:
        """No plan is cheaper than this."""
        return ((self.entry(instance) or {}).get("bound") or {}).get("value")

    def longest(self, group: str) -> float:
        """Seconds of the longest run on each instance of a group; of the instance that had least."""
        runs = [[tried["seconds"] for tried in entry["tried"]] for entry in self._group(group).values()]
        return min((max(seconds, default=0.0) for seconds in runs), default=0.0)

    def plan(self, instance: Instance, problem: Problem) -> Plan | None:
        """Raises Changed where the instance has changed since."""
        entry = self.entry(instance)
        if entry is None:
            return None
        if entry["problem"] != fingerprint(problem):
            raise Changed(f"{instance} is not the problem whose best plan is kept in {self.folder}: remove its entry")
        return from_text(problem, entry["days"])

    def offer(self, instance: Instance, problem: Problem, plan: Plan, how: dict[str, Any]) -> bool:
        """Note what was tried, and keep the plan if it is the best; whether it is.  Raises Infeasible, Changed."""
        total = judge(problem, plan).total
        self._groups.pop(instance.group, None)  # somebody else may have written
        self.plan(instance, problem)
        group = self._group(instance.group)
        entry = group.setdefault(str(instance), {"total": None, "problem": fingerprint(problem), "tried": []})
        better = entry["total"] is None or total < entry["total"]
        if better:
            entry.update(total=total, made=how, days=as_text(plan))
        entry["tried"].append({**how, "total": total})
        self._write(instance.group)
        return better

    def offer_bound(self, instance: Instance, problem: Problem, value: float, how: dict[str, Any]) -> bool:
        """Keep a lower bound if it is the highest; there must be a plan already."""
        self._groups.pop(instance.group, None)
        if self.plan(instance, problem) is None:
            raise KeyError(f"{instance} has no plan yet")
        entry = self._group(instance.group)[str(instance)]
        if value <= (self.bound(instance) or 0):
            return False
        entry["bound"] = {"value": value, **how}
        self._write(instance.group)
        return True

    def _group(self, name: str) -> dict[str, Any]:
        if name not in self._groups:
            path = self.folder / f"{name}.json"
            self._groups[name] = json.loads(path.read_text()) if path.exists() else {}
        return self._groups[name]

    def _write(self, name: str) -> None:
        """Whole or not at all: an interrupted run loses nothing that was there."""
        self.folder.mkdir(exist_ok=True)
        path = self.folder / f"{name}.json"
        draft = path.with_suffix(".new")
        draft.write_text(_document(self._groups[name]))
        os.replace(draft, path)


def _document(group: dict[str, Any]) -> str:
    """A line a day and a try: small, and a diff shows what changed."""
    entries = []
    for name, entry in sorted(group.items(), key=lambda item: Instance.of(item[0])):
        head = {key: value for key, value in entry.items() if key not in ("days", "tried")}
        lines = [f'    "{key}": {json.dumps(value)}' for key, value in head.items()]
        days = ",\n".join(f'      "{day}": "{sites}"' for day, sites in entry["days"].items())
        tries = ",\n".join(f"      {json.dumps(one)}" for one in entry["tried"])
        lines += [f'    "days": {{\n{days}\n    }}', f'    "tried": [\n{tries}\n    ]']
        entries.append(f'  "{name}": {{\n' + ",\n".join(lines) + "\n  }")
    return "{\n" + ",\n".join(entries) + "\n}\n"


def as_text(plan: Plan) -> dict[str, str]:
    """Date -> the sites of the day in order, with blanks between."""
    return {str(day): " ".join(sites) for day, sites in orders_of(plan).items()}


def from_text(problem: Problem, days: Mapping[str, str]) -> Plan:
    return as_plan(problem, {date.fromisoformat(day): sites.split() for day, sites in days.items()})


def fingerprint(problem: Problem) -> str:
    """Of what the shapes set, field by field: what the planner learns besides does not make it another problem."""
    digest = hashlib.sha256(problem.travel.seconds.astype("<i4").tobytes())
    for site in problem.sites:
        rhythm = site.cadence and (site.cadence.interval_days, site.cadence.tolerance_days, site.cadence.valid_to)
        hours = (_windows(site.hours or ()), sorted((str(day), *_windows([w])) for day, w in site.exceptions.items()))
        prices = (site.late_price, site.miss_price) if rhythm else ()
        digest.update(repr((site.id, site.place, site.service, rhythm, site.credited, hours, prices)).encode())
    for day in problem.workdays:
        digest.update(repr((day.rep, day.date, day.start, day.end, day.start_place, day.end_place)).encode())
    for item in problem.appointments:
        window = (item.window.earliest, item.window.latest)
        digest.update(repr((item.id, item.rep, item.date, window, item.duration, item.site)).encode())
    digest.update(repr((problem.params.waiting_percent, problem.params.appointment_price)).encode())
    return digest.hexdigest()[:16]


def _windows(days: Iterable[Iterable[TimeWindow]]) -> list[list[tuple[int, int]]]:
    return [[(window.earliest, window.latest) for window in day] for day in days]
