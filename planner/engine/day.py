"""OR-Tools routes one workday: the cheapest order of the tasks that are on it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from planner.engine.model import DayModel
from planner.problem import Problem, Workday
from planner.tasks import Task
from planner.timing import order_cost


def route_day(problem: Problem, workday: Workday, tasks: Sequence[Task]) -> list[Task] | None:
    """A cheaper order of `tasks`, or None if the given one is as good as any that greedy descent from it reaches.

    Cost and feasibility are those of `planner.timing`.  `tasks` may be in an order that has no times; then any order
    that has is better.  Deterministic.
    """
    if len(tasks) < 2 or any(not task.windows for task in tasks):
        return None
    before = order_cost(problem, workday, tasks)
    order = DayModel(problem, workday, tasks).descend(range(len(tasks)))
    if order is None or all(one < two for one, two in pairwise(order)):
        return None
    better = [tasks[n] for n in order]
    after = order_cost(problem, workday, better)
    return better if after is not None and (before is None or after < before) else None
