"""Preferred hours, through HTTP: set it, plan, see it in the rep's day."""

from __future__ import annotations

from typing import Any

import pytest

from tests import factories as make
from tests.server.plans.planned import DAYS, Company
from tests.server.plans.test_limits_and_links import change, want
from tests.server.plans.test_nights_and_speeds import settings
from tests.server.plans.wished import on_request, stops
from tests.server.world import pointers

TODAY, TOMORROW, WEDNESDAY, THURSDAY, FRIDAY = DAYS


@pytest.fixture
def acme(app, clock) -> Company:
    return on_request(app)


def test_a_preferred_hour_is_kept_where_it_costs_nothing(acme):
    """Nothing else is to be done that day: the rep leaves later.  Whatever the segment says, the account's own goes before."""
    make.segment("A", preferred_hours="Mo-Fr 14:00-15:00")
    account = acme.accounts[0]
    want(acme, account, WEDNESDAY)
    acme.plan()
    assert begins(acme, account) < "09:00"
    change(acme, f"/accounts/{account.id}", segment="A")
    acme.plan()
    assert begins(acme, account) == "14:00"
    change(acme, f"/accounts/{account.id}", preferred_hours="Mo-Fr 10:00-11:00")
    acme.plan()
    assert begins(acme, account) == "10:00"
    effective = acme.call("GET", f"/accounts/{account.id}").json["effective"]
    assert effective["preferred_hours"] == {"value": "Mo-Fr 10:00-11:00", "source": "account"}
    change(acme, f"/accounts/{account.id}", preferred_hours="24/7")
    acme.plan()
    assert begins(acme, account) < "09:00"


def begins(acme: Company, account: Any) -> str:
    ((_, start, _, _),) = stops(acme, account)
    return start


def test_a_visit_waits_for_its_hour_for_what_that_is_worth_and_no_more(acme):
    """One account opens from 08:00 to 09:00, so the rep is there first and free again at 08:30.  The other, two minutes on, prefers
    the time from 09:30: an hour of waiting costs 6 minutes, less than the 15 of another start.  Until 14:00 it is five hours and a
    half, 33 minutes: it begins at once, and the 15 are paid.  Where the company pays 60, it waits."""
    early, wished = acme.accounts[:2]
    change(acme, f"/accounts/{early.id}", opening_hours="Mo-Fr 08:00-09:00")
    for account in (early, wished):
        want(acme, account, WEDNESDAY)
    change(acme, f"/accounts/{wished.id}", preferred_hours="Mo-Fr 09:30-11:00")
    acme.plan()
    assert begins(acme, wished) == "09:30"
    assert preferred_cost(acme) == 0
    change(acme, f"/accounts/{wished.id}", preferred_hours="Mo-Fr 14:00-16:00")
    acme.plan()
    assert begins(acme, wished) < "09:00"
    assert preferred_cost(acme) == 15
    settings(acme, preferred_price_minutes=60)
    acme.plan()
    assert begins(acme, wished) == "14:00"
    assert preferred_cost(acme) == 0


def preferred_cost(acme: Company) -> float:
    return acme.published()["objective"]["preferred_minutes"]


def test_hours_that_are_not_understood_are_refused(acme):
    account = acme.accounts[0]
    etag = acme.call("GET", f"/accounts/{account.id}").headers["ETag"]
    answer = acme.call("PATCH", f"/accounts/{account.id}", {"preferred_hours": "in the morning"}, **{"If-Match": etag})
    assert (answer.status_code, pointers(answer)) == (422, ["/preferred_hours"])
