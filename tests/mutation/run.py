"""All mutants of some files against the tests that concern them, with a record that an interrupted run goes on from."""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from coverage import Coverage

from tests.mutation.fork import Reports, first_failure, in_a_copy, plant
from tests.mutation.imported import found_by
from tests.mutation.mutants import Mutant, mutants

TESTS = {
    "planner/check": [
        "tests/planner/check",
        "tests/planner/reasons/test_together.py",
        "tests/planner/reasons/test_causes.py",
        "tests/planner/test_lateness.py",
    ],
    "planner/cadence": ["tests/planner/cadence"],
}
RECORD = Path("instance/mutation.jsonl")
LINES = Path("instance/mutation-lines")  # which test runs which lines
REVIEW = Path("docs/mutation.md")
LISTED = re.compile(
    r"^- `(?P<path>[^`]+)` `(?P<function>[^`]*)`: `(?P<before>[^`]+)` → `(?P<after>[^`]+)`(?: \((?P<number>\d+)\))?"
)


@dataclass
class Test:
    item: pytest.Item
    seconds: float
    lines: dict[str, set[int]] = field(default_factory=dict)

    @property
    def breadth(self) -> int:
        """How many lines it runs: one of a single rule says more about that rule than one of a whole plan."""
        return sum(map(len, self.lines.values()))

    def reaches(self, mutant: Mutant) -> bool:
        """What is outside of functions runs before any test."""
        return not mutant.function or not self.lines[str(Path(mutant.path).resolve())].isdisjoint(mutant.lines)


class Run:
    """A plugin of pytest: lets it collect the tests, and then runs them mutant by mutant."""

    def __init__(
        self, files: Sequence[Path], tests: list[str], function: str | None, seconds: float | None, fresh: bool
    ) -> None:
        self.files, self.tests, self.function, self.fresh = files, tests, function, fresh
        self.most = seconds or float("inf")
        self.reports = Reports()
        self.found: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        self.status = 1

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        if session.testsfailed:
            print("some tests cannot be collected; see `make test`", file=sys.stderr)
            return True
        self.status = self.all(session.items)
        return True

    def all(self, items: list[pytest.Item]) -> int:
        wanted = [m for file in self.files for m in mutants(file) if self.function in (None, m.function)]
        digest, known, harmless = self.digest(), {} if self.fresh else recorded(), reviewed()
        todo = [m for m in wanted if not settled(known.get(m.name), m, digest, self.most)]
        # what takes seconds each comes last, then what survived, then what is known to make no difference
        todo.sort(key=lambda m: (m.name in harmless, m.name in known, not m.function))
        print(f"{', '.join(str(file) for file in self.files)}: {len(wanted)} mutants, {len(todo)} to try", flush=True)
        if todo:
            load()
            tests = self.measured(items)
            for mutant in todo:
                row = {"mutant": mutant.name, "code": mutant.code, "tests": digest, **self.tried(mutant, tests)}
                known[mutant.name] = row
                record(row)
        return report(wanted, known)

    def measured(self, items: list[pytest.Item]) -> list[Test]:
        """The tests with the lines that they run, first the quick ones of few lines.  In a copy, so that no cache remembers them."""
        files = frozenset(str(file.resolve()) for file in self.files)

        def work() -> list[tuple[float, dict[str, set[int]]]]:
            found = look_at(items, sorted(files))
            if self.reports.failed:
                raise SystemExit(1)
            return found

        key = hashlib.sha256(
            "".join([self.digest(), *(f"{file}{Path(file).read_text()}" for file in sorted(files))]).encode()
        )
        kept = LINES.with_suffix(f".{key.hexdigest()[:16]}")
        found = pickle.loads(kept.read_bytes()) if kept.exists() else in_a_copy(work, 3600)
        if found == "died":
            raise SystemExit("the tests do not pass without any mutant; see `make test`")
        kept.write_bytes(pickle.dumps(found))
        tests = [Test(item, seconds, lines) for item, (seconds, lines) in zip(items, found, strict=True)]
        return sorted(tests, key=lambda test: test.seconds * test.breadth)

    def tried(self, mutant: Mutant, tests: list[Test]) -> dict[str, object]:
        began = time.perf_counter()
        chosen: list[Test] = []
        spent, found_here = 0.0, self.found[mutant.path, mutant.function]
        for test in sorted(tests, key=lambda test: -found_here[test.item.nodeid]):  # what found its like goes first
            if test.reaches(mutant) and spent + test.seconds <= self.most:
                chosen.append(test)
                spent += test.seconds
        limits = [2 + 5 * test.seconds for test in chosen]

        def work() -> str:
            plant(mutant)
            return first_failure([test.item for test in chosen], limits, self.reports) or ""

        found: str | None = None
        if chosen:
            ids = [test.item.nodeid for test in chosen]
            found = in_a_copy(work, 60 + 20 * spent) if mutant.function else found_by(mutant, ids)
            found_here[found or ""] += 1
        within = None if self.most == float("inf") else self.most
        return {"found_by": found or None, "seconds": round(time.perf_counter() - began, 2), "within": within}

    def digest(self) -> str:
        """Of the tests, and of which there are: what survived is tried again when these have changed."""
        files = sorted(
            {*Path("tests/planner").glob("*.py"), *(file for name in self.tests for file in _sources(Path(name)))}
        )
        return hashlib.sha256(
            b"".join([repr(self.tests).encode(), *(file.read_bytes() for file in files)])
        ).hexdigest()[:16]


def load() -> None:
    """What most tests load the first time they need it: here once, not in the copy of each mutant."""
    import_module("server.core.ids")
    if "planner.search" in sys.modules:  # one of the tests solves
        sys.modules["planner.search"].warm()


def look_at(items: list[pytest.Item], files: Sequence[str]) -> list[tuple[float, dict[str, set[int]]]]:
    """Of each test the seconds of processor time that it takes, and the lines of the files that it runs."""
    seen = Coverage(data_file=None, config_file=False, include=files)
    seen.start()
    seconds = []
    for item, following in zip(items, [*items[1:], None], strict=True):
        for cached in caches():  # else only the first test of all would seem to reach what is remembered
            cached.cache_clear()
        seen.switch_context(item.nodeid)
        began = time.process_time()
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        seconds.append(time.process_time() - began)
    seen.stop()
    lines: dict[str, dict[str, set[int]]] = {item.nodeid: {file: set() for file in files} for item in items}
    for file in files:
        for line, tests in seen.get_data().contexts_by_lineno(file).items():
            for test in tests:
                if test in lines:
                    lines[test][file].add(line)
    return [(took, lines[item.nodeid]) for took, item in zip(seconds, items, strict=True)]


def caches() -> list[Any]:
    modules = [module for name, module in sys.modules.items() if name.startswith("planner.")]
    return [value for module in modules for value in vars(module).values() if hasattr(value, "cache_clear")]


def _sources(path: Path) -> Iterator[Path]:
    return iter([path]) if path.is_file() else path.glob("*.py")


def settled(row: dict | None, mutant: Mutant, digest: str, seconds: float = float("inf")) -> bool:
    """Tried as it is; and where it survived, with the tests of today and at least so many seconds of them."""
    if row is None or row["code"] != mutant.code:
        return False
    return bool(row["found_by"]) or (row["tests"] == digest and (row.get("within") or float("inf")) >= seconds)


def recorded() -> dict[tuple, dict]:
    rows = [json.loads(line) for line in RECORD.read_text().splitlines()] if RECORD.exists() else []
    return {tuple(row["mutant"]): row for row in rows}


def record(row: dict) -> None:
    RECORD.parent.mkdir(exist_ok=True)
    with RECORD.open("a") as file:
        file.write(json.dumps(row) + os.linesep)


def reviewed() -> set[tuple]:
    """The mutants that docs/mutation.md says make no difference."""
    found = [LISTED.match(line) for line in REVIEW.read_text().splitlines()] if REVIEW.exists() else []
    return {(*m.group("path", "function", "before", "after"), int(m["number"] or 1)) for m in found if m}


def report(wanted: Sequence[Mutant], known: dict[tuple, dict]) -> int:
    """A line a file, then what survived and nobody has judged; the status to end with."""
    harmless, counts = reviewed(), {m.path: Counter() for m in wanted}
    survivors = []
    for mutant in wanted:
        found = known[mutant.name]["found_by"]
        fate = (
            "killed"
            if found and found != "died"
            else "died"
            if found
            else "equivalent"
            if mutant.name in harmless
            else "survived"
        )
        counts[mutant.path].update([fate, "mutants"])
        if fate == "survived":
            survivors.append(mutant)
    for path, count in counts.items():
        print(
            f"{path:32}",
            *(f"{count[fate]:5} {fate}" for fate in ("mutants", "killed", "died", "equivalent", "survived")),
        )
    for mutant in survivors:
        print(f"- {mutant}  (line {mutant.lines.start})")
    for name in sorted(harmless & {tuple(n) for n, row in known.items() if row["found_by"]}):
        print("listed as equivalent, but a test finds it:", *name)
    return int(bool(survivors))
