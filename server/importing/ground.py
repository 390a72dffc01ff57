"""Where a company is known to have to do: its country, its reps' homes, its accounts, a row's own postcode or region.

It decides which way round coordinates are meant.  It is no reason to refuse a place on land: a company may sell abroad.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Any

import zipcodes
from sqlalchemy import func, select, true
from sqlalchemy.orm import Session

from server.accounts.models import Account
from server.accounts.near import distance
from server.accounts.positions import country_at, postcode_centre
from server.identity.models import User
from server.identity.scope import accounts_of, reps_of
from server.reps.models import Rep

CELL_DEGREES = 2  # what lies in the same cell or beside it is near: 220 to 440 km from south to north
POSTCODE_METRES = 100_000
UNINHABITED = "AQ"
SOUTHERNMOST = -60  # nobody lives south of it; parts of it have zones of Australia
Cells = frozenset[tuple[int, int]]


class Ground:
    """`user` None: an operator, who sees everything.  Homes and accounts are asked for when the country does not decide."""

    def __init__(self, session: Session, user: User | None, country: str) -> None:
        self._session, self._user, self.country = session, user, country

    def holds(self, lat: float, lon: float, said: Mapping[str, Any]) -> bool:
        """Whether something speaks for this place; `said`: the row's values (postcode and region)."""
        return self._is_home(lat, lon) or _cell(lat, lon) in self._accounts or fits(lat, lon, said)

    def _is_home(self, lat: float, lon: float) -> bool:
        return country_at(lat, lon) == self.country or _cell(lat, lon) in self._homes

    @cached_property
    def _homes(self) -> Cells:
        query: Any = select(Rep.home_lat, Rep.home_lon).where(Rep.home_lat.isnot(None), Rep.home_lon.isnot(None))
        query = query.where(reps_of(self._user) if self._user else true())
        return _with_neighbours(_cell(lat, lon) for lat, lon in self._session.execute(query))

    @cached_property
    def _accounts(self) -> Cells:
        """Only where they may well be: one wrong file that came in must not speak for the next."""
        lat, lon = Account.lat, Account.lon
        cells = (func.round(lat / CELL_DEGREES), func.round(lon / CELL_DEGREES))
        corners = (func.min(lat), func.min(lon), func.avg(lat), func.avg(lon), func.max(lat), func.max(lon))
        query = select(*cells, *corners).where(lat.isnot(None), lon.isnot(None)).group_by(*cells)
        query = query.where(accounts_of(self._user) if self._user else true())
        rows = self._session.execute(query)
        return _with_neighbours((int(north), int(east)) for north, east, *places in rows if self._is_plausible(places))

    def _is_plausible(self, places: Sequence[float]) -> bool:
        """Whether some of these (lat, lon, lat, lon, ...) is on inhabited land, and not at home only the other way round."""
        pairs = list(zip(places[::2], places[1::2], strict=True))
        if all(is_nowhere(lat, lon) for lat, lon in pairs):
            return False
        return any(self._is_home(lat, lon) or abs(lon) > 90 or not self._is_home(lon, lat) for lat, lon in pairs)


def fits(lat: float, lon: float, said: Mapping[str, Any]) -> bool:
    """Whether a place is where the row's own US postcode or state is."""
    return _at_postcode(lat, lon, said.get("postcode")) or _in_region(lat, lon, said.get("region"))


def is_nowhere(lat: float, lon: float) -> bool:
    """At sea or in Antarctica, where nobody has a file of customers."""
    return lat < SOUTHERNMOST or country_at(lat, lon) in (None, UNINHABITED)


def _cell(lat: float, lon: float) -> tuple[int, int]:
    return round(lat / CELL_DEGREES), round(lon / CELL_DEGREES)


def _with_neighbours(cells: Iterable[tuple[int, int]]) -> Cells:
    return frozenset((north + n, east + e) for north, east in cells for n in (-1, 0, 1) for e in (-1, 0, 1))


def _at_postcode(lat: float, lon: float, postcode: str | None) -> bool:
    """US postcodes are the only ones of which there is a table."""
    centre = postcode_centre("US", postcode)
    return centre is not None and distance(lat, lon, *centre) < POSTCODE_METRES


def _in_region(lat: float, lon: float, region: str | None) -> bool:
    box = _box_of_state(region.upper()) if region else None
    return box is not None and box[0] <= lat <= box[1] and box[2] <= lon <= box[3]


@lru_cache(maxsize=1_000)
def _box_of_state(code: str) -> tuple[float, float, float, float] | None:
    """(south, north, west, east) of the postcodes of a state of the USA; None for other regions."""
    found = zipcodes.filter_by(state=code) if len(code) == 2 else []
    places = [(float(entry["lat"]), float(entry["long"])) for entry in found if entry["lat"] and entry["long"]]
    if not places:
        return None
    lats, lons = zip(*places, strict=True)
    return min(lats), max(lats), min(lons), max(lons)
