"""What the rules look up, each by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from planner.calendar import DateRange
from planner.check.facts import Call, Facts
from planner.params import RadiusRule
from planner.plan import Objective, Plan, Route, Stop, StopKind
from planner.problem import MustVisit, PlacedVisit
from planner.travel import EARTH_RADIUS_M, Place, SpeedBand, TravelMatrix
from tests.planner.small import MONDAY, problem, site, week

TUESDAY = MONDAY + timedelta(days=1)
SITES = (site("a", 1), site("lost", None), site("free", 2, owner=None), site("all", 3, owner=None, shared=True))
TASK = problem([0, 10, 20, 30], SITES, (*week(2), *week(1, "bob")))


def stop(name: str | None, start: int = 0, end: int = 0, kind: StopKind = StopKind.VISIT) -> Stop:
    return Stop(kind, start, start, end, site=name)


def facts(*routes: Route, owners: dict[str, str] | None = None, task=TASK) -> Facts:
    return Facts(task, Plan(routes, (), Objective(), owners=owners or {}))


def test_calls_are_in_order_of_day_and_start():
    late, early, next_day = stop("a", 900, 950), stop("a", 100, 990), stop("a", 50, 60)
    known = facts(
        Route("ann", TUESDAY, 0, 0, (next_day,)), Route("bob", MONDAY, 0, 0, (late, stop("z"), early, stop(None)))
    )
    assert [call.stop for call in known.calls["a"]] == [early, late, next_day]
    assert known.calls["lost"] == []
    assert "z" not in known.calls


def test_distances_are_arcs_between_sites_with_a_position():
    known = facts()
    assert known.rows == {"a": 0, "free": 1, "all": 2}
    assert known.distances.shape == (3, 3)
    # ten places of 0.009 degrees on the equator
    assert known.distances[0, 1] == pytest.approx(EARTH_RADIUS_M * np.radians(0.09), abs=1e-3)
    assert known.distances[0, 2] == pytest.approx(EARTH_RADIUS_M * np.radians(0.18), abs=1e-3)
    assert (np.diag(known.distances) == 0).all()
    with pytest.raises(ValueError, match="read-only"):
        known.distances[0, 0] = 1  # kept for the next problem with these places


def test_the_speeds_of_a_weekday():
    monday, weekend = (SpeedBand(0, 3600, 50, frozenset(days)) for days in ({0}, {5, 6}))
    known = facts(task=replace(TASK, speeds=(weekend, monday)))
    assert [known.road(day) for day in week(2)] == [(monday,), ()]


def test_the_speeds_of_an_area():
    here, there = SpeedBand(0, 3600, 50), SpeedBand(0, 3600, 70, area="there")
    days = [replace(day, area=area) for day, area in zip(week(2), ("", "there"), strict=True)]
    known = facts(task=replace(TASK, speeds=(here, there)))
    assert [known.road(day) for day in days] == [(here,), (there,)]


def test_an_arc_half_round_the_earth():
    places = (Place(0, 0), Place(0, 0), Place(0, 180), Place(90, 0))
    known = facts(task=replace(TASK, places=places))
    assert known.distances[0] == pytest.approx([0, EARTH_RADIUS_M * np.pi, EARTH_RADIUS_M * np.pi / 2], rel=1e-9)


def test_distances_in_seconds_are_those_of_the_longer_way():
    seconds = np.array([[9, 9, 9, 9], [9, 7, 600, 100], [9, 500, 0, 0], [9, 200, 0, 0]], dtype=np.int32)
    travel = TravelMatrix(seconds, TASK.travel.metres, "drawn")
    known = facts(task=replace(TASK, travel=travel, radius=RadiusRule(seconds=60)))
    assert known.distances[0].tolist() == [0, 600, 200]  # and none from a place to itself
    assert facts(task=replace(TASK, travel=travel, radius=RadiusRule())).distances[0, 1] > 9_000


def test_the_sites_around_which_a_day_may_be_drawn():
    assert facts().placed_of == {"ann": ["a", "all"], "bob": ["all"]}
    assert facts(owners={"free": "bob"}).placed_of == {"ann": ["a", "all"], "bob": ["free", "all"]}
    lost = replace(TASK, sites=(*SITES[:3], replace(SITES[3], place=None)))
    assert facts(task=lost).placed_of == {"ann": ["a"]}


def test_the_workdays_of_those_who_may_visit():
    def at(number: int, owners=None) -> list[tuple]:
        days = facts(owners=owners).workdays_at(SITES[number], (MONDAY, TUESDAY))
        return [(day.rep, day.date) for day in days]

    assert at(0) == [("ann", MONDAY), ("ann", TUESDAY)]
    assert at(2) == [("ann", MONDAY), ("bob", MONDAY), ("ann", TUESDAY)]
    assert at(2, {"free": "bob"}) == [("bob", MONDAY)]
    assert at(3) == at(2)


def test_what_was_locked():
    lock, other = PlacedVisit("a", "ann", TUESDAY), PlacedVisit("a", "ann", MONDAY)
    task = replace(TASK, locked=(lock, other))
    known = facts(task=task)

    def found(rep: str, day, kind: StopKind = StopKind.VISIT, name: str | None = "a"):
        there = stop(name, kind=kind)
        return known.lock(Call(Route(rep, day, 0, 0, (there,)), there))

    assert found("ann", TUESDAY) is lock
    assert found("ann", MONDAY) is other
    assert found("bob", MONDAY) is None
    assert found("ann", MONDAY, StopKind.APPOINTMENT) is None
    assert found("ann", MONDAY, name="free") is None
    assert found("ann", MONDAY, StopKind.BREAK, None) is None
    assert known.lock_of("a", "ann", MONDAY + timedelta(days=2)) is None
    assert facts().lock_of("a", "ann", MONDAY) is None


def test_what_is_kept_by_site():
    wish, base = MustVisit("m", "a", DateRange(MONDAY, MONDAY)), PlacedVisit("a", "bob", MONDAY)
    known = facts(task=replace(TASK, must_visits=(wish,), base=(base,)))
    assert (known.musts_of["a"], known.base_of["a"]) == ([wish], [base])
    assert (known.musts_of["lost"], known.base_of["lost"], known.locks_of["lost"]) == ([], [], [])
    assert known.must_visits["m"] is wish
    assert known.workday(Route("bob", MONDAY, 0, 0, ())) is TASK.workdays[2]
    assert known.workday(Route("bob", TUESDAY, 0, 0, ())) is None
