"""Writing what was staged, all of it or nothing, in one short transaction."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, time
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Table, bindparam, update
from sqlalchemy.orm import Session

from server.accounts.models import Account, OwnerChange
from server.accounts.service import planning_reps
from server.activities.models import Activity
from server.core.clock import now
from server.core.errors import Conflict
from server.core.ids import new_id
from server.importing.bulk import prepare
from server.importing.staging import Staged, Update
from server.inputs.service import changed

VISITS = UUID("6f1c1f0e-6d51-4c3a-9d3e-0d7c3b6b7a10")  # namespace of the client ids of imported visits


class Prepared:
    """The statements of an import with all values in the form that the driver takes: nothing is left to do but to send them."""

    def __init__(self, connection: Connection, staged: Staged, author_id: UUID | None) -> None:
        moment = now()
        self.staged = staged
        self.moment = moment
        self.parents = [{"row": a["id"], "parent": a["parent_id"]} for a in staged.inserts if a["parent_id"]]
        self.inserts = [
            prepare(connection, Account.__table__, _accounts(staged, moment)),
            prepare(connection, OwnerChange.__table__, _owner_changes(staged, moment)),
            prepare(connection, Activity.__table__, _visits(staged, author_id, moment)),
        ]

    def write(self, session: Session, run_id: UUID) -> None:
        """Send everything and say whose plans change; Conflict where somebody changed an account since it was compared."""
        connection = session.connection()
        accounts, *others = self.inserts
        accounts.send(connection)
        _send_updates(connection, self.staged.updates, self.moment)
        if self.parents:
            statement = update(Account.__table__).where(Account.__table__.c.id == bindparam("row"))
            connection.execute(statement.values(parent_id=bindparam("parent")), self.parents)
        for insert in others:
            insert.send(connection)
        reps = set(self.staged.owners)
        for team in self.staged.teams:
            reps.update(planning_reps(session, None, team))
        count = len(self.staged.inserts) + len(self.staged.updates)
        changed(
            session,
            reps,
            "accounts_imported",
            subject=f"import {run_id}",
            detail=f"{count} accounts, {len(self.staged.visits)} visits",
        )


def _accounts(staged: Staged, moment: datetime) -> Iterable[dict[str, Any]]:
    stamps = {"created_at": moment, "updated_at": moment, "version": 1, "served_by_id": None}
    for account in staged.inserts:
        archived = moment if account["archived_at"] else None
        yield {**account, **stamps, "archived_at": archived, "parent_id": None}


def _owner_changes(staged: Staged, moment: datetime) -> Iterable[dict[str, Any]]:
    for account_id, owner_id, day in staged.owner_changes:
        yield {"id": new_id(), "account_id": account_id, "owner_id": owner_id, "from_day": day,
               "created_at": moment, "updated_at": moment}  # fmt: skip


def _visits(staged: Staged, author_id: UUID | None, moment: datetime) -> Iterable[dict[str, Any]]:
    """Completed visits at local noon.  The client id follows from account and day, so that none is recorded twice."""
    for account_id, rep_id, day, zone in staged.visits:
        client_id = uuid5(VISITS, f"{account_id} {day}")
        at = datetime.combine(day, time(12), ZoneInfo(zone))
        yield {
            "id": new_id(), "client_id": client_id, "author_id": author_id, "rep_id": rep_id, "account_id": account_id,
            "content_hash": hashlib.sha256(client_id.bytes).hexdigest(), "channel": "visit", "status": "completed",
            "outcome": "imported", "happened_at": at, "ended_at": at, "timezone": zone, "local_day": day, "received_at": moment,
            "created_at": moment, "updated_at": moment, "version": 1,
        }  # fmt: skip


def _send_updates(connection: Connection, updates: list[Update], moment: datetime) -> None:
    """One executemany for each set of columns; a version that is no longer stored is a conflict."""
    table: Table = Account.__table__  # type: ignore[assignment]
    groups: dict[tuple[str, ...], list[Update]] = defaultdict(list)
    for one in updates:
        groups[tuple(sorted(one.changes))].append(one)
    for names, group in groups.items():
        statement = update(table).where(table.c.id == bindparam("row"), table.c.version == bindparam("was"))
        fresh = {name: bindparam(f"new_{name}") for name in names}
        statement = statement.values(**fresh, version=table.c.version + 1, updated_at=moment)
        rows = [
            {"row": u.id, "was": u.version, **{f"new_{n}": _stamped(n, v, moment) for n, v in u.changes.items()}}
            for u in group
        ]
        if connection.execute(statement, rows).rowcount != len(group):
            raise Conflict(
                "Somebody changed these accounts meanwhile; nothing was imported. Import the file again.",
                code="changed_meanwhile",
            )


def _stamped(name: str, value: Any, moment: datetime) -> Any:
    return moment if name == "archived_at" and value else value
