"""`flask` commands for operators, one module a noun."""

from __future__ import annotations

from importlib import import_module

import click
from flask import Flask
from flask.cli import AppGroup

from server.commands import failures

MODULES = {  # of each command, the module that has it
    "up": "up", "worker": "worker", "demo": "demo", "settings": "settings",
    "company": "company", "teams": "teams", "users": "users", "reps": "reps", "hotels": "hotels",
    "segments": "rhythms", "cadences": "rhythms", "accounts": "imports", "places": "places", "plan": "plans", "nightly": "worker",
    "roads": "roads", "speeds": "speeds", "backup": "backup", "restore": "backup", "export": "exports",
}  # fmt: skip


class Commands(AppGroup):
    """Each is imported when it is asked for: `flask users list` need not wait for the planner."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *MODULES})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in MODULES and cmd_name not in self.commands:
            command: click.Command = getattr(import_module(f"server.commands.{MODULES[cmd_name]}"), cmd_name)
            failures.guard(command)
            self.add_command(command)
        return super().get_command(ctx, cmd_name)


def bind(app: Flask) -> None:
    """Attach the commands to the application."""
    ours = Commands()
    for command in app.cli.commands.values():  # of extensions
        ours.add_command(command)
    app.cli = ours
    failures.guard_migrations()
