"""The database: base class, column types, sessions and transactions, the same on SQLite and PostgreSQL."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import lru_cache
from typing import Annotated, Any
from uuid import UUID

from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, DateTime, Engine, MetaData, event, make_url
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column
from sqlalchemy.types import TypeDecorator, Uuid

from server.core.ids import new_id

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Instant(TypeDecorator[datetime]):
    """A moment in UTC.  Naive datetimes are refused; SQLite, which has no zones, gives them back as UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"an instant needs a zone: {value}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class RepeatedUuid(TypeDecorator[UUID]):
    """For `type_coerce` in queries of many rows with few different ids: SQLite's text becomes a UUID once, not in each row."""

    impl = Uuid
    cache_ok = True

    def result_processor(self, dialect: Any, coltype: Any) -> Any:
        convert = super().result_processor(dialect, coltype)
        return lru_cache(maxsize=20_000)(convert) if convert else None


class Base(DeclarativeBase):
    """All tables.  Packages refer to each other's tables by foreign keys, never by importing each other's models in a circle."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: Instant, UUID: Uuid, dict[str, Any]: JSON, list[Any]: JSON}


key = Annotated[UUID, mapped_column(Uuid, primary_key=True, default=new_id)]

db = SQLAlchemy(metadata=Base.metadata, disable_autonaming=True)
migrate = Migrate(render_as_batch=True, compare_type=True)

OWNER_ONLY = 0o600  # mode of files that hold what everybody entrusted to us
CONNECT_SECONDS = 5  # for a PostgreSQL that does not answer; connect_timeout in DATABASE_URL says otherwise


def engine_options(url: str) -> dict[str, Any]:
    """PostgreSQL: connections that its restart has ended are noticed and replaced before they are used."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "postgresql":
        return {}
    wait = {} if "connect_timeout" in parsed.query else {"connect_timeout": CONNECT_SECONDS}
    return {"pool_pre_ping": True, "connect_args": wait}


_writing: ContextVar[bool] = ContextVar("writing", default=False)


@contextmanager
def writing(own: Session | None = None) -> Iterator[Session]:
    """One write transaction: commits at the end, rolls back on any exception.

    On SQLite it takes the write lock at once (BEGIN IMMEDIATE): a transaction that reads first and writes later would
    fail as soon as somebody else wrote in between.  Keep it short; validate and compute before it.
    `own`: a session on a connection of its own instead of the usual one; not inside another write transaction.
    """
    if own is not None and _writing.get():
        raise RuntimeError("a write transaction on a connection of its own would wait for the one around it for ever")
    session = own or db.session()
    if _writing.get():  # already inside one: the outermost commits
        yield session
        session.flush()
        return
    session.rollback()  # end the read transaction, if any: the write must see the newest state
    token = _writing.set(True)
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        _writing.reset(token)


@event.listens_for(Engine, "do_connect")
def _keep_private(dialect: Any, _record: Any, args: list[Any], _options: dict[str, Any]) -> None:
    """SQLite would make a new file readable for everybody on the machine; what it lays beside it has the mode of the file."""
    path = str(args[0]) if dialect.name == "sqlite" and args else ":memory:"
    if not path.startswith((":memory:", "file:")):
        with suppress(OSError):  # there is one already; or there cannot be one, which SQLite says better
            os.close(os.open(path, os.O_CREAT | os.O_EXCL, OWNER_ONLY))


@event.listens_for(Engine, "connect")
def _configure_sqlite(connection: Any, _record: Any) -> None:
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None  # SQLAlchemy begins transactions itself, below
    cursor = connection.cursor()
    for pragma in (
        "busy_timeout=10000",
        "journal_mode=WAL",
        "foreign_keys=ON",
        "synchronous=NORMAL",
        "cache_size=-65536",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Any) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE" if _writing.get() else "BEGIN")
