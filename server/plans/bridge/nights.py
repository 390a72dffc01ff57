"""Nights away: who may, where, and which of them no plan changes any more.

A plan says of a night at which place of its problem it is; what is stored says which hotel or account that is (a *bed*, see
server.plans.days), so that it means the same in the next problem.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import numpy as np

from planner.calendar import DAY_SECONDS
from planner.params import NightRule
from planner.plan import Route
from planner.problem import Problem, Workday
from planner.timing import time_route
from planner.travel import Place, great_circle
from server.plans.bridge.reading import Inputs

Bed = dict[str, Any]
ONE_DAY = timedelta(days=1)
FEW = 20  # hotels that a problem may all have
NEAREST = 2  # of more the nearest to each account


@dataclass(frozen=True)
class Nights:
    """Of one rep in one problem.

    beds : by place, all that the rule knows.
    mornings, evenings : beds before and after dates, where that is settled: slept, begun, or published and not to be changed.
    sleeps : places of the other published nights, before and after each date.
    """

    rule: NightRule | None
    beds: Mapping[int, Bed]
    mornings: Mapping[date, Bed]
    evenings: Mapping[date, Bed]
    sleeps: Mapping[date, tuple[int | None, int | None]]

    def around(self, day: date, morning: int | None = None, night: int | None = None) -> dict[str, Bed]:
        """What the stored form of a day says of its nights."""
        before = self.mornings.get(day) or self._bed(morning)
        after = self.evenings.get(day) or self._bed(night)
        return {**({"morning": before} if before else {}), **({"night": after} if after else {})}

    def place_of(self, bed: Bed | None) -> int | None:
        """None: it is none of these any more."""
        return next((place for place, known in self.beds.items() if bed and _same(known, bed)), None)

    def _bed(self, place: int | None) -> Bed | None:
        return None if place is None else self.beds.get(place)


def nights(
    inputs: Inputs,
    sites: Mapping[UUID, int],
    place: Callable[[float, float], int],
    mornings: Mapping[date, Bed],
    evenings: Mapping[date, Bed],
    first: date | None,
) -> Nights:
    """`sites`: places of the accounts; `place` makes a new one; `first`: the first evening that a search may choose a night for."""
    rep, company = inputs.rep, inputs.company
    if not rep.night_weekdays:
        return Nights(None, {}, mornings, evenings, {})
    published = [bed for day in inputs.days.values() for bed in (day.get("morning"), day.get("night")) if bed]
    near = _near(inputs.hotels, inputs.accounts, {bed.get("hotel") for bed in published})
    beds: dict[int, Bed] = {place(row.lat, row.lon): {"hotel": str(row.id), **_at(row)} for row in near}
    rule = NightRule(
        tuple(beds),
        company.nights_at_accounts,
        frozenset(rep.night_weekdays),
        60 * _first(rep.night_price_minutes, company.night_price_minutes),
        60 * _first(rep.night_from_home_minutes, company.night_from_home_minutes),
        first=first,
    )
    if company.nights_at_accounts:
        beds |= {sites[row.id]: {"account": str(row.id), **_at(row)} for row in inputs.accounts if row.id in sites}
    found = Nights(rule, beds, mornings, evenings, {})
    sleeps = {
        day: (
            None if day in mornings else found.place_of(route.get("morning")),
            None if day in evenings else found.place_of(route.get("night")),
        )
        for day, route in inputs.days.items()
    }
    return replace(found, sleeps=sleeps)


def _near(hotels: Sequence[Any], accounts: Iterable[Any], kept: Iterable[str | None]) -> list[Any]:
    """A hotel is a row and a column of the matrix, so of many only those that a night could be meant for."""
    if len(hotels) <= FEW:
        return list(hotels)
    positions = [Place(row.lat, row.lon) for row in accounts if row.lat is not None]
    chosen = {n for n, row in enumerate(hotels) if str(row.id) in set(kept)}
    if positions:
        metres = great_circle(positions, [Place(row.lat, row.lon) for row in hotels])
        chosen |= set(np.argpartition(metres, NEAREST, axis=1)[:, :NEAREST].ravel().tolist())
    return [hotels[n] for n in sorted(chosen)]


def _at(row: Any) -> dict[str, float]:
    return {"lat": row.lat, "lon": row.lon}


def _first(own: int | None, company: int) -> int:
    return company if own is None else own


def _same(one: Bed, other: Bed) -> bool:
    return (one.get("hotel"), one.get("account")) == (other.get("hotel"), other.get("account"))


def for_all(rules: Mapping[str, NightRule], hotels: Iterable[int]) -> NightRule | None:
    """One rule for several reps: what all of them who may sleep away allow, so that none is asked for more than that."""
    if not rules:
        return None
    some = list(rules.values())
    return NightRule(
        tuple(hotels),
        any(rule.at_sites for rule in some),
        frozenset.intersection(*(rule.weekdays for rule in some)),
        max(rule.price for rule in some),
        max(rule.min_from_home for rule in some),
        frozenset(rules),
        max((rule.first for rule in some if rule.first is not None), default=None),
    )


def way_only(problem: Problem, workday: Workday) -> Route | None:
    """A day with nothing on it but the way between its two ends, in overtime if it must be."""
    long = replace(workday, rest=None, max_overtime=DAY_SECONDS)
    return time_route(problem, workday, []) or time_route(problem, long, [])
