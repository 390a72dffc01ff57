"""Thinning out old plans: after a month only the last version of each day remains, after a good year none.
What was worked out about a plan goes when another one is published."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from server.core.clock import now, today
from server.inputs.models import InputChange, RepInputs
from server.plans.models import PlanDay, PlanFinding, PlanVersion, PlanVersionDay, PublishedPlan, RouteFetch
from server.plans.store import State

FULL = timedelta(days=30)  # every version, with the problem that it answers
LAST_OF_DAY = timedelta(days=400)  # what a day looked like in the end, for planned-against-done
BATCH = 500


def purge(session: Session) -> int:
    """Delete old versions, days that no version has any more, and causes that are planned.  Returns versions deleted."""
    old = _dispensable(session)
    for start in range(0, len(old), BATCH):
        batch = old[start : start + BATCH]
        session.execute(update(PlanVersion).where(PlanVersion.base_id.in_(batch)).values(base_id=None))
        session.execute(delete(PlanVersionDay).where(PlanVersionDay.version_id.in_(batch)))
        session.execute(delete(PlanVersion).where(PlanVersion.id.in_(batch)))
    edge = now() - FULL
    session.execute(update(PlanVersion).where(PlanVersion.created_at < edge).values(problem=None))
    served = select(PublishedPlan.version_id)
    session.execute(delete(PlanFinding).where(PlanFinding.version_id.not_in(served)))
    session.execute(delete(RouteFetch).where(RouteFetch.date < today("UTC") - FULL))
    used = select(PlanVersionDay.day_id)
    seen = select(RouteFetch.day_id)
    session.execute(delete(PlanDay).where(PlanDay.id.not_in(used), PlanDay.id.not_in(seen)))
    planned = select(RepInputs.repaired).where(RepInputs.rep_id == InputChange.rep_id).correlate(InputChange)
    session.execute(delete(InputChange).where(InputChange.at < edge, InputChange.revision <= planned.scalar_subquery()))
    return len(old)


def _dispensable(session: Session) -> list[UUID]:
    served = set(session.scalars(select(PublishedPlan.version_id)))
    query = (
        select(PlanVersion.id, PlanVersion.rep_id, PlanVersion.created_at)
        .where(PlanVersion.created_at < now() - FULL, PlanVersion.state != State.WAITING)
        .order_by(PlanVersion.created_at.desc(), PlanVersion.number.desc())
    )
    days = set()
    found = []
    for version_id, rep_id, made in session.execute(query):
        last = (rep_id, made.date()) not in days
        days.add((rep_id, made.date()))
        if version_id not in served and not (last and made > now() - LAST_OF_DAY):
            found.append(version_id)
    return found
