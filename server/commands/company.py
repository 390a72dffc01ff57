"""`flask company`: the settings that everything inherits."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from server.commands.operating import assignments, newest
from server.company import service
from server.company.schemas import CompanyChangeSchema, CompanySchema

company = AppGroup("company", help="The company's settings.")


@company.command("show")
def show() -> None:
    """Print every setting."""
    for name, value in CompanySchema().dump(service.current()).items():
        click.echo(f"{name:24} {'' if value is None else value}")


@company.command("set")
@click.argument("changes", nargs=-1, required=True, metavar="NAME=VALUE ...")
def change(changes: tuple[str, ...]) -> None:
    """Change settings, such as name="Acme Supply" country=US timezone=America/Chicago distance_unit=mi horizon_days=28."""
    values = assignments(CompanyChangeSchema(), changes)
    service.change(values, expect=newest)
    click.echo(f"changed: {', '.join(values)}")
