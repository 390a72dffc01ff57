"""What a checked file would change: compared with what is stored, before anything is written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from server.accounts.models import Account
from server.identity.scope import accounts_of
from server.importing.comparing import stage_row, whole_postcode
from server.importing.notices import Cadences, Notices, skills_of_reps
from server.importing.parents import Parent, stage_parents
from server.importing.rows import Row
from server.importing.staged import Context, Staged
from server.importing.visits import known_visits
from server.places.lookup import Address

CHUNK = 500  # rows compared at a time


def stage(rows: list[Row], context: Context, staged: Staged) -> None:
    """Compare all rows with the database.  Empties `rows` on the way, to hold everything only once."""
    ids: dict[str, UUID] = {}
    parents: list[Parent] = []
    notices = Notices(Cadences(context.session), skills_of_reps(context.session))
    matched: dict[UUID, int] = {}  # account -> row, where rows may name one account in two ways
    rows.reverse()
    while rows:
        chunk = [rows.pop() for _ in range(min(CHUNK, len(rows)))]
        stored = _stored(context, chunk, staged.compared)
        known = known_visits(context.session, chunk, stored)
        context.index.prepare(_addresses(chunk, stored, context))
        for row in chunk:
            external_id, parent = row.values.get("external_id"), row.values.get("parent_external_id")
            before = stored.get(row.values.get("fieldbeat_id")) or stored.get(external_id)
            if before and "fieldbeat_id" in context.headers:
                _refuse_second(row, matched.setdefault(before["id"], row.number), context)
            result = stage_row(row, before, staged, context, known)
            if result is None:
                continue
            account, outcome = result
            staged.outcomes[outcome] += 1
            notices.see(row.number, account)
            if external_id:
                ids[external_id] = account["id"]
            if parent:
                parents.append(Parent(row.number, account["id"], parent, before, outcome))
    if parents:
        stage_parents(parents, ids, staged, context)
    notices.warn(context.problems)
    staged.flush()


def _addresses(chunk: list[Row], stored: dict[str | None, Any], context: Context) -> Iterator[Address]:
    """As they will be, so that they are looked for together."""
    country = context.options.country or context.root.country
    for row in chunk:
        before = stored.get(row.values.get("fieldbeat_id")) or stored.get(row.values.get("external_id")) or {}
        said = Address.of({**before, **row.values}, country)
        yield said._replace(postcode=said.postcode and whole_postcode(said.postcode, said.country))


def _refuse_second(row: Row, first: int, context: Context) -> None:
    if row.number != first:
        detail = f"Rows {first} and {row.number} mean the same account, one by its id here; keep one of them."
        column = context.headers.get("external_id", context.headers["fieldbeat_id"])
        context.problems.error(row.number, column, "duplicate", detail)


def _stored(context: Context, chunk: list[Row], names: Sequence[str]) -> dict[str | None, Any]:
    """Stored rows (the columns `names`) by external id and by id; what the user may not see is an error."""
    table = Account.__table__
    columns = [table.c[name] for name in names]
    externals = [row.values["external_id"] for row in chunk if "external_id" in row.values]
    own_ids = [_uuid(row.values["fieldbeat_id"]) for row in chunk if "fieldbeat_id" in row.values]
    found: dict[str | None, Any] = {}
    for column, wanted in ((table.c.external_id, externals), (table.c.id, [i for i in own_ids if i])):
        if wanted:
            for values in context.session.execute(select(*columns).where(column.in_(wanted))):
                stored = dict(zip(names, values, strict=True))
                found[stored["external_id"]] = stored
                if own_ids:
                    found[str(stored["id"])] = stored
    found.pop(None, None)
    if context.user is not None and found:
        _refuse_foreign(context, chunk, found)
    return found


def _refuse_foreign(context: Context, chunk: list[Row], found: dict[str | None, Any]) -> None:
    assert context.user is not None
    mine = select(Account.id).where(Account.id.in_([s["id"] for s in found.values()]), accounts_of(context.user))
    visible = set(context.session.scalars(mine))
    for row in chunk:
        for name in ("external_id", "fieldbeat_id"):
            account = found.get(row.values.get(name))
            if account is not None and account["id"] not in visible:
                detail = "An account with this id exists and is not yours to change; leave the row out."
                context.problems.error(row.number, context.headers.get(name), "not_yours", detail, row.values[name])


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
