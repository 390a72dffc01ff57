"""Cadence policies over HTTP: scopes, roles, validation, and whose plans they touch."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine

from server.cadences.resolve import Source, cadences_for
from server.core.database import db
from tests import factories as make
from tests.server.world import causes, pointers

ROLLING = {"channel": "visit", "mode": "rolling", "interval_days": 14}


def effective(account, channel="visit"):
    db.session.rollback()
    resolved = cadences_for(db.session(), [account], channel)[account.id]
    return resolved.source, resolved.cadence and resolved.cadence.interval_days


def test_the_narrowest_scope_that_speaks_wins(world):
    """Organisation 28, segment 14, account 7: each in turn, and "none" speaks too."""
    make.segment("A")
    account = make.account(owner_id=world.rep.id, segment="A")
    assert effective(account) == (Source.NONE, None)
    make.cadence(interval_days=28)
    assert effective(account) == (Source.ORGANISATION, 28)
    make.cadence(segment="A", interval_days=14)
    assert effective(account) == (Source.SEGMENT, 14)
    own = make.cadence(account_id=account.id, interval_days=7)
    assert effective(account) == (Source.ACCOUNT, 7)
    assert effective(account, "phone") == (Source.NONE, None)
    answer = world.call(world.manager, "PATCH", f"/cadences/{own.id}", {"mode": None, "interval_days": None}, 1)
    assert answer.status_code == 200
    assert effective(account) == (Source.ACCOUNT, None)
    assert world.call(world.manager, "DELETE", f"/cadences/{own.id}", version=2).status_code == 204
    assert effective(account) == (Source.SEGMENT, 14)


def test_many_accounts_take_three_queries(world):
    from sqlalchemy import event

    accounts = [make.account() for _ in range(5)]
    make.cadence()
    ids = [account.id for account in accounts]
    statements = []
    event.listen(db.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    found = cadences_for(db.session(), accounts, "visit")
    assert len(found) == len(ids)
    assert len([s for s in statements if s.startswith("SELECT") and "FROM accounts" not in s]) == 3


def test_roles(world):
    make.segment("A")
    path = "/cadences"
    for scope in ({}, {"segment": "A"}):
        assert world.call(world.rep, "POST", path, {**ROLLING, **scope}).status_code == 403
        assert world.call(world.manager, "POST", path, {**ROLLING, **scope}).status_code == 403
        assert world.call(world.admin, "POST", path, {**ROLLING, **scope}).status_code == 201
    own = {**ROLLING, "account_id": str(world.account.id)}
    assert world.call(world.manager, "POST", path, own).status_code == 201
    foreign = {**ROLLING, "account_id": str(world.foreign_account.id)}
    assert world.call(world.manager, "POST", path, foreign).status_code == 404
    assert world.call(world.admin, "POST", path, foreign).status_code == 201
    seen = world.call(world.rep, "GET", path).json["items"]
    assert [(p["segment"], p["account_id"]) for p in seen] == [
        (None, None),
        ("A", None),
        (None, str(world.account.id)),
    ]
    hidden = world.call(world.admin, "GET", f"{path}?account_id={world.foreign_account.id}").json["items"][0]["id"]
    assert world.call(world.manager, "GET", f"{path}/{hidden}").status_code == 404
    assert world.call(world.manager, "DELETE", f"{path}/{hidden}", version=1).status_code == 404


def test_one_policy_a_scope_and_channel(world):
    first = world.call(world.admin, "POST", "/cadences", ROLLING)
    again = world.call(world.admin, "POST", "/cadences", ROLLING)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json == first.json
    other = world.call(world.admin, "POST", "/cadences", {**ROLLING, "interval_days": 21})
    assert other.status_code == 409
    assert other.json["stored"]["interval_days"] == 14
    assert world.call(world.admin, "POST", "/cadences", {**ROLLING, "channel": "phone"}).status_code == 201


@pytest.mark.parametrize(
    ("values", "pointer"),
    [
        ({"interval_days": None}, "/interval_days"),
        ({"interval_days": 0}, "/interval_days"),
        ({"visits": 2}, "/visits"),
        ({"mode": "quota", "interval_days": None, "visits": 2}, "/period"),
        ({"tolerance_days": 7}, "/tolerance_days"),  # half the interval: windows would overlap
        ({"min_gap_days": 15}, "/min_gap_days"),
        ({"valid_from": "2026-02-01", "valid_to": "2026-01-01"}, "/valid_to"),
        ({"seasons": [{"months": [13], "interval_days": None}]}, "/seasons/0/months/0"),
        (
            {"seasons": [{"months": [1], "interval_days": 7}, {"months": [1, 2], "interval_days": None}]},
            "/seasons",
        ),
        ({"surprise": 1}, "/surprise"),
        ({"segment": "nowhere"}, "/segment"),
    ],
)
def test_what_contradicts_itself_is_named(world, values, pointer):
    answer = world.call(world.admin, "POST", "/cadences", {**ROLLING, **values})
    assert answer.status_code in (404, 422)
    assert answer.mimetype == "application/problem+json"
    assert pointers(answer) == [pointer]
    assert world.call(world.admin, "GET", "/cadences").json["items"] == []


def test_a_patch_is_judged_as_a_whole_and_needs_the_version(world):
    made = world.call(world.admin, "POST", "/cadences", {**ROLLING, "tolerance_days": 5}).json
    path = f"/cadences/{made['id']}"
    assert world.call(world.admin, "PATCH", path, {"interval_days": 21}).status_code == 428
    assert world.call(world.admin, "PATCH", path, {"interval_days": 21}, 7).status_code == 412
    wrong = world.call(world.admin, "PATCH", path, {"interval_days": 10}, 1)  # tolerance 5 is half of it
    assert (wrong.status_code, pointers(wrong)) == (422, ["/tolerance_days"])
    assert world.call(world.admin, "GET", path).json["interval_days"] == 14
    right = world.call(world.admin, "PATCH", path, {"interval_days": 21}, 1)
    assert (right.status_code, right.headers["ETag"]) == (200, '"v2"')


def test_a_policy_touches_the_plans_of_whoever_owns_such_accounts(world):
    make.segment("A")
    make.account(owner_id=world.peer.id, segment="A")
    unowned = make.account(team_id=world.stranger.team_id, segment="A")
    assert unowned.owner_id is None
    world.call(world.admin, "POST", "/cadences", {**ROLLING, "segment": "A"})
    assert causes(world.peer) == [("cadence_changed", None, None)]
    assert causes(world.stranger) == [("cadence_changed", None, None)]  # the team plan may give it to them
    assert causes(world.rep) == []
    world.call(world.admin, "POST", "/cadences", {**ROLLING, "segment": "A", "channel": "phone"})
    assert len(causes(world.peer)) == 1  # calls are not planned
    world.call(world.admin, "POST", "/cadences", ROLLING)
    assert len(causes(world.rep)) == 1


def test_eight_at_once_are_one(world):
    call = world.caller(world.admin)

    def send(_):
        with world.app.app_context():
            return call("POST", "/cadences", ROLLING).status_code

    with ThreadPoolExecutor(8) as threads:
        statuses = sorted(threads.map(send, range(8)))
    assert statuses == [200] * 7 + [201]
    assert len(world.call(world.admin, "GET", "/cadences").json["items"]) == 1


def test_a_second_cadence_of_a_scope_is_said_to_be_one(world):
    path, own = "/cadences", {**ROLLING, "account_id": str(world.account.id)}
    stored = world.call(world.manager, "POST", path, own).json
    answer = world.call(world.manager, "POST", path, {**own, "interval_days": 7})
    assert (answer.status_code, answer.json["code"], answer.json["stored"]["id"]) == (
        409,
        "cadence_exists",
        stored["id"],
    )
    assert "id" not in answer.json["detail"].split()


@pytest.mark.parametrize(
    ("asked", "possible"),
    [
        ({"mode": "quota", "visits": 40, "period": "week"}, 7),  # one a day is credited
        ({"mode": "quota", "visits": 5, "period": "week", "min_gap_days": 2}, 4),  # days 1, 3, 5 and 7
        ({"mode": "quota", "visits": 32, "period": "month"}, 31),
        ({"mode": "pattern", "visits": 9, "block_workdays": 3, "anchor": "2026-03-02"}, 3),
        # Ten workdays are at most 14 days from first to last: days 1, 6 and 11.
        ({"mode": "pattern", "visits": 4, "block_workdays": 10, "anchor": "2026-03-02", "min_gap_days": 5}, 3),
    ],
)
def test_what_nobody_could_keep_is_refused(world, asked, possible):
    answer = world.call(world.admin, "POST", "/cadences", {"channel": "visit", **asked})
    assert (answer.status_code, pointers(answer)) == (422, ["/visits"])
    assert f"at most {possible} visits" in answer.json["errors"][0]["detail"]
    made = world.call(world.admin, "POST", "/cadences", {"channel": "visit", **asked, "visits": possible})
    assert made.status_code == 201
    answer = world.call(world.admin, "PATCH", f"/cadences/{made.json['id']}", {"visits": possible + 1}, 1)
    assert (answer.status_code, pointers(answer)) == (422, ["/visits"])


@pytest.mark.parametrize(
    ("day", "good"),
    [("0001-01-01", False), ("1999-12-31", False), ("2000-01-01", True), ("2036-03-02", True), ("2036-03-04", False)],
)
def test_dates_are_from_2000_to_ten_years_ahead(world, day, good):
    """Of everything that is stored.  3653 days after Monday 2026-03-02 is 2036-03-02 (29 February of 2028, 2032 and 2036)."""
    owned = make.account(owner_id=world.rep.id)
    account = f"/accounts/{owned.id}"
    attempts = [
        ("PATCH", account, {"active_from": day}, "/active_from", owned.version),
        ("POST", "/cadences", {**ROLLING, "valid_to": day}, "/valid_to", None),
        ("POST", f"{account}/pauses", {"first": min(day, "2026-03-02"), "last": max(day, "2026-03-02")}, None, None),
        (
            "POST",
            "/must-visits",
            {"account_id": str(owned.id), "first": "2026-03-02", "last": day},
            "/last",
            None,
        ),
    ]
    with time_machine.travel("2026-03-02T12:00:00-05:00", tick=False):
        for method, path, body, pointer, version in attempts:
            answer = world.call(world.admin, method, path, body, version)
            if not good:
                assert answer.status_code == 422
                assert pointer in (None, *pointers(answer)), path
            elif path != "/must-visits" or day > "2026":
                assert answer.status_code < 300, answer.json
