"""Quota periods and pattern blocks, found by stepping from day to day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from planner.cadence.policy import Mode, Period
from planner.calendar import DateRange
from planner.check.clock import clock_of
from planner.problem import Site

ONE_DAY = timedelta(days=1)
FIRST_MONTHS = {Period.MONTH: range(1, 13), Period.QUARTER: (1, 4, 7, 10), Period.YEAR: (1,)}


class Quota:
    """How many visits a site with a quota or a pattern asks for, and when."""

    def __init__(self, site: Site, horizon: DateRange) -> None:
        assert site.cadence is not None
        assert site.cadence.visits is not None
        self.cadence, self.horizon = site.cadence, horizon
        self.visits = site.cadence.visits
        self.active_from = site.active_from
        self.clock = clock_of(site.cadence, site.pauses)
        self._periods: dict[date, DateRange] = {}

    def runs(self, day: date) -> bool:
        return day >= self.active_from and self.clock.runs(day)

    def in_horizon(self) -> Iterator[DateRange]:
        """The periods of which at least a day is in the horizon, in order."""
        seen = None
        for day in self.horizon:
            if seen is None or day not in seen:
                seen = self.period(day)
                yield seen

    def period(self, day: date) -> DateRange:
        """The period in which a date lies: from the last beginning of one to the day before the next."""
        if day not in self._periods:
            first = day
            while not self._begins(first):
                first -= ONE_DAY
            last = day
            while not self._begins(last + ONE_DAY):
                last += ONE_DAY
            period = DateRange(first, last)
            self._periods |= dict.fromkeys(period, period)
        return self._periods[day]

    def target(self, period: DateRange) -> int:
        """Visits asked for: fewer, rounded half up, where the clock stands still on some of the days that count."""
        days = [day for day in period if self.cadence.mode is Mode.QUOTA or day.weekday() < 5]
        active = sum(self.runs(day) for day in days)
        return (2 * self.visits * active + len(days)) // (2 * len(days))

    def combination_days(self, period: DateRange, settled: list[date]) -> list[list[date]]:
        """The days of each combination that has as many of the settled days of a block as any has; [] without combinations."""
        working = [day for day in period if day.weekday() not in (5, 6)]
        every = [[working[number] for number in numbers] for numbers in self.cadence.combinations]
        shared = [sum(day in settled for day in days) for days in every]
        return [days for days, count in zip(every, shared, strict=True) if count == max(shared)]

    def asks(self, day: date, settled: list[date]) -> bool:
        """Whether a visit on this day can be one that the cadence asks for, given what is settled."""
        if not self.runs(day):
            return False
        if not self.cadence.combinations:
            return True
        return any(day in days for days in self.combination_days(self.period(day), settled))

    def gap(self, period: DateRange) -> int:
        """Least days between a visit in this period and the one before it."""
        if self.cadence.mode is Mode.PATTERN:
            return self.cadence.min_gap_days
        interval = max(1, len(period) // self.visits)
        tolerance = interval // 5 if self.cadence.tolerance_days is None else self.cadence.tolerance_days
        return max(self.cadence.min_gap_days, interval - tolerance)

    def _begins(self, day: date) -> bool:
        if self.cadence.mode is Mode.PATTERN:
            return self._begins_block(day)
        if self.cadence.period is Period.WEEK:
            return day.weekday() == self.cadence.week_starts_on
        return day.day == 1 and day.month in FIRST_MONTHS[Period(self.cadence.period or "")]

    def _begins_block(self, day: date) -> bool:
        """A Monday to Friday that is a whole number of blocks of working days away from the anchor."""
        if day.weekday() > 4:
            return False
        assert self.cadence.anchor is not None
        assert self.cadence.block_workdays is not None
        return _working_days(self.cadence.anchor, day) % self.cadence.block_workdays == 0


def _working_days(start: date, end: date) -> int:
    """Mondays to Fridays from `start` (included) to `end` (not included); negative if `end` comes first."""
    weeks, rest = divmod((end - start).days, 7)
    return 5 * weeks + sum((start + timedelta(days=n)).weekday() < 5 for n in range(rest))
