"""Accounts under accounts: a parent may stand in the file, before or after its children, or in the database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.models import Account
from server.identity.scope import accounts_of
from server.importing.staged import Context, Outcome, Staged

IN_LIST = 500


@dataclass(frozen=True)
class Parent:
    """A row that names its parent; `before`: the account as stored, None for a new one."""

    row: int
    child: UUID
    name: str
    before: Any
    outcome: Outcome


def stage_parents(parents: list[Parent], ids: dict[str, UUID], staged: Staged, context: Context) -> None:
    """Stage the parents that are new; `ids`: external id -> id of the file's accounts.  None may lie under itself."""
    known = {**_stored(context, {parent.name for parent in parents} - ids.keys()), **ids}
    above = _links(context.session)
    above.update((parent.child, known[parent.name]) for parent in parents if parent.name in known)
    column, problems = context.headers.get("parent_external_id"), context.problems
    for parent in parents:
        if parent.name not in known:
            detail = "There is no such account, here or in the file."
            problems.error(parent.row, column, "unknown_parent", detail, parent.name)
        elif _is_circular(parent.child, above):
            detail = "An account cannot lie under itself."
            problems.error(parent.row, column, "circular_parent", detail, parent.name)
        elif parent.before is None or known[parent.name] != parent.before["parent_id"]:
            _set(parent, known[parent.name], staged)


def _set(parent: Parent, above: UUID, staged: Staged) -> None:
    if parent.outcome in (Outcome.CREATED, Outcome.UPDATED):  # its version is settled by the rest of the row
        staged.parents.add({"id": parent.child, "parent_id": above})
        return
    staged.update(parent.before, {"parent_id": above})
    staged.outcomes[parent.outcome] -= 1
    staged.outcomes[Outcome.UPDATED] += 1


def _stored(context: Context, names: Iterable[str]) -> dict[str, UUID]:
    found: dict[str, UUID] = {}
    for some in _chunks(names):
        query = select(Account.external_id, Account.id).where(Account.external_id.in_(some))
        query = query.where(accounts_of(context.user)) if context.user else query
        found.update((str(name), row_id) for name, row_id in context.session.execute(query))
    return found


def _links(session: Session) -> dict[UUID, Any]:
    """Every account that has a parent, with it."""
    links = select(Account.id, Account.parent_id).where(Account.parent_id.isnot(None))
    return {row.id: row.parent_id for row in session.execute(links)}


def _is_circular(start: UUID, above: dict[UUID, UUID]) -> bool:
    seen, at = {start}, above.get(start)
    while at is not None and at not in seen:
        seen.add(at)
        at = above.get(at)
    return at is not None


def _chunks(items: Iterable[Any]) -> Iterator[list[Any]]:
    iterator = iter(items)
    while chunk := list(islice(iterator, IN_LIST)):
        yield chunk
