"""What the worker does when it has nothing else to do: a rep's overload, and the explanations that people are likely to ask for."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from planner.plan import Reason
from server.core import clock
from server.core.database import db
from server.inputs.models import RepInputs
from server.plans.explain import findings, overload
from server.plans.models import PlanFinding, PlanVersion, PublishedPlan
from server.plans.store import Fence, Outcome
from server.reps.models import Rep

log = logging.getLogger(__name__)

MOST_ACCOUNTS = 10  # explained ahead
PAUSE = timedelta(minutes=15)
CURABLE = frozenset({Reason.DAY_FULL, Reason.CHEAPER_LEFT_OUT, Reason.APPOINTMENT_CONFLICT, Reason.BEYOND_RADIUS})


def due(session: Session) -> list[UUID]:
    """Active reps whose plan respects everything and was searched, and of whom nothing is worked out on this basis.

    After a change of the same day only a while after the last time: the coming weeks do not change with every visit that is logged.
    """
    query = (
        select(Rep.id, Rep.timezone, RepInputs.revision, PublishedPlan.version_id)
        .join(PublishedPlan, PublishedPlan.rep_id == Rep.id)
        .join(RepInputs, RepInputs.rep_id == Rep.id)
        .where(Rep.active, RepInputs.improved == RepInputs.revision, RepInputs.repaired == RepInputs.revision)
        .order_by(Rep.id)
    )
    rows = session.execute(query).all()
    last = findings.newest(session, [row.id for row in rows], findings.OVERLOAD, answers=False)
    return [row.id for row in rows if _is_due(row, last.get(row.id))]


def _is_due(row: Any, found: PlanFinding | None) -> bool:
    if found is None or found.day != clock.today(row.timezone):
        return True
    same = (found.version_id, found.revision) == (row.version_id, row.revision)
    return not same and found.made_at <= clock.now() - PAUSE


def work_out(rep_id: UUID, fence: Fence | None = None) -> Outcome:
    """Remember the overload of a rep, and why the accounts that lack most are left out."""
    session = db.session()
    at = _basis(session, rep_id)
    if at is None:
        return Outcome.STALE
    figures = overload.work_out(session, rep_id)
    if _basis(session, rep_id) != at:
        return Outcome.STALE
    findings.remember(at, findings.OVERLOAD, "", figures)
    _explained(session, rep_id, at)
    return Outcome.PUBLISHED


def give_up(rep_id: UUID, why: str) -> None:
    """Not tried again before something changes; planning itself goes on, and nobody is told that it fails."""
    log.error("what is worked out ahead of %s: %s", rep_id, why)
    at = _basis(db.session(), rep_id)
    if at is not None:
        findings.remember(at, findings.OVERLOAD, "", None)


def _explained(session: Session, rep_id: UUID, at: findings.Basis) -> None:
    from server.plans.explain.why import ANSWER, explained
    from server.plans.proposals.asking import asked_of

    left_out = session.scalar(select(PlanVersion.unplanned).where(PlanVersion.id == at.version)) or []
    wanted = list(
        dict.fromkeys(entry["account"] for entry in left_out if entry["reason"] in CURABLE and entry["account"])
    )
    if not wanted:
        session.rollback()
        return
    asked = asked_of(session.get_one(Rep, rep_id))
    sites = {site.id: site for site in asked.problem.sites}
    if (asked.built.base, asked.built.revision) != (at.version, at.revision):
        return
    for account in wanted[:MOST_ACCOUNTS]:
        if account in sites:
            answer = ANSWER.dump(explained(asked, sites[account], None))
            session.rollback()
            findings.remember(at, findings.WHY, f"{account} ", answer)


def _basis(session: Session, rep_id: UUID) -> findings.Basis | None:
    session.rollback()
    rep = session.get(Rep, rep_id)
    found = findings.basis(session, rep_id, clock.today(rep.timezone)) if rep is not None else None
    session.rollback()
    return found
