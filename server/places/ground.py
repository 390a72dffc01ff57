"""Distances on the ground."""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt

EARTH_METRES = 6_371_008.8  # mean radius (IUGG)


def distance(lat: float, lon: float, to_lat: float, to_lon: float) -> float:
    """Great-circle distance in metres (haversine)."""
    dlat, dlon = radians(to_lat - lat), radians(to_lon - lon)
    h = sin(dlat / 2) ** 2 + cos(radians(lat)) * cos(radians(to_lat)) * sin(dlon / 2) ** 2
    return 2 * EARTH_METRES * asin(min(1.0, sqrt(h)))
