"""Where an imported account is, and the zone and country that follow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from server.accounts import positions
from server.company.models import Company


def place(account: Mapping[str, Any], changes: Mapping[str, Any] | None, root: Company) -> dict[str, Any]:
    """Position, quality, zone and country of an account (`changes` None: a new one; else what the row changes of it).

    The same rules as for an account that is opened by hand (accounts.service).
    """
    said = account if changes is None else changes
    lat, lon, country, zone = account["lat"], account["lon"], account["country"], account["timezone"]
    if said.get("lat") is not None or said.get("lon") is not None:
        quality = positions.GIVEN
    elif changes is None or lat is None or account["position_quality"] != positions.GIVEN:
        centre = positions.postcode_centre(country or root.country, account["postcode"])
        quality = positions.POSTCODE if centre else positions.UNKNOWN
        lat, lon = centre or (None, None)
    else:
        return {}
    if lat is not None and lon is not None:
        if said.get("timezone") is None:
            zone = positions.zone_at(lat, lon) or zone
        country = country or positions.country_at(lat, lon)
    return {
        "lat": lat,
        "lon": lon,
        "lat_band": positions.lat_band(lat),
        "position_quality": quality,
        "timezone": zone or root.timezone,
        "country": country or root.country,
    }
