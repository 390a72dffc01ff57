"""Driving at other speeds at other times of the day.

A way of the matrix is so much *work*: hundredths of seconds at its speed, so that percents leave no fractions.  `done(t)` is
the work that one who drives from midnight on has done by second t: piecewise linear and strictly increasing.  One who leaves at
`t` arrives at the first whole second by which `done(t) + work` is done; one who is to arrive by `t` leaves at the last whole
second from which it can be.  So leaving later never means arriving earlier, and each is exactly the inverse of the other:
`arrive(t) <= by` if and only if `t <= leave(by)`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from planner.problem import Problem, Workday
from planner.travel import SpeedBand

WORK = 100  # of a second at the matrix's speed


class Pace:
    """The speeds of one weekday in one area; `fastest` and `mean` (from a second to another) in percent."""

    def __init__(self, bands: tuple[SpeedBand, ...]) -> None:
        self.starts, self.percents = _pieces(bands)
        self._done = [0]
        for n in range(1, len(self.starts)):
            self._done.append(self._done[-1] + self.percents[n - 1] * (self.starts[n] - self.starts[n - 1]))
        self.fastest = max(self.percents)

    def done(self, second: int) -> int:
        n = max(0, bisect_right(self.starts, second) - 1)
        return self._done[n] + self.percents[n] * (second - self.starts[n])

    def reach(self, done: int) -> int:
        """The first second by which so much is done."""
        n = max(0, bisect_right(self._done, done) - 1)
        return self.starts[n] - (self._done[n] - done) // self.percents[n]

    def arrive(self, leave: int, seconds: int) -> int:
        """When one who leaves at `leave` has driven a way of so many seconds of the matrix."""
        return self.reach(self.done(leave) + WORK * seconds) if seconds else leave

    def leave(self, by: int, seconds: int) -> int:
        """The last second of leaving from which one has driven it by `by`."""
        return self.leave_with(by, WORK * seconds)

    def leave_with(self, by: int, work: int) -> int:
        done = self.done(by) - work
        n = max(0, bisect_right(self._done, done) - 1)
        return self.starts[n] + (done - self._done[n]) // self.percents[n]

    def mean(self, first: int, last: int) -> int:
        return (self.done(last) - self.done(first)) // (last - first) if last > first else self.percents[0]

    def at_least(self, seconds: int) -> int:
        """Driving it takes no less than this, at whatever time (rounded down, also what is less than nothing)."""
        return WORK * seconds // self.fastest


def pace_of(problem: Problem, workday: Workday) -> Pace | None:
    """None: the matrix holds at all times."""
    return pace_on(problem, workday.date, workday.area)


def pace_on(problem: Problem, day: date, area: str = "") -> Pace | None:
    """Where there is no workday to ask."""
    return _pace(problem.speeds, day.weekday(), area) if problem.speeds else None


@lru_cache(maxsize=256)
def _pace(speeds: tuple[SpeedBand, ...], weekday: int, area: str) -> Pace | None:
    mine = (band for band in speeds if weekday in band.weekdays and band.area == area)
    bands = tuple(sorted(mine, key=lambda band: band.start))
    return Pace(bands) if any(band.percent != 100 for band in bands) else None


def _pieces(bands: tuple[SpeedBand, ...]) -> tuple[list[int], list[int]]:
    """Where each speed begins, and what it is; before the first and after the last it goes on."""
    pieces = list(_all_day(bands))
    return [start for start, _ in pieces], [percent for _, percent in pieces]


def _all_day(bands: tuple[SpeedBand, ...]) -> Iterator[tuple[int, int]]:
    now = 0
    for band in bands:
        if now < band.start:
            yield now, 100
        yield band.start, band.percent
        now = band.end
    yield now, 100
