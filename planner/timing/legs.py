"""A day as legs to drive, lived through forward and backward, with the break already in its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from planner.plan import StopKind
from planner.problem import Problem, Workday
from planner.tasks import Task
from planner.timing import paced
from planner.timing.leg import Leg, Timetable
from planner.timing.pace import pace_of
from planner.timing.windows import first_start, last_start


def legs_of(problem: Problem, workday: Workday, tasks: Sequence[Task]) -> list[Leg]:
    seconds, pace = problem.travel.seconds, pace_of(problem, workday)
    legs: list[Leg] = []
    here, pauses = workday.start_place, []
    for task in tasks:
        if task.place is None:
            pauses.append(task)
            continue
        legs.append(Leg(here, task.place, seconds.item(here, task.place), tuple(pauses), task, pace))
        here, pauses = task.place, []
    legs.append(Leg(here, workday.end_place, seconds.item(here, workday.end_place), tuple(pauses), None, pace))
    return legs


def earliest(legs: list[Leg], workday: Workday) -> Timetable | None:
    """All stops as early as they can be, departure as late as it can be then."""
    table = forward(legs, workday.start, workday)
    if table is None or not table.entries:
        return table
    first = legs[0]
    if first.pace is None and not first.pauses:  # nothing changes but the first arrival
        task, _, start = table.entries[0]
        return Timetable(start - first.seconds, [(task, start, start), *table.entries[1:]], table.end)
    starts = {id(task): start for task, _, start in table.entries}
    goal = table.end if first.target is None else starts[id(first.target)]
    return forward(legs, latest_leave(first, goal, starts), workday)


def forward(legs: list[Leg], departure: int, workday: Workday) -> Timetable | None:
    if legs[0].pace is not None:
        return paced.forward(legs, departure, workday)
    now = departure
    entries: list[tuple[Task, int, int]] = []
    for leg in legs:
        drive, arrival, target = leg.seconds, None, leg.target
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
        if target is None:
            return Timetable(departure, entries, now) if now <= workday.end + workday.max_overtime else None
        start = first_start(target.windows, now)
        if start is None:
            return None
        entries.append((target, arrival, start))
        now = start + target.duration + target.follow_up
    raise AssertionError("the last leg leads to the end place")


def latest_leave(leg: Leg, deadline: int, starts: Mapping[int, int], latest: dict[int, int] | None = None) -> int:
    """Latest second to set out on `leg` and be at its target by `deadline`; blocks in `starts` keep their start.

    The mirror image of the forward pass: drive as late as possible, pause as late as possible.  `latest` is told when
    each block and break begins then.
    """
    if leg.pace is not None:
        return paced.latest_leave(leg, leg.pace, deadline, starts, latest)
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
