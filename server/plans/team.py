"""Accounts of a team that nobody owns: each is given to the rep who serves it cheapest, and stays with that rep.

The choice is remembered as `accounts.served_by_id`; the account keeps having no owner, so that a territory decision
can still be taken.  It is made again when the rep leaves the team, and forgotten when somebody becomes the owner.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import update

from planner import team
from planner.cadence.unroll import unroll
from server.accounts.models import Account
from server.core.clock import now
from server.core.database import db, writing
from server.inputs.service import changed
from server.plans.bridge import queries
from server.plans.bridge.team import build_team_problem
from server.plans.store import Fence, Outcome


def assign(team_id: UUID, fence: Fence | None = None) -> Outcome:
    """Give the team's accounts without a rep to one."""
    problem = build_team_problem(db.session(), team_id, now=now())
    db.session.rollback()
    if problem is None:
        return Outcome.UNCHANGED
    chosen = team.assign(problem, unroll(problem), seed=0)
    with writing() as session:
        if fence is not None and not fence(session):
            return Outcome.FENCED
        still = queries.ids(queries.unserved)  # not those that got an owner meanwhile
        free = set(session.scalars(still, {"team": team_id}))
        given = {UUID(site): UUID(rep) for site, rep in chosen.items() if UUID(site) in free}
        for rep in sorted(set(given.values())):
            mine = [account for account, other in given.items() if other == rep]
            for start in range(0, len(mine), 500):
                rows = update(Account).where(Account.id.in_(mine[start : start + 500]))
                session.execute(rows.values(served_by_id=rep, version=Account.version))
        changed(session, set(given.values()), "team_assignment", detail=f"{len(given)} accounts without an owner")
    return Outcome.PUBLISHED
