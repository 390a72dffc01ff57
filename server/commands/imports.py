"""`flask accounts`: bring a file of accounts in, or businesses of the map, or see what is wrong with them."""

from __future__ import annotations

import json
from pathlib import Path
from uuid import UUID

import click
from flask.cli import AppGroup
from sqlalchemy import select

from server.commands import from_osm
from server.core.database import db
from server.core.errors import DomainError
from server.core.http import Role
from server.identity.models import User
from server.importing import service
from server.importing.models import REJECTED, ImportRun
from server.importing.options import CLEAR, KEEP, REPLACE, Options, SegmentRule
from server.importing.words import summary

accounts = AppGroup("accounts", help="Accounts.")
SHOWN = 50  # problems; all are kept with the run


@accounts.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only check: list every problem, change nothing.")
@click.option("--mapping", help='JSON, or a file of it: {"column": "field"}; "" leaves a column out.')
@click.option("--owner", help="E-mail, name or id of the rep who owns new accounts.")
@click.option("--team", help="Name or id of the team that shares new accounts.")
@click.option("--segment-by", metavar="COLUMN=RULES", help='RULES: JSON, or a file of it: {"shop:*": "A", "*": "B"}.')
@click.option("--country", help="Country (two letters) of rows that name none.")
@click.option(
    "--empty", type=click.Choice([KEEP, CLEAR]), default=KEEP, show_default=True, help="What an empty cell does."
)
@click.option(
    "--set-by-hand",
    type=click.Choice([KEEP, REPLACE]),
    default=KEEP,
    show_default=True,
    help="What coordinates of the file do where somebody has set the position by hand.",
)
@click.option("--delimiter", help="Default: found out.")
@click.option("--sheet", help="Sheet of a workbook; default: the first.")
@click.option("--author", help="E-mail of the user in whose name it is done; default: the first admin.")
def import_accounts(
    file: Path, dry_run: bool, mapping: str | None, segment_by: str | None, author: str | None, **plain: str | None
) -> None:
    """Import accounts from FILE (CSV or XLSX): all of it or, if anything is wrong, nothing."""
    rules = {k: v for k, v in plain.items() if v is not None}
    options = Options(
        mapping=_json(mapping) if mapping else {}, segment_by=_rule(segment_by), dry_run=dry_run, **rules,
    )  # fmt: skip
    click.echo(f"Reading {file.name} ({file.stat().st_size / 1e6:.1f} MB) ...")
    try:
        run = service.run(file.read_bytes(), file.name, options, None, _author(author))
    except DomainError as error:
        raise click.ClickException(str(error)) from None
    _report(run)


@accounts.command("from-osm")
@from_osm.file
@from_osm.category
@click.option("--dry-run", is_flag=True, help="Only check: say what would come in, change nothing.")
@click.option("--owner", help="E-mail, name or id of the rep who owns new accounts.")
@click.option("--team", help="Name or id of the team that shares new accounts.")
@from_osm.limit
@from_osm.country
@click.option("--author", help="E-mail of the user in whose name it is done; default: the first admin.")
def import_map(
    file: Path, categories: list[from_osm.Category], dry_run: bool, owner: str | None, team: str | None, limit: int | None,
    country: str | None, author: str | None,
) -> None:  # fmt: skip
    """Make accounts of businesses in FILE, an OpenStreetMap extract (.osm.pbf).

    They are known by their OSM id: a newer extract updates them and never brings them in twice.  A position that somebody has
    corrected stays.  The data is © OpenStreetMap contributors (ODbL).
    """
    click.echo(f"Reading {file.name} ({file.stat().st_size / 1e6:.1f} MB) ...")
    options = from_osm.options(owner, team, country, dry_run)
    table, run = from_osm.bring_in(file, categories, limit, options, _author(author))
    click.echo(f"{table.rows:,} businesses{from_osm.passed_over(table)}.  © OpenStreetMap contributors")
    for idle in table.idle if run is not None else ():
        click.echo(f"Nothing of the map became an account by --category {idle}", err=True)
    if run is None:
        raise click.ClickException(
            "the extract has no named object of these categories; see docs/your-own-city.md for usual ones"
        )
    _report(run)


def _json(text: str) -> dict[str, str]:
    """A JSON object of texts, given as such or as the name of a file."""
    source = (
        text
        if text.lstrip().startswith("{")
        else Path(text).read_text(encoding="utf-8")
        if Path(text).is_file()
        else ""
    )
    try:
        value = json.loads(source)
    except ValueError as error:
        raise click.ClickException(f"{text[:60]!r} is neither JSON nor a file of JSON ({error})") from None
    if not isinstance(value, dict) or not all(isinstance(v, str) for v in value.values()):
        raise click.ClickException(f"{text[:60]!r} is no JSON object of texts")
    return value


def _rule(text: str | None) -> SegmentRule | None:
    if text is None:
        return None
    column, equals, rules = text.partition("=")
    if not equals:
        raise click.ClickException('--segment-by is COLUMN=RULES, such as \'category={"shop:*": "A"}\'')
    return SegmentRule(column, tuple(_json(rules).items()))


def _author(email: str | None) -> UUID | None:
    query = (
        select(User.id).where(User.email == email.lower()) if email else select(User.id).where(User.role == Role.ADMIN)
    )
    user_id = db.session.scalar(query.order_by(User.created_at).limit(1))
    if user_id is None and email:
        raise click.ClickException(f"there is no user {email}")
    return user_id


def _report(run: ImportRun) -> None:
    for problem in run.problems[:SHOWN]:
        place = f"row {problem['row']}" if problem["row"] else "file"
        column = f", {problem['column']}" if problem["column"] else ""
        value = f" [{problem['value']}]" if problem["value"] else ""
        click.echo(f"{problem['severity']}: {place}{column}: {problem['detail']}{value}")
    if run.problem_count > SHOWN:
        kept = "all" if len(run.problems) == run.problem_count else f"the first {len(run.problems)}"
        click.echo(f"... {run.problem_count} problems; {kept} of them are kept with import {run.id}")
    if run.state == REJECTED:
        raise click.ClickException(f"{summary(run)} Correct the errors above and try again.")
    click.echo(summary(run))
