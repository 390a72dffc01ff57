"""The database cannot be used: telling that from other errors, and saying what to do about it."""

from __future__ import annotations

import os
from pathlib import Path

from sqlalchemy import URL
from sqlalchemy.exc import DatabaseError, DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

UPGRADE = "run `flask db upgrade`"
_UNDEFINED = {"42P01", "42703"}  # PostgreSQL: no such table, no such column


def is_outage(error: BaseException) -> bool:
    """Whether it lies with the database (gone, locked, damaged, not migrated), not with what was asked of it."""
    if isinstance(error, OperationalError | InterfaceError | PoolTimeout):
        return True
    damaged = type(error) is DatabaseError  # SQLite: "malformed", "not a database"
    return isinstance(error, DBAPIError) and (damaged or error.connection_invalidated or is_unmigrated(error))


def is_unmigrated(error: SQLAlchemyError) -> bool:
    """Whether a table or column is missing."""
    text = str(getattr(error, "orig", "") or "")
    state = getattr(getattr(error, "orig", None), "sqlstate", None)
    return state in _UNDEFINED or text.startswith(("no such table", "no such column"))


def is_busy(error: SQLAlchemyError) -> bool:
    """Whether trying again in a moment may help: others hold the lock, or all connections."""
    return isinstance(error, PoolTimeout) or "is locked" in str(getattr(error, "orig", ""))


def advice(error: SQLAlchemyError, url: URL) -> str:
    """One line for the operator: what is wrong with the database, and what to do.  No password is in it."""
    where = url.render_as_string(hide_password=True)
    reason = " ".join(str(getattr(error, "orig", None) or error).split("\n", 1)[0].split())
    if is_unmigrated(error):
        return f"the database {where} lacks tables of this version ({reason}): {UPGRADE}"
    if url.get_backend_name() == "sqlite":
        return f"the database {where} cannot be used ({reason}): {_sqlite_advice(url, reason)}"
    return f"the database {where} cannot be used ({reason}): is PostgreSQL running, and is DATABASE_URL right?"


def _sqlite_advice(url: URL, reason: str) -> str:
    file = Path(url.database or "")
    if "locked" in reason:
        return "another process is writing for long; try again"
    if "malformed" in reason or "not a database" in reason:
        return "the file is damaged or no SQLite database; restore a backup, or correct DATABASE_URL"
    if "full" in reason:
        return "make room on the disk"
    if not file.parent.is_dir():
        return f"there is no folder {file.parent}; create it, or correct DATABASE_URL"
    if not os.access(file.parent, os.W_OK) or (file.exists() and not os.access(file, os.W_OK)):
        return f"the file and its folder {file.parent} must be writable"
    return "is DATABASE_URL right?"
