"""An import from beginning to end: read, check, compare, and then write everything or nothing."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.service import company
from server.audit.service import note
from server.core.clock import now
from server.core.database import db, writing
from server.core.errors import NotFound
from server.core.http import Role
from server.core.ids import new_id
from server.core.pages import Page, keyset
from server.identity.models import User
from server.importing.applying import write
from server.importing.checking import check
from server.importing.columns import arrange
from server.importing.models import ImportRun
from server.importing.options import Options
from server.importing.problems import Problems
from server.importing.reading import read
from server.importing.references import load
from server.importing.staging import Context, Staged, nothing, stage

APPLIED, REJECTED, CHECKED = "applied", "rejected", "checked"


def run(data: bytes, filename: str, options: Options, user: User | None, author_id: UUID | None) -> ImportRun:
    """Import a file of accounts; `user` None: an operator, who may do everything, in the name of `author_id`.

    The run with all its problems is stored whatever happens.  Any error, or `options.dry_run`, and nothing else is.
    """
    started, problems = now(), Problems()
    session: Session = db.session()
    staged = nothing(session.get_bind().dialect, author_id)
    header = _stage(session, data, options, user, problems, staged, author_id)
    state = REJECTED if problems.errors else CHECKED if options.dry_run else APPLIED
    record = ImportRun(
        id=new_id(), author_id=author_id, filename=_storable(filename), dry_run=options.dry_run, mapping=header, state=state,
        rows=len(staged.accounts) + len(staged.updates) + staged.visited + staged.unchanged, created=len(staged.accounts),
        updated=len(staged.updates) + staged.visited, unchanged=staged.unchanged, problems=problems.as_json(),
        problem_count=problems.count, started_at=started,
    )  # fmt: skip
    with writing() as transaction:
        if state == APPLIED:
            write(transaction, staged, record.id)
            note(transaction, "import", "accounts", str(record.id), _summary(record))
        record.finished_at = now()
        transaction.add(record)
    return record


def _stage(
    session: Session,
    data: bytes,
    options: Options,
    user: User | None,
    problems: Problems,
    staged: Staged,
    author_id: UUID | None,
) -> dict[str, str]:
    """Read, check and compare; returns which column was read as which field."""
    table = read(data, problems, options.delimiter, options.sheet)
    columns = arrange(table.header, options.mapping, problems)
    mapping = {column.header: column.field for column in columns}
    if problems.errors:
        return mapping
    headers = {column.field: column.header for column in columns}
    references = load(session, user)
    owner = references.owners.find(options.owner, None, None, problems) if options.owner else None
    team = references.teams.find(options.team, None, None, problems) if options.team else None
    if user is not None and user.role == Role.MANAGER and not (owner or team):
        team = user.team_id  # or the manager could not see what they import
    rows = check(table, columns, options, problems)
    context = Context(session, user, company(session), references, headers, options, owner, team, author_id, problems)
    stage(rows, context, staged)
    return mapping


def _summary(record: ImportRun) -> dict[str, list[Any]]:
    """One audit entry for the whole file: it names the run, which names the rows."""
    return {"created": [None, record.created], "updated": [None, record.updated], "file": [None, record.filename]}


def _storable(filename: str) -> str:
    """A name that every database can store; browsers send whatever the file is called."""
    return filename.encode("utf-8", "replace").decode().replace("\0", "")[-300:]


def find(user: User, cursor: str | None, limit: int) -> Page:
    """The runs that the user may see, the newest first: an admin all, a manager the own."""
    return keyset(db.session(), _visible(user), (ImportRun.started_at, ImportRun.id), cursor, limit, descending=True)


def get(user: User, run_id: UUID) -> ImportRun:
    record: ImportRun | None = db.session().scalar(_visible(user).where(ImportRun.id == run_id))
    if record is None:
        raise NotFound("There is no such import.")
    return record


def _visible(user: User) -> Any:
    query = select(ImportRun)
    return query if user.role == Role.ADMIN else query.where(ImportRun.author_id == user.id)
