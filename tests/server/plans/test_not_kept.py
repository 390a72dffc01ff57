"""What was agreed and is not in the plan is on the day all the same, with the reason.  Monday 2 March 2026, before work."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
import time_machine

from server.core.database import db, writing
from server.reps.models import TimeOff
from server.worker import queue
from tests import factories as make
from tests.server.plans.planned import DAYS, Company, company

TODAY, TOMORROW, WEDNESDAY, THURSDAY, FRIDAY = DAYS
SATURDAY = "2026-03-07"


@pytest.fixture
def acme(app, clock) -> Company:
    """One rep at home in Boston, Monday to Friday 08:00-17:00, planned."""
    made = company(app, accounts=2)
    made.plan()
    return made


def block(acme: Company, day: str, start: str, **values):
    body = {"client_id": str(uuid4()), "title": "Training", "day": day, "start": start, "duration_minutes": 60}
    answer = acme.call("POST", "/appointments", {**body, **values})
    assert answer.status_code in (201, 202), answer.text
    return answer.json


def route(acme: Company, day: str, who=None):
    return acme.call("GET", f"/reps/{acme.rep.id}/route?date={day}", who=who or acme.manager).json


def said(acme: Company, day: str) -> list[tuple[str, str, str]]:
    return [(item["title"], item["reason"], item["detail"]) for item in route(acme, day)["not_kept"]]


def test_on_a_day_without_work(acme):
    """Its card has what a stop has: account, address, telephone, directions."""
    shop = make.account(
        owner_id=acme.rep.id, name="Copper Cafe", phone="+1 617 555 0111", street="Main St", housenumber="5",
        city="Boston", region="MA", postcode="02110",
    )  # fmt: skip
    made = acme.meet(shop, SATURDAY, "10:00", title="Tasting", notes="side door")
    acme.plan()
    mine = acme.call("GET", f"/me/route?date={SATURDAY}").json
    assert (mine["stops"], mine["status"]) == ([], "current")
    (item,) = mine["not_kept"]
    assert item["account"]["phone"] == "+1 617 555 0111"
    del item["account"], item["place"], item["navigation_url"]
    assert item == {
        "id": made["id"],
        "occurrence": made["id"],
        "kind": "appointment",
        "title": "Tasting",
        "notes": "side door",
        "address": "5 Main St, Boston MA 02110",
        "geo_uri": f"geo:{shop.lat:.6f},{shop.lon:.6f}",
        "starts_at": f"{SATURDAY}T10:00:00-05:00",
        "ends_at": f"{SATURDAY}T10:30:00-05:00",
        "reason": "no_workday",
        "detail": f"{acme.rep.name} does not work on Saturdays.",
    }


def test_at_three_in_the_morning_late_and_on_a_day_off(acme):
    with writing() as session:
        session.add(TimeOff(rep_id=acme.rep.id, first=date(2026, 3, 12), last=date(2026, 3, 12)))
    block(acme, WEDNESDAY, "03:00", title="Night")
    block(acme, WEDNESDAY, "16:55", title="Late")
    block(acme, "2026-03-12", "10:00", title="Away")
    acme.plan()
    assert [(title, reason) for title, reason, _ in said(acme, WEDNESDAY)] == [
        ("Night", "outside_working_hours"),
        ("Late", "outside_working_hours"),
    ]
    assert said(acme, "2026-03-12") == [("Away", "time_off", f"{acme.rep.name} has time off on Thursday 12 March.")]


def test_of_two_at_the_same_time_the_lost_one_names_the_other(acme):
    block(acme, WEDNESDAY, "11:45", title="Lunch talk")
    block(acme, WEDNESDAY, "12:00", title="Tasting")
    acme.plan()
    kept = [stop["title"] for stop in route(acme, WEDNESDAY)["stops"] if stop["title"] in ("Lunch talk", "Tasting")]
    ((title, reason, detail),) = said(acme, WEDNESDAY)
    assert sorted([*kept, title]) == ["Lunch talk", "Tasting"]
    times = {"Lunch talk": "11:45-12:45", "Tasting": "12:00-13:00"}
    assert (reason, detail) == ("appointment_conflict", f"It is at the same time as {kept[0]} ({times[kept[0]]}).")


def test_too_far_away(acme):
    """New York is over 300 km from Boston: at 08:30 nobody is there who leaves home at 08:00."""
    far = make.account(owner_id=acme.rep.id, name="Far", lat=40.71, lon=-74.0)
    acme.meet(far, WEDNESDAY, "08:30")
    acme.plan()
    ((title, reason, _),) = said(acme, WEDNESDAY)
    assert (title, reason) == ("Far", "out_of_reach")


def test_what_is_kept_is_not_told_of(acme):
    block(acme, WEDNESDAY, "11:00")
    acme.plan()
    assert said(acme, WEDNESDAY) == []
    assert "Training" in [stop["title"] for stop in route(acme, WEDNESDAY)["stops"]]


def test_one_day_of_a_series(acme):
    """Fridays and Saturdays at 11:00: Friday is kept, Saturday is not, and each has its own name."""
    made = block(acme, FRIDAY, "11:00", rrule="FREQ=WEEKLY;BYDAY=FR,SA")
    acme.plan()
    assert said(acme, FRIDAY) == []
    (item,) = route(acme, SATURDAY)["not_kept"]
    assert (item["id"], item["occurrence"], item["kind"]) == (made["id"], f"{made['id']}:{SATURDAY}", "time_block")


def test_before_it_is_planned_and_beyond_the_plan(acme):
    """The horizon is 28 days from 2 March: to 29 March."""
    block(acme, WEDNESDAY, "11:00", title="New")
    block(acme, "2026-03-30", "11:00", title="Later")
    assert said(acme, WEDNESDAY) == [("New", "not_planned_yet", "It is not planned yet.")]
    assert said(acme, "2026-03-30") == [("Later", "beyond_horizon", "The plan only reaches to Sunday 29 March.")]
    acme.plan()
    assert said(acme, WEDNESDAY) == []


def test_without_any_plan(app, clock):
    made = company(app, accounts=1)
    block(made, WEDNESDAY, "11:00")
    assert [(title, reason) for title, reason, _ in said(made, WEDNESDAY)] == [("Training", "not_planned_yet")]


def test_days_that_are_over_say_nothing(acme, clock):
    """Versions do not keep them, so that nobody can tell what was kept."""
    block(acme, TOMORROW, "03:00")
    acme.plan()
    assert len(said(acme, TOMORROW)) == 1
    clock.move_to("2026-03-04T06:00:00-05:00")
    assert said(acme, TOMORROW) == []


def test_the_schedule_has_days_of_which_nothing_could_be_kept(acme):
    block(acme, SATURDAY, "11:00")
    acme.plan()
    path = f"/schedule?from={TODAY}&to=2026-03-08"
    for answer in (acme.call("GET", f"/me{path}"), acme.call("GET", f"/reps/{acme.rep.id}{path}", who=acme.manager)):
        days = {day["date"]: day for day in answer.json["days"]}
        assert list(days) == sorted(days)
        assert ([i["title"] for i in days[SATURDAY]["not_kept"]], days[SATURDAY]["stops"]) == (["Training"], [])
        assert all(day["stops"] or day["not_kept"] for day in days.values())


def test_the_etag_covers_it(acme):
    path = f"/me/route?date={SATURDAY}"
    block(acme, SATURDAY, "11:00")
    acme.plan()
    before = acme.call("GET", path).headers["ETag"]
    assert acme.call("GET", path, **{"If-None-Match": before}).status_code == 304
    block(acme, SATURDAY, "14:00")
    acme.plan()
    after = acme.call("GET", path, **{"If-None-Match": before})
    assert (after.status_code, len(after.json["not_kept"])) == (200, 2)


def test_cancelled_it_is_gone(acme):
    made = block(acme, SATURDAY, "11:00")
    acme.plan()
    gone = acme.call("DELETE", f"/appointments/{made['id']}", **{"If-Match": '"v1"'})
    assert gone.status_code == 204
    assert said(acme, SATURDAY) == []


def test_what_a_plan_leaves_out_has_kind_title_and_time(acme):
    """An appointment with an account, one with an account of a colleague, a block; visits have none of it."""
    peers = make.account(owner_id=make.rep(acme.rep.team_id).id, name="Peer's Shop")
    lost = make.account(owner_id=acme.rep.id, lat=None, lon=None, name="Nowhere")
    acme.meet(acme.accounts[0], SATURDAY, "09:00", title="Lunch talk")
    acme.call("POST", "/appointments", {
        "client_id": str(uuid4()), "account_id": str(peers.id), "rep_id": str(acme.rep.id), "day": SATURDAY, "start": "12:00",
        "duration_minutes": 30, "title": "For a colleague",
    }, who=acme.manager)  # fmt: skip
    block(acme, SATURDAY, "15:00")
    acme.plan()
    items = acme.call("GET", f"/plans/{acme.published()['id']}/unplanned").json["items"]
    agreed = [(i["kind"], i["title"], i["account_name"], i["starts_at"], i["ends_at"]) for i in items if i["title"]]
    assert sorted(agreed) == sorted([
        ("appointment", "Lunch talk", acme.accounts[0].name, f"{SATURDAY}T09:00:00-05:00", f"{SATURDAY}T09:30:00-05:00"),
        ("appointment", "For a colleague", "Peer's Shop", f"{SATURDAY}T12:00:00-05:00", f"{SATURDAY}T12:30:00-05:00"),
        ("time_block", "Training", None, f"{SATURDAY}T15:00:00-05:00", f"{SATURDAY}T16:00:00-05:00"),
    ])  # fmt: skip
    assert {i["detail"] for i in items if i["title"]} == {f"{acme.rep.name} does not work on Saturdays."}
    others = [(i["kind"], i["title"], i["starts_at"]) for i in items if i["account_id"] == str(lost.id)]
    assert set(others) == {("visit", None, None)}


def test_what_an_older_version_left_out_keeps_its_title_where_it_was_moved_since(acme):
    made = block(acme, SATURDAY, "15:00")
    acme.plan()
    old = acme.published()["id"]
    moved = acme.call("PATCH", f"/appointments/{made['id']}", {"day": THURSDAY}, **{"If-Match": '"v1"'})
    assert moved.status_code in (200, 202)
    (item,) = [i for i in acme.call("GET", f"/plans/{old}/unplanned").json["items"] if i["kind"] == "time_block"]
    assert (item["title"], item["starts_at"], item["ends_at"]) == ("Training", None, None)


def test_planning_that_fails_is_said_to_the_rep_and_to_who_leads_them(acme):
    """The worker notes a failure; the route still has the last plan and what is missing from it."""
    stranger = make.user("manager", team_id=make.team().id)
    assert acme.call("GET", "/planning/failing", who=acme.manager).json == {"items": [], "next": None}
    block(acme, WEDNESDAY, "11:00")
    with writing() as session:
        queue.failed(session, acme.rep.id, "the solver child died")
    found = acme.call("GET", "/planning/failing", who=acme.manager).json["items"]
    assert [(i["rep_id"], i["rep_name"], i["planning"]["status"], i["planning"]["last_error"]) for i in found] == [
        (str(acme.rep.id), acme.rep.name, "failing", "the solver child died")
    ]
    assert found[0]["published_at"] == acme.published()["published_at"]
    assert acme.call("GET", "/planning/failing", who=stranger).json["items"] == []
    assert acme.call("GET", "/planning/failing").status_code == 403
    mine = acme.call("GET", f"/me/route?date={WEDNESDAY}").json
    assert (mine["status"], [i["reason"] for i in mine["not_kept"]]) == ("failing", ["not_planned_yet"])
    db.session.rollback()
    with time_machine.travel("2026-03-02T06:10:00-05:00", tick=False):  # after the wait that follows a failure
        acme.plan()
        assert acme.call("GET", f"/me/route?date={WEDNESDAY}").json["status"] == "current"
        assert acme.call("GET", "/planning/failing", who=acme.manager).json["items"] == []
