"""Which stops are otherwise in another plan: what left its day, where to, and what starts at another time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from planner.churn import another_time
from planner.draft.draft import Draft
from planner.plan import Reason, Route, Stop, StopKind, Unplanned


@dataclass(frozen=True, slots=True)
class Displaced:
    """A stop that has left its day.

    to, start : its new date and time; None: it has none.  left_out : the site then lacks a visit; else another visit there
    takes its place.  reason, detail : why it is left out, where that was looked at.
    """

    site: str | None
    day: date
    to: date | None = None
    start: int | None = None
    left_out: bool = False
    reason: Reason | None = None
    detail: str = ""
    appointment: str | None = None  # set: not a visit


@dataclass(frozen=True, slots=True)
class Shift:
    """A stop that starts at another time of the same day; seconds since local midnight."""

    day: date
    site: str | None
    before: int
    after: int
    appointment: str | None = None


Thing = tuple[str | None, str | None]  # site, appointment: what a stop is, whichever day it is on


def displaced(before: Iterable[Route], after: Iterable[Route]) -> list[Displaced]:
    """What has left its day, in date order.  Visits of one site that left and that came are the same ones, in order."""
    old, new = _days(before), _days(after)
    found = []
    for thing, days in old.items():
        there = new.get(thing, {})
        came = sorted(day for day in there if day not in days)
        for n, gone in enumerate(sorted(day for day in days if day not in there)):
            to = came[n] if n < len(came) else None
            found.append(Displaced(thing[0], gone, to, None if to is None else there[to].start, appointment=thing[1]))
    return sorted(found, key=lambda item: (item.day, item.site or "", item.appointment or ""))


def left_out(items: Iterable[Displaced], before: Draft, after: Draft, why: Iterable[Unplanned] = ()) -> list[Displaced]:
    """The same, told of each that has no new date whether its site lacks a visit more than before.  why : what is unplanned."""
    reasons = list(why)
    found, told = [], Counter[str]()
    for item in items:
        if item.to is None and item.appointment is not None:
            item = _because(item, (entry for entry in reasons if entry.request == item.appointment))
        elif item.to is None and item.site is not None:
            told[item.site] += 1
            if told[item.site] <= _lacking(after, item.site) - _lacking(before, item.site):
                item = _because(item, (entry for entry in reasons if entry.site == item.site and entry.request))
        found.append(item)
    return found


def _because(item: Displaced, entries: Iterator[Unplanned]) -> Displaced:
    entry = next(entries, None)
    if entry is None:
        return replace(item, left_out=True)
    return replace(item, left_out=True, reason=entry.reason, detail=entry.detail)


def _lacking(draft: Draft, site: str) -> int:
    verdict = draft.verdict(site)
    return len(verdict.missed) + len(verdict.wanted)


def shifts(before: Iterable[Route], after: Iterable[Route], slack: int) -> list[Shift]:
    """What stays on its day and starts at another time than was told (`another_time`), in the order of the day."""
    old, new = _days(before), _days(after)
    found = [
        Shift(day, thing[0], stop.start, new[thing][day].start, thing[1])
        for thing, days in old.items()
        for day, stop in days.items()
        if day in new.get(thing, {}) and another_time(stop.start, new[thing][day].start, slack, promised=True)
    ]
    return sorted(found, key=lambda item: (item.day, item.before))


def things(route: Route) -> Iterator[tuple[Thing, Stop]]:
    """What the stops of a day are, the break left away."""
    for stop in route.stops:
        if stop.kind is StopKind.VISIT:
            yield (stop.site, None), stop
        elif stop.kind is not StopKind.BREAK:
            yield (stop.site, stop.request), stop


def _days(routes: Iterable[Route]) -> dict[Thing, dict[date, Stop]]:
    found: dict[Thing, dict[date, Stop]] = {}
    for route in routes:
        for thing, stop in things(route):
            found.setdefault(thing, {})[route.date] = stop
    return found
