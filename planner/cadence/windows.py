"""The windows of an account and what became of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from planner.cadence.periods import half_up
from planner.cadence.policy import Cadence, Mode
from planner.calendar import DateRange


class Outcome(StrEnum):
    OPEN = "open"  # not met, and its last day is not past
    MET = "met"  # on time
    LATE = "late"  # met after its last day
    MISSED = "missed"  # its last day is past; a rolling window may still become LATE


@dataclass(frozen=True, slots=True)
class Target:
    """What a cadence asked for: one visit in a rolling window, or the visits of a quota period or pattern block.

    asked : 1, or the exact share of the quota that the days on which the clock ran leave.
    credited : the visits credited to it, in order; more than asked for where a quota was exceeded.
    cadence : the one that asked.  Quota, pattern: the period lasts from `opens` to `closes`, `due` is its last day.
    """

    cadence: Cadence
    opens: date
    due: date
    closes: date
    asked: Fraction | int = 1
    credited: tuple[date, ...] = ()

    @property
    def rolling(self) -> bool:
        return self.cadence.mode is Mode.ROLLING

    @property
    def days(self) -> DateRange:
        return DateRange(self.opens, self.closes)

    @property
    def whole(self) -> int:
        """The number of visits to make: `asked`, rounded half up."""
        return half_up(self.asked)

    @property
    def attained(self) -> Fraction | int:
        return min(len(self.credited), self.asked)

    @property
    def on_time(self) -> Fraction | int:
        return min(sum(day <= self.closes for day in self.credited), self.asked)

    def outcome(self, today: date) -> Outcome:
        """As seen at the end of `today`; it knows the credited visits only, so these should not lie after it."""
        if len(self.credited) >= self.whole:
            return Outcome.LATE if any(day > self.closes for day in self.credited) else Outcome.MET
        return Outcome.MISSED if today > self.closes else Outcome.OPEN
