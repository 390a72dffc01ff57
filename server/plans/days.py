"""The stored form of a day: plain JSON without anything that changes while the day itself stays the same.

{"start", "end", "return_travel", "return_metres", "anchor", "stops": [...]}; times in seconds since local midnight, travel
in seconds, ways in metres.  Where a night is spent away, the day after it has "morning" and the day before it "night", each
{"hotel" or "account": an id, "lat", "lon"}.  A stop has

kind          visit, appointment, block or break
status        planned; or what has happened: done, attempted, skipped, started, current (by the plan's own times), open (its
              time is over and nothing was logged)
account, appointment (an occurrence), must_visit, activity    ids, null where it has none
arrival, start, end, travel, metres, leave_by, due, late_days    as in planner.plan.Stop
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from planner.plan import Route, Stop, StopKind

WAITING = ("planned", "current", "open")  # statuses of what is still to be done


def free_day(start: int = 0, end: int = 0, travel: int = 0, metres: int = 0) -> dict[str, Any]:
    """A day without stops; `travel` and `metres` lead home."""
    return {"start": start, "end": end, "return_travel": travel, "return_metres": metres, "anchor": None, "stops": []}


def blank_stop(kind: str, status: str, start: int, end: int) -> dict[str, Any]:
    return {
        "kind": kind, "status": status, "account": None, "appointment": None, "must_visit": None, "activity": None,
        "arrival": start, "start": start, "end": end, "travel": 0, "metres": 0, "leave_by": None, "due": None,
        "late_days": 0,
    }  # fmt: skip


def route_document(route: Route, must_visits: Mapping[str, str] | None = None) -> dict[str, Any]:
    """A route of the planner.  `must_visits`: the must-visit that a visit of this day fulfils, by account."""
    return {
        "start": route.start,
        "end": route.end,
        "return_travel": route.return_travel,
        "return_metres": route.return_metres,
        "anchor": route.anchor,
        "stops": [_stop(stop, must_visits or {}) for stop in route.stops],
    }


def _stop(stop: Stop, must_visits: Mapping[str, str]) -> dict[str, Any]:
    planned = {
        **blank_stop(str(stop.kind), "planned", stop.start, stop.end),
        "account": stop.site,
        "arrival": stop.arrival,
        "travel": stop.travel,
        "metres": stop.metres,
        "leave_by": stop.leave_by,
        "due": stop.due.isoformat() if stop.due else None,
        "late_days": stop.late_days,
    }
    if stop.kind is StopKind.VISIT:
        planned["must_visit"] = must_visits.get(stop.site or "")
    else:
        planned["appointment"] = stop.request
    return planned


def merged(past: Sequence[dict[str, Any]], lapsed: Sequence[dict[str, Any]], rest: dict[str, Any]) -> dict[str, Any]:
    """Today: what has happened, then what is still planned.  Nothing that happened is lost.

    lapsed : stops whose published time is over without a word from the rep; those not planned for later stay, open.
    """
    again = {stop["account"] for stop in rest["stops"]}
    over = [{**stop, "status": "open", "leave_by": None} for stop in lapsed if stop["account"] not in again]
    before = sorted([*past, *over], key=lambda stop: (stop["start"], stop["end"]))
    if not before:
        return rest
    start = max(0, before[0]["start"] - before[0]["travel"])
    return {**rest, "start": start, "stops": before + rest["stops"]}


def happens(day: Mapping[str, Any]) -> tuple[Any, ...]:
    """What a rep does on a day and when: all but what follows from the other days and from the room around each stop."""
    stops = [{name: value for name, value in stop.items() if name != "leave_by"} for stop in day["stops"]]
    return day["start"], day["end"], stops, day.get("morning"), day.get("night")


def is_driven(day: Mapping[str, Any]) -> bool:
    """Whether there is anything on it, be it only the way from or to a night away."""
    return bool(day["stops"] or day.get("morning") or day.get("night"))


def account_stops(day: Mapping[str, Any]) -> list[str]:
    """Accounts that a stored day still has to visit, in order."""
    return [s["account"] for s in day["stops"] if s["kind"] == "visit" and s["status"] in WAITING]
