"""Reading the audit trail, and noting what session events do not see."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.audit.events import actor
from server.audit.models import AuditEntry
from server.core.database import db
from server.core.pages import Page, keyset


def note(session: Session, action: str, table_name: str, row_id: str, changes: dict[str, Any]) -> None:
    """One entry for a bulk statement (an import, a purge) in its transaction; `changes` is what a reader wants to know."""
    who, request_id = actor()
    session.add(
        AuditEntry(
            actor_id=who, request_id=request_id, action=action, table_name=table_name, row_id=row_id, changes=changes
        )
    )


def page(
    limit: int, cursor: str | None, since: datetime | None = None, until: datetime | None = None, **filters: Any
) -> Page:
    """Entries, newest first (ids begin with the time)."""
    query = select(AuditEntry).filter_by(**filters)
    if since:
        query = query.where(AuditEntry.at >= since)
    if until:
        query = query.where(AuditEntry.at < until)
    return keyset(db.session(), query, [AuditEntry.id], cursor, limit, descending=True)
