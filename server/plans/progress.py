"""How far planning is, rep by rep, and whose planning fails: the last plan is served meanwhile, and people have to know."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.core.database import db
from server.core.pages import Page, keyset
from server.identity.models import User
from server.identity.scope import reps_of
from server.inputs.models import RepInputs
from server.plans.models import PublishedPlan
from server.reps.models import Rep

Json = dict[str, Any]
NEVER = {
    "revision": 0, "repaired": -1, "improved": -1, "status": "never", "failures": 0, "last_error": None, "retry_at": None,
}  # fmt: skip


def fails(state: RepInputs) -> bool:
    """Whether the last attempts to plan failed; one that succeeds forgets them."""
    return bool(state.last_error and state.failures)


def planning_status(session: Session, rep_id: UUID) -> Json:
    state = session.get(RepInputs, rep_id)
    return _shown(state) if state is not None else NEVER


def _shown(state: RepInputs) -> Json:
    if fails(state):
        status = "failing"
    elif state.repaired < state.revision:
        status = "repairing"
    else:
        status = "improving" if state.improved < state.revision else "idle"
    return {
        "revision": state.revision, "repaired": state.repaired, "improved": state.improved, "status": status,
        "failures": state.failures, "last_error": state.last_error, "retry_at": state.not_before,
    }  # fmt: skip


def failing(user: User, cursor: str | None, limit: int) -> Page:
    """Active reps whose planning fails, of those that the user sees, and since when their plan is served."""
    session = db.session()
    broken = select(RepInputs.rep_id).where(RepInputs.failures > 0, RepInputs.last_error.is_not(None))
    page = keyset(session, select(Rep).where(reps_of(user), Rep.active, Rep.id.in_(broken)), [Rep.id], cursor, limit)
    ids = [rep.id for rep in page.items]
    states = {state.rep_id: state for state in session.scalars(select(RepInputs).where(RepInputs.rep_id.in_(ids)))}
    published = select(PublishedPlan.rep_id, PublishedPlan.published_at).where(PublishedPlan.rep_id.in_(ids))
    since = {row.rep_id: row.published_at for row in session.execute(published)}
    items = [
        {"rep_id": rep.id, "rep_name": rep.name, "planning": _shown(states[rep.id]), "published_at": since.get(rep.id)}
        for rep in page.items
    ]
    return Page(items, page.next)
