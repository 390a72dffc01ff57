"""`flask places`: the address index, and finding accounts by it."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup
from sqlalchemy import func, select

from server.accounts.models import Account
from server.accounts.positions import QUALITIES
from server.accounts.service import company
from server.commands.operating import known_country
from server.core.clock import now
from server.core.database import db
from server.core.errors import DomainError
from server.places import index as indexing
from server.places.locating import Located
from server.places.locating import locate as locate_accounts
from server.places.lookup import Address, Index

places = AppGroup("places", help="Where addresses are: an index made from OpenStreetMap extracts.")


@places.command("index")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--country", callback=known_country, help="Country (two letters) of what does not say; default: by its position."
)
@click.option("--name", help="What the extract is called; one of this name is replaced. Default: the file's name.")
def index(file: Path, country: str | None, name: str | None) -> None:
    """Read the addresses of FILE (.osm.pbf), and find the accounts anew that are not known exactly."""
    click.echo(f"Reading {file.name} ({file.stat().st_size / 1e6:.1f} MB) ...")
    try:
        extract = indexing.build(file, name, country, click.echo)
    except DomainError as error:
        raise click.ClickException(str(error)) from None
    click.echo(
        f"{extract.name}: {extract.addresses:,} house numbers, {extract.roads:,} named roads, {extract.postcodes:,} postcodes, "
        f"{extract.towns:,} towns.  © OpenStreetMap contributors"
    )
    _report(locate_accounts())


@places.command("list")
def show() -> None:
    """List the extracts that are indexed, and how well the accounts' positions are known."""
    for extract in indexing.extracts(db.session()):
        made = f"map of {extract.data_from:%Y-%m-%d}" if extract.data_from else "undated map"
        click.echo(f"{extract.name:30} {made}, {extract.addresses:,} house numbers, {extract.roads:,} roads")
    by_quality = select(Account.position_quality, func.count()).where(Account.archived_at.is_(None))
    counts = {row[0]: row[1] for row in db.session.execute(by_quality.group_by(Account.position_quality))}
    for quality in QUALITIES:
        if quality in counts:
            click.echo(f"{counts[quality]:8,} accounts: {quality}")
    alive = select(func.count()).where(Account.archived_at.is_(None))
    doubtful = db.session.scalar(alive.where(Account.position_doubt_metres.is_not(None)))
    waiting = db.session.scalar(alive.where(Account.geocode_at <= now()))
    click.echo(f"{doubtful:8,} far from their postcode, {waiting:,} waiting for a geocoder (FIELDBEAT_GEOCODER)")


@places.command("remove")
@click.argument("name")
def remove(name: str) -> None:
    """Forget the extract NAME; positions that were found by it stay."""
    try:
        indexing.remove(name)
    except DomainError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{name} removed")


@places.command("locate")
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
def locate(dry_run: bool) -> None:
    """Find all accounts anew whose position nobody has given, and check all against their postcodes."""
    _report(locate_accounts(dry_run), "would become " if dry_run else "")


@places.command("find")
@click.argument("street")
@click.option("--postcode")
@click.option("--city")
@click.option("--country", callback=known_country, help="Default: the company's.")
def find(street: str, postcode: str | None, city: str | None, country: str | None) -> None:
    """Say where STREET, with a house number or without, is."""
    session = db.session()
    found = Index(session).find(Address(street, None, postcode, city, country or company(session).country))
    if found is None:
        raise click.ClickException("nothing that is indexed agrees with this address; see `flask places list`")
    where = f"https://www.openstreetmap.org/?mlat={found.lat:.6f}&mlon={found.lon:.6f}#map=18/{found.lat:.6f}/{found.lon:.6f}"
    click.echo(f"{found.lat:.6f}, {found.lon:.6f} ({found.quality}, by {found.source})\n{where}")


def _report(result: Located, would: str = "") -> None:
    for (before, after), count in sorted(result.changes.items(), key=lambda item: -item[1]):
        click.echo(f"{count:8,} accounts: {before} {would or '-> '}{after}")
    click.echo(f"{result.looked_at:,} accounts looked at, {result.doubtful:,} of them far from their postcode.")
