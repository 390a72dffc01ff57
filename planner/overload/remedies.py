"""What would keep the goals of an overloaded rep.  Each remedy gives the problem as it would be then, and has a price.

Prices are in seconds of driving over the whole period, as everything else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from planner.cadence.policy import Cadence, Mode
from planner.explain.easings import STOP_PRICE, Easing, Several
from planner.problem import Problem, Site, Workday

HAND_OVER_PRICE = 3_600  # an account that gets to know another rep


class Remedy(Protocol):
    """rep : the one who has too much."""

    @property
    def rep(self) -> str: ...

    def applied(self, problem: Problem) -> Problem:
        """The problem with the remedy."""
        ...

    def price(self, problem: Problem) -> int:
        """What it costs in itself, before any driving; `problem` is the one without it."""
        ...


@dataclass(frozen=True, slots=True)
class LongerDays:
    """Every workday of the rep is longer by `seconds`, half of it in the morning; where stops are limited, by `stops` of them more as
    well.  It costs what overtime does, and a stop what it costs on a single day."""

    rep: str
    seconds: int
    stops: int = 0

    def applied(self, problem: Problem) -> Problem:
        return _with_days(problem, self.rep, self._longer)

    def _longer(self, day: Workday) -> Workday:
        early = self.seconds // 2
        longer = replace(day, start=max(0, day.start - early), end=day.end + self.seconds - early)
        return with_stops(longer, self.stops)

    def price(self, problem: Problem) -> int:
        more = MoreStopsADay(self.rep, self.stops).price(problem)
        return self.total(problem) * problem.params.overtime_percent // 100 + more

    def total(self, problem: Problem) -> int:
        """Seconds in the whole period."""
        return self.seconds * sum(day.rep == self.rep for day in problem.workdays)


@dataclass(frozen=True, slots=True)
class MoreStopsADay:
    """Every workday of the rep on which stops are limited may have `stops` more."""

    rep: str
    stops: int

    def applied(self, problem: Problem) -> Problem:
        return _with_days(problem, self.rep, lambda day: with_stops(day, self.stops))

    def price(self, problem: Problem) -> int:
        limited = sum(day.rep == self.rep and day.max_stops is not None for day in problem.workdays)
        return STOP_PRICE * self.stops * limited


@dataclass(frozen=True, slots=True)
class SingleDays:
    """Only on some days the rep works longer, makes a stop more or drives more: changes that each admit a visit, one after the other.

    They cost what they are like to ask for (`planner.explain.easings`)."""

    rep: str
    changes: tuple[Easing, ...]

    def applied(self, problem: Problem) -> Problem:
        return Several(self.changes).applied(problem)

    def price(self, problem: Problem) -> int:
        return Several(self.changes).effort(problem)


@dataclass(frozen=True, slots=True)
class Stretch:
    """The sites of a group are visited more seldom: intervals are `percent` of what they are (quotas as much smaller).

    It costs what the visits are worth that are asked for no more, over the whole period.
    """

    rep: str
    group: str
    sites: frozenset[str]
    percent: int

    def applied(self, problem: Problem) -> Problem:
        sites = tuple(stretched(site, self.percent) if site.id in self.sites else site for site in problem.sites)
        return replace(problem, sites=sites)

    def price(self, problem: Problem) -> int:
        days = len(problem.horizon)
        lost = 0.0
        for site in problem.sites:
            if site.id in self.sites and site.cadence is not None:
                then = stretched(site, self.percent).cadence
                assert then is not None
                lost += site.miss_price * days * (_a_day(site.cadence) - _a_day(then))
        return round(lost)


@dataclass(frozen=True, slots=True)
class HandOver:
    """The sites get another rep."""

    rep: str
    to: str
    sites: tuple[str, ...]

    def applied(self, problem: Problem) -> Problem:
        sites = tuple(replace(site, owner=self.to) if site.id in self.sites else site for site in problem.sites)
        locked = tuple(v for v in problem.locked if v.site not in self.sites or v.rep == self.to)
        return replace(problem, sites=sites, locked=locked)

    def price(self, problem: Problem) -> int:
        return HAND_OVER_PRICE * len(self.sites)


def with_stops(day: Workday, more: int) -> Workday:
    """The day with room for so many stops more, if they are limited."""
    return day if day.max_stops is None else replace(day, max_stops=day.max_stops + more)


def _with_days(problem: Problem, rep: str, change: Callable[[Workday], Workday]) -> Problem:
    days = tuple(change(day) if day.rep == rep else day for day in problem.workdays)
    return replace(problem, workdays=days)


def stretched(site: Site, percent: int) -> Site:
    """The site with a slower rhythm; as it is where its rhythm cannot be slower (one visit a calendar period)."""
    cadence = site.cadence
    if cadence is None:
        return site
    if cadence.mode is Mode.ROLLING:
        assert cadence.interval_days is not None
        tolerance = cadence.tolerance_days
        seasons = tuple(
            replace(s, interval_days=None if s.interval_days is None else _more(s.interval_days, percent))
            for s in cadence.seasons
        )
        slower = replace(
            cadence,
            interval_days=_more(cadence.interval_days, percent),
            tolerance_days=None if tolerance is None else tolerance * percent // 100,
            seasons=seasons,
        )
    elif cadence.mode is Mode.QUOTA:
        assert cadence.visits is not None
        slower = replace(cadence, visits=max(1, round(cadence.visits * 100 / percent)))
    else:
        assert cadence.block_workdays is not None
        slower = replace(cadence, block_workdays=_more(cadence.block_workdays, percent))
    return replace(site, cadence=slower)


def stretchable(sites: Sequence[Site], percent: int) -> bool:
    """Whether any of these would be visited more seldom."""
    return any(stretched(site, percent) != site for site in sites)


def _more(days: int, percent: int) -> int:
    return -(-days * percent // 100)


def _a_day(cadence: Cadence) -> float:
    """Visits a day, in the long run, seasons left out."""
    if cadence.mode is Mode.ROLLING:
        return 1 / (cadence.interval_days or 1)
    if cadence.mode is Mode.QUOTA:
        return (cadence.visits or 1) / {"week": 7, "month": 30.4, "quarter": 91.3, "year": 365.2}[str(cadence.period)]
    return (cadence.visits or 1) / ((cadence.block_workdays or 1) * 7 / 5)
