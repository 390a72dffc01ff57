"""Unrolling a quota or a pattern: so many requests in each period, anywhere in it, a gap apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import pairwise

from planner.cadence import periods
from planner.cadence.clock import Clock
from planner.cadence.members import Fixed, Wishes, fixed_request
from planner.cadence.policy import Cadence
from planner.cadence.requests import VisitRequest
from planner.calendar import DateRange
from planner.problem import Site


@dataclass(slots=True)
class QuotaUnroll:
    """Settles which fixed visits are credited, then fills the room around them."""

    site: Site
    horizon: DateRange
    wishes: Wishes
    clock: Clock
    members: list[VisitRequest] = field(default_factory=list)
    outside: list[Fixed] = field(default_factory=list)  # fixed visits that are not credited
    asking: list[DateRange] = field(default_factory=list)  # periods that ask for visits

    def run(self, fixed: Sequence[Fixed]) -> None:
        cadence = self.site.cadence
        assert cadence is not None
        kept = self._credited(cadence, fixed)
        for period in periods.periods(cadence, self.horizon):
            self._fill(cadence, period, [visit.day for visit in kept])
        for visit in kept:
            period = periods.period_of(cadence, visit.day)
            request = fixed_request(self.site, visit, self.wishes)
            self.members.append(_in_period(request, period, periods.gap(cadence, period)))
        self.members.sort(key=lambda request: request.latest)

    def _credited(self, cadence: Cadence, fixed: Sequence[Fixed]) -> list[Fixed]:
        kept: list[Fixed] = []
        last = self.site.credited[-1] if self.site.credited else None
        for visit in fixed:
            gap = periods.gap(cadence, periods.period_of(cadence, visit.day))
            if last is not None and (visit.day - last).days < gap:
                self.outside.append(visit)
            else:
                kept.append(visit)
                last = visit.day
        return kept

    def _fill(self, cadence: Cadence, period: DateRange, fixed: Sequence[date]) -> None:
        done = sum(day in period for day in (*self.site.credited, *fixed))
        asked = periods.half_up(periods.target(cadence, self.clock, period, self.site.active_from))
        self.asking += [period] if asked > 0 else []
        gap = periods.gap(cadence, period)
        days = [day for room in self._rooms(cadence, period, fixed) for day in room]
        firsts, lasts = _greedy(days, gap), _greedy(days[::-1], gap)
        count = max(0, min(asked - done, len(firsts)))
        for first, last in zip(firsts[:count], lasts[:count][::-1], strict=True):
            between = tuple(day for day in days if first <= day <= last)
            self.members.append(_in_period(VisitRequest("", self.site.id, between), period, gap))

    def _rooms(self, cadence: Cadence, period: DateRange, fixed: Sequence[date]) -> list[list[date]]:
        """The dates of a period between its credited and fixed visits, the gaps taken off."""
        known = [*self.site.credited[-1:], *fixed]
        own = periods.gap(cadence, period)
        bounds = [None, *known, None]
        chosen = periods.combined(cadence, period, {*self.site.credited, *fixed})
        rooms = []
        for before, after in pairwise(bounds):
            first = max(period.first, self.horizon.first, before + timedelta(days=own) if before else date.min)
            last = min(period.last, self.horizon.last)
            if after:
                last = min(last, after - timedelta(days=periods.gap(cadence, periods.period_of(cadence, after))))
            days = (first + timedelta(days=n) for n in range((last - first).days + 1))
            rooms.append([d for d in days if d >= self.site.active_from and self.clock.runs(d) and chosen(d)])
        return rooms


def _greedy(days: Sequence[date], gap: int) -> list[date]:
    """As many of the days as can stand a gap apart, beginning with the first."""
    chosen: list[date] = []
    for day in days:
        if not chosen or abs((day - chosen[-1]).days) >= gap:
            chosen.append(day)
    return chosen


def _in_period(request: VisitRequest, period: DateRange, gap: int) -> VisitRequest:
    return replace(request, period=period, gap=gap)
