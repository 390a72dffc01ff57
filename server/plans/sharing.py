"""Accounts that all reps of a team visit: who goes there on which day.

Decided for all reps together by a search over their days; each rep's own plan then keeps its turns like visits that somebody
fixed.  A turn that a plan cannot keep is given to somebody else the next time, every night at the latest (docs/decisions/0007).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from flask import current_app
from sqlalchemy import delete, insert, or_, select
from sqlalchemy.orm import Session

from planner.check import check
from planner.plan import Plan, StopKind
from planner.problem import Problem
from planner.solve import solve
from server.accounts.models import Account
from server.core.clock import now
from server.core.database import db, writing
from server.inputs.models import SharedTurn, TeamInputs
from server.inputs.service import changed
from server.plans import left_out
from server.plans.bridge import queries
from server.plans.bridge.team import Sharing, build_shared_problem
from server.plans.candidate import PlanRejected
from server.plans.store import Fence, Outcome
from server.reps.models import Rep

PART = 4  # of the iterations of a rep's own search, for each rep: most of what it finds was found there before
KEPT_DAYS = 31  # of turns that are past
MOST = 40_000  # iterations for all reps together


class Turn(NamedTuple):
    rep: UUID
    due: date | None
    late_days: int


Turns = dict[tuple[UUID, date], Turn]


def share(team_id: UUID, fence: Fence | None = None) -> Outcome:
    """Share out the visits of a team's shared accounts anew."""
    sharing = build_shared_problem(db.session(), team_id, now=now())
    db.session.rollback()
    turns, told = _decided(sharing)
    with writing() as session:
        if fence is not None and not fence(session):
            return Outcome.FENCED
        concerned = _store(session, team_id, sharing, turns, told)
    return Outcome.PUBLISHED if concerned else Outcome.UNCHANGED


def give_up(team_id: UUID) -> None:
    """After a failure: the turns stay as they are until something changes, or until the next night."""
    with writing() as session:
        inputs = session.get(TeamInputs, team_id) or TeamInputs(team_id=team_id, revision=0, left_out=[])
        inputs.shared = inputs.revision
        session.add(inputs)


def _decided(sharing: Sharing) -> tuple[Turns, list[dict[str, Any]]]:
    """The turns, and what is left out, told by one rep each.  Raises PlanRejected for a plan that the checker rejects."""
    problem = sharing.problem
    if problem is None:
        return {}, []
    budget: int = current_app.extensions["settings"].plan_iterations
    iterations = min(budget // PART, MOST // max(1, len(problem.reps)))
    plan = solve(problem, seed=sharing.revision % 2**31, iterations=iterations, start=sharing.start)
    certificate = check(problem, plan)
    if not certificate.ok:
        raise PlanRejected(certificate)
    turns = {
        (UUID(stop.site), route.date): Turn(UUID(route.rep), stop.due, stop.late_days)
        for route in plan.routes
        for stop in route.stops
        if stop.kind is StopKind.VISIT and stop.site in sharing.shared
    }
    return turns, _told(problem, plan, sharing.shared, turns)


def _told(problem: Problem, plan: Plan, shared: Iterable[str], turns: Turns) -> list[dict[str, Any]]:
    """Each in the plan of the rep who goes there most often, else of the one who would have the shortest way."""
    often = {
        site: Counter(str(turn.rep) for (account, _), turn in turns.items() if str(account) == site) for site in shared
    }
    return [
        {"rep": _teller(problem, item.site, often[item.site]), "entry": left_out.entry(item, problem)}
        for item in plan.unplanned
        if item.site in often
    ]


def _teller(problem: Problem, name: str, often: Mapping[str, int]) -> str:
    place = next(site.place for site in problem.sites if site.id == name)
    ways = {day.rep: int(problem.travel.seconds[day.start_place, place]) for day in problem.workdays}
    return min(ways, key=lambda rep: (-often.get(rep, 0), ways[rep], rep))


def _store(session: Session, team_id: UUID, sharing: Sharing, turns: Turns, told: list[dict[str, Any]]) -> set[UUID]:
    """Write what is new and tell the reps whom it concerns; who they are."""
    still = set(session.scalars(queries.ids(queries.shared), {"team": team_id}))
    turns = {key: turn for key, turn in turns.items() if key[0] in still}  # not of those that got an owner meanwhile
    before = _before(session, team_id, sharing.first)
    differing = {key for key in before.keys() | turns.keys() if before.get(key) != turns.get(key)}
    concerned = {turn.rep for key in differing for turn in (before.get(key), turns.get(key)) if turn is not None}
    known = session.scalar(select(TeamInputs.left_out).where(TeamInputs.team_id == team_id))
    concerned |= _tellers(known or [], told)
    _replace(session, turns, differing)
    if concerned:
        days = sorted(day for _, day in differing)
        span = {"first_day": days[0], "last_day": days[-1]} if days else {}
        detail = f"{len(differing)} visits of shared accounts"
        changed(session, concerned, "turns_changed", subject=f"team {team_id}", detail=detail, **span)
    inputs = session.get(TeamInputs, team_id) or TeamInputs(team_id=team_id, revision=sharing.revision)
    inputs.shared, inputs.left_out = sharing.revision, told
    session.add(inputs)
    session.execute(delete(SharedTurn).where(SharedTurn.day < sharing.first - timedelta(days=KEPT_DAYS)))
    return concerned


def _before(session: Session, team_id: UUID, first: date) -> Turns:
    query = (
        select(SharedTurn.account_id, SharedTurn.day, SharedTurn.rep_id, SharedTurn.due, SharedTurn.late_days)
        .join(Rep, Rep.id == SharedTurn.rep_id)
        .join(Account, Account.id == SharedTurn.account_id)
        .where(or_(Rep.team_id == team_id, Account.team_id == team_id), SharedTurn.day >= first)
    )
    return {(row.account_id, row.day): Turn(row.rep_id, row.due, row.late_days) for row in session.execute(query)}


def _tellers(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> set[UUID]:
    """The reps who tell something else than before."""
    said, says = (
        {rep: [item["entry"] for item in told if item["rep"] == rep] for rep in {item["rep"] for item in told}}
        for told in (before, after)
    )
    return {UUID(rep) for rep in said.keys() | says.keys() if said.get(rep) != says.get(rep)}


def _replace(session: Session, turns: Turns, differing: set[tuple[UUID, date]]) -> None:
    for account, day in sorted(differing, key=str):
        session.execute(delete(SharedTurn).where(SharedTurn.account_id == account, SharedTurn.day == day))
    rows = [
        {"account_id": account, "day": day, "rep_id": turn.rep, "due": turn.due, "late_days": turn.late_days}
        for (account, day), turn in sorted(turns.items(), key=str)
        if (account, day) in differing
    ]
    if rows:
        session.execute(insert(SharedTurn), rows)
