"""What stays on a day that is too full, and in which order: few visits leave, and few that stay start later.

A published start is a window that opens then (planner.draft), so no order that is found here brings a stop forward: what makes
room is a visit that leaves, or one that waits until later in the day.  Both have a price.  A branch and bound over all orders of
all selections, with one state for each selection done and its last stop, finds the least; a limit on the steps, which long days
may come to, makes it a good one.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from planner.problem import Problem, Workday
from planner.tasks import Task
from planner.timing import break_due, break_task, first_start, pace_of

SHIFT_PRICE = 7_200  # a stop that starts more than the lock slack off its published time, in seconds of driving
LEAVE_PRICE = (
    14_400  # a visit that leaves its day, beside what its place elsewhere costs: rather one other waits, not three
)
MOST_LOOKS = 30_000  # at a stop that is still to come; some half a microsecond each
NEVER = 1 << 50

State = tuple[int, int, int, bool]  # place in `tasks` (or the start place), free from, driven already, break taken


def fewest_leave(
    problem: Problem,
    workday: Workday,
    tasks: Sequence[Task],
    prices: Mapping[int, int],
    starts: Sequence[int | None],
) -> list[int] | None:
    """Positions in `tasks` of what stays, in order; None: nothing was found within the limits.

    Parameters
    ----------
    tasks : in their published order.
    prices : position -> what it costs to take the task off this day (seconds of driving); all others stay.
    starts : published start of each task; None: it is new, and may stand anywhere.
    """
    return FullDay(problem, workday, tasks, prices, starts).best()


class FullDay:
    """The stops of a day are numbered as in `tasks`; the number after them is the start place.

    Sets of stops are bits.  stay : seconds of driving that a stop adds at least; take : that and its service.
    gone : price of a stop that leaves.  proven : whether the search for the best order came to its end.
    most_late : how many may start too late, where none may leave; None: any number.
    """

    def __init__(
        self,
        problem: Problem,
        workday: Workday,
        tasks: Sequence[Task],
        prices: Mapping[int, int],
        starts: Sequence[int | None],
        most_late: int | None = None,
    ) -> None:
        self.limited = most_late is not None
        self.most_late = len(tasks) if most_late is None else most_late
        self.workday, self.tasks = workday, tasks
        self.by = workday.end + workday.max_overtime
        self.overtime_percent = problem.params.overtime_percent
        self.late_after = [NEVER if start is None else start + problem.params.lock_slack for start in starts]
        self.windows = [[(window.earliest, window.latest) for window in task.windows] for task in tasks]
        self.located = [task.place is not None for task in tasks]
        self.busy = [task.duration + task.follow_up for task in tasks]
        self.closes = [task.windows[-1].latest for task in tasks]
        self.pause = None if workday.rest is None else break_task(workday.rest)
        self.pace = pace_of(problem, workday)
        self._ways(problem)
        self._leaving(prices)

    def _ways(self, problem: Problem) -> None:
        """Seconds of driving between the stops, and from the nearest other one: no less, whatever the order."""
        count, seconds = len(self.tasks), problem.travel.seconds
        places = [task.place for task in self.tasks] + [self.workday.start_place]
        self.drive = [[0 if o is None or p is None else seconds.item(o, p) for p in places] for o in places]
        self.home = [0 if p is None else seconds.item(p, self.workday.end_place) for p in places]
        hidden = not all(self.located)  # behind a block, which has no place, the next way is not known here
        near = [0 if hidden else min(row[n] for m, row in enumerate(self.drive) if m != n) for n in range(count)]
        self.near = near if self.pace is None else [self.pace.at_least(way) for way in near]
        last = 0 if hidden else min(self.home[:-1], default=0)  # what is done last is one of the stops
        self.last = last if self.pace is None else self.pace.at_least(last)

    def _leaving(self, prices: Mapping[int, int]) -> None:
        count, workday = len(self.tasks), self.workday
        self.gone = [LEAVE_PRICE + prices[n] if n in prices else NEVER for n in range(count)]
        self.take = [busy + near for busy, near in zip(self.busy, self.near, strict=True)]
        # To let a stop go is dearer than to keep it by at least this.
        spare = [max(0, self.gone[n] - self.near[n] - SHIFT_PRICE) for n in range(count)]
        self.cheapest = sorted((spare[n], n) for n in prices)
        self.largest = sorted(((self.take[n], n) for n in prices), reverse=True)
        self.too_many = 0 if workday.max_stops is None else sum(task.counts for task in self.tasks) - workday.max_stops
        self.too_heavy = 0 if workday.capacity is None else sum(task.load for task in self.tasks) - workday.capacity

    def best(self) -> list[int] | None:
        """As `fewest_leave`."""
        self.looks, self.least = 0, NEVER
        self.chosen: list[int] = []
        self.found: list[int] | None = None
        self.seen: dict[tuple[int, int, bool], list[tuple[int, int, int, int]]] = {}
        count = len(self.tasks)
        start = (count, self.workday.start, 0, self.pause is None)
        self._extend((1 << count) - 1, list(range(count)), start, 0, NEVER, self.most_late)
        self.proven = self.looks <= MOST_LOOKS
        return self.found

    def _extend(self, left: int, rest: Sequence[int], state: State, cost: int, begun: int, may: int) -> None:
        """Everything that may come next.

        left, rest : the stops not done yet, as bits and one by one.  cost : of what was done.
        begun : when the rep leaves for the first stop.  may : how many more may start too late.
        """
        self._end(rest, state, cost, begun)
        if self.looks > MOST_LOOKS:
            return
        here, now, driven, _ = state
        for bound, start, n, then, price in sorted(self._steps(rest, state, cost, may)):
            if bound < self.least and not self._dominated(
                left & ~(1 << n), then, price, more := may - (start > self.late_after[n])
            ):
                self.chosen.append(n)
                first = self._leaves(begun, here, self.drive[here][n], now, driven, start)
                self._extend(left & ~(1 << n), [m for m in rest if m != n], then, price, first, more)
                self.chosen.pop()

    def _steps(
        self, rest: Sequence[int], state: State, cost: int, may: int
    ) -> Iterator[tuple[int, int, int, State, int]]:
        """(least price of an order that goes on so, start, stop, state and price after it) of each stop that may be next."""
        here, now, driven, rested = state
        late_after = sorted(self.late_after[n] for n in rest)
        for n in rest:
            drive = self.drive[here][n]
            for start, free, before, done in self._put(n, drive, now, driven, rested):
                late = start > self.late_after[n]
                over = bisect_left(late_after, start)  # so many should have begun by then
                if over > may or cost + drive + SHIFT_PRICE * over >= self.least:
                    continue
                price = cost + drive + late * SHIFT_PRICE
                bound = price + self._ahead([m for m in rest if m != n], free, before)
                if bound < self.least:
                    yield bound, start, n, (n if self.located[n] else here, free, before, done), price

    def _ahead(self, rest: Sequence[int], now: int, driven: int) -> int:
        """What the stops of `rest` cost at least: the way to them, starts too late, and what has to leave for want of time."""
        least, busy, set_out = 0, 0, now - driven
        near, take, closes, late_after, gone = self.near, self.take, self.closes, self.late_after, self.gone
        stay = 0
        self.looks += len(rest)
        for n in rest:
            ready = max(now, set_out + near[n])
            if ready > closes[n]:
                least += gone[n]
                if least >= NEVER:
                    return NEVER
                continue
            stay |= 1 << n
            least += min(gone[n], near[n] + SHIFT_PRICE if ready > late_after[n] else near[n])
            busy += take[n]
        over = set_out + busy + self.last - self.by
        return least if over <= 0 else least + self._shed(stay, over)

    def _shed(self, stay: int, over: int) -> int:
        """The price of as few stops as take so many seconds, if they were the cheapest ones."""
        count = 0
        for take, n in self.largest:
            if stay >> n & 1:
                count, over = count + 1, over - take
                if over <= 0:
                    break
        else:
            return NEVER
        price = 0
        for spare, n in self.cheapest:
            if stay >> n & 1:
                price, count = price + spare, count - 1
                if not count:
                    break
        return price

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

    def _dominated(self, left: int, state: State, cost: int, may: int) -> bool:
        """Whether the same stops were done before, ending here no later and no dearer (nor with fewer that may start too late, where
        their number is limited); remembers what was not."""
        here, now, driven, rested = state
        known = self.seen.setdefault((left, here, rested), [])
        for a, b, c, d in known:
            if a <= now and b >= driven and c <= cost and (d >= may or not self.limited):
                return True
        known.append((now, driven, cost, may))
        return False

    def _put(self, n: int, drive: int, now: int, driven: int, rested: bool) -> list[tuple[int, int, int, bool]]:
        """(start, free after it, driven already, rested) of one stop more, without and with the break before it."""
        plain = self._after(n, drive, now, driven, rested)
        if rested or self.pause is None:
            return plain
        if plain and plain[0][1] <= self.pause.windows[0].earliest:
            return plain  # after this stop the break is not too early either, and nothing waits for it
        pause = first_start(self.pause.windows, now)
        if pause is None:
            return plain
        paused = self._after(n, drive, pause + self.pause.duration, driven + pause - now, True)
        return paused if paused and plain and paused[0][0] == plain[0][0] else plain + paused

    def _after(self, n: int, drive: int, now: int, driven: int, rested: bool) -> list[tuple[int, int, int, bool]]:
        located = self.located[n]
        ready = self._there(now, drive - driven) if located else now
        for opens, closes in self.windows[n]:
            if ready <= closes:
                start = ready if ready > opens else opens
                return [(start, start + self.busy[n], 0 if located else driven + start - now, rested)]
        return []

    def _there(self, now: int, drive: int) -> int:
        """When so much more is driven; on a day with blocks on the way and several speeds, about then."""
        if drive <= 0:
            return now
        return now + drive if self.pace is None else self.pace.arrive(now, drive)

    def _end(self, gone: Sequence[int], state: State, cost: int, begun: int) -> None:
        """Drive home; whatever has no place by now leaves the day."""
        here, now, driven, rested = state
        home = self.home[here]
        cost += sum(self.gone[n] for n in gone) + home
        if cost >= self.least or not self._allowed(gone):
            return
        ends = [(self._there(now, home - driven), rested)]
        if not rested and self.pause is not None and (pause := first_start(self.pause.windows, now)) is not None:
            over = pause + self.pause.duration
            ends.append((self._there(over, home - driven - (pause - now)), True))
        for end, has_rested in ends:
            rest = self.workday.rest
            leaves = min(end, self._leaves(begun, here, home, now, driven, end))
            due = rest is not None and not has_rested and break_due(rest, leaves, end)
            price = cost + self.overtime_percent * max(0, end - self.workday.end) // 100
            if end <= self.by and not due and price < self.least:
                self.least, self.found = price, [*self.chosen]

    def _allowed(self, gone: Sequence[int]) -> bool:
        """Whether what is left is no more stops, no more to carry and no more driving than the day may have."""
        if self.too_many > sum(self.tasks[n].counts for n in gone):
            return False
        if self.too_heavy > sum(self.tasks[n].load for n in gone):
            return False
        most = self.workday.max_driving
        if most is None or not self.chosen:
            return True
        places = [n for n in self.chosen if self.located[n]]
        ways = sum(self.drive[here][n] for here, n in pairwise([len(self.tasks), *places]))
        ways += self.home[places[-1] if places else len(self.tasks)]
        return (ways if self.pace is None else self.pace.at_least(ways)) <= most
