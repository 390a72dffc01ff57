"""One judge for all methods: orders become a plan with times, and planner.check says what it costs and what it breaks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from planner.check import check
from planner.check.credit import settle
from planner.check.facts import Facts
from planner.clusters import clusters
from planner.draft.draft import Draft
from planner.draft.objective import objective
from planner.plan import Objective, Plan, Reason, StopKind, Unplanned
from planner.problem import Problem, Site
from planner.reasons.wishes import Wishes

Orders = Mapping[date, Sequence[str]]  # sites of each workday in the order of their visits


class Infeasible(Exception):
    """A method's plan breaks a rule."""


@dataclass(frozen=True)
class Verdict:
    """`total` seconds of driving's worth, `driving` seconds at the wheel; on_time of `due` visits were made in time.

    due : visits whose window closes inside the horizon.
    """

    total: int
    driving: int
    visits: int
    due: int
    on_time: int

    @property
    def driving_per_visit(self) -> float:
        return self.driving / max(1, self.visits)

    @property
    def share_on_time(self) -> float:
        return self.on_time / max(1, self.due)


def as_plan(problem: Problem, orders: Orders) -> Plan:
    """The plan of one rep with these orders.  Raises Infeasible where a day has no times."""
    draft = Draft(problem)
    keys = {workday.date: (workday.rep, workday.date) for workday in problem.workdays}
    meetings = {(item.site, item.date): item for item in problem.appointments}
    for day, sites in orders.items():
        for position, name in enumerate(sites):
            meeting = meetings.get((name, day))
            task = draft.appointment(meeting) if meeting else draft.visit(draft.sites[name], keys[day], f"{name} {day}")
            if task is None:
                raise Infeasible(f"{name} cannot be on {day}")
            draft.put(task, keys[day], position)
    routes = []
    for key in keys.values():
        if draft.orders[key]:
            if (route := draft.route(key)) is None:
                raise Infeasible(f"there are no times for {[task.site for task in draft.orders[key]]} on {key[1]}")
            routes.append(route)
    held = draft.held()
    lost = tuple(Unplanned(a.site, Reason.DAY_FULL, a.id) for a in problem.appointments if a.id not in held)
    wishes = Wishes(draft)
    # why is not asked of other methods
    rest = [Unplanned(w.site, Reason.DAY_FULL, w.request) for site in draft.sites for w in wishes.of(site)]
    named = {entry.site for entry in (*lost, *rest)}
    idle = [Unplanned(site, Reason.NOT_DUE) for site in draft.sites if site not in named and not draft.calls(site)]
    found, gap = clusters(problem)
    return Plan(tuple(routes), (*lost, *rest, *idle), objective(draft, routes), found, gap)


def orders_of(plan: Plan) -> dict[date, list[str]]:
    return {
        r.date: [s.site for s in r.stops if s.site and s.kind is not StopKind.BREAK] for r in plan.routes if r.stops
    }


def judge(problem: Problem, plan: Plan) -> Verdict:
    """What the plan is worth by the checker.  Raises Infeasible with the rules it breaks."""
    certificate = check(problem, plan, reasons=False)
    if not certificate.ok:
        raise Infeasible("; ".join(f"{v.rule}: {v.message}" for v in certificate.violations[:5]))
    stops = [stop for route in plan.routes for stop in route.stops if stop.site]
    due, on_time = _punctual(problem, plan)
    return Verdict(certificate.objective.total, certificate.objective.driving, len(stops), due, on_time)


def _punctual(problem: Problem, plan: Plan) -> tuple[int, int]:
    """Visits whose window closes inside the horizon, and those of them that were made before it closed."""
    facts = Facts(problem, plan)
    due = on_time = 0
    for site in problem.sites:
        if site.cadence is None:
            continue
        missed = settle(facts, site).missed
        made = [call.stop for call in facts.calls[site.id]]
        closed = [stop for stop in made if stop.due and stop.due + _tolerance(site) <= problem.horizon.last]
        due += len(closed) + sum(gone.window.last <= problem.horizon.last for gone in missed)
        on_time += sum(stop.late_days == 0 for stop in closed)
    return due, on_time


def _tolerance(site: Site) -> timedelta:
    assert site.cadence is not None
    interval, given = site.cadence.interval_days or 0, site.cadence.tolerance_days
    return timedelta(days=interval // 5 if given is None else given)


def nothing(problem: Problem) -> Objective:
    """The price of an empty plan."""
    return as_plan(problem, {}).objective
