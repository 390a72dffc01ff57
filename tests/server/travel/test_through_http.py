"""Roads as people meet them: accounts off the road, access, reach, the state of the engine."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any

import pytest
import time_machine

from planner.travel import Estimate, Place, great_circle
from server.core.database import db, writing
from server.inputs.service import changed
from server.travel.models import TravelSet
from tests import factories as make
from tests.server.plans.planned import MONDAY, Company, company
from tests.server.world import pointers

LAT, LON = make.BOSTON


@pytest.fixture
def acme(on_roads) -> Any:
    with time_machine.travel(MONDAY, tick=False):
        yield company(on_roads, accounts=3)


def change(acme: Company, path: str, **values: Any) -> Any:
    etag = acme.call("GET", path, who=acme.manager).headers["ETag"]
    answer = acme.call("PATCH", path, values, who=acme.manager, **{"If-Match": etag})
    assert answer.status_code in (200, 202), answer.text
    return answer.json


def unplanned(acme: Company) -> dict[str, Any]:
    answer = acme.call("GET", f"/plans/{acme.published()['id']}/unplanned", who=acme.manager)
    assert answer.status_code == 200, answer.text
    return {entry["account_id"]: entry for entry in answer.json["items"]}


def test_an_account_off_the_road_is_flagged_and_not_planned(acme, engine):
    lost = acme.accounts[2]
    engine.roads.off_road[lost.lat, lost.lon] = 2_345.0
    acme.plan()
    assert set(acme.where()) == {str(account.id) for account in acme.accounts[:2]}
    entry = unplanned(acme)[str(lost.id)]
    assert entry["reason"] == "no_position"
    assert "2.3 km from the nearest road" in entry["detail"]
    said = acme.call("GET", f"/accounts/{lost.id}").json
    assert said["off_road_metres"] == 2345
    assert acme.call("GET", f"/accounts/{acme.accounts[0].id}").json["off_road_metres"] is None
    listed = {off: acme.call("GET", f"/accounts?off_road={off}").json["items"] for off in ("true", "false")}
    assert [account["id"] for account in listed["true"]] == [str(lost.id)]
    assert len(listed["false"]) == 2
    moved = change(acme, f"/accounts/{lost.id}", lat=LAT + 0.04, lon=LON)
    assert moved["off_road_metres"] is None
    acme.plan()
    assert str(lost.id) in acme.where()


def test_an_appointment_off_the_road_is_kept(acme, engine):
    lost = acme.accounts[2]
    engine.roads.off_road[lost.lat, lost.lon] = 2_345.0
    acme.meet(lost, "2026-03-03", "10:00")
    acme.plan()
    stops = acme.day("2026-03-03")
    assert [stop["starts_at"][11:16] for stop in stops if stop["kind"] == "appointment"] == ["10:00"]


def test_an_account_on_an_island_is_left_out_with_the_reason(acme, engine):
    far = make.account(owner_id=acme.rep.id, lat=LAT + 0.01, lon=LON + 0.2, active_from=date(2026, 3, 2))
    engine.roads.islands = LON + 0.1
    with writing() as session:
        changed(session, [acme.rep.id], "asked")
    acme.plan()
    assert str(far.id) not in acme.where()
    assert len(acme.where()) == 3
    plan = acme.published()["id"]
    told = acme.call("GET", f"/plans/{plan}/unplanned", who=acme.manager).json["items"]
    first = next(item for item in told if item["account_id"] == str(far.id))
    assert (first["reason"], "road" in first["detail"]) == ("out_of_reach", True), first
    assert acme.call("GET", f"/accounts/{far.id}").json["off_road_metres"] is None


def test_access_is_part_of_the_way(acme):
    """Alone on its day: 62 s of road are 2 minutes; with 5 minutes of access 362 s are 7.  Home again takes no access."""
    for account in acme.accounts[1:]:
        change(acme, f"/accounts/{account.id}", archived=True)
    acme.plan()
    account = acme.accounts[0]
    day = acme.where()[str(account.id)][0]
    assert acme.day(day)[0]["travel_minutes"] == 2
    assert change(acme, f"/accounts/{account.id}", access_minutes=5)["access_minutes"] == 5
    acme.plan()
    route = acme.call(
        "GET", f"/reps/{acme.rep.id}/route?date={acme.where()[str(account.id)][0]}", who=acme.manager
    ).json
    assert route["stops"][0]["travel_minutes"] == 7
    assert route["return_travel_minutes"] == 2
    etag = acme.call("GET", f"/accounts/{account.id}", who=acme.manager).headers["ETag"]
    wrong = acme.call(
        "PATCH", f"/accounts/{account.id}", {"access_minutes": 121}, who=acme.manager, **{"If-Match": etag}
    )
    assert (wrong.status_code, pointers(wrong)) == (422, ["/access_minutes"])


def test_what_is_reached_within_some_minutes(acme, engine):
    """By the fake's roads the accounts are 62, 122 and 184 s away: 0.01, 0.02 and 0.03 degrees to the north."""
    far = make.account(owner_id=acme.rep.id, lat=LAT + 0.01, lon=LON + 1)
    lost = make.account(owner_id=acme.rep.id, lat=LAT - 0.01, lon=LON)
    make.account(owner_id=acme.rep.id, lat=None, lon=None, position_quality="unknown")
    engine.roads.islands = LON + 0.5
    engine.roads.off_road[lost.lat, lost.lon] = 501.0
    path = f"/reps/{acme.rep.id}/reach"
    answer = acme.call("GET", f"{path}?minutes=2")
    assert answer.status_code == 200, answer.text
    said = answer.json
    assert [entry["account_id"] for entry in said["accounts"]] == [str(acme.accounts[0].id)]
    assert said["accounts"][0]["travel_minutes"] == 2
    assert said["accounts"][0]["distance_metres"] == 1000
    assert {name: said[name] for name in said if name.endswith("_count")} == {
        "reached_count": 1, "beyond_count": 2, "unreachable_count": 1, "off_road_count": 1, "no_position_count": 1,
    }  # fmt: skip
    assert said["travel_source"] == "osrm"
    more = acme.call("GET", f"{path}?minutes=4&limit=2").json
    assert (more["reached_count"], len(more["accounts"])) == (3, 2)
    assert {tuple(point) for point in more["outline"]} == {(LAT, LON), (acme.accounts[2].lat, LON)}  # on one line
    assert acme.call("GET", f"{path}?minutes=0").status_code == 422
    assert str(far.id) not in [entry["account_id"] for entry in more["accounts"]]
    stranger = make.user("rep", team_id=make.team().id)
    assert acme.call("GET", path, who=stranger).status_code in (403, 404)


def area_of(ring: list[list[float]]) -> float:
    """In square degrees; positive: counter-clockwise."""
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring)) / 2


def isochrone(acme, minutes: int) -> tuple[str, list[Any]]:
    answer = acme.call("GET", f"/reps/{acme.rep.id}/isochrone?minutes={minutes}")
    assert answer.status_code == 200, answer.text
    said = answer.json
    assert (said["type"], said["geometry"]["type"]) == ("Feature", "MultiPolygon")
    assert (said["properties"]["rep_id"], said["properties"]["minutes"]) == (str(acme.rep.id), minutes)
    return said["properties"]["travel_source"], said["geometry"]["coordinates"]


def test_the_area_that_is_reached(acme, engine):
    """On the fake's grid of roads 20 minutes are a diamond: 1,200 s / 61 s are 19.7 units to each side, 10 s fewer to the west."""
    source, polygons = isochrone(acme, 20)
    (rings,) = polygons
    (outer,) = rings
    assert (source, outer[0]) == ("osrm", outer[-1])
    assert area_of(outer) == pytest.approx(2 * 0.1967**2, rel=0.05)
    assert max(lat for _, lat in outer) == pytest.approx(LAT + 0.1967, abs=0.005)
    assert max(lon for lon, _ in outer) == pytest.approx(
        LON + 0.1967, abs=0.012
    )  # a tip lies between points of the grid
    assert all(abs(lat - LAT) + abs(lon - LON) == pytest.approx(0.1967, abs=0.012) for lon, lat in outer)


def test_the_area_ends_where_the_roads_do(acme, engine):
    engine.roads.islands = LON + 0.05
    _, ((outer,),) = isochrone(acme, 20)
    assert max(lon for lon, _ in outer) < LON + 0.09
    assert min(lon for lon, _ in outer) < LON - 0.18


@pytest.mark.parametrize("fault", ["garbage", "zeros", "nothing reached", "gone"])
def test_the_area_by_estimate(acme, engine, fault):
    """A circle, nearly: as far as the estimate says that one comes in any direction."""
    engine.roads.fault = fault
    if fault == "gone":
        engine.stop()
    source, ((outer,),) = isochrone(acme, 20)
    assert source == "estimate"
    edge = great_circle([Place(LAT, LON)], [Place(lat, lon) for lon, lat in outer])[0]
    assert edge.max() / edge.min() < 1.15
    seconds = Estimate().matrix([Place(LAT, LON), *(Place(lat, lon) for lon, lat in outer)]).seconds[0, 1:]
    assert abs(seconds - 1_200).max() < 100


@pytest.mark.parametrize("home", [(-16.8, 179.99), (89.999, -180.0), (-90.0, 0.0)])
def test_the_area_at_the_edges_of_the_world(acme, engine, home):
    """Across the 180th meridian longitudes go on; at a pole nothing is reached, and that is an answer.

    By estimate: the fake's roads do not go around the world.
    """
    assert isochrone(acme, 180)[0] == "osrm"
    engine.stop()
    acme.call(
        "PATCH",
        f"/reps/{acme.rep.id}",
        {"home_lat": home[0], "home_lon": home[1]},
        who=acme.manager,
        **{"If-Match": '"v1"'},
    )
    _, polygons = isochrone(acme, 180)
    if abs(home[0]) < 85:
        ((outer,),) = polygons
        assert min(lon for lon, _ in outer) < 179.5 < 180.2 < max(lon for lon, _ in outer)


def test_whose_area_and_for_how_long(acme):
    path = f"/reps/{acme.rep.id}/isochrone"
    for minutes in ("0", "181", "soon"):
        assert acme.call("GET", f"{path}?minutes={minutes}").status_code == 422
    stranger = make.user("rep", team_id=make.team().id)
    assert acme.call("GET", path, who=stranger).status_code in (403, 404)
    homeless = make.rep(acme.rep.team_id, home_lat=None, home_lon=None)
    answer = acme.call("GET", f"/reps/{homeless.id}/isochrone", who=acme.manager)
    assert (answer.status_code, pointers(answer)) == (422, ["/path/rep_id"])


def test_the_state_of_the_engine(acme, engine):
    acme.plan()
    said = acme.call("GET", "/travel", who=acme.manager).json
    assert {name: said[name] for name in ("source", "engine", "answers", "fault", "map_version", "reps_with_roads", "reps_wanting")} == {
        "source": "osrm", "engine": "osrm", "answers": True, "fault": None, "map_version": "map 1", "reps_with_roads": 1, "reps_wanting": 0,
    }  # fmt: skip
    db.session.rollback()
    row = db.session.get_one(TravelSet, acme.rep.id)
    assert said["kept_bytes"] == len(row.cells) + len(row.places)
    engine.stop()
    gone = acme.call("GET", "/travel", who=acme.manager).json
    assert gone["answers"] is False
    assert "is not there" in gone["fault"]
    assert acme.call("GET", "/travel").status_code == 403


def test_no_request_fails_for_an_engine_that_does(acme, engine):
    """Everything that needs times, with an engine that answers nonsense from the first moment."""
    engine.roads.fault = "garbage"
    acme.plan()
    assert acme.published()["travel_source"] == "estimate"
    account = acme.accounts[0]
    for path in (
        f"/reps/{acme.rep.id}/reach", f"/reps/{acme.rep.id}/plan", f"/reps/{acme.rep.id}/route?date=2026-03-03",
        f"/reps/{acme.rep.id}/slots?account_id={account.id}", "/travel",
    ):  # fmt: skip
        answer = acme.call("GET", path, who=acme.manager)
        assert answer.status_code == 200, (path, answer.text)
