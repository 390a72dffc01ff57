"""A day as legs to drive, lived through forward and backward, with the break already in its place."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from planner.calendar import DAY_SECONDS, TimeWindow
from planner.plan import StopKind
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


def legs_of(problem: Problem, workday: Workday, tasks: Sequence[Task]) -> list[Leg]:
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


def earliest(legs: list[Leg], workday: Workday) -> Timetable | None:
    """All stops as early as they can be, departure as late as it can be then."""
    table = forward(legs, workday.start, workday)
    if table is None or not table.entries:
        return table
    starts = {id(task): start for task, _, start in table.entries}
    first = legs[0]
    goal = table.end if first.target is None else starts[id(first.target)]
    return forward(legs, latest_leave(first, goal, starts), workday)


def forward(legs: list[Leg], departure: int, workday: Workday) -> Timetable | None:
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


def latest_leave(leg: Leg, deadline: int, starts: Mapping[int, int], latest: dict[int, int] | None = None) -> int:
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


def not_before(task: Task, start: int) -> Task:
    """The task, no earlier than `start` where its windows allow that; it waits for nothing any more."""
    windows = intersect(task.windows, TimeWindow(max(0, start), 2 * DAY_SECONDS))
    if task.preferred and task.waits:
        task = replace(task, waits=False)
    return task if not windows or windows is task.windows else task.at(windows)


def last_start(windows: tuple[TimeWindow, ...], deadline: int) -> int | None:
    """The last second up to `deadline` at which a window is open."""
    index = bisect_right(windows, deadline, key=lambda window: window.earliest)
    return min(windows[index - 1].latest, deadline) if index else None
