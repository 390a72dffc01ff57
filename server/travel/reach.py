"""What a rep can reach within some minutes of home."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import current_app
from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from planner.travel import UNREACHABLE, Place, arriving
from server.accounts.models import Account
from server.core.database import db
from server.core.errors import Invalid
from server.identity.models import User
from server.identity.scope import visible_rep
from server.reps.models import Rep
from server.travel.port import Times, travel_times

MOST = 2_000  # accounts of which times are looked at: further ones are left out
Json = dict[str, Any]


@dataclass(frozen=True)
class Way:
    """From home to an account; off_road: it is not planned, its position is no place on a road."""

    account: Any
    seconds: int
    metres: int
    off_road: bool


def reach(user: User, rep_id: UUID, minutes: int, limit: int) -> Json:
    """The accounts that the rep visits and reaches in time, nearest first, and how many lie beyond."""
    session = db.session()
    rep = visible_rep(session, user, rep_id)
    if rep.home_lat is None or rep.home_lon is None:
        raise Invalid(pointers={"/path/rep_id": "The rep has no home; set home_lat and home_lon."})
    rows, missing = _accounts(session, rep)
    home = Place(rep.home_lat, rep.home_lon)
    session.rollback()  # an engine may be asked
    places = [home, *(Place(row.lat, row.lon) for row in rows)]
    found = travel_times(current_app.extensions["settings"]).times(places, rep_id, [0])
    ways = _ways(rows, places, found)
    near = sorted(
        (w for w in ways if w.seconds <= 60 * minutes and not w.off_road), key=lambda w: (w.seconds, str(w.account.id))
    )
    return {
        "rep_id": rep_id,
        "minutes": minutes,
        "travel_source": found.matrix.source,
        "reached_count": len(near),
        "beyond_count": sum(60 * minutes < w.seconds < UNREACHABLE and not w.off_road for w in ways),
        "unreachable_count": sum(w.seconds >= UNREACHABLE and not w.off_road for w in ways),
        "off_road_count": sum(w.off_road for w in ways),
        "no_position_count": missing,
        "accounts": [_entry(way) for way in near[:limit]],
        "outline": _outline([home, *(Place(w.account.lat, w.account.lon) for w in near)]),
    }


def _accounts(session: Session, rep: Rep) -> tuple[Sequence[Any], int]:
    """Those with a position, at most MOST, and how many have none."""
    given = and_(Account.owner_id.is_(None), Account.served_by_id == rep.id, Account.shared_visits.is_(False))
    mine = and_(or_(Account.owner_id == rep.id, given), Account.archived_at.is_(None))
    columns = (Account.id, Account.name, Account.lat, Account.lon, Account.access_minutes)
    rows = session.execute(
        select(*columns).where(mine, Account.lat.is_not(None)).order_by(Account.id).limit(MOST)
    ).all()
    missing = session.scalar(select(func.count()).select_from(Account).where(mine, Account.lat.is_(None)))
    return rows, missing or 0


def _ways(rows: Sequence[Any], places: Sequence[Place], found: Times) -> list[Way]:
    access = {n: 60 * row.access_minutes for n, row in enumerate(rows, 1) if row.access_minutes}
    matrix = arriving(found.matrix, places, access)
    return [
        Way(row, int(matrix.seconds[0, n]), int(matrix.metres[0, n]), n in found.off_road)
        for n, row in enumerate(rows, 1)
    ]


def _entry(way: Way) -> Json:
    row = way.account
    return {
        "account_id": row.id, "name": row.name, "lat": row.lat, "lon": row.lon,
        "travel_minutes": -(-way.seconds // 60), "distance_metres": way.metres,
    }  # fmt: skip


def _outline(places: Sequence[Place]) -> list[list[float]]:
    """The convex hull of some places as [lat, lon], counter-clockwise (Andrew's monotone chain); fewer than three: those."""
    points = sorted({(p.lon, p.lat) for p in places})
    if len(points) < 3:
        return [[lat, lon] for lon, lat in points]
    lower, upper = _chain(points), _chain(points[::-1])
    return [[lat, lon] for lon, lat in lower[:-1] + upper[:-1]]


def _chain(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    found: list[tuple[float, float]] = []
    for point in points:
        while len(found) > 1 and _turn(found[-2], found[-1], point) <= 0:
            found.pop()
        found.append(point)
    return found


def _turn(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> float:
    """Positive: c lies to the left of the way from a to b."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
