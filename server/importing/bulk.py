"""Many rows in one statement, with the conversion of values done before the write transaction begins."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table

CHUNK = 5_000


@dataclass(frozen=True)
class Insert:
    """A statement in the driver's own words, with its rows as the driver takes them."""

    statement: str
    rows: list[tuple[Any, ...]]

    def send(self, connection: Connection) -> None:
        for start in range(0, len(self.rows), CHUNK):
            connection.exec_driver_sql(self.statement, self.rows[start : start + CHUNK])


def prepare(connection: Connection, table: Any, rows: Iterable[dict[str, Any]]) -> Insert:
    """An INSERT of these rows (all with the same keys), ready to be sent."""
    dialect = connection.dialect
    names: list[str] = []
    converters: list[Any] = []
    prepared = []
    for row in rows:
        if not names:
            names = list(row)
            converters = [_converter(table, name, dialect) for name in names]
        prepared.append(
            tuple(convert(row[name]) if convert else row[name] for name, convert in zip(names, converters, strict=True))
        )
    marks = ", ".join("%s" if dialect.paramstyle in {"format", "pyformat"} else "?" for _ in names)
    quoted = ", ".join(dialect.identifier_preparer.quote(name) for name in names)
    return Insert(f"INSERT INTO {table.name} ({quoted}) VALUES ({marks})", prepared)  # noqa: S608  names are ours


def _converter(table: Table, name: str, dialect: Any) -> Any:
    return table.c[name].type.dialect_impl(dialect).bind_processor(dialect)
