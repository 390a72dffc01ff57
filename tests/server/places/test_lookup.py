"""Addresses in an index of two towns of which every house is known (town.py)."""

from __future__ import annotations

import random

import pytest

from server.core.database import db
from server.places.ground import distance
from server.places.lookup import Address, Index, Place
from tests.server.places.town import EVEN, ODD


def find(street: str, postcode: str | None = "9490", city: str | None = "Vaduz", country: str = "LI") -> Place | None:
    return Index(db.session()).find(Address(street, None, postcode, city, country))


def placed(place: Place | None) -> tuple[float, float, str]:
    assert place is not None
    return round(place.lat, 6), round(place.lon, 6), place.quality


@pytest.mark.parametrize(
    ("street", "expected"),
    [
        ("Landstrasse 4", (47.1404, EVEN, "rooftop")),
        ("LANDSTR. 3A", (47.14035, ODD, "rooftop")),
        ("4, Landstrasse", (47.1404, EVEN, "rooftop")),
        ("Haus Engel, Landstr. Nr. 4, Top 2, Vaduz", (47.1404, EVEN, "rooftop")),
        ("Aeulestr 12", (47.1431, 9.5212, "rooftop")),  # the middle of a building
        ("Äulestraße 20", (47.1441, 9.5212, "rooftop")),  # of one that is a relation
        ("Sankt-Florins-Gasse 5", (47.1420, 9.5230, "rooftop")),
        ("Landstrasse 6", (47.1406, EVEN, "interpolated")),  # half way from 4 to 8
        ("Landstrasse 7", (47.1403, ODD, "interpolated")),  # beside 3, the last odd one; nothing is beyond
        ("Landstrasse 4b", (47.1404, EVEN, "interpolated")),  # next to 4
        ("Landstrasse 26", (47.1430, EVEN, "interpolated")),  # 4 from 30; 8 to 30 is too far to be divided
        # Of 1, 2, 3, 3a, 4, 8, 30 the fourth to the north is 3a, and four of seven are on the east side: 4 is nearest to both.
        ("Landstrasse 500", (47.1404, EVEN, "street")),
        ("Landstrasse", (47.1404, EVEN, "street")),
        ("Im Mühleholz 9", (47.1385, 9.5185, "street")),  # a road without houses
    ],
)
def test_a_street_and_its_numbers(indexed, street, expected):
    assert placed(find(street)) == expected


def test_the_town_decides_between_streets_of_a_name(indexed):
    assert placed(find("Landstrasse 4", "9494", "Schaan")) == (47.1654, 9.509, "rooftop")
    assert placed(find("Landstrasse 4", None, "Schaan")) == (47.1654, 9.509, "rooftop")
    assert placed(find("Landstrasse 4", "9494", None)) == (47.1654, 9.509, "rooftop")
    assert placed(find("Landstrasse 4", "FL-9494", None)) == (47.1654, 9.509, "rooftop")
    assert find("Landstrasse 4", None, None) is None  # either of them
    assert placed(find("Äulestrasse 12", None, None)) == (47.1431, 9.5212, "rooftop")  # there is only one
    assert find("Landstrasse 4", None, "Balzers") is None  # a third town may have one, too


def test_what_agrees_with_nothing_is_the_middle_of_its_postcode(indexed):
    place = find("Nirgendweg 1")
    assert place is not None
    assert (place.quality, place.source) == ("postcode", "index")
    assert distance(place.lat, place.lon, 47.1410, 9.5205) < 300
    assert find("Nirgendweg 1", "9999", "Nirgendwo") is None
    assert find("Landstrasse 4", "9490", "Vaduz", country="AT") is None


def test_us_postcodes_need_no_index(app):
    place = Index(db.session()).find(Address("1 Main St", None, "02139-4301", "Cambridge", "US"))
    assert place is not None
    assert (place.quality, place.source) == ("postcode", "zipcodes")
    assert distance(place.lat, place.lon, 42.3647, -71.1042) < 2_000


def test_many_at_once_are_found_as_each_alone(indexed):
    """Seeded: what is read for a chunk of an import must not change what is found."""
    rng = random.Random(5)
    streets = ["Landstrasse", "Äulestr.", "Im Mühleholz", "St. Florinsgasse", "Nirgendweg", ""]
    addresses = [
        Address(f"{rng.choice(streets)} {rng.randrange(1, 35)}", None, rng.choice(["9490", "9494", None, "1"]),
                rng.choice(["Vaduz", "Schaan", None]), rng.choice(["LI", "LI", "AT"]))
        for _ in range(300)
    ]  # fmt: skip
    alone = [Index(db.session()).find(address) for address in addresses]
    index = Index(db.session())
    index.prepare(addresses)
    assert [index.find(address) for address in addresses] == alone
    assert sum(place is not None for place in alone) > 100
