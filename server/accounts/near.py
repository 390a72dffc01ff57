"""Accounts near a point, nearest first, among a million.

A box around the point finds candidates, the great circle decides.  The box begins small and grows until it holds the page,
so that a page costs about what it returns, in a city as in a desert.  Who sees everything is served by the index on (band
of latitude, longitude), which cuts a box on all four sides; who sees the accounts of some reps by those of each rep.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import asin, ceil, cos, degrees, floor, inf, pi, radians, sin, sqrt
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select, union_all
from sqlalchemy.orm import Session

from server.accounts.models import Account
from server.accounts.positions import BANDS_A_DEGREE
from server.core.http import Role
from server.core.pages import Page, decode, encode
from server.identity.models import User
from server.identity.scope import holdings

EARTH_METRES = 6_371_008.8  # mean radius (IUGG)
METRES_PER_MILE = 1_609.344
FARTHEST_METRES = 1_000_000
FIRST_METRES = 1_000
FEW = 4  # pages: so many accounts within the radius are read all at once
GROWTH = (1.4, 2.0)  # of the radius, from one box to the next: least and most
MARGIN_METRES = 0.001  # by which a box is too large: far more than what rounding loses


@dataclass(frozen=True)
class Near:
    """An account with its distance; reads like the account itself."""

    account: Account
    distance_metres: int

    def __getattr__(self, name: str) -> Any:
        return getattr(self.account, name)


@dataclass(frozen=True)
class Box:
    """Degrees; `spans` of longitude from west to east: two where it crosses the antimeridian."""

    south: float
    north: float
    spans: tuple[tuple[float, float], ...]

    @property
    def bands(self) -> list[int]:
        return list(range(floor(self.south * BANDS_A_DEGREE), ceil(self.north * BANDS_A_DEGREE) + 1))


def near(
    session: Session, user: User, lat: float, lon: float, radius_metres: float, limit: int, cursor: str | None = None
) -> Page:
    """A page of the user's unarchived accounts within the radius, by distance and id."""
    after = tuple(decode(cursor, (float, UUID))) if cursor else (-1.0, UUID(int=0))
    parts = None if user.role == Role.ADMIN else holdings(session, user)
    found: list[tuple[float, UUID]] = []
    for radius, most in _steps(radius_metres, after[0], found, limit):
        rows = session.execute(_inside(parts, box(lat, lon, radius)).limit(most)).all()
        reached = {(distance(lat, lon, at_lat, at_lon), row_id) for row_id, at_lat, at_lon in rows}
        found[:] = sorted(item for item in reached if after < item and item[0] <= radius)
        if len(found) > limit if most is None else len(rows) < most:
            break
    page = found[:limit]
    by_id = {a.id: a for a in session.scalars(select(Account).where(Account.id.in_([row_id for _, row_id in page])))}
    items = [Near(by_id[row_id], round(metres)) for metres, row_id in page]
    return Page(items, encode(page[-1]) if len(found) > limit else None)


def distance(lat: float, lon: float, to_lat: float, to_lon: float) -> float:
    """Great-circle distance in metres (haversine)."""
    dlat, dlon = radians(to_lat - lat), radians(to_lon - lon)
    h = sin(dlat / 2) ** 2 + cos(radians(lat)) * cos(radians(to_lat)) * sin(dlon / 2) ** 2
    return 2 * EARTH_METRES * asin(min(1.0, sqrt(h)))


def box(lat: float, lon: float, radius: float) -> Box:
    """What holds everything within `radius` metres; right at the poles and the antimeridian."""
    angle = (radius + MARGIN_METRES) / EARTH_METRES
    south, north = lat - degrees(angle), lat + degrees(angle)
    if south <= -90 or north >= 90 or angle >= pi / 2:
        return Box(max(south, -90.0), min(north, 90.0), ((-180.0, 180.0),))  # a pole inside: every longitude
    reach = degrees(asin(min(1.0, sin(angle) / cos(radians(lat)))))
    west, east = lon - reach, lon + reach
    if west < -180:
        return Box(south, north, ((west + 360, 180.0), (-180.0, east)))
    if east > 180:
        return Box(south, north, ((west, 180.0), (-180.0, east - 360)))
    return Box(south, north, ((west, east),))


def _steps(most: float, passed: float, found: list[Any], wanted: int) -> Iterator[tuple[float, int | None]]:
    """Radii with how many accounts to read at most: first all at once, if they are few, else from the middle outwards;
    the next radius follows from how densely the last was filled."""
    yield most, FEW * wanted
    radius = max(FIRST_METRES, passed * 1.2)
    while radius < most:
        yield radius, None
        factor = sqrt(1.5 * wanted / len(found)) if found else inf
        radius *= min(max(factor, GROWTH[0]), GROWTH[1])
    yield most, None


def _inside(parts: list[ColumnElement[bool]] | None, box: Box) -> Any:
    """Id, latitude and longitude of the unarchived accounts in the box; of these parts, or all.

    Each SELECT is one range, or one a band or rep, of one index that holds all it asks for."""
    rows = select(Account.id, Account.lat, Account.lon)
    rows = rows.where(Account.archived_at.is_(None), Account.lat.between(box.south, box.north))
    # That the band is set is said for the planner: only those who ask by band are served by that index.
    conditions = [Account.lat_band.is_not(None) & Account.lat_band.in_(box.bands)] if parts is None else parts
    spans = [Account.lon.between(west, east) for west, east in box.spans]
    return union_all(*(rows.where(condition, span) for condition in conditions for span in spans))
