"""What nights away save in the country: the rural shape with and without them, at equal iterations.

    python -m benchmarks.planner.nights [--accounts 150] [--workdays 20] [--seeds 3] [--iterations 30000] [--price 7200]

One line a seed and variant, as JSON: the objective and its parts in hours of driving, visits, nights, processor seconds.  Every
plan is judged by planner.check.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator

from benchmarks.planner.shapes import rural
from planner.check import check
from planner.plan import Objective, StopKind
from planner.problem import Problem
from planner.solve import solve


def main() -> None:
    asked = _arguments()
    for seed in range(11, 11 + asked.seeds):
        for name, problem in _variants(asked.accounts, asked.workdays, seed, asked.price):
            print(json.dumps({"seed": seed, "nights": name, **measured(problem, seed, asked.iterations)}), flush=True)


def _variants(accounts: int, workdays: int, seed: int, price: int) -> Iterator[tuple[str, Problem]]:
    yield "none", rural.problem(accounts, workdays, seed)
    yield "inns", rural.with_nights(accounts, workdays, seed, price)
    yield "inns and accounts", rural.with_nights(accounts, workdays, seed, price, at_sites=True)


def measured(problem: Problem, seed: int, iterations: int) -> dict[str, object]:
    """Plan, judge and count."""
    began = time.process_time()
    plan = solve(problem, seed=seed, iterations=iterations)
    seconds = time.process_time() - began
    judged = check(problem, plan, reasons=False)
    visits = sum(stop.kind is StopKind.VISIT for route in plan.routes for stop in route.stops)
    return {
        "ok": judged.ok,
        "hours": _hours(judged.objective),
        "visits": visits,
        "driving_minutes_per_visit": round(judged.objective.driving / 60 / max(1, visits), 1),
        "spent_away": sum(route.night is not None for route in plan.routes),
        "cpu_seconds": round(seconds, 1),
    }


def _hours(objective: Objective) -> dict[str, float]:
    parts = ("total", "driving", "lateness", "missed", "nights")
    return {part: round(getattr(objective, part) / 3600, 1) for part in parts}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="What nights away save in the country.")
    parser.add_argument("--accounts", type=int, default=150)
    parser.add_argument("--workdays", type=int, default=20)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--iterations", type=int, default=30_000)
    parser.add_argument("--price", type=int, default=7_200)
    return parser.parse_args()


if __name__ == "__main__":
    main()
