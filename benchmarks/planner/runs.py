"""Runs of methods on instances, two at a time, each on one thread; results are lines of a file, so what is done is not done again."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from importlib.metadata import version
from pathlib import Path

import planner
from benchmarks.planner import public
from benchmarks.planner.best_known import Store, as_text
from benchmarks.planner.judge import Infeasible, judge
from benchmarks.planner.methods import METHODS
from benchmarks.planner.shapes import Instance
from benchmarks.planner.shapes.real import Absent

WORKERS = 2
SMALL = "mixed-20x5-1"  # planned before anything is measured, so that compiled code is loaded


@dataclass(frozen=True, order=True)
class Run:
    """`method` on an instance (generated or public) with so many processor seconds (0: it takes what it needs)."""

    instance: str
    method: str
    seconds: float
    seed: int = 1


@dataclass(frozen=True)
class Result:
    """What came of it; `cpu` processor seconds really used.  `why` is set where there is no plan to judge.

    total : the price of the plan; of a public instance its value there (perhaps a profit), and the rest is 0.
    days : the plan itself, where it is better than the best known one.
    """

    run: Run
    total: float = 0
    driving: int = 0
    visits: int = 0
    due: int = 0
    on_time: int = 0
    cpu: float = 0.0
    why: str = ""
    days: Mapping[str, str] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        return not self.why

    @property
    def driving_per_visit(self) -> float:
        return self.driving / max(1, self.visits)

    @property
    def share_on_time(self) -> float:
        return self.on_time / max(1, self.due)


def measure(run: Run) -> Result:
    """Plan and judge; the judge's own time does not count."""
    try:
        if public.family_of(run.instance):
            began = time.process_time()
            value = public.value(run.instance, run.method, run.seconds, run.seed)
            return Result(run, value, cpu=round(time.process_time() - began, 3))
        problem = Instance.of(run.instance).problem()
        began = time.process_time()
        plan = METHODS[run.method](problem, run.seconds, run.seed)
        cpu = round(time.process_time() - began, 3)
        found = judge(problem, plan)
    except (Absent, Infeasible, ValueError) as why:
        return Result(run, why=str(why))
    best = Store().total(Instance.of(run.instance))
    days = as_text(plan) if best is None or found.total < best else {}
    return Result(run, found.total, found.driving, found.visits, found.due, found.on_time, cpu, days=days)


def measured(runs: Iterable[Run], kept: Path | None = None) -> Iterator[Result]:
    """Each result once it is there.  kept : a file of results; those made by the same code are read, new ones added."""
    done = {} if kept is None else stored(kept)
    wanted = list(dict.fromkeys(runs))
    yield from (done[run] for run in wanted if run in done)
    todo = [run for run in wanted if run not in done]
    if not todo:
        return
    pool = ProcessPoolExecutor(WORKERS, initializer=_warm, initargs=(_warming(todo),))
    try:
        for future in as_completed([pool.submit(measure, run) for run in todo]):
            result = future.result()
            if kept is not None and result.ok:
                _append(kept, result)
            yield result
    finally:
        pool.shutdown(cancel_futures=True)  # an interruption waits for the runs that have begun only


def stored(path: Path) -> dict[Run, Result]:
    """Results of the present code.  A line cut short by an interruption is passed over."""
    found: dict[Run, Result] = {}
    for line in path.read_text().splitlines() if path.exists() else ():
        try:
            row = json.loads(line)
        except ValueError:
            continue
        run = Run(**row.pop("run"))
        if row.pop("code") == f"{_shapes()} {code_of(run.method)}":
            found[run] = Result(run, **row)
    return found


def _append(path: Path, result: Result) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    whole = not path.exists() or path.read_bytes().endswith(b"\n")  # a run that was killed may have left half a line
    with path.open("a") as file:
        file.write(
            ("" if whole else "\n")
            + json.dumps({**asdict(result), "code": f"{_shapes()} {code_of(result.run.method)}"})
            + "\n"
        )


@cache
def code_of(method: str) -> str:
    """What a plan depends on besides problem, seconds and seed: the planner's sources, or the version of a peer."""
    if method.startswith("pyvrp"):
        return version("pyvrp")
    return "" if method != "ours" else hashlib.sha256(_sources(Path(planner.__file__).parent)).hexdigest()[:12]


@cache
def _shapes() -> str:
    return hashlib.sha256(_sources(Path(__file__).parent / "shapes")).hexdigest()[:12]


def _sources(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*.py")))


def _warming(runs: Iterable[Run]) -> list[Run]:
    """A short one for each method and family: compiled code is loaded (of the prototype: compiled) before anything is measured."""
    kinds = {(public.family_of(run.instance), run.method): run for run in runs}
    return [replace(run, seconds=0.2, instance=run.instance if family else SMALL) for (family, _), run in kinds.items()]


def _warm(runs: Iterable[Run]) -> None:
    """Twice: where compiling took all the time of the first one, what comes after the first iterations is not compiled yet."""
    for run in runs:
        measure(run)
        measure(run)
