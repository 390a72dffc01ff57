"""The week as its people and its judges see it: what is shown, what happens, and what must be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from server.plans.candidate import Stage
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


def own(week: Week, rep: Person, segment: str) -> list[str]:
    """The rep's accounts of a segment that have a position, always in the same order."""
    rows = (a for a in week.company.accounts.values() if a["owner_id"] == rep.id and a["segment"] == segment)
    return [row["id"] for row in sorted(rows, key=lambda row: row["external_id"]) if row["lat"]]
