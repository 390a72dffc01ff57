"""Plans with other hours on one date, and a remedy of single days carried out.  Today is Monday 2026-03-02 in Boston, 06:00."""

from __future__ import annotations

from datetime import date
from itertools import groupby

import pytest

from server.plans.explain import ahead
from tests import factories as make
from tests.server.plans.planned import DAYS, Company, ask, company

TODAY, TOMORROW, WEDNESDAY, THURSDAY, FRIDAY = DAYS


@pytest.fixture
def acme(app, clock) -> Company:
    made = company(app)
    made.plan()
    return made


def put(acme: Company, day: str, **hours):
    path = f"/reps/{acme.rep.id}/hours/{day}"
    known = acme.call("GET", path, who=acme.manager).json
    kept = {name: known[name] for name in ("starts", "ends", "max_stops", "max_driving_minutes")}
    answer = acme.call("PUT", path, {**kept, **hours}, who=acme.manager, **{"If-Match": f'"v{known["version"]}"'})
    assert answer.status_code in (200, 202), answer.text
    return answer.json


def hours_of(acme: Company, day: str) -> list[str]:
    stops = acme.day(day)
    return [stops[0]["starts_at"][11:16], stops[-1]["ends_at"][11:16]] if stops else []


def test_a_shorter_day_holds_what_still_fits(acme):
    """From eight to nine there is room for one half hour beside the way, or for none; nothing is done after nine."""
    put(acme, WEDNESDAY, starts="08:00", ends="09:00")
    acme.plan()
    stops = hours_of(acme, WEDNESDAY)
    assert not stops or "08:00" <= stops[0] < stops[1] <= "09:00"
    assert acme.published()["certificate"]["ok"]


def test_a_sunday_with_hours_is_a_workday(acme):
    """An appointment on it has a place then."""
    sunday = "2026-03-08"
    acme.meet(acme.accounts[0], sunday, "10:00")
    acme.plan()
    assert acme.day(sunday) == []
    put(acme, sunday, starts="09:00", ends="12:00")
    acme.plan()
    assert [stop["kind"] for stop in acme.day(sunday)] == ["appointment"]


def test_time_off_goes_before_the_hours_of_a_date(acme):
    put(acme, WEDNESDAY, starts="06:00", ends="20:00")
    off = {"first": WEDNESDAY, "last": WEDNESDAY}
    assert acme.call("POST", f"/reps/{acme.rep.id}/time-off", off).status_code in (201, 202)
    acme.plan()
    assert acme.day(WEDNESDAY) == []


def test_the_limit_of_stops_of_a_date(app, clock):
    made = company(app, max_stops=1)
    made.plan()
    assert max(len(made.day(day)) for day in DAYS) == 1
    # to all six accounts on one day, each of which is asked for on that day
    for account in made.accounts:
        body = {"account_id": str(account.id), "first": THURSDAY, "last": THURSDAY}
        assert made.call("POST", "/must-visits", body, who=made.manager).status_code in (201, 202)
    put(made, THURSDAY, max_stops=6)
    made.plan()
    assert len(made.day(THURSDAY)) == 6


def carry_out(acme: Company, remedy) -> None:
    """As the page does: the hours of each day, then the visits that they are for."""
    rep = acme.call("GET", f"/reps/{acme.rep.id}", who=acme.manager).json
    for day, changes in groupby(remedy["days"], key=lambda change: change["date"]):
        known = acme.call("GET", f"/reps/{rep['id']}/hours/{day}", who=acme.manager).json
        hours = {name: known[name] for name in ("starts", "ends")}
        for change in changes:
            assert change["kind"] == "longer_day"
            name, minutes = ("starts", -change["minutes"]) if change["morning"] else ("ends", change["minutes"])
            hour, minute = hours[name].split(":")
            then = int(hour) * 60 + int(minute) + minutes
            hours[name] = f"{then // 60:02}:{then % 60:02}"
        put(acme, day, **hours)
    for visit in remedy["visits"]:
        assert acme.call("POST", "/must-visits", visit, who=acme.manager).status_code in (201, 202)


def test_single_days_that_are_carried_out_keep_what_they_promise(app, clock):
    """Twenty-one accounts every 14 days with calls of 200 min, at any hour: two a day fit into 19 days, 38 of some 40 visits; on a day
    that is longer by some two hours there is room for a third."""
    made = company(app, accounts=0)
    for number in range(21):
        made.accounts.append(
            make.account(
                owner_id=made.rep.id,
                lat=make.BOSTON[0] + 0.01 * (number % 7 + 1),
                active_from=date(2026, 2, 16),
                service_minutes=200,
                opening_hours="24/7",
            )
        )
    ask(made)
    made.plan()
    ahead.work_out(made.rep.id)
    figures = made.call("GET", f"/reps/{made.rep.id}/overload").json["figures"]
    single = next(one for one in figures["remedies"] if one["kind"] == "single_days")
    assert single["visits"]
    assert len(single["visits"]) >= single["keeps"] > 0
    before = made.where()
    waiting = [one for one in single["visits"] if not _visited(before, one)]
    carry_out(made, single)
    made.plan()
    after = made.where()
    assert waiting
    assert [one for one in single["visits"] if not _visited(after, one)] == []
    # each day as long as it was set, and no other one
    longer = {change["date"] for change in single["days"]}
    listed = made.call("GET", f"/reps/{made.rep.id}/hours", who=made.manager).json["items"]
    assert {item["day"] for item in listed} == longer
    assert made.published()["certificate"]["ok"]


def _visited(where: dict[str, list[str]], visit: dict[str, str]) -> bool:
    return any(visit["first"] <= day <= visit["last"] for day in where.get(visit["account_id"], ()))
