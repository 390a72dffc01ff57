"""What a rep can carry, drive and do, and what holds between accounts, through HTTP: set it, plan, see it in the plan or its reasons."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from server.accounts.models import Account
from server.core.database import db
from tests import factories as make
from tests.server.plans.planned import DAYS, Company, company
from tests.server.world import pointers

TODAY, TOMORROW, WEDNESDAY, THURSDAY, FRIDAY = DAYS


@pytest.fixture
def acme(app, clock) -> Company:
    """Three accounts of one rep, each to be visited within its first 14 days from 2 March on."""
    return company(app, accounts=3)


def change(acme: Company, path: str, **values: Any) -> Any:
    """PATCH as the manager, with the version that was read."""
    etag = acme.call("GET", path, who=acme.manager).headers["ETag"]
    answer = acme.call("PATCH", path, values, who=acme.manager, **{"If-Match": etag})
    assert answer.status_code in (200, 202), answer.text
    return answer.json


def rep_path(acme: Company) -> str:
    return f"/reps/{acme.rep.id}"


def want(acme: Company, account: Account, day: str, last: str | None = None) -> str:
    """Somebody asks for a visit on this day, or on any up to `last`."""
    body = {"account_id": str(account.id), "first": day, "last": last or day}
    answer = acme.call("POST", "/must-visits", body)
    assert answer.status_code in (201, 202), answer.text
    return answer.json["id"]


def link(acme: Company, kind: str, *accounts: Account, **values: Any) -> Any:
    body = {"kind": kind, "account_ids": [str(account.id) for account in accounts], **values}
    answer = acme.call("POST", "/account-links", body, who=acme.manager)
    assert answer.status_code in (201, 202), answer.text
    return answer.json


def reasons(acme: Company, account: Account) -> list[tuple[str, str]]:
    """(reason, words) of all that the account lacks within the planned days."""
    items = acme.call("GET", f"/plans/{acme.published()['id']}/unplanned").json["items"]
    mine = [item for item in items if item["account_id"] == str(account.id) and item["reason"] != "not_due"]
    return [(item["reason"], item["detail"]) for item in mine]


def days_of(acme: Company, account: Account) -> list[str]:
    return acme.where().get(str(account.id), [])


def causes(acme: Company) -> set[str]:
    """Why there were versions."""
    versions = acme.call("GET", f"/reps/{acme.rep.id}/plans?limit=500", who=acme.manager).json["items"]
    return {cause["kind"] for version in versions for cause in version["causes"]}


# -- load and capacity ------------------------------------------------------------------------------------------------


def test_a_day_carries_no_more_than_its_rep_can(acme):
    """Two visits of 6 units each are asked for on Wednesday; 12 can be carried, then only 11."""
    one, other, _ = acme.accounts
    for account in (one, other):
        change(acme, f"/accounts/{account.id}", load_units=6)
        want(acme, account, WEDNESDAY)
    change(acme, rep_path(acme), capacity_units=12)
    acme.plan()
    assert WEDNESDAY in days_of(acme, one)
    assert WEDNESDAY in days_of(acme, other)
    change(acme, rep_path(acme), capacity_units=11)
    acme.plan(improve=False)
    assert "rep_changed" in causes(acme)
    assert [WEDNESDAY in days_of(acme, account) for account in (one, other)].count(True) == 1


def test_what_nobody_can_carry_is_said_with_both_numbers(acme):
    """The segment's load of 21 counts where the account says nothing; the rep carries 20."""
    make.segment("A", load_units=21)
    heavy = acme.accounts[0]
    change(acme, f"/accounts/{heavy.id}", segment="A")
    detail = acme.call("GET", f"/accounts/{heavy.id}").json
    assert detail["effective"]["load_units"] == {"value": 21, "source": "segment"}
    change(acme, rep_path(acme), capacity_units=20)
    acme.plan()
    words = f"A visit takes 21 units, more than the 20 that {acme.rep.name} can carry in a day."
    assert set(reasons(acme, heavy)) == {("over_capacity", words)}
    change(acme, f"/accounts/{heavy.id}", load_units=0)  # of its own: goes before the segment's
    acme.plan()
    assert days_of(acme, heavy)


def test_what_was_carried_today_is_not_carried_again(acme, clock):
    """10 units: 6 went to the first account this morning, so 6 more for the second do not fit into the rest of the day; 4 would."""
    one, other, _ = acme.accounts
    make.cadence(account_id=other.id, mode=None, interval_days=None)  # visited only when somebody asks
    for account in (one, other):
        change(acme, f"/accounts/{account.id}", load_units=6)
    change(acme, rep_path(acme), capacity_units=10)
    want(acme, one, TODAY)
    acme.plan()
    assert days_of(acme, one)[0] == TODAY
    clock.move_to("2026-03-02T11:00:00-05:00")
    acme.log(one, "2026-03-02T10:00:00-05:00")
    want(acme, other, TODAY)
    acme.plan(improve=False)
    assert TODAY not in days_of(acme, other)
    change(acme, f"/accounts/{other.id}", load_units=4)
    acme.plan(improve=False)
    assert TODAY in days_of(acme, other)


# -- most driving -----------------------------------------------------------------------------------------------------


def test_a_day_has_no_more_driving_than_its_rep_may(acme):
    """0.9 degrees of latitude are 100 km, far more than 20 minutes away; the accounts near home are not."""
    far = make.account(owner_id=acme.rep.id, lat=make.BOSTON[0] + 0.9)
    change(acme, rep_path(acme), max_driving_minutes=40)
    want(acme, far, WEDNESDAY)
    acme.plan()
    assert {reason for reason, _ in reasons(acme, far)} == {"out_of_reach"}
    assert days_of(acme, acme.accounts[0])
    for day in acme.call("GET", f"/reps/{acme.rep.id}/schedule?from={TODAY}&to=2026-03-29", who=acme.manager).json[
        "days"
    ]:
        assert day["travel_minutes"] <= 40
    change(acme, rep_path(acme), max_driving_minutes=None)
    acme.plan()
    assert days_of(acme, far)


# -- skills -----------------------------------------------------------------------------------------------------------


def test_a_rep_without_the_skill_is_not_planned_there_and_the_reason_names_it(acme):
    picky = acme.accounts[0]
    stored = change(acme, f"/accounts/{picky.id}", needed_skills=["Fork  Lift", "spanish", "fork lift"])
    assert stored["needed_skills"] == ["fork lift", "spanish"]
    change(acme, rep_path(acme), skills=["Spanish"])
    acme.plan()
    words = f"It needs the skill fork lift, which {acme.rep.name} does not have."
    assert set(reasons(acme, picky)) == {("no_skill", words)}
    assert change(acme, rep_path(acme), skills=["FORK LIFT", "Spanish"])["skills"] == ["fork lift", "spanish"]
    acme.plan()
    assert days_of(acme, picky)


def test_only_managers_say_which_skills_are_needed(acme):
    path = f"/accounts/{acme.accounts[0].id}"
    answer = acme.call("PATCH", path, {"needed_skills": ["spanish"]}, **{"If-Match": '"v1"'})
    assert answer.status_code == 403
    assert acme.call("PATCH", path, {"load_units": 3}, **{"If-Match": '"v1"'}).status_code == 200


# -- combinations of days ---------------------------------------------------------------------------------------------

PATTERN = {"channel": "visit", "mode": "pattern", "visits": 2, "block_workdays": 5, "anchor": TODAY}


def test_the_visits_of_a_week_follow_one_combination(acme):
    """Blocks of five workdays from Monday 2 March: 0 and 3 are Monday and Thursday, 1 and 4 Tuesday and Friday."""
    weekly = acme.accounts[0]
    body = {**PATTERN, "account_id": str(weekly.id), "combinations": [[3, 0], [1, 4]]}
    answer = acme.call("POST", "/cadences", body, who=acme.manager)
    assert answer.json["combinations"] == [[0, 3], [1, 4]]
    acme.plan()
    weeks: dict[tuple[int, int], list[int]] = {}
    for day in map(_day, days_of(acme, weekly)):
        weeks.setdefault(day.isocalendar()[:2], []).append(day.weekday())
    assert len(weeks) == 4
    assert {tuple(sorted(days)) for days in weeks.values()} <= {(0, 3), (1, 4)}


def _day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("values", "pointer"),
    [
        ({"combinations": [[0]]}, "/combinations"),  # two visits, one day
        ({"combinations": [[0, 5]]}, "/combinations"),  # a block of five has no sixth
        ({"combinations": [[0, 0]]}, "/combinations"),
        ({"combinations": [[0, 3], [3, 0]]}, "/combinations"),  # the same twice
        ({"combinations": [[0, 30]]}, "/combinations/0/1"),
        ({"combinations": [[0, 1]], "min_gap_days": 4}, "/combinations/0"),  # at most three days apart, over a weekend
        ({"mode": "quota", "period": "week", "block_workdays": None, "anchor": None, "combinations": [[0, 3]]}, "/combinations"),
    ],
)  # fmt: skip
def test_combinations_that_cannot_be_are_refused(acme, values, pointer):
    body = {**PATTERN, "account_id": str(acme.accounts[0].id), **values}
    answer = acme.call("POST", "/cadences", {k: v for k, v in body.items() if v is not None}, who=acme.manager)
    assert (answer.status_code, pointers(answer)) == (422, [pointer]), answer.text


# -- apart ------------------------------------------------------------------------------------------------------------


def test_accounts_that_are_apart_are_on_no_one_route(acme):
    """Both are asked for between Tuesday and Friday, in which one day for both would be the shortest way."""
    one, other, _ = acme.accounts
    for account in (one, other):
        want(acme, account, TOMORROW, FRIDAY)
    acme.plan()
    assert set(days_of(acme, one)) & set(days_of(acme, other))
    made = link(acme, "apart", one, other, note="Competitors")
    assert made["conflicts"] == []
    acme.plan()
    assert "account_link_changed" in causes(acme)
    assert days_of(acme, one)
    assert days_of(acme, other)
    assert not set(days_of(acme, one)) & set(days_of(acme, other))


# -- the same rep -----------------------------------------------------------------------------------------------------


def served_by(account: Account) -> Any:
    db.session.rollback()
    return db.session.get_one(Account, account.id, populate_existing=True).served_by_id


def test_accounts_of_one_group_are_given_to_one_rep(acme):
    """Alone each would go to the rep who lives beside it."""
    far = make.rep(acme.rep.team_id, home_lat=44.5, home_lon=-71.0)
    north = make.account(team_id=acme.rep.team_id, lat=44.51, lon=-71.0)
    south = make.account(team_id=acme.rep.team_id, lat=42.37, lon=-71.05)
    acme.plan()
    assert (served_by(north), served_by(south)) == (far.id, acme.rep.id)
    link(acme, "same_rep", north, south)
    assert (served_by(north), served_by(south)) == (None, None)  # given out anew
    acme.plan()
    assert served_by(north) == served_by(south) is not None


def test_a_free_account_of_a_group_follows_the_owner_of_another(acme):
    far = make.rep(acme.rep.team_id, home_lat=44.5, home_lon=-71.0)
    south = make.account(team_id=acme.rep.team_id, lat=42.37, lon=-71.05)
    link(acme, "same_rep", acme.accounts[0], south)
    acme.plan()
    assert served_by(south) == acme.rep.id
    change(acme, f"/accounts/{acme.accounts[0].id}", owner_id=str(far.id))  # handed over: the free one comes after
    acme.plan()
    assert served_by(south) == far.id
    assert str(south.id) not in acme.where()


# -- radius by minutes ------------------------------------------------------------------------------------------------


def test_a_radius_by_minutes_goes_before_one_by_distance(acme):
    """Two accounts 100 km apart lie within 60 miles of one anchor between them, not within 30 minutes of any."""
    far = make.account(owner_id=acme.rep.id, lat=make.BOSTON[0] + 0.9)
    middle = make.account(owner_id=acme.rep.id, lat=make.BOSTON[0] + 0.45)
    want(acme, far, WEDNESDAY)
    acme.plan()
    anchor = next(d for d in schedule(acme) if d["date"] == WEDNESDAY)["anchor_account_id"]
    assert anchor is None or anchor in {str(a.id) for a in (far, middle, *acme.accounts)}
    change(acme, f"/teams/{acme.rep.team_id}", radius_minutes=20, radius_hard=True)
    acme.plan()
    together = {frozenset(s["account"]["id"] for s in d["stops"] if s["account"]) for d in schedule(acme)}
    home = {str(a.id) for a in acme.accounts}
    assert not any(str(middle.id) in day and day & home for day in together)
    clusters = acme.published()["clusters"]
    assert {frozenset(c["accounts"]) for c in clusters} == {
        frozenset(home),
        frozenset({str(middle.id)}),
        frozenset({str(far.id)}),
    }
    change(acme, rep_path(acme), radius_metres=200_000)  # nearer than the team's minutes
    acme.plan()
    assert len(acme.published()["clusters"]) == 1


def schedule(acme: Company) -> list[dict[str, Any]]:
    return acme.call("GET", f"/reps/{acme.rep.id}/schedule?from={TODAY}&to=2026-03-29", who=acme.manager).json["days"]
