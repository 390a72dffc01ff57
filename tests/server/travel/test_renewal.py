"""Plans made while the engine was gone, or before there was one, are made again when it answers."""

from __future__ import annotations

import zlib
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine

from planner.io import problem_bytes
from server.core import clock
from server.core.database import db, writing
from server.inputs.service import changed
from server.plans.bridge import build_problem
from server.plans.models import PlanVersion
from server.plans.replay import RoadsChanged, kept, problem_of
from server.travel.models import TravelSet
from server.travel.renewal import renew
from server.worker.clock import look_at_roads
from tests import factories as make
from tests.server.plans.planned import MONDAY, Company, company


@pytest.fixture
def frozen():
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


@pytest.fixture
def acme(on_roads, frozen) -> Company:
    """An account 0.01 degrees north of home: 62 s by the fake's roads, 160 s by the estimate; minutes are rounded up."""
    return company(on_roads, accounts=1)


def travel(acme: Company) -> tuple[str, set[int]]:
    """The source of the published plan, and the minutes of the first leg of each day."""
    db.session.rollback()
    version = acme.published()
    first = set()
    for day in sorted({day for days in acme.where().values() for day in days}):
        first.add(acme.day(day)[0]["travel_minutes"])
    return version["travel_source"], first


def row(acme: Company) -> TravelSet:
    db.session.rollback()
    return db.session.get_one(TravelSet, acme.rep.id)


def causes(acme: Company) -> list[str]:
    return [cause["kind"] for cause in acme.published()["causes"]]


def test_a_plan_by_road(acme):
    acme.plan()
    assert travel(acme) == ("osrm", {2})
    assert renew() == []  # nothing to do


def test_the_engine_goes_and_comes_back(acme, engine):
    engine.stop()
    acme.plan()
    assert travel(acme)[0] == "estimate"
    assert travel(acme)[1] == {3}
    assert renew() == []  # still gone
    engine.start()
    connection_rests(acme)
    assert renew() == [acme.rep.id]
    acme.plan(improve=False)
    assert travel(acme) == ("osrm", {2})
    assert causes(acme) == ["roads"]
    acme.plan()
    assert not row(acme).wanting
    assert renew() == []


def connection_rests(acme: Company) -> None:
    """The breaker's rest is over (its clock is the machine's)."""
    from server.travel.asked import connected

    connection = connected(acme.app.extensions["settings"])
    assert connection is not None
    connection.breaker.succeeded()


def test_who_was_planned_before_there_was_an_engine(acme, app):
    on, off = app.extensions["settings"], replace(app.extensions["settings"], travel="estimate", travel_url="")
    app.extensions["settings"] = off
    acme.plan()
    assert travel(acme)[0] == "estimate"
    assert renew() == []
    app.extensions["settings"] = on
    renew()
    acme.plan()
    assert travel(acme) == ("osrm", {2})
    assert renew() == []


def test_another_map_is_noticed(acme, engine):
    acme.plan()
    engine.roads.version, engine.roads.slower = "map 2", 5.0
    assert renew() == [acme.rep.id]
    assert row(acme).map_version == "map 2"
    acme.plan()
    assert travel(acme) == ("osrm", {6})
    engine.roads.version = "map 3"  # with the same roads: asked again, but nobody is disturbed
    assert renew() == []
    assert row(acme).map_version == "map 3"


def test_a_version_is_replayed_as_long_as_its_roads_are_kept(acme, engine):
    """What is kept is small, and the problem comes again to the byte, with estimated ways and access; then the map changes."""
    lost = make.account(owner_id=acme.rep.id, lat=make.BOSTON[0] + 0.02, access_minutes=5)
    engine.roads.off_road[lost.lat, lost.lon] = 900.0
    make.account(owner_id=acme.rep.id, lat=make.BOSTON[0] + 0.03, access_minutes=7)
    plan_again(acme)
    built = build_problem(db.session(), acme.rep.id, now=clock.now())
    document = kept(acme.rep.id, built.problem, built.access)
    assert b"digest" in zlib.decompress(document)
    again = problem_of(acme.rep.id, document)
    assert problem_bytes(again) == problem_bytes(built.problem)
    assert again.travel == built.problem.travel
    version = db.session.get_one(PlanVersion, UUID(acme.published()["id"]))
    assert problem_of(acme.rep.id, version.problem).travel.source == "osrm"
    engine.roads.version, engine.roads.slower = "map 2", 3.0
    renew()
    with pytest.raises(RoadsChanged):
        problem_of(acme.rep.id, document)


def test_what_is_old_is_asked_again(acme, engine, frozen, app):
    app.extensions["settings"] = replace(app.extensions["settings"], travel_days=10)
    acme.plan()
    before = len(engine.roads.asked)
    frozen.shift(timedelta(days=20))
    assert renew() == []  # the same times
    assert len(engine.roads.asked) > before
    assert row(acme).fetched_at == clock.now()


def test_all_is_asked_again_of_the_same_map(acme, engine):
    """Which nothing else notices: the engine's profile was changed, or what is kept is wrong."""
    acme.plan()
    engine.roads.slower = 5.0
    assert renew() == []
    done = renew_everything(acme)
    assert (done.exit_code, done.output) == (0, "1 reps have other driving times now.\n")
    acme.plan()
    assert travel(acme) == ("osrm", {6})
    assert renew_everything(acme).output == "0 reps have other driving times now.\n"


def test_all_is_kept_where_the_engine_fails(acme, engine, frozen):
    acme.plan()
    frozen.shift(timedelta(hours=1))
    cells = row(acme).cells
    engine.roads.fault = "garbage"
    failed = renew_everything(acme)
    assert (failed.exit_code, failed.output.splitlines()[1][:38]) == (1, "Error: Of 1 reps the old ones are kept")
    engine.stop()
    gone = renew_everything(acme)
    assert (gone.exit_code, "is not there" in gone.output, "Nothing was changed." in gone.output) == (1, True, True)
    assert (row(acme).cells, row(acme).claim, row(acme).wanting) == (cells, None, False)


def test_without_an_engine_there_is_nobody_to_ask(app):
    done = app.test_cli_runner().invoke(args=["roads", "renew", "--all"])
    assert done.exit_code == 1
    assert "driving times are estimated (FIELDBEAT_TRAVEL=estimate): there is no engine to ask" in done.output


def renew_everything(acme: Company) -> Any:
    return acme.app.test_cli_runner().invoke(args=["roads", "renew", "--all"])


def test_an_engine_that_fails_while_it_renews_costs_nothing(acme, engine, frozen):
    acme.plan()
    engine.roads.version, engine.roads.fault = "map 2", "garbage"
    cells = row(acme).cells
    assert renew() == []
    assert (row(acme).cells, row(acme).claim, row(acme).map_version) == (cells, None, "map 1")


def test_places_that_nobody_needs_are_forgotten(acme, engine, frozen):
    acme.plan()
    gone = acme.accounts[0]
    answer: Any = acme.call("GET", f"/accounts/{gone.id}", who=acme.manager)
    moved = acme.call(
        "PATCH",
        f"/accounts/{gone.id}",
        {"lat": 42.5, "lon": -71.0},
        who=acme.manager,
        **{"If-Match": answer.headers["ETag"]},
    )
    assert moved.status_code in (200, 202), moved.text
    acme.plan()
    assert len(row(acme).places) == 3 * 12  # home, and the account at both
    frozen.shift(timedelta(days=20))
    plan_again(acme)  # home and the account as it is now are still used
    frozen.shift(timedelta(days=20))
    engine.roads.version = "map 2"
    renew()
    assert len(row(acme).places) == 2 * 12


def plan_again(acme: Company) -> None:
    with writing() as session:
        changed(session, [acme.rep.id], "asked")
    acme.plan()


def test_the_clock_looks_by_itself_and_survives(acme, engine, app):
    engine.roads.fault = "garbage"
    for _ in range(3):
        assert look_at_roads(app) == []
