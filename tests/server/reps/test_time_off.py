"""Time off: by managers for their reps, by reps for themselves."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
import time_machine
from sqlalchemy import func, select

from server.core.database import db
from server.reps.models import TimeOff
from tests import factories as make
from tests.server.world import causes, pointers

WEEK = {"first": "2026-06-01", "last": "2026-06-05", "reason": "Holiday"}
FIRST, LAST = date(2026, 6, 1), date(2026, 6, 5)


def add(world, who, rep, **values):
    return world.call(who, "POST", f"/reps/{rep.id}/time-off", {**WEEK, **values})


def test_it_touches_exactly_its_days(world):
    made = add(world, world.rep, world.rep)
    assert made.status_code in {201, 202}
    path = f"/reps/{world.rep.id}/time-off/{made.json['id']}"
    assert world.call(world.rep, "DELETE", path, version=made.json["version"]).status_code in {202, 204}
    assert causes(world.rep) == [("time_off_added", FIRST, LAST), ("time_off_removed", FIRST, LAST)]
    assert db.session.scalar(select(func.count()).select_from(TimeOff)) == 0


def test_a_manager_enters_it_for_a_rep_of_the_team(world):
    assert add(world, world.manager, world.rep).status_code in {201, 202}


def test_nobody_enters_it_for_others(world):
    assert add(world, world.rep, world.peer).status_code == 404
    assert add(world, world.manager, world.stranger).status_code == 404


def test_days_that_are_free_already_are_refused_with_the_stored_ones(world):
    stored = add(world, world.rep, world.rep).json
    answer = add(world, world.rep, world.rep, first="2026-06-05", last="2026-06-08")
    assert (answer.status_code, answer.json["time_off_id"]) == (409, stored["id"])
    assert add(world, world.rep, world.rep, first="2026-06-06", last="2026-06-08").status_code in {201, 202}
    assert add(world, world.peer, world.peer).status_code in {201, 202}, "of another rep"


def test_the_same_span_twice_at_once_is_stored_once(app, world):
    headers = make.auth(world.manager)
    path = f"/api/v1/reps/{world.rep.id}/time-off"
    db.session.remove()
    with ThreadPoolExecutor(4) as pool:
        codes = list(pool.map(lambda _: app.test_client().post(path, json=WEEK, headers=headers).status_code, range(4)))
    assert sorted(codes) in ([201, 409, 409, 409], [202, 409, 409, 409])


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({"last": "2026-05-31"}, "/last"),
        ({"last": "2027-06-02"}, "/last"),  # 1 June 2026 to 2 June 2027: 367 days
        ({"first": "2026-02-30"}, "/first"),
        ({"first": "0001-01-01"}, "/first"),
        ({"first": 1}, "/first"),
        ({"reason": "x" * 201}, "/reason"),
        ({"hours": 3}, "/hours"),
    ],
)
def test_wrong_input_is_named_and_changes_nothing(world, values, wrong):
    answer = add(world, world.rep, world.rep, **values)
    assert (answer.status_code, pointers(answer)) == (422, [wrong])
    assert causes(world.rep) == []


def test_the_longest_span_is_366_days(world):
    assert add(world, world.rep, world.rep, last="2027-06-01").status_code in {201, 202}


def test_the_list_is_in_the_order_of_first_days_and_pages(world):
    for month in (9, 3, 6):
        add(world, world.rep, world.rep, first=f"2026-0{month}-01", last=f"2026-0{month}-02")
    path = f"/reps/{world.rep.id}/time-off"
    page = world.call(world.rep, "GET", f"{path}?limit=2").json
    rest = world.call(world.rep, "GET", f"{path}?limit=2&cursor={page['next']}").json
    assert [item["first"] for item in page["items"] + rest["items"]] == ["2026-03-01", "2026-06-01", "2026-09-01"]
    assert rest["next"] is None
    since = world.call(world.rep, "GET", f"{path}?since=2026-06-02").json["items"]
    assert [item["first"] for item in since] == ["2026-06-01", "2026-09-01"]


def test_what_is_long_over_is_refused(world):
    """Two years (731 days) back from Wednesday 2026-06-10 is 2024-06-09."""
    with time_machine.travel("2026-06-10T12:00:00-04:00"):
        answer = add(world, world.rep, world.rep, first="2024-06-01", last="2024-06-08")
        assert (answer.status_code, pointers(answer)) == (422, ["/last"])
        assert add(world, world.rep, world.rep, first="2024-06-01", last="2024-06-09").status_code in {201, 202}
