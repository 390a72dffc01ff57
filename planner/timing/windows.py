"""When a task may start."""

from __future__ import annotations

from bisect import bisect_right

from planner.calendar import TimeWindow
from planner.tasks import Task


def first_start(windows: tuple[TimeWindow, ...], ready: int) -> int | None:
    """The first second from `ready` on at which a window is open."""
    for window in windows:
        if ready <= window.latest:
            return max(ready, window.earliest)
    return None


def last_start(windows: tuple[TimeWindow, ...], deadline: int) -> int | None:
    """The last second up to `deadline` at which a window is open."""
    index = bisect_right(windows, deadline, key=lambda window: window.earliest)
    return min(windows[index - 1].latest, deadline) if index else None


def not_before(task: Task, start: int) -> Task:
    """The task, no earlier than `start` where its windows allow that."""
    left = [window for window in task.windows if start <= window.latest]
    if not left or start <= task.windows[0].earliest:
        return task
    first = left[0] if start <= left[0].earliest else TimeWindow(start, left[0].latest)
    return task.at((first, *left[1:]))


def as_told(task: Task, start: int) -> Task:
    """The task of which somebody was told that it starts then: no earlier where its windows allow that, nor later for a break that
    could be taken elsewhere; it waits for nothing any more."""
    return task.told(not_before(task, start).windows, start)
