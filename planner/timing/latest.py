"""How late a day may run: the pass backward over its legs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from planner.problem import Problem, Workday
from planner.tasks import Task
from planner.timing.leg import Leg
from planner.timing.legs import latest_leave
from planner.timing.order import as_early
from planner.timing.windows import last_start


def latest_starts(problem: Problem, workday: Workday, tasks: Sequence[Task]) -> list[int] | None:
    """How late each task may start in this order, so that all that comes after it is in time; None: it has no times.

    With a break, those for the place that `time_route` gives it.
    """
    found = as_early(problem, workday, tasks)
    if found is None:
        return None
    latest: dict[int, int] = {}
    for leg, by in _backward(found[0], workday, latest):
        latest[id(leg.target)] = by
    return [latest[id(task)] for task in tasks]


def leave_by_goals(legs: list[Leg], workday: Workday, ends: Mapping[int, int]) -> dict[int, int]:
    """For each leg's target: the latest second to leave the place before, so that nothing later is late.

    ends : when each block and break is over as planned, by id of its task.
    """
    return {id(leg.target): _set_out(leg, by, ends) for leg, by in _backward(legs, workday)}


def _backward(legs: list[Leg], workday: Workday, latest: dict[int, int] | None = None) -> Iterator[tuple[Leg, int]]:
    """Each leg to a task, from the last one on, and how late that task may start; `latest` as in `latest_leave`."""
    deadline = workday.end + workday.max_overtime
    for leg in reversed(legs):
        if leg.target is not None:
            by = last_start(leg.target.windows, deadline - leg.target.duration - leg.target.follow_up)
            assert by is not None, "the forward pass found a time"
            yield leg, by
            deadline = by
        deadline = latest_leave(leg, deadline, {}, latest)


def _set_out(leg: Leg, goal: int, ends: Mapping[int, int]) -> int:
    """Latest second to start driving: after as many of the leg's blocks and break, taken as planned, as leave time for it."""
    for done in range(len(leg.pauses), 0, -1):
        latest = latest_leave(leg.with_pauses(leg.pauses[done:]), goal, {})
        if latest >= ends[id(leg.pauses[done - 1])]:
            return latest
    return latest_leave(leg, goal, {})
