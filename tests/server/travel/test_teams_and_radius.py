"""Roads where several reps are planned together, and in clusters whose radius is minutes."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine

from server.accounts.models import Account
from server.core import clock
from server.core.database import db, writing
from server.inputs.service import changed
from server.plans.bridge.team import build_colleagues_problem, build_team_problem
from server.travel.renewal import renew
from tests import factories as make
from tests.server.plans.planned import MONDAY, Company, company

LAT, LON = make.BOSTON


@pytest.fixture
def acme(on_roads) -> Any:
    with time_machine.travel(MONDAY, tick=False):
        yield company(on_roads, accounts=3)


def test_an_account_is_given_to_the_rep_who_has_a_road_there(acme, engine):
    """Nearer through the air is the one without a bridge."""
    colleague = make.rep(acme.rep.team_id, home_lat=LAT, home_lon=LON + 0.3)
    free = make.account(team_id=acme.rep.team_id, lat=LAT, lon=LON + 0.11, access_minutes=5)
    engine.roads.islands = LON + 0.1
    problem = build_team_problem(db.session(), acme.rep.team_id, now=clock.now())
    assert problem is not None
    assert problem.travel.source == "osrm"
    site = next(site for site in problem.sites if site.id == str(free.id))
    homes = {day.rep: day.start_place for day in problem.workdays}
    # 0.19 degrees are 19 units to the west: 19 * 61 + 10 = 1169 s, kept as 1170, and 5 minutes of access
    assert int(problem.travel.seconds[homes[str(colleague.id)], site.place]) == 1170 + 300
    acme.plan()
    db.session.rollback()
    assert db.session.get_one(Account, free.id).served_by_id == colleague.id


def test_colleagues_have_their_own_roads_and_an_estimate_between_them(acme):
    colleague = make.rep(acme.rep.team_id, home_lat=LAT + 0.2, home_lon=LON)
    make.account(owner_id=colleague.id, lat=LAT + 0.21, lon=LON)
    with writing() as session:
        changed(session, [colleague.id], "asked")
    acme.plan()
    problem, _ = build_colleagues_problem(db.session(), [acme.rep.id, colleague.id], now=clock.now())
    homes = {day.rep: day.start_place for day in problem.workdays}
    mine = next(site.place for site in problem.sites if site.id == str(acme.accounts[0].id))
    seconds = problem.travel.seconds
    assert int(seconds[homes[str(acme.rep.id)], mine]) == 62
    assert int(seconds[homes[str(colleague.id)], mine]) > 600  # 21 km through the air


def test_a_radius_in_minutes_is_of_the_road(acme, engine):
    """Three accounts in a row, 62 s from one to the next: two minutes around the middle one hold all.  By the estimate they are
    160 s apart, and each would be a cluster of its own."""
    admin = make.user("admin")
    etag = acme.call("GET", "/company", who=admin).headers["ETag"]
    answer = acme.call("PATCH", "/company", {"radius_minutes": 2}, who=admin, **{"If-Match": etag})
    assert answer.status_code in (200, 202), answer.text
    acme.plan()
    assert clusters(acme) == [3]
    engine.roads.slower, engine.roads.version = 3.0, "map 2"
    renew()
    acme.plan()
    assert clusters(acme) == [1, 1, 1]


def clusters(acme: Company) -> list[int]:
    """How many accounts each has."""
    answer = acme.call("GET", f"/plans/{acme.published()['id']}", who=acme.manager)
    return sorted(len(cluster["accounts"]) for cluster in answer.json["clusters"])
