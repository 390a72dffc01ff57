"""Ours beside its peers, and the goals.  Ends with 1 where a goal that was once met is lost, with 2 where a plan breaks a rule.

python -m benchmarks.planner             # the fixed sample, within 15 minutes on two cores
python -m benchmarks.planner --quick     # under 3 minutes
python -m benchmarks.planner --full      # hours; resumable, results in instance/bench/planner.jsonl
... --record                             # note in goals.json what is met, keep plans better than the best known
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.planner import dialogue, first, goals, repairs, samples, tables
from benchmarks.planner.best_known import Store, from_text
from benchmarks.planner.runs import Result, Run, code_of, measured
from benchmarks.planner.shapes import Instance

KEPT = Path(os.environ.get("FIELDBEAT_BENCH", "instance/bench")) / "planner.jsonl"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    sample = parser.add_mutually_exclusive_group()
    sample.add_argument("--quick", dest="sample", action="store_const", const="quick")
    sample.add_argument("--full", dest="sample", action="store_const", const="full")
    parser.add_argument("--record", action="store_true", help="note in goals.json which goals are met")
    parser.set_defaults(sample="fixed")
    options = parser.parse_args()
    began, store = time.perf_counter(), Store()
    results = _measured(options.sample)
    if options.record:
        _keep_better(results, store)
    repaired, begun = repairs.figures(_repairs(options.sample, store)), first.figures()
    asked = dialogue.figures(options.sample)
    figures = {**repaired, **begun, **asked}
    print(tables.gaps(results, store) + "\n\n" + tables.families(results) + "\n")
    for title, lines in (("today's repair", repaired), ("the first plan", begun), ("questions and changes", asked)):
        print(tables.table((title, ""), [(name, f"{value:.2f}") for name, value in lines.items()]) + "\n")
    lost = _goals(options.sample, results, store, figures, options.record)
    absent = sorted({result.why for result in results.values() if _is_absent(result)})
    broken = [result for result in results.values() if result.why and not _is_absent(result)]
    print("".join(f"skipped: {why}\n" for why in absent) + "".join(f"BROKEN {r.run}: {r.why}\n" for r in broken))
    print(f"{time.perf_counter() - began:.0f} s, load {os.getloadavg()[0]:.1f}")
    return 2 if any(r.run.method == "ours" for r in broken) else int(lost)


def _measured(sample: str) -> dict[Run, Result]:
    """Only the full sample keeps its results: the others are to be measured anew."""
    runs = samples.runs(sample)
    results: dict[Run, Result] = {}
    for result in measured(runs, KEPT if sample == "full" else None):
        results[result.run] = result
        print(f"\r{len(results)} of {len(runs)} runs", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return results


def _repairs(sample: str, store: Store) -> list[repairs.Repair]:
    instances, each = samples.repaired(sample)
    return repairs.repairs(instances, store, each)


def _keep_better(results: dict[Run, Result], store: Store) -> None:
    for run, result in results.items():
        if result.days:
            instance = Instance.of(run.instance)
            problem = instance.problem()
            how = {"method": run.method, "seed": run.seed, "seconds": run.seconds, "code": code_of(run.method)}
            how |= {"cpu": round(result.cpu, 1), "date": str(datetime.now(UTC).date())}
            store.offer(instance, problem, from_text(problem, result.days), how)


def _goals(sample: str, results: dict[Run, Result], store: Store, figures: dict[str, float], note: bool) -> bool:
    """Print them; whether one is lost."""
    listed, lines, lost = goals.load(), [], False
    for goal in listed:
        found = goals.value(goal, results, store, figures)
        said = goals.verdict(goal, found, sample)
        lost |= said == "lost"
        if found is not None:
            limit = f"<= {goal['at_most']}" if "at_most" in goal else f">= {goal['at_least']}"
            met = goal["met"].get(sample)
            before = f"{met['value']} on {met['date']}" if met else ""
            lines.append((goal["name"], limit, f"{found.value:.2f}", str(found.over), said, before))
        if note:
            goals.record(goal, found, sample, datetime.now(UTC).date(), store)
    print(tables.table(("goal", "limit", "now", "instances", "", "last recorded as met"), lines) + "\n")
    if note:
        goals.save(listed)
    return lost


def _is_absent(result: Result) -> bool:
    return "FIELDBEAT_SHARED" in result.why


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(f"interrupted; --full goes on from what is in {KEPT}")
