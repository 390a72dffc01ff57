"""What was worked out about a published plan: remembered until the inputs change or the day is over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from server.core.clock import now
from server.core.database import writing
from server.inputs.models import RepInputs
from server.plans.models import PlanFinding, PublishedPlan

Json = dict[str, Any]
WHY, OVERLOAD = "why", "overload"


@dataclass(frozen=True)
class Basis:
    """What a finding rests on: the published version, the revision of the inputs, and the day."""

    version: UUID
    revision: int
    day: date


def basis(session: Session, rep_id: UUID, today: date) -> Basis | None:
    """None: nothing is published, or the published plan does not respect all changes yet."""
    query = (
        select(PublishedPlan.version_id, RepInputs.revision, RepInputs.repaired)
        .join(RepInputs, RepInputs.rep_id == PublishedPlan.rep_id)
        .where(PublishedPlan.rep_id == rep_id)
    )
    row = session.execute(query).one_or_none()
    return Basis(row.version_id, row.revision, today) if row and row.repaired >= row.revision else None


def known(session: Session, at: Basis, kind: str, subject: str = "") -> tuple[Json | None, datetime] | None:
    """The answer (None: it could not be worked out) and when it was made; None: not asked on this basis yet."""
    row = session.get(PlanFinding, (at.version, kind, subject))
    if row is None or (row.revision, row.day) != (at.revision, at.day):
        return None
    return row.answer, row.made_at


def remember(at: Basis, kind: str, subject: str, answer: Json | None) -> None:
    """Keep an answer in place of an older one; two who found it at the same time do no harm."""
    with writing() as session:
        published = session.scalar(select(PublishedPlan.version_id).where(PublishedPlan.version_id == at.version))
        if published is None:
            return  # another version meanwhile
        mine = (PlanFinding.version_id == at.version, PlanFinding.kind == kind, PlanFinding.subject == subject)
        session.execute(delete(PlanFinding).where(*mine))
        session.add(
            PlanFinding(
                version_id=at.version,
                kind=kind,
                subject=subject,
                revision=at.revision,
                day=at.day,
                answer=answer,
                made_at=now(),
            )
        )
