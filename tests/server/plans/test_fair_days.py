"""Fair days, through HTTP: set it, plan, see it in the rep's day."""

from __future__ import annotations

from datetime import datetime

import pytest

from server.core.database import db
from server.plans.bridge import build_problem
from tests import factories as make
from tests.server.plans.planned import DAYS, Company, company
from tests.server.plans.test_limits_and_links import change, days_of, rep_path
from tests.server.plans.test_nights_and_speeds import settings
from tests.server.plans.wished import build, on_request

TODAY, TOMORROW, WEDNESDAY, THURSDAY, FRIDAY = DAYS


@pytest.fixture
def acme(app, clock) -> Company:
    return on_request(app)


@pytest.mark.parametrize(
    ("whole_company", "own", "days"), [(False, None, 1), (True, None, 4), (False, True, 4), (True, False, 1)]
)
def test_fair_days_take_visits_from_a_crowded_day_to_empty_ones(app, clock, whole_company, own, days):
    """Four visits of 100 minutes next door, each on any of the days from 6 March on.  On one day their way is shared: a day more
    costs some 4 minutes.  There are 20 days, so a day's share is about 21 minutes; of what is beyond half is paid, so a day more
    saves 10."""
    acme = company(app, accounts=0)
    settings(acme, fair_days=whole_company)
    change(acme, rep_path(acme), fair_days=own)
    accounts = [
        make.account(owner_id=acme.rep.id, lat=make.BOSTON[0] + 0.005 + 0.001 * n, service_minutes=100)
        for n in range(4)
    ]
    for account in accounts:
        make.cadence(account_id=account.id, interval_days=27, tolerance_days=10)
        acme.log(account, "2026-02-17T10:00:00-05:00")
    acme.plan()
    found = [day for account in accounts for day in days_of(acme, account)]
    assert len(found) == 4
    assert len(set(found)) == days
    assert (acme.published()["objective"]["unfair_minutes"] > 0) == (days == 4)


def test_a_day_has_the_share_of_the_work_that_it_has_of_the_time(acme):
    """Two hours are agreed, four weeks have 4 days of 9 hours and one of 4, 160 hours in all: 7200 s * 9 / 160 = 405 s, and
    7200 * 4 / 160 = 180.  Today at noon 5 of its 9 hours are left, of 156 in all: 7200 * 5 / 156 = 230, the others 415."""
    hours = {**make.WEEK, "4": ["08:00", "12:00"]}
    change(acme, rep_path(acme), fair_days=True, working_hours=hours)
    body = {
        "client_id": "6a3c5c05-52c5-4c5e-9d0c-6d1f7c6f3d11",
        "day": WEDNESDAY,
        "start": "13:00",
        "duration_minutes": 120,
    }
    assert acme.call("POST", "/appointments", {**body, "title": "Office"}).status_code in (201, 202)
    shares = {str(day.date): day.fair_work for day in build(acme).workdays}
    assert (shares[TODAY], shares[WEDNESDAY], shares[FRIDAY]) == (405, 405, 180)
    noon = datetime.fromisoformat("2026-03-02T12:00:00-05:00")
    later = {
        str(day.date): day.fair_work for day in build_problem(db.session(), acme.rep.id, now=noon).problem.workdays
    }
    assert (later[TODAY], later[TOMORROW]) == (230, 415)
    settings(acme, unfair_percent=80)
    assert build(acme).params.unfair_percent == 80
    change(acme, rep_path(acme), fair_days=False)
    assert {day.fair_work for day in build(acme).workdays} == {None}
