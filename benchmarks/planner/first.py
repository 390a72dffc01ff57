"""The first complete plan in a warm process: processor time and memory, each size in a process of its own.

Companies of `tests/planner/generate.py` (cadences of all kinds, breaks, appointments, must-visits); complete: every day timed, a reason
for everything left out.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from planner.solve import solve
from tests.planner.generate import company

SIZES = {
    "300 accounts, 60 days": (300, 60, 1),  # 44 workdays
    "300 accounts, 60 workdays": (300, 84, 1),  # as in the names of the instances
    "1,000 accounts, 7 reps, 60 days": (1_000, 60, 7),
    "1,000 accounts, 7 reps, 60 workdays": (1_000, 84, 7),
}
REPEATS = 3  # the least time of so many: other jobs on the machine can only add to it


def figures() -> Mapping[str, float]:
    found: dict[str, float] = {}
    for name, size in SIZES.items():
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            seconds, megabytes = pool.submit(measured, *size).result()
        found[f"first plan, {name}: s"], found[f"first plan, {name}: MB"] = seconds, megabytes
    return found


def measured(accounts: int, days: int, reps: int) -> tuple[float, float]:
    """(seconds of processor time, most memory in MB that the process ever had) once compiled code is loaded."""
    solve(company(2, 30, 5), iterations=10)
    problem, least = company(1, accounts, days, reps), float("inf")
    for _ in range(REPEATS):
        began = time.process_time()
        solve(problem, iterations=0)
        least = min(least, time.process_time() - began)
    return least, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
