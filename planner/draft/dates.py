"""What the dates of one site's visits cost, and whether they keep its rhythm.

The visits of a site are lived through in date order from its history, as docs/decisions/0001-planning-model.md defines:
each window follows from the visit before, whichever request it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import Enum
from functools import lru_cache
from itertools import pairwise

from planner.cadence import periods
from planner.cadence.clock import Clock
from planner.cadence.policy import Cadence, Mode
from planner.cadence.requests import Window
from planner.cadence.rolling import first_window
from planner.calendar import DateRange
from planner.lateness import Late, late_price
from planner.params import Params
from planner.problem import MustVisit, Site

DAY = timedelta(days=1)


class Hold(Enum):
    """How firmly a visit stands on its date."""

    FLEXIBLE = 0
    LOCKED = 1
    APPOINTMENT = 2


@dataclass(frozen=True, slots=True, order=True)
class Call:
    """A visit or an appointment at the site."""

    date: date
    hold: Hold = field(default=Hold.FLEXIBLE, compare=False)

    @property
    def flexible(self) -> bool:
        return self.hold is Hold.FLEXIBLE


@dataclass(frozen=True, slots=True)
class Missed:
    """A visit that the cadence asks for and nobody makes: its price is shared over `window`, it may stand on `days`.

    due : its due date; of a quota or pattern the last day of the period.  row : windows or periods missed in a row before it.
    """

    window: DateRange
    days: tuple[date, ...]
    due: date
    row: int = 0

    def in_time_until(self, last: date) -> date | None:
        """The end of its window where that is after the last day planned."""
        return self.window.last if self.window.last > last else None


@dataclass(slots=True)
class Verdict:
    """What became of a site's rhythm.

    broken : the date of a flexible visit that may not stand there; None: all rules are kept.
    due : date of a visit -> (due date, days late) of the window that it met.  met : the window itself; of a quota the period.
    wanted : must-visits that nobody fulfils.  row : windows missed in a row so far.
    """

    broken: date | None = None
    late: list[Late] = field(default_factory=list)
    missed: list[Missed] = field(default_factory=list)
    due: dict[date, tuple[date, int]] = field(default_factory=dict)
    met: dict[date, Window] = field(default_factory=dict)
    wanted: list[MustVisit] = field(default_factory=list)
    churn: int = 0
    row: int = 0


class SiteDates:
    """The rhythm of one site under any dates of its visits."""

    def __init__(
        self, site: Site, horizon: DateRange, musts: Sequence[MustVisit] = (), base: Sequence[date] = ()
    ) -> None:
        """base : dates of its published visits that are not locked."""
        self.site, self.horizon, self.musts, self.base = site, horizon, musts, sorted(base)
        self.clock: Clock | None = None
        self._start: Window | None = None
        self._row = 0  # windows or periods missed in a row before the horizon
        if site.cadence is not None:
            known = site.credited[-1] if site.credited else site.active_from
            self.clock = _clock(site.cadence, site.pauses, min(horizon.first, known))
            if site.cadence.mode is Mode.ROLLING:
                self._start, self._row = first_window(self.clock, site.active_from, site.credited, horizon.first)
            else:
                self._row = periods.missed_in_a_row(
                    site.cadence, self.clock, site.active_from, site.credited, horizon.first
                )
        self._targets: dict[date, int] = {}
        self._running: dict[
            tuple[date, date], tuple[date, ...]
        ] = {}  # what `_between` found: asked again with each visit tried

    def judge(self, calls: Sequence[Call]) -> Verdict:
        """The verdict on these visits, in date order."""
        verdict = Verdict(row=self._row)
        verdict.broken = _twice(calls) or self._in_pause(calls)
        if verdict.broken is None:
            if self.site.cadence is None:
                self._unasked(calls, verdict)
            elif self.site.cadence.mode is Mode.ROLLING:
                self._rolling(self.site.cadence, calls, verdict)
            else:
                self._counted(self.site.cadence, calls, verdict)
        if self.musts:
            visited = [*self.site.credited, *(call.date for call in calls)]
            verdict.wanted = [must for must in self.musts if not any(day in must.period for day in visited)]
        if self.base:
            verdict.churn = self._moved(calls, len(verdict.missed))
        return verdict

    def price(self, verdict: Verdict, params: Params) -> int:
        """Lateness, missed visits and must-visits, churn: seconds of driving."""
        return self.lateness(verdict, params) + self.missed(verdict, params) + params.churn_price * verdict.churn

    def lateness(self, verdict: Verdict, params: Params) -> int:
        return sum(late_price(self.site, late, self.horizon, params) for late in verdict.late)

    def missed(self, verdict: Verdict, params: Params) -> int:
        """The price of the visits and must-visits left out."""
        musts = sum(self._in_horizon(must) for must in verdict.wanted)
        return sum(self.miss_price(gone, params) for gone in verdict.missed) + params.must_price * musts

    def miss_price(self, gone: Missed, params: Params) -> int:
        """Days before the horizon count (what is overdue has its full price), days after it do not; dearer the more were
        missed before."""
        last = min(gone.window.last, self.horizon.last)
        price = self.site.miss_price * max(0, (last - gone.window.first).days + 1) // len(gone.window)
        return price + price * params.miss_growth(gone.row) // 100

    def asks_no_more(self) -> bool:
        """Whether the cadence ends before it asks for another visit, be it after the horizon: of a site of which nothing is asked in it."""
        cadence, clock = self.site.cadence, self.clock
        ends = None if cadence is None else cadence.valid_to
        if cadence is None or clock is None or ends is None:
            return False
        if cadence.mode is not Mode.ROLLING:
            begins = periods.period_of(cadence, self.horizon.last).last + DAY
            later = DateRange(begins, max(begins, ends))
            return not any(self._target(cadence, period) for period in periods.periods(cadence, later))
        if self._start is None:
            return True
        last = self.site.credited[-1] if self.site.credited else None
        soonest = max(_soonest(self._start, last, timedelta(days=cadence.min_gap_days)), self.horizon.first)
        return clock.gain(soonest - DAY, 1) is None

    def wished(self, day: date) -> bool:
        """Whether a person asked for a visit around this day."""
        return any(day in must.period for must in self.musts)

    def paused(self, day: date) -> bool:
        return any(day in pause for pause in self.site.pauses)

    def must_days(self, must: MustVisit) -> tuple[date, ...]:
        """The dates on which a must-visit might stand."""
        return tuple(day for day in must.period if day in self.horizon and not self.paused(day))

    def days_of(self, window: Window, last: date | None) -> tuple[date, ...]:
        """The dates on which a visit might meet a window (of a quota, a period), the one before it having been on `last`."""
        cadence = self.site.cadence
        assert cadence is not None
        assert self.clock is not None
        if cadence.mode is not Mode.ROLLING:
            return tuple(day for day in _dates(window.opens, window.closes) if day in self.horizon and self._runs(day))
        gap = timedelta(days=cadence.min_gap_days)
        return self._between(_soonest(window, last, gap), self.clock.window(window.due))

    def _in_pause(self, calls: Sequence[Call]) -> date | None:
        if not self.site.pauses:
            return None
        return next((call.date for call in calls if call.flexible and self.paused(call.date)), None)

    def _in_horizon(self, must: MustVisit) -> bool:
        return must.period.first <= self.horizon.last and self.horizon.first <= must.period.last

    def _unasked(self, calls: Sequence[Call], verdict: Verdict) -> None:
        for call in calls:
            if call.flexible and not self.wished(call.date):
                verdict.broken = call.date

    # -- rolling -------------------------------------------------------------------------------------------------

    def _rolling(self, cadence: Cadence, calls: Sequence[Call], verdict: Verdict) -> None:
        assert self.clock is not None
        gap = timedelta(days=cadence.min_gap_days)
        last = self.site.credited[-1] if self.site.credited else None
        chosen: Call | None = None  # the newest credited visit, if nobody but the cadence asks for it
        window = self._start
        for call in calls:
            window = self._pass(window, last, gap, call.date, verdict)
            unasked = call.flexible and not self.wished(call.date)
            if window is None or call.date < _soonest(window, last, gap):
                if unasked:
                    verdict.broken = call.date
                elif chosen is not None:
                    verdict.broken = chosen.date
                continue
            if unasked and not self.clock.runs(call.date):
                verdict.broken = call.date
            late = window.late_days(call.date)
            verdict.due[call.date], verdict.met[call.date] = (window.due, late), window
            if call.hold is not Hold.APPOINTMENT:
                verdict.late += self._late(window, call.date)
            last, chosen = call.date, call if unasked else None
            window, verdict.row = self.clock.window(call.date), 0
        while window is not None and window.opens <= self.horizon.last:
            window = self._leave_out(window, self.clock.window(window.due), last, gap, verdict)

    def _late(self, window: Window, day: date) -> list[Late]:
        if day <= window.closes:
            return []
        assert self.clock is not None
        after = self.clock.window(window.due)
        return [Late(day, window.closes, after.opens if after else None)]

    def _pass(
        self, window: Window | None, last: date | None, gap: timedelta, until: date, verdict: Verdict
    ) -> Window | None:
        """Windows that are over by `until`, because the next one is open, were missed."""
        assert self.clock is not None
        while window is not None and (after := self.clock.window(window.due)) and after.opens <= until:
            window = self._leave_out(window, after, last, gap, verdict)
        return window

    def _leave_out(
        self, window: Window, after: Window | None, last: date | None, gap: timedelta, verdict: Verdict
    ) -> Window | None:
        days = self._between(_soonest(window, last, gap), after)
        if days:
            verdict.missed.append(Missed(DateRange(window.opens, window.closes), days, window.due, verdict.row))
            verdict.row += 1
        return after

    def _between(self, soonest: date, after: Window | None) -> tuple[date, ...]:
        """Dates of the horizon from the first on which a visit is credited until the next window opens."""
        assert self.clock is not None
        end = self.horizon.last if after is None else min(self.horizon.last, after.opens - DAY)
        span = max(self.horizon.first, soonest), end
        if span not in self._running:
            self._running[span] = tuple(day for day in _dates(*span) if self.clock.runs(day))
        return self._running[span]

    # -- quota and pattern ---------------------------------------------------------------------------------------

    def _counted(self, cadence: Cadence, calls: Sequence[Call], verdict: Verdict) -> None:
        last = self.site.credited[-1] if self.site.credited else None
        chosen: Call | None = None
        visits = list(self.site.credited)
        free: dict[DateRange, list[date]] = {}
        for call in calls:
            period = periods.period_of(cadence, call.date)
            unasked = call.flexible and not self.wished(call.date)
            if last is not None and (call.date - last).days < periods.gap(cadence, period):
                if unasked:
                    verdict.broken = call.date
                elif chosen is not None:
                    verdict.broken = chosen.date
                continue
            full = sum(day in period for day in visits) >= self._target(cadence, period)
            if unasked and (full or not self._runs(call.date)):
                verdict.broken = call.date
            last, chosen = call.date, call if unasked else None
            visits.append(call.date)
            if unasked:
                free.setdefault(period, []).append(call.date)
            verdict.due[call.date] = period.last, 0
            verdict.met[call.date] = Window(period.first, period.last, period.last)
        if cadence.combinations:
            self._combined(cadence, visits, free, verdict)
        for period in periods.periods(cadence, self.horizon):
            settled = {day for day in visits if day not in free.get(period, ())}
            wanted = periods.combined(cadence, period, settled)
            days = tuple(day for day in period if day in self.horizon and self._runs(day) and wanted(day))
            done = sum(day in period for day in visits)
            short = self._target(cadence, period) - done
            verdict.row = 0 if done else max(0, verdict.row)
            verdict.missed += [Missed(period, days, period.last, verdict.row)] * (max(0, short) if days else 0)
            verdict.row += not done and short > 0

    def _combined(
        self, cadence: Cadence, visits: Sequence[date], free: Mapping[DateRange, Sequence[date]], verdict: Verdict
    ) -> None:
        """What the planner chose in a block lies in one of the combinations that suit the rest of it best."""
        for period, chosen in free.items():
            settled = {day for day in visits if day in period and day not in chosen}
            best = max(
                periods.combinations(cadence, period, settled), key=lambda dates: len(dates.intersection(chosen))
            )
            verdict.broken = next((day for day in chosen if day not in best), verdict.broken)

    def _runs(self, day: date) -> bool:
        assert self.clock is not None
        return day >= self.site.active_from and self.clock.runs(day)

    def _target(self, cadence: Cadence, period: DateRange) -> int:
        if period.first not in self._targets:
            assert self.clock is not None
            share = periods.target(cadence, self.clock, period, self.site.active_from)
            self._targets[period.first] = periods.half_up(share)
        return self._targets[period.first]

    # -- churn ---------------------------------------------------------------------------------------------------

    def _moved(self, calls: Sequence[Call], missed: int) -> int:
        """Published dates on which no visit stands now, though the site still has as many requests."""
        planned = {call.date for call in calls if call.flexible}
        return max(0, min(len(self.base), len(planned) + missed) - len(planned.intersection(self.base)))


@lru_cache(maxsize=4096)
def _clock(cadence: Cadence, pauses: tuple[DateRange, ...], first: date) -> Clock:
    """Shared by all sites with this rhythm, in this problem and the next: a clock remembers the windows that it was asked for."""
    return Clock(cadence, pauses, first)


def _soonest(window: Window, last: date | None, gap: timedelta) -> date:
    """The first date on which a visit in this window is credited."""
    return window.opens if last is None else max(window.opens, last + gap)


def _dates(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def _twice(calls: Sequence[Call]) -> date | None:
    """A date with two visits of which the planner chose one."""
    for one, two in pairwise(calls):
        if one.date == two.date and (one.flexible or two.flexible):
            return one.date
    return None
