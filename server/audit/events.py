"""One audit entry for each changed row, written by the session in the same transaction as the change.

Bulk statements pass these events by: whoever runs one leaves an entry with `audit.service.note`.
"""

from __future__ import annotations

from typing import Any

from flask import g, has_request_context
from sqlalchemy import event, insert, inspect, select
from sqlalchemy.orm import Session

from server.audit.models import AuditEntry
from server.audit.values import plain
from server.core.clock import now
from server.core.ids import new_id

AUDITED = frozenset({
    "users", "reps", "teams", "time_off", "day_hours", "accounts", "contacts", "segments", "cadence_policies", "pauses", "must_visits",
    "appointments", "activities", "company", "hotels", "account_links", "account_link_members", "speed_tables",
})  # fmt: skip
BOOKKEEPING = frozenset({"created_at", "updated_at", "version", "content_hash", "received_at", "geocode_at"})
SECRET, HIDDEN = frozenset({"password_hash"}), "(secret)"


def actor() -> tuple[Any, str | None]:
    """Who acts (the user's id, None for the system itself) and in which request."""
    if not has_request_context():
        return None, None
    user = g.get("user")
    return (inspect(user).identity[0] if user is not None else None), g.get("request_id")


@event.listens_for(Session, "before_flush")
def _before(session: Session, _context: Any, _instances: Any) -> None:
    """Changes and deletions now, while old values can be read; what is new after the flush, when it has ids."""
    entries = session.info.setdefault("audit", [])
    for row in _audited(session.deleted):
        entries.append(
            _entry("delete", row, {name: [old, None] for name, old in _values(row).items() if old is not None})
        )
    for row in _audited(session.dirty):
        changes = _changes(session, row)
        if changes:
            entries.append(_entry("update", row, changes))


@event.listens_for(Session, "after_flush")
def _after(session: Session, _context: Any) -> None:
    entries = session.info.pop("audit", [])
    for row in _audited(session.new):
        entries.append(
            _entry("create", row, {name: [None, new] for name, new in _values(row).items() if new is not None})
        )
    if entries:
        who, request_id = actor()
        common = {"at": now(), "actor_id": who, "request_id": request_id}
        session.execute(insert(AuditEntry), [{"id": new_id(), **common, **entry} for entry in entries])


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop("audit", None)


def _audited(rows: Any) -> list[Any]:
    return [row for row in rows if row.__tablename__ in AUDITED]


def _entry(action: str, row: Any, changes: dict[str, Any]) -> dict[str, Any]:
    keys = inspect(row).mapper.primary_key_from_instance(row)
    return {"action": action, "table_name": row.__tablename__, "row_id": str(keys[0]), "changes": changes}


def _values(row: Any) -> dict[str, Any]:
    """All columns that say something, secrets hidden."""
    names = [attribute.key for attribute in inspect(row).mapper.column_attrs if attribute.key not in BOOKKEEPING]
    return {name: _shown(name, getattr(row, name)) for name in names}


def _changes(session: Session, row: Any) -> dict[str, Any]:
    """{column: [old, new]} of what really differs."""
    state, found = inspect(row), {}
    for attribute in state.mapper.column_attrs:
        history = state.attrs[attribute.key].history
        if attribute.key in BOOKKEEPING or not history.added:
            continue
        old, new = history.deleted[0] if history.deleted else _stored(session, row, attribute), history.added[0]
        if old != new:
            found[attribute.key] = [_shown(attribute.key, old), _shown(attribute.key, new)]
    return found


def _stored(session: Session, row: Any, attribute: Any) -> Any:
    """The old value of a column that was set without having been read."""
    state = inspect(row)
    same = [column == value for column, value in zip(state.mapper.primary_key, state.identity, strict=True)]
    return session.scalar(select(attribute.columns[0]).where(*same))


def _shown(name: str, value: Any) -> Any:
    return HIDDEN if name in SECRET and value is not None else plain(value)
