"""The published plan as the planner knows plans: what a repair starts from."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from planner.plan import Cause, Cluster, Objective, Plan, Reason, Route, Stop, StopKind, Unplanned
from planner.problem import Problem
from server.plans.bridge.today import Today

Json = dict[str, Any]
Sleeps = Mapping[date, tuple[int | None, int | None]]
NO_NIGHTS: Sleeps = MappingProxyType({})


def published_plan(
    problem: Problem,
    rep: str,
    days: Mapping[date, Json],
    today: Today,
    version: Mapping[str, Any],
    sleeps: Sleeps = NO_NIGHTS,
) -> Plan:
    """Routes of the problem's workdays from their stored form; what is over today is left away.

    sleeps : places of the nights before and after a date, None: at home.
    version : `unplanned`, `clusters`, `clusters_gap`, `seed` and `iterations` of the stored version.
    """
    places = {site.id: site.place for site in problem.sites}
    meetings = {a.id: (a.site, a.place) for a in problem.appointments}
    routes = [
        _route(rep, workday.date, days[workday.date], today, places, meetings, sleeps.get(workday.date, (None, None)))
        for workday in problem.workdays
        if workday.date in days
    ]
    return Plan(
        tuple(route for route in routes if route.stops or (route.morning, route.night) != (None, None)),
        tuple(unplanned_entry(e) for e in version["unplanned"] if e["account"] is None or e["account"] in places),
        Objective(),
        tuple(Cluster(rep, found["anchor"], tuple(found["accounts"])) for found in version["clusters"]),
        version["clusters_gap"],
        seed=version["seed"],
        iterations=version["iterations"],
    )


def _route(
    rep: str,
    day: date,
    document: Json,
    today: Today,
    places: Mapping[str, Any],
    meetings: Mapping[str, Any],
    sleeps: tuple[int | None, int | None],
) -> Route:
    stops = document["stops"]
    if day == today.date:
        handled = {str(account) for account in today.handled} | {s["account"] for s in today.lapsed}
        stops = [
            stop
            for stop in stops
            if stop["status"] == "planned"
            and stop["appointment"] not in today.kept
            and (stop["account"] is None or stop["account"] not in handled or stop["appointment"])
            and not (stop["kind"] == StopKind.BREAK and today.rested)
        ]
    found = [_stop(stop, day, places, meetings) for stop in stops]
    return Route(
        rep, day, document["start"], document["end"], tuple(found),
        document["return_travel"], document["return_metres"], document["anchor"], *sleeps,
    )  # fmt: skip


def _stop(stop: Json, day: date, places: Mapping[str, Any], meetings: Mapping[str, Any]) -> Stop:
    kind = StopKind(stop["kind"])
    request = f"{stop['account']}@{day}" if kind is StopKind.VISIT else stop["appointment"]
    site, place = (
        (stop["account"], places.get(stop["account"])) if stop["account"] else meetings.get(request, (None, None))
    )
    return Stop(
        kind, stop["arrival"], stop["start"], stop["end"], stop["travel"], stop["metres"], stop["leave_by"], request,
        site, place, date.fromisoformat(stop["due"]) if stop["due"] else None, stop["late_days"],
    )  # fmt: skip


def unplanned_entry(entry: Json) -> Unplanned:
    """The stored form of something unplanned, read back."""
    return Unplanned(
        entry["account"],
        Reason(entry["reason"]),
        entry["request"],
        tuple(date.fromisoformat(day) for day in entry["days"]),
        tuple(entry["displaces"]),
        entry["cost"],
        entry["detail"],
        Cause(cause) if (cause := entry.get("cause")) else None,  # versions of old have none, nor the next
        date.fromisoformat(until) if (until := entry.get("in_time_until")) else None,
    )
