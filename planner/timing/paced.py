"""The two passes of planner.timing.legs on a day with other speeds at other times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from planner.plan import StopKind
from planner.problem import Workday
from planner.tasks import Task
from planner.timing.leg import Leg, Timetable
from planner.timing.pace import WORK, Pace
from planner.timing.windows import first_start


def forward(legs: Sequence[Leg], departure: int, workday: Workday) -> Timetable | None:
    """As `legs.forward`, and how long each leg is driven."""
    now, entries, driven = departure, list[tuple[Task, int, int]](), list[int]()
    for leg in legs:
        assert leg.pace is not None
        passed = through(leg, leg.pace, now)
        if passed is None:
            return None
        arrival, now, wheel, starts = passed
        entries += [(task, start, start) for task, start in zip(leg.pauses, starts, strict=True)]
        driven.append(wheel)
        if leg.target is None:
            fits = now <= workday.end + workday.max_overtime
            return Timetable(departure, entries, now, driven) if fits else None
        start = first_start(leg.target.windows, now)
        if start is None:
            return None
        entries.append((leg.target, arrival, start))
        now = start + leg.target.duration + leg.target.follow_up
    raise AssertionError("the last leg leads to the end place")


def through(leg: Leg, pace: Pace, leave: int) -> tuple[int, int, int, list[int]] | None:
    """(arrival, when one is there and free, seconds at the wheel, start of each pause) of one who sets out at `leave`."""
    now, left, arrival, wheel, starts = leave, WORK * leg.seconds, None, 0, list[int]()
    for task in leg.pauses:
        start = first_start(task.windows, now)
        if start is None:
            return None
        there = pace.reach(pace.done(now) + left)
        if arrival is None and there <= start:
            arrival = there
        wheel += min(there, start) - now
        left = max(0, left - (pace.done(start) - pace.done(now)))
        starts.append(start)
        now = start + task.duration
    there = pace.reach(pace.done(now) + left)
    return (there if arrival is None else arrival), there, wheel + there - now, starts


def latest_leave(
    leg: Leg, pace: Pace, deadline: int, starts: Mapping[int, int], latest: dict[int, int] | None = None
) -> int:
    """As `legs.latest_leave`.  With pauses, which begin as soon as they may, by halving: leaving later never arrives earlier."""
    if not leg.pauses:
        return pace.leave(deadline, leg.seconds)
    low, high = 0, deadline
    while low < high:
        middle = (low + high + 1) // 2
        if _in_time(leg, pace, middle, deadline, starts):
            low = middle
        else:
            high = middle - 1
    passed = through(leg, pace, low)
    if latest is not None and passed is not None:
        latest |= {id(task): start for task, start in zip(leg.pauses, passed[3], strict=True)}
    return low


def _in_time(leg: Leg, pace: Pace, leave: int, deadline: int, starts: Mapping[int, int]) -> bool:
    passed = through(leg, pace, leave)
    if passed is None or passed[1] > deadline:
        return False
    begun = zip(leg.pauses, passed[3], strict=True)
    return all(task.kind is not StopKind.BLOCK or start <= starts.get(id(task), start) for task, start in begun)
