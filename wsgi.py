"""The WSGI entry point: `gunicorn wsgi:app`, and what the `flask` command finds."""

import gc

gc.disable()  # nothing of what a start loads is garbage, but collections would look through it again and again

import sys  # noqa: E402

import click  # noqa: E402
from flask.cli import FlaskGroup  # noqa: E402

from server import create_app, create_for_commands  # noqa: E402
from server.core.config import ConfigError  # noqa: E402


def _for_a_command() -> bool:
    """Whether `flask` looks for one of our commands here.  Its own, like `flask routes`, come with a context of theirs."""
    context = click.get_current_context(silent=True)
    return context is not None and isinstance(context.command, FlaskGroup)


try:
    app = create_for_commands() if _for_a_command() else create_app()
except ConfigError as error:
    sys.exit(f"fieldbeat: {error}")
gc.freeze()
gc.enable()
