"""How Alembic reaches the database: through the Flask application, in one transaction a migration."""

from __future__ import annotations

from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy import text

from server.core.database import Instant, db


def render_item(kind: str, item: Any, autogen_context: Any) -> str | bool:
    """Write our own column types into migrations as what they are in the database."""
    if kind == "type" and isinstance(item, Instant):
        return "sa.DateTime(timezone=True)"
    return False


def include_object(item: Any, name: str | None, kind: str, reflected: bool, _other: Any) -> bool:
    """Leave alone what is not ours (extensions' tables, a job engine's schema)."""
    return not (kind == "table" and reflected and name not in db.metadata.tables)


def run_migrations() -> None:
    options = current_app.extensions["migrate"].configure_args | {
        "target_metadata": db.metadata,
        "render_item": render_item,
        "include_object": include_object,
    }
    with db.engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:
            # A batch ALTER drops and recreates the parent table: with foreign keys on, SQLite would delete its children.
            # The pragma is ignored inside a transaction, so it goes straight to the driver's connection, before any.
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
        try:
            context.configure(connection=connection, transaction_per_migration=True, **options)
            with context.begin_transaction():
                context.run_migrations()
            if sqlite:
                broken = connection.execute(text("PRAGMA foreign_key_check")).first()
                if broken:
                    raise RuntimeError(f"the migration left a dangling reference: {tuple(broken)}")
        finally:
            if sqlite:
                connection.connection.driver_connection.rollback()
                connection.connection.driver_connection.execute("PRAGMA foreign_keys=ON")


if context.is_offline_mode():
    raise RuntimeError("SQL scripts are not offered: migrations read the database")
run_migrations()
