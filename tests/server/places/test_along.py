"""Numbers that run along a way, and numbers of blocks; positions worked out by hand.

On the meridian: 0.001 degrees of latitude are 111.2 m everywhere, so shares of the way are shares of degrees.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from server.core.database import db
from server.places.along import INTERPOLATION, Line, numbers_along
from server.places.index import build
from server.places.lookup import Address, Index
from tests.server.places.town import VADUZ, Map, house

LANE = {"addr:street": "Lane"}


def along(kind: str, *corners: tuple[float, str | None], way: dict[str, str] | None = None, lon=9.52):
    """(number, latitude) along a way with corners at these latitudes, some with a number."""
    tags_at = {n: {**LANE, "addr:housenumber": text} for n, (_, text) in enumerate(corners) if text}
    line = Line({INTERPOLATION: kind, **(way or {})}, [(n, lat, lon) for n, (lat, _) in enumerate(corners)])
    return [(tags["addr:housenumber"], round(lat, 6)) for tags, lat, _ in numbers_along(line, tags_at)]


def test_even_numbers_stand_at_even_distances():
    assert along("even", (47.0, "2"), (47.003, "8")) == [("4", 47.001), ("6", 47.002)]
    assert along("odd", (47.003, "7"), (47.0, "1")) == [("5", 47.002), ("3", 47.001)]  # falling
    assert along("all", (47.0, "1"), (47.003, "4")) == [("2", 47.001), ("3", 47.002)]
    assert along("4", (47.0, "1"), (47.002, "9")) == [("5", 47.001)]


def test_the_way_may_bend_and_have_more_than_two_numbers():
    # from 2 to 10 over a corner at a quarter of the way: 4 at a quarter of 0.004, 6 and 8 beyond it; then 12 between 10 and 14
    found = along("even", (47.0, "2"), (47.001, None), (47.004, "10"), (47.006, "14"))
    assert found == [("4", 47.001), ("6", 47.002), ("8", 47.003), ("12", 47.005)]


@pytest.mark.parametrize(
    ("kind", "first", "last"),
    [("alphabetic", "2", "8"), ("even", "2a", "8"), ("even", "A2", "A8"), ("even", "2", "house"),
     ("even", "2", "2"), ("0", "2", "8"), ("all", "1", "9999")],
)  # fmt: skip
def test_what_cannot_be_counted_is_left_away(kind, first, last):
    assert along(kind, (47.0, first), (47.003, last)) == []


def test_two_corners_at_one_point_do_no_harm():
    assert along("all", (47.0, "1"), (47.0, "3")) == [("2", 47.0)]


def test_numbers_of_two_streets_are_not_joined():
    tags_at = {0: {"addr:street": "Lane", "addr:housenumber": "2"}, 1: {"addr:street": "Road", "addr:housenumber": "8"}}
    line = Line({INTERPOLATION: "even"}, [(0, 47.0, 9.0), (1, 47.003, 9.0)])
    assert list(numbers_along(line, tags_at)) == []


def test_what_the_corners_do_not_say_the_way_does():
    tags_at = {0: {"addr:housenumber": "2", "addr:city": "Vaduz"}, 1: {"addr:housenumber": "6"}}
    line = Line({INTERPOLATION: "even", "addr:street": "Lane"}, [(0, 47.0, 9.0), (1, 47.002, 9.0)])
    ((tags, lat, lon),) = numbers_along(line, tags_at)
    assert tags == {"addr:street": "Lane", "addr:city": "Vaduz", "addr:housenumber": "4"}
    assert (round(lat, 6), lon) == (47.001, 9.0)


@pytest.fixture
def town(app, tmp_path: Path):
    made = Map()
    ends = [house(made, lat, 9.52, "Lane", number, VADUZ) for lat, number in ((47.140, "100"), (47.144, "180"))]
    made.line(ends, **{INTERPOLATION: "even"})
    house(made, 47.1415, 9.5205, "Lane", "130", VADUZ)  # known besides, across the street from where it would be
    house(made, 47.1500, 9.5300, "Lane", "A11", VADUZ)
    house(made, 47.1504, 9.5300, "Lane", "A15", VADUZ)
    house(made, 47.1600, 9.5300, "Lane", "B12", VADUZ)
    return build(made.write(tmp_path / "lane.osm.pbf"))


def found(street: str, housenumber: str | None = None):
    place = Index(db.session()).find(Address(street, housenumber, "9490", "Vaduz", "LI"))
    assert place is not None
    return round(place.lat, 6), round(place.lon, 6), place.quality


@pytest.mark.parametrize(
    ("street", "expected"),
    [
        ("Lane 100", (47.140, 9.52, "rooftop")),
        ("Lane 140", (47.142, 9.52, "interpolated")),  # half way; the gap of 80 numbers is too wide without the way
        ("Lane 102", (47.1401, 9.52, "interpolated")),  # one of forty
        ("Lane A11", (47.15, 9.53, "rooftop")),
        ("A-11 Lane", (47.15, 9.53, "rooftop")),
        ("Lane A13", (47.1502, 9.53, "interpolated")),  # half way between A11 and A15, not beside 100
        ("Lane B12", (47.16, 9.53, "rooftop")),
        (
            "Lane A12",
            (47.15, 9.53, "interpolated"),
        ),  # A's numbers that are known are odd: beside the first of the nearest
        ("Lane 12", (47.16, 9.53, "interpolated")),  # of the 12 that is known the letter may have been left away
        ("Lane C140", (47.142, 9.52, "interpolated")),  # nothing of a block C is known, but a 140
    ],
)
def test_in_the_index(town, street, expected):
    assert found(street) == expected


def test_the_very_number_comes_before_what_runs_along(town):
    assert found("Lane 130") == (47.1415, 9.5205, "rooftop")
    assert found("Lane", "A11") == (47.15, 9.53, "rooftop")


def test_only_what_the_map_knows_counts_as_an_address(town):
    # 100, 180, 130, A11, A15, B12
    assert (town.addresses, town.roads) == (6, 0)
