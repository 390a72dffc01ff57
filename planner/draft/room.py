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
from planner.plan import Route
from planner.problem import Problem, Workday
from planner.tasks import Task
from planner.timing import Pace, first_start, last_start, order_cost, pace_of, time_route, too_many, waiting


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
    def cost(self) -> int | None:
        return order_cost(self.problem, self.workday, self.tasks)

    @cached_property
    def nearest(self) -> np.ndarray:
        """For each place, seconds of driving there from the nearest one of the day: int32."""
        around = [task.place for task in self.tasks if task.place is not None] + [self.workday.start_place]
        return self.problem.travel.seconds[around].min(axis=0)

    @cached_property
    def resting(self) -> Resting | None:
        """Bounds that know the break; None: there is none, or it may fall among blocks or in legs of several speeds."""
        rest = self.workday.rest
        if rest is None or self.pace is not None or any(task.place is None for task in self.tasks):
            return None
        return Resting(self.problem, self.workday, rest, self.tasks)

    def insert(self, task: Task) -> tuple[int, int] | None:
        """(what it adds in seconds of driving, position) of the cheapest position; ties go to the earliest."""
        if not task.windows or self._is_full(task) or not (found := self._candidates(task)) or self.cost is None:
            return None
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
            cost = order_cost(self.problem, self.workday, [*self.tasks[:position], task, *self.tasks[position:]])
            if cost is not None:
                return cost
        return None

    def fits(self, task: Task) -> bool:
        """Whether any position has times; the order without it need not (no road from one night to the other, say)."""
        if not task.windows or self._is_full(task):
            return False
        orders = ([*self.tasks[:at], task, *self.tasks[at:]] for _, at in self._candidates(task))
        return any(order_cost(self.problem, self.workday, order) is not None for order in orders)

    def positions(self, task: Task) -> list[int]:
        """The positions that the bounds do not exclude, shortest detour first."""
        if not task.windows or self._is_full(task) or not (found := self._candidates(task)) or self.cost is None:
            return []
        return [position for _, position in found]

    def cost_with(self, task: Task, position: int) -> int | None:
        """What a task adds there in seconds of driving; None: no times."""
        cost = order_cost(self.problem, self.workday, [*self.tasks[:position], task, *self.tasks[position:]])
        return None if cost is None or self.cost is None else cost - self.cost

    def estimate(self, task: Task) -> int | None:
        """The shortest detour of a position that the bounds do not exclude: about what `insert` would say, far sooner."""
        if self.cost is None or not task.windows or self._is_full(task):
            return None
        return min((detour for detour, _ in self._candidates(task)), default=None)

    def _is_full(self, task: Task) -> bool:
        return too_many(self.workday, [*self.tasks, task])

    def _saves(self) -> int:
        """The most that an insertion can save: all waiting of the day, the price of starts that sites do not prefer, and what
        it drives slower than it might at best."""
        if self._idle_price is None:
            route = time_route(self.problem, self.workday, self.tasks)
            idle = waiting(self.workday, route) if route else 0
            liked = sum(bool(task.preferred) for task in self.tasks)
            params = self.problem.params
            self._idle_price = params.waiting_percent * idle // 100 + params.preferred_price * liked
            if self.pace is not None and route is not None:
                self._idle_price += (
                    _driving(route) - _least_driving(self.problem, self.workday, self.tasks, self.pace) + 1
                )
        return self._idle_price

    def _candidates(self, task: Task) -> list[tuple[int, int]]:
        """(detour, position) where the bounds leave room, cheapest first."""
        seconds, pace, place, windows = self.problem.travel.seconds.item, self.pace, task.place, task.windows
        busy, opens, resting = task.duration + task.follow_up, task.windows[0].earliest, self.resting
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
            if (
                resting
                and place is not None
                and not resting.leaves_room(position, there, task, start, back, gap.goal_by)
            ):
                continue
            detour = there + back - (0 if place is None or not self.driven else seconds(gap.origin, gap.goal))
            found.append((detour if pace is None else pace.at_least(detour), position))
        return sorted(found)

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


def _driving(route: Route) -> int:
    return sum(stop.travel for stop in route.stops) + route.return_travel


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
