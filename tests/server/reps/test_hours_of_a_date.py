"""Other hours of a rep on one date: set by managers, worked then whatever weekday it is, and the usual ones again."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import time_machine

from server.activities.device import inside_working_hours
from server.reps.models import DayHours
from tests.server.world import causes, pointers

WEDNESDAY, DAY = "2026-06-10T12:00:00-04:00", "2026-06-15"  # a Monday


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(WEDNESDAY):
        yield


def put(world, who, rep=None, day=DAY, version=0, **values):
    body = {"starts": "07:30", "ends": "19:00", **values}
    return world.call(who, "PUT", f"/reps/{(rep or world.rep).id}/hours/{day}", body, version)


def at(world, day=DAY, rep=None):
    return world.call(world.manager, "GET", f"/reps/{(rep or world.rep).id}/hours/{day}")


def test_until_somebody_says_otherwise_the_usual_hours_hold(world):
    usual = {"rep_id": str(world.rep.id), "max_stops": None, "max_driving_minutes": None, "version": 0}
    assert at(world).json == {**usual, "day": DAY, "starts": "08:00", "ends": "17:00"}
    # Sunday; Thanksgiving
    for free in ("2026-06-14", "2026-11-26"):
        assert at(world, free).json == {**usual, "day": free, "starts": None, "ends": None}


def test_a_manager_sets_them_and_takes_them_back(world):
    made = put(world, world.manager, max_stops=9)
    assert made.status_code in {200, 202}
    assert (made.json["starts"], made.json["ends"], made.json["max_stops"], made.json["version"]) == (
        "07:30",
        "19:00",
        9,
        1,
    )
    assert at(world).json == made.json
    path = f"/reps/{world.rep.id}/hours"
    assert world.call(world.rep, "GET", path).json["items"] == [made.json]
    assert world.call(world.rep, "GET", f"{path}?since=2026-06-16").json["items"] == []
    changed = put(world, world.manager, version=1, ends="18:00")  # the limit is the usual one again
    assert (changed.json["ends"], changed.json["max_stops"], changed.json["version"]) == ("18:00", None, 2)
    assert world.call(world.manager, "DELETE", f"{path}/{DAY}", version=2).status_code in {202, 204}
    assert at(world).json["version"] == 0
    day = date(2026, 6, 15)
    assert causes(world.rep) == [("hours_changed", day, day)] * 3


def test_the_same_again_changes_nothing(world):
    put(world, world.manager)
    assert put(world, world.manager, version=1).json["version"] == 1
    assert len(causes(world.rep)) == 1


def test_who_did_not_see_the_newest_is_refused(world):
    put(world, world.manager)
    assert put(world, world.manager, ends="20:00").status_code == 412
    assert put(world, world.manager, version=None).status_code == 428
    assert world.call(world.manager, "DELETE", f"/reps/{world.rep.id}/hours/{DAY}", version=0).status_code == 412
    assert world.call(world.manager, "DELETE", f"/reps/{world.rep.id}/hours/2026-06-16", version=0).status_code == 404


def test_reps_see_them_and_only_managers_of_theirs_set_them(world):
    assert put(world, world.rep).status_code == 403
    assert put(world, world.manager, world.stranger).status_code == 404
    assert world.call(world.rep, "GET", f"/reps/{world.peer.id}/hours/{DAY}").status_code == 404
    assert causes(world.rep) == causes(world.stranger) == []


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({"ends": "07:30"}, "/ends"),
        ({"starts": "7:30"}, "/starts"),
        ({"max_stops": 0}, "/max_stops"),
        ({"max_driving_minutes": 1441}, "/max_driving_minutes"),
        ({"hours": 3}, "/hours"),
    ],
)
def test_wrong_input_is_named_and_changes_nothing(world, values, wrong):
    answer = put(world, world.manager, **values)
    assert (answer.status_code, pointers(answer)) == (422, [wrong])
    assert causes(world.rep) == []


def test_the_break_has_to_fit(world):
    path = f"/reps/{world.rep.id}"
    version = world.call(world.manager, "GET", path).json["version"]
    rest = {"break_from": "12:00", "break_until": "13:00", "break_minutes": 30}
    assert world.call(world.manager, "PATCH", path, rest, version).status_code in {200, 202}
    # begun by 13:00 at the latest, it would last until half past
    assert pointers(put(world, world.manager, starts="12:45", ends="13:10")) == ["/ends"]
    assert put(world, world.manager, ends="12:00").status_code in {200, 202}


@pytest.mark.parametrize("day", ["2026-06-09", "2026-02-30", "1999-12-31", "monday", "2037-01-01"])
def test_no_day_that_is_over_or_none_at_all(world, day):
    assert put(world, world.manager, day=day).status_code == 404
    assert causes(world.rep) == []


def test_an_appointment_then_is_in_working_hours(world):
    """On a Sunday at six in the evening, and on a Monday after nine hours have become five."""
    body = {
        "rep_id": str(world.rep.id), "title": "Fair", "day": "2026-06-14", "start": "18:00", "duration_minutes": 60,
        "client_id": "6f1d5c1e-0000-4000-8000-000000000001",
    }  # fmt: skip
    made = world.call(world.manager, "POST", "/appointments", body)
    assert [one["kind"] for one in made.json["conflicts"]] == ["no_workday"]
    put(world, world.manager, day="2026-06-14", starts="12:00", ends="19:00")
    assert world.call(world.manager, "GET", f"/appointments/{made.json['id']}").json["conflicts"] == []
    put(world, world.manager, day=DAY, starts="08:00", ends="13:00")
    monday = {**body, "day": DAY, "start": "14:00", "client_id": "6f1d5c1e-0000-4000-8000-000000000002"}
    late = world.call(world.manager, "POST", "/appointments", monday)
    assert [one["kind"] for one in late.json["conflicts"]] == ["outside_working_hours"]


def test_nobody_is_followed_after_the_end_of_such_a_day(world):
    own = DayHours(rep_id=world.rep.id, day=date(2026, 6, 15), starts="08:00", ends="13:00")
    morning, afternoon = (datetime(2026, 6, 15, hour, tzinfo=UTC) for hour in (16, 18))  # 12:00 and 14:00 in Boston
    assert inside_working_hours(world.rep, own, morning)
    assert not inside_working_hours(world.rep, own, afternoon)
    assert inside_working_hours(world.rep, None, afternoon)
