"""Writing what was staged, all of it or nothing, in one short transaction."""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, bindparam, update
from sqlalchemy.orm import Session

from server.accounts.models import Account
from server.accounts.service import planning_reps
from server.core.clock import now
from server.core.errors import Conflict
from server.importing.staging import Staged, Update
from server.inputs.service import changed


def write(session: Session, staged: Staged, run_id: UUID) -> None:
    """Send everything and say whose plans change; Conflict where somebody changed an account since it was compared."""
    connection = session.connection()
    staged.accounts.send(connection)
    _send_updates(connection, staged.updates)
    _send_parents(connection, staged.parents)
    staged.owner_changes.send(connection)
    staged.visits.send(connection)
    reps = set(staged.owners)
    for team in staged.teams:
        reps.update(planning_reps(session, None, team))
    detail = f"{len(staged.accounts)} new accounts, {len(staged.updates)} changed, {len(staged.visits)} visits"
    changed(session, reps, "accounts_imported", subject=f"import {run_id}", detail=detail)


def _send_parents(connection: Connection, parents: dict[UUID, UUID]) -> None:
    if parents:
        statement = update(Account).where(Account.id == bindparam("child")).values(parent_id=bindparam("parent"))
        rows = [{"child": child, "parent": parent} for child, parent in parents.items()]
        connection.execute(statement, rows)


def _send_updates(connection: Connection, updates: list[Update]) -> None:
    """One executemany for each set of columns; a version that is no longer stored is a conflict."""
    groups: dict[tuple[str, ...], list[Update]] = defaultdict(list)
    for one in updates:
        groups[tuple(sorted(one.changes))].append(one)
    for names, group in groups.items():
        new: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names}
        statement = update(Account).where(Account.id == bindparam("row"), Account.version == bindparam("was"))
        statement = statement.values(**new, version=Account.version + 1, updated_at=now())
        rows = [{"row": u.id, "was": u.version, **{f"new_{name}": v for name, v in u.changes.items()}} for u in group]
        if connection.execute(statement, rows).rowcount != len(group):
            detail = "Somebody changed these accounts meanwhile; nothing was imported. Import the file again."
            raise Conflict(detail, code="changed_meanwhile")
