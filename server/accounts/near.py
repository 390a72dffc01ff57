"""Accounts near a point, nearest first, among a million.

A box on the (lat, lon) index finds candidates, the great circle decides.  The box begins small and grows until it holds the
page, so that a page costs about what it returns, in a city as in a desert.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import asin, cos, degrees, inf, pi, radians, sin, sqrt
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from server.accounts.models import Account
from server.core.http import Role
from server.core.pages import Page, decode, encode
from server.identity.models import User
from server.identity.scope import accounts_of

EARTH_METRES = 6_371_008.8  # mean radius (IUGG)
METRES_PER_MILE = 1_609.344
FARTHEST_METRES = 1_000_000
FIRST_METRES = 1_000
GROWTH = (2.0, 16.0)  # of the radius, from one box to the next: least and most


@dataclass(frozen=True)
class Near:
    """An account with its distance; reads like the account itself."""

    account: Account
    distance_metres: int

    def __getattr__(self, name: str) -> Any:
        return getattr(self.account, name)


def near(
    session: Session, user: User, lat: float, lon: float, radius_metres: float, limit: int, cursor: str | None = None
) -> Page:
    """A page of the user's unarchived accounts within the radius, by distance and id."""
    after = tuple(decode(cursor, (float, UUID))) if cursor else (-1.0, UUID(int=0))
    found: list[tuple[float, UUID]] = []
    for radius in _radii(radius_metres, max(FIRST_METRES, after[0] * 1.2), found, limit):
        rows = session.execute(_inside(user, lat, lon, radius))
        reached = ((distance(lat, lon, at_lat, at_lon), row_id) for row_id, at_lat, at_lon in rows)
        found[:] = sorted(item for item in reached if after < item and item[0] <= radius)
        if len(found) > limit:
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


def box(lat: float, lon: float, radius: float) -> ColumnElement[bool]:
    """A condition on Account that holds everything within `radius` metres; right at the poles and the antimeridian."""
    angle = radius / EARTH_METRES
    south, north = lat - degrees(angle) - 1e-9, lat + degrees(angle) + 1e-9
    band = Account.lat.between(south, north)
    if south <= -90 or north >= 90 or angle >= pi / 2:
        return band  # a pole inside: every longitude
    reach = degrees(asin(min(1.0, sin(angle) / cos(radians(lat))))) + 1e-9
    west, east = lon - reach, lon + reach
    if west < -180:
        return and_(band, or_(Account.lon >= west + 360, Account.lon <= east))
    if east > 180:
        return and_(band, or_(Account.lon >= west, Account.lon <= east - 360))
    return and_(band, Account.lon.between(west, east))


def _radii(most: float, first: float, found: list[Any], wanted: int) -> Iterator[float]:
    """Growing radii, ending with `most`; the next follows from how densely the last was filled."""
    radius = first
    while radius < most:
        yield radius
        factor = sqrt(1.5 * wanted / len(found)) if found else inf
        radius *= min(max(factor, GROWTH[0]), GROWTH[1])
    yield most


def _inside(user: User, lat: float, lon: float, radius: float) -> Any:
    query = select(Account.id, Account.lat, Account.lon).where(Account.archived_at.is_(None), box(lat, lon, radius))
    return query if user.role == Role.ADMIN else query.where(accounts_of(user))
