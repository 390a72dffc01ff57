"""The clock of a rolling cadence, walked day by day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from math import lcm

from planner.cadence.policy import Cadence
from planner.calendar import DateRange

ONE_DAY = timedelta(days=1)


@lru_cache(maxsize=4096)
def clock_of(cadence: Cadence, pauses: tuple[DateRange, ...]) -> DayClock:
    """One clock for all sites with this rhythm, in this plan and the next: it remembers the windows that it was asked for."""
    return DayClock(cadence, pauses)


@dataclass(frozen=True, slots=True)
class Due:
    """A visit is early before `opens`, on time until `closes`, late after it."""

    opens: date
    day: date
    closes: date


class DayClock:
    """Says when the next visit of a site with a cadence falls due, for any date of the visit before.

    A day on which interval I holds moves the clock by whole / I; a pause, a closed season and invalid dates by nothing.
    """

    def __init__(self, cadence: Cadence, pauses: tuple[DateRange, ...]) -> None:
        self.cadence = cadence
        self.pauses = pauses
        self.by_month: dict[int, int | None] = dict.fromkeys(range(1, 13), cadence.interval_days or 1)
        for season in cadence.seasons:
            self.by_month |= dict.fromkeys(season.months, season.interval_days)
        intervals = [interval for interval in self.by_month.values() if interval]
        self.whole = lcm(*intervals)
        self.never = not intervals
        self.steady = not (self.pauses or cadence.seasons or cadence.valid_from or cadence.valid_to)
        self._known: dict[date, Due | None] = {}

    def interval(self, day: date) -> int | None:
        """The interval that holds on this day; None: the clock stands still."""
        if self.steady:
            return self.by_month[day.month]
        cadence = self.cadence
        if (cadence.valid_from and day < cadence.valid_from) or (cadence.valid_to and day > cadence.valid_to):
            return None
        if any(pause.first <= day <= pause.last for pause in self.pauses):
            return None
        return self.by_month[day.month]

    def runs(self, day: date) -> bool:
        return self.interval(day) is not None

    def after(self, day: date, amount: int) -> date | None:
        """The first date after `day` by which the clock has moved by `amount`; None: never."""
        if self.steady:
            interval = self.by_month[1] or 1
            return day + timedelta(days=-(-amount * interval // self.whole))
        moved = 0
        while moved < amount:
            following = self.next_running(day)
            if following is None:
                return None
            day = following
            moved += self.whole // (self.interval(day) or 1)
        return day

    def next_running(self, day: date) -> date | None:
        """The first date after `day` on which the clock runs; None: it never does again."""
        last = self.cadence.valid_to or date.max
        if self.never:
            return None
        while day < last:
            day += ONE_DAY
            covering = [pause.last for pause in self.pauses if pause.first <= day <= pause.last]
            if covering:
                day = max(covering)
            elif self.runs(day):
                return day
        return None

    def days_after(self, day: date, count: int) -> date | None:
        """The date by which the clock has run on `count` days after `day`; None: never."""
        for _ in range(count):
            following = self.next_running(day)
            if following is None:
                return None
            day = following
        return day

    def following(self, visit: date) -> Due | None:
        """The window that follows from a visit (or a missed due date); None: it never falls due."""
        if visit not in self._known:
            self._known[visit] = self._following(visit)
        return self._known[visit]

    def first(self, active_from: date) -> Due | None:
        """The first window of a site never visited: due on its last day."""
        days = self.cadence.first_within_days
        due = self.after(active_from, self.whole) if days is None else self.days_after(active_from, days)
        return Due(active_from, due, due) if due else None

    def _following(self, visit: date) -> Due | None:
        due = self.after(visit, self.whole)
        if due is None:
            return None
        share = self.tolerance(due)
        opens = self.after(visit, self.whole - share)
        assert opens is not None, "it moves less far than to the due date"
        closes = self.after(visit, self.whole + share) or self._last_running(due)
        return Due(opens, due, self._before_the_next(due, closes))

    def tolerance(self, due: date) -> int:
        """What the tolerance that holds on the due date moves the clock by."""
        interval = self.interval(due) or 1
        days = self.cadence.tolerance_days
        return (interval // 5 if days is None else days) * (self.whole // interval)

    def _last_running(self, day: date) -> date:
        """The last date of all on which the clock runs, at least `day`."""
        while (following := self.next_running(day)) is not None:
            day = following
        return day

    def _before_the_next(self, due: date, closes: date) -> date:
        """A window closes before the next one opens: where a new season is faster, one day may move past both."""
        if not self.cadence.seasons:
            return closes
        next_due = self.after(due, self.whole)
        if next_due is None:
            return closes
        opens = self.after(due, self.whole - self.tolerance(next_due))
        assert opens is not None, "it moves less far than to the due date"
        day = due
        while (following := self.next_running(day)) is not None and following < opens and following <= closes:
            day = following
        return day
