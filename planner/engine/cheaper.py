"""Is there a cheaper order of a day?  A proof that there is none spares the model.

Orders are put together from the start place, depth first, with the earliest times: with the break still to come and, as in
`planner.draft.resting`, with the break behind one.  An order is followed as long as its driving and overtime, with the shortest
way through the stops still to come, may stay below what the order at hand costs.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from planner.engine.shortest import NEVER, ways
from planner.problem import Workday
from planner.tasks import Task
from planner.timing import first_start

SCALE = 100  # percents leave no fractions
MOST_TRIED = 1_000  # stops put after others: a guard, some milliseconds


def may_be_cheaper(
    driving: np.ndarray, tasks: Sequence[Task], workday: Workday, overtime_percent: int, than: int
) -> bool:
    """Whether an order that keeps the hours of its stops, the workday and its break costs less `than` so many hundredths of a second
    of driving; True as well where that takes too long to find out.

    driving : (n + 2, n + 2) int64, seconds between n stops, then the start place, then the end place.
    """
    return _Orders(driving, tasks, workday, overtime_percent, than).possible(
        (1 << len(tasks)) - 1, len(tasks), workday.start, None, 0
    )


class _Orders:
    def __init__(
        self, driving: np.ndarray, tasks: Sequence[Task], workday: Workday, overtime_percent: int, than: int
    ) -> None:
        self.driving, self.tasks, self.workday = driving.tolist(), tasks, workday
        self.percent, self.than = overtime_percent, than
        self.busy = [task.duration + task.follow_up for task in tasks]
        self.home = workday.end + workday.max_overtime
        count = len(tasks)
        turned = [*range(count), count + 1, count]
        self._way = ways(
            driving.T[np.ix_(turned, turned)]
        ).item  # through a set of stops to the end place, from one of them
        self.left = MOST_TRIED

    def possible(self, open_: int, here: int, free: int, rested: int | None, driven: int) -> bool:
        """Whether what is open can follow.  free : when `here` is left without a break so far; rested : with it behind one."""
        if not open_:
            return self._below(driven, free, rested, self.driving[here][len(self.tasks) + 1], 0)
        members = [n for n in range(len(self.tasks)) if open_ >> n & 1]
        to_do = sum(self.busy[n] for n in members)
        for n in members:
            self.left -= 1
            if self.left < 0:
                return True
            leg = self.driving[here][n]
            if not self._below(driven, free, rested, leg + self._way(open_, n), to_do):
                continue
            begins = first_start(self.tasks[n].windows, free + leg)
            if begins is None:
                continue
            after = first_start(self.tasks[n].windows, self._rested(free, rested, leg))
            done = None if after is None else after + self.busy[n]
            if self.possible(open_ & ~(1 << n), n, begins + self.busy[n], done, driven + leg):
                return True
        return False

    def _rested(self, free: int, rested: int | None, leg: int) -> int:
        """Arrival at the end of a leg with the break behind one; NEVER: it came too late."""
        rest, before = self.workday.rest, NEVER if rested is None else rested + leg
        if rest is None or free > rest.window.latest:
            return before
        return min(before, max(free + leg, rest.window.earliest) + rest.duration)

    def _below(self, driven: int, free: int, rested: int | None, way: int, busy: int) -> bool:
        """Whether so much way and work more may end in time, and cost less than the order at hand."""
        rest, end = self.workday.rest, free + way + busy
        if rest is not None and end > rest.window.latest:
            end = min(NEVER if rested is None else rested + way + busy, self._rested(free, None, way + busy))
        overtime = max(0, end - self.workday.end)
        return end <= self.home and (driven + way) * SCALE + self.percent * overtime < self.than
