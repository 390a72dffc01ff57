"""The reverse check: whether a position is where its own postcode says."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from server.accounts.positions import postcode_centre, postcode_table
from server.places.ground import EARTH_METRES, distance
from server.places.lookup import Address, Index
from server.places.models import POSTCODE_AREA

NEAR_METRES = 10_000  # of the centre of a ZIP: nobody can say more
FAR_METRES = 250_000  # no ZIP is that large
NEARER_ZIPS = 8  # a ZIP of the desert is a hundred kilometres wide, but then no others are near
FEWEST = 5  # addresses, for an area to be known
OUTSIDE, SPARE_METRES = 2.0, 2_000  # times the reach of an area, and so much more


def doubt_metres(index: Index, address: Address, lat: float, lon: float) -> int | None:
    """How far the position is from the middle of its postcode, where that is too far; None: fitting, or nobody knows."""
    centre = postcode_centre(address.country, address.postcode)
    if centre is not None:
        metres = distance(lat, lon, *centre)
        return round(metres) if metres > NEAR_METRES and _many_nearer(lat, lon, metres) else None
    area = index.area(address, POSTCODE_AREA)
    if area is None or area.addresses < FEWEST:
        return None
    metres = distance(lat, lon, area.lat, area.lon)
    return round(metres) if metres > OUTSIDE * area.reach_metres + SPARE_METRES else None


def _many_nearer(lat: float, lon: float, metres: float) -> bool:
    """Whether so many ZIPs have their centre nearer than that; looked for close by first, where in towns there are enough."""
    return metres > FAR_METRES or any(
        _within(lat, lon, min(metres, reach)) >= NEARER_ZIPS for reach in (25_000, 100_000, FAR_METRES)
    )


def _within(lat: float, lon: float, metres: float) -> int:
    lats, lons = _centres()
    reach = np.degrees(metres / EARTH_METRES)
    band = slice(*np.searchsorted(lats, (lat - reach, lat + reach)))
    lats, lons = np.radians(lats[band]), np.radians(lons[band])
    here_lat, here_lon = np.radians(lat), np.radians(lon)
    h = np.sin((lats - here_lat) / 2) ** 2 + np.cos(lats) * np.cos(here_lat) * np.sin((lons - here_lon) / 2) ** 2
    return int(np.count_nonzero(2 * EARTH_METRES * np.arcsin(np.sqrt(h)) < metres))


@lru_cache(maxsize=1)
def _centres() -> tuple[np.ndarray, np.ndarray]:
    """(latitudes in order, longitudes) in degrees, of the ZIPs that are areas."""
    pairs = np.array(sorted((lat, lon) for lat, lon, is_area in postcode_table().values() if is_area))
    return pairs[:, 0], pairs[:, 1]
