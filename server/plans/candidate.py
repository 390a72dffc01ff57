"""A plan that the checker has judged: what of it is stored."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from planner.plan import Certificate, Plan, Reason, Route, StopKind
from server.plans.bridge import BuiltProblem
from server.plans.bridge.nights import way_only
from server.plans.bridge.roads import off_road_sentence
from server.plans.days import free_day, happens, is_driven, merged, route_document
from server.plans.left_out import entry, has_id

Days = dict[date, dict[str, Any]]
AWAY = "The rep to whom the team plan gave the visit does not work on this day any more; the team plan decides anew."
NO_TURN = "The team plan gave the visit to this rep, whose day has no room for it any more; the team plan decides anew."


class Stage(StrEnum):
    REPAIR = "repair"
    IMPROVE = "improve"


class PlanRejected(Exception):
    """The checker found violations in a plan that the search made: a fault of the planner, nothing is stored."""

    def __init__(self, certificate: Certificate) -> None:
        first = certificate.violations[0]
        count = len(certificate.violations)
        super().__init__(f"the checker rejects the plan ({count} violations): {first.rule}: {first.message}"[:400])
        self.certificate = certificate


@dataclass(frozen=True)
class Candidate:
    """A plan that the checker has judged, ready to be stored."""

    built: BuiltProblem
    plan: Plan
    certificate: Certificate
    stage: Stage

    def days(self) -> Days:
        """The stored form of every day on which something is driven, today with what has happened on it."""
        routes = {route.date: self._document(route) for route in [*self._ways(), *self.plan.routes]}
        today = self.built.today
        if self.stage is Stage.IMPROVE:
            routes = {day: self._as_published(day, route) for day, route in routes.items()}
            routes[today.date] = self.built.published.get(today.date, free_day())
        else:
            rest = routes.get(today.date) or self._way_home()
            routes[today.date] = merged(today.past, today.lapsed, rest)
        return {day: route for day, route in sorted(routes.items()) if is_driven(route)}

    def _ways(self) -> list[Route]:
        """Days that begin or end at a settled night and have no stop, of which the planner knows nothing."""
        settled = self.built.nights.mornings.keys() | self.built.nights.evenings.keys()
        planned = {route.date for route in self.plan.routes}
        days = [day for day in self.built.problem.workdays if day.date in settled - planned]
        return [route for day in days if (route := way_only(self.built.problem, day)) is not None]

    def _as_published(self, day: date, route: dict[str, Any]) -> dict[str, Any]:
        """The published form of a day on which nothing else happens or at another time.

        A search holds tomorrow's visits at their published times: it sees less time to leave by than there is, and no anchor.
        """
        published = self.built.published.get(day)
        return published if published and happens(published) == happens(route) else route

    def left_out(self) -> list[dict[str, Any]]:
        """What is not planned, and why; after a search also what is published of today, of which it knows nothing."""
        found = [self._told(entry(item, self.built.problem)) for item in self.plan.unplanned]
        found += self.built.left_out
        return [*found, *self._left_out_today()] if self.stage is Stage.IMPROVE else found

    def _told(self, entry: dict[str, Any]) -> dict[str, Any]:
        """An account off the road; a turn at a shared account that has no room, on which the team plan has the last word."""
        off_road = self.built.off_road.get(UUID(entry["account"])) if entry["account"] else None
        if entry["reason"] == Reason.NO_POSITION and off_road is not None:
            return {**entry, "detail": off_road_sentence(off_road)}
        turns = {visit.request for visit in self.built.problem.locked if (visit.site, visit.date) in self.built.turns}
        if entry["request"] not in turns:
            return entry
        if entry["reason"] == Reason.REP_AWAY:
            return {**entry, "detail": AWAY}
        return {**entry, "reason": str(Reason.NEXT_SEARCH), "cause": None, "detail": NO_TURN}

    def clusters(self) -> list[dict[str, Any]]:
        return [{"anchor": c.anchor, "accounts": list(c.sites)} for c in self.plan.clusters]

    def objective(self) -> dict[str, int]:
        """Seconds of driving, by part."""
        objective = self.certificate.objective
        return {**asdict(objective), "total": objective.total}

    def judgement(self) -> dict[str, Any]:
        """The certificate as it is stored: one with violations never is."""
        gap = self.plan.clusters_gap
        return {"ok": self.certificate.ok, "violations": [], "objective": self.objective(), "clusters_gap": gap}

    def _left_out_today(self) -> list[dict[str, Any]]:
        first = self.built.problem.horizon.first.isoformat()
        entries = self.built.version.get("unplanned", ())
        return [entry for entry in entries if has_id(entry) and entry["days"] and max(entry["days"]) < first]

    def _document(self, route: Route) -> dict[str, Any]:
        asked = (*self.built.problem.must_visits, *self.built.asked)
        musts = [must for must in asked if route.date in must.period]
        wanted = {must.site: must.id for must in reversed(musts)}
        document = route_document(route, wanted) | self.built.nights.around(route.date, route.morning, route.night)
        for stop in document["stops"]:
            if (turn := self.built.turns.get((stop["account"], route.date))) and stop["kind"] == StopKind.VISIT:
                stop["due"], stop["late_days"] = turn[0] and turn[0].isoformat(), turn[1]
        return document

    def _way_home(self) -> dict[str, Any]:
        seconds, metres = self.built.way_home
        free = self.built.today.free_from
        return free_day(free, free + seconds, seconds, metres) | self.built.nights.around(self.built.today.date)
