"""`flask speeds`: how much slower than on empty roads one drives when."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup, with_appcontext

from server.commands.failures import refuse_unready
from server.commands.operating import newest, operator
from server.core.database import writing
from server.core.errors import DomainError, Invalid

AREAS = click.Choice(["city", "town", "rural"])
speeds = AppGroup("speeds", help="Speeds by the hour of the week and kind of area.")


@speeds.command("show")
@click.argument("area", type=AREAS, required=False)
@with_appcontext
def show(area: str | None) -> None:
    """Which tables there are, and what was learned; of one AREA the table itself, as CSV."""
    from server.traffic import service, sheet

    refuse_unready()
    if area is not None:
        click.echo(sheet.written(service.one(operator(), area).bands), nl=False)
        return
    tables = service.shown(operator())
    click.echo(f"traffic: {tables['traffic']}")
    for table in tables["items"]:
        click.echo(f"{table['area']:6} {table['source']}")
        for row in table["learned"]:
            whose = f"team {row['team_id']}" if row["team_id"] else "all teams"
            used = "in use" if row["in_use"] else "not in use"
            click.echo(
                f"       learned, {whose}: {row['drives']} drives since {row['since']}, version {row['version']}, {used}"
            )


@speeds.command("set")
@click.argument("area", type=AREAS)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
def set_table(area: str, file: Path) -> None:
    """Write your own table of an AREA from a CSV FILE (weekdays,from,to,percent); plans follow."""
    from server.traffic import service, sheet

    refuse_unready()
    try:
        table = service.put(operator(), area, sheet.read(file.read_bytes()), expect=newest)
    except Invalid as error:
        wrong = [
            f"{pointer.removeprefix('/file').strip('/') or 'file'}: {said}" for pointer, said in error.pointers.items()
        ]
        raise click.ClickException("nothing was changed; " + "; ".join(wrong)) from None
    click.echo(f"{area}: {len(table.bands)} bands, version {table.version}")


@speeds.command("reset")
@click.argument("area", type=AREAS)
@with_appcontext
def reset(area: str) -> None:
    """Take your own table of an AREA back; the default holds."""
    from server.traffic import service

    refuse_unready()
    try:
        service.remove(area, expect=newest)
    except DomainError as error:
        raise click.ClickException(error.detail) from None
    click.echo(f"{area}: the default")


@speeds.command("learn")
@with_appcontext
def learn() -> None:
    """Learn from the logged drives now, as the worker does once a week (one step more: see docs/operations.md)."""
    from server.traffic.learning import stage

    refuse_unready()
    job = stage()
    with writing() as session:
        told = job(session)
    click.echo(f"{len(told)} reps have other speeds now.")
