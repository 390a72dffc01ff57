"""`flask hotels`: where reps may spend a night."""

from __future__ import annotations

from uuid import UUID

import click
from flask.cli import AppGroup
from sqlalchemy import or_, select

from server.commands.operating import as_id, assignments, loaded, newest
from server.core.database import db
from server.hotels import service
from server.hotels.models import Hotel
from server.hotels.schemas import HotelChangeSchema, NewHotelSchema

hotels = AppGroup("hotels", help="Where reps may spend a night (see night_weekdays of reps).")


@hotels.command("create")
@click.argument("name")
@click.argument("values", nargs=-1, required=True, metavar="lat=DEGREES lon=DEGREES [address=TEXT]")
def create(name: str, values: tuple[str, ...]) -> None:
    """Add the hotel NAME."""
    given = loaded(NewHotelSchema(), {"name": name, **assignments(HotelChangeSchema(), values)})
    hotel = service.create(given)
    click.echo(f"hotel {hotel.name} created ({hotel.id})")


@hotels.command("set")
@click.argument("hotel")
@click.argument("changes", nargs=-1, required=True, metavar="NAME=VALUE ...")
def change(hotel: str, changes: tuple[str, ...]) -> None:
    """Change HOTEL (a name or id), such as address="1 Main St"; active=false takes it off the list."""
    values = assignments(HotelChangeSchema(), changes)
    changed = service.change(_find(hotel), values, newest)
    click.echo(f"hotel {changed.name} changed: {', '.join(values)}")


@hotels.command("list")
def show() -> None:
    """List all hotels: name, position, address, and whether they are on the list."""
    for hotel in db.session.scalars(select(Hotel).order_by(Hotel.name, Hotel.id)):
        state = "" if hotel.active else " (not active)"
        click.echo(f"{hotel.name:28} {hotel.lat:.4f},{hotel.lon:.4f} {hotel.address or '':40} {hotel.id}{state}")


def _find(name: str) -> UUID:
    found = db.session.scalars(select(Hotel.id).where(or_(Hotel.name == name, Hotel.id == as_id(name)))).all()
    if len(found) == 1:
        return found[0]
    if found:
        ids = ", ".join(map(str, found))
        raise click.ClickException(f"{len(found)} hotels are called {name!r}; give the id of one of them: {ids}")
    raise click.ClickException(f"there is no such hotel: {name!r}; see `flask hotels list`")
