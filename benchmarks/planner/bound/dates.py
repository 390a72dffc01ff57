"""The cheapest dates of one site, when each date also costs a prize: exact, by living through the windows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from benchmarks.planner.methods.occurrences import lateness, missed_price
from planner.cadence.policy import Mode
from planner.cadence.requests import Chain, Window
from planner.problem import Problem, Site

Prizes = Mapping[date, float]


@dataclass(frozen=True)
class Dates:
    """A set of dates and its own price, prizes not included."""

    days: tuple[date, ...]
    price: int


class Rhythm:
    """A site with a rolling cadence; `days` are the workdays on which a visit may stand at all."""

    def __init__(self, problem: Problem, site: Site, chain: Chain, open_days: set[date]) -> None:
        """Raises ValueError for what the bound does not know: other cadences, visits that are fixed already."""
        if site.cadence is None or site.cadence.mode is not Mode.ROLLING:
            raise ValueError(f"site {site.id}: the bound knows rolling cadences only")
        if chain.loose or any(request.fixed for request in chain.requests):
            raise ValueError(f"site {site.id}: the bound knows no fixed visits inside a cadence")
        self.problem, self.site, self.chain = problem, site, chain
        self.possible = sorted({day for request in chain.requests for day in request.days})
        self.days = [day for day in self.possible if day in open_days]

    def cheapest(self, prizes: Prizes) -> tuple[float, Dates]:
        """The least price with prizes of any set of dates that keeps the rhythm, and that set."""
        known: dict[tuple[Window | None, date | None, int], tuple[float, tuple[date, ...]]] = {}
        value, days = self._from(self.chain.window, None, self.chain.missed, prizes, known)
        return value, Dates(days, round(value - sum(prizes.get(day, 0.0) for day in days)))

    def _from(
        self, window: Window | None, last: date | None, row: int, prizes: Prizes, known: dict
    ) -> tuple[float, tuple[date, ...]]:
        """What follows from standing before `window` after a visit on `last` and so many windows missed since."""
        horizon, clock = self.problem.horizon, self.chain.clock
        if window is None or window.opens > horizon.last:
            return 0.0, ()
        if (window, last, row) in known:
            return known[window, last, row]
        if clock is None:
            return 0.0, ()  # nothing of it lies on a day of the horizon
        later = clock.window(window.due) if window.due <= horizon.last else None
        soonest = clock.earliest_next(last) if last else None
        if last is not None and soonest is None:
            return 0.0, ()
        first = max(window.opens, soonest or window.opens)
        here = [day for day in self.possible if first <= day and (later is None or day < later.opens)]
        value, days = self._from(later, last, row + bool(here), prizes, known)
        if here:  # else nobody could have come, and nothing is left out
            value += missed_price(self.problem, self.site, window, row)
        best = (value, days)
        for day in self.days:
            if day in here:
                value, days = self._from(clock.window(day), day, 0, prizes, known)
                value += lateness(self.problem, self.site, window, later and later.opens, day) + prizes.get(day, 0.0)
                if value < best[0] - 1e-9:
                    best = (value, (day, *days))
        known[window, last, row] = best
        return best


class Meeting:
    """A site without a cadence and one appointment there: kept, or lost at its price."""

    def __init__(self, day: date, price: int) -> None:
        self.days, self.price = [day], price

    def cheapest(self, prizes: Prizes) -> tuple[float, Dates]:
        kept = prizes.get(self.days[0], 0.0)
        return (kept, Dates((self.days[0],), 0)) if kept < self.price else (self.price, Dates((), self.price))
