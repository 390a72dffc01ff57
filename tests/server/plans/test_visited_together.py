"""Accounts visited together, through HTTP: set it, plan, see it in the rep's day."""

from __future__ import annotations

from datetime import date

from tests import factories as make
from tests.server.plans.planned import Company, company
from tests.server.plans.test_limits_and_links import change, days_of, link
from tests.server.plans.wished import build

FRIDAYS = ["2026-03-06", "2026-03-13", "2026-03-20", "2026-03-27"]


def two_rhythms(app, *weekdays: list[int]) -> Company:
    """Every 7 days to the day, one last visited on a Wednesday and the other on a Friday; each welcomes visits on its `weekdays`."""
    acme = company(app, accounts=0)
    for north, last, welcome in zip((1, -1), ("2026-02-25", "2026-02-27"), weekdays, strict=True):
        lat = make.BOSTON[0] + 0.01 * north
        acme.accounts.append(make.account(owner_id=acme.rep.id, lat=lat, allowed_weekdays=welcome))
        make.cadence(account_id=acme.accounts[-1].id, interval_days=7, tolerance_days=0)
        acme.log(acme.accounts[-1], f"{last}T10:00:00-05:00")
    return acme


def test_linked_accounts_stand_on_the_same_days(app, clock):
    """The one may be visited on Wednesdays, when it is due, or on Fridays; the other on Fridays only.  Linked, both are visited on
    Fridays: the one is 2 days late the first time, and then due on Fridays.  Of the 90 minutes of a
    missed visit that costs half, and of the other half two days of the seven until the next window."""
    acme = two_rhythms(app, [2, 4], [4])
    one, other = acme.accounts
    made = link(acme, "together", one, other)
    assert (made["kind"], made["conflicts"]) == ("together", [])
    acme.plan()
    assert days_of(acme, one) == days_of(acme, other) == FRIDAYS
    assert acme.published()["objective"]["lateness_minutes"] == 57.9


def test_a_link_brings_together_what_is_published_and_its_end_asks_for_nothing_any_more(app, clock):
    """One on Wednesdays only, the other on Fridays only, until the first may be visited on Fridays as well."""
    acme = two_rhythms(app, [2], [4])
    one, other = acme.accounts
    acme.plan()
    assert days_of(acme, one)
    assert not set(days_of(acme, one)) & set(days_of(acme, other))
    change(acme, f"/accounts/{one.id}", allowed_weekdays=[2, 4])
    made = link(acme, "together", one, other)
    acme.plan(improve=False)
    assert days_of(acme, one)
    assert days_of(acme, one) == days_of(acme, other)
    assert set(days_of(acme, one)) <= set(FRIDAYS)
    assert build(acme).together == (tuple(sorted((str(one.id), str(other.id)))),)
    path = f"/account-links/{made['id']}"
    etag = acme.call("GET", path, who=acme.manager).headers["ETag"]
    assert acme.call("DELETE", path, who=acme.manager, **{"If-Match": etag}).status_code in (202, 204)
    assert build(acme).together == ()


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
    assert {entry["text"] for entry in told} == {"No small change was found that would admit it"}


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


def test_groups_that_together_have_two_owners_do_not_stop_the_team(app, clock):
    """A is one rep's and D another's; A and B, C and D are of one rep, B and C visited together.  All three cannot be: the groups of one
    rep are kept, and the rest is said."""
    acme = company(app, accounts=0)
    mate = make.rep(acme.rep.team_id)
    a, d = (make.account(owner_id=rep.id, active_from=date(2026, 3, 2)) for rep in (acme.rep, mate))
    b, c = (make.account(team_id=acme.rep.team_id, active_from=date(2026, 3, 2)) for _ in range(2))
    link(acme, "same_rep", a, b)
    link(acme, "same_rep", c, d)
    made = link(acme, "together", b, c)
    acme.plan()
    served = [acme.call("GET", f"/accounts/{one.id}", who=acme.manager).json["served_by_id"] for one in (b, c)]
    assert served == [str(acme.rep.id), str(mate.id)]
    shown = acme.call("GET", f"/account-links/{made['id']}", who=acme.manager).json
    assert [conflict["kind"] for conflict in shown["conflicts"]] == ["different_reps"]


def test_shared_accounts_that_are_linked_have_their_turns_together(app, clock):
    acme = company(app, accounts=0)
    make.rep(acme.rep.team_id)
    shared = [
        make.account(team_id=acme.rep.team_id, shared_visits=True, active_from=date(2026, 3, 2), lat=make.BOSTON[0] + 0.02 * n)
        for n in (1, -1)
    ]  # fmt: skip
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
