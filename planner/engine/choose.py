"""OR-Tools repairs one workday: what stays on it and in which order, when not everything fits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from planner.engine.model import DayModel
from planner.problem import Problem, Workday
from planner.tasks import Task


def choose_day(
    problem: Problem, workday: Workday, tasks: Sequence[Task], drop_prices: Mapping[int, int], start: Sequence[int]
) -> list[int] | None:
    """Positions in `tasks` of what stays, in order; None if nothing is found from `start`.

    Parameters
    ----------
    drop_prices : position -> what it costs to take the task off this day (seconds of driving); all others stay.
    start : positions in an order that has times; greedy descent begins there.
    """
    return DayModel(problem, workday, tasks, drop_prices).descend(start)
