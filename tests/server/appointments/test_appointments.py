"""Single appointments and time blocks over HTTP.  Today is Monday 2026-03-02 in Boston (UTC-5 until 8 March)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from uuid import uuid4

import pytest
import time_machine
from sqlalchemy import func, select

from server.appointments.models import Appointment
from server.core.database import db
from tests import factories as make
from tests.server.world import causes, pointers


@pytest.fixture(autouse=True)
def _frozen():
    with time_machine.travel("2026-03-02T12:00:00-05:00", tick=False):
        yield


def visit(account, **values):
    body = {"client_id": str(uuid4()), "account_id": str(account.id), "day": "2026-03-04", "start": "09:30"}
    return {**body, "duration_minutes": 45, **values}


def block(**values):
    body = {"client_id": str(uuid4()), "title": "Training", "day": "2026-03-04", "start": "13:00"}
    return {**body, "duration_minutes": 60, **values}


def seen(world, who, query="from=2026-03-01&to=2026-03-31"):
    answer = world.call(who, "GET", f"/appointments?{query}")
    assert answer.status_code == 200
    return [(o["title"], o["day"], o["start"]) for o in answer.json["items"]]


def test_made_moved_and_cancelled(world):
    made = world.call(world.rep, "POST", "/appointments", visit(world.account, leeway_minutes=15))
    assert made.status_code == 201
    assert made.json["title"] == world.account.name
    assert made.json["starts_at"] == "2026-03-04T14:30:00+00:00"  # 09:30 at UTC-5
    assert made.json["conflicts"] == []
    path = f"/appointments/{made.json['id']}"
    moved = world.call(world.rep, "PATCH", path, {"day": "2026-03-10"}, 1)
    assert moved.json["starts_at"] == "2026-03-10T13:30:00+00:00"  # summer time began on 8 March
    assert world.call(world.rep, "PATCH", path, {"notes": "side door"}, 2).status_code == 200
    assert seen(world, world.rep) == [(world.account.name, "2026-03-10", "09:30")]
    assert world.call(world.rep, "DELETE", f"{path}?reason=ill", version=3).status_code == 204
    assert seen(world, world.rep) == []
    assert world.call(world.rep, "GET", path).json["cancel_reason"] == "ill"
    fourth, tenth = date(2026, 3, 4), date(2026, 3, 10)
    assert causes(world.rep) == [
        ("appointment_made", fourth, fourth),
        ("appointment_moved", fourth, fourth),
        ("appointment_moved", tenth, tenth),
        ("appointment_cancelled", tenth, tenth),
    ]


def test_cancelled_and_made_again(world):
    made = world.call(world.rep, "POST", "/appointments", block())
    path = f"/appointments/{made.json['id']}"
    gone = world.call(world.rep, "PATCH", path, {"cancelled": True, "cancel_reason": "moved out"}, 1)
    assert gone.json["cancel_reason"] == "moved out"
    back = world.call(world.rep, "PATCH", path, {"cancelled": False}, 2)
    assert (back.json["cancelled_at"], back.json["cancel_reason"]) == (None, None)
    assert [kind for kind, _, _ in causes(world.rep)] == [
        "appointment_made",
        "appointment_cancelled",
        "appointment_made",
    ]


def test_what_is_cancelled_is_not_moved_unknowingly(world):
    """A phone that was offline moves what a manager has cancelled: it hears so, and nothing is changed."""
    made = world.call(world.rep, "POST", "/appointments", block())
    path = f"/appointments/{made.json['id']}"
    world.call(world.rep, "PATCH", path, {"cancelled": True}, 1)
    refused = world.call(world.rep, "PATCH", path, {"start": "11:00"}, 2)
    assert (refused.status_code, refused.json["code"]) == (409, "appointment_cancelled")
    assert world.call(world.rep, "GET", path).json["start"] == made.json["start"]
    again = world.call(world.rep, "PATCH", path, {"start": "11:00", "cancelled": False}, 2)
    assert (again.json["start"][:5], again.json["cancelled_at"]) == ("11:00", None)


def test_another_rep_takes_over(world):
    made = world.call(world.manager, "POST", "/appointments", visit(world.account, rep_id=str(world.rep.id)))
    path = f"/appointments/{made.json['id']}"
    answer = world.call(world.manager, "PATCH", path, {"rep_id": str(world.peer.id)}, 1)
    assert answer.status_code == 200
    day = date(2026, 3, 4)
    assert causes(world.rep) == [("appointment_made", day, day), ("appointment_moved", day, day)]
    assert causes(world.peer) == [("appointment_moved", day, day)]
    assert world.call(world.rep, "GET", path).status_code == 404
    assert world.call(world.peer, "GET", path).status_code == 200


def test_sent_twice_is_one(world):
    body = visit(world.account)
    first = world.call(world.rep, "POST", "/appointments", body)
    again = world.call(world.rep, "POST", "/appointments", body)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json == again.json
    other = world.call(world.rep, "POST", "/appointments", {**body, "start": "10:00"})
    assert (other.status_code, other.json["code"]) == (409, "id_reused")
    assert other.json["stored"]["start"] == "09:30"
    theirs = world.call(world.peer, "POST", "/appointments", {**body, "account_id": str(world.peers_account.id)})
    assert theirs.status_code == 201  # unique per author


def test_ten_at_once_are_one(world):
    body, call = visit(world.account), world.caller(world.rep)

    def send(_):
        with world.app.app_context():
            return call("POST", "/appointments", body).status_code

    with ThreadPoolExecutor(10) as threads:
        statuses = sorted(threads.map(send, range(10)))
    assert statuses == [200] * 9 + [201]
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Appointment)) == 1


def test_double_booking_is_allowed_and_named(world):
    """09:30 to 10:15 against 10:00 to 10:30 overlaps; 10:15 only touches."""
    first = world.call(world.rep, "POST", "/appointments", visit(world.account))
    over = world.call(world.rep, "POST", "/appointments", block(start="10:00", duration_minutes=30))
    assert [c["appointment_id"] for c in over.json["conflicts"]] == [first.json["id"]]
    touching = world.call(world.rep, "POST", "/appointments", block(start="10:30", duration_minutes=15))
    assert touching.json["conflicts"] == []
    moved = world.call(world.rep, "PATCH", f"/appointments/{over.json['id']}", {"start": "10:15"}, 1)
    assert [c["appointment_id"] for c in moved.json["conflicts"]] == [touching.json["id"]]  # 10:15 to 10:45


@pytest.mark.parametrize(
    ("when", "status", "said"),
    [  # today is 2 March 2026
        ({"day": "2020-05-05"}, 422, "the first day now is 2026-02-23"),
        ({"day": "2026-02-22"}, 422, "It lies in the past"),
        ({"day": "2026-02-23"}, 201, ""),  # a week ago: from a telephone that was offline
        ({"day": "2028-03-02"}, 201, ""),  # two years
        ({"day": "2028-03-03"}, 422, "the last day now is 2028-03-02"),
        ({"day": "2100-12-31"}, 422, "It lies more than two years ahead"),
        ({"day": "2020-05-05", "rrule": "FREQ=WEEKLY"}, 201, ""),  # goes on
        ({"day": "2020-05-05", "rrule": "FREQ=DAILY;UNTIL=20260223"}, 201, ""),
        (
            {"day": "2020-05-05", "rrule": "FREQ=DAILY;UNTIL=20260222"},
            422,
            "Its last day, 2026-02-22, lies in the past",
        ),
        ({"day": "2016-02-29", "rrule": "FREQ=WEEKLY"}, 422, "It began more than ten years ago"),
        ({"day": "2028-03-03", "rrule": "FREQ=WEEKLY"}, 422, "It lies more than two years ahead"),
    ],
)
def test_an_appointment_is_on_a_day_that_makes_sense(world, when, status, said):
    answer = world.call(world.rep, "POST", "/appointments", block(**when))
    assert answer.status_code == status
    assert said in (answer.json["errors"][0]["detail"] if status == 422 else "")
    assert db.session.scalar(select(func.count()).select_from(Appointment)) == (status == 201)
    made = world.call(world.rep, "POST", "/appointments", block(start="18:00")).json
    moved = world.call(world.rep, "PATCH", f"/appointments/{made['id']}", when, 1)
    assert moved.status_code == (200 if status == 201 else 422)


def test_an_old_appointment_can_be_changed_but_not_moved_within_the_past(world):
    made = world.call(world.rep, "POST", "/appointments", block()).json
    path = f"/appointments/{made['id']}"
    with time_machine.travel("2026-05-02T12:00:00-05:00", tick=False):
        assert (
            world.call(world.rep, "PATCH", path, {"notes": "They were late", "day": made["day"]}, 1).status_code == 200
        )
        assert pointers(world.call(world.rep, "PATCH", path, {"day": "2026-03-05"}, 2)) == ["/day"]
        assert world.call(world.rep, "PATCH", path, {"day": "2026-05-04"}, 2).status_code == 200
        late = world.call(world.rep, "POST", "/appointments", {**block(), "client_id": made["client_id"]})
        assert (late.status_code, late.json["id"]) == (200, made["id"])  # a second try may come when the day is past


def test_a_skipped_hour_is_refused_and_a_repeated_one_is_the_first(world):
    skipped = world.call(world.rep, "POST", "/appointments", block(day="2026-03-08", start="02:30"))
    assert (skipped.status_code, pointers(skipped)) == (422, ["/start"])
    assert "03:30" in skipped.json["errors"][0]["detail"]
    twice = world.call(world.rep, "POST", "/appointments", block(day="2026-11-01", start="01:30"))
    assert twice.json["starts_at"] == "2026-11-01T05:30:00+00:00"  # still UTC-4


def test_it_belongs_to_the_local_day_of_the_rep(world):
    """00:30 on 5 March in Athens (UTC+2) is 17:30 on 4 March in Boston."""
    account = make.account(owner_id=world.rep.id, timezone="Europe/Athens")
    body = visit(account, day="2026-03-05", start="00:30")
    assert world.call(world.rep, "POST", "/appointments", body).status_code == 201
    assert seen(world, world.rep, "from=2026-03-04&to=2026-03-04") == [(account.name, "2026-03-05", "00:30")]
    assert seen(world, world.rep, "from=2026-03-05&to=2026-03-05") == []
    assert causes(world.rep) == [("appointment_made", date(2026, 3, 4), date(2026, 3, 4))]


@pytest.mark.parametrize(
    ("values", "pointer"),
    [
        ({"title": None}, "/title"),
        ({"start": "25:00"}, "/start"),
        ({"start": "0930"}, "/start"),
        ({"day": "2026-02-29"}, "/day"),
        ({"duration_minutes": 0}, "/duration_minutes"),
        ({"duration_minutes": 2**40}, "/duration_minutes"),
        ({"lat": 42.0}, "/lon"),
        ({"lat": 91, "lon": 0}, "/lat"),
        ({"timezone": "Boston"}, "/timezone"),
        ({"excluded": ["2026-03-04"]}, "/excluded"),
        ({"notes": "a\0"}, "/notes"),
        ({"starts_at": "2026-03-04T14:30:00Z"}, "/starts_at"),
        ({"client_id": "7"}, "/client_id"),
    ],
)
def test_wrong_input_is_named_and_changes_nothing(world, values, pointer):
    answer = world.call(world.rep, "POST", "/appointments", block(**values))
    assert (answer.status_code, pointers(answer)) == (422, [pointer])
    assert seen(world, world.rep) == []
    assert causes(world.rep) == []


def test_a_block_without_title_and_a_manager_without_rep(world):
    body = block()
    del body["title"]
    answer = world.call(world.rep, "POST", "/appointments", body)
    assert (answer.status_code, pointers(answer)) == (422, ["/title"])
    answer = world.call(world.manager, "POST", "/appointments", block())
    assert (answer.status_code, pointers(answer)) == (422, ["/rep_id"])


def test_foreign_reps_and_accounts_do_not_exist(world):
    assert world.call(world.rep, "POST", "/appointments", visit(world.peers_account)).status_code == 404
    theirs = world.call(world.stranger, "POST", "/appointments", visit(world.foreign_account)).json
    path = f"/appointments/{theirs['id']}"
    for who in (world.rep, world.manager):
        assert world.call(who, "GET", path).status_code == 404
        assert world.call(who, "PATCH", path, {"notes": "x"}, 1).status_code == 404
        assert world.call(who, "DELETE", path, version=1).status_code == 404
        assert seen(world, who) == []
    assert world.call(world.manager, "POST", "/appointments", block(rep_id=str(world.stranger.id))).status_code == 404
    assert world.call(world.rep, "POST", "/appointments", block(rep_id=str(world.peer.id))).status_code == 404


def test_a_list_needs_a_bounded_span(world):
    for query in ("", "from=2026-03-02", "from=2026-03-02&to=2026-03-01", "from=2026-03-02&to=2028-03-01"):
        assert world.call(world.rep, "GET", f"/appointments?{query}").status_code == 422


def test_the_id_that_it_has_elsewhere(world):
    """Set, changed and taken away like any other field, and nobody else's at the same time."""
    body = visit(world.account, external_id="outlook-17")
    made = world.call(world.rep, "POST", "/appointments", body)
    assert (made.status_code, made.json["external_id"]) == (201, "outlook-17")
    assert world.call(world.rep, "POST", "/appointments", body).status_code == 200
    path = f"/appointments/{made.json['id']}"
    assert world.call(world.rep, "PATCH", path, {"external_id": "outlook-18"}).status_code == 428
    renamed = world.call(world.rep, "PATCH", path, {"external_id": "outlook-18"}, 1)
    assert (renamed.json["external_id"], renamed.headers["ETag"]) == ("outlook-18", '"v2"')
    assert world.call(world.rep, "PATCH", path, {"external_id": "outlook-18"}, 1).status_code == 412
    assert world.call(world.rep, "PATCH", path, {"external_id": "outlook-18"}, 2).status_code == 200  # it is its own

    other = world.call(world.rep, "POST", "/appointments", block())
    for method, where, sent, version in (
        ("POST", "/appointments", block(external_id="outlook-18"), None),
        ("PATCH", f"/appointments/{other.json['id']}", {"external_id": "outlook-18"}, 1),
    ):
        taken = world.call(world.rep, method, where, sent, version)
        assert (taken.status_code, taken.json["code"]) == (409, "external_id_taken")
        assert taken.json["stored"]["id"] == made.json["id"]
    strangers = world.call(world.stranger, "POST", "/appointments", block(external_id="outlook-18"))
    assert (strangers.status_code, "stored" in strangers.json) == (409, False)
    assert db.session.scalar(select(func.count()).select_from(Appointment)) == 2
    freed = world.call(world.rep, "PATCH", path, {"external_id": None}, 2)
    assert freed.json["external_id"] is None
    assert world.call(world.stranger, "POST", "/appointments", block(external_id="outlook-18")).status_code == 201
    assert [kind for kind, _, _ in causes(world.rep)] == [
        "appointment_made",
        "appointment_made",
    ]  # no plan depends on it
