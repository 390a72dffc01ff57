"""`flask settings`: the configuration in force."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import with_appcontext

from server.core.config import Settings, variable

SECRET = {"SECRET_KEY", "DATABASE_URL", "FIELDBEAT_SMTP_URL"}


@click.command("settings")
@click.option("--markdown", is_flag=True, help="The table of docs/operations.md, with defaults instead of values.")
@with_appcontext
def settings(markdown: bool) -> None:
    """Print every setting, its value and its meaning; secrets are hidden."""
    if markdown:
        click.echo(table())
        return
    current: Settings = current_app.extensions["settings"]
    values = {variable(name): getattr(current, name) for name in current.__dataclass_fields__}
    for name, _, doc in Settings.describe():
        shown = "(hidden)" if name in SECRET and values[name] else values[name]
        click.echo(f"{name:28} {shown!s:24} {doc}")


def table() -> str:
    rows = [
        f"| `{name}` | {'(development only)' if name == 'SECRET_KEY' else f'`{default}`' if default else ''} | {doc} |"
        for name, default, doc in Settings.describe()
    ]
    return "\n".join(["| variable | default | meaning |", "| --- | --- | --- |", *rows])
