"""How long the shell lets the search run.  The library itself counts iterations and never reads the clock."""

from __future__ import annotations

import time

from planner.plan import Plan
from planner.problem import Problem
from planner.solve import solve

FIRST_TRY = 200


def solve_within(problem: Problem, seed: int, iterations: int | None, seconds: int | None) -> Plan:
    """Search with this many iterations, or for about so many seconds, or as `solve` does by itself."""
    if iterations is not None:
        return solve(problem, seed=seed, iterations=iterations)
    if seconds is None:
        return solve(problem, seed=seed)
    return _doubling(problem, seed, time.monotonic() + seconds)


def _doubling(problem: Problem, seed: int, deadline: float) -> Plan:
    """Twice as many iterations again and again, as long as another turn may end in time.

    The plan says how many were run last, so that it can be made again with --iterations.
    """
    count = FIRST_TRY
    while True:
        began = time.monotonic()
        plan = solve(problem, seed=seed, iterations=count)
        took = time.monotonic() - began
        if time.monotonic() + 2 * took > deadline:
            return plan
        count *= 2
