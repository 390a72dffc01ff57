"""Whether a day still has room for its break with a task more, told in O(1) for each position.

As in planner.search.schedule two copies of the times carry the break: one in which it is still to come, one in which it
is taken.  A break anywhere in a leg delays it alike, to `max(arrival, opening of its window) + its duration`.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from planner.calendar import Break
from planner.problem import Problem, Workday
from planner.tasks import Task
from planner.timing import break_due, first_start, last_start

NEVER = 1 << 40


class Resting:
    """Bounds for each gap of an order of tasks that all have a place, at one speed.

    taken : earliest second of leaving the gap's origin with the break behind one.  later : latest arrival at its goal with the
    break still to come.  arrival : at its goal, and rest_of_day : seconds from there to the end, at least; both without a break.
    """

    def __init__(self, problem: Problem, workday: Workday, rest: Break, tasks: Sequence[Task]) -> None:
        self.rest, self._opens, self._closes, self._length = (
            rest,
            rest.window.earliest,
            rest.window.latest,
            rest.duration,
        )
        places = [workday.start_place, *(task.place or 0 for task in tasks), workday.end_place]
        seconds = problem.travel.seconds.item
        self._legs = [seconds(here, there) for here, there in pairwise(places)]
        self._tasks, self._limit = tasks, workday.end + workday.max_overtime
        self._forward(workday.start)
        self._backward()

    def leaves_room(self, position: int, there: int, task: Task, start: int, back: int, last_by: int) -> bool:
        """Whether the day has times with the task in gap `position`; without its break it has.

        there, back : seconds of driving to the task and on.  start : the task's, last_by : latest arrival at the goal, both as if
        there were no break.
        """
        busy = task.duration + task.follow_up
        done = start + busy
        if not self._is_due(position, start - there, done + back):
            return True
        if done + back <= self.later[position]:
            return True
        if done <= self._closes and max(done + back, self._opens) + self._length <= last_by:
            return True
        rested = first_start(task.windows, min(self.taken[position] + there, self._over(self.left[position], there)))
        return rested is not None and rested + busy + back <= last_by

    def _is_due(self, position: int, departure: int, arrival: int) -> bool:
        """Whether the day surely needs its break if it sets out (to the task, where that is the first) at `departure`
        and gets to the gap's goal at `arrival`."""
        end = arrival + self.rest_of_day[position]
        if arrival >= self.arrival[position]:
            end = max(end, self._end)
        return break_due(self.rest, departure if position == 0 else self._departure, end)

    def _over(self, left: int, leg: int) -> int:
        """Arrival at the end of a leg on which the break is taken."""
        return max(left + leg, self._opens) + self._length if left <= self._closes else NEVER

    def _forward(self, start: int) -> None:
        self.left, self.taken, self.arrival = [start], [NEVER], list[int]()
        for leg, task in zip(self._legs, self._tasks, strict=False):
            left, taken = self.left[-1], self.taken[-1]
            rested = first_start(task.windows, min(taken + leg, self._over(left, leg)))
            begins, busy = first_start(task.windows, left + leg), task.duration + task.follow_up
            self.arrival.append(left + leg)
            self.left.append((left + leg if begins is None else begins) + busy)
            self.taken.append(NEVER if rested is None else rested + busy)
        self._end = self.left[-1] + self._legs[-1]
        self.arrival.append(self._end)
        first = self._tasks[0] if self._tasks else None
        self._departure = start if first is None else self.left[1] - first.duration - first.follow_up - self._legs[0]

    def _backward(self) -> None:
        rested, later, rest_of_day = self._limit, -NEVER, 0
        self.later, self.rest_of_day = [later], [rest_of_day]
        for leg, task in zip(reversed(self._legs), reversed(self._tasks), strict=False):
            busy = task.duration + task.follow_up
            here = min(self._closes, rested - self._length - leg) if self._opens + self._length <= rested else -NEVER
            starts = (
                last_start(task.windows, max(here, later - leg) - busy),
                last_start(task.windows, rested - leg - busy),
            )
            later, rested = (-NEVER if start is None else start for start in starts)
            rest_of_day += leg + busy
            self.later.append(later)
            self.rest_of_day.append(rest_of_day)
        self.later.reverse()
        self.rest_of_day.reverse()
