"""Many rows in one statement.  Values take the driver's form as they are added, so that nothing is left to do in the transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import JSON, Connection, Date, Dialect

CHUNK = 5_000


class Inserts:
    """An INSERT into one table; `constants` are the columns that are the same in every row."""

    def __init__(self, dialect: Dialect, table: Any, names: list[str], constants: Mapping[str, Any]) -> None:
        self.rows: list[tuple[Any, ...]] = []
        constants = {**_defaults(table, {*names, *constants}), **constants}
        self._columns = [(name, _converter(table.c[name], dialect)) for name in names]
        fixed = [(name, _converter(table.c[name], dialect)) for name in constants]
        self._constants = tuple(_converted(constants[name], convert) for name, convert in fixed)
        mark = "%s" if dialect.paramstyle in {"format", "pyformat"} else "?"
        quoted = [dialect.identifier_preparer.quote(name) for name in (*names, *constants)]
        marks = ", ".join([mark] * len(quoted))
        self._statement = f"INSERT INTO {table.name} ({', '.join(quoted)}) VALUES ({marks})"  # noqa: S608  names are ours

    def __len__(self) -> int:
        return len(self.rows)

    def add(self, row: Mapping[str, Any]) -> None:
        self.rows.append((*(_converted(row[name], convert) for name, convert in self._columns), *self._constants))

    def send(self, connection: Connection) -> None:
        for start in range(0, len(self.rows), CHUNK):
            connection.exec_driver_sql(self._statement, self.rows[start : start + CHUNK])


def _defaults(table: Any, given: set[str]) -> dict[str, Any]:
    """Plain defaults of the columns that nobody gives."""
    rest = [column for column in table.c if column.name not in given and column.default is not None]
    return {column.name: column.default.arg for column in rest if column.default.is_scalar}


def _converted(value: Any, convert: Callable[[Any], Any] | None) -> Any:
    return value if convert is None or value is None else convert(value)


def _converter(column: Any, dialect: Dialect) -> Callable[[Any], Any] | None:
    convert: Callable[[Any], Any] | None = column.type.dialect_impl(dialect).bind_processor(dialect)
    if convert is None:
        return None
    if isinstance(column.type, JSON):
        serialise, empty_list, empty_object = convert, convert([]), convert({})  # by far the most frequent values
        return lambda value: serialise(value) if value else empty_list if isinstance(value, list) else empty_object
    repeats = column.foreign_keys or isinstance(column.type, Date)
    return lru_cache(maxsize=4_096)(convert) if repeats else convert
