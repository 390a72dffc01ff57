"""OR-Tools routes one workday: the cheapest order of the tasks that are on it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from planner.engine.cheaper import SCALE, may_be_cheaper
from planner.engine.model import DayModel, driving
from planner.engine.shortest import MOST, shortest
from planner.plan import Route, StopKind
from planner.problem import Problem, Workday
from planner.tasks import Task
from planner.timing import order_cost, pace_of, time_route


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
    """Whether no order drives less, and this one makes no overtime, or none that keeps its hours costs less: there is nothing that
    the model could better.

    Not asked where a block is among them, which may stand elsewhere without any other drive."""
    if len(tasks) > MOST or any(task.place is None for task in tasks):
        return False
    route = time_route(problem, workday, tasks)
    if route is None:
        return False
    seconds = driving(problem, workday, tasks)
    order = np.array([len(tasks), *range(len(tasks)), len(tasks) + 1])
    driven, overtime = int(seconds[order[:-1], order[1:]].sum()), max(0, route.end - workday.end)
    if not overtime and driven <= shortest(seconds):
        return True
    if pace_of(problem, workday) is not None or not _rests_as_in_the_model(workday, route):
        return False
    percent = problem.params.overtime_percent
    return not may_be_cheaper(seconds, tasks, workday, percent, driven * SCALE + percent * overtime)


def _rests_as_in_the_model(workday: Workday, route: Route) -> bool:
    """Whether a day has its break, or the model too would do without one: it does not know that half a day needs none."""
    rest = workday.rest
    if rest is None or any(stop.kind is StopKind.BREAK for stop in route.stops):
        return True
    return route.end <= rest.window.latest or route.start >= rest.window.earliest + rest.duration
