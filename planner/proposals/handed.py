"""What changes hands, and what that is to either rep."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from planner.plan import Plan, Route, StopKind
from planner.problem import Problem
from planner.proposals.changes import HandOver
from planner.timing import work


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit with the new rep; seconds since local midnight."""

    site: str
    date: date
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Share:
    """What a rep has more of (below nought: less), in seconds; work is driving, service, follow-up and blocks."""

    rep: str
    driving: int
    work: int


@dataclass(frozen=True, slots=True)
class Handed:
    """`sites`, the one asked for first, are visited by `rep` from now on: `visits` in date order.  shares : of all whose days change."""

    rep: str
    sites: tuple[str, ...]
    visits: tuple[Visit, ...]
    shares: tuple[Share, ...]


def handed(problem: Problem, change: HandOver, before: Plan, after: Plan) -> Handed:
    """problem : with the hand-over made."""
    sites = change.sites(problem)
    visits = [
        Visit(stop.site, route.date, stop.start, stop.end)
        for route in after.routes
        for stop in route.stops
        if stop.kind is StopKind.VISIT and stop.site in sites and stop.site is not None
    ]
    then, now = _shares(problem, before.routes), _shares(problem, after.routes)
    shares = [
        Share(rep, now[rep][0] - then[rep][0], now[rep][1] - then[rep][1])
        for rep in problem.reps
        if now[rep] != then[rep]
    ]
    return Handed(change.rep, sites, tuple(sorted(visits, key=lambda visit: (visit.date, visit.start))), tuple(shares))


def _shares(problem: Problem, routes: Iterable[Route]) -> dict[str, tuple[int, int]]:
    """(driving, work) of each rep in seconds."""
    days = {(day.rep, day.date): day for day in problem.workdays}
    found = dict.fromkeys(problem.reps, (0, 0))
    for route in routes:
        driving, busy = found[route.rep]
        driven = sum(stop.travel for stop in route.stops) + route.return_travel
        found[route.rep] = driving + driven, busy + work(days[route.rep, route.date], route)
    return found
