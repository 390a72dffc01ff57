"""Problem and plan, looked up by what the rules ask for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from copy import copy
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from planner.plan import Plan, Route, Stop, StopKind
from planner.problem import Appointment, MustVisit, PlacedVisit, Problem, Site, Workday
from planner.travel import EARTH_RADIUS_M, Place, SpeedBand


@dataclass(frozen=True, slots=True)
class Call:
    """One stop at a site (a visit or an appointment), with the day it is on."""

    route: Route
    stop: Stop

    @property
    def date(self) -> date:
        return self.route.date


OF_THE_PROBLEM = (
    "problem",
    "sites",
    "appointments",
    "must_visits",
    "asked",
    "musts_of",
    "locks_of",
    "locks",
    "base_of",
)


class Facts:
    def __init__(self, problem: Problem, plan: Plan) -> None:
        self.problem = problem
        self.plan = plan
        self.sites: dict[str, Site] = {site.id: site for site in problem.sites}
        self.appointments: dict[str, Appointment] = {item.id: item for item in problem.appointments}
        self.must_visits: dict[str, MustVisit] = {item.id: item for item in problem.must_visits}
        self.tried: dict[tuple[str, str, date], Any] = {}  # what `reasons` found of a visit more: by site, rep and day
        self.with_more: dict[Any, Any] = {}  # what `prices` found of the rhythm of a site with a visit more
        self.added: dict[
            Any, int | None
        ] = {}  # what `prices` found that steps more cost on a day: by the day and all of its steps

    def under(self, plan: Plan) -> Facts:
        """The same problem with another plan; what was looked up in the problem is shared."""
        other = copy(self)
        for name in [name for name in vars(other) if name not in OF_THE_PROBLEM]:
            del other.__dict__[name]
        other.plan, other.tried, other.with_more, other.added = plan, {}, {}, {}
        other.rows, other.distances = self.rows, self.distances
        return other

    @cached_property
    def asked(self) -> dict[tuple[str, date], Workday]:
        """The workdays as the problem has them."""
        return {(day.rep, day.date): day for day in self.problem.workdays}

    @cached_property
    def routes(self) -> dict[tuple[str, date], Route]:
        return {(route.rep, route.date): route for route in self.plan.routes}

    @cached_property
    def workdays(self) -> dict[tuple[str, date], Workday]:
        return {key: self._as_spent(key) for key in self.asked}

    def _as_spent(self, key: tuple[str, date]) -> Workday:
        """The workday as the plan has it: from where the night before is spent to where the night after is."""
        day, route = self.asked[key], self.routes.get(key)
        if route is None or route.morning is route.night is None:
            return day
        start = day.start_place if route.morning is None else route.morning
        return replace(day, start_place=start, end_place=day.end_place if route.night is None else route.night)

    def workday(self, route: Route) -> Workday | None:
        return self.workdays.get((route.rep, route.date))

    def road(self, workday: Workday) -> tuple[SpeedBand, ...]:
        """The speeds that hold on a day other than those of the matrix."""
        here = (band for band in self.problem.speeds if band.area == workday.area)
        return tuple(band for band in here if workday.date.weekday() in band.weekdays)

    @cached_property
    def calls(self) -> dict[str, list[Call]]:
        """Stops at each site of the problem, in date order."""
        found: dict[str, list[Call]] = {site: [] for site in self.sites}
        for route in self.plan.routes:
            for stop in route.stops:
                if stop.site in found:
                    found[stop.site].append(Call(route, stop))
        for calls in found.values():
            calls.sort(key=lambda call: (call.date, call.stop.start))
        return found

    @cached_property
    def rows(self) -> dict[str, int]:
        """Row and column of each site with a position in `distances`."""
        placed = (site.id for site in self.problem.sites if site.place is not None)
        return {site: row for row, site in enumerate(placed)}

    @cached_property
    def distances(self) -> np.ndarray:
        """Great-circle metres between all sites with a position; seconds of driving where the radius rule counts these."""
        rule, placed = self.problem.radius, [self.sites[site].place or 0 for site in self.rows]
        if rule is not None and rule.seconds is not None:
            one_way = self.problem.travel.seconds[placed][:, placed].astype(float)
            return np.fmax(one_way, one_way.transpose()) * (np.array(placed)[:, None] != np.array(placed))
        return _arcs(tuple(self.problem.places[self.sites[site].place or 0] for site in self.rows))

    @cached_property
    def musts_of(self) -> dict[str, list[MustVisit]]:
        found: dict[str, list[MustVisit]] = defaultdict(list)
        for must in self.problem.must_visits:
            found[must.site].append(must)
        return found

    @cached_property
    def locks_of(self) -> dict[str, list[PlacedVisit]]:
        found: dict[str, list[PlacedVisit]] = defaultdict(list)
        for lock in self.problem.locked:
            found[lock.site].append(lock)
        return found

    @cached_property
    def locks(self) -> dict[str, PlacedVisit]:
        """The locked visits, by the request that they are left out as."""
        return {lock.request: lock for lock in self.problem.locked}

    @cached_property
    def placed_of(self) -> dict[str, list[str]]:
        """The sites with a position of each rep, owned, given or shared with others."""
        found: dict[str, list[str]] = defaultdict(list)
        for site in self.problem.sites:
            rep = site.owner or self.plan.owners.get(site.id)
            if rep is not None and site.place is not None:
                found[rep].append(site.id)
            elif site.shared and site.place is not None:
                for one in self.problem.reps:
                    found[one].append(site.id)
        return found

    @cached_property
    def base_of(self) -> dict[str, list[PlacedVisit]]:
        found: dict[str, list[PlacedVisit]] = defaultdict(list)
        for visit in self.problem.base:
            found[visit.site].append(visit)
        return found

    def workdays_at(self, site: Site, days: Iterable[date]) -> Iterator[Workday]:
        """On these dates, of those who may visit the site."""
        owner = site.owner or self.plan.owners.get(site.id)
        reps = self.problem.reps if owner is None else (owner,)
        keys = ((rep, day) for day in days for rep in reps)
        return (self.workdays[key] for key in keys if key in self.workdays)

    def lock(self, call: Call) -> PlacedVisit | None:
        """The locked visit that this stop is, if it is one."""
        if not self.locks_of:
            return None  # as in most repairs, and asked for every stop by several rules
        if call.stop.kind is not StopKind.VISIT or call.stop.site is None:
            return None
        return self.lock_of(call.stop.site, call.route.rep, call.date)

    def lock_of(self, site: str, rep: str, day: date) -> PlacedVisit | None:
        """The locked visit of a site with this rep on this day."""
        return next((lock for lock in self.locks_of.get(site, ()) if (lock.rep, lock.date) == (rep, day)), None)


@lru_cache(maxsize=8)
def _arcs(places: tuple[Place, ...]) -> np.ndarray:
    """The arc over the straight line between two points, in metres; kept, as most changes move no account."""
    lat, lon = np.radians([(p.lat, p.lon) for p in places]).reshape(-1, 2).T
    points = np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=1)
    lines = np.sqrt(((points[:, None] - points) ** 2).sum(axis=2))
    found: np.ndarray = 2 * EARTH_RADIUS_M * np.arcsin(np.minimum(1.0, lines / 2))
    found.flags.writeable = False
    return found
