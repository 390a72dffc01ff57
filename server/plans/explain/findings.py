"""What was worked out about a published plan: remembered until the inputs change or the day is over."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session, defer

from server.core.clock import now
from server.core.database import writing
from server.inputs.models import RepInputs
from server.plans.models import PlanFinding, PlanVersion, PublishedPlan

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


def known(session: Session, at: Basis, kind: str, subject: str = "") -> Json | None:
    """The answer; None: not worked out on this basis yet."""
    row = session.get(PlanFinding, (at.version, kind, subject))
    return row.answer if row is not None and (row.revision, row.day) == (at.revision, at.day) else None


def newest(session: Session, rep_ids: Sequence[UUID], kind: str, *, answers: bool = True) -> dict[UUID, PlanFinding]:
    """Of each rep what was worked out last, on whatever basis.  answers : False: only what it rests on is read."""
    query = (
        select(PlanVersion.rep_id, PlanFinding)
        .join(PlanFinding, PlanFinding.version_id == PlanVersion.id)
        .where(PlanVersion.rep_id.in_(rep_ids), PlanFinding.kind == kind)
        .order_by(PlanFinding.made_at, PlanVersion.number)
    )
    if not answers:
        query = query.options(defer(PlanFinding.answer))
    return {row[0]: row[1] for row in session.execute(query)}


def remember(at: Basis, kind: str, subject: str, answer: Json | None) -> None:
    """Keep an answer in place of an older one.  Where that is not possible now (somebody else keeps the same one at this moment,
    or holds the database), it is worked out again when it is asked for."""
    with suppress(IntegrityError, OperationalError), writing() as session:
        published = session.scalar(select(PublishedPlan.version_id).where(PublishedPlan.version_id == at.version))
        if published is None:
            return  # another version meanwhile
        rep = select(PlanVersion.rep_id).where(PlanVersion.id == at.version).scalar_subquery()
        versions = select(PlanVersion.id).where(PlanVersion.rep_id == rep)
        session.execute(
            delete(PlanFinding).where(
                PlanFinding.kind == kind, PlanFinding.subject == subject, PlanFinding.version_id.in_(versions)
            )
        )
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
