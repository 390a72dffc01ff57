"""`flask` commands for operators, one module a noun."""

from __future__ import annotations

from flask import Flask


def bind(app: Flask) -> None:
    """Attach the commands to the application."""
    from server.commands.backup import backup, restore
    from server.commands.company import company
    from server.commands.demo import demo
    from server.commands.exports import export
    from server.commands.failures import bind as guard
    from server.commands.imports import accounts
    from server.commands.plans import plan
    from server.commands.reps import reps
    from server.commands.rhythms import cadences, segments
    from server.commands.settings import settings
    from server.commands.teams import teams
    from server.commands.up import up
    from server.commands.users import users
    from server.commands.worker import nightly, worker

    people, work = (company, teams, users, reps), (segments, cadences, accounts, plan, nightly)
    for command in (up, worker, demo, settings, *people, *work, backup, restore, export):
        app.cli.add_command(command)
    guard(app)
