"""Where a task fits into the order of a day, and what it adds.

Two passes over the day, break left out, bound what any exact timing can do, so most positions are refused at once; the
rest are timed exactly, cheapest detour first, until no later one can be cheaper.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from planner.draft.resting import Resting
from planner.nights import DayAway
from planner.problem import Problem, Workday
from planner.tasks import Task
from planner.timing import (
    WORK,
    Pace,
    Spent,
    first_start,
    last_start,
    order_cost,
    order_spent,
    over_limits,
    pace_of,
    too_many,
)


@dataclass(frozen=True, slots=True)
class Gap:
    """The place before and after a position of the order, and bounds on the times there.

    left : earliest second of leaving `origin`; free: of being free (a block may lie between).
    goal_by : latest arrival at `goal`; busy_by : latest second by which what comes next must begin.
    """

    origin: int
    goal: int
    left: int
    free: int
    goal_by: int
    busy_by: int


class DayRoom:
    """A workday with an order of tasks.  cost: None if the order has no times."""

    def __init__(self, problem: Problem, workday: Workday, tasks: Sequence[Task]) -> None:
        self.problem, self.workday, self.tasks = problem, workday, list(tasks)
        self.pace = pace_of(problem, workday)
        self.driven = bool(self.tasks) or isinstance(workday, DayAway)
        self._gaps: list[Gap] | None = None
        self._idle_price: int | None = None
        self._without: dict[int, DayRoom] = {}

    @cached_property
    def _spent(self) -> Spent | None:
        return order_spent(self.problem, self.workday, self.tasks)

    @property
    def cost(self) -> int | None:
        return None if self._spent is None else self._spent.cost

    @cached_property
    def nearest(self) -> np.ndarray:
        """For each place, seconds of driving there from the nearest one of the day: int32."""
        around = [task.place for task in self.tasks if task.place is not None] + [self.workday.start_place]
        return self.problem.travel.seconds[around].min(axis=0)

    @cached_property
    def longest(self) -> np.ndarray:
        """For each place, how many seconds a stop there (with its follow-up) takes at most where one of the gaps has room for it, at
        whatever time it is open and without the break: int32, -1 where there is no room at all."""
        seconds = self.problem.travel.seconds
        origins, goals = [gap.origin for gap in self.gaps], [gap.goal for gap in self.gaps]
        there, back = seconds[origins].astype(np.int64), seconds.T[goals].astype(np.int64)
        if self.pace is not None:  # at the best of speeds
            there, back = WORK * there // self.pace.fastest, WORK * back // self.pace.fastest
        left, free, goal_by, busy_by = np.array(
            [(gap.left, gap.free, gap.goal_by, gap.busy_by) for gap in self.gaps]
        ).T[:, :, None]
        rooms = (np.minimum(busy_by, goal_by - back) - np.maximum(free, left + there)).max(axis=0)
        found: np.ndarray = np.maximum(rooms, -1).astype(np.int32)
        return found

    @cached_property
    def resting(self) -> Resting | None:
        """Bounds that know the break; None: there is none, or it may fall among blocks or in legs of several speeds."""
        rest = self.workday.rest
        if rest is None or self.pace is not None or any(task.place is None for task in self.tasks):
            return None
        return Resting(self.problem, self.workday, rest, self.tasks)

    def insert(self, task: Task) -> tuple[int, int] | None:
        """(what it adds in seconds of driving, position) of the cheapest position; ties go to the earliest."""
        found = self._possible(task)
        return self._cheapest(task, found) if found and self.cost is not None else None

    def with_task(self, task: Task) -> int | None:
        """The cost of the day with a task at its cheapest position; None: it has none.

        Where roads are missing the day may have no times without it."""
        found = self._possible(task)
        if not found:
            return None
        if self.cost is not None:
            added = self._cheapest(task, found)
            return None if added is None else self.cost + added[0]
        costs = (order_cost(self.problem, self.workday, self._order(task, position)) for _, position in found)
        return min((cost for cost in costs if cost is not None), default=None)

    def _cheapest(self, task: Task, found: Sequence[tuple[int, int]]) -> tuple[int, int] | None:
        """What `insert` says; found : detours and positions, the shortest first."""
        best: tuple[int, int] | None = None
        for detour, position in found:
            if best is not None and detour - self._saves() >= best[0]:
                break
            added = self.cost_with(task, position)
            if added is not None and (best is None or (added, position) < best):
                best = added, position
        return best

    def insert_all(self, tasks: Sequence[Task]) -> tuple[int, tuple[int, ...]] | None:
        """The same for several at once: what they add together, and the position of each once those before it are in."""
        if len(tasks) == 1:
            found = self.insert(tasks[0])
            return found and (found[0], (found[1],))
        return min(self.all_ways(tasks), default=None)

    def all_ways(self, tasks: Sequence[Task]) -> Iterator[tuple[int, tuple[int, ...]]]:
        """What `insert_all` says of each choice of positions that has times; of one task the shortest detour first."""
        if len(tasks) == 1:
            ways = ((self.cost_with(tasks[0], position), (position,)) for position in self.positions(tasks[0]))
            yield from ((cost, positions) for cost, positions in ways if cost is not None)
            return
        if (
            self.cost is None
            or not all(task.windows for task in tasks)
            or too_many(self.workday, [*self.tasks, *tasks])
        ):
            return
        for positions, order in _insertions(self.tasks, tasks):
            cost = order_cost(self.problem, self.workday, order)
            if cost is not None:
                yield cost - self.cost, positions

    def without(self, position: int) -> DayRoom:
        """The day with one task less; remembered, because many visits may ask for the place of the same one."""
        if position not in self._without:
            left = [*self.tasks[:position], *self.tasks[position + 1 :]]
            self._without[position] = DayRoom(self.problem, self.workday, left)
        return self._without[position]

    def detour(self, position: int) -> int:
        """Seconds of driving that the way of the day is longer because of a task; 0 for one without a place."""
        places = [self.workday.start_place, *(t.place for t in self.tasks[:position] if t.place is not None)]
        after = [*(t.place for t in self.tasks[position + 1 :] if t.place is not None), self.workday.end_place]
        seconds, here = self.problem.travel.seconds.item, self.tasks[position].place
        if here is None:
            return 0
        return seconds(places[-1], here) + seconds(here, after[0]) - seconds(places[-1], after[0])

    def first_fit(self, task: Task) -> int | None:
        """The cost of the day with the task at the first position that has times, shortest detour first."""
        for position in self.positions(task):
            cost = order_cost(self.problem, self.workday, self._order(task, position))
            if cost is not None:
                return cost
        return None

    def fits(self, task: Task) -> bool:
        """Whether any position has times; the order without it need not (no road from one night to the other, say)."""
        orders = (self._order(task, position) for _, position in self._possible(task))
        return any(order_cost(self.problem, self.workday, order) is not None for order in orders)

    def positions(self, task: Task) -> list[int]:
        """The positions that the bounds do not exclude, shortest detour first."""
        found = self._possible(task)
        return [position for _, position in found] if found and self.cost is not None else []

    def cost_with(self, task: Task, position: int) -> int | None:
        """What a task adds there in seconds of driving; None: no times."""
        cost = order_cost(self.problem, self.workday, self._order(task, position))
        return None if cost is None or self.cost is None else cost - self.cost

    def estimate(self, task: Task) -> int | None:
        """The shortest detour of a position that the bounds do not exclude: about what `insert` would say, far sooner."""
        if self.cost is None:
            return None
        return min((detour for detour, _ in self._possible(task)), default=None)

    def _order(self, task: Task, position: int) -> list[Task]:
        return [*self.tasks[:position], task, *self.tasks[position:]]

    def _possible(self, task: Task) -> list[tuple[int, int]]:
        """(detour, position) where limits and bounds leave room for a task, shortest detour first."""
        return [] if not task.windows or self._is_full(task) else self._candidates(task)

    def _is_full(self, task: Task) -> bool:
        stops, load = self._taken
        return over_limits(self.workday, stops + task.counts, load + task.load)

    @cached_property
    def _taken(self) -> tuple[int, int]:
        """How many stops there are, and what they take of what can be carried."""
        return sum(task.counts for task in self.tasks), sum(task.load for task in self.tasks)

    def _saves(self) -> int:
        """The most that an insertion can save: all waiting of the day, the price of starts that sites do not prefer, and what
        it drives slower than it might at best."""
        if self._idle_price is None:
            spent, params = self._spent, self.problem.params
            liked = sum(bool(task.preferred) for task in self.tasks)
            self._idle_price = params.preferred_price * liked
            if spent is not None:
                self._idle_price += params.waiting_percent * spent.waiting // 100
            if self.pace is not None and spent is not None and self.driven:
                self._idle_price += (
                    spent.driving - _least_driving(self.problem, self.workday, self.tasks, self.pace) + 1
                )
        return self._idle_price

    def _candidates(self, task: Task) -> list[tuple[int, int]]:
        """(detour, position) where the bounds leave room, cheapest first."""
        seconds, pace, place, windows = self.problem.travel.seconds.item, self.pace, task.place, task.windows
        busy, opens = task.duration + task.follow_up, task.windows[0].earliest
        found = []
        for position, gap in enumerate(self.gaps):
            if max(opens, gap.free) + busy > gap.busy_by:
                continue
            there = 0 if place is None else seconds(gap.origin, place)
            arrival = gap.left + there if pace is None else pace.arrive(gap.left, there)
            start = first_start(windows, max(arrival, gap.free))
            if start is None or start + busy > gap.busy_by:
                continue
            back, done = 0 if place is None else seconds(place, gap.goal), start + busy
            if (done + back if pace is None else pace.arrive(done, back)) > gap.goal_by:
                continue
            if place is not None and not self._rests(position, there, task, start, back, gap.goal_by):
                continue
            detour = there + back - (0 if place is None or not self.driven else seconds(gap.origin, gap.goal))
            found.append((detour if pace is None else pace.at_least(detour), position))
        return sorted(found)

    def _rests(self, position: int, there: int, task: Task, start: int, back: int, last_by: int) -> bool:
        """Whether its break leaves room for a task; True as well where that is not known."""
        resting = self.resting
        return resting is None or resting.leaves_room(position, there, task, start, back, last_by)

    @property
    def gaps(self) -> list[Gap]:
        if self._gaps is None:
            self._gaps = self._bounds()
        return self._gaps

    def _bounds(self) -> list[Gap]:
        ahead = self._backward()
        day, seconds = self.workday, self.problem.travel.seconds
        origin, left, free = day.start_place, day.start, day.start
        gaps = [Gap(origin, ahead[0][0], left, free, *ahead[0][1:])]
        for position, task in enumerate(self.tasks, start=1):
            if task.place is None:
                start = first_start(task.windows, free)
                free = start + task.duration if start is not None else free
            else:
                way = seconds.item(origin, task.place)
                arrival = left + way if self.pace is None else self.pace.arrive(left, way)
                start = first_start(task.windows, max(arrival, free))
                origin = task.place
                left = free = (start or left) + task.duration + task.follow_up
            gaps.append(Gap(origin, ahead[position][0], left, free, *ahead[position][1:]))
        return gaps

    def _backward(self) -> list[tuple[int, int, int]]:
        """(goal, latest arrival there, latest begin of what comes next) for each gap."""
        day, seconds = self.workday, self.problem.travel.seconds
        by = day.end + day.max_overtime
        state = (day.end_place, by, by)
        result = [state]
        for task in reversed(self.tasks):
            goal, goal_by, busy_by = state
            if task.place is None:
                start = last_start(task.windows, busy_by - task.duration)
                state = (goal, goal_by, busy_by if start is None else start)
            else:
                way = seconds.item(task.place, goal)
                after = min(busy_by, goal_by - way if self.pace is None else self.pace.leave(goal_by, way))
                start = last_start(task.windows, after - task.duration - task.follow_up)
                latest = after if start is None else start
                state = (task.place, latest, latest)
            result.append(state)
        return result[::-1]


def _least_driving(problem: Problem, workday: Workday, tasks: Sequence[Task], pace: Pace) -> int:
    """What the order would take at the best of speeds."""
    places = [workday.start_place, *(task.place for task in tasks if task.place is not None), workday.end_place]
    return pace.at_least(sum(problem.travel.seconds.item(*way) for way in pairwise(places)))


def _insertions(order: list[Task], tasks: Sequence[Task]) -> Iterator[tuple[tuple[int, ...], list[Task]]]:
    """Every way to put tasks into an order, one after the other."""
    if not tasks:
        yield (), order
        return
    for at in range(len(order) + 1):
        for positions, whole in _insertions([*order[:at], tasks[0], *order[at:]], tasks[1:]):
            yield (at, *positions), whole
