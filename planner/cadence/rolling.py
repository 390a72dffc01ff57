"""Unrolling a rolling cadence: each window follows from the visit before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from planner.cadence.clock import Clock
from planner.cadence.members import Fixed, Wishes, fixed_request
from planner.cadence.requests import VisitRequest, Window
from planner.calendar import DateRange
from planner.problem import Site

DAY = timedelta(days=1)


def first_window(clock: Clock, active_from: date, credited: Sequence[date], today: date) -> tuple[Window | None, int]:
    """The window in which an account stands, the newest that has opened by `today`, else the next one to open; and how many
    before it were missed in a row."""
    window, missed = clock.window(credited[-1]) if credited else clock.newcomer(active_from), 0
    while window and (after := clock.window(window.due)) and after.opens <= today:
        window, missed = after, missed + 1
    return window, missed


def with_days(clock: Clock, window: Window, today: date, fixed: Sequence[Fixed]) -> Window:
    """The window in which the first visit from `today` on stands: the next one where the clock stands still until that opens."""
    while (after := clock.window(window.due)) and not any(visit.day < after.opens for visit in fixed):
        if any(clock.runs(today + timedelta(days=n)) for n in range((after.opens - today).days)):
            break
        window = after
    return window


@dataclass(slots=True)
class RollingUnroll:
    """Walks along the horizon as if every visit came as early as it is credited, so that no member is forgotten."""

    site: Site
    horizon: DateRange
    wishes: Wishes
    clock: Clock
    early: Window | None  # of the next member, if everything before it is planned as early as may be
    soonest: date | None = None  # the next member cannot be credited before; None: never again
    latest_due: date | None = None  # of the next member, if everything before it is planned as late as may be
    members: list[VisitRequest] = field(default_factory=list)
    outside: list[Fixed] = field(default_factory=list)  # fixed visits that are not credited

    def run(self, fixed: Sequence[Fixed]) -> None:
        if self.early:
            self._start(self.early)
        for visit in fixed:
            self._flexible(until=visit.day)
            if self.soonest is None or visit.day < self.soonest:
                self.outside.append(visit)
            else:
                self.members.append(fixed_request(self.site, visit, self.wishes))
                self._after(visit.day)
        self._flexible(until=None)

    def _start(self, window: Window) -> None:
        gap = self.site.cadence.min_gap_days if self.site.cadence else 1
        bounds = [window.opens, self.horizon.first]
        if self.site.credited:
            bounds.append(self.site.credited[-1] + timedelta(days=gap))
        self.soonest, self.latest_due = max(bounds), window.due

    def _after(self, day: date) -> None:
        self.early = self.clock.window(day)
        self.soonest = self.clock.earliest_next(day)
        self.latest_due = self.early.due if self.early else None

    def _flexible(self, until: date | None) -> None:
        """Add the requests that can be credited before the fixed visit on `until` without making it too early."""
        while self.early and self.soonest and (days := self._days(until)):
            self.members.append(VisitRequest(id="", site=self.site.id, days=tuple(days)))
            self._advance(days)

    def _days(self, until: date | None) -> list[date]:
        assert self.soonest
        assert self.latest_due
        last = self.horizon.last
        if after := self.clock.window(self.latest_due):
            last = min(last, after.opens - DAY)
        days = self.clock.running(self.soonest, last)
        return days if until is None else [day for day in days if self._clear(day, until)]

    def _clear(self, day: date, fixed: date) -> bool:
        soonest = self.clock.earliest_next(day)
        return soonest is not None and soonest <= fixed

    def _advance(self, days: Sequence[date]) -> None:
        """Go on to the next member; this one is planned on any of the days, or left out."""
        assert self.early
        assert self.latest_due
        starts = days[:1] if self.clock.one_rate else days  # a change of rate may turn the order round
        following = [soonest for day in starts if (soonest := self.clock.earliest_next(day))]
        if after := self.clock.window(self.early.due):
            following.append(after.opens)
        self.soonest = min(following, default=None)
        # from the last ones the clock may never get on
        late = sorted({*days, self.early.due, self.latest_due}, reverse=True)
        self.latest_due = next(filter(None, map(self.clock.due, late)), None)
        self.early = self.clock.window(min(self.early.due, days[0]))
