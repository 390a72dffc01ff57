"""Lines along the roads: of both engines, and straight ones where there are none."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
import time_machine

from server.core.config import Settings
from server.core.database import db
from server.tracks.day import track_of
from server.tracks.formats import FORMATS
from server.tracks.geometry import StraightLines
from server.tracks.roads import RoadLines, geometry
from server.travel.asked import Connection
from server.travel.engines.faults import Garbage
from server.travel.engines.osrm import Osrm
from server.travel.engines.valhalla import Valhalla
from server.travel.engines.ways import decoded, point
from tests.server.plans.planned import DAYS, MONDAY, company
from tests.server.travel.conftest import engine  # noqa: F401  a fixture

HERE, THERE, BEYOND = (42.36, -71.06), (42.38, -71.03), (42.35, -71.01)


@pytest.fixture
def on_monday():
    with time_machine.travel(MONDAY, tick=False):
        yield


def lines(kind, server):
    return RoadLines(Connection(kind(server.url)))


@pytest.mark.parametrize("kind", [Osrm, Valhalla])
def test_north_first_and_then_east(kind, engine):  # noqa: F811
    found = lines(kind, engine).lines([HERE, THERE, BEYOND])
    assert found.source == kind.name
    first, second = found.legs
    # from door to door: the engine's line begins and ends on the road, here at the doors themselves
    assert first == [HERE, HERE, (THERE[0], HERE[1]), THERE, THERE]
    assert second == [THERE, THERE, (BEYOND[0], THERE[1]), BEYOND, BEYOND]


def test_a_day_of_many_places_is_asked_of_valhalla_in_parts(engine):  # noqa: F811
    places = [(42.0 + n / 100, -71.0) for n in range(45)]
    found = lines(Valhalla, engine).lines(places)
    assert [len(leg) for leg in found.legs] == [5] * 44
    assert [count for _, count, _ in engine.roads.asked] == [20, 20, 7]  # 19 + 19 + 6 legs


@pytest.mark.parametrize("fault", ["garbage", "hangs up", "unwell", "shape", "words", "a list", "another code"])
@pytest.mark.parametrize("kind", [Osrm, Valhalla])
def test_an_engine_in_trouble_costs_nobody_the_file(kind, fault, engine):  # noqa: F811
    engine.roads.fault = fault
    found = lines(kind, engine).lines([HERE, THERE])
    assert found == StraightLines().lines([HERE, THERE])


def test_no_way_is_no_fault_of_the_engine(engine):  # noqa: F811
    engine.roads.islands = -71.05
    asked = lines(Osrm, engine)
    for _ in range(5):
        assert asked.lines([HERE, THERE]).source == "straight"
    assert asked.lines([THERE, BEYOND]).source == "osrm"
    engine.stop()
    for _ in range(5):
        assert asked.lines([THERE, BEYOND]).source == "straight"
    assert not asked.connection.breaker.allows()  # and is left alone for a while


def test_where_nothing_is_driven_nothing_is_asked(engine):  # noqa: F811
    assert lines(Osrm, engine).lines([HERE]).legs == []
    assert lines(Osrm, engine).lines([]).legs == []
    assert engine.roads.asked == []


def test_an_encoded_line():
    """The example of the format's own documentation, with six decimals instead of five: (3.85, -12.02), (4.07, -12.095) and
    (4.3252, -12.6453)."""
    assert decoded("_p~iF~ps|U_ulLnnqC_mqNvxq`@") == [(3.85, -12.02), (4.07, -12.095), (4.3252, -12.6453)]
    assert decoded("") == []


@pytest.mark.parametrize("text", [None, 7, "_p~iF", "_", "é", "_p~iF~ps|U\x20", "_____________"])
def test_what_is_no_encoded_line(text):
    with pytest.raises(Garbage):
        decoded(text)


@pytest.mark.parametrize(("lon", "lat"), [(181, 0), (0, -91), ("7", 43), (None, 43), (True, 43), (float("nan"), 43)])
def test_what_is_no_position(lon, lat):
    with pytest.raises(Garbage):
        point(lon, lat)


def test_the_file_of_a_day_says_where_its_lines_come_from(app, engine, on_monday):  # noqa: F811
    acme = company(app, accounts=1)
    acme.meet(acme.accounts[0], DAYS[1], "11:00")
    acme.plan(improve=False)
    settings = replace(app.extensions["settings"], travel="osrm", travel_url=engine.url)
    db.session.rollback()
    track = track_of(acme.rep, date(2026, 3, 3), geometry(settings))
    assert track.lines.source == "osrm"
    assert "lines by osrm" in FORMATS["gpx"].write(track)


def test_without_an_engine_lines_are_straight():
    assert isinstance(geometry(Settings(secret_key="x" * 40)), StraightLines)
