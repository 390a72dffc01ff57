"""The product: planner.solve with a limit of processor seconds."""

from __future__ import annotations

from planner.plan import Plan
from planner.problem import Problem
from planner.solve import solve

NO_LIMIT = 10**9  # iterations


def plan(problem: Problem, seconds: float, seed: int) -> Plan:
    return solve(problem, seed=seed, iterations=NO_LIMIT, seconds=seconds)
