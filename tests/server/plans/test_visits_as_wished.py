"""Longer first visits, accounts visited together, preferred hours and fair days, through HTTP: set it, plan, see it in the rep's day."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from server.core.database import db
from server.plans.bridge import build_problem
from tests import factories as make
from tests.server.plans.planned import DAYS, Company, company
from tests.server.plans.test_limits_and_links import change, days_of, link, rep_path, want
from tests.server.plans.test_nights_and_speeds import settings
from tests.server.world import pointers

TODAY, TOMORROW, WEDNESDAY, THURSDAY, FRIDAY = DAYS


@pytest.fixture
def acme(app, clock) -> Company:
    """Three accounts of one rep, visited only when somebody asks."""
    made = company(app, accounts=3)
    for account in made.accounts:
        make.cadence(account_id=account.id, mode=None, interval_days=None)
    return made


def stops(acme: Company, *accounts: Any) -> list[tuple[str, str, int, bool]]:
    """(date, start, minutes, whether it is a first visit) of each stop at these accounts over four weeks."""
    path = f"/reps/{acme.rep.id}/schedule?from=2026-03-02&to=2026-03-29"
    days = acme.call("GET", path, who=acme.manager).json["days"]
    ids = {str(account.id) for account in accounts}
    found = [
        (day["date"], stop) for day in days for stop in day["stops"] if stop["account"] and stop["account"]["id"] in ids
    ]
    return [(day, s["starts_at"][11:16], s["service_minutes"], s["first_visit"]) for day, s in found]


def lengths(acme: Company, account: Any) -> list[tuple[int, bool]]:
    return [(minutes, first) for _, _, minutes, first in stops(acme, account)]


def weekly(account: Any, days: int = 7) -> None:
    make.cadence(account_id=account.id, interval_days=days)


# -- first visits -----------------------------------------------------------------------------------------------------


def test_the_first_visit_is_longer_than_those_after_it(acme):
    """30 minutes are usual (the company's); the segment says 60 for the first time, and only the very first stop is it."""
    make.segment("A", first_service_minutes=60)
    new = make.account(owner_id=acme.rep.id, active_from=date(2026, 3, 2), segment="A")
    weekly(new)
    acme.plan()
    found = lengths(acme, new)
    assert len(found) >= 3
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
    weekly_account = old
    make_weekly(acme, weekly_account)
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
    """Two reps, a shared account visited every week: 60 minutes the first time, whoever goes; 30 whenever either comes after that."""
    acme = company(app, accounts=0)
    mate = make.rep(acme.rep.team_id)
    shared = make.account(
        team_id=acme.rep.team_id, shared_visits=True, active_from=date(2026, 3, 2), first_service_minutes=60
    )
    weekly(shared)
    acme.plan()
    days = []
    for rep in (acme.rep, mate):
        path = f"/reps/{rep.id}/schedule?from=2026-03-02&to=2026-03-29"
        for day in acme.call("GET", path, who=acme.manager).json["days"]:
            days += [(day["date"], s["service_minutes"]) for s in day["stops"] if s["account"]]
    found = [minutes for _, minutes in sorted(days)]
    assert len(found) >= 3
    assert found == [60] + [30] * (len(found) - 1)
    assert shared is not None


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


# -- visited together -------------------------------------------------------------------------------------------------


def test_linked_accounts_stand_on_the_same_days(app, clock):
    """Every 7 days to the day, one last visited on Wednesday and the other on Friday: alone each is visited when it is due, for a
    day late is worth 4 minutes and the way to either some 3.  Linked, both stand on the same days, none before Friday (the gap)."""
    acme = company(app, accounts=0)
    one, other = (make.account(owner_id=acme.rep.id, lat=make.BOSTON[0] + 0.01 * n) for n in (1, -1))
    for account, last in ((one, "2026-02-25"), (other, "2026-02-27")):
        make.cadence(account_id=account.id, interval_days=7, tolerance_days=0)
        acme.log(account, f"{last}T10:00:00-05:00")
    acme.plan()
    assert (days_of(acme, one)[0], days_of(acme, other)[0]) == (WEDNESDAY, FRIDAY)
    made = link(acme, "together", one, other)
    assert made["conflicts"] == []
    acme.plan()
    assert days_of(acme, one)[0] == FRIDAY
    assert days_of(acme, one) == days_of(acme, other)
    path = f"/account-links/{made['id']}"
    etag = acme.call("GET", path, who=acme.manager).headers["ETag"]
    acme.call("DELETE", path, who=acme.manager, **{"If-Match": etag})
    acme.plan()
    assert not build(acme).together


def build(acme: Company) -> Any:
    db.session.rollback()
    return build_problem(db.session(), acme.rep.id, now=datetime.fromisoformat("2026-03-02T11:00:00+00:00")).problem


def test_what_cannot_be_visited_together_is_left_out_for_that_reason(app, clock):
    """One is open on Mondays only, the other on Tuesdays only."""
    acme = company(app, accounts=2)
    one, other = acme.accounts
    change(acme, f"/accounts/{one.id}", opening_hours="Mo 08:00-18:00")
    change(acme, f"/accounts/{other.id}", opening_hours="Tu 08:00-18:00")
    acme.plan()
    assert days_of(acme, one)
    assert days_of(acme, other)
    link(acme, "together", one, other)
    acme.plan()
    assert days_of(acme, one) == days_of(acme, other) == []
    version = acme.published()["id"]
    items = acme.call("GET", f"/plans/{version}/unplanned?reason=together", who=acme.manager).json["items"]
    assert {item["account_id"] for item in items} == {str(one.id), str(other.id)}
    assert {item["detail"] for item in items} == {
        "It cannot be visited on one day with what is to be visited together with it."
    }
    why = acme.call("GET", f"/reps/{acme.rep.id}/plan/why?account_id={one.id}", who=acme.manager)
    assert why.status_code == 200, why.text
    told = [entry for entry in why.json["left_out"] if entry["reason"] == "together"]
    print(told)
    assert told


def test_a_link_is_kept_as_far_as_it_can_be(app, clock):
    """Of four accounts two have another cadence each way: the two that are alike stay together, what stands against the rest is said."""
    acme = company(app, accounts=4)
    one, two, three, four = acme.accounts
    make.cadence(account_id=three.id, interval_days=28)
    made = link(acme, "together", one, two, three)
    assert [conflict["kind"] for conflict in made["conflicts"]] == ["different_cadences"]
    assert build(acme).together == (tuple(sorted((str(one.id), str(two.id)))),)
    link(acme, "apart", two, four)
    assert build(acme).together == (tuple(sorted((str(one.id), str(two.id)))),)
    link(acme, "apart", one, two)
    shown = acme.call("GET", f"/account-links/{made['id']}", who=acme.manager).json
    assert [conflict["kind"] for conflict in shown["conflicts"]] == ["different_cadences", "kept_apart"]
    assert build(acme).together == ()
    acme.plan()
    assert not set(days_of(acme, one)) & set(days_of(acme, two))


def test_accounts_without_an_owner_follow_the_one_who_has_one_and_their_days(app, clock):
    """The team has a second rep who lives next door to the free account; it is visited with its fellow all the same."""
    acme = company(app, accounts=0)
    make.rep(acme.rep.team_id, home_lat=make.BOSTON[0] + 0.3, home_lon=make.BOSTON[1])
    owned = make.account(owner_id=acme.rep.id, active_from=date(2026, 3, 2))
    free = make.account(team_id=acme.rep.team_id, lat=make.BOSTON[0] + 0.3, active_from=date(2026, 3, 2))
    link(acme, "together", owned, free)
    acme.plan()
    assert acme.call("GET", f"/accounts/{free.id}", who=acme.manager).json["served_by_id"] == str(acme.rep.id)
    assert days_of(acme, free)
    assert days_of(acme, free) == days_of(acme, owned)


def test_shared_accounts_that_are_linked_have_their_turns_together(app, clock):
    acme = company(app, accounts=0)
    make.rep(acme.rep.team_id)
    shared = [
        make.account(team_id=acme.rep.team_id, shared_visits=True, active_from=date(2026, 3, 2), lat=make.BOSTON[0] + 0.02 * n)
        for n in (1, -1)
    ]  # fmt: skip
    acme.log_rep = None
    link(acme, "together", *shared)
    acme.plan()
    turns = acme.call("GET", "/exports/shared_turns.csv", who=acme.manager).text.splitlines()[1:]
    by_account: dict[str, set[str]] = {}
    for row in turns:
        account, day, rep = row.split(",")[:3]
        by_account.setdefault(account, set()).add((day, rep))
    one, other = (by_account[str(account.id)] for account in shared)
    assert one
    assert one == other


# -- preferred hours --------------------------------------------------------------------------------------------------


def test_a_preferred_hour_is_kept_where_it_costs_little_and_not_where_it_costs_much(acme):
    """Visits begin at the start of the day, about 08:03; the account prefers 10:00 to 11:00, and nothing else is to be done, so the
    rep leaves later: that costs nothing.

    Then there is an appointment 0.9 degrees (100 km) the other way at 12:00 as well, from 08:00 to 09:00 the rep has a time block ...
    """
    account = acme.accounts[0]
    want(acme, account, WEDNESDAY)
    acme.plan()
    ((_, begins, _, _),) = stops(acme, account)
    assert begins < "09:00"
    change(acme, f"/accounts/{account.id}", preferred_hours="Mo-Fr 10:00-11:00")
    acme.plan()
    ((_, begins, _, _),) = stops(acme, account)
    assert begins == "10:00"
