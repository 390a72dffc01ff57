"""GET /accounts/{id}/cadence and /compliance, worked out by hand.

A rolling cadence of 10 days with tolerance 2: a visit on day x is followed by a window from x + 8 to x + 12, due x + 10.
Today is Friday 2026-03-20.
"""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
import time_machine

from server.activities.due import due_touches
from server.core.database import db
from server.reps.models import Rep
from tests import factories as make


@pytest.fixture(autouse=True)
def _frozen():
    with time_machine.travel("2026-03-20T12:00:00-04:00", tick=False):
        yield


@pytest.fixture
def account(world):
    make.cadence(interval_days=10, tolerance_days=2)
    return make.account(owner_id=world.rep.id, active_from=date(2026, 2, 1))


def visit(world, account, day, channel="visit", **values):
    body = {
        "client_id": str(uuid4()),
        "account_id": str(account.id),
        "channel": channel,
        "happened_at": f"{day}T15:00:00Z",
        **values,
    }
    answer = world.call(world.rep, "POST", "/activities", body)
    assert answer.status_code == 201, answer.json
    return answer.json


def stand(world, account, channel="visit", who=None):
    answer = world.call(who or world.rep, "GET", f"/accounts/{account.id}/cadence")
    assert answer.status_code == 200
    assert answer.json["today"] == "2026-03-20"
    return next(c for c in answer.json["channels"] if c["channel"] == channel)


def compliance(world, account):
    answer = world.call(world.rep, "GET", f"/accounts/{account.id}/compliance")
    assert answer.status_code == 200
    return answer.json


def test_the_channels_and_who_set_them(world, account):
    make.cadence(channel="phone", mode=None, interval_days=None, account_id=account.id)
    shown = world.call(world.rep, "GET", f"/accounts/{account.id}/cadence").json["channels"]
    assert [(c["channel"], c["source"], c["mode"], c["interval_days"]) for c in shown] == [
        ("visit", "organisation", "rolling", 10),
        ("phone", "account", None, None),
        ("email", "none", None, None),
        ("mail", "none", None, None),
    ]


@pytest.mark.parametrize(
    ("last", "state", "rule", "window", "slack"),
    [
        ("2026-03-19", "not_due", "window_ahead", ("2026-03-27", "2026-03-29", "2026-03-31"), 11),
        # opened on the 18th, closes on the 22nd; nothing planned and 2 days left: less than a week
        ("2026-03-10", "at_risk", "nothing_planned", ("2026-03-18", "2026-03-20", "2026-03-22"), 2),
        # closed on the 19th unmet; the window in which it now stands opens 8 days after the due date of the 17th
        ("2026-03-07", "overdue", "window_unmet", ("2026-03-15", "2026-03-17", "2026-03-19"), -1),
    ],
)
def test_state_and_next_window(world, account, last, state, rule, window, slack):
    visit(world, account, last)
    shown = stand(world, account)
    assert shown["last_credited"] == last
    assert (shown["state"], shown["rule"], shown["slack_days"]) == (state, rule, slack)
    assert tuple(shown["next_window"][name] for name in ("opens", "due", "closes")) == window


def test_a_channel_without_a_cadence_is_not_paused(world, account):
    """mail: nobody speaks; phone: the account says "none"; email: a cadence that ended yesterday, which is a pause."""
    make.cadence(channel="phone", mode=None, interval_days=None, account_id=account.id)
    make.cadence(channel="email", interval_days=7, valid_to=date(2026, 3, 19))
    shown = {channel: stand(world, account, channel) for channel in ("phone", "email", "mail")}
    assert {channel: (s["state"], s["rule"]) for channel, s in shown.items()} == {
        "phone": ("none", "no_cadence"),
        "email": ("paused", "not_in_force"),
        "mail": ("none", "no_cadence"),
    }
    (mine,) = world.call(world.rep, "GET", "/compliance/states?channel=mail").json["items"]
    assert (mine["accounts"], mine["none"], mine["paused"]) == (2, 2, 0)  # this account, and the world's own


@pytest.mark.parametrize(("days", "state"), [(7, "at_risk"), (3, "at_risk"), (2, "due")])
def test_how_soon_an_account_is_at_risk_is_the_companys_setting(world, account, days, state):
    """Last visit 10 March: the window closes on the 22nd, in 2 days; at risk where that is fewer than the setting."""
    visit(world, account, "2026-03-10")
    if days != 7:
        assert world.call(world.admin, "PATCH", "/company", {"at_risk_days": days}, 1).status_code == 200
    assert stand(world, account)["state"] == state
    items = world.call(world.rep, "GET", "/compliance/states").json["items"]
    assert items[0][state] == 1


def test_a_pause_of_the_account(world, account):
    visit(world, account, "2026-03-07")
    body = {"first": "2026-03-20", "last": "2026-03-22"}
    assert world.call(world.rep, "POST", f"/accounts/{account.id}/pauses", body).status_code == 201
    assert (stand(world, account)["state"], stand(world, account)["rule"]) == ("paused", "pause")


def test_windows_and_verdicts(world, account):
    """First window of a new account: 1 to 11 February.  Visit on the 10th: met; 20 Feb +- 2: none, missed;
    2 March +- 2: visited on the 6th, late; the 8th is too early (credited from the 14th); 16 March +- 2: none, missed by
    the 18th; the window after it, 26 March +- 2, has not opened."""
    for day in ("2026-02-10", "2026-03-06", "2026-03-08"):
        visit(world, account, day)
    shown = compliance(world, account)
    assert [(w["due"], w["closes"], w["outcome"], w["credited"]) for w in shown["windows"]] == [
        ("2026-03-16", "2026-03-18", "missed", []),
        ("2026-03-02", "2026-03-04", "late", ["2026-03-06"]),
        ("2026-02-20", "2026-02-22", "missed", []),
        ("2026-02-11", "2026-02-11", "met", ["2026-02-10"]),
    ]
    assert [(v["day"], v["verdict"], v["earliest"]) for v in shown["visits"]] == [
        ("2026-03-08", "too_early", "2026-03-14"),
        ("2026-03-06", "late", None),
        ("2026-02-10", "on_time", None),
    ]
    assert (shown["now"]["state"], shown["now"]["slack_days"]) == ("overdue", -2)


def test_only_what_was_completed_counts_and_late_uploads_count_from_when_it_happened(world, account):
    visit(world, account, "2026-03-19", status="attempted")
    visit(world, account, "2026-03-19", channel="phone")
    taken_back = visit(world, account, "2026-03-18")
    answer = world.call(world.rep, "PATCH", f"/activities/{taken_back['id']}", {"withdrawn": True}, 1)
    assert answer.status_code == 200
    assert stand(world, account)["last_credited"] is None
    visit(world, account, "2026-03-12")
    visit(world, account, "2026-02-11")  # uploaded last
    assert stand(world, account)["last_credited"] == "2026-03-12"
    assert [w["outcome"] for w in compliance(world, account)["windows"]][-1] == "met"


def test_foreign_accounts_do_not_exist(world, account):
    for path in ("cadence", "compliance"):
        assert world.call(world.peer, "GET", f"/accounts/{account.id}/{path}").status_code == 404
        assert world.call(world.manager, "GET", f"/accounts/{world.foreign_account.id}/{path}").status_code == 404


def test_due_calls_of_a_day(world, account):
    """Phone every 7 days, tolerance 1: called on 13 March, the window is 19 to 21 March."""
    make.cadence(channel="phone", interval_days=7, account_id=account.id)
    visit(world, account, "2026-03-13", channel="phone")

    def due(day):
        db.session.rollback()
        rep = db.session.get_one(Rep, world.rep.id)
        return [(t.channel, t.standing.state, t.standing.closes) for t in due_touches(db.session(), rep, day)]

    assert due(date(2026, 3, 18)) == []
    assert due(date(2026, 3, 20)) == [("phone", "due", date(2026, 3, 21))]
    assert due(date(2026, 3, 22)) == [("phone", "overdue", date(2026, 3, 21))]
    visit(world, account, "2026-03-20", channel="phone")
    assert due(date(2026, 3, 20)) == []


def test_counts_of_states(world, account):
    second = make.account(owner_id=world.rep.id, active_from=date(2026, 2, 1))
    make.account(owner_id=world.peer.id, active_from=date(2026, 3, 30))
    visit(world, account, "2026-03-19")
    visit(world, second, "2026-03-07")
    items = world.call(world.manager, "GET", "/compliance/states").json["items"]
    by_rep = {i["rep_id"]: {k: v for k, v in i.items() if isinstance(v, int) and v} for i in items}
    # world's own accounts began on 5 January and were never visited: overdue
    assert by_rep == {
        str(world.rep.id): {"accounts": 3, "not_due": 1, "overdue": 2},
        str(world.peer.id): {"accounts": 2, "paused": 1, "overdue": 1},
    }
    assert [i["rep_id"] for i in world.call(world.rep, "GET", "/compliance/states").json["items"]] == [
        str(world.rep.id)
    ]
    assert world.call(world.rep, "GET", f"/compliance/states?rep_id={world.peer.id}").status_code == 404
