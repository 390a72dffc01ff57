"""From an address that nobody knows to a visit in the plan, and a map that knows the house."""

from __future__ import annotations

from datetime import date

import time_machine

from server.core.database import db
from server.places.index import build
from server.places.locating import locate
from tests import factories as make
from tests.server.plans.planned import company

MONDAY = "2026-03-02T06:00:00+01:00"


def test_an_account_is_planned_once_its_address_is_known(app, extract):
    with time_machine.travel(MONDAY, tick=False):
        vaduz = {"country": "LI", "timezone": "Europe/Vaduz"}
        made = company(app, accounts=0, home_lat=47.1410, home_lon=9.5209, **vaduz)
        account = make.account(
            owner_id=made.rep.id, active_from=date(2026, 3, 2), street="Landstr. 30", postcode="9490", city="Vaduz",
            lat=None, lon=None, position_quality="unknown", opening_hours="Mo-Fr 09:00-17:00", **vaduz,
        )  # fmt: skip
        made.plan()
        left_out = made.call("GET", f"/plans/{made.published()['id']}/unplanned", who=made.manager).json["items"]
        assert {item["reason"] for item in left_out} == {"no_position"}
        assert made.where() == {}

        build(extract)
        db.session.rollback()
        locate()
        made.plan()
        days = made.where()[str(account.id)]
        (stop,) = made.day(days[0])
        assert stop["place"] == {"lat": 47.143, "lon": 9.52}
        assert stop["account"]["position_quality"] == "rooftop"
        answer = made.call("GET", f"/reps/{made.rep.id}/route.geojson?date={days[0]}", who=made.manager)
        assert [point["properties"]["kind"] for point in answer.json["features"]] == ["start", "visit", "end", "line"]
