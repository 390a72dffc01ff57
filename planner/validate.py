"""Cross-references of a problem: every index and id points at something, and nothing is there twice."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from planner.calendar import DAY_SECONDS
from planner.errors import ProblemError
from planner.groups import with_one_rep

if TYPE_CHECKING:
    from planner.problem import Problem, Site


MOST_DAYS = 1_100  # of a horizon
MOST = 2**31 - 1
SECONDS = ("start", "end", "max_overtime", "follow_up", "service", "first_service", "duration")
AMOUNTS = ("max_driving", "fair_work", "max_stops", "capacity", "load", "miss_price", "late_price")


def validate(problem: Problem) -> None:
    """Raise ProblemError, with a JSON pointer, at the first contradiction."""
    _limits(problem)
    _places(problem)
    _unique((f"{d.rep} {d.date}" for d in problem.workdays), "/workdays", "workday")
    _unique((s.id for s in problem.sites), "/sites", "site")
    _unique((a.id for a in problem.appointments), "/appointments", "appointment")
    _unique((m.id for m in problem.must_visits), "/must_visits", "must-visit")
    _horizon(problem)
    _sites_exist(problem)
    _locked(problem)
    _skipped(problem)
    _credited(problem)
    _between_sites(problem)
    _speeds(problem)


def _limits(problem: Problem) -> None:
    """What the search can count: horizons of some years, durations of two days, prices and loads of 32 bits."""
    if len(problem.horizon) > MOST_DAYS:
        raise ProblemError(f"{len(problem.horizon):,} days are too many, at most {MOST_DAYS:,}", "/horizon")
    groups: dict[str, tuple[Any, ...]] = {
        "/workdays": problem.workdays,
        "/sites": problem.sites,
        "/appointments": problem.appointments,
        "/locked": problem.locked,
        "/base": problem.base,
    }
    for pointer, items in groups.items():
        for i, item in enumerate(items):
            _most(item, SECONDS, 2 * DAY_SECONDS, f"{pointer}/{i}")
            _most(item, AMOUNTS, MOST, f"{pointer}/{i}")
    _most(problem.params, problem.params.__slots__, MOST, "/params")


def _most(item: Any, names: Iterable[str], most: int, pointer: str) -> None:
    for name in names:
        value = getattr(item, name, None)
        if value is not None and value > most:
            raise ProblemError(f"{name} is at most {most:,}, not {value:,}", f"{pointer}/{name}")


def _skipped(problem: Problem) -> None:
    """What says why nobody comes on a date is not what keeps them away."""
    for i, site in enumerate(problem.sites):
        if any(site.exceptions.get(day) != () for day in site.skipped):
            raise ProblemError("on a day that is skipped it counts as closed", f"/sites/{i}/skipped")


def _credited(problem: Problem) -> None:
    """Visits that were made; some of today are, so the horizon may have begun."""
    for i, site in enumerate(problem.sites):
        if site.credited and site.credited[-1] > problem.horizon.last:
            raise ProblemError(
                f"{site.credited[-1]} is after the horizon: credited are visits that were made",
                f"/sites/{i}/credited/{len(site.credited) - 1}",
            )


def _places(problem: Problem) -> None:
    count = len(problem.places)
    if problem.travel.seconds.shape[0] != count:
        raise ProblemError(f"{problem.travel.seconds.shape[0]} rows for {count} places", "/travel")
    for i, day in enumerate(problem.workdays):
        for name in ("start_place", "end_place"):
            _index(getattr(day, name), count, f"/workdays/{i}/{name}")
    for i, site in enumerate(problem.sites):
        _index(site.place, count, f"/sites/{i}/place")
    for i, hotel in enumerate(problem.nights.hotels if problem.nights else ()):
        _index(hotel, count, f"/nights/hotels/{i}")
    for i, appointment in enumerate(problem.appointments):
        _index(appointment.place, count, f"/appointments/{i}/place")


def _index(value: int | None, count: int, pointer: str) -> None:
    if value is not None and not 0 <= value < count:
        raise ProblemError(f"there is no place {value}, only 0 to {count - 1}", pointer)


def _unique(keys: Iterable[str], pointer: str, noun: str) -> None:
    seen: set[str] = set()
    for i, key in enumerate(keys):
        if key in seen:
            raise ProblemError(f"{noun} {key} is there twice", f"{pointer}/{i}")
        seen.add(key)


def _horizon(problem: Problem) -> None:
    for i, day in enumerate(problem.workdays):
        if day.date not in problem.horizon:
            raise ProblemError(f"{day.date} is outside the horizon", f"/workdays/{i}/date")
    for i, appointment in enumerate(problem.appointments):
        if appointment.date not in problem.horizon:
            raise ProblemError(f"{appointment.date} is outside the horizon", f"/appointments/{i}/date")
    for i, visit in enumerate(problem.locked):
        if visit.date not in problem.horizon:
            raise ProblemError(f"{visit.date} is outside the horizon", f"/locked/{i}/date")


def _locked(problem: Problem) -> None:
    """Whose rep is nobody that the problem speaks of (somebody who is away on all days may still own a site; without any workday
    nobody is known at all), or on whose date the site is locked already: it is visited once a day."""
    there: dict[tuple[str, date], str] = {}
    for i, visit in enumerate(problem.locked):
        other = there.setdefault((visit.site, visit.date), visit.rep)
        if other != visit.rep:
            raise ProblemError(
                f"{visit.site} is visited once a day, and locked with {other} and with {visit.rep} on {visit.date}: keep one of them",
                f"/locked/{i}",
            )
    known = {*problem.reps, *(site.owner for site in problem.sites), *(a.rep for a in problem.appointments)}
    for i, visit in enumerate(problem.locked if problem.workdays else ()):
        if visit.rep not in known:
            raise ProblemError(
                f"there is no rep {visit.rep}: lock the visit to {visit.site} with one of {', '.join(problem.reps)}, or give "
                f"{visit.rep} a workday",
                f"/locked/{i}/rep",
            )


def _sites_exist(problem: Problem) -> None:
    known = {site.id for site in problem.sites}
    groups: dict[str, tuple[Any, ...]] = {
        "/appointments": problem.appointments,
        "/must_visits": problem.must_visits,
        "/locked": problem.locked,
        "/base": problem.base,
    }
    for pointer, items in groups.items():
        for i, item in enumerate(items):
            if item.site is not None and item.site not in known:
                raise ProblemError(f"there is no site {item.site}", f"{pointer}/{i}/site")


def _between_sites(problem: Problem) -> None:
    """What is to be apart, together, or with one rep."""
    sites = {site.id: site for site in problem.sites}
    for name, groups in (("apart", problem.apart), ("same_rep", problem.same_rep), ("together", problem.together)):
        for i, group in enumerate(groups):
            for j, site in enumerate(group):
                if site not in sites:
                    raise ProblemError(f"there is no site {site}", f"/{name}/{i}/{j}")
            if len(set(group)) < max(2, len(group)):
                raise ProblemError("names two or more sites, each once", f"/{name}/{i}")
    _same_rep(problem, sites)
    _together(problem, sites)


def _same_rep(problem: Problem, sites: dict[str, Site]) -> None:
    for i, group in enumerate(problem.same_rep):
        if any(sites[site].shared for site in group):
            raise ProblemError("what is shared has no one rep", f"/same_rep/{i}")
    _once(problem.same_rep, "same_rep")
    for group in with_one_rep(problem):
        owners = sorted({owner for site in group if (owner := sites[site].owner) is not None})
        if len(owners) > 1:
            pointer = next(
                f"/{name}/{i}"
                for name, groups in (("same_rep", problem.same_rep), ("together", problem.together))
                for i, one in enumerate(groups)
                if set(one) <= set(group)
            )
            raise ProblemError(f"its sites have different owners: {', '.join(owners)}", pointer)


def _together(problem: Problem, sites: dict[str, Site]) -> None:
    """One cadence, and nothing else that keeps them from being visited on one day."""
    _once(problem.together, "together")
    for i, group in enumerate(problem.together):
        other = next((site for site in group if sites[site].cadence != sites[group[0]].cadence), None)
        if other is not None:
            raise ProblemError(f"{group[0]} and {other} have different cadences", f"/together/{i}")
        if len({sites[site].shared for site in group}) > 1:
            raise ProblemError("either all of its sites are shared or none", f"/together/{i}")
        for pair in problem.apart:
            if set(pair) <= set(group):
                raise ProblemError(f"{' and '.join(pair)} are to be apart as well", f"/together/{i}")


def _once(groups: Iterable[tuple[str, ...]], name: str) -> None:
    grouped: set[str] = set()
    for i, group in enumerate(groups):
        if grouped.intersection(group):
            raise ProblemError("a site is in one group at most", f"/{name}/{i}")
        grouped.update(group)


def _speeds(problem: Problem) -> None:
    """At any time of a week one speed holds in an area."""
    until: dict[tuple[str, int], int] = {}
    for i, band in sorted(enumerate(problem.speeds), key=lambda entry: entry[1].start):
        for weekday in sorted(band.weekdays):
            if band.start < until.get((band.area, weekday), 0):
                raise ProblemError(f"begins before another band of weekday {weekday} is over", f"/speeds/{i}")
            until[band.area, weekday] = band.end
