"""`flask accounts from-osm`: any extract of the map becomes accounts, to try Fieldbeat on one's own city."""

from __future__ import annotations

from pathlib import Path

import click

from server.accounts.positions import OSM
from server.commands.operating import known_country
from server.core.errors import DomainError
from server.importing import service
from server.importing.from_osm import Category, Table, table_of
from server.importing.models import ImportRun
from server.importing.options import Options
from server.importing.reading import MOST_ROWS


def _categories(_context: click.Context, _option: click.Parameter, texts: tuple[str, ...]) -> list[Category]:
    try:
        return [Category.parse(text) for text in texts]
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


file = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
category = click.option(
    "--category", "categories", multiple=True, required=True, callback=_categories, metavar="KEY=VALUE[:SEGMENT]",
    help="What becomes accounts, and of which segment: shop=bakery:A, 'amenity=*'.  Give several; the first that fits decides.",
)  # fmt: skip
limit = click.option(
    "--limit", type=click.IntRange(1, MOST_ROWS), help="At most so many: those nearest to the middle of all."
)
country = click.option(
    "--country", callback=known_country, help="Country (two letters) of what names none; default: by its position."
)


def bring_in(
    file: Path, categories: list[Category], limit: int | None, options: Options, author: object
) -> tuple[Table, ImportRun | None]:
    """Read the map and import what was found; no run where nothing was."""
    try:
        table = table_of(file, categories, limit)
        run = service.run(table.data, file.name, options, None, author) if table.rows else None  # type: ignore[arg-type]
    except DomainError as error:
        raise click.ClickException(str(error)) from None
    return table, run


def options(owner: str | None, team: str | None, country: str | None, dry_run: bool) -> Options:
    return Options(owner=owner, team=team, country=country, dry_run=dry_run, source=OSM)


def passed_over(table: Table) -> str:
    """What of the map did not become a row, in words."""
    parts = [
        f"{count:,} {words}"
        for count, words in (
            (table.unnamed, "without a name"), (table.twice, "that the map has twice"), (table.beyond, "beyond the limit"),
        )
        if count
    ]  # fmt: skip
    return f"; passed over: {', '.join(parts)}" if parts else ""
