"""Why a visit is planned or not, and what there is no time for, over HTTP.  Today is Monday 2026-03-02 in Boston, 06:00."""

from __future__ import annotations

import re
from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import select

from server.core.database import db
from server.plans.explain import ahead, findings
from server.plans.models import PlanFinding, PlanVersion
from server.plans.purge import purge
from server.worker.work import AHEAD, failed, work
from tests import factories as make
from tests.server.plans.planned import DAYS, Company, ask, company

TODAY, TOMORROW, WEDNESDAY, THURSDAY, FRIDAY = DAYS
UUID_IN = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-")


@pytest.fixture
def acme(app, clock) -> Company:
    made = company(app)
    made.plan()
    return made


@pytest.fixture
def busy(app, clock) -> Company:
    """Fourteen accounts every 14 days with calls of nearly a day each: about 28 visits for 19 workdays."""
    made = company(app, accounts=0)
    make.segment("A", miss_minutes=150)
    for number in range(14):
        segment = "A" if number < 4 else None
        lat = make.BOSTON[0] + 0.01 * (number + 1)
        made.accounts.append(
            make.account(
                owner_id=made.rep.id, lat=lat, active_from=date(2026, 2, 16), service_minutes=400, segment=segment
            )
        )
    ask(made)
    made.plan()
    return made


def why(acme: Company, account, status: int = 200, **query):
    asked = "&".join(f"{name}={value}" for name, value in {"account_id": account.id, **query}.items())
    answer = acme.call("GET", f"/reps/{acme.rep.id}/plan/why?{asked}")
    assert answer.status_code == status, answer.text
    return answer.json


def overload(acme: Company, who=None):
    answer = acme.call("GET", f"/reps/{acme.rep.id}/overload", who=who)
    assert answer.status_code == 200, answer.text
    return answer.json


def kept(kind: str) -> list[PlanFinding]:
    db.session.rollback()
    return list(db.session.scalars(select(PlanFinding).where(PlanFinding.kind == kind)))


def test_why_a_visit_is_planned(acme):
    account = acme.accounts[0]
    first = acme.where()[str(account.id)][0]
    found = why(acme, account)
    assert (found["account_name"], found["status"], found["left_out"]) == (account.name, "current", [])
    visit = found["visit"]
    assert visit["date"] == first
    (stop,) = [stop for stop in acme.day(first) if stop["account"] and stop["account"]["id"] == str(account.id)]
    assert (visit["starts_at"], visit["ends_at"]) == (stop["starts_at"], stop["ends_at"])
    # active since 2 March, so due on the 16th at the latest
    assert (visit["opens"], visit["due"], visit["closes"]) == ("2026-03-02", "2026-03-16", "2026-03-16")
    assert visit["why_now"].startswith(
        "Its due date is Monday 16 March, on time from Monday 2 March to Monday 16 March"
    )
    assert visit["next_best"]["date"] in {other["date"] for other in visit["other_days"]}
    assert visit["why_this_day"].startswith("On ")
    assert not UUID_IN.search(visit["why_this_day"] + visit["next_best"]["text"])


def test_the_next_best_day_costs_what_the_price_of_the_move_says(acme):
    account = acme.accounts[1]
    visit = why(acme, account)["visit"]
    body = {
        "kind": "move_visit",
        "account_id": str(account.id),
        "day": visit["date"],
        "to_day": visit["next_best"]["date"],
    }
    price = acme.call("POST", f"/reps/{acme.rep.id}/plan/price", body).json
    assert price["cost"] == visit["next_best"]["cost"]


def test_a_day_without_a_visit(acme):
    account = acme.accounts[0]
    dates = acme.where()[str(account.id)]
    free = next(day for day in DAYS if day not in dates)
    assert why(acme, account, day=free)["visit"] is None
    assert why(acme, account, day=dates[1])["visit"]["date"] == dates[1]


def test_remembered_until_the_inputs_change(acme, clock):
    account = acme.accounts[0]
    before = why(acme, account)
    assert [row.subject for row in kept(findings.WHY)] == [f"{account.id} "]
    # a marker shows that the answer is read and not worked out again
    (row,) = kept(findings.WHY)
    row.answer = {**row.answer, "visit": {**row.answer["visit"], "why_now": "remembered"}}
    db.session.commit()
    again = why(acme, account)
    assert again["visit"].pop("why_now") == "remembered"
    before["visit"].pop("why_now")
    assert again == before
    acme.meet(acme.accounts[3], FRIDAY, "10:00")
    acme.plan(improve=False)
    assert why(acme, account)["visit"]["why_now"] != "remembered"


def test_what_is_left_out_and_what_would_admit_it(busy):
    left = busy.call("GET", f"/plans/{busy.published()['id']}/unplanned?reason=day_full").json["items"]
    assert left
    account = next(a for a in busy.accounts if str(a.id) == left[0]["account_id"])
    found = why(busy, account)
    entries = [entry for entry in found["left_out"] if entry["reason"] == "day_full"]
    assert entries
    for entry in entries:
        assert entry["admissions"]
        efforts = [one["effort_minutes"] for one in entry["admissions"]]
        assert efforts == sorted(efforts)
        # two calls of 400 min and their ways do not fit into 9 h and three hours more: another visit has to go
        assert {one["kind"] for one in entry["admissions"]} == {"fix_on"}
        assert all(one["displaced"] for one in entry["admissions"])
        assert entry["text"] == entry["admissions"][0]["text"]
        assert not UUID_IN.search(entry["text"] + entry["detail"])


def test_another_reps_account_is_refused_and_a_strangers_is_unknown(acme):
    other = make.rep(acme.rep.team_id)
    theirs = make.account(owner_id=other.id)
    asked = acme.call("GET", f"/reps/{acme.rep.id}/plan/why?account_id={theirs.id}", who=acme.manager)
    assert (asked.status_code, asked.json["errors"][0]["pointer"]) == (422, "/query/account_id")
    assert acme.call("GET", f"/reps/{acme.rep.id}/plan/why?account_id={uuid4()}").status_code == 404
    assert acme.call("GET", "/me/plan/why").status_code == 422


def test_a_rep_who_was_never_planned(app, clock):
    made = company(app, accounts=1)
    assert why(made, made.accounts[0])["visit"] is None
    assert overload(made)["status"] == "no_plan"


def test_the_overload_is_worked_out_by_the_worker(app, busy):
    assert overload(busy) == {
        "rep_id": str(busy.rep.id), "rep_name": busy.rep.name, "status": "pending", "made_at": None, "figures": None,
    }  # fmt: skip
    assert ahead.due(db.session()) == [busy.rep.id]
    assert ahead.work_out(busy.rep.id) == "published"
    assert ahead.due(db.session()) == []
    found = overload(busy)
    assert found["status"] == "ready"
    figures = found["figures"]
    assert (figures["first_day"], figures["last_day"]) == ("2026-03-03", "2026-03-29")
    # nineteen days, Monday to Friday, of 9 h: 3.8 weeks of 45 h
    assert figures["available_hours"] == 45.0
    assert figures["left_out"] > 0
    assert figures["left_out"] == sum(group["left_out"] for group in figures["groups"])
    assert figures["left_out"] == sum(entry["left_out"] for entry in figures["waiting"])
    # each of them takes 400 min and some driving
    assert figures["take_hours"] >= round(figures["left_out"] * 400 / 60 / 3.8, 1)
    assert figures["missing_hours"] == pytest.approx(max(0, figures["take_hours"] - figures["free_hours"]), abs=0.11)
    assert [one["best_value"] for one in figures["remedies"]].count(True) == 1
    groups = {group["group"]: group for group in figures["groups"]}
    assert set(groups) == {"segment A", "every 14 days, worth 90 min"}
    assert groups["segment A"]["left_out"] == 0
    assert figures["remedies"]
    for one in figures["remedies"]:
        assert bool(one["days"]) is (one["kind"] == "single_days")
        assert (one["left_out_again"] is None) is (one["left_out"] > 0)
    assert figures["text"].startswith(f"{busy.rep.name}: {figures['left_out']} of ")
    assert not UUID_IN.search(figures["text"] + "".join(one["text"] for one in figures["remedies"]))
    listed = busy.call("GET", "/overload", who=busy.manager).json["items"]
    assert listed == [found]
    # and the explanations that people will ask for
    assert kept(findings.WHY)


def test_a_colleague_with_time_is_asked(app, busy):
    idle = make.rep(busy.rep.team_id, home_lat=make.BOSTON[0] + 0.05)
    make.account(owner_id=idle.id, active_from=date(2026, 2, 16))
    from server.core.database import writing
    from server.inputs.service import changed

    with writing() as session:
        changed(session, [idle.id], "asked")
    busy.plan()
    ahead.work_out(busy.rep.id)
    over = [one for one in overload(busy)["figures"]["remedies"] if one["kind"] == "hand_over"]
    assert [(one["to_rep_id"], one["left_out"]) for one in over] == [(str(idle.id), 0)]
    assert set(over[0]["account_ids"]) <= {str(account.id) for account in busy.accounts}
    # an hour an account
    assert over[0]["price_minutes"] == 60 * len(over[0]["account_ids"])


def test_it_is_worked_out_anew_a_while_after_a_change_and_on_the_next_day(acme, clock):
    assert ahead.work_out(acme.rep.id) == "published"
    first = overload(acme)
    assert first["status"] == "ready"
    acme.meet(acme.accounts[0], FRIDAY, "10:00")
    acme.plan()
    # what was said is shown for a quarter of an hour more, and said to be old
    assert overload(acme) == {**first, "status": "outdated"}
    assert ahead.due(db.session()) == []
    clock.shift(15 * 60)
    assert ahead.due(db.session()) == [acme.rep.id]
    ahead.work_out(acme.rep.id)
    again = overload(acme)
    assert (again["status"], again["made_at"] > first["made_at"]) == ("ready", True)
    clock.move_to("2026-03-03T06:00:00-05:00")
    assert overload(acme)["status"] == "outdated"
    assert ahead.due(db.session()) == [acme.rep.id]


def test_what_cannot_be_worked_out_does_not_stop_planning(acme):
    failed(AHEAD, acme.rep.id, "too slow")
    assert overload(acme)["status"] == "failed"
    assert ahead.due(db.session()) == []
    planning = acme.call("GET", f"/reps/{acme.rep.id}/plan", who=acme.manager).json["planning"]
    assert (planning["status"], planning["last_error"]) == ("idle", None)
    assert work(AHEAD, uuid4(), no_lease()) == "stale"  # a rep who is gone


def test_nothing_is_worked_out_before_the_plan_is_searched(app, clock):
    made = company(app, accounts=2)
    assert ahead.due(db.session()) == []
    made.plan(improve=False)
    assert ahead.due(db.session()) == []


def test_it_goes_with_its_version(acme):
    why(acme, acme.accounts[0])
    acme.meet(acme.accounts[0], FRIDAY, "10:00")
    acme.plan(improve=False)
    assert len(kept(findings.WHY)) == 1
    purge(db.session())
    db.session.commit()
    assert kept(findings.WHY) == []
    assert db.session.scalar(select(PlanVersion.id).limit(1)) is not None


def no_lease():
    """A lease is not asked for: nothing is published."""
    from server.worker.leases import Held

    return Held("ahead", "test", 1)
