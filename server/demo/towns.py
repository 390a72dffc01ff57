"""Where the demo company sells: real towns of Ohio and its neighbours, with positions from their ZIP codes."""

from __future__ import annotations

import random
from dataclasses import dataclass

import zipcodes

SPREAD_DEGREES = 0.012  # about a kilometre around the centre of a ZIP code


@dataclass(frozen=True)
class Spot:
    """A made-up address in a real ZIP code."""

    street: str
    housenumber: str
    city: str
    region: str
    postcode: str
    lat: float
    lon: float


# Home town of each rep, and (town, state, weight) of where the accounts are.
PATCHES: dict[str, list[tuple[str, str, int]]] = {
    "Columbus": [
        ("Columbus", "OH", 34), ("Newark", "OH", 7), ("Lancaster", "OH", 6), ("Delaware", "OH", 5), ("Dayton", "OH", 20),
        ("Springfield", "OH", 7), ("Mansfield", "OH", 6), ("Zanesville", "OH", 5), ("Chillicothe", "OH", 4), ("Lima", "OH", 6),
    ],
    "Cleveland": [
        ("Cleveland", "OH", 34), ("Akron", "OH", 16), ("Canton", "OH", 9), ("Lorain", "OH", 5), ("Medina", "OH", 4),
        ("Sandusky", "OH", 5), ("Toledo", "OH", 15), ("Findlay", "OH", 5), ("Ashtabula", "OH", 4), ("Youngstown", "OH", 3),
    ],
    "Pittsburgh": [
        ("Pittsburgh", "PA", 40), ("Greensburg", "PA", 7), ("Washington", "PA", 6), ("Wheeling", "WV", 6), ("Butler", "PA", 6),
        ("Johnstown", "PA", 9), ("Altoona", "PA", 8), ("Erie", "PA", 12), ("Meadville", "PA", 3), ("Morgantown", "WV", 3),
    ],
}  # fmt: skip
HOMES = {"Columbus": "43215", "Cleveland": "44113", "Pittsburgh": "15232"}
STREETS = [
    "Main St",
    "Market St",
    "High St",
    "Broadway",
    "Church St",
    "Mill Rd",
    "Liberty Ave",
    "Third St",
    "Park Ave",
    "Depot St",
]


def home(town: str) -> tuple[float, float, str]:
    """Latitude, longitude and address of a rep's home."""
    code = zipcodes.matching(HOMES[town])[0]
    return float(code["lat"]), float(code["long"]), f"{code['city']}, {code['state']} {code['zip_code']}"


def spots(town: str, number: int, rng: random.Random) -> list[Spot]:
    """So many addresses in the patch of the rep who lives in `town`."""
    patch = PATCHES[town]
    codes = {place: _codes(*place[:2]) for place in patch}
    chosen = rng.choices(patch, [weight for *_, weight in patch], k=number)
    return [_spot(rng.choice(codes[place]), rng) for place in chosen]


def _codes(city: str, state: str) -> list[dict[str, str]]:
    found = zipcodes.filter_by(city=city, state=state, active=True, zip_code_type="STANDARD")
    if not found:
        raise LookupError(f"no ZIP codes for {city}, {state}")
    return found


def _spot(code: dict[str, str], rng: random.Random) -> Spot:
    return Spot(
        street=rng.choice(STREETS),
        housenumber=str(rng.randrange(10, 1900)),
        city=code["city"],
        region=code["state"],
        postcode=code["zip_code"],
        lat=round(float(code["lat"]) + rng.gauss(0, SPREAD_DEGREES), 6),
        lon=round(float(code["long"]) + rng.gauss(0, SPREAD_DEGREES), 6),
    )
