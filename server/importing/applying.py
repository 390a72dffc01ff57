"""Writing what was staged, all of it or nothing, in one short transaction."""

from __future__ import annotations

import re
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from server.accounts.models import Account
from server.accounts.service import planning_reps
from server.core.clock import now
from server.core.errors import Conflict
from server.importing.staged import Outcome, Staged
from server.inputs.service import changed

_OVERTAKEN = re.compile(
    "unique|foreign key", re.IGNORECASE
)  # the same external id; a rep, team or segment that is gone


def write(session: Session, staged: Staged, run_id: UUID, author_id: UUID | None) -> None:
    """Move everything and say whose plans change; Conflict where somebody changed what it was compared with."""
    try:
        _move(staged, author_id)
    except IntegrityError as error:
        if not _OVERTAKEN.search(str(error.orig)):
            raise
        raise _changed_meanwhile() from None
    reps = set(staged.owners)
    for team in staged.teams:
        reps.update(planning_reps(session, None, team))
    counts = staged.outcomes
    detail = f"{counts[Outcome.CREATED]} new accounts, {counts[Outcome.UPDATED]} changed, {len(staged.visits)} visits"
    changed(session, reps, "accounts_imported", subject=f"import {run_id}", detail=detail)


def _move(staged: Staged, author_id: UUID | None) -> None:
    moment = now()
    stamps = {"created_at": moment, "updated_at": moment}
    staged.accounts.insert(**stamps, products=[], needed_skills=[])
    version = Account.__table__.c.version + 1
    if staged.updates.update(staged.changed, version=version, updated_at=moment) != len(staged.updates):
        raise _changed_meanwhile()
    staged.parents.update(["parent_id"])
    staged.owner_changes.insert(**stamps)
    staged.visits.insert(
        **stamps, author_id=author_id, channel="visit", status="completed", outcome="imported", received_at=moment
    )


def _changed_meanwhile() -> Conflict:
    detail = "Somebody changed these accounts meanwhile; nothing was imported. Import the file again."
    return Conflict(detail, code="changed_meanwhile")
