"""Lower bounds of instances, kept with their best known plans where they are higher than before.

    python -m benchmarks.planner.bound mixed-150x20 --instances 11 12 --seconds 80

An instance needs a best known plan (benchmarks.planner.improve), from which the work begins.
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from benchmarks.planner.best_known import Store
from benchmarks.planner.bound import lower_bound
from benchmarks.planner.improve import instances
from benchmarks.planner.judge import orders_of


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="+", help="instances, or shapes and sizes")
    parser.add_argument("--instances", nargs="+", type=int, default=[11, 12, 13, 14, 15], help="seeds of the instances")
    parser.add_argument("--seconds", type=float, default=80.0, help="processor seconds of each")
    parser.add_argument("--memory", type=int, default=10, help="most sites that a tour remembers at each")
    parser.add_argument("--log", action="store_true")
    options = parser.parse_args()
    store = Store()
    for instance in instances(options.names, options.instances):
        problem = instance.problem()
        best = store.plan(instance, problem)
        if best is None:
            print(f"{instance}: no best known plan yet")
            continue
        found = lower_bound(problem, options.seconds, options.memory, orders_of(best), options.log)
        how = {"memory": options.memory, "seconds": round(found.seconds, 1), "rounds": found.rounds}
        store.offer_bound(instance, problem, round(found.value, 1), {**how, "date": str(datetime.now(UTC).date())})
        total, bound = store.total(instance) or 0, store.bound(instance) or 0.0
        print(
            f"{instance!s:20} bound {bound:11,.1f}  best {total:9,}  above it {100 * (total / bound - 1):.2f} %"
            f"  ({found.rounds} rounds, {found.seconds:.0f} s, program {found.program:,.0f})",
            flush=True,
        )


if __name__ == "__main__":
    main()
