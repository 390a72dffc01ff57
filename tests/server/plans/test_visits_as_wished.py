"""Longer first visits, accounts visited together, preferred hours and fair days, through HTTP: set it, plan, see it in the rep's day."""

from __future__ import annotations

from dataclasses import replace
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


# -- visited together -------------------------------------------------------------------------------------------------


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


# -- preferred hours --------------------------------------------------------------------------------------------------


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


# -- fair days --------------------------------------------------------------------------------------------------------


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
