"""A working week, step by step; after each one cadences, compliance and plans are what they must be.

Monday     Ada works her route and logs all of it; Dan works his without a network; Ben and Cleo log nothing.
Tuesday    Ada skips one visit, cancels Thursday's appointment, gets one for this afternoon; Ben's moves to Thursday.
Wednesday  Cleo is ill.
Thursday   Dan's telephone finds a network.
Friday     The nightly search has been over everything.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

from server.plans.store import Stage
from server.worker.clock import look
from tests.journey import judging
from tests.journey.clock import MONDAY, Clock, Json
from tests.journey.company import MANAGER, Company, Person
from tests.journey.rhythm import Rhythm, Sums, rhythm

TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = (MONDAY + timedelta(days=n) for n in range(1, 5))
LAST = MONDAY + timedelta(days=27)
WAITING = ("planned", "current", "open")
FEW = 3  # visits that one appointment of 45 minutes may displace


@dataclass
class Week:
    """`standing`: the stops at accounts when work began, by rep and day; `done`: accounts visited, in order."""

    company: Company
    paused: str = ""
    asked: list[str] = field(default_factory=list)
    appointments: dict[str, Json] = field(default_factory=dict)
    standing: dict[tuple[str, date], list[Json]] = field(default_factory=dict)
    done: dict[tuple[str, date], list[str]] = field(default_factory=dict)
    judged: set[str] = field(default_factory=set)

    # What people see

    @property
    def clock(self) -> Clock:
        return self.company.clock

    def schedule(self, rep: Person) -> dict[date, Json]:
        found = self.clock.get(MANAGER, f"/reps/{rep.id}/schedule?from={MONDAY}&to={LAST}")
        return {date.fromisoformat(day["date"]): day for day in found["days"]}

    def stops(self, rep: Person, day: date) -> list[Json]:
        """The day as the manager sees it: only the rep's own looking is remembered."""
        route = self.clock.get(MANAGER, f"/reps/{rep.id}/route?date={day}")
        assert route["status"] == "current"
        return route["stops"]

    def ahead(self, rep: Person) -> dict[str, list[date]]:
        """Days on which each account is still to be visited."""
        found: dict[str, list[date]] = {}
        for day, route in self.schedule(rep).items():
            for stop in route["stops"]:
                if stop["account"] and stop["status"] in WAITING:
                    found.setdefault(stop["account"]["id"], []).append(day)
        return found

    def visit_cadence(self, account: str) -> Json:
        channels = self.clock.get(MANAGER, f"/accounts/{account}/cadence")["channels"]
        return next(channel for channel in channels if channel["channel"] == "visit")

    # What happens

    def night(self, day: date, *, improve: bool) -> None:
        """Until six in the morning: the horizon rolls on."""
        self.clock.at(day, 6)
        assert "nightly" in look(self.clock.app, "the worker")
        self.plan(improve=improve)

    def plan(self, *, improve: bool = False) -> None:
        """Plan what waits, and judge every version that this made; the reasons are renewed by a search."""
        self.clock.plan(improve=improve)
        for version in judging.versions(self.judged):
            judging.judge(version, reasons=version.stage == Stage.IMPROVE or version.base_id is None)
            self.judged.add(str(version.id))

    def log(self, rep: Person, stops: Iterable[Json], day: date) -> None:
        """Send a queue of completed visits; sending it twice changes nothing."""
        queue = [
            {
                "client_id": str(uuid4()), "account_id": stop["account"]["id"], "happened_at": stop["starts_at"],
                "ended_at": stop["ends_at"],
                "appointment_id": stop["appointment"]["id"] if stop["appointment"] else None,
            }
            for stop in stops
        ]  # fmt: skip
        for status in (201, 200):
            results = self.clock.send(rep.email, "POST", "/activities/batch", {"activities": queue})["results"]
            assert [item["status"] for item in results] == [status] * len(queue), results
        for item in queue:
            self.company.visits[item["account_id"]].append(day)
            self.done.setdefault((rep.id, day), []).append(item["account_id"])

    def meet(self, rep: Person, account: str, day: date, start: str, minutes: int = 45, leeway: int = 0) -> Json:
        body = {
            "client_id": str(uuid4()), "account_id": account, "day": str(day), "start": start,
            "duration_minutes": minutes, "leeway_minutes": leeway, "rep_id": rep.id,
        }  # fmt: skip
        return self.clock.send(rep.email, "POST", "/appointments", body)

    # What must be

    def rhythm(self, account: str, today: date) -> Rhythm:
        active_from = date.fromisoformat(self.company.accounts[account]["active_from"])
        return rhythm(active_from, self.company.interval(account), self.company.visits[account], today)

    def cadence_is_right(self, account: str, today: date) -> Rhythm:
        """Last credited, next due and credited-from, as reckoned by hand."""
        expected, shown = self.rhythm(account, today), self.visit_cadence(account)
        assert shown["last_credited"] == (str(expected.credited[-1]) if expected.credited else None)
        assert (shown["next_window"]["due"], shown["credited_from"]) == (str(expected.due), str(expected.earliest))
        return expected

    def compliance_is_right(self, today: date) -> dict[str, Sums]:
        """Attainment, on time, over-call and account-days of each rep over the four weeks; what they own counts."""
        sums: dict[str, Sums] = {}
        for key, account in self.company.accounts.items():
            if key != self.paused:  # its clock stands still from Monday on
                since = date.fromisoformat(account["active_from"])
                of = sums.setdefault(account["owner_id"] or "", Sums())
                of.add(self.rhythm(key, today), since, MONDAY, LAST, today)
        report = self.clock.get(MANAGER, f"/compliance?by=rep&from={MONDAY}&to={LAST}")
        shown = {line["key"]: line["customer"] for line in report["lines"]}
        for owner, expected in sums.items():
            figures = shown[owner]
            assert _pair(figures["attainment"]) == (expected.attained, expected.asked)
            assert _pair(figures["on_time"]) == (expected.on_time, expected.asked)
            assert _pair(figures["over_call"]) == (expected.early, expected.visits)
            assert _pair(figures["time_in_compliance"]) == (expected.good_days, expected.days)
        return sums

    def planned_versus_done_is_right(self, day: date) -> None:
        """Against the plan that stood when work began on that day."""
        report = self.clock.get(MANAGER, f"/compliance?by=rep&from={day}&to={day}")
        shown = {line["key"]: line["planned_vs_done"] for line in report["lines"]}
        for rep in self.company.reps:
            planned = {stop["account"]["id"] for stop in self.standing[rep.id, day]}
            done = self.done.get((rep.id, day), [])
            kept = [account for account in done if account in planned]
            assert _pair(shown[rep.id]["plan"]) == (len(kept), len(planned))
            assert _pair(shown[rep.id]["call"]) == (len(kept), len(done))

    def work_begins(self, day: date) -> None:
        for rep in self.company.reps:
            self.standing[rep.id, day] = [stop for stop in self.stops(rep, day) if stop["account"]]

    def stays_or_has_a_reason(self, rep: Person, accounts: Iterable[str], after: date) -> None:
        """Each is planned on a later day, or left out with a reason."""
        ahead, reasons = self.ahead(rep), judging.left_out(self.company, rep)
        for account in accounts:
            later = [day for day in ahead.get(account, ()) if day > after]
            assert later or reasons.get(account), self.company.accounts[account]["name"]

    def cause(self, rep: Person) -> str:
        kind: str = judging.published(self.company, rep)["causes"][0]["kind"]
        return kind


def _pair(ratio: Json) -> tuple[Any, Any]:
    return ratio["numerator"], ratio["denominator"]


def placed(days: dict[date, Json], after: date) -> dict[tuple[date, str], str]:
    """(day, account or appointment) -> start, of the days after one."""
    found = {}
    for day, route in days.items():
        if day > after:
            for stop in route["stops"]:
                name = stop["appointment"]["id"] if stop["appointment"] else stop["account"] and stop["account"]["id"]
                if name:
                    found[day, name] = stop["starts_at"]
    return found


# The script ----------------------------------------------------------------------------------------------------------


def before_planning(week: Week) -> None:
    """Two appointments for later in the week, an account that rests, and visits that the manager asks for."""
    ada, ben, cleo, dan = week.company.reps
    for name, rep, day in (("cancelled", ada, THURSDAY), ("moved", ben, WEDNESDAY)):
        account = _own(week, rep, "C")[0]
        week.appointments[name] = week.meet(rep, account, day, "10:00", leeway=30)
    week.paused = _own(week, dan, "A")[0]
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
    mine = [account for segment in "BCAD" for account in _own(week, rep, segment)]
    return [a for a in mine if a not in taken and week.rhythm(a, MONDAY).earliest <= day]


def _own(week: Week, rep: Person, segment: str) -> list[str]:
    rows = (a for a in week.company.accounts.values() if a["owner_id"] == rep.id and a["segment"] == segment)
    return [row["id"] for row in sorted(rows, key=lambda row: row["external_id"]) if row["lat"]]


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
    account = next(a for a in _own(week, ada, "C") + _own(week, ada, "B") if a not in route and a != week.paused)
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


def wednesday_ill(week: Week) -> None:
    """Cleo's Wednesday is empty, its visits are planned later or explained, and nobody else's plan is touched."""
    cleo = week.company.reps[2]
    week.clock.at(WEDNESDAY, 6, 30)
    lost = [s["account"]["id"] for s in week.stops(cleo, WEDNESDAY) if s["account"] and s["status"] in WAITING]
    plans = {rep.id: judging.published(week.company, rep)["id"] for rep in week.company.reps}
    body = {"first": str(WEDNESDAY), "last": str(WEDNESDAY), "reason": "ill"}
    week.clock.send(cleo.email, "POST", f"/reps/{cleo.id}/time-off", body)
    week.plan()
    assert week.cause(cleo) == "time_off_added"
    assert week.stops(cleo, WEDNESDAY) == []
    week.stays_or_has_a_reason(cleo, lost, WEDNESDAY)
    now = {rep.id: judging.published(week.company, rep)["id"] for rep in week.company.reps}
    assert {rep for rep in plans if plans[rep] != now[rep]} == {cleo.id}
    assert lost


def thursday_late_upload(week: Week) -> None:
    """Dan's Monday arrives on Thursday: credited for Monday, and everything that follows is reckoned anew."""
    cleo, dan = week.company.reps[2:]
    week.clock.at(THURSDAY, 6, 30)
    before = week.compliance_is_right(THURSDAY)[dan.id]
    week.planned_versus_done_is_right(MONDAY)
    week.planned_versus_done_is_right(TUESDAY)
    monday = week.standing[dan.id, MONDAY]
    week.log(dan, monday, MONDAY)
    week.plan()
    assert week.cause(dan) == "activity_logged"
    ahead = week.ahead(dan)
    for stop in monday:
        account = stop["account"]["id"]
        expected = week.cadence_is_right(account, THURSDAY)
        assert expected.credited[-1] == MONDAY
        assert all(day >= expected.earliest for day in ahead.get(account, ()))  # what was planned since is taken away
    after = week.compliance_is_right(THURSDAY)[dan.id]
    own = [stop for stop in monday if week.company.accounts[stop["account"]["id"]]["owner_id"] == dan.id]
    assert after.visits == before.visits + len(own)  # a visit at an account of the team is nobody's
    assert after.good_days >= before.good_days
    week.planned_versus_done_is_right(MONDAY)
    _leave_stops_the_clock_of_the_rep_view(week, cleo)


def _leave_stops_the_clock_of_the_rep_view(week: Week, rep: Person) -> None:
    """The customer waits all the same: the rep's view has one account-day less for each account, the customer's not."""
    report = week.clock.get(MANAGER, f"/compliance?by=rep&from={MONDAY}&to={LAST}")
    (line,) = [line for line in report["lines"] if line["key"] == rep.id]
    owned = sum(a["owner_id"] == rep.id for a in week.company.accounts.values())
    days = [line[view]["time_in_compliance"]["denominator"] for view in ("customer", "rep_view")]
    assert days == [owned * 3, owned * 2]  # Monday to Wednesday


def friday(week: Week) -> list[dict[str, int]]:
    """After the search nobody is forgotten.  Counts by reason, for each rep."""
    week.compliance_is_right(FRIDAY)
    return [judging.nobody_is_forgotten(week.company, rep) for rep in week.company.reps]


def hard_radius(week: Week, metres: int) -> None:
    """The team's days are drawn together: each day's plain visits lie within so much of one account."""
    body = {"radius_metres": metres, "radius_hard": True}
    week.clock.change(MANAGER, f"/teams/{week.company.team}", body)
    week.plan(improve=True)
    for rep in week.company.reps:
        days = list(week.schedule(rep).values())
        assert judging.days_keep_within(week.company, rep, metres, days)
        judging.nobody_is_forgotten(week.company, rep)


def run(week: Week, metres: int, *, nights: bool = True) -> list[dict[str, int]]:
    """All of it.  `nights`: the search runs every night, not only before Tuesday and Friday."""
    before_planning(week)
    week.plan(improve=True)
    week.company.look()  # who serves the team's accounts is known now
    for rep in week.company.reps:
        judging.nobody_is_forgotten(week.company, rep)
    hard_radius(week, metres)
    monday(week)
    week.night(TUESDAY, improve=True)
    tuesday_skip(week)
    tuesday_cancel(week)
    tuesday_move(week)
    tuesday_insert(week)
    week.night(WEDNESDAY, improve=nights)
    wednesday_ill(week)
    week.night(THURSDAY, improve=nights)
    thursday_late_upload(week)
    week.night(FRIDAY, improve=True)
    return friday(week)
