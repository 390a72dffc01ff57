"""What is learned where driving times come from a road engine (a fake one: 61 s for each 0.01 degrees, kept to 2 s)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from server.core.database import db
from server.reps.models import Rep
from server.traffic.drives import drives_of
from server.traffic.models import LearnedSpeeds
from tests import factories as make
from tests.server.plans.planned import company
from tests.server.traffic.conftest import settings
from tests.server.traffic.test_learning import at, learn, log_visit, rush, workday
from tests.server.travel.conftest import engine, on_roads  # noqa: F401  fixtures


def test_drives_are_compared_with_the_roads_that_are_kept(on_roads, time):  # noqa: F811
    """0.05 degrees are 305 s, kept as 304 or 306; driven in 600: 51 %.  (20 * 51 + 20 * 80) / 40 = 65 or 66: a step is 75."""
    acme = company(on_roads, accounts=1)
    settings(acme, traffic="learned")
    acme.accounts.append(make.account(owner_id=acme.rep.id, lat=acme.accounts[0].lat + 0.05, lon=make.BOSTON[1]))
    for n in range(20):
        log_visit(acme, acme.accounts[0], at(workday(n), "07:30"))
        log_visit(acme, acme.accounts[1], at(workday(n), "08:10"))
    rep = db.session.get_one(Rep, acme.rep.id)
    assert drives_of(db.session(), rep, date(2026, 3, 2)) == []  # nobody has asked the engine yet
    acme.plan()
    db.session.rollback()
    found = drives_of(db.session(), db.session.get_one(Rep, acme.rep.id), date(2026, 3, 2))
    assert {round(drive.percent, 2) for drive in found} <= {50.67, 51.0}
    assert len(found) == 20
    learn()
    assert (rush(acme), acme.published()["travel_source"]) == (75, "osrm")
    db.session.rollback()
    assert db.session.query(LearnedSpeeds).one().basis == "roads"
    on_roads.extensions["settings"] = replace(on_roads.extensions["settings"], travel="estimate", travel_url="")
    assert rush(acme) == 80  # an estimate is off by something else
