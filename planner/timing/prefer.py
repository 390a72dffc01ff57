"""Starts that sites prefer: a visit waits for them where that makes the day cheaper."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from planner.tasks import Task
from planner.timing.leg import Leg, Timetable
from planner.timing.windows import not_before

Times = tuple[list[Leg], Timetable]
Priced = tuple[int, Times]


def wait_for_preferred(
    tasks: Sequence[Task], found: Priced, priced: Callable[[Sequence[Task]], Priced | None]
) -> Priced:
    """The times of `found`, with visits that start when the next window that their site prefers opens, as far as that pays.

    In order, each once: waiting for the first may bring the second to its window as well.  Before the first stop waiting costs
    nothing, because the rep leaves later; `departure` has what leaving later does for those further on.

    priced : what an order costs and its times, as early as they can be; None: it has none.
    """
    order, (cost, times) = list(tasks), found
    for n, task in enumerate(tasks):
        start = next(start for one, _, start in times[1].entries if one is task)
        opens = next((window.earliest for window in task.preferred if window.earliest > start), None)
        if task.expected is not None or task.suits(start) or opens is None:
            continue
        later = [*order[:n], not_before(task, opens), *order[n + 1 :]]
        other = priced(later)
        if other is not None and other[0] < cost:
            order, (cost, times) = later, other
    return cost, times
