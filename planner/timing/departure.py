"""Leaving later than the first stop needs: for a preferred hour further on, or after a slow hour on the roads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from planner.problem import Workday
from planner.timing.leg import Leg, Timetable
from planner.timing.legs import latest_leave
from planner.timing.pace import Pace
from planner.timing.windows import last_start


def later_departures(workday: Workday, legs: Sequence[Leg], table: Timetable) -> list[int]:
    """When leaving might be better than with these times, which are as early as they can be; in order.

    For each visit that starts before a window which its site prefers: the last second of leaving with which it does not start
    after the window opens; and the end of each slow hour, after which one drives faster.  None where somebody was told when a stop starts.
    """
    if not all(task.expected is None for task, _, _ in table.entries):
        return []
    found = {*_for_preferred(legs, table), *_after_slow_hours(legs[0].pace, table)}
    return sorted(leave for leave in found if table.start < leave <= workday.end)


def _for_preferred(legs: Sequence[Leg], table: Timetable) -> Iterator[int]:
    starts = {id(task): start for task, _, start in table.entries}
    for number, leg in enumerate(legs):
        if leg.target is None or leg.target.suits(starts[id(leg.target)]):
            continue
        start = starts[id(leg.target)]
        opens = next((window.earliest for window in leg.target.preferred if window.earliest > start), None)
        if opens is not None:
            yield _leave_by(legs[: number + 1], opens)


def _after_slow_hours(pace: Pace | None, table: Timetable) -> Iterator[int]:
    if pace is None:
        return
    for percent, after, turns in zip(pace.percents, pace.percents[1:], pace.starts[1:], strict=False):
        if percent < after and table.start < turns < table.end:
            yield turns


def _leave_by(legs: Sequence[Leg], by: int) -> int:
    """The last second of leaving with which the target of the last leg starts by then."""
    for number in range(len(legs) - 1, -1, -1):
        target = legs[number].target
        assert target is not None, "they lead to stops"
        start = last_start(target.windows, by)
        assert start is not None, "it starts no later now"
        by = latest_leave(legs[number], start, {})
        before = legs[number - 1].target if number else None
        by -= before.duration + before.follow_up if before else 0
    return by
