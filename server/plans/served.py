"""What is published of a rep's plan, and how far it is behind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.inputs.models import RepInputs
from server.plans.models import PlanDay, PlanVersion, PlanVersionDay, PublishedPlan
from server.plans.progress import fails
from server.reps.models import Rep

Json = dict[str, Any]


@dataclass(frozen=True)
class Served:
    """The published plan of a rep as far as a day needs it."""

    version: PlanVersion | None
    days: Mapping[date, tuple[UUID, Json]]
    status: str  # current; the inputs have changed since: pending, or failing where planning them fails


def served(session: Session, rep_id: UUID, first: date, last: date) -> Served:
    """Published days from `first` to `last`: two queries."""
    query = (
        select(PlanVersion, RepInputs)
        .select_from(Rep)
        .outerjoin(PublishedPlan, PublishedPlan.rep_id == Rep.id)
        .outerjoin(PlanVersion, PlanVersion.id == PublishedPlan.version_id)
        .outerjoin(RepInputs, RepInputs.rep_id == Rep.id)
        .where(Rep.id == rep_id)
    )
    version, inputs = session.execute(query).one()
    days: dict[date, tuple[UUID, Json]] = {}
    if version is not None:
        found = (
            select(PlanDay.date, PlanDay.id, PlanDay.route)
            .join(PlanVersionDay, PlanVersionDay.day_id == PlanDay.id)
            .where(PlanVersionDay.version_id == version.id, PlanVersionDay.date.between(first, last))
        )
        days = {day: (day_id, route) for day, day_id, route in session.execute(found)}
    return Served(version, days, _status(version, inputs))


def _status(version: PlanVersion | None, inputs: RepInputs | None) -> str:
    if version is not None and (inputs is None or inputs.revision <= inputs.repaired):
        return "current"
    return "failing" if inputs is not None and fails(inputs) else "pending"
