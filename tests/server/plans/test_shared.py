"""Accounts that every rep of a team visits: the team plan gives out the visits, each rep's plan keeps its turns."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest

from server.accounts.models import Account
from server.core.database import db, writing
from server.inputs.models import TeamInputs
from server.inputs.service import changed
from server.plans import planning
from server.plans.candidate import AWAY, NO_TURN
from server.plans.sharing import give_up
from server.reps.models import Rep
from server.worker import queue
from tests import factories as make
from tests.server.plans.planned import DAYS, Company, company
from tests.server.world import pointers

TODAY, TOMORROW, WEDNESDAY, THURSDAY, FRIDAY = DAYS


class Shop(Company):
    """`rep` and `peer` are at home in the same place and have an account each; `shared` is visited every seven days by both."""

    peer: Rep
    shared: Account

    def change(self, path: str, **values: Any) -> Any:
        etag = self.call("GET", path, who=self.manager).headers["ETag"]
        answer = self.call("PATCH", path, values, who=self.manager, **{"If-Match": etag})
        assert answer.status_code in (200, 202), answer.text
        return answer.json

    def visits(self, rep: Rep) -> list[str]:
        """Days on which a rep's served plan has the shared account."""
        answer = self.call("GET", f"/reps/{rep.id}/schedule?from={TODAY}&to=2026-04-30", who=self.manager)
        there = str(self.shared.id)
        return [
            d["date"] for d in answer.json["days"] for s in d["stops"] if s["account"] and s["account"]["id"] == there
        ]

    def everyones(self) -> list[str]:
        return sorted([*self.visits(self.rep), *self.visits(self.peer)])

    def user_of(self, rep: Rep) -> Any:
        from server.identity.models import User

        return db.session.get_one(User, rep.user_id)


def shop(app, hours: dict[str, Any] | None = None, peers_hours: dict[str, Any] | None = None, **values: Any) -> Shop:
    rep = {"working_hours": hours} if hours else {}
    made = company(app, accounts=1, **rep)
    made.__class__ = Shop
    made.peer = make.rep(made.rep.team_id, **({"working_hours": peers_hours} if peers_hours else {}))
    made.accounts.append(make.account(owner_id=made.peer.id, lat=make.BOSTON[0] - 0.01, active_from=date(2026, 3, 2)))
    lat = make.BOSTON[0] + 0.01
    defaults = {"shared_visits": True, "name": "Harbor Cafe", "lat": lat, "active_from": date(2026, 2, 1)}
    made.shared = make.account(team_id=made.rep.team_id, **{**defaults, **values})
    make.cadence(account_id=made.shared.id, interval_days=7)
    with writing() as session:
        changed(session, [made.rep.id, made.peer.id], "asked")
    return made


@pytest.fixture
def acme(app, clock) -> Shop:
    return shop(app)


def weekdays(days: list[str]) -> set[int]:
    return {date.fromisoformat(day).weekday() for day in days}


def test_every_visit_is_made_once_by_somebody(acme):
    """Four weeks hold four visits seven days apart, a day (a fifth of seven, rounded down) sooner or later."""
    acme.plan()
    days = acme.everyones()
    assert len(days) == 4
    assert all((date.fromisoformat(b) - date.fromisoformat(a)).days >= 6 for a, b in pairwise(days))


def test_each_stop_says_when_it_is_due_and_what_comes_before(acme):
    """Whoever goes there: the visit before is the last one that anybody makes, seven days (or one more or less) earlier."""
    acme.plan()
    whys = []
    for rep in (acme.rep, acme.peer):
        days = acme.call("GET", f"/reps/{rep.id}/schedule?from={TODAY}&to=2026-04-30", who=acme.manager).json["days"]
        stops = [
            (d["date"], s)
            for d in days
            for s in d["stops"]
            if s["account"] and s["account"]["id"] == str(acme.shared.id)
        ]
        whys += [(day, stop["why"]) for day, stop in stops]
    (_, first), *later = sorted(whys, key=lambda found: found[0])
    assert first["text"].endswith("; never visited")
    for (before, _), (day, why) in pairwise(sorted(whys, key=lambda found: found[0])):
        assert why["reason"] in ("due", "due_soon", "late")
        assert why["due_date"] == str(date.fromisoformat(before) + timedelta(days=7))
        apart = (date.fromisoformat(day) - date.fromisoformat(before)).days
        assert why["text"].endswith(f"; visit planned {apart} days before")
    assert len(later) == 3


def test_it_goes_to_whoever_works_on_the_day(app, clock):
    """Mondays and Thursdays are asked for; one rep works on Mondays only, the other on Thursdays."""
    acme = shop(app, {"0": ["08:00", "17:00"]}, {"3": ["08:00", "17:00"]})
    etag = acme.call("GET", f"/cadences?account_id={acme.shared.id}", who=acme.manager).json["items"][0]
    twice = {
        "mode": "pattern",
        "interval_days": None,
        "visits": 2,
        "block_workdays": 5,
        "anchor": TODAY,
        "combinations": [[0, 3]],
    }
    answer = acme.call(
        "PATCH", f"/cadences/{etag['id']}", twice, who=acme.manager, **{"If-Match": f'"v{etag["version"]}"'}
    )
    assert answer.status_code in (200, 202), answer.text
    acme.plan()
    assert weekdays(acme.visits(acme.rep)) == {0}
    assert weekdays(acme.visits(acme.peer)) == {3}
    assert acme.everyones() == sorted(set(acme.everyones()))
    assert len(acme.visits(acme.peer)) == 4


def test_it_goes_to_who_has_the_skill(acme):
    acme.change(f"/accounts/{acme.shared.id}", needed_skills=["fork lift"])
    acme.change(f"/reps/{acme.peer.id}", skills=["fork lift"])
    acme.plan()
    assert (acme.visits(acme.rep), len(acme.visits(acme.peer))) == ([], 4)


def test_what_nobody_can_do_is_told_in_one_plan(acme):
    """By the rep with the shortest way; both have the same, so by either, but not by both."""
    acme.change(f"/accounts/{acme.shared.id}", needed_skills=["fork lift"])
    acme.plan()
    told = []
    for rep in (acme.rep, acme.peer):
        plan = acme.call("GET", f"/reps/{rep.id}/plan", who=acme.manager).json["plan"]["id"]
        items = acme.call("GET", f"/plans/{plan}/unplanned", who=acme.manager).json["items"]
        told.append({item["reason"] for item in items if item["account_id"] == str(acme.shared.id)} - {"not_due"})
    assert [bool(reasons) for reasons in told].count(True) == 1
    assert "no_skill" in {*told[0], *told[1]}
    acme.change(f"/reps/{acme.rep.id}", skills=["fork lift"])
    acme.plan()
    assert len(acme.visits(acme.rep)) == 4


def test_who_is_away_passes_the_turn_on(acme):
    acme.plan()
    who, other = (acme.rep, acme.peer) if acme.visits(acme.rep) else (acme.peer, acme.rep)
    away = {"first": "2026-03-03", "last": "2026-04-30", "reason": "Leave"}
    assert acme.call("POST", f"/reps/{who.id}/time-off", away, who=acme.manager).status_code in (201, 202)
    acme.plan()
    assert [day for day in acme.visits(who) if day > TODAY] == []
    assert len(acme.visits(other)) >= 3


def test_a_turn_on_a_day_off_is_told_until_the_team_has_decided(acme):
    """The repair comes first: the rep's plan goes on, and says which visit has no rep on which day."""
    acme.plan()
    who = acme.rep if acme.visits(acme.rep) else acme.peer
    day = next(day for day in acme.visits(who) if day > TODAY)
    away = {"first": day, "last": day, "reason": "Leave"}
    assert acme.call("POST", f"/reps/{who.id}/time-off", away, who=acme.manager).status_code in (201, 202)
    planning.repair(who.id)
    items = acme.call("GET", f"/plans/{plan_of(acme, who)}/unplanned?reason=rep_away", who=acme.manager).json["items"]
    told = [(item["account_name"], item["days"], item["detail"]) for item in items if item["days"] == [day]]
    assert told == [("Harbor Cafe", [day], AWAY)]
    acme.plan()
    items = acme.call("GET", f"/plans/{plan_of(acme, who)}/unplanned?reason=rep_away", who=acme.manager).json["items"]
    assert [item for item in items if item["account_name"] == "Harbor Cafe"] == []


def test_a_turn_without_room_is_told_until_the_team_has_decided(acme):
    acme.plan()
    who = acme.rep if acme.visits(acme.rep) else acme.peer
    day = next(day for day in acme.visits(who) if day > TODAY)
    acme.change(f"/reps/{who.id}", working_hours={str(weekday): ["08:00", "08:10"] for weekday in range(5)})
    planning.repair(who.id)
    items = acme.call("GET", f"/plans/{plan_of(acme, who)}/unplanned", who=acme.manager).json["items"]
    told = [
        (item["reason"], item["detail"])
        for item in items
        if item["account_name"] == "Harbor Cafe" and item["days"] == [day]
    ]
    assert told == [("next_search", NO_TURN)]


def plan_of(acme: Shop, rep: Rep) -> str:
    return acme.call("GET", f"/reps/{rep.id}/plan", who=acme.manager).json["plan"]["id"]


def test_an_owner_ends_the_sharing(acme):
    acme.plan()
    stored = acme.change(f"/accounts/{acme.shared.id}", owner_id=str(acme.peer.id))
    assert (stored["shared_visits"], stored["team_id"]) == (False, None)
    acme.plan()
    assert acme.visits(acme.rep) == []
    assert acme.visits(acme.peer)


def test_an_archived_account_is_in_no_plan(acme):
    acme.plan()
    acme.change(f"/accounts/{acme.shared.id}", archived=True)
    acme.plan()
    assert acme.everyones() == []


def test_the_team_decides_the_same_again(acme):
    acme.plan()
    before = acme.visits(acme.rep), acme.visits(acme.peer)
    with writing() as session:
        changed(session, [acme.rep.id, acme.peer.id], "nightly")
    db.session.rollback()
    assert queue.sharing(db.session()) == {acme.rep.team_id}
    acme.plan()
    db.session.rollback()
    assert queue.sharing(db.session()) == set()
    assert (acme.visits(acme.rep), acme.visits(acme.peer)) == before


def test_a_pause_stops_the_turns(acme):
    acme.plan()
    pause = {"first": TOMORROW, "last": "2026-04-30", "reason": "Renovation"}
    assert acme.call("POST", f"/accounts/{acme.shared.id}/pauses", pause, who=acme.manager).status_code in (201, 202)
    acme.plan()
    assert [day for day in acme.everyones() if day > TODAY] == []


def test_everybody_of_the_team_sees_it_and_logs_there(acme, clock):
    stranger = make.rep(make.team().id)
    for rep, status in ((acme.rep, 200), (acme.peer, 200), (stranger, 404)):
        assert acme.call("GET", f"/accounts/{acme.shared.id}", who=acme.user_of(rep)).status_code == status
        near = acme.call("GET", "/accounts/near?lat=42.37&lon=-71.06&radius_miles=5", who=acme.user_of(rep)).json[
            "items"
        ]
        assert (str(acme.shared.id) in [item["id"] for item in near]) == (status == 200)
    acme.plan()
    first = acme.everyones()[0]
    clock.move_to(f"{first}T12:00:00-05:00")
    acme.log(acme.shared, f"{first}T11:00:00-05:00")
    db.session.rollback()
    assert queue.sharing(db.session()) == {acme.rep.team_id}  # what was done counts at once
    acme.plan()
    later = [day for day in acme.everyones() if day > first]
    assert (date.fromisoformat(later[0]) - date.fromisoformat(first)).days >= 6


def test_a_visit_that_somebody_asked_for_says_so(acme):
    body = {"account_id": str(acme.shared.id), "first": THURSDAY, "last": THURSDAY, "note": "Contract"}
    assert acme.call("POST", "/must-visits", body, who=acme.manager).status_code in (201, 202)
    acme.plan()
    stops = []
    for rep in (acme.rep, acme.peer):
        route = acme.call("GET", f"/reps/{rep.id}/route?date={THURSDAY}", who=acme.manager).json
        stops += [s["why"] for s in route["stops"] if s["account"] and s["account"]["id"] == str(acme.shared.id)]
    assert [why["must_visit_note"] for why in stops] == ["Contract"]


def test_an_appointment_there_is_one_of_the_visits(acme):
    acme.meet(acme.shared, WEDNESDAY, "10:00")
    acme.plan()
    days = acme.everyones()
    assert WEDNESDAY in days
    assert all((date.fromisoformat(b) - date.fromisoformat(a)).days >= 6 for a, b in pairwise(days))


def test_only_a_team_shares(acme):
    path = f"/accounts/{acme.accounts[0].id}"  # it has an owner
    answer = acme.call("PATCH", path, {"shared_visits": True}, who=acme.manager, **{"If-Match": '"v1"'})
    assert (answer.status_code, pointers(answer)) == (422, ["/shared_visits"])
    body = {"name": "Nobody's", "shared_visits": True}
    assert "/shared_visits" in pointers(acme.call("POST", "/accounts", body, who=acme.manager))
    stored = acme.change(path, shared_visits=True, owner_id=None)  # it stays with the owner's team
    assert (stored["shared_visits"], stored["team_id"]) == (True, str(acme.rep.team_id))


def test_the_question_what_a_change_costs_is_answered_at_shared_accounts_too(acme):
    acme.plan()
    rep = acme.rep if acme.visits(acme.rep) else acme.peer
    day = acme.visits(rep)[-1]
    for body in (
        {"kind": "move_visit", "day": day, "to_day": FRIDAY},
        {"kind": "skip_visit", "day": day},
        {"kind": "visit", "day": day, "last_day": day},
    ):
        asked = {**body, "account_id": str(acme.shared.id)}
        answer = acme.call("POST", f"/reps/{rep.id}/plan/price", asked, who=acme.manager)
        assert answer.status_code in (200, 422), answer.text
    why = acme.call("GET", f"/reps/{rep.id}/plan/why?account_id={acme.shared.id}", who=acme.manager)
    assert why.json["visit"]["basis"] == "fixed"


def test_the_state_of_a_team_that_shares_nothing_is_not_kept(app, clock):
    made = company(app, accounts=1)
    made.plan()
    assert db.session.get(TeamInputs, made.rep.team_id) is None


def test_after_a_failure_the_turns_stay_until_something_changes(acme):
    acme.plan()
    before = acme.everyones()
    with writing() as session:
        changed(session, [acme.rep.id], "rep_changed")
    give_up(acme.rep.team_id)
    db.session.rollback()
    assert queue.sharing(db.session()) == set()
    acme.plan()
    assert acme.everyones() == before
    with writing() as session:
        changed(session, [acme.rep.id], "activity_logged")  # somewhere else: no reason to share out anew
    assert queue.sharing(db.session()) == set()
    with writing() as session:
        changed(session, [acme.rep.id], "time_off_added")
    assert queue.sharing(db.session()) == {acme.rep.team_id}
