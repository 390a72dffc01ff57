"""`flask` commands for operators, one module a noun."""

from __future__ import annotations

from flask import Flask


def bind(app: Flask) -> None:
    """Attach the commands to the application."""
    from server.commands.backup import backup, restore
    from server.commands.demo import demo
    from server.commands.exports import export
    from server.commands.failures import bind as guard
    from server.commands.imports import accounts
    from server.commands.plans import plan
    from server.commands.settings import settings
    from server.commands.up import up
    from server.commands.users import users
    from server.commands.worker import nightly, worker

    for command in (up, worker, demo, plan, nightly, backup, restore, settings, users, accounts, export):
        app.cli.add_command(command)
    guard(app)
