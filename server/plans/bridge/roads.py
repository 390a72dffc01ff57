"""Travel times of a problem, and what follows where an account lies off the road."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from statistics import fmean
from typing import Any
from uuid import UUID

import numpy as np
from flask import current_app
from sqlalchemy import Row, select, update
from sqlalchemy.orm import Session

from planner.problem import Appointment, Problem
from planner.travel import Place, TravelMatrix, arriving
from server.accounts.models import Account
from server.core.database import db, writing
from server.travel.estimate import estimated, fitted_to
from server.travel.port import TravelTimes, travel_times
from server.travel.store import points

IN_LIST = 5_000


@dataclass(frozen=True)
class Ways:
    """The times of a problem.

    access : seconds that were added to each way to a place.  off_road : metres to the road of accounts that are not planned for it.
    """

    matrix: TravelMatrix
    access: Mapping[int, int] = field(default_factory=dict)
    off_road: Mapping[UUID, int] = field(default_factory=dict)


def ways(
    rep_id: UUID,
    places: Sequence[Place],
    rows: Sequence[Row[Any]],
    site_places: Mapping[UUID, int],
    beds: Collection[int] = (),
    percent: int = 100,
) -> Ways:
    """`rows`: the accounts; `site_places`: their places; `beds`: where one may sleep or not.  The other places are needed: a home,
    what is agreed.  `percent`: the rep's usual speed, see `_access_seconds`.

    What is new about accounts off the road is noted with them."""
    free = {*site_places.values(), *beds}
    anchors = [n for n in range(len(places)) if n not in free]
    found = source().times(places, rep_id, anchors)
    access = {
        site_places[row.id]: _access_seconds(row.access_minutes, percent)
        for row in rows
        if row.access_minutes and row.id in site_places
    }
    off = {account: found.off_road[n] for account, n in site_places.items() if n in found.off_road}
    if found.by_road:
        _note({row.id: off.get(row.id) for row in rows if row.off_road_metres != off.get(row.id)})
    return Ways(arriving(found.matrix, places, access), access, off)


def _access_seconds(minutes: int, percent: int) -> int:
    """What access is worth in seconds of the matrix, which traffic stretches: nobody parks slower at half past eight, so that at
    the usual speed of the day it takes its minutes again."""
    return (60 * minutes * percent + 50) // 100


def one_more(rep_id: UUID, known: TravelMatrix, places: Sequence[Place], access: Mapping[int, int]) -> TravelMatrix:
    """A problem's times with those from and to one place more, the last of `places`."""
    grown = arriving(source().times(places, rep_id, [len(places) - 1], [len(places) - 1]).matrix, places, access)
    seconds, metres = grown.seconds.copy(), grown.metres.copy()
    seconds[:-1, :-1], metres[:-1, :-1] = known.seconds, known.metres  # as the plan was made with
    return TravelMatrix(seconds, metres, known.source)


def source() -> TravelTimes:
    return travel_times(current_app.extensions["settings"])


def off_road_sentence(metres: int) -> str:
    away = f"{metres} m" if metres < 1000 else f"{metres / 1000:.1f} km"
    where = f"{away} from the nearest road" if metres < points.FARTHEST else "far from any road"
    return f"It is not on the road network: its position lies {where}. Correct the address or set it on the map."


def at_their_places(
    appointments: Sequence[Appointment], off_road: Mapping[UUID, int], site_places: Mapping[UUID, int]
) -> tuple[Appointment, ...]:
    """What is agreed is kept, wherever it is: at a place instead of an account that has none."""
    known = {str(account): site_places[account] for account in off_road}
    return tuple(replace(a, site=None, place=known[a.site]) if a.site in known else a for a in appointments)


def _note(changes: Mapping[UUID, int | None]) -> None:
    """In a transaction of its own: whoever builds a problem only reads."""
    if not changes:
        return
    with writing(Session(db.engine)) as session:
        for account, metres in changes.items():
            session.execute(
                update(Account)
                .where(Account.id == account)
                .values(off_road_metres=metres, version=Account.version + 1),
                execution_options={"synchronize_session": False},
            )


@dataclass(frozen=True)
class Part:
    """One rep's problem; access : as `Ways.access`; percent : the rep's usual speed."""

    rep_id: UUID
    problem: Problem
    access: Mapping[int, int]
    percent: int


def joined(session: Session, parts: Sequence[Part], free: Sequence[Place], places: Sequence[Place],
           free_places: Mapping[UUID, int]) -> TravelMatrix:  # fmt: skip
    """Times of several reps' problems in one: each with its own and the `free` places, which come first in `places`.

    free_places : of the accounts that are none of the reps' own.
    Between the places of two reps nobody drives: the estimate says about how far it is.
    """
    whole = estimated(fitted_to(None), places)
    seconds, metres, sources = whole.seconds.copy(), whole.metres.copy(), []
    at, at_free = len(free), np.arange(len(free))
    access = _access(session, free_places, round(fmean(part.percent for part in parts)))
    for part in parts:
        mine = np.concatenate([at_free, np.arange(at, at + len(part.problem.places))])
        access |= {at + place: added for place, added in part.access.items()}
        at += len(part.problem.places)
        own = source().times([places[n] for n in mine], part.rep_id).matrix
        sources.append(own.source)
        here = np.ix_(mine, mine)
        seconds[here], metres[here] = own.seconds, own.metres
    label = sources[0] if len(set(sources)) == 1 else whole.source
    return arriving(TravelMatrix(seconds, metres, label), places, access)


def _access(session: Session, site_places: Mapping[UUID, int], percent: int) -> dict[int, int]:
    found: dict[int, int] = {}
    ids = list(site_places)
    for start in range(0, len(ids), IN_LIST):
        some = select(Account.id, Account.access_minutes).where(Account.id.in_(ids[start : start + IN_LIST]))
        found.update(
            (site_places[row.id], _access_seconds(row.access_minutes, percent))
            for row in session.execute(some.where(Account.access_minutes > 0))
        )
    return found
