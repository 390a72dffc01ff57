"""What a draft costs, part by part."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from planner.draft.draft import Draft
from planner.params import NightRule
from planner.plan import Objective, Route, StopKind
from planner.tasks import preferred_windows
from planner.timing import unfair, waiting, work

NO_NIGHTS = NightRule(price=0)


def objective(draft: Draft, routes: Iterable[Route]) -> Objective:
    """All parts of the cost of these routes, which must be those of this draft."""
    params, held = draft.problem.params, draft.held()
    lost = sum(appointment.id not in held for appointment in draft.problem.appointments)
    verdicts = {site: draft.verdict(site) for site in draft.sites}
    return replace(
        days_objective(draft, routes),
        lateness=sum(draft.dates(site).lateness(found, params) for site, found in verdicts.items()),
        missed=sum(draft.dates(site).missed(found, params) for site, found in verdicts.items())
        + lost * params.appointment_price,
        churn=params.churn_price * sum(found.churn for found in verdicts.values()),
    )


def days_objective(draft: Draft, routes: Iterable[Route]) -> Objective:
    """The parts that each of these days has for itself: driving, waiting, overtime, nights, radius, unfair work, starts that
    nobody prefers."""
    params, routes = draft.problem.params, list(routes)
    days = [(route, draft.workdays[route.rep, route.date]) for route in routes]
    return Objective(
        driving=sum(sum(stop.travel for stop in route.stops) + route.return_travel for route in routes),
        waiting=sum(params.waiting_percent * waiting(day, route) // 100 for route, day in days),
        overtime=sum(params.overtime_percent * max(0, route.end - day.end) // 100 for route, day in days),
        nights=sum(route.night is not None for route in routes) * (draft.problem.nights or NO_NIGHTS).price,
        radius=0 if draft.radius.rule is None or draft.radius.rule.hard else _radius(draft, routes),
        preferred=params.preferred_price * sum(_disregarded(draft, route) for route in routes),
        unfair=sum(unfair(params, day, work(day, route)) for route, day in days),
    )


def _disregarded(draft: Draft, route: Route) -> int:
    """How many visits start when their site does not prefer it; what was promised for a time is what was wanted."""
    found = 0
    for stop in route.stops:
        if stop.kind is StopKind.VISIT and stop.site is not None and draft.sites[stop.site].preferred is not None:
            lock = draft.locks.get((stop.site, route.rep, route.date))
            windows = preferred_windows(draft.sites[stop.site], route.date)
            if windows and (lock is None or lock.start is None):
                found += not any(w.earliest <= stop.start <= w.latest for w in windows)
    return found


def _radius(draft: Draft, routes: Iterable[Route]) -> int:
    return sum(draft.radius.price(route.rep, draft.bound((route.rep, route.date))) for route in routes)
