"""Accounts near a point, nearest first, among a million.

A box around the point finds candidates, the great circle decides.  The box begins small and grows until it holds the page,
so that a page costs about what it returns, in a city as in a desert.  The index on (band of latitude, longitude) cuts a box
on all four sides and knows who holds an account: it serves who sees all or much of what is there.  Who sees the accounts
of one rep, or little of what is there, is served by the indexes on those who hold them, a range for each of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from math import asin, ceil, cos, degrees, floor, inf, pi, radians, sin, sqrt
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select, union_all
from sqlalchemy.orm import Session

from server.accounts.models import HOLDERS, Account
from server.accounts.positions import BANDS_A_DEGREE
from server.core.http import Role
from server.core.pages import Page, decode, encode
from server.identity.models import User
from server.identity.scope import held_by, holders
from server.places.ground import EARTH_METRES, distance

METRES_PER_MILE = 1_609.344
FARTHEST_METRES = 1_000_000
FIRST_METRES = 1_000
Found = tuple[float, UUID]  # metres, account
FEW = 4  # pages: so many accounts within the radius are read all at once
MANY = 200  # reps: a range in an index for each of them is more than to look at everybody's accounts first
MOST_STRANGERS = 4  # pages: of so many accounts at a time their own are picked out
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


Look = Callable[["Search", float, int | None], tuple[list[Found], bool]]
Way = Callable[[Look, float, float, int], list[Found] | None]


def near(
    session: Session, user: User, lat: float, lon: float, radius_metres: float, limit: int, cursor: str | None = None
) -> Page:
    """A page of the user's unarchived accounts within the radius, by distance and id."""
    after = tuple(decode(cursor, (float, UUID))) if cursor else (-1.0, UUID(int=0))

    def look(search: Search, radius: float, most: int | None) -> tuple[list[Found], bool]:
        """What the user sees within the radius and behind the cursor; whether that is all of it."""
        rows = session.execute(search.inside(box(lat, lon, radius)).limit(most)).all()
        seen = {(distance(lat, lon, row.lat, row.lon), row.id) for row in rows if search.sees(row)}
        return sorted(item for item in seen if after < item and item[0] <= radius), most is None or len(rows) < most

    begin = max(FIRST_METRES, after[0] * 1.2)
    found = next(
        result for way in _ways(session, user) if (result := way(look, begin, radius_metres, limit)) is not None
    )
    page = found[:limit]
    by_id = {a.id: a for a in session.scalars(select(Account).where(Account.id.in_([row_id for _, row_id in page])))}
    items = [Near(by_id[row_id], round(metres)) for metres, row_id in page]
    return Page(items, encode(page[-1]) if len(found) > limit else None)


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


@dataclass(frozen=True)
class Search:
    """A way to the unarchived accounts in a box: those of these holders, each by its index; or (None) all, by bands.

    sees : whether the user may see an account that was read: asked of its holders, which the index by bands knows.
    """

    holders: list[ColumnElement[bool]] | None = None
    sees: Callable[[Any], bool] = lambda row: True

    def inside(self, box: Box) -> Any:
        """Id, latitude, longitude and (by bands) holders of what is in the box.

        Each SELECT is one range, or one a band or holder, of one index that holds all it asks for."""
        rows = select(
            Account.id, Account.lat, Account.lon, *(() if self.holders else (getattr(Account, h) for h in HOLDERS))
        )
        rows = rows.where(Account.archived_at.is_(None), Account.lat.between(box.south, box.north))
        # That the band is set is said for the planner: only those who ask by band are served by that index.
        by_band = [Account.lat_band.is_not(None) & Account.lat_band.in_(box.bands)]
        spans = [Account.lon.between(west, east) for west, east in box.spans]
        return union_all(*(rows.where(way, span) for way in self.holders or by_band for span in spans))


def _ways(session: Session, user: User) -> Iterator[Way]:
    """How to look, until one way finds all there is to find.

    The accounts of many reps are looked for among all accounts first, which is enough where few are others'; and where many
    are, as in the cities of colleagues, by the reps who hold them: a range in an index for each of them."""
    if user.role == Role.ADMIN:
        yield partial(_at_once, Search())
        yield partial(_outwards, Search(), None)
        return
    reps, teams = holders(session, user)
    held = Search(held_by(reps, teams))
    if len(reps) > MANY:
        theirs = Search(sees=_seen_by(set(reps), set(teams or ())))
        yield partial(_at_once, theirs)
        yield partial(_outwards, theirs, MOST_STRANGERS)
    yield partial(_at_once, held)
    yield partial(_outwards, held, None)


def _seen_by(reps: set[UUID], teams: set[UUID]) -> Callable[[Any], bool]:
    """`held_by`, asked of a row."""
    return lambda row: (
        row.owner_id in reps or row.team_id in teams or (row.owner_id is None and row.served_by_id in reps)
    )


def _at_once(search: Search, look: Look, begin: float, most: float, wanted: int) -> list[Found] | None:
    """All within the radius; None where they are more than a few pages."""
    found, complete = look(search, most, FEW * wanted)
    return found if complete else None


def _outwards(
    search: Search, pages: int | None, look: Look, begin: float, most: float, wanted: int
) -> list[Found] | None:
    """From the middle outwards until a page is full; the next radius follows from how densely the last was filled.
    None where that would be to read more than so many pages at a time."""
    radius = begin
    while True:
        radius = min(radius, most)
        found, complete = look(search, radius, pages and pages * wanted)
        if not complete:
            return None
        if len(found) > wanted or radius == most:
            return found
        factor = sqrt(1.5 * wanted / len(found)) if found else inf
        radius *= min(max(factor, GROWTH[0]), GROWTH[1])
