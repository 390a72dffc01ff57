"""Planned against done: plan, call and route compliance of the days that are past.

The plan of a day is the one that stood when the rep's working hours began (08:00 on a free day), or else the first one published
later: what is re-planned during the day cannot make the day look better than it was.  A day for which no plan ever stood says
nothing about how plans are kept: it counts in none of the three.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import chain
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select, type_coerce
from sqlalchemy.orm import Session

from planner.cadence.compliance import Ratio
from planner.calendar import DateRange
from server.activities.models import Activity
from server.cadences.resolve import chunks
from server.core.clock import instant, midnight, today
from server.core.database import RepeatedUuid
from server.plans.models import PlanStop, PlanVersion, PlanVersionDay
from server.reps.models import Rep
from server.reps.rules import minutes

FREE_DAY = ("08:00",)


class NotApplicable(StrEnum):
    NO_PLAN = "no_plan"  # visits were made, but no plan stood for these days
    NOTHING_PLANNED = "nothing_planned"  # no stop was planned on these days


@dataclass(frozen=True, slots=True)
class Adherence:
    """plan : planned stops visited that day / planned stops (journey-plan compliance).
    call : visits that were planned that day / all visits.
    route : visits in planned order / visits that were planned (longest increasing subsequence).
    with_plan : days for which a plan stood / days on which something was planned or visited.
    """

    plan: Ratio = Ratio()
    call: Ratio = Ratio()
    route: Ratio = Ratio()
    with_plan: Ratio = Ratio()

    def __add__(self, other: Adherence) -> Adherence:
        return Adherence(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))

    @property
    def not_applicable(self) -> NotApplicable | None:
        """Why there is no plan ratio; None where there is one."""
        if self.plan.denominator:
            return None
        if self.with_plan.denominator and not self.with_plan.numerator:
            return NotApplicable.NO_PLAN
        return NotApplicable.NOTHING_PLANNED


@dataclass(frozen=True, slots=True)
class RepDay:
    """A past day of a rep: accounts in planned order (None: no plan stood for it), and in the order in which they were visited."""

    rep_id: UUID
    day: date
    planned: tuple[UUID, ...] | None
    visited: tuple[UUID, ...]

    def adherence(self, only: Collection[UUID] | None = None) -> Adherence:
        """`only`: of these accounts; their order among the others is then nobody's, so route is not applicable."""
        planned = [a for a in self.planned or () if only is None or a in only]
        visited = [a for a in self.visited if only is None or a in only]
        if not planned and not visited:
            return Adherence()
        if self.planned is None:
            return Adherence(with_plan=Ratio(0, 1))
        place = {account: n for n, account in enumerate(planned)}
        kept = [place[account] for account in visited if account in place]
        route = Ratio(longest_increasing(kept), len(kept)) if only is None else Ratio()
        return Adherence(Ratio(len(kept), len(planned)), Ratio(len(kept), len(visited)), route, Ratio(1, 1))


def longest_increasing(places: Sequence[int]) -> int:
    """Length of the longest strictly increasing subsequence (patience sorting)."""
    ends: list[int] = []
    for place in places:
        at = bisect_left(ends, place)
        ends[at : at + 1] = [place]
    return len(ends)


def rep_days(session: Session, reps: Sequence[Rep], period: DateRange) -> list[RepDay]:
    """The past days of these reps on which something was planned or visited.  Four queries."""
    zones = {rep.id: rep.timezone for rep in reps}
    planned = _planned(session, {rep.id: rep for rep in reps}, period)
    visited = _visited(session, zones, period)
    found = []
    busy = {key for key, stops in planned.items() if stops} | visited.keys()
    for rep_id, day in sorted(busy, key=lambda key: (str(key[0]), key[1])):
        if day < today(zones[rep_id]):
            found.append(RepDay(rep_id, day, planned.get((rep_id, day)), visited.get((rep_id, day), ())))
    return found


Key = tuple[UUID, date]


def _visited(session: Session, zones: dict[UUID, str], period: DateRange) -> dict[Key, tuple[UUID, ...]]:
    first, last = _bounds(zones, period)
    rep, account = type_coerce(Activity.rep_id, RepeatedUuid), type_coerce(Activity.account_id, RepeatedUuid)
    query = select(rep, account, Activity.happened_at).where(
        Activity.rep_id.in_(zones), Activity.channel == "visit", Activity.status == "completed",
        Activity.withdrawn_at.is_(None), Activity.happened_at >= first, Activity.happened_at < last,
    )  # fmt: skip
    found: dict[Key, dict[UUID, None]] = defaultdict(dict)
    zone_of = {rep_id: ZoneInfo(zone) for rep_id, zone in zones.items()}
    for rep_id, account_id, moment in session.execute(query.order_by(Activity.happened_at, Activity.id)):
        day = moment.astimezone(zone_of[rep_id]).date()
        if day in period:
            found[rep_id, day].setdefault(account_id)
    return {key: tuple(accounts) for key, accounts in found.items()}


def _bounds(zones: dict[UUID, str], period: DateRange) -> tuple[datetime, datetime]:
    after = period.last + timedelta(days=1)
    all_zones = set(zones.values()) or {"UTC"}
    return min(midnight(period.first, zone) for zone in all_zones), max(midnight(after, zone) for zone in all_zones)


def _planned(session: Session, reps: dict[UUID, Rep], period: DateRange) -> dict[Key, tuple[UUID, ...]]:
    """The accounts of each day for which a plan stood; none on a day that it left free."""
    chosen = dict(_standing_versions(session, reps, period))
    if not chosen:
        return {}
    pairs = select(PlanVersionDay.version_id, PlanVersionDay.date, PlanVersionDay.day_id).where(
        PlanVersionDay.version_id.in_(set(chosen.values())), PlanVersionDay.date.between(period.first, period.last)
    )
    day_of = {(version_id, day): day_id for version_id, day, day_id in session.execute(pairs)}
    keys = {day_of[version, key[1]]: key for key, version in chosen.items() if (version, key[1]) in day_of}
    found: dict[Key, dict[UUID, None]] = defaultdict(dict)
    for some in chunks(list(keys)):
        stops = select(PlanStop.day_id, PlanStop.account_id).where(PlanStop.day_id.in_(some))
        for day_id, account_id in session.execute(stops.order_by(PlanStop.day_id, PlanStop.position)):
            if account_id is not None:
                found[keys[day_id]].setdefault(account_id)
    return {key: tuple(found.get(key, ())) for key in chosen}


def _standing_versions(session: Session, reps: dict[UUID, Rep], period: DateRange) -> Iterator[tuple[Key, UUID]]:
    """The version that stood when work began on each day: the last one published before, else the first one after."""
    query = select(
        PlanVersion.rep_id, PlanVersion.id, PlanVersion.published_at, PlanVersion.first_day, PlanVersion.last_day
    )
    query = query.where(
        PlanVersion.rep_id.in_(reps), PlanVersion.published_at.is_not(None),
        PlanVersion.first_day <= period.last, PlanVersion.last_day >= period.first,
    )  # fmt: skip
    versions: dict[UUID, list[tuple[UUID, datetime, date, date]]] = defaultdict(list)
    for rep_id, version, at, first, last in session.execute(
        query.order_by(PlanVersion.published_at, PlanVersion.number)
    ):
        if at is not None:
            versions[rep_id].append((version, at, first, last))
    for rep_id, published in versions.items():
        moments = [at for _, at, _, _ in published]
        for day in period:
            split = bisect_right(moments, _begin(reps[rep_id], day))
            ordered = chain(reversed(published[:split]), published[split:])
            standing = next((v for v, _, first, last in ordered if first <= day <= last), None)
            if standing is not None:
                yield (rep_id, day), standing


def _begin(rep: Rep, day: date) -> datetime:
    hours = rep.working_hours.get(str(day.weekday()), FREE_DAY)
    return instant(day, minutes(hours[0]) * 60, rep.timezone)
