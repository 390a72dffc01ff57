"""Longer first visits, through HTTP: set it, plan, see it in the rep's day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tests import factories as make
from tests.server.plans.planned import DAYS, Company, company
from tests.server.plans.test_limits_and_links import change, want
from tests.server.plans.wished import lengths, on_request, stops, weekly
from tests.server.world import pointers

TODAY, TOMORROW, WEDNESDAY, THURSDAY, FRIDAY = DAYS


@pytest.fixture
def acme(app, clock) -> Company:
    return on_request(app)


def test_the_first_visit_is_longer_than_those_after_it(acme):
    """30 minutes are usual (the company's); the segment says 60 for the first time, and only the very first stop is it."""
    make.segment("A", first_service_minutes=60)
    new = make.account(owner_id=acme.rep.id, active_from=date(2026, 3, 2), segment="A")
    weekly(new)
    acme.plan()
    found = lengths(acme, new)
    assert len(found) >= 2
    assert found == [(60, True)] + [(30, False)] * (len(found) - 1)
    effective = acme.call("GET", f"/accounts/{new.id}").json["effective"]
    assert effective["first_service_minutes"] == {"value": 60, "source": "segment"}
    change(acme, f"/accounts/{new.id}", first_service_minutes=45)  # its own goes before the segment's
    acme.plan(improve=False)
    assert lengths(acme, new)[0] == (45, True)
    change(acme, f"/accounts/{new.id}", service_minutes=50, first_service_minutes=None)
    acme.plan(improve=False)
    assert {minutes for minutes, _ in lengths(acme, new)[1:]} == {50}
    change(acme, f"/accounts/{new.id}", service_minutes=90)  # never shorter than any other, whatever the segment says
    acme.plan(improve=False)
    assert {minutes for minutes, _ in lengths(acme, new)} == {90}
    effective = acme.call("GET", f"/accounts/{new.id}").json["effective"]
    assert effective["first_service_minutes"] == {"value": 90, "source": "account"}


def test_where_somebody_was_no_visit_is_the_first_with_a_cadence_or_without(acme):
    old, asked = acme.accounts[:2]
    for account in (old, asked):
        change(acme, f"/accounts/{account.id}", first_service_minutes=60)
        acme.log(account, "2026-02-20T10:00:00-05:00")
    make_weekly(acme, old)
    want(acme, asked, WEDNESDAY)
    acme.plan()
    assert set(lengths(acme, old)) == {(30, False)}
    assert lengths(acme, asked) == [(30, False)]


def make_weekly(acme: Company, account: Any) -> None:
    """Its cadence of none becomes one of seven days."""
    policies = acme.call("GET", f"/cadences?account_id={account.id}", who=acme.manager).json["items"]
    own = next(policy for policy in policies if policy["account_id"] == str(account.id))
    change(acme, f"/cadences/{own['id']}", mode="rolling", interval_days=7)


def test_an_appointment_keeps_its_length_and_what_comes_after_it_is_no_first_visit(acme):
    """Agreed for 20 minutes on Tuesday; asked for on Friday as well."""
    new = acme.accounts[0]
    change(acme, f"/accounts/{new.id}", first_service_minutes=60)
    acme.meet(new, TOMORROW, "10:00", duration_minutes=20)
    want(acme, new, FRIDAY)
    acme.plan()
    assert [(day, minutes, first) for day, _, minutes, first in stops(acme, new)] == [
        (TOMORROW, 20, False),
        (FRIDAY, 30, False),
    ]


def test_a_first_visit_ends_before_closing_time_and_so_does_what_is_agreed_instead(acme):
    """Open from 15:00 to 16:00: an hour can only begin at 15:00, so a visit and the times for an appointment do."""
    new = acme.accounts[0]
    change(acme, f"/accounts/{new.id}", first_service_minutes=60, opening_hours="Mo-Fr 15:00-16:00")
    want(acme, new, WEDNESDAY)
    acme.plan()
    assert stops(acme, new) == [(WEDNESDAY, "15:00", 60, True)]
    slots = acme.call("GET", f"/me/slots?account_id={new.id}&from={FRIDAY}&to={FRIDAY}").json
    assert slots["duration_minutes"] == 60
    assert [(s["starts_at"][11:16], s["latest_starts_at"][11:16]) for s in slots["slots"]] == [("15:00", "15:00")]
    acme.log(new, "2026-02-20T10:00:00-05:00")
    acme.plan(improve=False)
    assert acme.call("GET", f"/me/slots?account_id={new.id}&from={FRIDAY}&to={FRIDAY}").json["duration_minutes"] == 30


def test_a_first_visit_under_way_keeps_the_rep_for_its_length(acme, clock):
    """Begun at 10:00, an hour long: whatever else is asked for today begins at 11:00 at the earliest; were it an ordinary visit,
    at 10:30.  Done, it was the first: the one after it is not."""
    new, other, _ = acme.accounts
    change(acme, f"/accounts/{new.id}", first_service_minutes=60)
    want(acme, new, TODAY)
    acme.plan()
    clock.move_to("2026-03-02T10:05:00-05:00")
    acme.log(new, "2026-03-02T10:00:00-05:00", "started")
    want(acme, other, TODAY)
    acme.plan(improve=False)
    (_, begins, _, _), = stops(acme, other)  # fmt: skip
    assert "11:00" <= begins < "11:20"
    clock.move_to("2026-03-02T11:05:00-05:00")
    acme.log(new, "2026-03-02T10:00:00-05:00", ended_at="2026-03-02T11:00:00-05:00")
    want(acme, new, FRIDAY)
    acme.plan(improve=False)
    assert lengths(acme, new) == [(60, True), (30, False)]


def test_a_first_visit_that_came_to_nothing_is_still_to_come(acme, clock):
    new = acme.accounts[0]
    change(acme, f"/accounts/{new.id}", first_service_minutes=60)
    want(acme, new, TODAY)
    want(acme, new, FRIDAY)
    acme.plan()
    assert [minutes for minutes, _ in lengths(acme, new)] == [60, 30]
    clock.move_to("2026-03-02T12:00:00-05:00")
    acme.log(new, "2026-03-02T11:00:00-05:00", "attempted")
    acme.plan(improve=False)
    assert stops(acme, new)[-1][2:] == (60, True)


def test_of_a_shared_account_only_the_first_turn_is_longer(app, clock):
    """Visited every week: the one rep works in the first half of the four weeks, the other in the second.  60 minutes the first time,
    30 whenever either comes after that: the second rep's first visit is not the account's."""
    acme = company(app, accounts=0)
    mate = make.rep(acme.rep.team_id)
    for rep, first, last in ((acme.rep, "2026-03-16", "2026-04-30"), (mate, "2026-03-02", "2026-03-15")):
        away = acme.call("POST", f"/reps/{rep.id}/time-off", {"first": first, "last": last}, who=acme.manager)
        assert away.status_code in (201, 202), away.text
    shared = make.account(
        team_id=acme.rep.team_id, shared_visits=True, active_from=date(2026, 3, 2), first_service_minutes=60
    )
    weekly(shared)
    acme.plan()
    early, late = stops(acme, shared), stops(replace(acme, rep=mate), shared)
    assert [(minutes, first) for _, _, minutes, first in early] == [(60, True)] + [(30, False)] * (len(early) - 1)
    assert {(minutes, first) for _, _, minutes, first in late} == {(30, False)}


@pytest.mark.parametrize("values", [{"first_service_minutes": 20, "service_minutes": 30}, {"first_service_minutes": 0}])
def test_a_first_visit_shorter_than_the_others_is_refused_where_it_is_said(acme, values):
    body = {"name": "New", "owner_id": str(acme.rep.id), **values}
    answer = acme.call("POST", "/accounts", body, who=acme.manager)
    assert (answer.status_code, pointers(answer)) == (422, ["/first_service_minutes"])
    segment = acme.call("POST", "/segments", {"code": "B", "name": "B", **values}, who=make.user("admin"))
    assert (segment.status_code, pointers(segment)) == (422, ["/first_service_minutes"])
    account = acme.accounts[0]
    change(acme, f"/accounts/{account.id}", first_service_minutes=40)
    etag = acme.call("GET", f"/accounts/{account.id}").headers["ETag"]
    longer = acme.call("PATCH", f"/accounts/{account.id}", {"service_minutes": 45}, **{"If-Match": etag})
    assert (longer.status_code, pointers(longer)) == (422, ["/service_minutes"])
