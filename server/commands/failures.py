"""What stops a command, said in one line instead of a traceback."""

from __future__ import annotations

import socket
from types import MethodType
from typing import Any

import click
from flask import current_app
from flask.cli import ScriptInfo
from flask_migrate.cli import db as migrations
from sqlalchemy import URL, make_url, text
from sqlalchemy.exc import SQLAlchemyError

from server.core.config import ConfigError, Settings
from server.core.database import db
from server.core.errors import DomainError
from server.core.outages import advice, is_outage
from server.edges.health import what_is_wrong
from server.inputs.wake import worker_answers


def guard(command: click.Command) -> None:
    """From now on what stops it is said in one line."""
    command.invoke = MethodType(_invoke, command)  # type: ignore[method-assign]


def guard_migrations() -> None:
    """The commands of Flask-Migrate."""
    guard(migrations)


def _invoke(command: click.Command, context: click.Context) -> Any:
    try:
        return type(command).invoke(command, context)
    except (SQLAlchemyError, ConfigError, DomainError, OSError) as error:
        settings = context.ensure_object(ScriptInfo).load_app().extensions["settings"]  # the app's context is gone here
        message = _message(error, make_url(settings.database))
        if message is None:
            raise
        raise click.ClickException(message) from None


def _message(error: Exception, url: URL) -> str | None:
    """None: a fault of the program, for which a traceback is the right answer."""
    if isinstance(error, SQLAlchemyError):
        return advice(error, url) if is_outage(error) else None
    if isinstance(error, DomainError):
        found = [f"{pointer.strip('/')}: {detail}" for pointer, detail in error.pointers.items()]
        return "; ".join(found) or error.detail or error.title
    if isinstance(error, OSError):
        named = str(error.filename or "").removesuffix(".part")  # until it is whole, a file is written beside its place
        return f"{named}: {error.strerror}" if named and error.strerror else None
    return str(error)


def refuse_running(then: str) -> None:
    """Before the database is replaced: a worker or server that goes on with the old file would lose what it writes."""
    settings: Settings = current_app.extensions["settings"]
    with socket.socket() as probe:
        serving = probe.connect_ex((settings.host, settings.port)) == 0
    if serving or worker_answers(settings.instance):
        raise click.ClickException(f"Fieldbeat is running; end it first, then {then}. Nothing was changed.")


def refuse_unready() -> None:
    """Before something is started that would only fail, again and again, in the background."""
    db.session.execute(text("SELECT 1"))  # unreachable: the reason is said by the guard
    db.session.rollback()
    if problem := what_is_wrong():
        raise click.ClickException(problem)
