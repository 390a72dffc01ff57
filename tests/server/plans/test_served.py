"""What is served beside the route: contacts, versions, differences, reasons, approval; and today as it goes on."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from server.accounts.models import Account
from server.core.database import db, writing
from server.plans.models import PlanVersion
from server.reps.models import Team
from tests import factories as make
from tests.server.plans.planned import DAYS, Company, ask, company

TODAY, TOMORROW, WEDNESDAY, THURSDAY, FRIDAY = DAYS
PATRICK = "2026-03-17"


@pytest.fixture
def acme(app, clock) -> Company:
    made = company(app, accounts=4)
    made.plan()
    return made


def test_calls_that_are_due_are_beside_the_route(acme):
    make.cadence(channel="phone", interval_days=7)
    contacts = acme.call("GET", f"/me/route?date={TODAY}").json["contacts"]
    assert {(c["channel"], c["due_date"]) for c in contacts} == {
        ("phone", "2026-03-09")
    }  # active 2 March, within 7 days
    assert {c["account"]["id"] for c in contacts} == {str(a.id) for a in acme.accounts}


@pytest.mark.parametrize(
    ("day", "listed"), [("2026-03-01", False), ("2026-03-02", True), ("2026-03-06", True), ("2099-01-01", False)]
)
def test_calls_are_due_from_today_to_the_end_of_the_plan(acme, day, listed):
    """Today is Monday 2 March; on the days before, and long after the plan, nobody can say what is due."""
    make.cadence(channel="phone", interval_days=7)
    assert bool(acme.call("GET", f"/me/route?date={day}").json["contacts"]) is listed


def test_a_schedule_the_wrong_way_round_names_its_parameters(acme):
    answer = acme.call("GET", f"/reps/{acme.rep.id}/schedule?from={FRIDAY}&to={TODAY}")
    assert answer.status_code == 422
    assert answer.json["errors"] == [{"pointer": "/query/to", "detail": f"It is before from, {FRIDAY}."}]


def test_versions_and_their_differences(acme):
    acme.meet(acme.accounts[0], FRIDAY, "11:00")
    acme.plan(improve=False)
    newest, *older = acme.call("GET", f"/reps/{acme.rep.id}/plans").json["items"]
    assert (newest["state"], newest["stage"]) == ("published", "repair")
    assert {plan["state"] for plan in older} == {"superseded"}
    changes = acme.call("GET", f"/plans/{newest['id']}/diff").json["changes"]
    assert [(c["change"], c["to_date"]) for c in changes if c["kind"] == "appointment"] == [("added", FRIDAY)]
    back = acme.call("GET", f"/plans/{newest['base_id']}/diff?against={newest['id']}").json["changes"]
    assert [c["change"] for c in back if c["kind"] == "appointment"] == ["removed"]


def test_what_is_left_out_has_a_reason(acme):
    lost = make.account(owner_id=acme.rep.id, lat=None, lon=None, name="Nowhere")
    ask(acme)
    acme.plan()
    items = acme.call("GET", f"/plans/{acme.published()['id']}/unplanned?reason=no_position").json["items"]
    assert {(item["account_id"], item["account_name"]) for item in items} == {(str(lost.id), "Nowhere")}
    # one entry for each visit that would be due; together they speak of 3 to 29 March once (a search leaves today alone)
    days = [day for item in items for day in item["days"] if day != TODAY]
    assert (len(days), min(days), max(days), len(set(days))) == (27, TOMORROW, "2026-03-29", 27)
    assert all("position" in item["detail"] for item in items)


def test_an_improved_plan_waits_for_approval_and_a_repair_does_not(acme):
    with writing() as session:
        session.get_one(Team, acme.rep.team_id).approval = True
    fresh = make.account(owner_id=acme.rep.id, lat=make.BOSTON[0] + 0.2)
    ask(acme)
    assert ("improve", "waiting") in acme.plan()
    assert str(fresh.id) not in acme.where()
    plan = acme.call("GET", f"/reps/{acme.rep.id}/plan", who=acme.manager).json
    waiting = plan["waiting_plan_id"]
    assert acme.call("POST", f"/plans/{waiting}/approve").status_code == 403  # the rep may not
    assert acme.call("POST", f"/plans/{waiting}/approve", who=acme.manager).json["state"] == "published"
    assert str(fresh.id) in acme.where()
    again = acme.call("POST", f"/plans/{waiting}/approve", who=acme.manager)
    assert (again.status_code, again.json["code"]) == (409, "not_waiting")


def test_who_approves_sees_what_changes(acme):
    """A fifth account comes in.  Driving, visits and days are those that the schedule shows before and after it is approved."""

    def shown(first: str, last: str) -> dict[str, int]:
        days = acme.call("GET", f"/reps/{acme.rep.id}/schedule?from={first}&to={last}", who=acme.manager).json["days"]
        visits = sum(stop["account"] is not None for day in days for stop in day["stops"])
        return {"visits": visits, "driving_metres": sum(day["travel_metres"] for day in days)}

    with writing() as session:
        session.get_one(Team, acme.rep.team_id).approval = True
    make.account(owner_id=acme.rep.id, lat=make.BOSTON[0] + 0.2, name="Corner Bakery")
    ask(acme)
    acme.plan()
    plan = acme.call("GET", f"/reps/{acme.rep.id}/plan", who=acme.manager).json
    waiting = plan["waiting_plan_id"]
    diff = acme.call("GET", f"/plans/{waiting}/diff?against={plan['plan']['id']}", who=acme.manager).json
    added = [change for change in diff["changes"] if change["account_name"] == "Corner Bakery"]
    assert {change["change"] for change in added} == {"added"}
    before, after, churn = diff["before"], diff["after"], diff["churn"]
    assert after["visits"] - before["visits"] == churn["added"] - churn["removed"] >= len(added) >= 1
    assert (before["late"], after["late"], after["left_out"]) == (0, 0, 0)
    span = diff["first_day"], diff["last_day"]
    assert shown(*span) == {name: before[name] for name in ("visits", "driving_metres")}
    acme.call("POST", f"/plans/{waiting}/approve", who=acme.manager)
    assert shown(*span) == {name: after[name] for name in ("visits", "driving_metres")}


def test_a_first_version_has_nothing_before_it(acme):
    first = acme.call("GET", f"/reps/{acme.rep.id}/plans", who=acme.manager).json["items"][-1]
    diff = acme.call("GET", f"/plans/{first['id']}/diff", who=acme.manager).json
    assert (diff["against_id"], diff["before"]) == (None, None)
    assert diff["after"]["visits"] == len(diff["changes"]) == diff["churn"]["added"]


def test_a_holiday_is_called_by_its_name(app, clock):
    """Ireland, 17 March: of the day itself, of an appointment that is looked for, and of a visit asked for then."""
    made = company(app, accounts=1, country="IE", region=None)
    made.plan()
    body = {"client_id": str(uuid4()), "account_id": str(made.accounts[0].id), "first": PATRICK, "last": PATRICK}
    assert made.call("POST", "/must-visits", body, who=made.manager).status_code in (201, 202)
    made.plan()
    assert made.call("GET", f"/me/route?date={PATRICK}").json["holiday"] == "Saint Patrick's Day"
    assert made.call("GET", "/me/route?date=2026-03-18").json["holiday"] is None
    asked = f"/me/slots?account_id={made.accounts[0].id}&from={PATRICK}&to={PATRICK}"
    (day,) = made.call("GET", asked).json["days_without"]
    said = "It is a public holiday (Saint Patrick's Day), on which the rep does not work."
    assert (day["reason"], day["text"]) == ("rep_away", said)
    (item,) = made.call("GET", f"/plans/{made.published()['id']}/unplanned?reason=rep_away").json["items"]
    assert item["detail"].endswith(" Tuesday 17 March is a public holiday (Saint Patrick's Day).")


def test_an_outdated_proposal_cannot_be_approved(acme):
    with writing() as session:
        session.get_one(Team, acme.rep.team_id).approval = True
    make.account(owner_id=acme.rep.id, lat=make.BOSTON[0] + 0.2)
    ask(acme)
    acme.plan()
    waiting = acme.call("GET", f"/reps/{acme.rep.id}/plan", who=acme.manager).json["waiting_plan_id"]
    acme.meet(acme.accounts[0], FRIDAY, "11:00")
    answer = acme.call("POST", f"/plans/{waiting}/approve", who=acme.manager)
    assert (answer.status_code, answer.json["code"]) == (409, "plan_outdated")


def test_accounts_without_an_owner_go_to_the_nearest_rep_of_the_team_and_stay(acme):
    far = make.rep(acme.rep.team_id, home_lat=44.5, home_lon=-71.0)
    near_far = make.account(team_id=acme.rep.team_id, lat=44.51, lon=-71.0)
    near_rep = make.account(team_id=acme.rep.team_id, lat=42.37, lon=-71.05)
    acme.plan()
    db.session.rollback()
    assert db.session.get_one(Account, near_far.id).served_by_id == far.id
    assert db.session.get_one(Account, near_rep.id).served_by_id == acme.rep.id
    assert str(near_rep.id) in acme.where()
    assert acme.call("GET", f"/accounts/{near_rep.id}").status_code == 200  # the rep may look at it


def test_an_appointment_under_way_is_not_planned_over(acme, clock):
    acme.meet(acme.accounts[0], TODAY, "10:00", duration_minutes=60)
    acme.plan(improve=False)
    clock.move_to("2026-03-02T10:20:00-05:00")
    acme.meet(acme.accounts[1], TODAY, "15:00")
    acme.plan(improve=False)
    stops = acme.day(TODAY)
    meeting = next(s for s in stops if s["kind"] == "appointment" and s["starts_at"][11:16] == "10:00")
    assert meeting["status"] == "current"
    assert all(s["starts_at"][11:16] >= "11:00" for s in stops if s["status"] == "planned")
    assert "15:00" in [s["starts_at"][11:16] for s in stops if s["kind"] == "appointment"]


def test_the_same_inputs_make_no_new_version(acme):
    count = len(acme.call("GET", f"/reps/{acme.rep.id}/plans").json["items"])
    ask(acme)
    assert [outcome for _, outcome in acme.plan()] == ["unchanged", "unchanged"]
    ask(acme)
    assert acme.plan(improve=False) == [("repair", "unchanged")]
    assert len(acme.call("GET", f"/reps/{acme.rep.id}/plans").json["items"]) == count


def test_a_search_leaves_tomorrow_as_it_is_served(acme):
    """To the byte: times, latest departures, anchor.  Three visits are asked for tomorrow; that to which the rep would
    drive first is then paused, and the others keep their times, which are not the earliest any more."""
    for account in acme.accounts[:3]:
        body = {"account_id": str(account.id), "first": TOMORROW, "last": TOMORROW}
        assert acme.call("POST", "/must-visits", body).status_code in (201, 202)
    acme.plan()
    first, second, *_ = acme.day(TOMORROW)
    pause = {"first": TOMORROW, "last": WEDNESDAY}
    assert acme.call("POST", f"/accounts/{first['account']['id']}/pauses", pause).status_code in (201, 202)
    acme.plan(improve=False)
    served = _tomorrow(acme)
    assert served["stops"][0]["starts_at"] == second["starts_at"]
    ask(acme)
    acme.plan()
    assert _tomorrow(acme) == served


def test_a_search_tells_on_what_cannot_be_done_today(acme):
    """An appointment and a must-visit of today, both at an account without a position: a search begins tomorrow."""
    lost = make.account(owner_id=acme.rep.id, lat=None, lon=None, name="Nowhere")
    met = acme.meet(lost, TODAY, "10:00")["id"]
    body = {"account_id": str(lost.id), "first": TODAY, "last": TODAY}
    must = acme.call("POST", "/must-visits", body).json["id"]
    acme.plan(improve=False)
    before = _promises_left_out(acme)
    assert before[met] == ("no_position", [TODAY])
    ask(acme)
    acme.plan()
    assert _promises_left_out(acme) == before
    assert must in before


def test_a_search_renews_reasons_although_no_day_changes(acme):
    """A repair keeps the reasons of accounts that the change does not touch, even when they are not the best any more."""
    make.account(owner_id=acme.rep.id, lat=None, lon=None, name="Nowhere")
    ask(acme)
    acme.plan()
    with writing() as session:
        row = session.get_one(PlanVersion, UUID(acme.published()["id"]))
        row.unplanned = [{**entry, "reason": "day_full"} for entry in row.unplanned]
    ask(acme)
    assert acme.plan() == [("repair", "unchanged"), ("improve", "published")]
    items = acme.call("GET", f"/plans/{acme.published()['id']}/unplanned").json["items"]
    assert {item["reason"] for item in items} == {"no_position"}
    there = sum(len(days) for days in acme.where().values())
    nothing = {"moved": 0, "added": 0, "removed": 0, "retimed": 0}
    assert acme.published()["churn"] == {**nothing, "kept": there, "kept_share": 1.0}


def _promises_left_out(acme: Company) -> dict[str, tuple[str, list[str]]]:
    items = acme.call("GET", f"/plans/{acme.published()['id']}/unplanned").json["items"]
    named = [(item["appointment_id"] or item["must_visit_id"], item) for item in items]
    return {key: (item["reason"], item["days"]) for key, item in named if key}


def _tomorrow(acme: Company) -> dict[str, object]:
    served = acme.call("GET", f"/reps/{acme.rep.id}/route?date={TOMORROW}", who=acme.manager).json
    return {name: value for name, value in served.items() if name not in ("plan", "etag")}


def test_a_repair_that_changes_nothing_publishes_nothing_and_is_done(acme):
    """Also with things left out, which a search and a repair may list in another order."""
    booked = [acme.meet(account, TOMORROW, "03:00")["id"] for account in acme.accounts[:2]]  # nobody works at night
    for name in ("Nowhere", "Nowhere else"):
        make.account(owner_id=acme.rep.id, lat=None, lon=None, name=name)
    ask(acme)
    acme.plan()
    before = acme.published()
    left_out = acme.call("GET", f"/plans/{before['id']}/unplanned").json["items"]
    assert {item["appointment_id"] for item in left_out} >= set(booked)
    with writing() as session:  # the same entries in another order
        row = session.get_one(PlanVersion, UUID(before["id"]))
        row.unplanned = list(reversed(row.unplanned))
    ask(acme)
    assert acme.plan(improve=False) == [("repair", "unchanged")]
    assert acme.published() == before
    assert acme.inputs().repaired == acme.inputs().revision


def test_every_version_can_be_replayed(acme):
    """The stored problem, solved again with the stored seed and iterations, gives the stored objective."""
    import json
    import zlib

    from planner.io import problem_from_json
    from planner.solve import solve

    db.session.rollback()
    first = db.session.query(PlanVersion).order_by(PlanVersion.number).first()
    problem = problem_from_json(json.loads(zlib.decompress(first.problem)))
    again = solve(problem, seed=first.seed, iterations=first.iterations)
    assert again.objective.total == first.objective["total"]


def test_strangers_see_nothing(acme):
    stranger = make.user("manager", team_id=make.team().id)
    plan = acme.published()["id"]
    for path in (
        f"/reps/{acme.rep.id}/plan",
        f"/reps/{acme.rep.id}/route",
        f"/plans/{plan}",
        f"/plans/{plan}/unplanned",
    ):
        assert acme.call("GET", path, who=stranger).status_code == 404
    assert acme.call("GET", "/me/route", who=stranger).status_code == 403
