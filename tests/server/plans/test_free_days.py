"""A day without visits says when the next ones are.  Today is Monday 2026-03-02 in Boston, 06:00."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
import time_machine

from tests.server.plans.planned import MONDAY, company


@pytest.fixture(autouse=True)
def _frozen():
    with time_machine.travel(MONDAY, tick=False):
        yield


def test_a_free_day_says_when_the_next_visits_are(app):
    """Saturday is free; the next day is the first after it that the schedule has."""
    acme = company(app, accounts=4)
    acme.plan()
    planned = [
        day["date"]
        for day in acme.call("GET", "/me/schedule?from=2026-03-02&to=2026-03-29").json["days"]
        if day["stops"]
    ]
    assert "2026-03-07" not in planned  # a Saturday
    after = next(day for day in planned if day > "2026-03-07")
    assert acme.call("GET", "/me/route?date=2026-03-07").json["next_planned_date"] == after
    assert acme.call("GET", f"/reps/{acme.rep.id}/route?date=2026-03-07").json["next_planned_date"] == after
    assert acme.call("GET", f"/me/route?date={planned[0]}").json["next_planned_date"] is None  # it has visits itself
    assert acme.call("GET", "/me/route?date=2026-05-30").json["next_planned_date"] is None  # nothing is planned so late


def test_a_time_block_alone_is_no_planned_day(app):
    """One account, due by 16 March and again two weeks later: on the weekday before its last visit there is only the fair."""
    acme = company(app, accounts=1)
    acme.plan()
    last = date.fromisoformat(acme.where()[str(acme.accounts[0].id)][-1])
    fair = next(day for n in (1, 2, 3) if (day := last - timedelta(days=n)).weekday() < 5)
    body = {"client_id": str(uuid4()), "title": "Fair", "day": str(fair), "start": "10:00", "duration_minutes": 60}
    assert acme.call("POST", "/appointments", body).status_code in (201, 202)
    acme.plan(improve=False)
    shown = acme.call("GET", f"/me/route?date={fair}").json
    assert [stop["kind"] for stop in shown["stops"] if stop["kind"] != "break"] == ["block"]
    assert shown["next_planned_date"] == str(last)
