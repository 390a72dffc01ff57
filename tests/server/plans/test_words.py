"""What people read in plans: names and dates in words, never ids."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
import time_machine

from server.accounts.models import Account
from server.core.database import writing
from server.plans.models import PlanVersion
from server.plans.naming import with_names
from server.plans.view import address_of
from server.plans.words import in_words
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


def test_why_counts_from_the_visit_that_is_planned_before(app):
    """Visited on Monday 16 February, every 14 days: due on 2 and 16 March; two visits in the 28 days, none logged yet."""
    acme = company(app, accounts=1)
    acme.log(acme.accounts[0], "2026-02-16T10:00:00-05:00")
    acme.plan()
    first, second = (date.fromisoformat(day) for day in acme.where()[str(acme.accounts[0].id)])
    found = {}
    for day in (first, second):
        (stop,) = [stop for stop in acme.day(str(day)) if stop["account"]]
        found[day] = stop["why"]
        assert stop["why"]["last_visit_date"] == "2026-02-16"
    since = (first - date(2026, 2, 16)).days
    assert found[first]["text"].endswith(f"; last visit {since} days before")
    assert found[second]["text"].endswith(f"; visit planned {(second - first).days} days before")
    schedule = acme.call("GET", f"/reps/{acme.rep.id}/schedule?from={first}&to={second}", who=acme.manager).json
    shown = [stop["why"] for day in schedule["days"] for stop in day["stops"] if stop["account"]]
    assert shown == [found[first], found[second]]


@pytest.mark.parametrize(
    ("day", "late", "said"),
    [
        (17, 1, "Late by 1 day, was due Monday 16 March; last visit 15 days before"),  # no window: 17 - 1 = the 16th
        (21, 2, "Late by 2 days: was due Monday 16 March and to be made by Thursday 19 March at the latest; "
                "last visit 19 days before"),
    ],
)  # fmt: skip
def test_lateness_counts_from_the_end_of_the_window(day, late, said):
    due, last = date(2026, 3, 16), date(2026, 3, 2)
    assert in_words("late", due, late, last, date(2026, 3, day), None, None) == said


def test_why_says_the_due_date_in_words(app):
    """Active from Monday 2 March, due within 14 days: on Monday 16 March."""
    acme = company(app, accounts=1)
    acme.plan()
    day = acme.where()[str(acme.accounts[0].id)][0]
    (stop,) = [stop for stop in acme.day(day) if stop["account"]]
    assert (stop["why"]["due_date"], stop["why"]["text"]) == ("2026-03-16", "Due Monday 16 March; never visited")


def test_a_name_that_ends_with_a_full_stop_ends_a_sentence_once():
    acme, shop = uuid4(), uuid4()
    names = {acme: "Copper Bread Co.", shop: "And so on..."}
    assert with_names(f"In place of {acme}.", names) == "In place of Copper Bread Co."
    assert with_names(f"{shop} stays.", names) == "And so on... stays."


@pytest.mark.parametrize(
    ("country", "written"),
    [
        ("US", "12 Main St, Boston MA 02110"),
        ("DE", "Main St 12, 02110 Boston"),
        ("FR", "12 Main St, 02110 Boston"),
        ("GB", "12 Main St, Boston MA 02110"),
    ],
)
def test_an_address_is_written_as_in_its_country(country, written):
    place = {"street": "Main St", "housenumber": "12", "city": "Boston", "region": "MA", "postcode": "02110"}
    assert address_of(Account(name="A", country=country, **place)) == written
    assert address_of(Account(name="A", country=country)) is None
