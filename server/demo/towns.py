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
    remote: bool  # hours away: nobody sells much there


# Home town of each rep, and (town, state, weight) of where the accounts are: most within an hour and a half.
# A weight of 1 is a remote place, where only a small account is.
PATCHES: dict[str, list[tuple[str, str, int]]] = {
    "Columbus": [
        ("Columbus", "OH", 46), ("Newark", "OH", 9), ("Lancaster", "OH", 7), ("Delaware", "OH", 6), ("Springfield", "OH", 9),
        ("Dayton", "OH", 14), ("Chillicothe", "OH", 4), ("Zanesville", "OH", 5), ("Mansfield", "OH", 2), ("Lima", "OH", 1),
    ],
    "Cleveland": [
        ("Cleveland", "OH", 48), ("Akron", "OH", 18), ("Canton", "OH", 11), ("Lorain", "OH", 6), ("Medina", "OH", 6),
        ("Wooster", "OH", 4), ("Sandusky", "OH", 4), ("Youngstown", "OH", 6), ("Toledo", "OH", 1),
    ],
    "Pittsburgh": [
        ("Pittsburgh", "PA", 48), ("Greensburg", "PA", 10), ("Washington", "PA", 8), ("Wheeling", "WV", 7), ("Butler", "PA", 9),
        ("New Castle", "PA", 7), ("Johnstown", "PA", 6), ("Morgantown", "WV", 4), ("Erie", "PA", 1),
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
    return [_spot(rng.choice(codes[place]), place[2] == 1, rng) for place in chosen]


def _codes(city: str, state: str) -> list[dict[str, str]]:
    found = zipcodes.filter_by(city=city, state=state, active=True, zip_code_type="STANDARD")
    if not found:
        raise LookupError(f"no ZIP codes for {city}, {state}")
    return found


def _spot(code: dict[str, str], remote: bool, rng: random.Random) -> Spot:
    return Spot(
        street=rng.choice(STREETS),
        housenumber=str(rng.randrange(10, 1900)),
        city=code["city"],
        region=code["state"],
        postcode=code["zip_code"],
        lat=round(float(code["lat"]) + rng.gauss(0, SPREAD_DEGREES), 6),
        lon=round(float(code["long"]) + rng.gauss(0, SPREAD_DEGREES), 6),
        remote=remote,
    )
