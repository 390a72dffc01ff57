"""Times by road as a plan gets them: asked once, kept, and estimated where there are none."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from threading import Thread

import numpy as np
import pytest
import time_machine

from planner.travel import UNREACHABLE, Estimate, Place
from server.core import clock
from server.core.database import db, writing
from server.travel.models import TravelSet
from server.travel.port import travel_times
from server.travel.store import sets
from tests import factories as make

HOME = Place(43.0, 7.0)
A, B, C = Place(43.00, 7.01), Place(43.02, 7.03), Place(43.05, 7.01)


@pytest.fixture
def rep(on_roads):
    make.company()
    return make.rep(make.team().id).id


def times(app, places, rep_id, anchors=()):
    return travel_times(app.extensions["settings"]).times(places, rep_id, anchors)


def stored(rep_id) -> TravelSet:
    db.session.rollback()
    return db.session.get_one(TravelSet, rep_id)


def test_asked_once_and_kept(on_roads, rep, engine):
    first = times(on_roads, [HOME, A, B], rep)
    # units: HOME-A 1, HOME-B 2 + 3, A-B 2 + 2; 61 s each, kept to 2 s; westwards 10 s more
    assert first.matrix.seconds.tolist() == [[0, 62, 306], [72, 0, 244], [316, 254, 0]]
    assert first.matrix.metres.tolist() == [[0, 1000, 5000], [1000, 0, 4000], [5000, 4000, 0]]
    assert (first.matrix.source, first.by_road, first.lacking, first.off_road) == ("osrm", True, False, {})
    count = len(engine.roads.asked)
    again = times(on_roads, [B, HOME, A], rep)
    assert again.matrix.seconds.tolist() == [[0, 316, 254], [306, 0, 62], [244, 72, 0]]
    assert len(engine.roads.asked) == count
    row = stored(rep)
    assert (row.source, row.map_version, row.wanting, row.claim) == ("osrm", "map 1", False, None)
    assert row.fetched_at is not None


def test_a_new_account_costs_one_row_and_one_column(on_roads, rep, engine):
    places = [Place(43 + 0.01 * n, 7) for n in range(30)]
    times(on_roads, places, rep)
    assert engine.roads.cells == 900
    engine.roads.asked.clear()
    grown = times(on_roads, [*places, B], rep)
    assert engine.roads.asked == [("POST", 1, 31), ("POST", 30, 1)]
    assert int(grown.matrix.seconds[0, 30]) == 306
    assert not grown.lacking


def test_two_at_one_address_are_asked_once(on_roads, rep, engine):
    found = times(on_roads, [HOME, A, A, Place(43.000001, 7.010001)], rep)
    assert engine.roads.cells == 4
    assert found.matrix.seconds.tolist() == [[0, 62, 62, 62], [72, 0, 0, 0], [72, 0, 0, 0], [72, 0, 0, 0]]


def test_an_island_is_unreachable(on_roads, rep, engine):
    engine.roads.islands = 7.02
    found = times(on_roads, [HOME, A, B], rep)
    assert found.matrix.seconds[2].tolist() == [UNREACHABLE, UNREACHABLE, 0]
    assert found.matrix.metres[2].tolist() == [UNREACHABLE, UNREACHABLE, 0]
    assert found.matrix.source == "osrm"


def test_an_anchor_that_was_moved_to_an_islet_is_estimated(on_roads, rep, engine):
    """Six accounts and a home that the engine put where no road leads on: without it nothing could be planned."""
    engine.roads.islands = 7.5
    home, accounts = Place(43.0, 7.6), [Place(43 + 0.01 * n, 7) for n in range(6)]
    found = times(on_roads, [home, *accounts], rep, anchors=[0])
    assert (found.matrix.seconds < UNREACHABLE).all()
    assert found.matrix.source.startswith("osrm+")
    assert int(found.matrix.seconds[1, 2]) == 62  # the others keep their roads
    assert (times(on_roads, [home, *accounts], rep).matrix.seconds[0, 1:] == UNREACHABLE).all()


def test_off_the_road_is_said_with_the_distance(on_roads, rep, engine):
    engine.roads.off_road[43.02, 7.03] = 2_345.0
    found = times(on_roads, [HOME, A, B, C], rep)
    assert found.off_road == {2: 2345}
    assert found.matrix.source == "osrm"  # what is not planned needs no times
    assert int(found.matrix.seconds[0, 1]) == 62
    as_anchor = times(on_roads, [HOME, A, B, C], rep, anchors=[2])
    assert as_anchor.matrix.source == "osrm+estimate"
    assert int(as_anchor.matrix.seconds[0, 2]) == int(Estimate().matrix([HOME, B]).seconds[0, 1])
    engine.roads.off_road[43.05, 7.01] = 500.0
    assert 3 not in times(on_roads, [HOME, A, B, C], rep).off_road


def test_a_map_that_ends_before_flags_nobody(on_roads, rep, engine):
    for place in (A, B, C):
        engine.roads.off_road[place.lat, place.lon] = 9_000.0
    found = times(on_roads, [HOME, A, B, C], rep)
    assert (found.matrix.source, found.off_road, found.by_road) == ("estimate", {}, True)
    assert found.matrix == Estimate().matrix([HOME, A, B, C])
    assert stored(rep).uncovered


def test_most_positions_wrong_by_a_little_are_no_end_of_the_map(on_roads, rep, engine):
    for place in (A, B, C):
        engine.roads.off_road[place.lat, place.lon] = 3_100.0
    found = times(on_roads, [HOME, A, B, C], rep)
    assert found.off_road == {1: 3100, 2: 3100, 3: 3100}
    assert not stored(rep).uncovered


def test_a_place_in_passing_is_not_kept(on_roads, rep, engine):
    times(on_roads, [HOME, A], rep)
    before, engine.roads.asked = stored(rep).places, []
    found = travel_times(on_roads.extensions["settings"]).times([HOME, A, B], rep, [2], [2])
    assert found.matrix.seconds.tolist() == [[0, 62, 306], [72, 0, 244], [316, 254, 0]]
    assert engine.roads.asked == [("POST", 1, 3), ("POST", 2, 1)]
    assert (stored(rep).places, stored(rep).wanting) == (before, False)
    engine.stop()
    found = travel_times(on_roads.extensions["settings"]).times([HOME, A, B], rep, [2], [2])
    assert (found.matrix.source, found.matrix.seconds[0, 1]) == ("osrm+estimate", 62)
    assert not stored(rep).wanting  # no plan waits for it


def test_an_account_asked_about_in_passing_stays(on_roads, rep, engine):
    """A prospect at the door of an account is at a place that is kept."""
    travel_times(on_roads.extensions["settings"]).times([HOME, A, A], rep, [0], [2])
    assert len(sets.load(rep).places) == 2


@pytest.mark.parametrize(
    "fault", ["zeros", "minutes", "milliseconds", "no metres", "nothing reached", "nan", "huge", "deep"]
)
def test_numbers_that_no_road_has_are_not_kept(on_roads, rep, engine, fault):
    places = [HOME, A, B, C, Place(43.1, 7.1), Place(43.2, 7.0)]
    engine.roads.fault = fault
    found = times(on_roads, places, rep)
    assert (found.matrix.source, found.lacking, stored(rep).wanting) == ("estimate", True, True)
    engine.roads.fault = None
    assert times(on_roads, places, rep).matrix.source == "osrm"


def test_the_engine_is_gone(on_roads, rep, engine):
    engine.stop()
    found = times(on_roads, [HOME, A, B], rep)
    assert found.matrix == Estimate().matrix([HOME, A, B])
    assert (found.matrix.source, found.lacking) == ("estimate", True)
    assert stored(rep).wanting


def test_what_is_kept_outlives_the_engine(on_roads, rep, engine):
    before = times(on_roads, [HOME, A, B], rep)
    engine.stop()
    assert times(on_roads, [HOME, A, B], rep).matrix == before.matrix
    partly = times(on_roads, [HOME, A, B, C], rep)
    assert (partly.matrix.source, partly.lacking) == ("osrm+estimate", True)
    assert (partly.matrix.seconds[:3, :3] == before.matrix.seconds).all()
    assert int(partly.matrix.seconds[0, 3]) == int(Estimate().matrix([HOME, C]).seconds[0, 1])


@pytest.mark.parametrize("fault", ["slow", "garbage", "shape", "negative", "unwell", "hangs up", "another code"])
def test_no_fault_reaches_the_plan(on_roads, rep, engine, fault):
    engine.roads.fault = fault
    on_roads.extensions["settings"] = replace(on_roads.extensions["settings"], travel_seconds=1)
    found = times(on_roads, [HOME, A, B], rep)
    assert found.matrix == Estimate().matrix([HOME, A, B])
    assert found.lacking


def test_an_engine_that_dies_half_way(on_roads, rep, engine):
    """What it said before is kept, the rest is estimated, and later only the rest is asked."""
    places = [Place(43 + 0.01 * n, 7) for n in range(30)]
    engine.roads.side, engine.roads.after, engine.roads.fault = 10, 5, "hangs up"
    found = times(on_roads, places, rep)
    assert (found.matrix.source, found.lacking) == ("osrm+calibrated", True)  # fitted to what there is
    engine.roads.fault = None
    engine.roads.asked.clear()
    whole = times(on_roads, places, rep)
    assert (whole.matrix.source, whole.lacking) == ("osrm", False)
    assert engine.roads.cells < 900


def test_kept_too_long_is_said(on_roads, rep):
    times(on_roads, [HOME, A], rep)
    with time_machine.travel(clock.now() + timedelta(days=91), tick=True):
        assert times(on_roads, [HOME, A], rep).matrix.source == "osrm outdated"


def test_cells_of_another_form_are_asked_again(on_roads, rep):
    times(on_roads, [HOME, A], rep)
    with writing() as session:
        session.get_one(TravelSet, rep).cells = b"\x63" + b"\0" * 40
    assert times(on_roads, [HOME, A], rep).matrix.seconds.tolist() == [[0, 62], [72, 0]]


def test_two_who_need_the_same_ask_once(on_roads, rep, engine):
    """Both start together; one claims the set, the other waits for it."""
    places = [Place(43 + 0.01 * (n % 10), 7 + 0.01 * (n // 10)) for n in range(60)]
    found = []

    def ask() -> None:
        with on_roads.app_context():
            found.append(times(on_roads, places, rep))

    threads = [Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert engine.roads.cells == 3600
    assert all(one.matrix == found[0].matrix and not one.lacking for one in found)


def test_a_claim_that_was_left_behind_runs_out(on_roads, rep):
    assert sets.claim(rep, "dead", 30)
    assert not sets.claim(rep, "other")
    with time_machine.travel(clock.now() + timedelta(seconds=31), tick=True):
        assert sets.claim(rep, "other")
    assert not sets.save(sets.Kept(rep), "dead")  # too late: it is another one's now


def test_an_estimate_where_nobody_keeps_it(on_roads, engine):
    assert times(on_roads, [HOME, A], None).matrix == Estimate().matrix([HOME, A])
    assert engine.roads.asked == []


def test_the_estimate_is_fitted_to_the_roads_that_were_asked(on_roads, rep):
    """The fake drives 61 s a unit of latitude, 1.11 km: 0.914 minutes a kilometre, half of what the default says."""
    places = [Place(43 + 0.01 * n, 7) for n in range(12)]
    times(on_roads, places, rep)
    calibration = stored(rep).calibration
    assert calibration is not None
    assert calibration["minutes_per_km"] == pytest.approx(61 / 60 / 1.112, rel=0.02)
    assert calibration["detour"] == pytest.approx(1 / 1.112, abs=0.12)  # never below 1
    without = replace(on_roads.extensions["settings"], travel="estimate")
    own = travel_times(without).times([Place(43.5, 7), Place(43.6, 7)], rep).matrix
    assert own.source == "calibrated"
    assert int(own.seconds[0, 1]) == pytest.approx(610, abs=15)
    other = make.rep(make.team().id)
    assert travel_times(without).times([Place(43.5, 7), Place(43.6, 7)], other.id).matrix == own  # the company's
    assert np.array_equal(travel_times(without).times([HOME, A]).matrix.seconds.shape, (2, 2))
