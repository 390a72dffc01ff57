"""Real points of interest import as they are; a small twin of such a file is here for where they are absent."""

from __future__ import annotations

import csv

import pytest
from sqlalchemy import func, select

from server.accounts.hours import hours_problem
from server.accounts.models import Account
from server.core.database import db
from server.importing import service
from server.importing.checking import UNPARSED_HOURS
from server.importing.options import Options, SegmentRule
from tests import factories as make

FILES = {
    "monaco": ("MC", "Europe/Monaco"), "andorra": ("AD", "Europe/Andorra"), "liechtenstein": ("LI", "Europe/Vaduz"),
    "helsinki-centre": ("FI", "Europe/Helsinki"), "baltimore-se": ("US", "America/New_York"),
}  # fmt: skip
TWIN = """external_id,name,category,street,housenumber,postcode,city,lat,lon,opening_hours
osm:n1,Hotel Alt,tourism:hotel,,,,,42.5370,1.5822,
osm:n2,"Fleca ""Nova"", pa i més",shop:bakery,Av. Meritxell,12,AD500,Andorra la Vella,42.5076,1.5300,Mo-Sa 07:00-14:00; PH off
osm:w3,Farmàcia,amenity:pharmacy,,,,,42.5090,1.5390,Fr11:00
"""
RULE = SegmentRule("category", (("shop:*", "A"), ("amenity:*", "B"), ("*", "C")))


@pytest.fixture
def admin(app):
    make.company()
    for code in "ABC":
        make.segment(code)
    return make.user("admin").id


def brought_in(data, admin, country=None):
    return service.run(data, "pois.csv", Options(segment_by=RULE, country=country), None, admin)


def test_a_twin_of_the_real_files(admin):
    run = brought_in(TWIN.encode(), admin)
    assert (run.state, run.created) == ("applied", 3)
    rows = db.session.execute(
        select(Account.external_id, Account.segment, Account.country).order_by(Account.external_id)
    )
    assert [tuple(row) for row in rows] == [("osm:n1", "C", "AD"), ("osm:n2", "A", "AD"), ("osm:w3", "B", "AD")]
    assert brought_in(TWIN.encode(), admin).unchanged == 3


@pytest.mark.shared
def test_the_real_files_import_as_they_are(admin, shared):
    for name, (country, zone) in FILES.items():
        file = shared / "data" / "osm" / f"{name}-pois.csv"
        with file.open(encoding="utf-8", newline="") as opened:
            rows = list(csv.DictReader(opened))
        run = brought_in(file.read_bytes(), admin, country)  # Monaco's border is finer than the zone map
        assert (run.state, run.created) == ("applied", len(rows)), run.problems[:3]
        bad = [row["external_id"] for row in rows if row["opening_hours"] and hours_problem(row["opening_hours"])]
        assert [p["code"] for p in run.problems].count("opening_hours") == len(bad)
        again = brought_in(file.read_bytes(), admin, country)
        assert (again.created, again.updated, again.unchanged) == (0, 0, len(rows))
        ours = Account.external_id.in_([row["external_id"] for row in rows])
        zones = select(Account.timezone, func.count()).where(ours).group_by(Account.timezone)
        assert max(db.session.execute(zones), key=lambda found: found[1])[0] == zone
        assert list(db.session.scalars(select(Account.country).where(ours).distinct())) == [country]
        for external_id in bad:
            custom, hours = db.session.execute(
                select(Account.custom, Account.opening_hours).where(Account.external_id == external_id)
            ).one()
            assert custom[UNPARSED_HOURS]
            assert hours is None
    assert db.session.scalar(select(func.count()).select_from(Account)) == 396 + 949 + 528 + 1253 + 447
