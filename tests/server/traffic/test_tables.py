"""Tables of speeds by kind of area: whose holds, how they are written, and what plans are made with."""

from __future__ import annotations

import io
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from planner.check import check
from planner.timing import pace_of
from server.audit.models import AuditEntry
from server.core.clock import now
from server.core.database import db
from server.plans.bridge import build_problem
from server.plans.models import PlanVersion
from server.plans.replay import problem_of
from server.traffic.default import AREAS, default_bands
from tests import factories as make
from tests.server.plans.planned import DAYS, Company
from tests.server.plans.test_limits_and_links import change, rep_path, want
from tests.server.traffic.conftest import settings
from tests.server.world import causes, pointers

TODAY, _, WEDNESDAY, _, _ = DAYS
RUSH = {"weekdays": [0, 1, 2, 3, 4], "from": "07:00", "to": "09:00", "percent": 50}
HALF = [RUSH]


def put(acme: Company, area: str, bands: Any, version: int = 0) -> Any:
    headers = {"If-Match": f'"v{version}"'}
    return acme.call("PUT", f"/speed-tables/{area}", {"bands": bands}, who=make.user("admin"), **headers)


def sheet(acme: Company, area: str, text: str, version: int = 0) -> Any:
    db.session.rollback()
    headers = {**make.auth(make.user("admin")), "If-Match": f'"v{version}"'}
    form = {"file": (io.BytesIO(text.encode()), "speeds.csv")}
    return acme.app.test_client().put(f"/api/v1/speed-tables/{area}/csv", data=form, headers=headers)


def speeds(acme: Company) -> tuple[Any, ...]:
    """(source, area, version, said_by, percent from 07:00 on) of the rep."""
    told = acme.call("GET", f"/reps/{acme.rep.id}/speeds").json
    rush = [band["percent"] for band in told["bands"] if band["from"] <= "07:00" < band["to"] and 0 in band["weekdays"]]
    return told["source"], told["area"], told["version"], told["said_by"], rush


def arrival(acme: Company, day: str = WEDNESDAY) -> str:
    route = acme.call("GET", f"/me/route?date={day}").json
    return str(route["stops"][0]["arrives_at"][11:19])


# -- the default ------------------------------------------------------------------------------------------------------


def test_the_default_is_slowest_in_cities_and_in_the_rush_hours():
    for area in AREAS:
        bands = {(band["from"], tuple(band["weekdays"])): band["percent"] for band in default_bands(area)}
        week = (0, 1, 2, 3, 4)
        assert bands["15:00", week] < bands["07:00", week] < bands["09:00", week] < 100
    percents = [[band["percent"] for band in default_bands(area)] for area in ("city", "town")]
    assert all(city < town for city, town in zip(*percents, strict=True))


def test_a_new_installation_has_traffic_and_one_from_before_goes_on_without(client, acme):
    assert settings(acme, currency="USD")["traffic"] == "off"  # a row that was there
    assert speeds(acme) == ("none", None, 0, None, [])


def test_a_company_that_is_set_up_now_learns(client):
    read = client.get("/api/v1/company", headers=make.auth(make.user("admin")))
    assert (read.json["traffic"], read.json["area"]) == ("learned", "town")


# -- whose table ------------------------------------------------------------------------------------------------------


def test_the_nearest_who_speaks_is_heard(acme):
    team = f"/teams/{acme.rep.team_id}"
    settings(acme, traffic="tables")
    assert speeds(acme) == ("default", "town", 1, None, [80])
    settings(acme, area="rural")
    assert speeds(acme) == ("default", "rural", 1, None, [92])
    change(acme, team, area="town")
    assert speeds(acme) == ("default", "town", 1, None, [80])
    change(acme, rep_path(acme), area="city")
    assert speeds(acme) == ("default", "city", 1, None, [68])
    assert put(acme, "city", HALF).status_code in (200, 202)
    assert speeds(acme) == ("own", "city", 1, None, [50])
    version = settings(acme, speed_bands=[RUSH | {"percent": 40}])["version"]
    assert speeds(acme) == ("own", None, version, "company", [40])  # what a person wrote for all holds as it is
    version = change(acme, team, speed_bands=[RUSH | {"percent": 30}])["version"]
    assert speeds(acme) == ("own", None, version, f"team {acme.rep.team_id}", [30])
    change(acme, team, speed_bands=[])
    assert speeds(acme) == ("none", None, 0, f"team {acme.rep.team_id}", [])


def test_only_those_who_drive_by_it_are_planned_anew(acme):
    rural = make.rep(acme.rep.team_id, area="rural")
    written = make.rep(make.team(speed_bands=HALF).id)
    put(acme, "town", HALF)
    assert [kind for kind, _, _ in causes(acme.rep)] == ["asked"]  # traffic is off: nobody drives by it
    settings(acme, traffic="tables")
    seen = [len(causes(rep)) for rep in (acme.rep, rural, written)]
    put(acme, "town", [RUSH | {"percent": 60}], version=1)
    assert [len(causes(rep)) for rep in (acme.rep, rural, written)] == [seen[0] + 1, *seen[1:]]
    put(acme, "town", [RUSH | {"percent": 60}], version=2)
    assert len(causes(acme.rep)) == seen[0] + 1, "the same again changes nothing"


# -- writing ----------------------------------------------------------------------------------------------------------


def test_an_own_table_is_written_once_a_version_and_taken_back(acme):
    path, admin = "/speed-tables/rural", make.user("admin")
    read = acme.call("GET", path, who=admin)
    assert (read.headers["ETag"], read.json["source"], read.json["default_version"]) == ('"v0"', "default", 1)
    assert read.json["bands"] == default_bands("rural")
    made = put(acme, "rural", HALF)
    assert (made.json["source"], made.json["version"], made.json["bands"]) == ("own", 1, HALF)
    assert put(acme, "rural", []).status_code == 412
    assert acme.call("PUT", path, {"bands": []}, who=admin).status_code == 428
    for who in (acme.user, acme.manager):
        assert acme.call("PUT", path, {"bands": []}, who=who, **{"If-Match": '"v1"'}).status_code == 403
    assert put(acme, "village", []).status_code == 404
    assert acme.call("DELETE", path, who=admin, **{"If-Match": '"v1"'}).status_code == 204
    assert acme.call("GET", path, who=admin).json["source"] == "default"
    assert acme.call("DELETE", path, who=admin, **{"If-Match": '"v0"'}).status_code == 404
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.table_name == "speed_tables"))
    assert sorted((entry.action, entry.row_id) for entry in entries) == [("create", "rural"), ("delete", "rural")]


def test_what_contradicts_itself_is_refused_where_it_does(acme):
    wrong = {
        "/bands/1/from": [RUSH, RUSH | {"from": "08:59", "to": "10:00"}],
        "/bands/0/to": [RUSH | {"to": "07:00"}],
        "/bands/0/percent": [RUSH | {"percent": 9}],
        "/bands/0/area": [RUSH | {"area": "city"}],
    }
    for pointer, bands in wrong.items():
        answer = put(acme, "city", bands)
        assert (answer.status_code, pointers(answer)) == (422, [pointer])
    assert acme.call("GET", "/speed-tables/city", who=acme.manager).json["version"] == 0


def test_a_table_as_csv_comes_back_as_it_was_written(acme):
    for area in AREAS:
        got = acme.call("GET", f"/speed-tables/{area}/csv", who=acme.manager)
        assert (got.mimetype, got.headers["ETag"]) == ("text/csv", '"v0"')
        assert sheet(acme, area, got.text).json["bands"] == default_bands(area)


@pytest.mark.parametrize(
    "text",
    [
        "Percent;Weekdays;from;to\n50;Mo-Fr;7:00;09:00\n",
        '\ufeffweekdays,from,to,percent\r\n"Mo,Tu,We Thu-Fri",07:00,09:00,50\r\n,,,\r\n',
    ],
)
def test_csv_as_spreadsheets_write_it(acme, text):
    assert sheet(acme, "city", text).json["bands"] == HALF


def test_weekdays_may_go_over_the_weekend(acme):
    (band,) = sheet(acme, "city", "weekdays,from,to,percent\nFr-Mo,07:00,09:00,50\n").json["bands"]
    assert band["weekdays"] == [0, 4, 5, 6]


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("weekdays,from,to\nMo,07:00,09:00\n", ["/file/1"]),
        ("", ["/file/1"]),
        ("weekdays,from,to,percent\nMo,07:00,09:00,50\nLu,7h,09:00,fast\n", ["/file/3/from", "/file/3/percent", "/file/3/weekdays"]),
        ("weekdays,from,to,percent\nMo,07:00,09:00,5\n", ["/file/2/percent"]),
        ("weekdays,from,to,percent\nMo,09:00,07:00,50\n", ["/file/2/to"]),
        ("weekdays,from,to,percent\nMo,07:00,09:00,50\n\nMo,08:00,10:00,60\n", ["/file/4/from"]),
        ("weekdays,from,to,percent\nMo,Tu,07:00,09:00,50\n", ["/file/2"]),
        ('weekdays,from,to,percent\n"Mo,07:00', ["/file"]),
        ("weekdays,from,to,percent\n" + "Mo,07:00,09:00,50\n" * 51, ["/file"]),
        ("weekdays,from,to,percent\n" + "x" * 100_001, ["/file"]),
    ],
)  # fmt: skip
def test_csv_with_mistakes_changes_nothing_and_says_where_they_are(acme, text, where):
    answer = sheet(acme, "city", text)
    assert (answer.status_code, answer.json["code"], sorted(pointers(answer))) == (422, "table_rejected", where)
    assert acme.call("GET", "/speed-tables/city", who=acme.manager).json["source"] == "default"


# -- plans ------------------------------------------------------------------------------------------------------------

# The account is 1.11195 km from home: 160 s on empty roads.


def test_plans_are_made_with_the_table_and_say_which(acme):
    """Set out at 8:00: at 80 % 200 s, at 50 % 320 s.  A version keeps its own, whatever holds since: the checker replays it."""
    want(acme, acme.accounts[0], WEDNESDAY)
    settings(acme, traffic="tables")
    acme.plan()
    assert arrival(acme) == "08:03:20"
    first = acme.published()
    told = {"source": "default", "area": "town", "version": 1, "said_by": None}
    assert first["speeds"] == {**told, "prior": None, "drives": None, "since": None, "until": None}
    put(acme, "town", HALF)
    acme.plan(improve=False)
    assert arrival(acme) == "08:05:20"  # the repair drives by the new one
    second = acme.published()
    assert (second["stage"], second["speeds"]["source"], second["speeds"]["version"]) == ("repair", "own", 1)
    for version, percent in ((first, 80), (second, 50)):
        stored = db.session.get_one(PlanVersion, UUID(version["id"]))
        problem = problem_of(acme.rep.id, stored.problem)
        pace = pace_of(problem, problem.workdays[0])
        assert pace is not None
        assert pace.percents[pace.starts.index(7 * 3600)] == percent


def test_what_the_bridge_builds_is_what_the_checker_drives(acme):
    settings(acme, traffic="tables", area="city")
    acme.plan()
    built = build_problem(db.session(), acme.rep.id, now=now())
    certificate = check(built.problem, built.plan(), reasons=False)
    assert [v for v in certificate.violations if v.rule in ("travel", "arrival")] == []


def test_the_rest_of_today_is_driven_by_it_too(acme, time):
    """After the visit of 12:00 to 12:30 home is 160 s away: at 88 % 181.8, so 182 s."""
    settings(acme, traffic="tables")
    acme.plan()
    time.move_to("2026-03-02T12:30:00-05:00")
    acme.log(acme.accounts[0], "2026-03-02T12:00:00-05:00", ended_at="2026-03-02T12:30:00-05:00")
    acme.plan(improve=False)
    route = acme.call("GET", f"/me/route?date={TODAY}").json
    assert route["ends_at"][11:19] == "12:33:02"


def test_traffic_does_not_stretch_parking(app, acme):
    """Three minutes at the gate.  Mean speed of the working hours 8 to 17: (80 + 6 * 88 + 2 * 77) / 9 = 84.67, so 85 %: 153 s of the
    matrix, with 160 for the way 313, at 80 % 391.25.  Without traffic 340; stretched it would be 425; exact is 200 + 180."""
    change(acme, f"/accounts/{acme.accounts[0].id}", access_minutes=3)
    want(acme, acme.accounts[0], WEDNESDAY)
    acme.plan()
    assert arrival(acme) == "08:05:40"
    settings(acme, traffic="tables")
    acme.plan()
    assert arrival(acme) == "08:06:32"


def test_bands_are_on_the_clock_where_the_clock_changes(acme):
    """Sunday 8 March 2026: at 2:00 it is 3:00, so 8:00 is seven hours after midnight.  Slow until 8:00, nobody drives slowly
    at 8:00; slow until 9:00, the 160 s take 320 as on every other day."""
    change(acme, rep_path(acme), working_hours={"6": ["08:00", "17:00"]})
    change(acme, f"/accounts/{acme.accounts[0].id}", opening_hours="24/7")
    want(acme, acme.accounts[0], "2026-03-08")
    sunday = RUSH | {"weekdays": [6], "from": "06:00", "to": "08:00"}
    for until, there in (("08:00", "08:02:40"), ("09:00", "08:05:20")):
        settings(acme, speed_bands=[sunday | {"to": until}])
        acme.plan(improve=False)
        assert arrival(acme, "2026-03-08") == there
