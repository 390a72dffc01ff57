"""What stays on a day that is too full, and in which order: the fewest visits leave, then the least changes.

A published start is a window that opens then (planner.draft), so no order that is found here brings a stop forward.
Because of that nearly everything stays in its published order; what makes room is a visit that leaves, or one that waits
until later in the day.  Both are tried by branch and bound: k visits leave, for k = 0, 1, 2 ...; of the orders with so few
the one with the least price.  On a day of few stops that is the optimum; on a long one a limit on the steps ends it sooner.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from planner.problem import Problem, Workday
from planner.tasks import Task
from planner.timing import break_due, break_task, first_start, pace_of

SHIFT_PRICE = 1800  # a stop that starts more than the lock slack off its published time, in seconds of driving
MOST_GONE = 5
MOST_WAITING = 2  # visits that may wait for a place later in the day, at the same time
MOST_STEPS = 2_000  # for each number of visits that leave; some ten microseconds each
NEVER = 1 << 50


def fewest_leave(
    problem: Problem,
    workday: Workday,
    tasks: Sequence[Task],
    prices: Mapping[int, int],
    starts: Sequence[int | None],
    between: tuple[int, int] = (0, MOST_GONE),
) -> list[int] | None:
    """Positions in `tasks` of what stays, in order; None: nothing was found within the limits.

    Parameters
    ----------
    tasks : in their published order.
    prices : position -> what it costs to take the task off this day (seconds of driving); all others stay.
    starts : published start of each task; None: it is new, and may stand anywhere.
    between : the fewest and the most visits that may leave.
    """
    day = _Day(problem, workday, tasks, prices, starts)
    for gone in range(between[0], min(between[1], len(prices)) + 1):
        if (order := day.best(gone)) is not None:
            return order
    return None


class _Day:
    """The stops of a day are numbered as in `tasks`; the number after them is the start place."""

    def __init__(
        self,
        problem: Problem,
        workday: Workday,
        tasks: Sequence[Task],
        prices: Mapping[int, int],
        starts: Sequence[int | None],
    ) -> None:
        self.workday, self.tasks, self.prices = workday, tasks, prices
        self.by = workday.end + workday.max_overtime
        self.too_heavy = 0 if workday.capacity is None else sum(task.load for task in tasks) - workday.capacity
        self.overtime_percent = problem.params.overtime_percent
        self.order = [n for n, start in enumerate(starts) if start is not None]
        self.new = tuple(n for n, start in enumerate(starts) if start is None)
        self.late_after = [NEVER if start is None else start + problem.params.lock_slack for start in starts]
        self.busy = [task.duration + task.follow_up for task in tasks]
        self.closes = [task.windows[-1].latest for task in tasks]
        self.pause = None if workday.rest is None else break_task(workday.rest)
        places = [task.place for task in tasks] + [workday.start_place]
        self.drive = [
            [0 if o is None or p is None else problem.travel.seconds.item(o, p) for p in places] for o in places
        ]
        self.home = [0 if p is None else problem.travel.seconds.item(p, workday.end_place) for p in places]
        self.pace = pace_of(problem, workday)
        near = [min(row[n] for m, row in enumerate(self.drive) if m != n) for n in range(len(tasks))]
        if self.pace is not None:
            near = [self.pace.at_least(way) for way in near]
        self.near = near if all(task.place is not None for task in tasks) else [0] * len(tasks)  # a block hides the way

    def best(self, gone: int) -> list[int] | None:
        """The order with the least price of those in which so many visits leave the day."""
        most = self.workday.max_stops
        if most is not None and sum(task.counts for task in self.tasks) - gone > most:
            return None
        loads = sorted((self.tasks[n].load for n in self.prices), reverse=True)
        if self.too_heavy > sum(loads[:gone]):
            return None
        self.gone, self.steps, self.least = gone, 0, NEVER
        self.too_many = 0 if most is None else max(0, sum(task.counts for task in self.tasks) - most)
        self.chosen: list[int] = []
        self.found: list[int] | None = None
        self.seen: dict[tuple[int, frozenset[int], int, bool], list[tuple[int, int, int]]] = {}
        takes = [busy + near for busy, near in zip(self.busy, self.near, strict=True)]
        self.spare_time = sum(sorted((takes[n] for n in self.prices), reverse=True)[:gone])
        self.spare_drive = sum(sorted((self.near[n] for n in self.prices), reverse=True)[:gone])
        self.cheapest = sum(sorted(self.prices.values())[:gone])
        begin = self.pause is None
        self._extend(
            0, self.new, len(self.tasks), self.workday.start, 0, begin, 0, NEVER, sum(self.busy), sum(self.near)
        )
        return self.found

    def _extend(
        self,
        at: int,
        waiting: tuple[int, ...],
        here: int,
        now: int,
        driven: int,
        rested: bool,
        cost: int,
        begun: int,
        busy: int,
        drive: int,
    ) -> None:
        """Everything that may come next.

        at : what comes next in the published order; waiting : what was passed over there, and what is new.
        here, now : the last place, and when the rep is free there; driven : seconds on the way to the next one already,
        before blocks or the break.  rested : the break is taken.  begun : when the rep leaves for the first stop.
        busy, drive : seconds of service and, at least, of driving to come if nothing were to leave.
        """
        self.steps += 1
        if self.steps > MOST_STEPS or now + busy + drive - driven - self.spare_time > self.by:
            return
        if cost + max(0, drive - self.spare_drive) + self.cheapest >= self.least or self._dominated(
            (at, frozenset(waiting), here, rested), (now, -driven, cost)
        ):
            return
        lost = 0
        for n in waiting:
            if now > self.closes[n]:
                lost += 1 if n in self.prices else NEVER
        if lost > self.gone:
            return
        passed = sum(n in self.prices for n in waiting)
        ahead = self.order[at : at + 1 + max(0, self.gone + MOST_WAITING - passed)]
        options = [(n, at + k + 1, (*waiting, *ahead[:k])) for k, n in enumerate(ahead)]
        options += [(n, at, tuple(k for k in waiting if k != n)) for n in waiting]
        steps = [
            (there, n, then, still) for n, then, still in options for there in self._put(n, here, now, driven, rested)
        ]
        for (start, free, left, done, late), n, then, still in sorted(steps):
            self.chosen.append(n)
            price = cost + self.drive[here][n] + late * SHIFT_PRICE
            place = n if self.tasks[n].place is not None else here
            first = self._leaves(begun, here, self.drive[here][n], now, driven, start)
            self._extend(then, still, place, free, left, done, price, first, busy - self.busy[n], drive - self.near[n])
            self.chosen.pop()
        self._end([*waiting, *self.order[at:]], here, now, driven, rested, cost, begun)

    def _leaves(self, begun: int, here: int, drive: int, now: int, driven: int, start: int) -> int:
        """When the day begins, if the next thing on it is `drive` seconds away and starts at `start`.

        Where it begins with blocks, before the first of them by as much driving as does not fit in after it.
        """
        if begun == NEVER:
            return start - drive if self.pace is None else self.pace.leave(start, drive)
        if here < len(self.tasks):
            return begun
        after_it = start - now + driven - (begun - self.workday.start)
        return begun - max(0, drive - after_it)

    def _dominated(self, reached: tuple[int, frozenset[int], int, bool], state: tuple[int, int, int]) -> bool:
        """Whether the same tasks were done before, ending here no later and no dearer; remembers what was not."""
        known = self.seen.setdefault(reached, [])
        if any(a <= state[0] and b <= state[1] and c <= state[2] for a, b, c in known):
            return True
        known.append(state)
        return False

    def _put(self, n: int, here: int, now: int, driven: int, rested: bool) -> list[tuple[int, int, int, bool, bool]]:
        """(start, free after it, driven already, rested, late) of one task more, without and with the break before it."""
        plain = self._after(n, here, now, driven, rested)
        if rested or self.pause is None:
            return plain
        if plain and plain[0][1] <= self.pause.windows[0].earliest:
            return plain  # after this task the break is not too early either, and nothing waits for it
        pause = first_start(self.pause.windows, now)
        if pause is None:
            return plain
        paused = self._after(n, here, pause + self.pause.duration, driven + pause - now, True)
        return paused if paused and plain and paused[0][0] == plain[0][0] else plain + paused

    def _after(self, n: int, here: int, now: int, driven: int, rested: bool) -> list[tuple[int, int, int, bool, bool]]:
        task = self.tasks[n]
        ready = now if task.place is None else self._there(now, self.drive[here][n] - driven)
        start = first_start(task.windows, ready)
        if start is None:
            return []
        left = 0 if task.place is not None else driven + start - now
        return [(start, start + self.busy[n], left, rested, start > self.late_after[n])]

    def _there(self, now: int, drive: int) -> int:
        """When so much more is driven; on a day with blocks on the way and several speeds, about then."""
        if drive <= 0:
            return now
        return now + drive if self.pace is None else self.pace.arrive(now, drive)

    def _end(self, gone: Sequence[int], here: int, now: int, driven: int, rested: bool, cost: int, begun: int) -> None:
        """Drive home; whatever has no place by now leaves the day."""
        if not self.too_many <= len(gone) <= self.gone or any(n not in self.prices for n in gone):
            return
        if self.too_heavy > sum(self.tasks[n].load for n in gone) or self._too_far():
            return
        cost += sum(self.prices[n] for n in gone) + self.home[here]
        ends = [(self._there(now, self.home[here] - driven), rested)]
        if not rested and self.pause is not None and (pause := first_start(self.pause.windows, now)) is not None:
            over = pause + self.pause.duration
            ends.append((self._there(over, self.home[here] - driven - (pause - now)), True))
        for end, has_rested in ends:
            rest = self.workday.rest
            leaves = min(end, self._leaves(begun, here, self.home[here], now, driven, end))
            due = rest is not None and not has_rested and break_due(rest, leaves, end)
            price = cost + self.overtime_percent * max(0, end - self.workday.end) // 100
            if end <= self.by and not due and price < self.least:
                self.least, self.found = price, [*self.chosen]

    def _too_far(self) -> bool:
        """Whether the order is more driving than the day may have."""
        most = self.workday.max_driving
        if most is None or not self.chosen:
            return False
        places = [n for n in self.chosen if self.tasks[n].place is not None]
        ways = sum(self.drive[here][n] for here, n in pairwise([len(self.tasks), *places]))
        ways += self.home[places[-1] if places else len(self.tasks)]
        return (ways if self.pace is None else self.pace.at_least(ways)) > most
