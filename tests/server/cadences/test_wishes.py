"""Pauses and must-visits over HTTP.  Today is Monday 2026-03-02."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine

from tests.server.world import causes, pointers

TODAY = date(2026, 3, 2)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _frozen():
    with time_machine.travel("2026-03-02T12:00:00-05:00", tick=False):
        yield


def span(first, last, **more):
    return {"first": str(first), "last": str(last), **more}


def test_a_pause_is_made_once_and_taken_back(world):
    path = f"/accounts/{world.account.id}/pauses"
    body = span(TODAY, TODAY + 6 * DAY, reason="renovation")
    made = world.call(world.rep, "POST", path, body)
    assert made.status_code == 201
    assert world.call(world.rep, "POST", path, body).status_code == 200
    assert [p["reason"] for p in world.call(world.rep, "GET", path).json["items"]] == ["renovation"]
    one = f"{path}/{made.json['id']}"
    assert world.call(world.rep, "DELETE", one).status_code == 428
    assert world.call(world.stranger, "DELETE", one, version=1).status_code == 404
    assert world.call(world.rep, "DELETE", one, version=1).status_code == 204
    assert causes(world.rep) == [("account_paused", TODAY, None), ("account_resumed", TODAY, None)]


def test_a_rep_does_not_pause_what_is_past(world):
    path = f"/accounts/{world.account.id}/pauses"
    body = span(TODAY - DAY, TODAY)
    assert world.call(world.rep, "POST", path, body).status_code == 403
    made = world.call(world.manager, "POST", path, body)
    assert made.status_code == 201
    assert world.call(world.rep, "DELETE", f"{path}/{made.json['id']}", version=1).status_code == 403


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (span(TODAY, TODAY - DAY), "/last"),
        ({"first": "2026-03-02"}, "/last"),
        (span("2026-02-30", TODAY), "/first"),
        (span(TODAY, "9999-12-31"), "/last"),
        (span(TODAY, TODAY, reason="a\0b"), "/reason"),
    ],
)
def test_a_wrong_pause_changes_nothing(world, body, pointer):
    answer = world.call(world.rep, "POST", f"/accounts/{world.account.id}/pauses", body)
    assert (answer.status_code, pointers(answer)) == (422, [pointer])
    assert causes(world.rep) == []


def test_foreign_accounts_are_as_if_they_did_not_exist(world):
    nowhere = world.call(world.rep, "GET", f"/accounts/{'0' * 8}-0000-0000-0000-{'0' * 12}/pauses")
    foreign = world.call(world.rep, "GET", f"/accounts/{world.foreign_account.id}/pauses")
    assert nowhere.status_code == foreign.status_code == 404
    assert nowhere.data == foreign.data


def test_a_rep_asks_for_visits_at_own_accounts(world):
    body = {"account_id": str(world.account.id), **span(TODAY, TODAY + 4 * DAY), "note": "new buyer"}
    made = world.call(world.rep, "POST", "/must-visits", body)
    assert made.status_code == 201
    assert made.json["author_id"] == str(world.rep.user_id)
    assert world.call(world.rep, "POST", "/must-visits", body).status_code == 200
    foreign = {**body, "account_id": str(world.peers_account.id)}
    assert world.call(world.rep, "POST", "/must-visits", foreign).status_code == 404
    one = f"/must-visits/{made.json['id']}"
    assert world.call(world.peer, "GET", one).status_code == 404
    moved = world.call(world.rep, "PATCH", one, {"last": str(TODAY + 9 * DAY)}, 1)
    assert (moved.status_code, moved.json["last"]) == (200, "2026-03-11")
    assert world.call(world.rep, "PATCH", one, {"note": "ask for Ann"}, 2).status_code == 200
    wrong = world.call(world.rep, "PATCH", one, {"first": str(TODAY + 20 * DAY)}, 3)
    assert (wrong.status_code, pointers(wrong)) == (422, ["/last"])
    assert world.call(world.rep, "DELETE", one, version=3).status_code == 204
    assert causes(world.rep) == [
        ("must_visit_added", TODAY, TODAY + 4 * DAY),
        ("must_visit_changed", TODAY, TODAY + 9 * DAY),
        ("must_visit_removed", TODAY, TODAY + 9 * DAY),
    ]


def test_must_visits_by_period_and_rep(world):
    for account, first in ((world.account, TODAY), (world.account, TODAY + 10 * DAY), (world.peers_account, TODAY)):
        body = {"account_id": str(account.id), **span(first, first + 2 * DAY)}
        assert world.call(world.manager, "POST", "/must-visits", body).status_code == 201

    def firsts(query, who=world.manager):
        return [m["first"] for m in world.call(who, "GET", f"/must-visits?{query}").json["items"]]

    assert firsts("") == ["2026-03-02", "2026-03-02", "2026-03-12"]
    assert firsts(f"rep_id={world.rep.id}") == ["2026-03-02", "2026-03-12"]
    assert firsts("from=2026-03-05&to=2026-03-31") == ["2026-03-12"]
    assert firsts("", world.peer) == ["2026-03-02"]
    assert world.call(world.rep, "GET", f"/must-visits?rep_id={world.peer.id}").status_code == 404
