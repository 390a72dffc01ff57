"""Why a visit does not fit into a day even if nothing else is done there."""

from __future__ import annotations

from dataclasses import replace

from planner.draft.room import DayRoom
from planner.plan import Cause
from planner.problem import Problem, Workday
from planner.tasks import Task, working_time
from planner.timing import too_many
from planner.travel import UNREACHABLE


def barrier(problem: Problem, workday: Workday, task: Task) -> Cause | None:
    """What forbids it, the plainest cause first; None: an empty day has room for it.

    The limits of the day are lifted and come back one by one: the one with which it does not fit any more forbids it by itself.
    """
    if DayRoom(problem, workday, []).fits(task):
        return None
    if UNREACHABLE in _ways(problem, workday, task):
        return Cause.NO_ROAD
    if too_many(workday, [task]):
        return Cause.STOP_LIMIT
    unlimited = replace(workday, max_driving=None)
    free = replace(unlimited, rest=None)
    tries = (
        (Cause.WORKDAY, free, task.at((working_time(workday),))),
        (Cause.HOURS, free, task),
        (Cause.BREAK, unlimited, task),
    )
    return next((cause for cause, day, one in tries if not DayRoom(problem, day, []).fits(one)), Cause.DRIVING_LIMIT)


def _ways(problem: Problem, workday: Workday, task: Task) -> tuple[int, ...]:
    """Seconds of driving there and home; a block is on the way from one to the other."""
    seconds, here, home = problem.travel.seconds.item, workday.start_place, workday.end_place
    return (seconds(here, home),) if task.place is None else (seconds(here, task.place), seconds(task.place, home))
