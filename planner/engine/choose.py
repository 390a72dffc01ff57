"""OR-Tools repairs one workday: what stays on it and in which order, when not everything fits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from planner.engine.model import DayModel
from planner.problem import Problem, Workday
from planner.tasks import Task
from planner.timing import time_route


def choose_day(
    problem: Problem, workday: Workday, tasks: Sequence[Task], drop_prices: Mapping[int, int], start: Sequence[int]
) -> list[int] | None:
    """Positions in `tasks` of what stays, in order, which `planner.timing` can time; None if no such order is found from `start`.

    Parameters
    ----------
    drop_prices : position -> what it costs to take the task off this day (seconds of driving); all others stay.
    start : positions in an order that has times; greedy descent begins there.
    """
    order = DayModel(problem, workday, tasks, drop_prices).descend(start)
    if order is None or time_route(problem, workday, [tasks[n] for n in order]) is None:
        return None
    return order
