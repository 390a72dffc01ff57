"""Who plans: each takes a problem, processor seconds and a seed, and gives a plan; the judge says what it is worth."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from benchmarks.planner.methods import greedy, ours, prototype, pyvrp
from planner.plan import Plan
from planner.problem import Problem

Method = Callable[[Problem, float, int], Plan]

METHODS: Mapping[str, Method] = {
    "ours": ours.plan,
    "greedy": greedy.plan,
    "prototype": prototype.plan,
    "pyvrp": pyvrp.plan_by_profiles,
    "pyvrp-copies": pyvrp.plan_by_copies,
}
