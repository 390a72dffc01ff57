"""Every table that people own as CSV, streamed, harmless in spreadsheets, and readable by our own import."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session, aliased

from server.accounts.models import Account
from server.core.database import Base
from server.core.errors import Forbidden, NotFound
from server.core.http import Role
from server.identity.models import User
from server.identity.scope import accounts_of, rep_ids, reps_of, teams_of
from server.importing.guard import guarded
from server.reps.models import Rep, Team

BATCH = 1_000
SECRETS = {"password_hash", "content_hash", "token_hash", "secret", "problem"}
Scope = Callable[[User, Any], ColumnElement[bool]]


def _by_account(user: User, table: Any) -> ColumnElement[bool]:
    return table.c.account_id.in_(select(Account.id).where(accounts_of(user)))


def _by_rep(user: User, table: Any) -> ColumnElement[bool]:
    return table.c.rep_id.in_(rep_ids(user))


def _by_day(user: User, table: Any) -> ColumnElement[bool]:
    days = Base.metadata.tables["plan_days"]
    return table.c.day_id.in_(select(days.c.id).where(days.c.rep_id.in_(rep_ids(user))))


def _by_link(user: User, table: Any) -> ColumnElement[bool]:
    members = Base.metadata.tables["account_link_members"]
    return table.c.id.in_(select(members.c.link_id).where(_by_account(user, members)))


@dataclass(frozen=True)
class Export:
    """One table: who of the managers sees which rows (None: only admins may have it), and what is left out."""

    table: str
    scope: Scope | None = None
    without: frozenset[str] = field(default_factory=frozenset)


EXPORTS = {
    export.table: export
    for export in (
        Export("accounts", lambda user, _table: accounts_of(user)),
        Export("contacts", _by_account),
        Export("account_links", _by_link),
        Export("account_link_members", _by_account),
        Export("shared_turns", _by_rep),
        Export("hotels", lambda _user, table: table.c.id.isnot(None)),
        Export("segments", lambda _user, table: table.c.code.isnot(None)),
        Export("owner_changes", _by_account),
        Export("teams", lambda user, _table: teams_of(user)),
        Export("reps", lambda user, _table: reps_of(user)),
        Export("time_off", _by_rep),
        Export("day_hours", _by_rep),
        Export("users"),
        Export("company"),
        Export("speed_tables", lambda _user, table: table.c.area.isnot(None)),
        Export("learned_speeds"),
        Export("cadence_policies", lambda user, table: or_(table.c.account_id.is_(None), _by_account(user, table))),
        Export("pauses", _by_account),
        Export("must_visits", _by_account),
        Export("appointments", _by_rep),
        Export("activities", _by_rep),
        Export("plan_versions", _by_rep),
        Export("plan_days", _by_rep),
        Export("plan_stops", _by_day),
        Export("published_plans", _by_rep),
        Export("import_runs"),
        Export("audit_entries"),
    )
}


def export(session: Session, name: str, user: User | None) -> Iterator[str]:
    """The CSV of a table in pieces of text: an admin's and an operator's (`user` None) whole, a manager's own scope."""
    if name not in EXPORTS:
        raise NotFound(f"There is no such table; there are {', '.join(EXPORTS)}.")
    chosen = EXPORTS[name]
    if user is not None and user.role != Role.ADMIN and chosen.scope is None:
        raise Forbidden(f"Only an admin may export {name}.")
    query = _accounts() if name == "accounts" else _plain(Base.metadata.tables[name])
    if user is not None and user.role != Role.ADMIN and chosen.scope is not None:
        query = query.where(chosen.scope(user, Base.metadata.tables[name]))
    return _lines(session, query)


def _plain(table: Any) -> Select[Any]:
    """All columns but secrets, in the order of the primary key."""
    columns = [column for column in table.columns if column.name not in SECRETS]
    return select(*columns).order_by(*table.primary_key.columns)


def _accounts() -> Select[Any]:
    """Accounts under the headers that the import reads: ids of other rows are joined by what people call them."""
    table, parent = Account.__table__, aliased(Account)
    columns = [
        column
        for column in table.c
        if column.name not in {"id", "archived_at", "lat_band", "geocode_at", "off_road_metres"}
    ]
    return (
        select(
            table.c.id.label("fieldbeat_id"), *columns, User.email.label("owner"), Team.name.label("team"),
            parent.external_id.label("parent_external_id"), table.c.archived_at,
        )
        .outerjoin(Rep, Rep.id == table.c.owner_id).outerjoin(User, User.id == Rep.user_id)
        .outerjoin(Team, Team.id == table.c.team_id).outerjoin(parent, parent.id == table.c.parent_id)
        .order_by(table.c.id)
    )  # fmt: skip


def _lines(session: Session, query: Select[Any]) -> Iterator[str]:
    result = session.execute(query.execution_options(yield_per=BATCH))
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(result.keys())
    yield _taken(buffer)
    for rows in result.partitions():
        writer.writerows([_text(value) for value in row] for row in rows)
        yield _taken(buffer)


def _taken(buffer: io.StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text


def _text(value: Any) -> Any:
    """A value as the import reads it again; text never as a formula."""
    if value is None:
        return ""
    if isinstance(value, str):
        return guarded(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, dict | list):
        return guarded(json.dumps(value, ensure_ascii=False, sort_keys=True))
    return (
        value
        if isinstance(value, int | float)
        else str(value)
        if isinstance(value, UUID | Decimal)
        else guarded(str(value))
    )
