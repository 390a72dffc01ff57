"""Times that stay as they were published or promised: rather idle than early, as far as the day allows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from planner.plan import Route, Stop, StopKind
from planner.problem import Problem, Workday
from planner.tasks import Task
from planner.timing import as_told, latest_starts, time_route

Identity = tuple[StopKind, str | None]


def identity(stop: Stop | Task) -> Identity:
    """What a stop of a day is, whenever it starts; the request of a visit may have got another name since."""
    return stop.kind, stop.site if stop.kind is StopKind.VISIT else stop.request


def starts_of(route: Route | None) -> dict[Identity, int]:
    """Published starts by what the stop is."""
    return {} if route is None else {identity(s): s.start for s in route.stops if s.kind is not StopKind.BREAK}


def steady_times(
    problem: Problem, workday: Workday, tasks: Sequence[Task], starts: Mapping[Identity, int], anchor: str | None = None
) -> Route | None:
    """No stop starts earlier than in `starts`.  Where this order cannot keep that, a stop starts as much earlier as those
    after it need, and no more; None: the order has no times at all."""
    floors = [starts.get(identity(task)) for task in tasks]
    route = time_route(problem, workday, _no_earlier(tasks, floors), anchor)
    if route is None and any(floor is not None for floor in floors):
        latest = latest_starts(problem, workday, tasks)
        if latest is not None:
            needed = [None if floor is None else min(floor, by) for floor, by in zip(floors, latest, strict=True)]
            route = time_route(problem, workday, _no_earlier(tasks, needed), anchor)
        if route is None:  # ending later, the day may need a break that it has no time for
            route = time_route(problem, workday, tasks, anchor)
    return route


def _no_earlier(tasks: Sequence[Task], floors: Sequence[int | None]) -> list[Task]:
    return [task if floor is None else as_told(task, floor) for task, floor in zip(tasks, floors, strict=True)]
