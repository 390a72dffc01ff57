"""Before the week, and Monday: Ada works her route and logs all of it; Dan works his without a network; Ben and Cleo log
nothing."""

from __future__ import annotations

from datetime import date, timedelta

from tests.journey.clock import MONDAY
from tests.journey.company import MANAGER, Person
from tests.journey.week import FRIDAY, LAST, THURSDAY, TUESDAY, WEDNESDAY, Week, own


def before_planning(week: Week) -> None:
    """Two appointments for later in the week, an account that rests, and visits that the manager asks for."""
    ada, ben, cleo, dan = week.company.reps
    for name, rep, day in (("cancelled", ada, THURSDAY), ("moved", ben, WEDNESDAY)):
        account = own(week, rep, "C")[0]
        week.appointments[name] = week.meet(rep, account, day, "10:00", leeway=30)
    week.paused = own(week, dan, "A")[0]
    pause = {"first": str(MONDAY), "last": str(LAST + timedelta(days=7)), "reason": "rebuilding"}
    week.clock.send(MANAGER, "POST", f"/accounts/{week.paused}/pauses", pause)
    for rep, day, last in (
        (ada, MONDAY, MONDAY), (ada, TUESDAY, TUESDAY), (cleo, WEDNESDAY, FRIDAY), (dan, MONDAY, MONDAY)
    ):  # fmt: skip
        for account in _ready(week, rep, day)[:2]:
            week.asked.append(account)
            body = {"account_id": account, "first": str(day), "last": str(last), "note": "new price list"}
            week.clock.send(MANAGER, "POST", "/must-visits", body)


def _ready(week: Week, rep: Person, day: date) -> list[str]:
    """The rep's accounts where a visit on that day would be credited, and about which nothing else is agreed."""
    taken = {week.paused, *week.asked, *(a["account_id"] for a in week.appointments.values())}
    mine = [account for segment in "BCAD" for account in own(week, rep, segment)]
    return [a for a in mine if a not in taken and week.rhythm(a, MONDAY).earliest <= day]


def monday(week: Week) -> None:
    """Ada's whole day is logged at its times: credited, next due one interval later, and shown as done."""
    ada = week.company.reps[0]
    week.work_begins(MONDAY)
    path = f"/me/route?date={MONDAY}"
    first = week.clock.call(ada.email, "GET", path)
    assert first.json["status"] == "current"
    seen = {"If-None-Match": first.headers["ETag"]}
    assert week.clock.call(ada.email, "GET", path, headers=seen).status_code == 304
    stops = [stop for stop in first.json["stops"] if stop["account"]]
    assert stops
    asked = {stop["account"]["id"] for stop in stops if stop["why"]["reason"] == "must_visit"}
    assert asked == set(week.asked[:2])
    week.clock.at(MONDAY, 19)
    week.log(ada, stops, MONDAY)
    week.plan()
    assert week.cause(ada) == "activity_logged"
    answer = week.clock.call(ada.email, "GET", path, headers=seen)
    assert answer.status_code == 200
    again = {"If-None-Match": answer.headers["ETag"]}
    assert week.clock.call(ada.email, "GET", path, headers=again).status_code == 304
    shown = [stop for stop in answer.json["stops"] if stop["account"]]
    assert [(s["account"]["id"], s["status"], s["starts_at"]) for s in shown] == [
        (s["account"]["id"], "done", s["starts_at"]) for s in stops
    ]
    assert all(stop["activity_id"] for stop in shown)
    ahead = week.ahead(ada)
    for stop in stops:
        account = stop["account"]["id"]
        expected = week.cadence_is_right(account, MONDAY)
        assert expected.credited[-1] == MONDAY  # nothing is planned that would not be credited
        assert expected.due == MONDAY + timedelta(days=week.company.interval(account))
        assert min(ahead.get(account, [LAST + timedelta(days=1)])) >= min(expected.earliest, LAST)
    week.compliance_is_right(MONDAY)
