"""Pauses and must-visits over HTTP.  Today is Monday 2026-03-02."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from time import sleep

import pytest
import time_machine
from sqlalchemy import select, text

from server.accounts.models import Account
from server.core.database import db
from server.inputs.models import RepInputs
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


def test_sending_a_pause_again_succeeds_also_when_it_has_begun(world):
    path, body = f"/accounts/{world.account.id}/pauses", span(TODAY, TODAY + 2 * DAY)
    made = world.call(world.rep, "POST", path, body)
    with time_machine.travel("2026-03-10T12:00:00-05:00", tick=False):
        again = world.call(world.rep, "POST", path, body)
    assert (again.status_code, again.json) == (200, made.json)


@pytest.mark.parametrize(
    ("first", "last", "pointer"),
    [(5, 6, "/first"), (0, 20, "/last"), (14, 20, "/first"), (0, 4, "/last"), (4, 14, "/first")],
)
def test_a_day_is_paused_once(world, first, last, pointer):
    """There is a pause from the 4th to the 14th day; the neighbouring days are free."""
    path = f"/accounts/{world.account.id}/pauses"
    stored = world.call(world.rep, "POST", path, span(TODAY + 4 * DAY, TODAY + 14 * DAY)).json
    body = span(TODAY + first * DAY, TODAY + last * DAY, reason="other")
    answer = world.call(world.rep, "POST", path, body)
    assert (answer.status_code, pointers(answer), answer.json["overlaps"]) == (422, [pointer], stored["id"])
    assert "2026-03-06 to 2026-03-16" in answer.json["errors"][0]["detail"]
    for free in ((3, 3), (15, 15)):
        assert world.call(world.rep, "POST", path, span(*(TODAY + n * DAY for n in free))).status_code == 201
    assert len(world.call(world.rep, "GET", path).json["items"]) == 3
    elsewhere = f"/accounts/{world.peers_account.id}/pauses"
    assert world.call(world.peer, "POST", elsewhere, body).status_code == 201


def test_a_pause_is_changed_with_its_version(world):
    path = f"/accounts/{world.account.id}/pauses"
    made = world.call(world.rep, "POST", path, span(TODAY + 3 * DAY, TODAY + 6 * DAY)).json
    later = world.call(world.rep, "POST", path, span(TODAY + 8 * DAY, TODAY + 9 * DAY)).json
    one = f"{path}/{made['id']}"
    assert world.call(world.rep, "GET", one).headers["ETag"] == '"v1"'
    assert world.call(world.rep, "PATCH", one, {"reason": "flood"}).status_code == 428
    said = world.call(world.rep, "PATCH", one, {"reason": "flood"}, 1)
    assert (said.status_code, said.json["reason"], said.headers["ETag"]) == (200, "flood", '"v2"')
    assert world.call(world.rep, "PATCH", one, {"reason": "fire"}, 1).status_code == 412
    longer = world.call(world.rep, "PATCH", one, {"last": str(TODAY + 7 * DAY)}, 2)
    assert (longer.status_code, longer.json["last"]) == (200, "2026-03-09")
    for body, pointer in (
        ({"last": str(TODAY + 8 * DAY)}, "/last"),
        ({"first": str(TODAY + 9 * DAY), "last": str(TODAY + 12 * DAY)}, "/first"),
        ({"last": str(TODAY)}, "/last"),
        ({"first": str(TODAY + 30 * DAY)}, "/first"),
    ):
        wrong = world.call(world.rep, "PATCH", one, body, 3)
        assert (wrong.status_code, pointers(wrong)) == (422, [pointer])
    assert world.call(world.stranger, "PATCH", one, {"reason": "mine"}, 3).status_code == 404
    assert world.call(world.rep, "GET", f"/accounts/{world.peers_account.id}/pauses/{later['id']}").status_code == 404
    assert world.call(world.rep, "GET", one).json == longer.json
    assert causes(world.rep) == [
        ("account_paused", TODAY + 3 * DAY, None),
        ("account_paused", TODAY + 8 * DAY, None),
        ("pause_changed", TODAY + 7 * DAY, None),  # the first day that was open before
    ]


def test_a_rep_ends_a_pause_early_but_changes_no_day_that_is_past(world):
    path = f"/accounts/{world.account.id}/pauses"
    made = world.call(world.manager, "POST", path, span(TODAY - 5 * DAY, TODAY + 5 * DAY)).json
    one = f"{path}/{made['id']}"
    for body in ({"first": str(TODAY - 4 * DAY)}, {"first": str(TODAY)}, {"last": str(TODAY - 2 * DAY)}):
        assert world.call(world.rep, "PATCH", one, body, 1).status_code == 403
    ended = world.call(world.rep, "PATCH", one, {"last": str(TODAY - DAY)}, 1)  # open again from today on
    assert (ended.status_code, ended.json["last"]) == (200, "2026-03-01")
    assert world.call(world.manager, "PATCH", one, {"first": str(TODAY - 9 * DAY)}, 2).status_code == 200
    assert causes(world.rep)[1:] == [("pause_changed", TODAY, None), ("pause_changed", TODAY - 9 * DAY, None)]


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
    assert (wrong.status_code, pointers(wrong)) == (422, ["/first"])
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


def test_a_visit_is_not_asked_for_on_days_that_are_past(world):
    """The account's today counts: at 02:00 UTC on 3 March it is still the 2nd in New York."""
    body = {"account_id": str(world.account.id), **span(TODAY - 3 * DAY, TODAY - DAY)}
    past = world.call(world.rep, "POST", "/must-visits", body)
    assert (past.status_code, pointers(past)) == (422, ["/last"])
    assert "today is 2026-03-02" in past.json["errors"][0]["detail"]
    assert causes(world.rep) == []
    with time_machine.travel("2026-03-03T02:00:00Z", tick=False):
        body["last"] = str(TODAY)
        made = world.call(world.rep, "POST", "/must-visits", body)
        assert made.status_code == 201
    one = f"/must-visits/{made.json['id']}"
    with time_machine.travel("2026-03-09T12:00:00Z", tick=False):
        again = world.call(world.rep, "POST", "/must-visits", body)
        assert (again.status_code, again.json["id"]) == (200, made.json["id"])  # sent again: what is stored
        assert world.call(world.rep, "PATCH", one, {"note": "nobody went"}, 1).status_code == 200
        wrong = world.call(world.rep, "PATCH", one, {"last": "2026-03-08"}, 2)
        assert (wrong.status_code, pointers(wrong)) == (422, ["/last"])
        wrong = world.call(world.rep, "PATCH", one, {"first": "2026-03-01"}, 2)
        assert (wrong.status_code, pointers(wrong)) == (422, ["/first"])
        assert world.call(world.rep, "PATCH", one, {"last": "2026-03-09"}, 2).status_code == 200


def test_a_plan_that_is_being_stored_and_a_pause_do_not_wait_for_each_other(world):
    """PostgreSQL: storing a plan locks the rep's inputs, then refers to accounts; a pause locks the account, then the inputs."""
    if db.engine.dialect.name != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    call = world.caller(world.rep)
    body, rep_id, account_id = span(TODAY, TODAY), world.rep.id, world.account.id

    def pause():
        with world.app.app_context():
            return call("POST", f"/accounts/{account_id}/pauses", body)

    with db.engine.connect() as plan, db.engine.connect() as watch, ThreadPoolExecutor(1) as phone:
        plan.execute(select(RepInputs.rep_id).where(RepInputs.rep_id == rep_id).with_for_update())
        answer = phone.submit(pause)
        waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
        for _ in range(100):
            if watch.scalar(waiting):
                break
            sleep(0.05)
        plan.execute(text("SET LOCAL lock_timeout = '3s'"))
        refer = select(Account.id).where(Account.id == account_id).with_for_update(read=True, key_share=True)
        assert plan.scalar(refer) == account_id  # what the foreign key of a stop does
        plan.commit()
        assert answer.result(timeout=10).status_code == 201
