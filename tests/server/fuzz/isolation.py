"""Every request of the fuzzer begins from the same company: what it wrote is rolled back.

So each case stands alone: it can be replayed by itself, and what an earlier one deleted is there again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from flask import Flask

from server.core.database import db


class Isolation:
    """One outer transaction; the application's sessions work inside savepoints of it."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        with app.app_context():
            self.connection: Any = db.engine.connect()
            self.connection.connect = lambda: nullcontext(self.connection)  # who asks the engine sees the same
            db.engines[None] = self.connection  # what Flask-SQLAlchemy binds sessions to
            db.session.configure(join_transaction_mode="create_savepoint")

    @contextmanager
    def undone(self) -> Iterator[None]:
        """What is committed inside is rolled back at the end."""
        transaction = self.connection.begin()
        try:
            yield
        finally:
            transaction.rollback()

    def close(self) -> None:
        with self.app.app_context():
            db.engines[None] = self.connection.engine
            db.session.configure(join_transaction_mode="conditional_savepoint")
        self.connection.close()
