"""One look of a job that must survive whatever goes wrong in it: a scheduler's job that raises is only heard of in a log."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from server.core.database import db
from server.core.outages import advice, is_outage

log = logging.getLogger(__name__)


@contextmanager
def going_on(app: Flask, what: str) -> Iterator[None]:
    """In an application context with a session of its own.  What is raised is logged, and the next look comes in its time."""
    with app.app_context():
        try:
            yield
        except Exception as error:
            if isinstance(error, SQLAlchemyError) and is_outage(error):
                log.error("%s; %s looks again", advice(error, db.engine.url), what)
            else:
                log.exception("%s stumbled; it goes on", what)
        finally:
            db.session.remove()
