"""Reading an extract: what comes of it, of one that is read again, and of a file that is none."""

from __future__ import annotations

import shutil

import pytest
from sqlalchemy import func, select

from server.core.database import db
from server.places.index import build, extracts, remove
from server.places.lookup import Address, Index
from server.places.models import AddressArea, AddressExtract, AddressPoint
from server.places.reading import UnreadableExtract
from tests.server.places.town import VADUZ, Map, house, two_towns

LANDSTRASSE = Address("Landstrasse 4", None, "9490", "Vaduz", "LI")


def counted(table) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(table))


def run(app, *words):
    return app.test_cli_runner().invoke(args=["places", *map(str, words)])


def test_reading_again_replaces(app, tmp_path):
    made = two_towns()
    first = build(made.write(tmp_path / "towns.osm.pbf"))
    assert (first.addresses, first.roads, counted(AddressPoint)) == (15, 1, 16)
    house(made, 47.1412, 9.52, "Landstrasse", "12", VADUZ)
    second = build(made.write(tmp_path / "towns.osm.pbf"))
    assert (second.addresses, counted(AddressPoint), counted(AddressExtract)) == (16, 17, 1)
    other = build(tmp_path / "towns.osm.pbf", name="other")  # a neighbour's extract may have the same border towns
    assert counted(AddressExtract) == 2
    assert Index(db.session()).find(LANDSTRASSE).quality == "rooftop"
    remove(other.name)
    remove("towns")
    assert [counted(table) for table in (AddressExtract, AddressPoint, AddressArea)] == [0, 0, 0]


def test_the_country_is_said_or_follows_from_the_position(app, tmp_path):
    made = Map()
    here = {"addr:postcode": "9490"}
    house(made, 47.14, 9.52, "Landstrasse", "1", here)
    house(made, 47.14, 9.52, "Landstrasse", "3", {**here, "addr:country": "CH"})
    build(made.write(tmp_path / "a.osm.pbf"))
    assert set(db.session.scalars(select(AddressPoint.country))) == {"LI", "CH"}
    build(tmp_path / "a.osm.pbf", country="AT")
    db.session.rollback()
    assert set(db.session.scalars(select(AddressPoint.country))) == {"AT", "CH"}


def test_a_file_that_is_no_extract_changes_nothing(indexed, tmp_path, extract):
    text = tmp_path / "towns.osm.pbf"
    text.write_text("This is no map.")
    halved = tmp_path / "half.osm.pbf"
    halved.write_bytes(extract.read_bytes()[:-40])
    empty = Map()
    empty.node(47.0, 9.5, amenity="bench")
    for file in (text, halved, empty.write(tmp_path / "bench.osm.pbf")):
        with pytest.raises(UnreadableExtract, match=file.name):
            build(file, name="towns")
        db.session.rollback()
    (kept,) = extracts(db.session())
    assert kept.addresses == 15
    assert counted(AddressExtract) == 1
    assert Index(db.session()).find(LANDSTRASSE).quality == "rooftop"


def test_what_a_killed_reading_left_is_not_looked_at_and_goes_with_the_next(indexed, extract):
    from server.core.database import writing

    with writing() as session:
        session.add(AddressExtract(name="towns", ready=False))
    db.session.rollback()
    assert len(extracts(db.session())) == 1
    build(extract)
    assert counted(AddressExtract) == 1


def test_the_commands(app, extract, tmp_path):
    from tests import factories as make

    make.company(country="LI", timezone="Europe/Vaduz")
    make.account(
        street="Landstrasse 6",
        postcode="9490",
        city="Vaduz",
        country="LI",
        lat=None,
        lon=None,
        position_quality="unknown",
    )
    said = run(app, "index", extract)
    assert said.exit_code == 0, said.output
    assert "towns: 15 house numbers, 1 named roads, 2 postcodes, 2 towns" in said.output
    assert "1 accounts: unknown -> interpolated" in said.output
    assert "OpenStreetMap" in said.output
    assert "47.140600, 9.520000 (interpolated, by index)" in run(app, "find", "Landstr. 6", "--city", "Vaduz").output
    assert "nothing that is indexed" in run(app, "find", "Nirgendweg 6").output
    assert "1 accounts: interpolated" in run(app, "list").output
    assert "1 accounts looked at" in run(app, "locate", "--dry-run").output
    assert run(app, "remove", "towns").exit_code == 0
    assert "There is no extract 'towns'" in run(app, "remove", "towns").output
    broken = tmp_path / "broken.osm.pbf"
    shutil.copyfile(__file__, broken)
    assert "no OpenStreetMap extract" in run(app, "index", broken).output
    assert "ISO 3166-1" in run(app, "index", extract, "--country", "XX").output


@pytest.mark.shared
def test_a_real_country(app, shared):
    """Monaco: 257 addressed objects; each is found again where it is (two may share a number)."""
    made = build(shared / "data" / "osm" / "monaco.osm.pbf")
    assert (made.addresses, made.data_from.year) == (257, 2021)
    db.session.rollback()
    found = Index(db.session()).find(Address("4 av. de la Madone", None, "98000", "Monaco", "MC"))
    assert found.quality == "rooftop"
    assert (round(found.lat, 3), round(found.lon, 3)) == (43.741, 7.428)  # the Hotel Metropole
