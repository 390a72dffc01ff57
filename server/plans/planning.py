"""The two use cases: repair one rep's plan at once, and improve it over the whole horizon.

Each builds the problem, lets the planner work without holding a transaction, has the plan judged and stores it.  They run in the
worker's children, or in the process that asks (`flask plan`, tests); never in a web request.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from flask import current_app
from sqlalchemy import select

from planner.check import check
from planner.plan import Plan, Route
from planner.repair import repair as repair_plan
from planner.solve import solve
from server.core.clock import now
from server.core.database import db
from server.core.halting import Point, reached
from server.inputs.models import RepInputs
from server.plans.bridge import BuiltProblem, build_problem
from server.plans.candidate import Candidate, Stage
from server.plans.causes import touched_days
from server.plans.store import Fence, Outcome, store

ATTEMPTS = 3  # of a repair that somebody else's publication overtakes


def repair(rep_id: UUID, fence: Fence | None = None) -> Outcome:
    """Make the published plan right for the inputs as they are, changing as little as can be."""
    outcome = Outcome.STALE
    for _ in range(ATTEMPTS):
        built = build_problem(db.session(), rep_id, now=now())
        db.session.rollback()  # no transaction while the planner works
        reached(Stage.REPAIR, Point.READ)
        outcome = store(_judged(built, _repaired(built), Stage.REPAIR), fence)
        if outcome is not Outcome.STALE:
            break
    return outcome


def improve(rep_id: UUID, fence: Fence | None = None, iterations: int | None = None) -> Outcome:
    """Search the horizon for something better than what is published; today stays as it is."""
    built = build_problem(db.session(), rep_id, now=now(), improve=True)
    db.session.rollback()
    reached(Stage.IMPROVE, Point.READ)
    plan = solve(
        built.problem,
        seed=_seed(built),
        iterations=_budget() if iterations is None else iterations,
        start=built.start(),
    )
    outcome = store(_judged(built, plan, Stage.IMPROVE), fence)
    return _rebased(built, plan, fence) if outcome is Outcome.STALE else outcome


def _repaired(built: BuiltProblem) -> Plan:
    if built.base is None:  # searched in full: what is published first is what later plans are loath to move
        return solve(built.problem, seed=_seed(built), iterations=_budget())
    frozen = (built.today.date, built.today.date + timedelta(days=1))
    return repair_plan(built.problem, built.plan(), frozen)


def _judged(built: BuiltProblem, plan: Plan, stage: Stage) -> Candidate:
    reached(stage, Point.SOLVED)
    candidate = Candidate(built, plan, check(built.problem, plan, reasons=stage is Stage.IMPROVE), stage)
    reached(stage, Point.JUDGED)
    return candidate


def _rebased(old: BuiltProblem, plan: Plan, fence: Fence | None) -> Outcome:
    """Save a search whose inputs changed meanwhile: what changed keeps its published days, the others take the new ones.

    Thrown away where the change touches the whole horizon, its repair is not done yet, or nothing is gained any more.
    """
    session = db.session()
    session.rollback()
    touched = touched_days(session, old.rep_id, old.revision)
    state = session.scalar(select(RepInputs).where(RepInputs.rep_id == old.rep_id))
    if touched is None or state is None or state.repaired < state.revision:
        session.rollback()
        return Outcome.STALE
    built = build_problem(session, old.rep_id, now=now(), improve=True)
    session.rollback()
    kept = solve(built.problem, seed=_seed(built), iterations=0, start=built.start())
    searched = [_slept(route, old, built) for route in plan.routes]
    start = replace(plan, routes=tuple(_mixed(kept.routes, searched, touched)))
    mixed = solve(built.problem, seed=_seed(built), iterations=0, start=start)
    if mixed.objective.total >= kept.objective.total:
        return Outcome.STALE
    return store(_judged(built, mixed, Stage.IMPROVE), fence)


def _slept(route: Route, old: BuiltProblem, new: BuiltProblem) -> Route:
    """A route of an older problem, its nights at the same beds' places in the new one."""
    beds = (None if place is None else old.nights.beds.get(place) for place in (route.morning, route.night))
    morning, night = (new.nights.place_of(bed) for bed in beds)
    return replace(route, morning=morning, night=night)


def _mixed(published: Iterable[Route], searched: Iterable[Route], touched: set[date]) -> list[Route]:
    """Published routes on the days touched, searched ones on the others; a site that is on both stays as published."""
    fixed = [route for route in published if route.date in touched]
    there = {stop.site for route in fixed for stop in route.stops if stop.site}
    others = [
        replace(route, stops=tuple(stop for stop in route.stops if stop.site not in there))
        for route in searched
        if route.date not in touched
    ]
    return [*fixed, *others]


def _budget() -> int:
    iterations: int = current_app.extensions["settings"].plan_iterations
    return iterations


def _seed(built: BuiltProblem) -> int:
    return built.revision % 2**31
