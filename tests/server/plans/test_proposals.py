"""What a change would cost, asked over HTTP and then made.  Today is Monday 2026-03-02 in Boston, 06:00."""

from __future__ import annotations

from uuid import UUID

import pytest

from server.core.database import db, writing
from server.plans.models import PlanVersion
from tests import factories as make
from tests.server.plans.planned import DAYS, Company, company

TODAY, TOMORROW, WEDNESDAY, THURSDAY, FRIDAY = DAYS


@pytest.fixture
def acme(app, clock) -> Company:
    made = company(app)
    made.plan()
    return made


def asked(acme: Company, query: str, status: int = 200):
    answer = acme.call("GET", f"/reps/{acme.rep.id}/slots?{query}")
    assert answer.status_code == status, answer.text
    return answer.json


def priced(acme: Company, kind: str, status: int = 200, **body):
    answer = acme.call("POST", f"/reps/{acme.rep.id}/plan/price", {"kind": kind, **body})
    assert answer.status_code == status, answer.text
    return answer.json


def driving(acme: Company) -> int:
    """Seconds of driving of the published plan."""
    with writing() as session:
        return session.get_one(PlanVersion, UUID(acme.published()["id"])).objective["driving"]


def visit_of(acme: Company, account, first=WEDNESDAY) -> str:
    """The first day from `first` on with a visit of the account."""
    return next(day for day in acme.where()[str(account.id)] if day >= first)


def test_a_slot_is_booked_at_the_price_that_was_said(acme):
    account, before = acme.accounts[0], driving(acme)
    answer = asked(acme, f"account_id={account.id}&duration_minutes=45")
    assert (answer["status"], answer["plan"]["id"]) == ("current", acme.published()["id"])
    assert (answer["first_day"], answer["last_day"], answer["duration_minutes"]) == (TODAY, "2026-03-29", 45)
    best = answer["slots"][0]
    assert best["colour"] == "green"
    assert best["credited"] is True
    assert best["earliest_starts_at"] <= best["starts_at"] <= best["latest_starts_at"]
    colours = [slot["colour"] for slot in answer["slots"]]
    assert colours == sorted(colours, key=["green", "yellow", "red"].index)
    acme.meet(account, best["date"], best["starts_at"][11:16], duration_minutes=45)
    assert acme.plan(improve=False) == [("repair", "published")]
    (stop,) = [s for s in acme.day(best["date"]) if s["kind"] == "appointment"]
    assert (stop["starts_at"], stop["ends_at"]) == (best["starts_at"], best["ends_at"])
    assert round((driving(acme) - before) / 60, 1) == best["driving_minutes"] == best["cost"]["driving_minutes"]


def test_asking_changes_nothing(acme):
    account, before = acme.accounts[0], (acme.where(), acme.published())
    asked(acme, f"account_id={account.id}")
    priced(acme, "skip_visit", account_id=str(account.id), day=visit_of(acme, account))
    assert acme.plan() == []
    assert (acme.where(), acme.published()) == before


def test_days_without_a_slot_say_why(acme):
    make_off = acme.call("POST", f"/reps/{acme.rep.id}/time-off", {"first": WEDNESDAY, "last": WEDNESDAY})
    assert make_off.status_code in (201, 202)
    acme.plan(improve=False)
    answer = asked(acme, f"account_id={acme.accounts[0].id}&from={WEDNESDAY}&to=2026-03-08")
    why = {day["date"]: (day["reason"], day["text"]) for day in answer["days_without"]}
    # 7 and 8 March are a weekend
    assert why == dict.fromkeys(
        [WEDNESDAY, "2026-03-07", "2026-03-08"], ("rep_away", "The rep does not work on this day.")
    )


def test_an_appointment_costs_what_making_it_costs(acme):
    account, before = acme.accounts[5], driving(acme)
    body = {"account_id": str(account.id), "day": THURSDAY, "start": "14:00", "duration_minutes": 30}
    price = priced(acme, "appointment", **body)
    assert price["starts_at"] == f"{THURSDAY}T14:00:00-05:00"
    assert price["text"].startswith("Thursday 5 March 14:00-14:30: ")
    acme.meet(account, THURSDAY, "14:00")
    acme.plan(improve=False)
    assert round((driving(acme) - before) / 60, 1) == price["driving_minutes"]
    # and back: cancelling it costs what it had cost, to the tenth
    (stop,) = [s for s in acme.day(THURSDAY) if s["kind"] == "appointment"]
    back = priced(acme, "cancel_appointment", appointment_id=stop["appointment"]["id"])
    assert (back["refused"], back["starts_at"]) == (False, None)
    moved = priced(acme, "move_appointment", appointment_id=stop["appointment"]["id"], day=FRIDAY, start="09:30")
    assert moved["starts_at"] == f"{FRIDAY}T09:30:00-05:00"
    assert moved["ends_at"] == f"{FRIDAY}T10:00:00-05:00"


def test_a_visit_moved_and_one_skipped(acme):
    account = acme.accounts[0]
    day = visit_of(acme, account)
    price = priced(acme, "move_visit", account_id=str(account.id), day=day, to_day="2026-03-12", start="10:00")
    assert price["starts_at"] == "2026-03-12T10:00:00-04:00"  # summer time since 8 March
    assert price["refused"] is False
    skipped = priced(acme, "skip_visit", account_id=str(account.id), day=day)
    assert {item["account_name"] for item in skipped["own"]} == {account.name}
    assert account.name in skipped["text"]
    assert str(account.id) not in skipped["text"]


def test_a_visit_asked_for(acme):
    account = make.account(owner_id=acme.rep.id, lat=make.BOSTON[0] + 0.035)
    # it is not due for long: visited only because somebody asks
    price = priced(acme, "visit", account_id=str(account.id), day=WEDNESDAY, last_day=FRIDAY)
    assert WEDNESDAY <= price["date"] <= FRIDAY


def test_an_appointment_at_a_position_and_a_block_without_one(acme):
    home = {"lat": make.BOSTON[0], "lon": make.BOSTON[1]}
    body = {"day": FRIDAY, "start": "16:00", "duration_minutes": 30}
    for where in (home, {}):
        price = priced(acme, "appointment", **body, **where)
        assert (price["driving_minutes"], price["credited"]) == (0.0, None)
        assert price["starts_at"] == f"{FRIDAY}T16:00:00-05:00"


def handed(acme: Company, account, to, status: int = 200, who=None):
    body = {"kind": "hand_over", "account_id": str(account.id), "to_rep_id": str(to.id)}
    answer = acme.call("POST", f"/reps/{acme.rep.id}/plan/price", body, who=who or acme.manager)
    assert answer.status_code == status, answer.text
    return answer.json


def test_an_account_handed_over_is_priced_on_the_days_of_both_reps(acme):
    # The accounts lie one behind the other north of home, the last one 0.06 degrees; the colleague lives beside that one.
    far = acme.accounts[-1]
    mate = make.rep(acme.rep.team_id, home_lat=far.lat, home_lon=far.lon)
    before, day = driving(acme), visit_of(acme, far)
    price = handed(acme, far, mate)
    assert (price["kind"], price["refused"], price["starts_at"]) == ("hand_over", False, None)
    # it costs the colleague no driving, and saves the rep some
    assert price["driving_minutes"] < 0
    assert price["displaced"] == []
    assert [item["account_id"] for item in price["own"] if item["left_out"]] == []
    hands = price["handed_over"]
    assert (hands["rep_id"], hands["rep_name"]) == (str(mate.id), mate.name)
    assert [one["account_id"] for one in hands["accounts"]] == [str(far.id)]
    assert {visit["account_name"] for visit in hands["visits"]} == {far.name}
    shares = {one["rep_id"]: one for one in hands["reps"]}
    assert shares[str(acme.rep.id)]["driving_minutes"] == price["driving_minutes"]
    assert shares[str(mate.id)]["driving_minutes"] == 0.0
    assert price["text"].startswith(f"{mate.name} visits it from now on: ")
    assert f"{far.name} " not in price["text"].partition("visits: ")[2]  # of one account the days are enough
    # nothing was changed, and without the account the rep drives as much less as was said
    assert visit_of(acme, far) == day
    make_over = acme.call("GET", f"/accounts/{far.id}", who=acme.manager)
    patch = acme.call(
        "PATCH",
        f"/accounts/{far.id}",
        {"owner_id": str(mate.id)},
        who=acme.manager,
        **{"If-Match": make_over.headers["ETag"]},
    )
    assert patch.status_code in (200, 202), patch.text
    acme.plan(improve=False)
    assert round((driving(acme) - before) / 60, 1) == price["driving_minutes"]


def test_who_may_take_an_account(acme):
    account, mate = acme.accounts[0], make.rep(acme.rep.team_id)
    assert handed(acme, account, acme.rep, 422)["errors"][0]["pointer"] == "/to_rep_id"
    handed(acme, account, mate, 404, who=acme.user)  # a rep sees no colleague
    handed(acme, account, make.rep(make.team().id), 404)  # nor a manager another team
    idle = make.rep(acme.rep.team_id, home_lat=None, home_lon=None)  # without a home nobody is planned
    refused = handed(acme, account, idle, 422)["errors"]
    assert [(e["pointer"], e["detail"]) for e in refused] == [
        ("/to_rep_id", "This rep does not work on any of the planned days.")
    ]


def test_the_signed_in_rep_asks_without_an_id(acme):
    account = acme.accounts[0]
    mine = acme.call("GET", f"/me/slots?account_id={account.id}")
    assert mine.json == asked(acme, f"account_id={account.id}")
    body = {"kind": "skip_visit", "account_id": str(account.id), "day": visit_of(acme, account)}
    assert acme.call("POST", "/me/plan/price", body).json == priced(acme, **body)
    assert acme.call("GET", f"/me/slots?account_id={account.id}", who=acme.manager).status_code == 403


def test_a_rep_who_was_never_planned(app, clock):
    made = company(app)
    account = made.accounts[0]
    made.meet(account, WEDNESDAY, "10:00")
    answer = asked(made, f"account_id={account.id}&from={WEDNESDAY}&to={THURSDAY}")
    assert (answer["plan"], answer["status"]) == (None, "pending")
    assert [day["reason"] for day in answer["days_without"] if day["date"] == WEDNESDAY] == ["too_close"]


def test_a_recurring_appointment_has_to_be_named_by_its_day(acme):
    made = acme.meet(acme.accounts[0], WEDNESDAY, "10:00", rrule="FREQ=WEEKLY;COUNT=3")
    acme.plan(improve=False)
    vague = priced(acme, "cancel_appointment", 422, appointment_id=made["id"])
    assert vague["errors"][0]["pointer"] == "/occurrence_day"
    price = priced(acme, "cancel_appointment", appointment_id=made["id"], occurrence_day="2026-03-11")
    assert price["refused"] is False


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("duration_minutes=0", "/query/duration_minutes"),
        ("from=2026-03-05&to=2026-03-04", "/query/to"),
        ("from=2026-03-05&to=2026-09-04", "/query/to"),
    ],
)
def test_questions_without_sense(acme, query, pointer):
    account = acme.accounts[0].id
    assert [e["pointer"] for e in asked(acme, f"account_id={account}&{query}", 422)["errors"]] == [pointer]
    assert [e["pointer"] for e in asked(acme, "", 422)["errors"]] == ["/query/account_id"]


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("duration_minutes=30&lat=42", "/query/lon"),
        ("duration_minutes=30&lon=-71", "/query/lat"),
        ("lat=42&lon=-71", "/query/duration_minutes"),
        ("duration_minutes=30&lat=91&lon=-71", "/query/lat"),
    ],
)
def test_positions_without_sense(acme, query, pointer):
    assert [e["pointer"] for e in asked(acme, query, 422)["errors"]] == [pointer]


def test_a_time_for_somebody_who_is_no_account_yet(acme):
    account = acme.accounts[0]
    there = f"lat={account.lat}&lon={account.lon}"
    answer = asked(acme, f"{there}&duration_minutes=45&from={WEDNESDAY}&to={FRIDAY}")
    best = answer["slots"][0]
    assert (answer["duration_minutes"], best["colour"], best["credited"], best["own"]) == (45, "green", None, [])
    # booked at that position it costs what was said
    body = {"day": best["date"], "start": best["starts_at"][11:16], "duration_minutes": 45}
    price = priced(acme, "appointment", **body, lat=account.lat, lon=account.lon)
    assert (price["starts_at"], price["cost"]) == (best["starts_at"], best["cost"])
    both = asked(acme, f"{there}&duration_minutes=45&account_id={account.id}", 422)
    assert [e["pointer"] for e in both["errors"]] == ["/query/lat"]


def test_no_days_are_looked_at_that_are_not_planned(acme):
    answer = asked(acme, f"account_id={acme.accounts[0].id}&from=2027-03-05&to=2027-03-06")
    assert (answer["slots"], answer["days_without"], answer["first_day"]) == ([], [], None)


def test_changes_without_sense(acme):
    account = str(acme.accounts[0].id)

    def refused(kind, **body):
        return {error["pointer"] for error in priced(acme, kind, 422, **body)["errors"]}

    assert refused("appointment", day=FRIDAY) == {"/start", "/duration_minutes"}
    assert refused("skip_visit", account_id=account, day=FRIDAY, start="10:00") == {"/start"}
    assert refused("move_visit", account_id=account, day="2026-03-08", to_day=FRIDAY) == {"/day"}
    day = visit_of(acme, acme.accounts[0])
    assert refused("move_visit", account_id=account, day=day, to_day="2027-03-05") == {"/to_day"}
    assert refused("appointment", day="2027-03-05", start="10:00", duration_minutes=5) == {"/day"}
    assert refused("appointment", day=TODAY, start="05:59", duration_minutes=5) == {"/start"}  # it is 06:00
    assert refused("move_visit", account_id=account, day=day, to_day=TODAY, start="05:59") == {"/start"}
    unknown = make.account(owner_id=acme.rep.id, lat=None, lon=None, position_quality="none")
    assert refused("skip_visit", account_id=str(unknown.id), day=FRIDAY) == {"/account_id"}
    other = make.rep(acme.rep.team_id)
    theirs = make.account(owner_id=other.id)
    path = f"/reps/{acme.rep.id}/slots?account_id={theirs.id}"
    assert acme.call("GET", path).status_code == 404  # as a rep one does not know of it
    assert acme.call("GET", path, who=acme.manager).status_code == 422
    db.session.rollback()
