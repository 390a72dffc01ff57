"""Days and times of day as the planner counts them.

A *date* is a local calendar date of the rep.  A *time* is the number of seconds that have really passed since
local midnight of that date, so on a day with a clock change 09:00 may be 28,800 or 36,000: the caller translates.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from planner.errors import ProblemError

DAY_SECONDS = 25 * 3600  # the longest local day
ALL_WEEK = frozenset(range(7))


@dataclass(frozen=True, slots=True)
class DateRange:
    """Calendar dates from `first` to `last`, both included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ProblemError(f"range ends on {self.last}, before it begins on {self.first}")

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def __iter__(self) -> Iterator[date]:
        return (self.first + timedelta(days=n) for n in range(len(self)))

    def __len__(self) -> int:
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class TimeWindow:
    """When a service may *start*, in seconds since local midnight, both ends included."""

    earliest: int
    latest: int

    def __post_init__(self) -> None:
        if not 0 <= self.earliest <= self.latest <= 2 * DAY_SECONDS:
            raise ProblemError(f"not a time window: {self.earliest} to {self.latest} seconds")


HALF_DAY = 4 * 3600  # a day shorter than this, from leaving to coming home, needs no break


@dataclass(frozen=True, slots=True)
class Break:
    """A pause of `duration` seconds that begins inside `window`.

    It may be taken at a stop or on the way.  A day needs none that is shorter than HALF_DAY, that is over by the end of the
    window, or that begins when a break from the beginning of the window on would be over: then there was time for it at home.
    """

    window: TimeWindow
    duration: int

    def __post_init__(self) -> None:
        if self.duration <= 0:
            raise ProblemError(f"a break lasts at least a second, not {self.duration}")
