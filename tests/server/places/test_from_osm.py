"""From the map to accounts: what becomes one, what does not, and what a newer map changes."""

from __future__ import annotations

import csv

import pytest
from sqlalchemy import select

from server.accounts.models import Account
from server.core.database import db, writing
from server.importing.from_osm import Category
from tests import factories as make
from tests.server.places.town import VADUZ, Map

ADDRESS = {"addr:street": "Landstrasse", "addr:housenumber": "4", **VADUZ}


def town() -> Map:
    made = Map()
    made.node(
        47.1404,
        9.52,
        shop="bakery",
        name="Bäckerei Ospelt",
        opening_hours="Mo-Fr 06:00-18:00; PH off",
        phone="+423 1;+423 2",
        **ADDRESS,
    )
    made.node(47.1405, 9.52, shop="butcher", name="Metzgerei", opening_hours="Open daily", email="not an address")
    made.node(47.1406, 9.52, shop="kiosk")  # without a name
    made.node(47.1407, 9.52, amenity="pharmacy", name="Apotheke", website="https://example.li")
    made.node(47.1408, 9.52, amenity="bench", name="A bench")
    corners = [(47.14039, 9.5199), (47.14039, 9.5201), (47.14041, 9.5201), (47.14041, 9.5199)]
    made.way(corners, closed=True, building="yes", shop="bakery", name="Bäckerei  OSPELT")  # its building
    return made


@pytest.fixture
def bring_in(app, tmp_path):
    make.company(country="LI", timezone="Europe/Vaduz")
    make.segment("A")
    team = make.team(name="Field")
    make.rep(team.id, name="Rita")
    make.cadence()

    def run(made: Map, *words: str):
        db.session.rollback()
        file = made.write(tmp_path / "town.osm.pbf")
        return app.test_cli_runner().invoke(args=["accounts", "from-osm", str(file), *words])

    return run


def accounts() -> dict[str, Account]:
    db.session.rollback()
    return {row.name: row for row in db.session.scalars(select(Account))}


def test_categories_that_take_nothing_are_named(bring_in):
    done = bring_in(town(), *BOTH, "--category", "shop=florist:A", "--category", "shop=butcher")
    assert done.exit_code == 0, done.output
    assert "Nothing of the map became an account by --category shop=florist\n" in done.output
    assert "--category shop=butcher\n" in done.output  # shop=* took it first
    assert "--category shop=bakery\n" not in done.output
    assert "--category shop=kiosk\n" in bring_in(town(), "--category", "shop=kiosk", *BOTH).output  # it has no name
    wrong = bring_in(town(), "--category", "*=*:B")
    assert (wrong.exit_code, "* stands for any value, not for a key" in wrong.output) == (2, True)


BOTH = ("--category", "shop=bakery:A", "--category", "shop=*", "--category", "amenity=pharmacy", "--owner", "Rita")


def test_businesses_become_accounts(bring_in):
    said = bring_in(town(), *BOTH)
    assert said.exit_code == 0, said.output
    assert "3 businesses; passed over: 1 without a name, 1 that the map has twice" in said.output
    assert "© OpenStreetMap contributors" in said.output
    assert "3 accounts created" in said.output
    made = accounts()
    assert set(made) == {"Bäckerei Ospelt", "Metzgerei", "Apotheke"}
    baker = made["Bäckerei Ospelt"]
    assert (baker.external_id, baker.segment, baker.industry, baker.phone) == ("osm:n1", "A", "shop:bakery", "+423 1")
    assert (baker.street, baker.housenumber, baker.postcode, baker.city) == ("Landstrasse", "4", "9490", "Vaduz")
    assert (baker.lat, baker.lon, baker.position_quality, baker.position_source) == (47.1404, 9.52, "given", "osm")
    assert (baker.country, baker.timezone, baker.opening_hours) == ("LI", "Europe/Vaduz", "Mo-Fr 06:00-18:00; PH off")
    assert (made["Metzgerei"].opening_hours, made["Metzgerei"].email) == (None, None)
    assert made["Metzgerei"].custom == {"opening_hours_as_imported": "Open daily"}
    assert made["Apotheke"].website == "https://example.li"


def test_a_newer_map_updates_and_never_doubles(bring_in):
    bring_in(town(), *BOTH)
    again = bring_in(town(), *BOTH)
    assert "0 accounts created, 0 updated, 3 unchanged" in again.output
    with writing() as session:
        row = session.scalar(select(Account).where(Account.name == "Apotheke"))
        row.lat, row.lon, row.position_source = 47.1499, 9.52, "person"
    newer = Map()
    newer.node(47.1414, 9.52, shop="bakery", name="Bäckerei Frick", **ADDRESS)  # moved, and sold
    for _ in range(2):
        newer.node(47.0, 9.0)
    newer.node(47.1417, 9.52, amenity="pharmacy", name="Apotheke")
    said = bring_in(newer, *BOTH)
    assert "0 accounts created, 2 updated" not in said.output
    assert "0 accounts created, 1 updated, 1 unchanged" in said.output
    made = accounts()
    assert set(made) == {"Bäckerei Frick", "Metzgerei", "Apotheke"}  # what the map no longer has stays
    assert made["Bäckerei Frick"].lat == 47.1414
    assert made["Apotheke"].lat == 47.1499  # a person's


def test_a_dry_run_and_a_limit(bring_in):
    said = bring_in(town(), *BOTH, "--dry-run", "--limit", "1")
    assert "1 businesses" in said.output
    assert "2 beyond the limit" in said.output
    assert "nothing was changed: 1 account would be created" in said.output
    assert accounts() == {}
    bring_in(town(), *BOTH, "--limit", "1")
    assert set(accounts()) == {"Metzgerei"}  # of three on a line the one in the middle


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--category", "shop"), "KEY=VALUE"),
        (("--category", "shop=bakery:Z"), "no such segment"),
        (("--category", "craft=*"), "no named object of these categories"),
        (("--category", "shop=*", "--owner", "Nobody"), "no such rep"),
        ((), "Missing option"),
    ],
)
def test_what_cannot_be_is_told(bring_in, words, said):
    answer = bring_in(town(), *words)
    assert answer.exit_code != 0
    assert said in answer.output
    assert accounts() == {}


def test_several_values_of_a_tag_count_each():
    assert Category.parse("shop=bakery").fits({"shop": "butcher; bakery"})
    assert not Category.parse("shop=bakery").fits({"shop": "butcher"})
    assert not Category.parse("shop=*").fits({})


@pytest.mark.shared
def test_a_real_country_twice(app, shared):
    make.company(country="MC", timezone="Europe/Monaco")
    file = str(shared / "data" / "osm" / "monaco.osm.pbf")
    words = ["accounts", "from-osm", file, "--category", "shop=*", "--category", "amenity=pharmacy"]
    first = app.test_cli_runner().invoke(args=words)
    assert first.exit_code == 0, first.output
    with (shared / "data" / "osm" / "monaco-pois.csv").open(encoding="utf-8-sig") as rows:  # made by other means
        expected = {
            r["external_id"] for r in csv.DictReader(rows) if r["category"].startswith(("shop:", "amenity:pharmacy"))
        }
    made = set(db.session.scalars(select(Account.external_id)))
    assert made == expected
    count = len(made)
    assert f"0 accounts created, 0 updated, {count} unchanged" in app.test_cli_runner().invoke(args=words).output
