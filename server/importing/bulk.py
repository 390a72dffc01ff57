"""Many rows at once: gathered in a temporary table, then moved by one statement.

A temporary table belongs to its connection: filling it takes no lock that anybody waits for, and it is not held in memory.
What is left to do in the write transaction is a single INSERT or UPDATE for all rows.  PostgreSQL gets the rows by COPY, which
costs the client a fifth of what an INSERT a row does.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any

from sqlalchemy import JSON, Column, Date, Dialect, MetaData, Table, insert, literal, select, update
from sqlalchemy.orm import Session

BATCH = 2_000


class StagedRows:
    """Rows for the columns `names` of `target`; `label` tells two of one table apart.

    `session` is bound to one connection: the temporary table is known to no other.
    """

    def __init__(self, session: Session, target: Any, names: Sequence[str], label: str = "") -> None:
        dialect = session.connection().dialect
        self._session, self._target = session, target
        columns = (Column(name, target.c[name].type) for name in names)
        self.table = Table(f"staged_{label or target.name}", MetaData(), *columns, prefixes=["TEMPORARY"])
        self.table.create(session.connection(), checkfirst=False)
        self._values = itemgetter(*names)
        converters = enumerate(_converter(target.c[name], dialect) for name in names)
        self._converters = [(index, convert) for index, convert in converters if convert is not None]
        self._send = self._copy if dialect.name == "postgresql" else self._insert
        self._pending: list[tuple[Any, ...]] = []
        self._sent = 0

    def __len__(self) -> int:
        return self._sent + len(self._pending)

    def add(self, row: Mapping[str, Any]) -> None:
        """`row` may hold more than the columns that are kept."""
        values = list(self._values(row))
        for index, convert in self._converters:
            if values[index] is not None:
                values[index] = convert(values[index])
        self._pending.append(tuple(values))
        if len(self._pending) == BATCH:
            self.flush()

    def flush(self) -> None:
        """Send what is still in memory; before the write transaction."""
        if self._pending:
            self._send(self._pending)
            self._sent += len(self._pending)
            self._pending = []

    def _insert(self, rows: list[tuple[Any, ...]]) -> None:
        marks = ", ".join("?" * len(self.table.c))
        statement = f"INSERT INTO {self.table.name} VALUES ({marks})"  # noqa: S608  the name is ours
        self._session.connection().exec_driver_sql(statement, rows)

    def _copy(self, rows: list[tuple[Any, ...]]) -> None:
        connection: Any = self._session.connection().connection.dbapi_connection
        with connection.cursor() as cursor, cursor.copy(f"COPY {self.table.name} FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)

    def insert(self, **constants: Any) -> None:
        """Put all rows into the target; `constants` and plain defaults are the same in every row that does not say."""
        if not self:
            return
        names = [column.name for column in self.table.c]
        constants = {name: value for name, value in constants.items() if name not in names}
        given = {**_defaults(self._target, {*names, *constants}), **constants}
        fixed = {name: literal(v, self._target.c[name].type) for name, v in given.items() if v is not None}
        rows = select(*self.table.c, *(value.label(name) for name, value in fixed.items()))
        statement = insert(self._target).from_select([*names, *fixed], rows, include_defaults=False)
        self._session.connection().execute(statement)

    def update(self, names: Iterable[str], **constants: Any) -> int:
        """Set the columns `names` in the rows with these ids, and these versions where they are staged; returns how many."""
        if not self:
            return 0
        same = [self._target.c[name] == self.table.c[name] for name in ("id", "version") if name in self.table.c]
        values = {name: self.table.c[name] for name in names}
        return (
            self._session.connection()
            .execute(update(self._target).where(*same).values({**values, **constants}))
            .rowcount
        )


def _defaults(table: Any, given: set[str]) -> dict[str, Any]:
    """Plain defaults of the columns that nobody gives."""
    rest = [column for column in table.c if column.name not in given and column.default is not None]
    return {column.name: column.default.arg for column in rest if column.default.is_scalar}


def _converter(column: Any, dialect: Dialect) -> Callable[[Any], Any] | None:
    """What turns a value that is not None into one that the driver takes; None: it takes the value itself."""
    if isinstance(column.type, JSON):
        return _json
    convert: Callable[[Any], Any] | None = column.type.dialect_impl(dialect).bind_processor(dialect)
    if convert is None:
        return None
    repeats = column.foreign_keys or isinstance(column.type, Date)
    return lru_cache(maxsize=4_096)(convert) if repeats else convert


def _json(value: Any) -> str:
    return (
        json.dumps(value) if value else "[]" if isinstance(value, list) else "{}"
    )  # empty is by far the most frequent
