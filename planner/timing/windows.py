"""When a task may start."""

from __future__ import annotations

from bisect import bisect_right

from planner.calendar import TimeWindow


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
