"""A day as GPX, KML and GeoJSON, and what its driving takes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from types import SimpleNamespace
from xml.etree import ElementTree as Xml

import pytest
import time_machine

from server.core.database import db, writing
from server.plans.consumption import consumption
from server.tracks import geometry as geometries
from server.tracks.day import Track, Waypoint, track_of
from server.tracks.formats import FORMATS
from server.tracks.geometry import Lines, Point, StraightLines, geometry
from tests import factories as make
from tests.server.plans.planned import DAYS, MONDAY, company

GPX = {"g": "http://www.topografix.com/GPX/1/1"}
KML = {"k": "http://www.opengis.net/kml/2.2"}
TUESDAY = DAYS[1]
LAT, LON = make.BOSTON


@pytest.fixture
def acme(app):
    """One account, 0.01 degrees to the north of home, with an appointment on Tuesday at eleven."""
    with time_machine.travel(MONDAY, tick=False):
        made = company(app, accounts=1)
        with writing():
            made.accounts[0].name = 'Joe\'s <Bar> & "Grill"'
            made.accounts[0].street = "1 Main St"
        made.meet(made.accounts[0], TUESDAY, "11:00", title="Tasting")
        made.plan(improve=False)
        yield made


def fetch(acme, kind, day=TUESDAY, **kwargs):
    return acme.call("GET", f"/reps/{acme.rep.id}/route.{kind}?date={day}", **kwargs)


def test_gpx_has_the_stops_as_points_and_as_a_route_and_the_lines_as_a_track(acme):
    answer = fetch(acme, "gpx")
    assert answer.status_code == 200
    assert answer.content_type == "application/gpx+xml; charset=utf-8"
    assert answer.headers["Content-Disposition"] == f"attachment; filename=route-{TUESDAY}.gpx"
    root = Xml.fromstring(answer.data)
    points = [(p.get("lat"), p.get("lon"), p.findtext("g:type", None, GPX)) for p in root.findall("g:wpt", GPX)]
    home, there = (f"{LAT:.6f}", f"{LON:.6f}"), (f"{LAT + 0.01:.6f}", f"{LON:.6f}")
    assert points == [(*home, "start"), (*there, "appointment"), (*home, "end")]
    assert [(p.get("lat"), p.get("lon")) for p in root.findall("g:rte/g:rtept", GPX)] == [home, there, home]
    legs = [[(p.get("lat"), p.get("lon")) for p in leg] for leg in root.findall("g:trk/g:trkseg", GPX)]
    assert legs == [[home, there], [there, home]]
    stop = root.findall("g:wpt", GPX)[1]
    assert stop.findtext("g:time", None, GPX) == "2026-03-03T16:00:00Z"  # eleven in Boston, in winter
    assert stop.findtext("g:name", None, GPX) == "Tasting"
    assert "lines are straight, not roads" in root.findtext("g:metadata/g:desc", None, GPX)
    order = [child.tag.partition("}")[2] for child in stop]
    assert order == ["time", "name", "desc", "type"]  # as the schema of GPX 1.1 has them


def test_kml_has_longitude_first(acme):
    root = Xml.fromstring(fetch(acme, "kml").data)
    marks = root.findall("k:Document/k:Placemark", KML)
    assert marks[1].findtext("k:Point/k:coordinates", None, KML) == f"{LON:.6f},{LAT + 0.01:.6f}"
    lines = [line.text for line in marks[-1].findall("k:MultiGeometry/k:LineString/k:coordinates", KML)]
    assert lines[0] == f"{LON:.6f},{LAT:.6f} {LON:.6f},{LAT + 0.01:.6f}"
    assert len(lines) == 2


def test_geojson_says_what_the_day_comes_to(acme):
    answer = fetch(acme, "geojson")
    assert answer.content_type == "application/geo+json; charset=utf-8"
    *points, line = answer.json["features"]
    assert [p["properties"]["kind"] for p in points] == ["start", "appointment", "end"]
    assert points[1]["geometry"] == {"type": "Point", "coordinates": [LON, round(LAT + 0.01, 6)]}
    assert points[1]["properties"]["arrives_at"] == "2026-03-03T11:00:00-05:00"
    route = acme.call("GET", f"/reps/{acme.rep.id}/route?date={TUESDAY}").json
    said = line["properties"]
    assert (said["travel_metres"], said["line_source"]) == (route["travel_metres"], "straight")
    assert said["consumption"] == route["consumption"]
    assert 2_500 < route["travel_metres"] < 4_000  # twice 1.1 km, by road
    assert line["geometry"]["coordinates"][0] == [[LON, LAT], [LON, round(LAT + 0.01, 6)]]


def test_an_empty_day_is_an_empty_file(acme):
    assert fetch(acme, "geojson", DAYS[4]).json["features"][0]["geometry"]["coordinates"] == []
    assert Xml.fromstring(fetch(acme, "gpx", DAYS[4]).data).findall("g:wpt", GPX) == []


@pytest.mark.parametrize("kind", FORMATS)
def test_nobody_elses_day(acme, kind):
    stranger = make.user("manager", team_id=make.team().id)
    assert fetch(acme, kind, who=stranger).status_code == 404
    assert fetch(acme, kind, who=acme.manager).status_code == 200
    assert fetch(acme, kind, "yesterday").status_code == 422


def hostile(name: str) -> Track:
    moment = datetime(2026, 3, 3, 16, tzinfo=UTC)
    places = [
        Waypoint("visit", name, (LAT, LON), moment, moment, "<b>&", None),
        Waypoint("end", "End", (LAT, LON), None, None),
    ]
    lines = StraightLines().lines([p.place for p in places])
    return Track(
        "Rep & Co",
        date(2026, 3, 3),
        places,
        lines,
        1000,
        2,
        {"energy": "petrol", "unit": "litre", "amount": 0.1, "co2_grams": 1},
    )


@pytest.mark.parametrize(
    "name", ["a & b < c > d", "]]>", "quote\"s '", "line\nbreak", "control \x01\x0b character", "emoji 🥐", "\ufffe"]
)
def test_any_name_makes_a_file_that_can_be_read(name):
    readable = "".join(c for c in name if c in "\n" or (c >= " " and c != "\ufffe"))
    gpx, kml = (Xml.fromstring(FORMATS[kind].write(hostile(name))) for kind in ("gpx", "kml"))
    assert gpx.findtext("g:wpt/g:name", None, GPX) == readable
    assert kml.findtext("k:Document/k:Placemark/k:name", None, KML) == readable


class Detour:
    """A source of lines that goes by one point more on each leg."""

    def lines(self, places: Sequence[Point]) -> Lines:
        straight = StraightLines().lines(places).legs
        return Lines([[start, (start[0], end[1] + 0.001), end] for start, end in straight], "detours")


def test_lines_by_road_where_there_are_some(acme, settings, monkeypatch):
    monkeypatch.setitem(geometries.GEOMETRIES, "estimate", lambda _settings: Detour())
    db.session.rollback()
    track = track_of(acme.rep, date(2026, 3, 3), geometry(settings))
    assert [len(leg) for leg in track.lines.legs] == [3, 3]
    assert "lines by detours" in FORMATS["gpx"].write(track)
    monkeypatch.delitem(geometries.GEOMETRIES, "estimate")
    assert isinstance(geometry(settings), StraightLines)


@pytest.mark.parametrize(
    ("car", "expected"),
    [
        # 42.5 km: 42.5 / 100 * 10.6 = 4.505 litres, times 2,348 g = 10,577.7 g
        (("petrol", None, None), {"energy": "petrol", "unit": "litre", "amount": 4.5, "co2_grams": 10_578}),
        # * 8.2 = 3.485, times 2,689 = 9,371.2
        (("diesel", None, None), {"energy": "diesel", "unit": "litre", "amount": 3.48, "co2_grams": 9_371}),
        # * 18.6 = 7.905 kWh, times 373 = 2,948.6
        (("electric", None, None), {"energy": "electric", "unit": "kWh", "amount": 7.91, "co2_grams": 2_949}),
        # * 6 = 2.55 litres, times 2,000 = 5,100
        (("diesel", 6.0, 2_000), {"energy": "diesel", "unit": "litre", "amount": 2.55, "co2_grams": 5_100}),
        (("electric", 20.0, 0), {"energy": "electric", "unit": "kWh", "amount": 8.5, "co2_grams": 0}),
    ],
)
def test_fuel_and_co2(car, expected):
    energy, rate, grams = car
    settings = SimpleNamespace(vehicle_energy=energy, consumption_per_100_km=rate, co2_grams_per_unit=grams)
    found = consumption(42_500, settings)
    assert found.pop("amount") == pytest.approx(expected.pop("amount"), abs=0.006)
    assert found == expected


def test_the_company_says_what_its_cars_take(acme):
    admin = make.user("admin")
    before = acme.call("GET", "/company", who=admin).json
    assert (before["vehicle_energy"], before["consumption_per_100_km"]) == ("petrol", None)
    plans = acme.inputs().revision
    body = {"vehicle_energy": "electric", "consumption_per_100_km": 20.5, "co2_grams_per_unit": 100}
    changed = acme.call("PATCH", "/company", body, who=admin, **{"If-Match": f'"v{before["version"]}"'})
    assert changed.status_code == 200, changed.text
    assert acme.inputs().revision == plans  # no plan depends on it
    day = acme.call("GET", f"/reps/{acme.rep.id}/route?date={TUESDAY}").json
    kwh = day["travel_metres"] / 100_000 * 20.5
    assert day["consumption"]["amount"] == pytest.approx(kwh, abs=0.006)
    assert day["consumption"]["co2_grams"] == pytest.approx(kwh * 100, abs=0.6)
    for wrong in ({"vehicle_energy": "steam"}, {"consumption_per_100_km": 0}, {"co2_grams_per_unit": -1}):
        refused = acme.call("PATCH", "/company", wrong, who=admin, **{"If-Match": changed.headers["ETag"]})
        assert refused.status_code == 422
