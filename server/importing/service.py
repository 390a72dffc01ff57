"""An import from beginning to end: read, check, compare, and then write everything or nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
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
from server.importing.ground import Ground
from server.importing.models import APPLIED, CHECKED, REJECTED, ImportRun
from server.importing.options import Options
from server.importing.problems import Problems
from server.importing.reading import read
from server.importing.references import load
from server.importing.staged import Context, Outcome, Staged, nothing
from server.importing.staging import stage
from server.places.lookup import Index


@dataclass(frozen=True)
class Prepared:
    """A file that was read, checked and compared; it has a connection of its own, which holds what is staged."""

    session: Session
    staged: Staged
    record: ImportRun


def run(data: bytes, filename: str, options: Options, user: User | None, author_id: UUID | None) -> ImportRun:
    """Import a file of accounts; `user` None: an operator, who may do everything, in the name of `author_id`.

    The run with all its problems is stored whatever happens.  Any error, or `options.dry_run`, and nothing else is.
    """
    with prepare(data, filename, options, user, author_id) as prepared:
        return apply(prepared)


@contextmanager
def prepare(
    data: bytes, filename: str, options: Options, user: User | None, author_id: UUID | None
) -> Iterator[Prepared]:
    """Everything that needs no lock; what is stored stays as it is until `apply`."""
    problems = Problems()
    with db.engine.connect() as connection:
        connection.detach()  # is closed at the end, and the temporary tables with it
        session = Session(connection, expire_on_commit=False)
        record = ImportRun(
            id=new_id(), author_id=author_id, filename=_storable(filename), dry_run=options.dry_run, started_at=now()
        )
        staged, record.mapping, record.rows = _stage(session, data, options, user, problems, author_id)
        session.commit()
        _describe(record, staged.outcomes, problems)
        yield Prepared(session, staged, record)
        session.close()


def apply(prepared: Prepared) -> ImportRun:
    """Store the run and, where it is to be applied, everything staged, in one transaction."""
    record, staged = prepared.record, prepared.staged
    with writing(prepared.session) as transaction:
        if record.state == APPLIED:
            write(transaction, staged, record.id, record.author_id)
            note(transaction, "import", "accounts", str(record.id), _summary(record))
        record.finished_at = now()
        transaction.add(record)
    db.session().rollback()  # what the usual session reads from now on is what was written
    return record


def _stage(
    session: Session, data: bytes, options: Options, user: User | None, problems: Problems, author_id: UUID | None
) -> tuple[Staged, dict[str, str], int]:
    """Read, check and compare; also returns which column was read as which field, and how many rows there are."""
    table = read(data, problems, options.delimiter, options.sheet)
    columns = arrange(table.header, options.mapping, problems)
    mapping = {column.header: column.field for column in columns}
    headers = {column.field: column.header for column in columns}
    staged = nothing(session, headers)
    if problems.errors:
        return staged, mapping, 0
    references = load(session, user)
    owner = references.owners.find(options.owner, None, None, problems) if options.owner else None
    team = references.teams.find(options.team, None, None, problems) if options.team else None
    if user is not None and user.role == Role.MANAGER and not (owner or team):
        team = user.team_id  # or the manager could not see what they import
    root = company(session)
    rows = check(table, columns, options, Ground(session, user, root.country), problems)
    count = len(rows)
    index = Index(session)
    context = Context(session, user, root, references, headers, options, owner, team, author_id, problems, index)
    stage(rows, context, staged)
    return staged, mapping, count


def _describe(record: ImportRun, outcomes: Counter[Outcome], problems: Problems) -> None:
    record.state = REJECTED if problems.errors else CHECKED if record.dry_run else APPLIED
    if record.state == REJECTED:  # of which nothing comes
        outcomes = Counter()
    record.created, record.unchanged = outcomes[Outcome.CREATED], outcomes[Outcome.UNCHANGED]
    record.updated = outcomes[Outcome.UPDATED] + outcomes[Outcome.VISITED]
    record.problems, record.problem_count, record.error_count = problems.as_json(), problems.count, problems.errors


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
