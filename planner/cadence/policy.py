"""A call cadence: how often an account is to be visited, and what counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from planner.errors import ProblemError

MOST_COMBINED = 30  # working days in a block with combinations: they are bits of a word in the search


class Mode(StrEnum):
    ROLLING = "rolling"  # next due = last credited visit + interval
    QUOTA = "quota"  # n visits in each calendar period
    PATTERN = "pattern"  # k visits in each block of n working days (Monday to Friday)


class Period(StrEnum):
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


MOST_DAYS = 3_660  # of an interval, a gap or a block: ten years
MOST_VISITS = 366  # of a period: one a day


@dataclass(frozen=True, slots=True)
class Season:
    """In these months (1 to 12) another interval holds; None: the clock stands still."""

    months: frozenset[int]
    interval_days: int | None

    def __post_init__(self) -> None:
        if not self.months or not self.months <= frozenset(range(1, 13)):
            raise ProblemError("a season needs months between 1 and 12")
        if self.interval_days is not None and self.interval_days < 1:
            raise ProblemError("interval_days is at least 1")


@dataclass(frozen=True, slots=True)
class Cadence:
    """How often, and how strictly.

    Parameters
    ----------
    interval_days : rolling only: days from a credited visit to the next due date.
    visits, period : quota: so many in each week, month, quarter or year.
    visits, block_workdays : pattern: so many in each block of that many Mondays-to-Fridays, counted from `anchor`.
    combinations : pattern: on which working days of a block (0: its first) the visits may be, each with `visits` days; what
        the planner chooses in a block follows one of them.  (): any days.  Credit asks nothing of them.
    tolerance_days : a visit is on time up to so many days from its due date; None: 20 % of the interval, rounded down.
        Less than half of every interval.
    min_gap_days : least number of days between two credited visits, if that is more than interval - tolerance;
        at most an interval.
    first_within_days : an account never visited is due within so many days of its start; None: one interval.
    valid_from, valid_to : outside these dates the clock stands still.
    seasons : months in which another interval, or none, holds (rolling: the clock runs at 1 / interval a day;
        quota and pattern know only closed seasons).
    week_starts_on : 0 = Monday; for quota weeks.
    """

    mode: Mode = Mode.ROLLING
    interval_days: int | None = None
    visits: int | None = None
    period: Period | None = None
    block_workdays: int | None = None
    anchor: date | None = None
    tolerance_days: int | None = None
    min_gap_days: int = 1
    first_within_days: int | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    seasons: tuple[Season, ...] = ()
    week_starts_on: int = 0
    combinations: tuple[tuple[int, ...], ...] = ()

    def __post_init__(self) -> None:
        needed = {
            Mode.ROLLING: {"interval_days"},
            Mode.QUOTA: {"visits", "period"},
            Mode.PATTERN: {"visits", "block_workdays", "anchor"},
        }[self.mode]
        for name in ("interval_days", "visits", "period", "block_workdays", "anchor"):
            if (getattr(self, name) is not None) != (name in needed):
                verb = "needs" if name in needed else "does not take"
                raise ProblemError(f"a {self.mode} cadence {verb} {name}")
        for name in ("interval_days", "visits", "block_workdays", "min_gap_days", "first_within_days"):
            value = getattr(self, name)
            if value is not None and value < 1:
                raise ProblemError(f"{name} is at least 1, not {value}")
            if value is not None and value > MOST_DAYS:
                raise ProblemError(f"{name} is at most {MOST_DAYS:,}, not {value:,}")
        if self.visits is not None and self.visits > MOST_VISITS:
            raise ProblemError(f"visits is at most {MOST_VISITS}, not {self.visits:,}")
        if self.tolerance_days is not None and self.tolerance_days < 0:
            raise ProblemError("tolerance_days is at least 0")
        self._check_intervals()
        self._check_combinations()
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise ProblemError(f"a cadence valid from {self.valid_from} cannot end on {self.valid_to}")
        if not 0 <= self.week_starts_on <= 6:
            raise ProblemError("week_starts_on is 0 (Monday) to 6 (Sunday)")

    def valid_on(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)

    def rests_on(self, day: date) -> bool:
        """Whether its clock stands still whatever the account's pauses: a closed season, or outside the valid dates."""
        closed = any(day.month in season.months and season.interval_days is None for season in self.seasons)
        return closed or not self.valid_on(day)

    def _check_combinations(self) -> None:
        if not self.combinations:
            return
        if self.block_workdays is None:
            raise ProblemError(f"a {self.mode} cadence does not take combinations")
        if self.block_workdays > MOST_COMBINED:
            raise ProblemError(f"combinations are possible in blocks of up to {MOST_COMBINED} working days")
        for days in self.combinations:
            if list(days) != sorted(set(days)) or not all(0 <= day < self.block_workdays for day in days):
                last = self.block_workdays - 1
                raise ProblemError(
                    f"a combination is working days of the block in order, 0 to {last}, not {list(days)}"
                )
            if len(days) != self.visits:
                raise ProblemError(
                    f"a combination has as many days as there are visits, {self.visits}, not {len(days)}"
                )
        if len(set(self.combinations)) != len(self.combinations):
            raise ProblemError("a combination is there twice")

    def _check_intervals(self) -> None:
        months = [month for season in self.seasons for month in season.months]
        if len(months) != len(set(months)):
            raise ProblemError("a month belongs to one season at most")
        seasonal = [season.interval_days for season in self.seasons if season.interval_days is not None]
        if self.interval_days is None:
            if seasonal:
                raise ProblemError(f"a season of a {self.mode} cadence has no interval (null: closed)")
            return
        shortest = min([self.interval_days, *seasonal])
        if self.tolerance_days is not None and 2 * self.tolerance_days >= shortest:
            raise ProblemError("tolerance_days is less than half the interval, so that windows do not overlap")
        if self.min_gap_days > shortest:
            raise ProblemError(f"min_gap_days is at most the interval ({shortest}): a visit when due is credited")
