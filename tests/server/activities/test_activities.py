"""Logging activities over HTTP.  Now is Wednesday 2026-03-04, 12:00 in Boston (17:00 UTC)."""

from __future__ import annotations

import itertools
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from sqlalchemy import func, select

from server.activities.models import Activity
from server.core.database import db
from tests import factories as make
from tests.server.world import causes, pending, pointers

NOW = datetime(2026, 3, 4, 17, tzinfo=UTC)
TODAY = date(2026, 3, 4)


@pytest.fixture(autouse=True)
def _frozen():
    with time_machine.travel(NOW, tick=False):
        yield


def done(account, **values):
    body = {"client_id": str(uuid4()), "account_id": str(account.id), "happened_at": "2026-03-04T11:00:00-05:00"}
    return {**body, **values}


def log(world, who, body, path="/activities"):
    return world.call(who, "POST", path, body)


def stored():
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Activity))


def test_a_visit_is_logged_once(world):
    body = done(world.account, outcome="order", order_value="120.50", note="wants blue ones")
    first, again = log(world, world.rep, body), log(world, world.rep, body)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json == again.json
    assert first.json["local_day"] == "2026-03-04"
    assert first.json["order_value"] == "120.50"
    assert (first.json["channel"], first.json["status"]) == ("visit", "completed")
    other = log(world, world.rep, {**body, "note": "wants red ones"})
    assert (other.status_code, other.json["code"]) == (409, "id_reused")
    assert other.json["stored"]["note"] == "wants blue ones"
    assert causes(world.rep) == [("activity_logged", TODAY, None)]


def test_the_devices_clock_goes_on_between_two_tries(world):
    body = done(world.account)
    assert log(world, world.rep, {**body, "device_time": "2026-03-04T17:00:00Z"}).status_code == 201
    assert log(world, world.rep, {**body, "device_time": "2026-03-04T17:00:30Z"}).status_code == 200


def test_a_plan_that_is_still_to_follow_is_said(world):
    pending(world.rep)
    body = done(world.account)
    first, again = log(world, world.rep, body), log(world, world.rep, body)
    assert (first.status_code, first.headers["Plan-Status"]) == (202, "pending")
    assert again.status_code == 200
    assert first.json == again.json
    batch = log(world, world.rep, {"activities": [done(world.account)]}, "/activities/batch")
    assert (batch.status_code, batch.json["results"][0]["status"]) == (202, 201)
    assert log(world, world.rep, done(world.account, channel="phone")).status_code == 201


def test_fifty_at_once_are_one(world):
    body, call = done(world.account), world.caller(world.rep)

    def send(_):
        with world.app.app_context():
            return call("POST", "/activities", body).status_code

    with ThreadPoolExecutor(50) as threads:
        statuses = sorted(threads.map(send, range(50)))
    assert statuses == [200] * 49 + [201]
    assert stored() == 1
    assert len(causes(world.rep)) == 1


def test_twenty_different_ones_at_once_are_twenty(world):
    """Also the rep's very first ones, which all want to make the row of the rep's inputs."""
    pending(world.rep)
    bodies, call = [done(world.account) for _ in range(20)], world.caller(world.rep)

    def send(body):
        with world.app.app_context():
            return call("POST", "/activities", body).status_code

    with ThreadPoolExecutor(10) as threads:
        statuses = list(threads.map(send, bodies))
    assert statuses == [202] * 20  # no worker is there to follow
    assert stored() == 20
    assert len(causes(world.rep)) == 20


@pytest.mark.parametrize(
    ("ahead", "corrected"),
    [
        (timedelta(hours=3), True),
        (timedelta(hours=-3), True),
        (timedelta(seconds=120), False),
        (timedelta(seconds=121), True),
        (datetime(2000, 1, 1, tzinfo=UTC) - NOW, True),
    ],
)
def test_a_wrong_clock_is_corrected(world, ahead, corrected):
    """It happened an hour before it was sent, whatever the device believes."""
    sent = NOW + ahead
    body = done(
        world.account,
        happened_at=(sent - timedelta(hours=1)).isoformat(),
        ended_at=(sent - timedelta(minutes=30)).isoformat(),
        device_time=sent.isoformat(),
    )
    answer = log(world, world.rep, body)
    assert answer.status_code == 201
    shift = timedelta() if corrected else ahead
    assert datetime.fromisoformat(answer.json["happened_at"]) == NOW - timedelta(hours=1) + shift
    assert datetime.fromisoformat(answer.json["ended_at"]) == NOW - timedelta(minutes=30) + shift
    assert answer.json["clock_skew_seconds"] == ahead.total_seconds()
    assert answer.json["local_day"] == "2026-03-04"


def test_ten_years_back_at_most(world):
    # Now is 12:00 New York, 4 March 2026: ten years are 3653 days.  A late queue, also one of years, is taken.
    last = log(world, world.rep, done(world.account, happened_at="2016-03-03T17:00:00Z"))
    assert last.status_code == 201
    for wrong in ("2016-03-03T16:59:59Z", "1990-01-01T12:00:00Z"):
        refused = log(world, world.rep, done(world.account, happened_at=wrong))
        assert (refused.status_code, pointers(refused)) == (422, ["/happened_at"])
    # A telephone that believes it is 1990, and says so: an hour ago.
    body = done(world.account, happened_at="1990-01-01T12:00:00Z", device_time="1990-01-01T13:00:00Z")
    assert datetime.fromisoformat(log(world, world.rep, body).json["happened_at"]) == NOW - timedelta(hours=1)


def test_the_future_is_refused_and_the_past_is_not(world):
    near = log(world, world.rep, done(world.account, happened_at="2026-03-04T17:05:00Z"))
    assert near.status_code == 201  # five minutes are within the clock's error
    far = log(world, world.rep, done(world.account, happened_at="2026-03-04T17:05:01Z"))
    assert (far.status_code, pointers(far)) == (422, ["/happened_at"])
    old = log(world, world.rep, done(world.account, happened_at="2024-07-01T12:00:00Z"))
    assert (old.status_code, old.json["local_day"]) == (201, "2024-07-01")
    assert causes(world.rep)[-1] == ("activity_logged", date(2024, 7, 1), None)


def test_the_day_is_the_accounts(world):
    """11:00 in Boston is 05:00 of the next day in Auckland (UTC+13)."""
    account = make.account(owner_id=world.rep.id, timezone="Pacific/Auckland")
    answer = log(world, world.rep, done(account))
    assert (answer.json["local_day"], answer.json["timezone"]) == ("2026-03-05", "Pacific/Auckland")


@pytest.mark.parametrize(
    ("moment", "kept"),
    [
        ("2026-03-04T08:00:00-05:00", True),
        ("2026-03-04T07:59:00-05:00", False),
        ("2026-03-03T16:59:00-05:00", True),
        ("2026-03-03T17:00:00-05:00", False),
        ("2026-03-01T11:00:00-05:00", False),  # a Sunday
    ],
)
def test_a_position_only_in_working_hours(world, moment, kept):
    """Monday to Friday 08:00 to 17:00 in Boston."""
    body = done(world.account, happened_at=moment, lat=42.36, lon=-71.06, accuracy_metres=12)
    answer = log(world, world.rep, body)
    assert answer.status_code == 201
    assert (answer.json["lat"] is not None, answer.json["accuracy_metres"] is not None) == (kept, kept)
    assert log(world, world.rep, body).status_code == 200


def test_who_may_log_where(world):
    assert log(world, world.rep, done(world.peers_account)).status_code == 404
    cover = log(world, world.rep, done(world.peers_account, cover=True))
    assert (cover.status_code, cover.json["cover"]) == (201, True)
    assert causes(world.peer) == causes(world.rep) == [("activity_logged", TODAY, None)]
    assert log(world, world.rep, done(world.foreign_account, cover=True)).status_code == 404
    assert log(world, world.rep, done(world.account, rep_id=str(world.peer.id))).status_code == 404
    nobody = log(world, world.manager, done(world.account))
    assert (nobody.status_code, pointers(nobody)) == (422, ["/rep_id"])
    assert log(world, world.manager, done(world.account, rep_id=str(world.rep.id))).status_code == 201
    assert log(world, world.manager, done(world.account, rep_id=str(world.stranger.id))).status_code == 404
    assert log(world, world.manager, done(world.foreign_account, rep_id=str(world.rep.id))).status_code == 404


def test_foreign_activities_do_not_exist(world):
    theirs = log(world, world.stranger, done(world.foreign_account)).json["id"]
    for who in (world.rep, world.manager):
        assert world.call(who, "GET", f"/activities/{theirs}").status_code == 404
        assert world.call(who, "PATCH", f"/activities/{theirs}", {"note": "x"}, 1).status_code == 404
        assert world.call(who, "GET", "/activities").json["items"] == []
    assert len(world.call(world.admin, "GET", "/activities").json["items"]) == 1


def test_an_owner_reads_but_does_not_change_what_a_cover_logged(world):
    covered = log(world, world.rep, done(world.peers_account, cover=True)).json["id"]
    assert world.call(world.peer, "GET", f"/activities/{covered}").status_code == 200
    assert world.call(world.peer, "PATCH", f"/activities/{covered}", {"note": "x"}, 1).status_code == 404


def test_withdrawn_and_back(world):
    made = log(world, world.rep, done(world.account)).json
    path = f"/activities/{made['id']}"
    assert world.call(world.rep, "PATCH", path, {"withdrawn": True}).status_code == 428
    gone = world.call(world.rep, "PATCH", path, {"withdrawn": True, "note": "wrong shop"}, 1)
    assert gone.json["withdrawn_at"] is not None
    assert world.call(world.rep, "PATCH", path, {"note": "typo"}, 2).json["note"] == "typo"
    assert world.call(world.rep, "PATCH", path, {"withdrawn": False}, 3).json["withdrawn_at"] is None
    assert [kind for kind, _, _ in causes(world.rep)] == ["activity_logged", "activity_withdrawn", "activity_logged"]


def test_calls_do_not_move_plans(world):
    for channel in ("phone", "email", "mail"):
        assert log(world, world.rep, done(world.account, channel=channel)).status_code == 201
    assert causes(world.rep) == []


def test_an_appointment_must_be_the_accounts(world):
    when = {"day": "2026-03-04", "start": "10:00", "duration_minutes": 30}
    body = {"client_id": str(uuid4()), "account_id": str(world.account.id), **when}
    made = world.call(world.rep, "POST", "/appointments", body).json["id"]
    assert log(world, world.rep, done(world.account, appointment_id=made)).status_code == 201
    second = make.account(owner_id=world.rep.id)
    assert log(world, world.rep, done(second, appointment_id=made)).status_code == 404


@pytest.mark.parametrize(
    ("values", "pointer"),
    [
        ({"client_id": None}, "/client_id"),
        ({"happened_at": "2026-03-04T11:00:00"}, "/happened_at"),  # no zone
        ({"happened_at": "yesterday"}, "/happened_at"),
        ({"happened_at": "0001-01-01T00:00:00+14:00"}, "/happened_at"),
        ({"ended_at": "2026-03-04T10:00:00-05:00"}, "/ended_at"),
        ({"channel": "fax"}, "/channel"),
        ({"status": "skipped"}, "/reason"),
        ({"lat": 42.0}, "/lon"),
        ({"lat": "42", "lon": 1}, "/lat"),
        ({"order_value": "-1"}, "/order_value"),
        ({"order_value": 120.505}, "/order_value"),
        ({"order_value": "120.505"}, "/order_value"),
        ({"order_value": True}, "/order_value"),
        ({"order_value": "٣"}, "/order_value"),
        ({"order_value": "1234567890123"}, "/order_value"),
        ({"order_value": "NaN"}, "/order_value"),
        ({"order_value": "1e400"}, "/order_value"),
        ({"note": "\ud800"}, "/note"),
        ({"note": "x" * 10_001}, "/note"),
        ({"local_day": "2026-03-04"}, "/local_day"),
    ],
)
def test_wrong_input_is_named_and_changes_nothing(world, values, pointer):
    answer = log(world, world.rep, done(world.account, **values))
    assert (answer.status_code, pointers(answer)) == (422, [pointer])
    assert stored() == 0


def test_a_poison_item_does_not_stop_a_batch(world):
    good = [done(world.account, note=str(n)) for n in range(20)]
    poison = [{}, 7, None, {"client_id": "x"}, done(world.peers_account), done(world.account, happened_at="never")]
    items = [*good[:10], *poison, good[0], {**good[1], "note": "other"}, *good[10:]]
    answer = log(world, world.rep, {"activities": items}, "/activities/batch")
    assert answer.status_code == 200
    statuses = [result["status"] for result in answer.json["results"]]
    assert statuses == [201] * 10 + [422, 422, 422, 422, 404, 422] + [200, 409] + [201] * 10
    results = answer.json["results"]
    assert [e["pointer"] for e in results[15]["problem"]["errors"]] == ["/happened_at"]
    assert results[17]["problem"]["stored"]["note"] == "1"
    assert results[0]["activity"]["client_id"] == good[0]["client_id"]
    assert stored() == 20


def test_any_order_and_any_number_of_times_gives_the_same(world):
    """Three visits on two days, sent in all orders: the same rows, each once."""
    days = ("2026-03-02T15:00:00Z", "2026-03-03T15:00:00Z", "2026-03-03T18:00:00Z")
    items = [done(world.account, happened_at=day) for day in days]
    for order in itertools.permutations(items):
        assert log(world, world.rep, {"activities": list(order)}, "/activities/batch").status_code == 200
    assert stored() == 3
    listed = world.call(world.rep, "GET", "/activities").json["items"]
    assert sorted(a["happened_at"] for a in listed) == [day.replace("Z", "+00:00") for day in days]


def test_a_batch_has_a_size_and_one_clock_for_all(world):
    assert log(world, world.rep, {"activities": []}, "/activities/batch").status_code == 422
    assert log(world, world.rep, {"activities": [7] * 501}, "/activities/batch").status_code == 422
    fast = (NOW + timedelta(hours=3)).isoformat()
    body = {"activities": [done(world.account, happened_at=fast)], "device_time": fast}
    result = log(world, world.rep, body, "/activities/batch").json["results"][0]
    assert (result["status"], result["activity"]["happened_at"]) == (201, "2026-03-04T17:00:00+00:00")


def test_lists_filter_and_page(world):
    for day in (2, 3, 4):
        log(world, world.rep, done(world.account, happened_at=f"2026-03-0{day}T15:00:00Z"))
    log(world, world.rep, done(world.account, channel="phone"))

    def days(query):
        items = world.call(world.rep, "GET", f"/activities?{query}").json["items"]
        return [item["local_day"][8:] for item in items]

    assert days("channel=visit") == ["04", "03", "02"]
    assert days("from=2026-03-03&to=2026-03-03") == ["03"]
    assert days(f"account_id={world.peers_account.id}") == []
    seen, cursor = [], ""
    while cursor is not None:
        page = world.call(world.rep, "GET", f"/activities?channel=visit&limit=2{cursor}").json
        seen += [item["local_day"][8:] for item in page["items"]]
        cursor = f"&cursor={page['next']}" if page["next"] else None
    assert seen == ["04", "03", "02"]


def test_an_order_may_be_a_number(world):
    """As the revenue of accounts; answers carry text."""
    made = world.call(world.rep, "POST", "/activities", done(world.account, order_value=120.5))
    assert (made.status_code, made.json["order_value"]) == (201, "120.50")


def test_a_span_the_wrong_way_round_is_refused(world):
    answer = world.call(world.rep, "GET", "/activities?from=2026-03-02&to=2026-03-01")
    assert (answer.status_code, pointers(answer)) == (422, ["/query/to"])
    assert answer.json["errors"][0]["detail"] == "It is before from, 2026-03-02."
