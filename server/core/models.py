"""Columns and indexes that many tables share."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from server.core.clock import now


class Stamped:
    """When a row was made and last changed."""

    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)


class Versioned(Stamped):
    """A row that two people may edit: SQLAlchemy refuses to write over a version that was not read."""

    version: Mapped[int] = mapped_column(default=1)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, object]:
        return {"version_id_col": cls.version}


def unique_where_set(table: str, column: str) -> Index:
    """A column that may be empty, and else is unique.

    Partial, because to PostgreSQL the columns of a whole unique index are keys: a row in which one changes is locked against
    everybody who refers to the row, and storing a plan that stops there would wait, or meet in a deadlock.
    """
    condition = text(f"{column} IS NOT NULL")
    name = f"uq_{table}_{column}"
    return Index(name, column, unique=True, sqlite_where=condition, postgresql_where=condition)
