"""The rows of chains: windows, clocks, combinations of days, published visits."""

# ruff: noqa: F403, F405  the columns are read by their bare names
from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np

from planner.cadence.periods import period_of, periods
from planner.cadence.policy import Cadence
from planner.cadence.requests import Chain, ClockTable, Window
from planner.calendar import DateRange
from planner.groups import with_one_rep
from planner.problem import MustVisit, Site
from planner.search.layout import *
from planner.search.layout import NEVER
from planner.search.pack.given import Given

WEEKEND = 30  # the bit of a day that is in no combination


class ChainRows:
    """`chain` and `clock`."""

    def __init__(self, given: Given) -> None:
        self.given = given
        self.blocks: dict[tuple[date | None, int | None], tuple[int, int, int]] = {}
        self.musts: dict[str, list[MustVisit]] = {}
        for must in given.problem.must_visits:
            self.musts.setdefault(must.site, []).append(must)

    def rows(self) -> tuple[np.ndarray, np.ndarray]:
        rows = np.zeros((len(self.given.items.sites), CHAIN_COLUMNS), np.int64)
        clocks: list[np.ndarray] = []
        start = 0
        locked = {(lock.site, lock.rep, lock.date) for lock in self.given.problem.locked}
        published: dict[str, list[date]] = {}
        for visit in self.given.problem.base:
            if (visit.site, visit.rep, visit.date) not in locked:
                published.setdefault(visit.site, []).append(visit.date)
        for row, site, (first, end) in zip(rows, self.given.items.sites, self.given.items.bounds, strict=True):
            chain = self.given.chains[site.id]
            row[FIRST_MEMBER], row[END_MEMBER], row[CLOCK], row[C_MARK], row[CHANGER] = first, end, -1, -1, -1
            row[IN_ORDER] = end - first == len(chain.requests) and not _turned_round(chain)
            row[ROW] = self._row(chain)
            row[PREVIOUS] = self.given.date_of(chain.previous) if chain.previous else -NEVER
            row[NEWCOMER] = (site.first_service or 0) - site.service if site.newcomer else 0
            row[GROUPED] = site.id in self.given.companions
            if site.cadence is not None and site.cadence.combinations:
                row[COMBINED] = self._combinations(site, site.cadence)
            row[LATE_PRICE] = -1 if site.late_price is None else site.late_price
            row[WORTH], row[BASE] = site.miss_price, len(self.given.lists)
            self.given.lists += [self.given.date_of(day) for day in sorted(published.get(site.id, ()))]
            row[BASE_END] = row[MUSTS] = len(self.given.lists)
            self.given.lists += self._asked_for(site)
            row[MUSTS_END] = len(self.given.lists)
            if chain.clock is not None and chain.window is not None:
                row[CLOCK], row[CLOCK_FROM] = start, self.given.date_of(chain.clock.first)
                row[CLOCK_DAYS] = len(chain.clock)
                clocks.append(self._clock(chain.clock, site))
                row[OPENS_0 : MISS_0 + 1] = self._window(chain.window, site)
                gap = site.cadence.min_gap_days if site.cadence else 1
                row[SOONEST_0] = self.given.date_of(chain.previous) + gap if chain.previous else -NEVER
                start += len(clocks[-1])
        self._one_rep(rows)
        clock = np.vstack([np.zeros((0, 5), np.int32), *clocks])
        return np.ascontiguousarray(clock), rows

    def _asked_for(self, site: Site) -> list[int]:
        """First and last date of each period of the horizon in which a person asked for a visit that has not been made."""
        horizon, found = self.given.problem.horizon, list[int]()
        for must in self.musts.get(site.id, ()):
            first, last = max(must.period.first, horizon.first), min(must.period.last, horizon.last)
            if first <= last and not any(day in must.period for day in site.credited):
                found += [self.given.date_of(first), self.given.date_of(last)]
        return found

    def _one_rep(self, rows: np.ndarray) -> None:
        """Of the sites that any of several reps may visit those of a group in a ring, each other one by itself."""
        open_sites = {
            site.id: n
            for n, site in enumerate(self.given.items.sites)
            if len(self.given.reps_of.get(site.id, ())) > 1 and not site.shared
        }
        for n in open_sites.values():
            rows[n, ONE_REP] = 1 + n
        for group in with_one_rep(self.given.problem):
            ring = [open_sites[site] for site in group if site in open_sites]
            for n, following in zip(ring, [*ring[1:], *ring[:1]], strict=True):
                rows[n, ONE_REP] = 1 + following

    def _row(self, chain: Chain) -> int:
        """Windows missed before the first one; of a quota or pattern where a period would stand that had the last visit."""
        if chain.clock is not None:
            return chain.missed
        asks_at_once = bool(chain.periods) and chain.periods[0].first <= self.given.problem.horizon.first
        return -2 * chain.missed - 2 if chain.missed >= 0 else 0 if asks_at_once else -1

    def _combinations(self, site: Site, cadence: Cadence) -> int:
        """Write down combinations of days in numbers; returns where."""
        blocks, dates, on = self._blocks(cadence)
        first = list(_working(period_of(cadence, self.given.problem.horizon.first)))
        history = sum(1 << n for n, day in enumerate(first) if day in site.credited)
        at, masks = len(self.given.lists), [sum(1 << n for n in numbers) for numbers in cadence.combinations]
        self.given.lists += [
            len(masks),
            cadence.visits or 0,
            blocks,
            dates,
            cadence.block_workdays or 0,
            on,
            history,
        ]
        self.given.lists += masks + [n for numbers in cadence.combinations for n in numbers]
        return at

    def _blocks(self, cadence: Cadence) -> tuple[int, int, int]:
        """Where in `lists` the blocks of such a pattern are told by date, and the dates and days by block."""
        key = cadence.anchor, cadence.block_workdays
        if key not in self.blocks:
            blocks, dates = len(self.given.lists), []
            for number, period in enumerate(periods(cadence, self.given.problem.horizon)):
                working = list(_working(period))
                inside = [day for day in period if day in self.given.problem.horizon]
                self.given.lists += [32 * number + (working.index(d) if d in working else WEEKEND) for d in inside]
                dates += [self.given.date_of(day) if day in self.given.problem.horizon else -1 for day in working]
            on = len(self.given.lists) + len(dates)
            self.given.lists += dates
            self.given.lists += [self.given.on.get(day, [-1])[0] for day in self.given.problem.horizon]
            self.blocks[key] = blocks, on - len(dates), on
        return self.blocks[key]

    def _clock(self, table: ClockTable, site: Site) -> np.ndarray:
        """The columns of `clock`: those of the table, and the price of missing each window as `_window` has it."""
        never, horizon_last = table.columns[:, :1] == NEVER, self.given.date_of(self.given.problem.horizon.last)
        columns = np.where(never, NEVER, table.columns.astype(np.int64) + self.given.date_of(table.first))
        opens, last = columns[:, 0], np.maximum(columns[:, 0], columns[:, 2])
        inside = np.maximum(0, np.minimum(last, horizon_last) - opens + 1)
        prices = np.where(never[:, 0], 0, site.miss_price * inside // (last - opens + 1))
        return np.column_stack([columns, prices]).astype(np.int32)

    def _window(self, window: Window | None, site: Site) -> tuple[int, int, int, int]:
        """(opens, due, closes, price of missing it), dates as numbers; what goes on after the horizon is not priced."""
        if window is None:
            return NEVER, NEVER, NEVER, 0
        opens, due, closes = (
            self.given.date_of(window.opens),
            self.given.date_of(window.due),
            self.given.date_of(window.closes),
        )
        last = max(opens, closes)
        inside = max(0, min(last, self.given.date_of(self.given.problem.horizon.last)) - opens + 1)
        return opens, due, closes, site.miss_price * inside // (last - opens + 1)


def _working(period: DateRange) -> Iterator[date]:
    return (day for day in period if day.weekday() < 5)


def _turned_round(chain: Chain) -> bool:
    """Whether a visit may stand before or after one whose day is settled."""
    settled = [request.latest for request in chain.requests if request.fixed]
    return any(request.earliest < day < request.latest for request in chain.requests for day in settled)
