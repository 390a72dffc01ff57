"""Every version that was stored, judged again: by the checker, and the radius by a formula of our own."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from math import asin, cos, radians, sin, sqrt
from typing import Any
from uuid import UUID

from sqlalchemy import select

from planner.check import check
from planner.io import problem_from_json
from planner.plan import Objective, Plan, StopKind, Violation
from planner.problem import Problem
from server.core.database import db
from server.plans.bridge.published import published_plan
from server.plans.bridge.reading import published_days
from server.plans.bridge.today import Today
from server.plans.models import PlanVersion
from tests.journey.clock import Json
from tests.journey.company import MANAGER, Company, Person

EARTH = 6_371_008.8  # metres, mean radius


def versions(seen: Iterable[str] = ()) -> list[PlanVersion]:
    """Stored versions, oldest first, without those seen already."""
    db.session.rollback()
    found = db.session.scalars(select(PlanVersion).order_by(PlanVersion.created_at, PlanVersion.number)).all()
    return [version for version in found if str(version.id) not in set(seen)]


def stored(version: PlanVersion) -> tuple[Problem, Plan]:
    """The problem and the plan as the database has them."""
    assert version.problem, "the problem is kept for a replay"
    problem = problem_from_json(json.loads(zlib.decompress(version.problem)))
    days = published_days(db.session(), version.id, version.first_day)
    first = problem.horizon.first.isoformat()
    unplanned = [entry for entry in version.unplanned if not _told_on(entry, first)]
    known = {
        "unplanned": unplanned, "clusters": version.clusters, "seed": version.seed,
        "iterations": version.iterations, "clusters_gap": version.certificate["clusters_gap"],
    }  # fmt: skip
    plan = published_plan(problem, str(version.rep_id), days, _nothing_yet(version.first_day), known)
    parts = {name: value for name, value in version.objective.items() if name != "total"}
    routes = tuple(_rest(route) if route.date == version.first_day else route for route in plan.routes)
    return problem, replace(plan, routes=routes, objective=Objective(**parts))


def _told_on(entry: Json, first: str) -> bool:
    """A search begins tomorrow: what of today's promises cannot be kept is told on from the version before."""
    promises = ("appointment", "appointment_id", "must_visit", "must_visit_id")
    return any(entry.get(name) for name in promises) and bool(entry["days"]) and max(entry["days"]) < first


def _nothing_yet(day: date) -> Today:
    """What had happened is no part of the plan: only stops that are `planned` are."""
    none: frozenset[Any] = frozenset()
    return Today(day, (), 0, None, none, none, none, (), False, 0, 0)


def _rest(route: Any) -> Any:
    """A day under way begins for the plan where its first planned stop is driven to, or with a break taken before that.

    A break on arrival stands before the visit that the rep has driven to already.
    """
    first = next((n for n, stop in enumerate(route.stops) if stop.kind is not StopKind.BREAK), 0)
    leaves = min(stop.arrival - stop.travel for stop in route.stops[: first + 1])
    return replace(route, start=max(route.start, leaves))


def judge(version: PlanVersion, reasons: bool) -> tuple[Problem, Plan]:
    """No rule is broken and the cost is as stated; `reasons`: and everything left out is so for the reason given."""
    problem, plan = stored(version)
    certificate = check(problem, plan, reasons=reasons)
    wrong = [violation for violation in certificate.violations if not _of_a_day_held(problem, violation)]
    assert wrong == [], (version.stage, version.causes, wrong[:5])
    assert version.causes
    assert all(cause["kind"] and cause["at"] for cause in version.causes)
    return problem, plan


def _of_a_day_held(problem: Problem, violation: Violation) -> bool:
    """A search holds published visits at their times, so it sees less time to leave by than there is and no anchor; what is stored of
    such a day is its published form, which has both."""
    held = {(lock.rep, lock.date) for lock in problem.locked if lock.start is not None}
    return violation.rule in ("anchor", "leave_by") and (violation.rep, violation.date) in held


def published(company: Company, rep: Person) -> Json:
    plan: Json = company.clock.get(MANAGER, f"/reps/{rep.id}/plan")["plan"]
    return plan


def left_out(company: Company, rep: Person, first: str = "") -> dict[str, set[str]]:
    """Reasons by account, as the API gives them for the published plan; `first`: without what is over by then."""
    found: dict[str, set[str]] = {}
    for item in company.clock.get(MANAGER, f"/plans/{published(company, rep)['id']}/unplanned")["items"]:
        assert item["detail"]
        if _told_on(item, first):
            continue
        found.setdefault(item["account_id"], set()).add(item["reason"])
    return found


def nobody_is_forgotten(company: Company, rep: Person) -> dict[str, int]:
    """Each account of the rep has a stop ahead, or a reason that the checker confirms.  Counts by reason."""
    version = db.session.get_one(PlanVersion, UUID(published(company, rep)["id"]))
    problem, plan = judge(version, reasons=True)
    placed = {stop.site for route in plan.routes for stop in route.stops if stop.site}
    reasons = left_out(company, rep, problem.horizon.first.isoformat())
    assert {entry.site for entry in plan.unplanned} == set(reasons)
    assert company.served(rep) == placed | set(reasons)
    count = {"planned": len(placed)}
    for kinds in reasons.values():
        for kind in kinds:
            count[kind] = count.get(kind, 0) + 1
    return count


def metres(one: Json, other: Json) -> float:
    """Haversine on the mean radius."""
    lat1, lon1, lat2, lon2 = (radians(value) for value in (one["lat"], one["lon"], other["lat"], other["lon"]))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH * asin(sqrt(half))


def days_keep_within(company: Company, rep: Person, limit: float, days: list[Json]) -> int:
    """All plain visits of a day lie within the limit of one of the rep's accounts: of the day's anchor, where it names
    one (a day of which every visit is fixed already names none).  Counts visits."""
    count = 0
    mine = company.served(rep)
    for day in days:
        visits = [s["place"] for s in day["stops"] if s["kind"] == "visit" and s["why"]["reason"] != "must_visit"]
        named = day["anchor_account_id"]
        anchors = [company.accounts[key] for key in ([named] if named else mine) if company.accounts[key]["lat"]]
        assert named is None or named in mine
        assert not visits or min(max(metres(visit, anchor) for visit in visits) for anchor in anchors) <= limit + 1
        count += len(visits)
    return count
