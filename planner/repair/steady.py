"""Times of a repaired day: published starts stay, rather idle than early, as far as the day allows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from planner.calendar import DAY_SECONDS, TimeWindow
from planner.draft.draft import Draft, Key
from planner.plan import Route, Stop, StopKind
from planner.problem import Problem, Workday
from planner.tasks import Task, intersect
from planner.timing import time_route

Identity = tuple[StopKind, str | None, str | None]


def identity(stop: Stop | Task) -> Identity:
    """What a stop is, whenever it starts."""
    return stop.kind, stop.request, stop.site


def starts_of(route: Route | None) -> dict[Identity, int]:
    """Published starts by what the stop is."""
    return {} if route is None else {identity(stop): stop.start for stop in route.stops}


def steady_route(draft: Draft, key: Key, published: Route | None) -> Route | None:
    """The order of a day with times near the published ones; the published Route itself where nothing changed.

    None: the order has no times at all.
    """
    anchor = draft.radius.anchor(key[0], draft.bound(key))
    tasks, workday = draft.stamped(key), draft.workdays[key]
    route = time_route(draft.problem, workday, tasks, anchor)
    if route == published:
        return published  # most days; sooner found this way
    route = steady_times(draft.problem, workday, tasks, published, anchor)
    return published if route == published else route


def steady_times(
    problem: Problem, workday: Workday, tasks: Sequence[Task], published: Route | None, anchor: str | None = None
) -> Route | None:
    """No stop starts earlier than published; if that cannot be, none earlier than the lock slack before; else all as
    early as they can."""
    starts = starts_of(published)
    for slack in (0, problem.params.lock_slack, None) if starts else (None,):
        kept = [_not_before(task, starts, slack) for task in tasks]
        route = time_route(problem, workday, kept, anchor)
        if route is not None:
            return route
    return None


def shifts(problem: Problem, route: Route, published: Route | None) -> int:
    """Stops that start more than the lock slack off their published time."""
    starts, slack = starts_of(published), problem.params.lock_slack
    return sum(abs(stop.start - starts.get(identity(stop), stop.start)) > slack for stop in route.stops)


def _not_before(task: Task, starts: Mapping[Identity, int], slack: int | None) -> Task:
    at = starts.get(identity(task))
    if at is None or slack is None:
        return task
    windows = intersect(task.windows, TimeWindow(max(0, at - slack), 2 * DAY_SECONDS))
    return replace(task, windows=windows) if windows else task
