"""The clock of a cadence: it gains 1 / interval on each day, nothing in pauses, closed seasons and outside validity.

A *window* follows from a date x, a credited visit or the due date of a missed window: with interval I and tolerance t
of the due date it opens when the clock has gained 1 - t/I since x, is due at 1 and closes at 1 + t/I.  With one
interval that is exactly x + I - t, x + I and x + I + t; and no window closes while the clock stands still.

All in integers: one unit is 1/L of an interval, L being the least common multiple of the intervals in use.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache
from itertools import accumulate
from math import lcm

import numpy as np

from planner.cadence.policy import Cadence
from planner.cadence.requests import NEVER, ClockTable, Window
from planner.calendar import DateRange

DAY = timedelta(days=1)
CHUNK = 128  # days added at a time


class Clock:
    """Reads the clock of one account from `first` on.  Raises ValueError for an earlier date, unless it is steady.

    steady : nothing ever stops the clock or changes its rate.  one_rate : it runs at one rate or stands still, so what follows
        from a later date never comes sooner.
    cadences : one, or several valid one after the other; all of them rolling, or else a single one.
    """

    def __init__(self, cadences: Cadence | Sequence[Cadence], pauses: Sequence[DateRange], first: date) -> None:
        self._cadences = (cadences,) if isinstance(cadences, Cadence) else tuple(cadences)
        self._pauses = tuple(pauses)
        self._seasons = [{m: s.interval_days for s in c.seasons for m in s.months} for c in self._cadences]
        self._end = _last_running(self._cadences, self._pauses)
        self._first = first
        intervals = {c.interval_days for c in self._cadences}.union(*(months.values() for months in self._seasons))
        self._rates = {i for i in intervals if i}
        self.full = lcm(*self._rates)
        self.steady = not any((len(self._cadences) != 1, self._pauses, *self._seasons, *_validity(self._cadences)))
        self.one_rate = len(self._cadences) == len(self._rates) == 1
        self._is_plain = len(self._cadences) == 1 and not self._seasons[0]
        self._windows: dict[date, Window | None] = {}
        self._gained = [0]  # units gained after `first`, up to and with first + index
        self._is_read = False  # to its end

    def interval(self, day: date) -> int | None:
        """Days from visit to visit as of `day` (1 for a cadence that is not rolling); None: the clock stands still."""
        if self.steady:  # here and below: the same result, sooner, for the many accounts whose clock never changes
            return self.full
        if any(day in pause for pause in self._pauses):
            return None
        for cadence, months in zip(self._cadences, self._seasons, strict=True):
            if cadence.valid_on(day):
                return months.get(day.month, cadence.interval_days or 1)
        return None

    def cadence(self, day: date) -> Cadence:
        """The cadence in force, or else the last one that was, or else the first that will be."""
        if len(self._cadences) == 1:
            return self._cadences[0]
        begun = [c for c in self._cadences if c.valid_from is None or c.valid_from <= day]
        return begun[-1] if begun else self._cadences[0]

    def runs(self, day: date) -> bool:
        if self.steady:
            return True
        if self._first < day <= self._first + DAY * (len(self._gained) - 1):
            index = (day - self._first).days
            return self._gained[index] > self._gained[index - 1]
        return self.interval(day) is not None

    def running(self, first: date, last: date) -> list[date]:
        """The dates from `first` to `last` on which it runs."""
        if self.steady:
            return [first + timedelta(days=n) for n in range((last - first).days + 1)]
        read = max(first, self._first + DAY)
        unread = [
            day for n in range((read - first).days) if (day := first + timedelta(days=n)) <= last and self.runs(day)
        ]
        begin, end = (read - self._first).days, self._index(max(last, self._first))
        gained = self._gained
        return unread + [self._first + timedelta(days=n) for n in range(begin, end + 1) if gained[n] > gained[n - 1]]

    def gain(self, after: date, units: int) -> date | None:
        """The first date after `after` by which the clock has gained so many units; None: never."""
        target = self._gained[self._index(after)] + units
        while self._gained[-1] < target:
            if self._is_read or not self._extend():
                self._is_read = True
                return None
        return self._first + timedelta(days=bisect_left(self._gained, target))

    def due(self, after: date) -> date | None:
        """The due date that follows from a visit, or a missed due date, on `after`; None: it never falls due."""
        return after + timedelta(days=self.full) if self.steady else self.gain(after, self.full)

    def window(self, after: date) -> Window | None:
        """The window around `due(after)`."""
        if after not in self._windows:
            self._windows[after] = self._window(after)
        return self._windows[after]

    def _window(self, after: date) -> Window | None:
        if self.steady:
            due, tolerance = after + timedelta(days=self.full), timedelta(days=self.tolerance_units(after))
            return Window(due - tolerance, due, due + tolerance)
        return self._measured(after)

    def _measured(self, after: date) -> Window | None:
        due = self.due(after)
        if due is None:
            return None
        share = self.tolerance_units(due)
        opens = self.gain(after, self.full - share)
        return Window(opens or due, due, self._closes(after, due, share))

    def newcomer(self, active_from: date) -> Window | None:
        """The first window of an account never visited: due on its last day, so that new accounts spread over it."""
        days = self.cadence(active_from).first_within_days
        due = self.due(active_from) if days is None else self._nth_running(active_from, days)
        return Window(active_from, due, due) if due else None

    def _nth_running(self, after: date, count: int) -> date | None:
        day = after
        while count and day < self._end:
            day += DAY
            count -= self.runs(day)
        return None if count else day

    def tolerance_units(self, due: date) -> int:
        interval = self.interval(due) or 1
        tolerance = self.cadence(due).tolerance_days
        return (interval // 5 if tolerance is None else tolerance) * (self.full // interval)

    def earliest_next(self, after: date) -> date | None:
        """The first date on which a visit after the credited one on `after` is credited itself."""
        return self._earliest(after, self.window(after))

    def table(self, first: date, last: date) -> ClockTable:
        """The clock by date, on to the last due date of a window that opens by `last`."""
        return _steady_table(self._cadences[0], first, last) if self.steady else self.measured_table(first, last)

    def measured_table(self, first: date, last: date) -> ClockTable:
        if self.one_rate:
            return self._table_of_one_rate(first, last)
        windows: list[Window | None] = []
        end, day = last, first
        while day <= end:
            windows.append(window := self.window(day))
            if window and window.opens <= last:
                end = max(end, window.due)
            day += DAY
        rows = [self._row(first, first + timedelta(days=n), window) for n, window in enumerate(windows)]
        return ClockTable(first, np.array(rows, np.int32).reshape(-1, 4))

    def _row(self, first: date, after: date, window: Window | None) -> tuple[int, ...]:
        earliest = self._earliest(after, window)
        if window is None or earliest is None:
            return (NEVER,) * 4
        return tuple((day - first).days for day in (window.opens, window.due, window.closes, earliest))

    def _table_of_one_rate(self, first: date, last: date) -> ClockTable:
        """The same for a clock that runs at one rate or stands still: whole columns at a time, a hundred times sooner."""
        tolerance = self._cadences[0].tolerance_days
        share = self.full // 5 if tolerance is None else tolerance  # units are days on which it runs
        while self._gained[-1] < self._gained[self._index(last)] + self.full + 2 * share and self._extend():
            pass
        gained, start = np.array(self._gained), self._index(first)
        opens, due, closes = (np.searchsorted(gained, gained + units) for units in self._units(share))
        closes = np.where(closes < len(gained), closes, np.searchsorted(gained, gained[-1]))
        opens = np.maximum(opens, np.arange(1, len(gained) + 1))
        end = self._index(last)
        following = due[start : end + 1][opens[start : end + 1] <= end]
        end = max([end, *following[following < len(gained)].tolist()])
        opens, due, closes = (column[start : end + 1] for column in (opens, due, closes))
        gap = self._cadences[0].min_gap_days
        earliest = opens if gap == 1 else np.maximum(opens, np.minimum(np.arange(start, end + 1) + gap, due))
        columns = (np.column_stack([opens, due, closes, earliest]) - start).astype(np.int32)
        columns[due >= len(gained)] = NEVER
        return ClockTable(first, columns)

    def _units(self, share: int) -> tuple[int, int, int]:
        """What the clock has to gain until a window opens, is due and closes."""
        return self.full - share, self.full, self.full + share

    def _earliest(self, after: date, window: Window | None) -> date | None:
        if window is None:
            return None
        gap = self.cadence(window.due).min_gap_days
        if gap == 1:  # windows open after the visit anyway
            return window.opens
        return max(window.opens, min(after + timedelta(days=gap), window.due))  # a visit when due is always credited

    def _closes(self, after: date, due: date, share: int) -> date:
        closes = self.gain(after, self.full + share) or self._running_by(len(self._gained) - 1)
        if len(self._rates) < 2 or (next_due := self.gain(due, self.full)) is None:
            return closes
        # where a season multiplies the rate, one day may pass both this end and the next beginning: the next one wins
        opens = self.gain(due, self.full - self.tolerance_units(next_due)) or next_due
        return closes if closes < opens else self._running_by(self._index(opens) - 1)

    def _running_by(self, index: int) -> date:
        """The last date up to `index` on which the clock ran."""
        return self._first + timedelta(days=bisect_left(self._gained, self._gained[index]))

    def _index(self, day: date) -> int:
        index = (day - self._first).days
        if index < 0:
            raise ValueError(f"this clock is read from {self._first} on, not on {day}")
        if len(self._gained) <= index:
            self._read(index + 1 - len(self._gained))
        return index

    def _extend(self) -> bool:
        """Read on, and say whether there was anything to read."""
        last = self._first + (len(self._gained) - 1) * DAY
        ahead = min(CHUNK, (self._end - last).days)
        if ahead > 0:
            self._read(ahead)
        return ahead > 0

    def _read(self, count: int) -> None:
        """Read so many days more."""
        following = self._first + len(self._gained) * DAY
        gains = self._plain(following, count) if self._is_plain else self._by_day(following, count)
        self._gained += accumulate(gains, initial=self._gained.pop())

    def _by_day(self, first: date, count: int) -> list[int]:
        intervals = (self.interval(first + n * DAY) for n in range(count))
        return [self.full // interval if interval else 0 for interval in intervals]

    def _plain(self, first: date, count: int) -> list[int]:
        """The same for one cadence without seasons, which runs in its validity but for pauses."""
        [cadence], gains = self._cadences, [1] * count
        begins, ends = cadence.valid_from or date.min, self._end
        still = [(date.min, begins - DAY)] if begins > date.min else []
        still += [(ends + DAY, date.max)] if ends < date.max else []
        for one, last in (*still, *((pause.first, pause.last) for pause in self._pauses)):
            low, high = max(0, (one - first).days), min(count, (last - first).days + 1)
            if low < high:
                gains[low:high] = [0] * (high - low)
        return gains


@lru_cache(maxsize=512)
def _steady_table(cadence: Cadence, first: date, last: date) -> ClockTable:
    """One table for all the accounts with the same cadence whose clock never stands still."""
    return Clock(cadence, (), first).measured_table(first, last)


def _validity(cadences: Sequence[Cadence]) -> list[date | None]:
    return [day for cadence in cadences for day in (cadence.valid_from, cadence.valid_to)]


def _last_running(cadences: Sequence[Cadence], pauses: Sequence[DateRange]) -> date:
    """A date after which the clock never runs again: validity, a pause without an end, no open month."""
    end = max((c.valid_to or date.max for c in cadences if not _always_closed(c)), default=date.min)
    return min([end, *(max(pause.first, date.min + DAY) - DAY for pause in pauses if pause.last >= end)])


def _always_closed(cadence: Cadence) -> bool:
    return len({month for s in cadence.seasons if s.interval_days is None for month in s.months}) == 12
