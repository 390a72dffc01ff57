"""What a checked file would change: compared with what is stored, before anything is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from itertools import islice
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from sqlalchemy import Dialect, select
from sqlalchemy.orm import Session

from server.accounts.models import Account, OwnerChange
from server.accounts.service import PLANNED
from server.activities.models import Activity
from server.company.models import Company
from server.core.clock import now, today
from server.core.ids import new_id
from server.identity.models import User
from server.identity.scope import accounts_of
from server.importing.bulk import Inserts
from server.importing.checking import UNPARSED_HOURS, Row
from server.importing.options import Options
from server.importing.placing import place
from server.importing.problems import Problems
from server.importing.references import References

CHUNK = 500
PLAIN = ("external_id", "name", "street", "housenumber", "postcode", "city", "region", "country", "lat", "lon", "timezone",
         "phone", "email", "website", "industry", "size", "products", "lead_source", "revenue", "stage", "opening_hours",
         "service_minutes", "allowed_weekdays", "priority", "active_from", "notes")  # fmt: skip
CLEARED: dict[str, Any] = {"products": []}  # what an emptied cell means where the column may not be null


@dataclass(frozen=True)
class Update:
    """`changes`: column -> new value, for a row that is still at `version`."""

    id: UUID
    version: int
    changes: dict[str, Any]


@dataclass
class Staged:
    """Everything that will be written, and whom it concerns."""

    accounts: Inserts
    owner_changes: Inserts
    visits: Inserts
    parents: dict[UUID, UUID] = field(default_factory=dict)  # of new accounts, written when all of them exist
    updates: list[Update] = field(default_factory=list)
    visited: int = 0  # accounts that nothing but a visit is new of
    unchanged: int = 0
    owners: set[UUID] = field(default_factory=set)  # reps whose plans may change
    teams: set[UUID] = field(default_factory=set)


def nothing(dialect: Dialect, author_id: UUID | None) -> Staged:
    """Where staging begins."""
    moment = now()
    stamps = {"created_at": moment, "updated_at": moment}
    return Staged(
        Inserts(dialect, Account.__table__, [*_DEFAULTS, *_ACCOUNT], {**stamps, "version": 1, "served_by_id": None, "parent_id": None}),
        Inserts(dialect, OwnerChange.__table__, ["id", "account_id", "owner_id", "from_day"], stamps),
        Inserts(
            dialect, Activity.__table__, _VISIT,
            {**stamps, "version": 1, "author_id": author_id, "channel": "visit", "status": "completed",
             "outcome": "imported", "received_at": moment},
        ),
    )  # fmt: skip


_ACCOUNT = ["id", "custom", "position_quality", "archived_at"]
_VISIT = ["id", "client_id", "rep_id", "account_id", "content_hash", "happened_at", "ended_at", "timezone", "local_day"]
VISITS = UUID("6f1c1f0e-6d51-4c3a-9d3e-0d7c3b6b7a10")  # namespace of the client ids of imported visits


@dataclass(frozen=True)
class Context:
    """What every row is staged with."""

    session: Session
    user: User | None
    root: Company
    references: References
    headers: dict[str, str]
    options: Options
    owner: UUID | None
    team: UUID | None
    author_id: UUID | None
    problems: Problems


@dataclass(frozen=True)
class Parent:
    """A row that names its parent; `before`: the account as stored, None for a new one."""

    row: int
    child: UUID
    name: str
    before: Any


def stage(rows: list[Row], context: Context, staged: Staged) -> Staged:
    """Compare all rows with the database.  Empties `rows` on the way, to hold everything only once."""
    ids: dict[str, UUID] = {}
    parents: list[Parent] = []
    rows.reverse()
    while rows:
        chunk = [rows.pop() for _ in range(min(CHUNK, len(rows)))]
        stored = _stored(context, chunk)
        known = _visited(context.session, chunk, stored)
        for row in chunk:
            before = stored.get(row.values.get("fieldbeat_id")) or stored.get(row.values.get("external_id"))
            account_id = _stage_row(row, before, staged, context, known)
            if account_id and row.values.get("external_id"):
                ids[row.values["external_id"]] = account_id
            if account_id and row.values.get("parent_external_id"):
                parents.append(Parent(row.number, account_id, row.values["parent_external_id"], before))
    if parents:
        _stage_parents(parents, ids, staged, context)
    return staged


def _stored(context: Context, chunk: list[Row]) -> dict[str | None, Any]:
    """Stored rows by external id and by id; what the user may not see is an error."""
    table = Account.__table__
    externals = [row.values["external_id"] for row in chunk if "external_id" in row.values]
    own_ids = [_uuid(row.values["fieldbeat_id"]) for row in chunk if "fieldbeat_id" in row.values]
    found: dict[str | None, Any] = {}
    for column, wanted in ((table.c.external_id, externals), (table.c.id, [i for i in own_ids if i])):
        if wanted:
            for stored in context.session.execute(select(table).where(column.in_(wanted))).mappings():
                found[str(stored["id"])] = found[stored["external_id"]] = stored
    found.pop(None, None)
    if context.user is not None and found:
        mine = select(Account.id).where(Account.id.in_([s["id"] for s in found.values()]), accounts_of(context.user))
        visible = set(context.session.scalars(mine))
        for row in chunk:
            for name in ("external_id", "fieldbeat_id"):
                account = found.get(row.values.get(name))
                if account is not None and account["id"] not in visible:
                    detail = "An account with this id exists and is not yours to change; leave the row out."
                    context.problems.error(row.number, context.headers.get(name), "not_yours", detail, row.values[name])
    return found


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _visited(session: Session, chunk: list[Row], stored: dict[str | None, Any]) -> set[tuple[UUID, date]]:
    """(account, day) of the completed visits that are known already."""
    wanted = [row for row in chunk if "last_visit" in row.values]
    if not wanted or not stored:
        return set()
    query = select(Activity.account_id, Activity.local_day).where(
        Activity.account_id.in_({s["id"] for s in stored.values()}),
        Activity.local_day.in_({row.values["last_visit"] for row in wanted}),
        Activity.channel == "visit", Activity.status == "completed", Activity.withdrawn_at.is_(None),
    )  # fmt: skip
    return set(session.execute(query))


def _stage_row(row: Row, before: Any, staged: Staged, context: Context, known: set[tuple[UUID, date]]) -> UUID | None:
    values = {name: row.values[name] for name in PLAIN if name in row.values}
    for name, empty in CLEARED.items():
        if name in values and values[name] is None:
            values[name] = empty
    _resolve(row, values, context)
    if before is None:
        after = _new(row, values, context)
        if after is None:
            return None
        staged.accounts.add(after)
        if after["owner_id"]:
            _change_owner(staged, after, after["active_from"])
        _concern(staged, after)
        _stage_visit(row, after, staged, context, known)
        return after["id"]
    _update(row, before, values, staged, context, known)
    return before["id"]


def _resolve(row: Row, values: dict[str, Any], context: Context) -> None:
    """Put the ids of segment, owner and team for their names."""
    refs, headers, problems = context.references, context.headers, context.problems
    for name, names, column in (
        ("segment", refs.segments, "segment"), ("owner", refs.owners, "owner_id"), ("team", refs.teams, "team_id"),
    ):  # fmt: skip
        if name in row.values:
            text = row.values[name]
            values[column] = names.find(text, row.number, headers.get(name), problems) if text is not None else None


def _new(row: Row, values: dict[str, Any], context: Context) -> dict[str, Any] | None:
    if "name" not in values or "external_id" not in values:
        missing = "name" if "name" not in values else "external_id"
        context.problems.error(
            row.number, context.headers.get(missing), f"no_{missing}", f"A new account needs a {missing}."
        )
        return None
    after = {**_DEFAULTS, "products": [], **values, "id": new_id()}
    after["custom"] = {name: value for name, value in row.values.get("custom", {}).items() if value is not None}
    if not (after["owner_id"] or after["team_id"]):
        after["owner_id"], after["team_id"] = context.owner, None if context.owner else context.team
    elif after["owner_id"]:
        after["team_id"] = None
    after["country"] = after["country"] or context.options.country
    after.update(place(after, None, context.root))
    after["active_from"] = after["active_from"] or row.values.get("last_visit") or today(after["timezone"])
    after["archived_at"] = now() if row.values.get("archived") else None
    return after


_DEFAULTS: dict[str, Any] = dict.fromkeys((*PLAIN, "segment", "owner_id", "team_id", "parent_id")) | {"priority": 100}


def _update(
    row: Row, before: Any, values: dict[str, Any], staged: Staged, context: Context, known: set[tuple[UUID, date]]
) -> None:
    changes = {name: value for name, value in values.items() if before[name] != value}
    custom = {n: v for n, v in {**before["custom"], **row.values.get("custom", {})}.items() if v is not None}
    if values.get("opening_hours"):
        custom.pop(UNPARSED_HOURS, None)
    if custom != before["custom"]:
        changes["custom"] = custom
    if "archived" in row.values and row.values["archived"] != (before["archived_at"] is not None):
        changes["archived_at"] = now() if row.values["archived"] else None
    _settle_owner(before, changes)
    if changes.keys() & {"lat", "lon", "postcode", "country"}:
        moved = place({**before, **changes}, changes, context.root)
        changes.update({name: value for name, value in moved.items() if before[name] != value})
    after = {**before, **changes}
    visited = _stage_visit(row, after, staged, context, known)
    if not changes:
        staged.unchanged += not visited
        staged.visited += visited
        return
    staged.updates.append(Update(before["id"], before["version"], changes))
    if "owner_id" in changes:
        _change_owner(staged, after, today(after["timezone"]))
    if changes.keys() & (PLANNED | {"owner_id", "team_id", "archived_at"}):
        _concern(staged, before)
        _concern(staged, after)


def _settle_owner(before: Any, changes: dict[str, Any]) -> None:
    """A team named in a file is for accounts without an owner; a new owner ends sharing."""
    if changes.get("owner_id"):
        changes["team_id"] = None
    elif "team_id" in changes and (before["owner_id"] if "owner_id" not in changes else None):
        del changes["team_id"]
    if changes.keys() & {"owner_id", "team_id"}:
        changes["served_by_id"] = None
        if changes.get("team_id", before["team_id"]) == before["team_id"]:
            changes.pop("team_id", None)


def _change_owner(staged: Staged, after: Any, day: date) -> None:
    staged.owner_changes.add(
        {"id": new_id(), "account_id": after["id"], "owner_id": after["owner_id"], "from_day": day}
    )


def _concern(staged: Staged, account: Any) -> None:
    if account["owner_id"]:
        staged.owners.add(account["owner_id"])
    elif account["team_id"]:
        staged.teams.add(account["team_id"])


def _stage_visit(row: Row, after: Any, staged: Staged, context: Context, known: set[tuple[UUID, date]]) -> bool:
    """A last visit becomes history of the owner; True where it is new."""
    day = row.values.get("last_visit")
    if day is None or (after["id"], day) in known:
        return False
    column = context.headers.get("last_visit")
    if day > today(after["timezone"]) + timedelta(days=1):
        context.problems.error(row.number, column, "in_the_future", "A last visit cannot lie in the future.", day)
        return False
    if after["owner_id"] is None:
        detail = "It was not recorded: nobody owns the account, so nobody can have made the visit."
        context.problems.warning(row.number, column, "no_owner", detail, day)
        return False
    if context.author_id is None:
        context.problems.error(
            row.number, column, "no_author", "Visits need an author; create an admin user first.", day
        )
        return False
    client_id = uuid5(VISITS, f"{after['id']} {day}")  # follows from account and day: none is recorded twice
    noon = datetime.combine(day, time(12), ZoneInfo(after["timezone"]))
    staged.visits.add({
        "id": new_id(), "client_id": client_id, "rep_id": after["owner_id"], "account_id": after["id"], "happened_at": noon,
        "content_hash": sha256(client_id.bytes).hexdigest(), "ended_at": noon, "timezone": after["timezone"], "local_day": day,
    })  # fmt: skip
    staged.owners.add(after["owner_id"])
    return True


def _stage_parents(parents: list[Parent], ids: dict[str, UUID], staged: Staged, context: Context) -> None:
    """Parents may stand in the file, before or after, or in the database; no account may lie under itself."""
    session, column = context.session, context.headers.get("parent_external_id")
    known = dict(ids)
    for names in _chunks({parent.name for parent in parents} - ids.keys()):
        found = select(Account.external_id, Account.id).where(Account.external_id.in_(names))
        found = found.where(accounts_of(context.user)) if context.user else found
        known.update((str(name), row_id) for name, row_id in session.execute(found))
    links = select(Account.id, Account.parent_id).where(Account.parent_id.isnot(None))
    above: dict[UUID, Any] = dict(session.execute(links).all())
    above.update((parent.child, known[parent.name]) for parent in parents if parent.name in known)
    changes: dict[UUID, UUID] = {}
    for parent in parents:
        if parent.name not in known:
            detail = "There is no such account, here or in the file."
            context.problems.error(parent.row, column, "unknown_parent", detail, parent.name)
        elif _is_circular(parent.child, above):
            detail = "An account cannot lie under itself."
            context.problems.error(parent.row, column, "circular_parent", detail, parent.name)
        elif parent.before is None or known[parent.name] != parent.before["parent_id"]:
            changes[parent.child] = known[parent.name]
    _set_parents(changes, {parent.child for parent in parents if parent.before is None}, staged, session)


def _is_circular(start: UUID, above: dict[UUID, UUID]) -> bool:
    seen, at = {start}, above.get(start)
    while at is not None and at not in seen:
        seen.add(at)
        at = above.get(at)
    return at is not None


def _set_parents(changes: dict[UUID, UUID], new: set[UUID], staged: Staged, session: Session) -> None:
    staged.parents = {child: changes.pop(child) for child in new & changes.keys()}
    for n, update in enumerate(staged.updates):
        if update.id in changes:
            staged.updates[n] = Update(
                update.id, update.version, {**update.changes, "parent_id": changes.pop(update.id)}
            )
    versions: dict[UUID, int] = {}
    for some in _chunks(changes):
        versions.update(session.execute(select(Account.id, Account.version).where(Account.id.in_(some))))
    staged.updates += [Update(row_id, versions[row_id], {"parent_id": parent}) for row_id, parent in changes.items()]
    staged.unchanged -= len(changes)


def _chunks(items: Iterable[Any]) -> Iterator[list[Any]]:
    iterator = iter(items)
    while chunk := list(islice(iterator, CHUNK)):
        yield chunk
