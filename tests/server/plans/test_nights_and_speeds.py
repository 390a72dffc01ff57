"""Driving by the time of day and nights away, through HTTP: set it, plan, see it in the rep's day."""

from __future__ import annotations

from typing import Any

import pytest

from server.accounts.models import Account
from tests import factories as make
from tests.server.plans.planned import DAYS, Company, company
from tests.server.plans.test_limits_and_links import change, rep_path, want
from tests.server.world import pointers

TODAY, TOMORROW, WEDNESDAY, THURSDAY, FRIDAY = DAYS
FAR = make.BOSTON[0] + 1.8  # 200 km to the north


@pytest.fixture
def acme(app, clock) -> Company:
    return company(app, accounts=1)


@pytest.fixture
def away(app, clock) -> Company:
    """Two accounts 200 km away; a visit takes five hours, so each needs a day of its own, and nobody goes there unasked."""
    made = company(app, accounts=0)
    made.accounts = [
        make.account(owner_id=made.rep.id, lat=FAR + 0.01 * n, service_minutes=300, segment=None) for n in (0, 1)
    ]
    for account in made.accounts:
        make.cadence(account_id=account.id, mode=None, interval_days=None)
    return made


def day_of(acme: Company, day: str) -> Any:
    return acme.call("GET", f"/reps/{acme.rep.id}/route?date={day}", who=acme.manager).json


def hotel(acme: Company, **values: Any) -> Any:
    body = {"name": "Pine Inn", "lat": FAR, "lon": make.BOSTON[1], "address": "1 Pine St", **values}
    answer = acme.call("POST", "/hotels", body, who=acme.manager)
    assert answer.status_code in (201, 202), answer.text
    return answer.json


def test_first(away):
    hotel(away)
    change(away, rep_path(away), night_weekdays=[0, 1, 2, 3])
    one, two = away.accounts
    want(away, one, TOMORROW)
    want(away, two, WEDNESDAY)
    print(away.plan())
    import json
    for d in (TOMORROW, WEDNESDAY):
        r = day_of(away, d)
        print(json.dumps({k: v for k, v in r.items() if k != "stops"}, indent=1), [(s["title"], s["arrives_at"], s["travel_minutes"]) for s in r["stops"]])
    print(away.published()["objective"])
    assert 0
