"""What people read in plans: names and dates in words, never ids."""

from __future__ import annotations

from uuid import uuid4

import pytest
import time_machine

from server.core.database import writing
from server.plans.models import PlanVersion
from tests.server.plans.planned import MONDAY, company


@pytest.fixture(autouse=True)
def _frozen():
    with time_machine.travel(MONDAY, tick=False):
        yield


def test_a_full_day_names_the_accounts_in_whose_place_a_visit_would_fit(app):
    """As the planner writes it: with their ids.  One of the two was deleted since."""
    acme = company(app, accounts=2)
    first, second = (str(account.id) for account in acme.accounts)
    gone = str(uuid4())
    left_out = {
        "account": first, "appointment": None, "must_visit": None, "reason": "day_full", "days": ["2026-03-04"], "cost": None,
        "detail": f"Its days are full; on Wednesday 4 March it would fit in place of {second} and {gone}.",
        "displaces": [second, gone],
    }  # fmt: skip
    away = {
        **left_out,
        "reason": "no_rep",
        "detail": f"Its owner {acme.rep.id} has no workday in this plan.",
        "displaces": [],
    }
    with writing() as session:
        row = PlanVersion(
            rep_id=acme.rep.id, number=1, stage="repair", state="superseded", first_day=acme.accounts[0].active_from,
            last_day=acme.accounts[0].active_from, inputs_revision=0, causes=[], seed=1, iterations=0, code_version="test",
            objective={}, certificate={"ok": True, "violations": []}, unplanned=[left_out, away], clusters=[], churn={},
            travel_source="estimate",
        )  # fmt: skip
        session.add(row)
    item, other = acme.call("GET", f"/plans/{row.id}/unplanned").json["items"]
    name = acme.accounts[1].name
    assert (
        item["detail"]
        == f"Its days are full; on Wednesday 4 March it would fit in place of {name} and another account."
    )
    assert other["detail"] == f"Its owner {acme.rep.name} has no workday in this plan."
    assert [d["account_name"] for d in item["displaces"]] == [name, None]


def test_why_says_the_due_date_in_words(app):
    """Active from Monday 2 March, due within 14 days: on Monday 16 March."""
    acme = company(app, accounts=1)
    acme.plan()
    day = acme.where()[str(acme.accounts[0].id)][0]
    (stop,) = [stop for stop in acme.day(day) if stop["account"]]
    assert (stop["why"]["due_date"], stop["why"]["text"]) == ("2026-03-16", "Due Monday 16 March; never visited")
