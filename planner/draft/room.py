"""Where a task fits into the order of a day, and what it adds.

Two passes over the day, break left out, bound what any exact timing can do, so most positions are refused at once; the
rest are timed exactly, cheapest detour first, until no later one can be cheaper.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from planner.problem import Problem, Workday
from planner.tasks import Task
from planner.timing import first_start, last_start, order_cost, time_route, too_many, waiting


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
        self.cost = order_cost(problem, workday, self.tasks)
        self._gaps: list[Gap] | None = None
        self._idle_price: int | None = None
        self._without: dict[int, DayRoom] = {}

    def insert(self, task: Task) -> tuple[int, int] | None:
        """(what it adds in seconds of driving, position) of the cheapest position; ties go to the earliest."""
        if self.cost is None or not task.windows or self._is_full(task):
            return None
        best: tuple[int, int] | None = None
        for detour, position in self._candidates(task):
            if best is not None and detour - self._saves() >= best[0]:
                break
            cost = order_cost(self.problem, self.workday, [*self.tasks[:position], task, *self.tasks[position:]])
            if cost is not None and (best is None or (cost - self.cost, position) < best):
                best = cost - self.cost, position
        return best

    def insert_all(self, tasks: Sequence[Task]) -> tuple[int, tuple[int, ...]] | None:
        """The same for several at once: what they add together, and the position of each once those before it are in."""
        if len(tasks) == 1:
            found = self.insert(tasks[0])
            return found and (found[0], (found[1],))
        if self.cost is None or not all(task.windows for task in tasks):
            return None
        if too_many(self.workday, [*self.tasks, *tasks]):
            return None
        costs = (
            (cost, positions)
            for positions, order in _insertions(self.tasks, tasks)
            if (cost := order_cost(self.problem, self.workday, order)) is not None
        )
        best = min(costs, default=None)
        return best and (best[0] - self.cost, best[1])

    def without(self, position: int) -> DayRoom:
        """The day with one task less; remembered, because many visits may ask for the place of the same one."""
        if position not in self._without:
            left = [*self.tasks[:position], *self.tasks[position + 1 :]]
            self._without[position] = DayRoom(self.problem, self.workday, left)
        return self._without[position]

    def first_fit(self, task: Task) -> int | None:
        """The cost of the day with the task at the first position that has times, shortest detour first."""
        for position in self.positions(task):
            cost = order_cost(self.problem, self.workday, [*self.tasks[:position], task, *self.tasks[position:]])
            if cost is not None:
                return cost
        return None

    def fits(self, task: Task) -> bool:
        """Whether any position has times."""
        if self.cost is None or not task.windows or self._is_full(task):
            return False
        orders = ([*self.tasks[:at], task, *self.tasks[at:]] for _, at in self._candidates(task))
        return any(order_cost(self.problem, self.workday, order) is not None for order in orders)

    def positions(self, task: Task) -> list[int]:
        """The positions that the bounds do not exclude, shortest detour first."""
        if self.cost is None or not task.windows or self._is_full(task):
            return []
        return [position for _, position in self._candidates(task)]

    def estimate(self, task: Task) -> int | None:
        """The shortest detour of a position that the bounds do not exclude: about what `insert` would say, far sooner."""
        if self.cost is None or not task.windows or self._is_full(task):
            return None
        return min((detour for detour, _ in self._candidates(task)), default=None)

    def _is_full(self, task: Task) -> bool:
        return too_many(self.workday, [*self.tasks, task])

    def _saves(self) -> int:
        """The most that an insertion can save: all waiting of the day, and the price of starts that sites do not prefer."""
        if self._idle_price is None:
            route = time_route(self.problem, self.workday, self.tasks)
            idle = waiting(self.workday, route) if route else 0
            liked = sum(bool(task.preferred) for task in self.tasks)
            params = self.problem.params
            self._idle_price = params.waiting_percent * idle // 100 + params.preferred_price * liked
        return self._idle_price

    def _candidates(self, task: Task) -> list[tuple[int, int]]:
        """(detour, position) where the bounds leave room, cheapest first."""
        seconds = self.problem.travel.seconds
        found = []
        for position, gap in enumerate(self.gaps):
            if task.place is None:
                detour = there = back = 0
                start = first_start(task.windows, gap.free)
            else:
                there, back = seconds.item(gap.origin, task.place), seconds.item(task.place, gap.goal)
                detour = there + back - (seconds.item(gap.origin, gap.goal) if self.tasks else 0)
                start = first_start(task.windows, max(gap.left + there, gap.free))
            if start is None:
                continue
            done = start + task.duration + task.follow_up
            if done <= gap.busy_by and done + back <= gap.goal_by:
                found.append((detour, position))
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
                start = first_start(task.windows, max(left + seconds.item(origin, task.place), free))
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
                after = min(busy_by, goal_by - seconds.item(task.place, goal))
                start = last_start(task.windows, after - task.duration - task.follow_up)
                latest = after if start is None else start
                state = (task.place, latest, latest)
            result.append(state)
        return result[::-1]


def _insertions(order: list[Task], tasks: Sequence[Task]) -> Iterator[tuple[tuple[int, ...], list[Task]]]:
    """Every way to put tasks into an order, one after the other."""
    if not tasks:
        yield (), order
        return
    for at in range(len(order) + 1):
        for positions, whole in _insertions([*order[:at], tasks[0], *order[at:]], tasks[1:]):
            yield (at, *positions), whole
