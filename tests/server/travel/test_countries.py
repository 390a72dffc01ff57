"""Two whole countries planned on their roads, end to end: extract, graph, engine, store, plan; and an engine that is killed meanwhile."""

from __future__ import annotations

import csv
import os
import signal
from dataclasses import replace
from datetime import date
from random import Random

import pytest
import time_machine

from server.core.database import db, writing
from server.identity.models import User
from server.inputs.service import changed
from server.travel.asked import connected
from server.travel.local import graph
from server.travel.models import TravelSet
from server.travel.renewal import renew
from tests import factories as make
from tests.server.plans.planned import Company
from tests.server.travel import real
from tests.server.travel.conftest import free_port
from tests.server.travel.fake import until

pytestmark = pytest.mark.shared
ACCOUNTS = 40
ZONES = {"andorra": ("AD", "Europe/Andorra"), "liechtenstein": ("LI", "Europe/Vaduz")}


def country(app, shared, name: str) -> Company:
    """A rep who lives at one of its businesses and visits forty others every two weeks."""
    code, zone = ZONES[name]
    with (shared / "data" / "osm" / f"{name}-pois.csv").open(encoding="utf-8") as rows:
        found = Random(name).sample(list(csv.DictReader(rows)), ACCOUNTS + 1)
    make.company(country=code, timezone=zone)
    make.cadence()
    team = make.team()
    manager = make.user("manager", team_id=team.id)
    home = found[0]
    rep = make.rep(team.id, home_lat=float(home["lat"]), home_lon=float(home["lon"]), timezone=zone)
    made = Company(app, rep, db.session.get_one(User, rep.user_id), manager)
    with writing() as session:
        for row in found[1:]:
            made.accounts.append(
                make.account(
                    name=row["name"], owner_id=rep.id, lat=float(row["lat"]), lon=float(row["lon"]), country=code, timezone=zone,
                    active_from=date(2026, 3, 2),
                )
            )  # fmt: skip
        changed(session, [rep.id], "asked")
    return made


@pytest.mark.parametrize("name", ["andorra", "liechtenstein"])
def test_a_country_on_its_roads(app, shared, osrm_programs, name):
    roads = app.extensions["settings"].roads
    roads.mkdir(parents=True)
    (roads / "engine").symlink_to(osrm_programs / "engine")
    graph.build(roads, shared / "data" / "osm" / f"{name}.osm.pbf", say=lambda _: None)
    port = free_port()
    app.extensions["settings"] = replace(
        app.extensions["settings"], travel="local", travel_port=port, travel_seconds=5, plan_iterations=300
    )
    with time_machine.travel("2026-03-02T05:00:00+00:00", tick=False), real.osrm(roads, port) as (server, engine):
        acme = country(app, shared, name)
        acme.plan(improve=False)
        assert acme.published()["travel_source"] == "osrm"
        visited = acme.where()
        assert len(visited) > ACCOUNTS * 0.9
        by_road = legs(acme, visited)
        assert db.session.get_one(TravelSet, acme.rep.id).map_version == graph.current(roads).version
        # The engine is killed, and an account comes: its ways are estimated, and the plan says so.
        os.kill(server.process.pid, signal.SIGKILL)
        server.process.wait()
        server._not_before = float("inf")  # as in a long pause
        make.account(
            owner_id=acme.rep.id, lat=acme.accounts[0].lat + 0.004, lon=acme.accounts[0].lon, country=ZONES[name][0],
            timezone=ZONES[name][1], active_from=date(2026, 3, 2),
        )  # fmt: skip
        ask(acme)
        acme.plan(improve=False)
        assert acme.published()["travel_source"] == "osrm+calibrated"
        assert acme.inputs().last_error is None
        # It comes back, and the plan made meanwhile is mended.
        server._not_before = 0.0
        until(lambda: real.answers(engine), 15)
        connected(app.extensions["settings"]).breaker.succeeded()
        assert renew() == [acme.rep.id]
        acme.plan(improve=False)
        assert acme.published()["travel_source"] == "osrm"
        assert by_road > 0


def ask(acme: Company) -> None:
    with writing() as session:
        changed(session, [acme.rep.id], "asked")


def legs(acme: Company, visited: dict[str, list[str]]) -> int:
    """Minutes of driving in the plan; every stop but one next door has some."""
    days = sorted({day for days in visited.values() for day in days})
    return sum(stop["travel_minutes"] for day in days for stop in acme.day(day))
