"""Tuesday: Ada skips one visit, cancels Thursday's appointment, gets one for this afternoon; Ben's moves to Thursday."""

from __future__ import annotations

from datetime import date, datetime
from uuid import uuid4

from tests.journey.clock import MONDAY, Json
from tests.journey.company import MANAGER, Person
from tests.journey.week import FEW, THURSDAY, TUESDAY, WAITING, WEDNESDAY, Week, own, placed


def tuesday_skip(week: Week) -> None:
    """A skipped visit is not credited, not planned again today, and planned later or explained."""
    ada = week.company.reps[0]
    week.compliance_is_right(TUESDAY)
    week.planned_versus_done_is_right(MONDAY)
    week.work_begins(TUESDAY)
    skipped = next(stop for stop in week.stops(ada, TUESDAY) if stop["kind"] == "visit")
    account = skipped["account"]["id"]
    before = week.cadence_is_right(account, TUESDAY)
    week.clock.traveller.move_to(datetime.fromisoformat(skipped["starts_at"]), tick=False)
    body = {
        "client_id": str(uuid4()), "account_id": account, "status": "skipped", "reason": "closed for stock-taking",
        "happened_at": skipped["starts_at"],
    }  # fmt: skip
    week.clock.send(ada.email, "POST", "/activities", body)
    week.plan()
    assert week.cadence_is_right(account, TUESDAY) == before
    today = [s["status"] for s in week.stops(ada, TUESDAY) if s["account"] and s["account"]["id"] == account]
    assert today == ["skipped"]
    week.stays_or_has_a_reason(ada, [account], TUESDAY)


def tuesday_cancel(week: Week) -> None:
    """A cancelled appointment moves nothing else; its account may be visited another time."""
    ada, appointment = week.company.reps[0], week.appointments["cancelled"]
    week.clock.at(TUESDAY, 10)
    _log_what_is_over(week, ada, TUESDAY)
    week.plan()
    before = placed(week.schedule(ada), TUESDAY)
    assert (THURSDAY, appointment["id"]) in before
    path = f"/appointments/{appointment['id']}"
    week.clock.send(ada.email, "DELETE", f"{path}?reason=postponed", headers={"If-Match": '"v1"'})
    week.plan()
    after = placed(week.schedule(ada), TUESDAY)
    assert week.cause(ada) == "appointment_cancelled"
    assert week.clock.get(ada.email, path)["cancel_reason"] == "postponed"
    assert after == {key: start for key, start in before.items() if key != (THURSDAY, appointment["id"])} | {
        key: start for key, start in after.items() if key[1] == appointment["account_id"]
    }
    week.stays_or_has_a_reason(ada, [appointment["account_id"]], TUESDAY)


def _log_what_is_over(week: Week, rep: Person, day: date) -> None:
    """As a rep with a network does; what is logged already keeps."""
    now = week.clock.at(day, 10)
    over = [s for s in week.stops(rep, day) if s["account"] and s["status"] in WAITING and _ends(s) <= now]
    if over:
        week.log(rep, over, day)


def _ends(stop: Json) -> datetime:
    return datetime.fromisoformat(stop["ends_at"])


def tuesday_move(week: Week) -> None:
    """An appointment moves to Thursday: there inside its window, gone from Wednesday, and few visits make room."""
    ben, appointment = week.company.reps[1], week.appointments["moved"]
    week.clock.at(TUESDAY, 10, 30)
    before = placed(week.schedule(ben), TUESDAY)
    assert (WEDNESDAY, appointment["id"]) in before
    week.clock.change(ben.email, f"/appointments/{appointment['id']}", {"day": str(THURSDAY), "start": "15:00"})
    week.plan()
    assert week.cause(ben) == "appointment_moved"
    after = placed(week.schedule(ben), TUESDAY)
    assert (WEDNESDAY, appointment["id"]) not in after
    start = datetime.fromisoformat(after[THURSDAY, appointment["id"]])
    assert datetime.combine(THURSDAY, start.timetz()) == start
    assert "15:00" <= f"{start:%H:%M}" <= "15:30"
    gone = [key for key in before if key not in after and key[1] != appointment["id"]]
    assert len(gone) <= FEW
    assert {day for day, account in gone if account != appointment["account_id"]} <= {THURSDAY}
    week.stays_or_has_a_reason(ben, [account for _, account in gone], TUESDAY)


def tuesday_insert(week: Week) -> None:
    """An appointment for this afternoon is in today's route at once; what it displaces is planned later or explained."""
    ada = week.company.reps[0]
    week.clock.at(TUESDAY, 11)
    before = [s for s in week.stops(ada, TUESDAY) if s["kind"] == "visit" and s["status"] == "planned"]
    route = {stop["account"]["id"] for stop in week.stops(ada, TUESDAY) if stop["account"]}
    account = next(a for a in own(week, ada, "C") + own(week, ada, "B") if a not in route and a != week.paused)
    seen = week.clock.call(ada.email, "GET", f"/me/route?date={TUESDAY}").headers["ETag"]
    made = week.meet(ada, account, TUESDAY, "14:00", leeway=15)
    week.plan()
    assert week.cause(ada) == "appointment_made"
    _is_told_once(week, ada, seen, made["id"])
    after = week.stops(ada, TUESDAY)
    (inserted,) = [s for s in after if s["appointment"] and s["appointment"]["id"] == made["id"]]
    assert "14:00" <= inserted["starts_at"][11:16] <= "14:15"
    assert inserted["service_minutes"] == 45
    starts = {stop["account"]["id"]: stop["starts_at"] for stop in after if stop["kind"] == "visit"}
    gone = [stop["account"]["id"] for stop in before if stop["account"]["id"] not in starts]
    assert len(gone) <= FEW
    assert all(starts[s["account"]["id"]] >= s["starts_at"] for s in before if s["account"]["id"] in starts)
    week.stays_or_has_a_reason(ada, gone, TUESDAY)
    week.clock.at(TUESDAY, 19)
    week.log(ada, [s for s in after if s["account"] and s["status"] in ("planned", "current")], TUESDAY)
    _once_too_often(week, ada)
    week.plan()


def _is_told_once(week: Week, rep: Person, seen: str, appointment: str) -> None:
    """The rep's next look says what is new; the one after it that nothing is."""
    path = f"/me/route?date={TUESDAY}"
    news = week.clock.call(rep.email, "GET", path, headers={"If-None-Match": seen})
    assert news.status_code == 200
    told = [
        (change["change"], change["kind"]) for change in news.json["changes"] if change["appointment"] == appointment
    ]
    assert told == [("added", "appointment")]
    same = {"If-None-Match": news.headers["ETag"]}
    assert week.clock.call(rep.email, "GET", path, headers=same).status_code == 304


def _once_too_often(week: Week, rep: Person) -> None:
    """A second visit a day after the first is kept in the log, not credited, and the clock stays."""
    account = next(a for a in week.done[rep.id, MONDAY] if a not in week.done[rep.id, TUESDAY])
    before = week.cadence_is_right(account, TUESDAY)
    stop = {"account": {"id": account}, "appointment": None}
    times = {"starts_at": f"{TUESDAY}T18:00:00Z", "ends_at": f"{TUESDAY}T18:00:00Z"}
    week.clock.at(TUESDAY, 23)
    week.log(rep, [{**stop, **times}], TUESDAY)
    after = week.cadence_is_right(account, TUESDAY)
    assert (after.due, after.credited, after.early) == (before.due, before.credited, [TUESDAY])
    visits = week.clock.get(MANAGER, f"/accounts/{account}/compliance")["visits"]
    assert [v["verdict"] for v in visits if v["day"] == str(TUESDAY)] == ["too_early"]
