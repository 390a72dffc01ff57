"""Where an account is, how well that is known, who says so, and the zone and country that follow: the chain.

The same for an account that is opened or changed by hand, one that is imported, and one that is looked for again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from server.accounts import positions
from server.company.models import Company
from server.core.clock import now
from server.places.doubt import doubt_metres
from server.places.lookup import Address, Index, Place

MOVING = frozenset({"lat", "lon", "street", "housenumber", "postcode", "city", "country"})
ROUGH = frozenset({positions.POSTCODE, positions.UNKNOWN})  # a geocoder on the network may know better


def place(
    account: Mapping[str, Any], changes: Mapping[str, Any] | None, root: Company, index: Index, by: str
) -> dict[str, Any]:
    """The columns that follow for an account (`changes` None: a new one; else what is changed of it).

    `by`: who gives coordinates, if any are given.  A given position stays, whatever becomes of the address.
    """
    said = account if changes is None else changes
    if said.get("lat") is not None or said.get("lon") is not None:
        given = Place(account["lat"], account["lon"], said.get("position_quality") or positions.GIVEN, by)
        return _placed(account, said, given, root, index)
    if changes is not None and account["lat"] is not None and account["position_quality"] == positions.GIVEN:
        address = Address.of(account, root.country)
        return {"position_doubt_metres": doubt_metres(index, address, account["lat"], account["lon"])}
    return _placed(account, said, index.find(Address.of(account, root.country)), root, index)


def _placed(
    account: Mapping[str, Any], said: Mapping[str, Any], found: Place | None, root: Company, index: Index
) -> dict[str, Any]:
    country, zone = account["country"], account["timezone"]
    if found and found.lat is not None and found.lon is not None:
        if said.get("timezone") is None:
            zone = positions.zone_at(found.lat, found.lon) or zone
        country = country or positions.country_at(found.lat, found.lon)
    return {
        **position(account, found, index, country or root.country),
        "timezone": zone or root.timezone,
        "country": country or root.country,
    }


def position(account: Mapping[str, Any], found: Place | None, index: Index, country: str) -> dict[str, Any]:
    """The columns of a position alone; `found` None: it is unknown."""
    address = Address.of(account, country)
    known = found is not None and found.lat is not None and found.lon is not None
    quality = found.quality if found else positions.UNKNOWN
    findable = quality in ROUGH and bool(address.street or address.city)
    return {
        "lat": found.lat if found else None,
        "lon": found.lon if found else None,
        "lat_band": positions.lat_band(found.lat) if found else None,
        "position_quality": quality,
        "position_source": (found.source or None) if found else None,
        "position_doubt_metres": doubt_metres(index, address, found.lat, found.lon) if found and known else None,
        "geocode_at": now() if findable else None,
    }
