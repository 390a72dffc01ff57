"""Times that stay as they were published or promised: rather idle than early, as far as the day allows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from planner.plan import Route, Stop, StopKind
from planner.problem import Problem, Workday
from planner.tasks import Task
from planner.timing import not_before, time_route

Identity = tuple[StopKind, str | None, str | None]


def identity(stop: Stop | Task) -> Identity:
    """What a stop is, whenever it starts."""
    return stop.kind, stop.request, stop.site


def starts_of(route: Route | None) -> dict[Identity, int]:
    """Published starts by what the stop is."""
    return {} if route is None else {identity(stop): stop.start for stop in route.stops}


def steady_times(
    problem: Problem, workday: Workday, tasks: Sequence[Task], starts: Mapping[Identity, int], anchor: str | None = None
) -> Route | None:
    """Stops that follow each other as in `starts` start no earlier than there; if the day is too full for that, only
    those before the first stop that is new or elsewhere in the order; else none starts earlier by more than the lock
    slack; else all as early as they can."""
    kept = _in_order([starts.get(identity(task)) for task in tasks])
    first = next((n for n in range(len(tasks)) if n not in kept), len(tasks))
    slack = problem.params.lock_slack
    attempts = [(kept, 0), (kept & set(range(first)), 0), (kept, slack), (set(), 0)]
    for stays, early in attempts if kept else attempts[-1:]:
        order = [not_before(t, starts[identity(t)] - early) if n in stays else t for n, t in enumerate(tasks)]
        route = time_route(problem, workday, order, anchor)
        if route is not None:
            return route
    return None


def _in_order(starts: Sequence[int | None]) -> set[int]:
    """Positions of the longest run of published starts that is still in order."""
    runs: list[tuple[int, int, list[int]]] = []  # length, last start, positions
    for n, start in enumerate(starts):
        if start is not None:
            before = [run for run in runs if run[1] <= start]
            _, _, run = max(before, default=(0, 0, []))
            runs.append((len(run) + 1, start, [*run, n]))
    return set(max(runs)[2]) if runs else set()
