"""Long runs for the best known plans: several methods and seeds, then on from the best.

    python -m benchmarks.planner.improve mixed-150x20 rural-150x20 --instances 11 12 --seconds 60 --seeds 1 2

Resumable: what was tried with the same code, seconds and seed is not tried again.  Never keeps a worse plan.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from datetime import UTC, datetime

from benchmarks.planner.best_known import Store
from benchmarks.planner.judge import Infeasible
from benchmarks.planner.methods import METHODS
from benchmarks.planner.methods.ours import NO_LIMIT
from benchmarks.planner.runs import SMALL, code_of
from benchmarks.planner.shapes import SHAPES, Instance
from benchmarks.planner.shapes.real import Absent
from planner.plan import Plan
from planner.problem import Problem
from planner.solve import solve

ON = "continued"  # our search from the best plan


def improve(store: Store, instance: Instance, method: str, seconds: float, seed: int) -> str:
    """One run; what came of it in words."""
    problem = instance.problem()
    how = {"method": method, "seed": seed, "seconds": seconds, "code": code_of("ours" if method == ON else method)}
    entry = store.entry(instance)
    if entry and any({key: tried[key] for key in how} == how for tried in entry["tried"]):
        return "done before"
    began = time.process_time()
    try:
        plan = _planned(store, instance, problem, method, seconds, seed)
        if plan is None:
            return "nothing to continue from"
        how |= {"cpu": round(time.process_time() - began, 1), "date": str(datetime.now(UTC).date())}
        better = store.offer(instance, problem, plan, how)
    except (Absent, Infeasible) as why:
        return str(why)
    return f"{plan.objective.total:>9,}  " + ("best" if better else f"(best {store.total(instance):,})")


def _planned(store: Store, instance: Instance, problem: Problem, method: str, seconds: float, seed: int) -> Plan | None:
    if method != ON:
        return METHODS[method](problem, seconds, seed)
    best = store.plan(instance, problem)
    return best and solve(problem, seed=seed, iterations=NO_LIMIT, seconds=seconds, start=best)


def instances(names: list[str], seeds: list[int]) -> Iterator[Instance]:
    """Names of instances, or of shapes and sizes with each of the seeds."""
    for name in names:
        if name.count("-") == 2:
            yield Instance.of(name)
        else:
            yield from (Instance.of(f"{name}-{seed}") for seed in seeds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="+", help=f"an instance, or a shape ({', '.join(SHAPES)}) and size")
    parser.add_argument("--instances", nargs="+", type=int, default=[11, 12, 13, 14, 15], help="seeds of the instances")
    parser.add_argument("--methods", nargs="+", default=["ours", "prototype", ON], choices=[*METHODS, ON])
    parser.add_argument("--seconds", type=float, default=60.0, help="processor seconds of each run")
    parser.add_argument("--seeds", nargs="+", type=int, default=[1], help="seeds of the runs")
    options = parser.parse_args()
    store = Store()
    for method in set(options.methods) - {ON}:
        try:
            METHODS[method](Instance.of(SMALL).problem(), 0.1, 1)  # load the compiled code
        except Absent as why:
            print(why)
    for instance in instances(options.names, options.instances):
        for method in options.methods:
            for seed in options.seeds:
                said = improve(store, instance, method, options.seconds, seed)
                print(f"{instance!s:20} {method:12} {options.seconds:6g} s  seed {seed}: {said}", flush=True)


if __name__ == "__main__":
    main()
