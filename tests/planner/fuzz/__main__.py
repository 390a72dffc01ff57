"""python -m tests.planner.fuzz --count 2000 --first 0: solve random problems, check each plan and all its reasons.

A seed that fails is printed at once, and how to try it again; its problem is made as small as it goes and kept.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from planner.check import check
from planner.io import problem_bytes
from planner.problem import Problem
from planner.solve import solve
from tests.planner.fuzz.shrink import shrink
from tests.planner.generate import ALL_FEATURES, random_problem

KEPT = Path("instance/fuzz")


def problem_of(seed: int) -> Problem:
    """Most with about half of the features, each tenth with all of them; one rep to three, four to fourteen sites."""
    features = ALL_FEATURES if seed % 10 == 9 else None
    return random_problem(seed, sites=4 + seed % 11, days=5 + seed % 17, reps=1 + seed % 3, features=features)


def failing(problem: Problem, seed: int) -> str | None:
    """The first rule that the plan of this problem breaks, or the kind of error that there is instead of a plan."""
    try:
        plan = solve(problem, seed=seed, iterations=60)
        certificate = check(problem, plan)
    except Exception as error:
        return type(error).__name__
    return certificate.violations[0].rule if certificate.violations else None


def report(seed: int, fault: str) -> None:
    print(f"seed {seed}: {fault}; again with --first {seed} --count 1", flush=True)
    small = shrink(problem_of(seed), lambda problem: failing(problem, seed) == fault)
    KEPT.mkdir(parents=True, exist_ok=True)
    file = KEPT / f"{seed}.json"
    file.write_bytes(problem_bytes(small))
    print(
        f"  {len(small.sites)} sites and {len(small.workdays)} workdays are enough: {file}; look at it with\n"
        f"  python -m planner solve {file} --seed {seed} --iterations 60 -o plan.json; python -m planner check plan.json",
        flush=True,
    )


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.planner.fuzz", description=__doc__)
    parser.add_argument("--count", type=int, default=2000, help="problems (2000 take some ten minutes)")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    args = parser.parse_args()
    print(f"seeds {args.first} to {args.first + args.count - 1}", flush=True)
    failed, began = 0, time.monotonic()
    for done, seed in enumerate(range(args.first, args.first + args.count)):
        if fault := failing(problem_of(seed), seed):
            failed += 1
            report(seed, fault)
        if done % 200 == 199:
            print(f"{done + 1} problems, {failed} failed, {time.monotonic() - began:.0f} s", flush=True)
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
