"""The day that is under way: what has happened, where the rep is, and from when on they are free.

The rep is taken to be where the published plan has them, unless they logged something else: phones are often offline.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from planner.problem import Workday
from server.appointments.occurrences import Occurrence
from server.core.clock import seconds_of_day, zone
from server.plans.bridge.reading import Inputs
from server.plans.bridge.sites import first_service_of, load_of
from server.plans.days import WAITING, blank_stop

THERE = frozenset({"done", "attempted", "started", "current"})  # the rep was or is at the place
STATUS = {"completed": "done", "attempted": "attempted", "skipped": "skipped", "started": "started"}
EARLY = timedelta(hours=2)  # a visit logged so long before an appointment, without naming it, is that appointment


@dataclass(frozen=True)
class Today:
    """What is over, as stored stops in the order in which it happened, and what follows from it.

    free_from : seconds since local midnight; before it nothing can be planned.
    position : (lat, lon) of the last place at which the rep was; None: the start of the day.
    handled : accounts that are not planned (again) today.
    visited : accounts that count as visited today although no completed visit is logged yet.
    kept : occurrences that are over or under way.
    lapsed : published visits whose time is over and about which nothing was logged: still to be made.
    rested : the break has been taken.
    carried : what the visits and appointments so far took of what can be carried.  driven : seconds at the wheel, as planned.
    """

    date: date
    past: tuple[dict[str, Any], ...]
    free_from: int
    position: tuple[float, float] | None
    handled: frozenset[UUID]
    visited: frozenset[UUID]
    kept: frozenset[str]
    lapsed: tuple[dict[str, Any], ...]
    rested: bool
    carried: int
    driven: int

    def rest_of(self, workday: Workday, here: int) -> Workday | None:
        """What is left of a workday, begun at the place `here`; None: it is over."""
        start = max(workday.start, self.free_from)
        if start > workday.end + workday.max_overtime:
            return None
        end = max(start, workday.end)
        stops = sum(stop["status"] in THERE and stop["kind"] in ("visit", "appointment") for stop in self.past)
        return replace(
            workday,
            start=start,
            end=end,
            start_place=here if self.position else workday.start_place,
            rest=None if self.rested else workday.rest,
            max_stops=_left(workday.max_stops, stops),
            max_overtime=workday.end + workday.max_overtime - end,
            capacity=_left(workday.capacity, self.carried),
            max_driving=_left(workday.max_driving, self.driven),
        )


def _left(limit: int | None, used: int) -> int | None:
    return None if limit is None else max(0, limit - used)


def under_way(inputs: Inputs, day: date, moment: datetime) -> Today:
    """What has happened on `day` by `moment`."""
    return _Reckoning(inputs, day, moment).result()


class _Reckoning:
    def __init__(self, inputs: Inputs, day: date, moment: datetime) -> None:
        self.inputs, self.day = inputs, day
        self.zone = inputs.rep.timezone
        self.now = self.second(moment)
        self.published = inputs.days.get(day, {}).get("stops", [])
        self.logged = self._logged()
        self.begun = max((entry["start"] for entry in self.logged.values()), default=-1)

    def second(self, moment: datetime) -> int:
        return seconds_of_day(moment, self.day, self.zone)

    def result(self) -> Today:
        entries = [*self.logged.values(), *self._current(), *self._breaks()]
        entries.sort(key=lambda entry: (entry["start"], entry["end"]))
        over = {stop["appointment"] for stop in entries if stop["appointment"]}
        missed = [stop for stop in self._missed_appointments() if stop["appointment"] not in over]
        kept = frozenset(over | {stop["appointment"] for stop in missed})
        past = sorted([*entries, *missed], key=lambda stop: (stop["start"], stop["end"]))
        there = [stop for stop in past if stop["status"] in THERE]
        positions = [stop["at"] for stop in there if stop["at"]]
        follow_up = self.inputs.rep.follow_up_minutes * 60
        return Today(
            self.day,
            tuple({name: value for name, value in stop.items() if name != "at"} for stop in past),
            max([self.now, *(s["end"] + (follow_up if s["account"] else 0) for s in there if s["start"] <= self.now)]),
            positions[-1] if positions else None,
            frozenset(UUID(stop["account"]) for stop in past if stop["account"] and stop["status"] != "open"),
            frozenset(UUID(s["account"]) for s in past if s["account"] and s["status"] in ("started", "current")),
            kept,
            tuple(self._lapsed()),
            any(stop["kind"] == "break" for stop in past),
            sum(self._load(UUID(stop["account"])) for stop in there if stop["account"]),
            sum(stop["travel"] for stop in there),
        )

    def _load(self, account: UUID) -> int:
        known = (row for row in self.inputs.accounts if row.id == account)
        row = next(known, None) or next((row for row in self.inputs.logged if row.account_id == account), None)
        return load_of(row, self.inputs.segments.get(row.segment)) if row is not None else 0

    def _logged(self) -> dict[UUID, dict[str, Any]]:
        """One entry an account: the completed visit if there is one, else what was logged last."""
        found: dict[UUID, dict[str, Any]] = {}
        for row in self.inputs.logged:
            start = self.second(row.happened_at)
            if not self._today(row.happened_at) or (
                row.account_id in found and found[row.account_id]["status"] == "done"
            ):
                continue
            found[row.account_id] = self._entry(row, start)
        return found

    def _today(self, moment: datetime) -> bool:
        return self.second(moment) >= 0 and moment.astimezone(zone(self.zone)).date() == self.day

    def _entry(self, row: Any, start: int) -> dict[str, Any]:
        status = STATUS[row.status]
        published = next((s for s in self.published if s["account"] == str(row.account_id)), None)
        occurrence = self._occurrence_of(row)
        if row.ended_at is not None:
            end = max(start, self.second(row.ended_at))
        else:
            end = start + (self._service(row, occurrence) if status in ("done", "started") else 0)
        if status == "done":
            end = min(end, max(start, self.now))  # it is logged as completed: it is over
        entry = _blank("appointment" if occurrence else "visit", status, start, end, str(row.account_id))
        entry["appointment"] = occurrence.key if occurrence else None
        entry["activity"] = str(row.id)
        entry["at"] = (row.lat, row.lon) if row.lat is not None and row.lon is not None else None
        if published:
            for name in ("travel", "metres", "due", "late_days", "must_visit"):
                entry[name] = published[name]
        return entry

    def _service(self, row: Any, occurrence: Occurrence | None) -> int:
        """How long it is thought to last; an appointment is never the longer first visit."""
        segment = self.inputs.segments.get(row.segment)
        own = row.service_minutes or (segment.service_minutes if segment else None)
        usual = (own or self.inputs.company.default_service_minutes) * 60
        first = 0 if occurrence is not None or row.visited_before else first_service_of(row, segment)
        return max(usual, first)

    def _occurrence_of(self, row: Any) -> Occurrence | None:
        """The appointment that a logged visit was: the one it names, else one at that account at about that time."""
        for occurrence in self._occurrences():
            if row.appointment_id is not None:
                if row.appointment_id in (occurrence.appointment.id, occurrence.appointment.series_id):
                    return occurrence
                continue
            there = occurrence.appointment.account_id == row.account_id and row.status in ("completed", "started")
            if there and row.happened_at >= occurrence.starts_at - EARLY:
                return occurrence
        return None

    def _occurrences(self) -> Iterator[Occurrence]:
        return (o for o in self.inputs.occurrences if o.rep_day == self.day)

    def _current(self) -> list[dict[str, Any]]:
        """The published stop in whose time we are, if nothing logged says otherwise; also a fixed appointment."""
        found = []
        for stop in self.published:
            if stop["status"] not in ("planned", "current") or stop["kind"] == "break":
                continue
            account = UUID(stop["account"]) if stop["account"] else None
            if stop["start"] <= self.now < stop["end"] and account not in self.logged and self.begun < stop["start"]:
                found.append({**stop, "status": "current", "at": self._position(stop)})
        return found

    def _lapsed(self) -> Iterator[dict[str, Any]]:
        for stop in self.published:
            waiting = stop["kind"] == "visit" and stop["status"] in WAITING and stop["end"] <= self.now
            if waiting and UUID(stop["account"]) not in self.logged:
                yield stop

    def _breaks(self) -> list[dict[str, Any]]:
        return [
            {**stop, "status": "current" if self.now < stop["end"] else "done", "at": None}
            for stop in self.published
            if stop["kind"] == "break" and stop["start"] <= self.now
        ]

    def _missed_appointments(self) -> list[dict[str, Any]]:
        """Appointments that can no longer begin in time: open (over, nothing logged) or taken to be under way."""
        found = []
        for occurrence in self._occurrences():
            start = self.second(occurrence.starts_at)
            if start + occurrence.appointment.leeway_minutes * 60 >= self.now:
                continue
            end = start + occurrence.appointment.duration_minutes * 60
            account = str(occurrence.appointment.account_id) if occurrence.appointment.account_id else None
            kind = "block" if account is None and occurrence.appointment.lat is None else "appointment"
            entry = _blank(kind, "current" if self.now < end else "open", start, end, account)
            published = next((s for s in self.published if s["appointment"] == occurrence.key), None)
            if published:
                entry["travel"], entry["metres"] = published["travel"], published["metres"]
            entry["appointment"] = occurrence.key
            entry["at"] = self._position(entry)
            found.append(entry)
        return found

    def _position(self, stop: dict[str, Any]) -> tuple[float, float] | None:
        if stop["account"]:
            row = next((a for a in self.inputs.accounts if str(a.id) == stop["account"]), None)
            return (row.lat, row.lon) if row is not None and row.lat is not None else None
        occurrence = next((o for o in self.inputs.occurrences if o.key == stop["appointment"]), None)
        if occurrence is None or occurrence.appointment.lat is None or occurrence.appointment.lon is None:
            return None
        return occurrence.appointment.lat, occurrence.appointment.lon


def _blank(kind: str, status: str, start: int, end: int, account: str | None) -> dict[str, Any]:
    return {**blank_stop(kind, status, start, end), "account": account}
