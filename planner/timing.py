"""From an order of tasks to the times of a day.  This is THE function that makes a Route.

    route = time_route(problem, workday, tasks)        # None: no times exist for this order
    cost  = route_cost(problem.params, workday, route) # seconds of driving

`tasks` (planner.tasks.Task) are in the order in which they are to be done, without the break, which is placed here.

Rules (docs/decisions/0001-planning-model.md, "A day")
- The rep leaves the start place not before Workday.start and reaches the end place by Workday.end + max_overtime.
- Every stop starts as early as it can; then departure is put as late as it can be without making any stop later.
- Blocks and the break may interrupt driving: the leg is driven before, between and after them.  Nothing interrupts
  service or the follow-up after it.
- The break begins inside its window, in the gap between two tasks from which the day ends soonest (then: its stops
  start soonest; then: the first such gap).  None on a day that is over, or has not begun, by the end of the window.
- `leave_by` is the backward pass over the same legs; where a block or break comes before, setting out after it if that will do.
- A day that begins with a block begins when the block does, or earlier if driving before it makes a later stop earlier.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from planner.calendar import DAY_SECONDS, Break, TimeWindow
from planner.params import Params
from planner.plan import Route, Stop, StopKind
from planner.problem import Problem, Workday
from planner.tasks import Task, intersect


@dataclass(frozen=True, slots=True)
class Leg:
    """Driving from one place to the next, with the tasks without a place (blocks, break) that interrupt it."""

    origin: int
    place: int
    seconds: int
    pauses: tuple[Task, ...]
    target: Task | None  # None: the end place

    def with_pauses(self, pauses: tuple[Task, ...]) -> Leg:
        return Leg(self.origin, self.place, self.seconds, pauses, self.target)


@dataclass(slots=True)
class Timetable:
    """Start of the route, (task, arrival, start) of each entry in order of start, arrival at the end place."""

    start: int
    entries: list[tuple[Task, int, int]]
    end: int


def time_route(problem: Problem, workday: Workday, tasks: Sequence[Task], anchor: str | None = None) -> Route | None:
    """Times for `tasks` in this order, or None if there are none (or more stops than the day may have).

    O(n) without a break, O(n^2) with one; no other order is tried.
    """
    found = _timetable(problem, workday, tasks)
    return found and _route(problem, workday, *found, anchor)


def replay(
    problem: Problem, workday: Workday, tasks: Sequence[Task], route: Route, anchor: str | None = None
) -> Route | None:
    """A route that was made before, if the day still allows exactly it: the same order, starts and place of the break.

    None: not so any more.  O(n) also with a break, for which no other place is looked at.
    """
    breaks = [n for n, stop in enumerate(route.stops) if stop.kind is StopKind.BREAK]
    starts = [stop.start for stop in route.stops if stop.kind is not StopKind.BREAK]
    if len(starts) != len(tasks) or len(breaks) > (workday.rest is not None) or _too_many(workday, tasks):
        return None
    order = [not_before(task, start) for task, start in zip(tasks, starts, strict=True)]
    for n in breaks:
        assert workday.rest is not None
        order.insert(n, not_before(break_task(workday.rest), route.stops[n].start))
    legs = _legs(problem, workday, order)
    table = _earliest(legs, workday)
    if table is None or (not breaks and workday.rest is not None and break_due(workday.rest, table.start, table.end)):
        return None
    return route if _route(problem, workday, legs, table, anchor) == route else None


def not_before(task: Task, start: int) -> Task:
    """The task, no earlier than `start` where its windows allow that."""
    windows = intersect(task.windows, TimeWindow(max(0, start), 2 * DAY_SECONDS))
    return task if not windows or windows is task.windows else task.at(windows)


def latest_starts(problem: Problem, workday: Workday, tasks: Sequence[Task]) -> list[int] | None:
    """How late each task may start in this order, so that all that comes after it is in time; None: it has no times.

    With a break, those for the place that `time_route` gives it.
    """
    found = _timetable(problem, workday, tasks)
    if found is None:
        return None
    latest: dict[int, int] = {}
    deadline = workday.end + workday.max_overtime
    for leg in reversed(found[0]):
        if leg.target is not None:
            by = last_start(leg.target.windows, deadline - leg.target.duration - leg.target.follow_up)
            assert by is not None, "the forward pass found a time"
            deadline = latest[id(leg.target)] = by
        deadline = _latest_leave(leg, deadline, {}, latest)
    return [latest[id(task)] for task in tasks]


def order_cost(problem: Problem, workday: Workday, tasks: Sequence[Task]) -> int | None:
    """The cost of `time_route` in seconds of driving, a little sooner; an empty day costs nothing."""
    if not tasks:
        return 0
    found = _timetable(problem, workday, tasks)
    if found is None:
        return None
    legs, table = found
    driving = sum(leg.seconds for leg in legs)
    busy = sum(task.duration + task.follow_up for task, _, _ in table.entries)
    return _cost(problem.params, workday, driving, table.end - table.start - driving - busy, table.end)


def route_cost(params: Params, workday: Workday, route: Route) -> int:
    """Driving, waiting and overtime of a route in seconds of driving, percentages rounded down."""
    driving = sum(stop.travel for stop in route.stops) + route.return_travel
    return _cost(params, workday, driving, waiting(workday, route), route.end)


def waiting(workday: Workday, route: Route) -> int:
    """Seconds between departure and return that are neither driving, service, follow-up, break nor block."""
    worked = sum(s.end - s.start + s.travel + (workday.follow_up if s.site else 0) for s in route.stops)
    return route.end - route.start - route.return_travel - worked


def _cost(params: Params, workday: Workday, driving: int, idle: int, end: int) -> int:
    overtime = max(0, end - workday.end)
    return driving + params.waiting_percent * idle // 100 + params.overtime_percent * overtime // 100


def _timetable(problem: Problem, workday: Workday, tasks: Sequence[Task]) -> tuple[list[Leg], Timetable] | None:
    if _too_many(workday, tasks):
        return None
    legs = _legs(problem, workday, tasks)
    table = _earliest(legs, workday)
    if table is None:
        return None
    if workday.rest is not None and break_due(workday.rest, table.start, table.end):
        return _with_break(legs, workday, table)
    return legs, table


def _too_many(workday: Workday, tasks: Sequence[Task]) -> bool:
    return workday.max_stops is not None and sum(task.counts for task in tasks) > workday.max_stops


def _legs(problem: Problem, workday: Workday, tasks: Sequence[Task]) -> list[Leg]:
    seconds = problem.travel.seconds
    legs: list[Leg] = []
    here, pauses = workday.start_place, []
    for task in tasks:
        if task.place is None:
            pauses.append(task)
            continue
        legs.append(Leg(here, task.place, seconds.item(here, task.place), tuple(pauses), task))
        here, pauses = task.place, []
    legs.append(Leg(here, workday.end_place, seconds.item(here, workday.end_place), tuple(pauses), None))
    return legs


def _earliest(legs: list[Leg], workday: Workday) -> Timetable | None:
    """All stops as early as they can be, departure as late as it can be then."""
    table = _forward(legs, workday.start, workday)
    if table is None or not table.entries:
        return table
    starts = {id(task): start for task, _, start in table.entries}
    first = legs[0]
    goal = table.end if first.target is None else starts[id(first.target)]
    return _forward(legs, _latest_leave(first, goal, starts), workday)


def _forward(legs: list[Leg], departure: int, workday: Workday) -> Timetable | None:
    now = departure
    entries: list[tuple[Task, int, int]] = []
    for leg in legs:
        drive, arrival = leg.seconds, None
        for task in leg.pauses:
            start = first_start(task.windows, now)
            if start is None:
                return None
            if arrival is None and drive <= start - now:
                arrival = now + drive
            drive = max(0, drive - (start - now))
            entries.append((task, start, start))
            now = start + task.duration
        now += drive
        arrival = now if arrival is None else arrival
        if leg.target is None:
            return Timetable(departure, entries, now) if now <= workday.end + workday.max_overtime else None
        start = first_start(leg.target.windows, now)
        if start is None:
            return None
        entries.append((leg.target, arrival, start))
        now = start + leg.target.duration + leg.target.follow_up
    raise AssertionError("the last leg leads to the end place")


def _latest_leave(leg: Leg, deadline: int, starts: Mapping[int, int], latest: dict[int, int] | None = None) -> int:
    """Latest second to set out on `leg` and be at its target by `deadline`; blocks in `starts` keep their start.

    The mirror image of the forward pass: drive as late as possible, pause as late as possible.  `latest` is told when
    each block and break begins then.
    """
    now, drive = deadline, leg.seconds
    for task in reversed(leg.pauses):
        by = now - task.duration
        if task.kind is StopKind.BLOCK and id(task) in starts:
            by = min(by, starts[id(task)])
        start = last_start(task.windows, by)
        assert start is not None, "the forward pass found a time"
        drive = max(0, drive - (now - task.duration - start))
        now = start
        if latest is not None:
            latest[id(task)] = start
    return now - drive


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


def break_due(rest: Break, start: int, end: int) -> bool:
    """Whether a day that without a break lasts from `start` to `end` needs one."""
    return start < rest.window.latest < end


def _with_break(legs: list[Leg], workday: Workday, without: Timetable) -> tuple[list[Leg], Timetable] | None:
    """The break in the gap from which the day ends soonest; then the stops start soonest; then the first such gap."""
    rest = workday.rest
    assert rest is not None
    pause = break_task(rest)
    best: tuple[tuple[int, int], list[Leg]] | None = None
    for number, position in _gaps(legs, workday, without, rest.window):
        leg = legs[number]
        pauses = (*leg.pauses[:position], pause, *leg.pauses[position:])
        changed = [*legs[:number], leg.with_pauses(pauses), *legs[number + 1 :]]
        table = _forward(changed, workday.start, workday)
        if table is None:
            continue
        rank = table.end, sum(start for task, _, start in table.entries if task is not pause)
        if best is None or rank < best[0]:
            best = rank, changed
    if best is None:
        return None
    table = _earliest(best[1], workday)
    assert table is not None, "it was found once already"
    return best[1], table


def break_task(rest: Break) -> Task:
    """A break as a task: in its window, wherever the rep is then."""
    return Task(StopKind.BREAK, rest.duration, (rest.window,), None)


def _gaps(legs: list[Leg], workday: Workday, without: Timetable, window: TimeWindow) -> list[tuple[int, int]]:
    """(leg, position among its pauses) worth trying for the break.

    In gaps after one that cannot be reached by the end of the window the break would come too late.  Before the last gap
    reached by the beginning of the window it would make more stops wait for it, to no stop's advantage.
    """
    starts = {id(task): start for task, _, start in without.entries}
    gaps: list[tuple[int, int]] = []
    free = workday.start
    for number, leg in enumerate(legs):
        for position in range(len(leg.pauses) + 1):
            if free > window.latest:
                return gaps
            if free <= window.earliest:
                gaps.clear()
            gaps.append((number, position))
            if position < len(leg.pauses):
                free = starts[id(leg.pauses[position])] + leg.pauses[position].duration
        if leg.target is not None:
            free = starts[id(leg.target)] + leg.target.duration + leg.target.follow_up
    return gaps


def _route(problem: Problem, workday: Workday, legs: list[Leg], table: Timetable, anchor: str | None) -> Route:
    leave_by = _leave_by(legs, workday, {id(task): start + task.duration for task, _, start in table.entries})
    metres = {id(leg.target): problem.travel.metres.item(leg.origin, leg.place) for leg in legs}
    seconds = {id(leg.target): leg.seconds for leg in legs}
    stops = tuple(
        Stop(
            task.kind,
            arrival,
            start,
            start + task.duration,
            seconds.get(id(task), 0),
            metres.get(id(task), 0),
            leave_by.get(id(task)),
            task.request,
            task.site,
            task.place,
            task.due,
            task.late_days,
        )
        for task, arrival, start in table.entries
    )
    home = id(None)
    return Route(workday.rep, workday.date, table.start, table.end, stops, seconds[home], metres[home], anchor)


def _leave_by(legs: list[Leg], workday: Workday, ends: dict[int, int]) -> dict[int, int]:
    """For each leg's target: the latest second to leave the place before, so that nothing later is late.

    ends : when each block and break is over as planned, by id of its task.
    """
    deadline = workday.end + workday.max_overtime
    result: dict[int, int] = {}
    for leg in reversed(legs):
        if leg.target is not None:
            latest = last_start(leg.target.windows, deadline - leg.target.duration - leg.target.follow_up)
            assert latest is not None, "the forward pass found a time"
            result[id(leg.target)] = _set_out(leg, latest, ends)
            deadline = latest
        deadline = _latest_leave(leg, deadline, {})
    return result


def _set_out(leg: Leg, goal: int, ends: dict[int, int]) -> int:
    """Latest second to start driving: after as many of the leg's blocks and break, taken as planned, as leave time for it."""
    for done in range(len(leg.pauses), 0, -1):
        latest = _latest_leave(leg.with_pauses(leg.pauses[done:]), goal, {})
        if latest >= ends[id(leg.pauses[done - 1])]:
            return latest
    return _latest_leave(leg, goal, {})
