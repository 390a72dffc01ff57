"""OR-Tools routes one workday: the cheapest order of the tasks that are on it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from planner.engine.model import DayModel, driving
from planner.engine.shortest import MOST, shortest
from planner.problem import Problem, Workday
from planner.tasks import Task
from planner.timing import order_cost, time_route


def route_day(problem: Problem, workday: Workday, tasks: Sequence[Task]) -> list[Task] | None:
    """A cheaper order of `tasks`, or None if the given one is as good as any that greedy descent from it reaches.

    Cost and feasibility are those of `planner.timing`.  `tasks` may be in an order that has no times; then any order
    that has is better.  Deterministic.
    """
    if len(tasks) < 2 or any(not task.windows for task in tasks):
        return None
    before = order_cost(problem, workday, tasks)
    if before is not None and _as_short_as_any(problem, workday, tasks):
        return None
    order = DayModel(problem, workday, tasks).descend(range(len(tasks)))
    if order is None or all(one < two for one, two in pairwise(order)):
        return None
    better = [tasks[n] for n in order]
    after = order_cost(problem, workday, better)
    return better if after is not None and (before is None or after < before) else None


def _as_short_as_any(problem: Problem, workday: Workday, tasks: Sequence[Task]) -> bool:
    """Whether no order drives less, and this one makes no overtime: there is nothing that the model could better.

    Not asked where a block is among them, which may stand elsewhere without any other drive."""
    if len(tasks) > MOST or any(task.place is None for task in tasks):
        return False
    seconds = driving(problem, workday, tasks)
    order = np.array([len(tasks), *range(len(tasks)), len(tasks) + 1])
    if seconds[order[:-1], order[1:]].sum() > shortest(seconds):
        return False
    route = time_route(problem, workday, tasks)
    return route is not None and route.end <= workday.end
