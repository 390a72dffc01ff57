"""What follows from where an account is: its time zone, its country, and a rough place from a postcode alone."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

import tzfpy
import zipcodes

from server.core.fields import zones

# How exactly a position is known, the best first, and who says so.
GIVEN, ROOFTOP, INTERPOLATED, STREET, POSTCODE, UNKNOWN = QUALITIES = (
    "given", "rooftop", "interpolated", "street", "postcode", "unknown",
)  # fmt: skip
PERSON, FILE, OSM, INDEX, ZIPCODES = "person", "file", "osm", "index", "zipcodes"
GEOCODERS = ("nominatim", "photon", "pelias")
SOURCES = (PERSON, FILE, OSM, INDEX, ZIPCODES, *GEOCODERS)
BANDS_A_DEGREE = 20  # of latitude: 5.6 km each


def lat_band(lat: float | None) -> int | None:
    """The band of latitude by which accounts near a point are found."""
    return None if lat is None else round(lat * BANDS_A_DEGREE)


def is_null_island(lat: float | None, lon: float | None) -> bool:
    """(0, 0) is what broken geocoders and empty cells turn into; nobody trades there."""
    return lat is not None and lon is not None and abs(lat) < 1e-4 and abs(lon) < 1e-4


def zone_at(lat: float, lon: float) -> str | None:
    """The IANA zone of a point on land; None at sea or where the zone is unknown to this machine."""
    zone = tzfpy.get_tz(lon, lat)
    return zone if zone in zones() and not zone.startswith("Etc/") else None


def country_at(lat: float, lon: float) -> str | None:
    """The country (ISO 3166-1) that the zone of a point belongs to: rough at borders, so good for a doubt, not a proof."""
    return _countries_of_zones().get(zone_at(lat, lon) or "")


@lru_cache(maxsize=1)
def _countries_of_zones() -> dict[str, str]:
    table = (files("tzdata") / "zoneinfo" / "zone.tab").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in table.splitlines() if line and not line.startswith("#"))
    return {zone: country for country, _place, zone, *_ in rows}


@lru_cache(maxsize=50_000)
def postcode_centre(country: str, postcode: str | None) -> tuple[float, float] | None:
    """(lat, lon) of the middle of a US postcode; None elsewhere and for codes that are not in use."""
    digits = (postcode or "").strip().split("-")[0]
    if country != "US" or not (digits.isascii() and digits.isdigit() and 3 <= len(digits) <= 5):
        return None
    digits = digits.zfill(5)  # spreadsheets drop leading zeros
    if postcode_table.cache_info().currsize:
        known = postcode_table().get(digits)
        return known[:2] if known else None
    found = zipcodes.matching(digits)
    return (float(found[0]["lat"]), float(found[0]["long"])) if found else None


@lru_cache(maxsize=1)
def postcode_table() -> dict[str, tuple[float, float, bool]]:
    """Of every US postcode its middle, and whether it is an area (not boxes, nor a single receiver).

    It takes a second to read, a single postcode two milliseconds; so it is for those who need many.
    """
    return {
        entry["zip_code"]: (
            float(entry["lat"]),
            float(entry["long"]),
            entry["active"] and entry["zip_code_type"] == "STANDARD",
        )
        for digit in "0123456789"  # all of them together would take 140 MB
        for entry in zipcodes.similar_to(digit)
        if entry["lat"] and entry["long"]
    }
