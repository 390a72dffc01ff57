"""What changes in a plan when something happens, through HTTP.  Today is Monday 2026-03-02 in Boston, 06:00."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests import factories as make
from tests.server.plans.planned import DAYS, Company, ask, company
from tests.server.plans.test_limits_and_links import change, want

TODAY, TOMORROW, WEDNESDAY, THURSDAY, FRIDAY = DAYS


@pytest.fixture
def acme(app, clock) -> Company:
    made = company(app)
    made.plan()
    return made


def starts(stops):
    return [stop["starts_at"][11:16] for stop in stops if stop["kind"] == "appointment"]


def urgent(acme: Company, account) -> None:
    """A day late costs more than any drive and any moved visit."""
    segment = {"code": "A", "name": "Urgent", "rank": 1, "late_minutes": 600}
    assert acme.call("POST", "/segments", segment, who=make.user("admin")).status_code == 201
    answer = acme.call("PATCH", f"/accounts/{account.id}", {"segment": "A"}, who=acme.manager, **{"If-Match": '"v1"'})
    assert answer.status_code in (200, 202), answer.text


def test_every_account_is_planned_once_in_its_first_interval_and_again_after_it(acme):
    for account in acme.accounts:
        days = acme.where()[str(account.id)]
        assert "2026-03-02" <= days[0] <= "2026-03-16"  # active from 2 March, due within 14 days
        # tolerance is floor(0.2 * 14) = 2 days: consecutive visits at least 14 - 2 apart
        assert all((int(b[8:]) - int(a[8:])) >= 12 for a, b in pairwise(days))
    plan = acme.published()
    assert plan["certificate"] == {"ok": True, "violations": []}
    parts = plan["objective"]
    total = sum(value for name, value in parts.items() if name != "total_minutes")
    assert total == pytest.approx(parts["total_minutes"], abs=0.5)


def test_an_appointment_is_made_moved_and_cancelled(acme):
    account = acme.accounts[0]
    made = acme.meet(account, WEDNESDAY, "10:00")
    assert acme.plan(improve=False) == [("repair", "published")]
    assert starts(acme.day(WEDNESDAY)) == ["10:00"]
    causes = [cause["kind"] for cause in acme.published()["causes"]]
    assert causes == ["appointment_made"]
    path, version = f"/appointments/{made['id']}", {"If-Match": '"v1"'}
    assert acme.call("PATCH", path, {"day": THURSDAY, "start": "15:30"}, **version).status_code in (200, 202)
    acme.plan(improve=False)
    assert starts(acme.day(WEDNESDAY)) == []
    assert starts(acme.day(THURSDAY)) == ["15:30"]
    others = {a: d for a, d in acme.where().items() if a != str(account.id)}
    assert acme.call("DELETE", path, **{"If-Match": '"v2"'}).status_code == 204
    acme.plan(improve=False)
    assert starts(acme.day(THURSDAY)) == []
    assert {a: d for a, d in acme.where().items() if a != str(account.id)} == others  # nothing else moved


def test_a_logged_visit_moves_the_cadence_and_stays_in_todays_route(acme, clock):
    account = acme.accounts[5]
    urgent(acme, account)  # at 4 minutes a day, nine days late may be cheaper than a drive of its own and a moved visit
    clock.move_to("2026-03-02T10:00:00-05:00")
    acme.log(account, "2026-03-02T09:20:00-05:00", ended_at="2026-03-02T09:50:00-05:00")
    acme.plan()
    (done,) = [s for s in acme.day(TODAY) if s["account"] and s["account"]["id"] == str(account.id)]
    assert (done["status"], done["starts_at"][11:16], done["ends_at"][11:16]) == ("done", "09:20", "09:50")
    assert done["activity_id"]
    days = acme.where()[str(account.id)]
    assert days[0] == TODAY
    # credited on 2 March: due 16 March, window 14 to 18 March
    assert "2026-03-14" <= days[1] <= "2026-03-18"
    rest = [s for s in acme.day(TODAY) if s["status"] == "planned"]
    assert all(stop["starts_at"] >= "2026-03-02T10:00" for stop in rest)


def test_a_skipped_visit_is_not_planned_again_today(acme, clock):
    for account in acme.accounts:
        acme.meet(account, TODAY, f"{9 + acme.accounts.index(account):02}:00")
    acme.plan(improve=False)
    skipped = acme.accounts[0]
    clock.move_to("2026-03-02T08:50:00-05:00")
    acme.log(skipped, "2026-03-02T08:50:00-05:00", "skipped", reason="closed today")
    acme.plan()
    stops = [s for s in acme.day(TODAY) if s["account"] and s["account"]["id"] == str(skipped.id)]
    assert "skipped" in {stop["status"] for stop in stops}
    assert not [stop for stop in stops if stop["kind"] == "visit" and stop["status"] == "planned"]


def test_time_off_empties_its_days_and_the_visits_go_elsewhere(acme):
    before = acme.where()
    body = {"first": WEDNESDAY, "last": FRIDAY, "reason": "ill"}
    answer = acme.call("POST", f"/reps/{acme.rep.id}/time-off", body, who=acme.manager)
    assert answer.status_code in (201, 202), answer.text
    acme.plan()
    assert [acme.day(day) for day in (WEDNESDAY, THURSDAY, FRIDAY)] == [[], [], []]
    assert set(acme.where()) == set(before)  # everybody is still visited


def test_the_rep_sees_what_changed_since_the_last_look(acme):
    day = acme.where()[str(acme.accounts[0].id)][0]
    first = acme.call("GET", f"/me/route?date={day}")
    assert first.json["changes"] == []
    assert acme.call("GET", f"/me/route?date={day}", **{"If-None-Match": first.headers["ETag"]}).status_code == 304
    acme.meet(acme.accounts[1], day, "16:00")
    acme.plan(improve=False)
    second = acme.call("GET", f"/me/route?date={day}", **{"If-None-Match": first.headers["ETag"]})
    assert second.status_code == 200
    appointment = [c for c in second.json["changes"] if c["kind"] == "appointment"]
    assert [(c["change"], c["to_date"], c["to_start_seconds"]) for c in appointment] == [("added", day, 16 * 3600)]
    again = acme.call("GET", f"/me/route?date={day}", **{"If-None-Match": second.headers["ETag"]})
    assert again.status_code == 304  # the changes were told once
    assert acme.call("GET", f"/me/route?date={day}").json["changes"] == []


def test_a_day_of_23_hours_keeps_wall_clock_times(acme):
    """Clocks go from 02:00 to 03:00 on Sunday 8 March: 10:00 on the wall is nine elapsed hours after midnight."""
    hours = {str(day): ["08:00", "17:00"] for day in range(7)}
    version = acme.call("GET", f"/reps/{acme.rep.id}", who=acme.manager).headers["ETag"]
    answer = acme.call(
        "PATCH", f"/reps/{acme.rep.id}", {"working_hours": hours}, who=acme.manager, **{"If-Match": version}
    )
    assert answer.status_code in (200, 202), answer.text
    acme.meet(acme.accounts[0], "2026-03-08", "10:00")
    acme.plan(improve=False)
    (stop,) = acme.day("2026-03-08")
    assert stop["starts_at"] == "2026-03-08T10:00:00-04:00"
    assert stop["ends_at"] == "2026-03-08T10:30:00-04:00"


def test_an_archived_account_leaves_the_plan(acme):
    gone = acme.accounts[2]
    version = acme.call("GET", f"/accounts/{gone.id}").headers["ETag"]
    answer = acme.call("PATCH", f"/accounts/{gone.id}", {"archived": True}, who=acme.manager, **{"If-Match": version})
    assert answer.status_code in (200, 202), answer.text
    acme.plan(improve=False)
    assert str(gone.id) not in acme.where()


def test_a_visit_that_somebody_asked_for_says_so(acme):
    account = acme.accounts[3]
    body = {"account_id": str(account.id), "first": WEDNESDAY, "last": WEDNESDAY, "note": "new price list"}
    assert acme.call("POST", "/must-visits", body, who=acme.manager).status_code in (201, 202)
    acme.plan()
    (stop,) = [s for s in acme.day(WEDNESDAY) if s["account"] and s["account"]["id"] == str(account.id)]
    assert (stop["why"]["reason"], stop["why"]["must_visit_note"]) == ("must_visit", "new price list")


def test_nobody_goes_tomorrow_where_the_season_is_closed_by_now(acme):
    """Two that are closed on Mondays were asked for tomorrow and planned, then nobody asks any more. Tomorrow is frozen, so both stay; but
    one says in the evening that it is closed in March."""
    closed, open_ = acme.accounts[:2]
    for account in (closed, open_):  # visited today, they would not be credited tomorrow
        change(acme, f"/accounts/{account.id}", opening_hours="Tu-Fr 08:00-18:00")
    wishes = [want(acme, account, TOMORROW) for account in (closed, open_)]
    acme.plan()
    for wish in wishes:
        assert acme.call("DELETE", f"/must-visits/{wish}", **{"If-Match": '"v1"'}).status_code in (200, 202, 204)
    acme.plan()
    assert all(TOMORROW in acme.where()[str(account.id)] for account in (closed, open_))
    make.cadence(account_id=closed.id, seasons=[{"months": [3], "interval_days": None}])
    ask(acme)
    acme.plan()
    assert TOMORROW in acme.where()[str(open_.id)]
    assert not any(day < "2026-04-01" for day in acme.where().get(str(closed.id), []))
