"""What changed since a plan was made: why there is a new version, and which days it may touch."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from server.core.clock import now
from server.inputs.models import InputChange
from server.plans.models import PlanVersion

MOST_CAUSES = 20

# Statements are put together once: that takes longer than running them, and somebody waits for what is stored.
_REVISION_OF = select(PlanVersion.inputs_revision).where(PlanVersion.id == bindparam("version"))
_CHANGES = (
    select(InputChange.kind, InputChange.subject, InputChange.detail, InputChange.at)
    .where(InputChange.rep_id == bindparam("rep"))
    .where(InputChange.revision > bindparam("since"), InputChange.revision <= bindparam("until"))
    .order_by(InputChange.revision.desc())
    .limit(MOST_CAUSES)
)


def causes(session: Session, rep_id: UUID, base: UUID | None, revision: int) -> list[dict[str, Any]]:
    """The changes up to `revision` since that which the base respects; an improved plan without any is its own cause."""
    since = session.scalar(_REVISION_OF, {"version": base})
    span = {"rep": rep_id, "since": since if since is not None else -1, "until": revision}
    found = [
        {"kind": c.kind, "subject": c.subject, "detail": c.detail, "at": c.at.isoformat()}
        for c in session.execute(_CHANGES, span)
    ]
    alone = {"kind": "searched" if base else "first_plan", "subject": None, "detail": "", "at": now().isoformat()}
    return found or [alone]


def touched_days(session: Session, rep_id: UUID, since: int) -> set[date] | None:
    """The days that changes after this revision touch; None: some touch the whole horizon."""
    query = select(InputChange.first_day, InputChange.last_day).where(
        InputChange.rep_id == rep_id, InputChange.revision > since
    )
    days: set[date] = set()
    for first, last in session.execute(query):
        if first is None or last is None:
            return None
        days |= {first + timedelta(days=n) for n in range((last - first).days + 1)}
    return days
