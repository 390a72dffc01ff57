"""Logged drives: from the end of one visit to the beginning of the next, compared with the way on empty roads.

Only what is not driving is left out, never what was merely slow: ways that may hold the rep's break, ways on which something else
must have happened, and those too short or too long to say something about an hour.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby, pairwise
from typing import Any
from uuid import UUID

import numpy as np
from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from planner.travel import UNREACHABLE, Place, great_circle
from server.accounts.models import Account
from server.activities.models import Activity
from server.core import clock
from server.reps.models import Rep
from server.reps.rules import minutes
from server.travel.estimate import fitted_to
from server.travel.store import points, sets

DAYS = 180  # back from today
SHORTEST, LONGEST = 240, 5_400  # seconds on empty roads
SLOWEST, FASTEST = 30, 150  # percent; beyond them it was no plain drive
MOST_BESIDE = 1_800  # seconds more than on empty roads: somebody did something else on the way
MOST_PLACES = 2_000
MOST_GAP = timedelta(hours=4)


@dataclass(frozen=True)
class Drive:
    """percent : of the speed on empty roads.  middle : minutes after midnight on the rep's clock, half way."""

    day: date
    middle: int
    percent: float


@dataclass(frozen=True)
class _Way:
    left: datetime
    arrived: datetime
    start: Place
    end: Place
    access: int  # seconds


@dataclass(frozen=True)
class _Stay:
    """At one account; None: not known."""

    arrived: datetime | None
    left: datetime | None
    place: Place | None
    access: int


def drives_of(session: Session, rep: Rep, today: date) -> list[Drive]:
    """What the rep's log says, oldest first."""
    ways = [way for way in _ways(_logged(session, rep, today)) if not _may_rest(rep, way)]
    if not ways:
        return []
    free = _on_empty_roads(rep.id, ways)
    found = (_drive(rep, way, seconds) for way, seconds in zip(ways, free, strict=True))
    return [drive for drive in found if drive is not None]


def _logged(session: Session, rep: Rep, today: date) -> Sequence[Any]:
    columns = (
        Activity.happened_at, Activity.ended_at, Activity.status, Activity.account_id, Account.lat, Account.lon,
        Account.access_minutes,
    )  # fmt: skip
    query = (
        select(*columns)
        .join(Account, Account.id == Activity.account_id)
        .where(Activity.rep_id == rep.id, Activity.local_day >= today - timedelta(days=DAYS))
        .where(Activity.channel == "visit", Activity.withdrawn_at.is_(None))
        .where(Activity.status.in_(("completed", "attempted", "started")))
        .order_by(Activity.happened_at, Activity.id)
    )
    return session.execute(query).all()


def _ways(logged: Sequence[Any]) -> Iterator[_Way]:
    """From where a stay ended to where the next one began."""
    stays = [_stay(list(rows)) for _, rows in groupby(logged, key=lambda row: row.account_id)]
    for before, after in pairwise(stays):
        if before.left is None or after.arrived is None or before.place is None or after.place is None:
            continue
        if timedelta(0) < after.arrived - before.left < MOST_GAP:
            yield _Way(before.left, after.arrived, before.place, after.place, after.access)


def _stay(rows: Sequence[Any]) -> _Stay:
    """What was logged at one account, one after the other.

    One that says its end says its beginning too.  One tap alone ("done") may have been at either; after a tap on arrival
    ("started") it is the end.
    """
    first, last = rows[0], rows[-1]
    arrived = first.happened_at if first.status == "started" or first.ended_at is not None else None
    left = last.ended_at or (last.happened_at if rows[0].status == "started" and last.status != "started" else None)
    place = None if first.lat is None or first.lon is None else Place(first.lat, first.lon)
    return _Stay(arrived, left, place, 60 * (first.access_minutes or 0))


def _may_rest(rep: Rep, way: _Way) -> bool:
    """Whether the rep may have had the break on the way: whether or not it was slow, so that this takes away no slow ones only."""
    if not (rep.break_from and rep.break_until and rep.break_minutes):
        return False
    left, arrived = _minute(rep, way.left), _minute(rep, way.arrived)
    return left < minutes(rep.break_until) + rep.break_minutes and arrived > minutes(rep.break_from)


def _drive(rep: Rep, way: _Way, free: int) -> Drive | None:
    driven = (way.arrived - way.left).total_seconds() - way.access
    if not SHORTEST <= free <= LONGEST or not 0 < driven <= free + MOST_BESIDE:
        return None
    percent = 100 * free / driven
    if not SLOWEST <= percent <= FASTEST:
        return None
    middle = way.left + (way.arrived - way.left) / 2
    return Drive(middle.astimezone(clock.zone(rep.timezone)).date(), _minute(rep, middle), percent)


def _on_empty_roads(rep_id: UUID, ways: Sequence[_Way]) -> list[int]:
    """Seconds; UNREACHABLE where that is not known (any more)."""
    keys, which = points.distinct([place for way in ways for place in (way.start, way.end)])
    pairs = list(zip(which[::2], which[1::2], strict=True))
    if current_app.extensions["settings"].travel == "estimate":
        estimate = fitted_to(rep_id)
        metres = [float(great_circle([way.start], [way.end])[0, 0]) for way in ways]
        return [int(seconds) for seconds in estimate.seconds(np.array(metres) / 1000)]
    kept = sets.load(rep_id)
    if kept is None or kept.uncovered or len(keys) > MOST_PLACES:
        return [UNREACHABLE] * len(ways)
    seconds, _, _ = kept.of(keys)
    return [int(seconds[pair]) if seconds[pair] >= 0 else UNREACHABLE for pair in pairs]


def _minute(rep: Rep, moment: datetime) -> int:
    local = moment.astimezone(clock.zone(rep.timezone))
    return 60 * local.hour + local.minute
