"""Building the address index from an extract, beside the one that is in use, and taking one away."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from server.accounts.positions import country_at
from server.core.clock import now
from server.core.database import db, writing
from server.core.errors import NotFound
from server.core.fields import countries
from server.core.ids import new_id
from server.places.areas import Areas
from server.places.models import ALONG, AddressArea, AddressExtract, AddressPoint
from server.places.reading import TOWNS, Found, UnreadableExtract, addresses_roads_and_towns, made_at
from server.places.spelling import number_of, spelled, spelled_postcode

BATCH = 5_000  # rows a transaction: nobody waits long for it
Say = Callable[[str], None]


def build(
    file: Path, name: str | None = None, country: str | None = None, say: Say = lambda _text: None
) -> AddressExtract:
    """Read the extract and use it from now on instead of an older one of its name (default: the file's).

    `country`: of what does not say; default: as the time zone of its position has it, which is coarse at borders.
    Raises UnreadableExtract, also where the file has no address; then everything stays as it was.
    """
    name = name or file.name.removesuffix(".pbf").removesuffix(".osm")
    _sweep(AddressExtract.name == name, AddressExtract.ready.is_(False))  # what a broken run has left
    extract = AddressExtract(id=new_id(), name=name[:200], data_from=made_at(file), ready=False)
    with writing() as session:
        session.add(extract)
    try:
        reading = _Reading(extract.id, country)
        for number, rows in enumerate(_batches(reading.points(file)), 1):
            _store(AddressPoint, rows)
            if number % 20 == 0:
                say(f"{reading.addresses:,} addresses, {reading.roads:,} roads ...")
        _refuse_empty(reading, file)
        for rows in _batches(reading.area_rows()):
            _store(AddressArea, rows)
        _swap(extract, reading)
    except BaseException:
        db.session.rollback()
        _sweep(AddressExtract.id == extract.id)
        raise
    _sweep(AddressExtract.name == name, AddressExtract.id != extract.id)
    return extract


def remove(name: str) -> None:
    """Forget an extract; positions that were found by it stay."""
    if db.session.scalar(select(AddressExtract.id).where(AddressExtract.name == name)) is None:
        raise NotFound(f"There is no extract {name!r}; see `flask places list`.")
    with writing() as session:
        for extract in session.scalars(select(AddressExtract).where(AddressExtract.name == name)):
            extract.ready = False
    _sweep(AddressExtract.name == name)


class _Reading:
    """One pass over a file; counts what it finds."""

    def __init__(self, extract_id: UUID, country: str | None) -> None:
        self.extract_id, self.country = extract_id, country
        self.areas = Areas()
        self.addresses = self.roads = 0
        self.kinds = {"postcode": 0, "town": 0}

    def points(self, file: Path) -> Iterator[dict[str, Any]]:
        for found in addresses_roads_and_towns(file):
            country = self._country(found)
            if country is None:
                continue
            if "addr:housenumber" in found.tags:
                yield from self._address(found, country)
            elif "highway" in found.tags:
                self.roads += 1
                yield self._point(found, country, found.tags["name"])
            else:
                town = spelled(found.tags["name"])
                self.areas.town(country, town, found.lat, found.lon, TOWNS[found.tags["place"]])

    def _country(self, found: Found) -> str | None:
        said = found.tags.get("addr:country", "").upper()
        return said if said in countries() else self.country or country_at(found.lat, found.lon)

    def _address(self, found: Found, country: str) -> Iterator[dict[str, Any]]:
        tags = found.tags
        row = self._point(found, country, tags.get("addr:street") or tags.get("addr:place") or "")
        number = number_of(tags["addr:housenumber"])
        if found.along:
            if number and row["street"]:
                yield {**row, "number": number.value, "suffix": ALONG}
            return
        self.areas.address(country, row["postcode"], row["town"], found.lat, found.lon)
        if number and row["street"]:
            self.addresses += 1
            yield {**row, "number": number.value, "suffix": number.suffix}

    def _point(self, found: Found, country: str, street: str) -> dict[str, Any]:
        tags = found.tags
        return {
            "extract_id": self.extract_id, "country": country, "street": spelled(street), "number": None, "suffix": "",
            "postcode": spelled_postcode(country, tags.get("addr:postcode") or tags.get("postal_code")),
            "town": spelled(tags.get("addr:city")), "lat": found.lat, "lon": found.lon,
        }  # fmt: skip

    def area_rows(self) -> Iterator[dict[str, Any]]:
        for row in self.areas.rows():
            self.kinds[row["kind"]] += 1
            yield {"extract_id": self.extract_id, **row}


def _refuse_empty(reading: _Reading, file: Path) -> None:
    if not reading.addresses and not reading.roads:
        raise UnreadableExtract(f"{file.name} has neither a house number nor a named road.")


def _store(table: Any, rows: list[dict[str, Any]]) -> None:
    with writing() as session:
        session.execute(insert(table), rows)


def _swap(extract: AddressExtract, reading: _Reading) -> None:
    with writing() as session:
        for row in session.scalars(select(AddressExtract).where(AddressExtract.name == extract.name)):
            row.ready = row.id == extract.id
            if row.ready:
                row.addresses, row.roads, row.indexed_at = reading.addresses, reading.roads, now()
                row.postcodes, row.towns = reading.kinds["postcode"], reading.kinds["town"]


def _sweep(*which: Any) -> None:
    """Delete extracts with all that is theirs, in small transactions."""
    for extract_id in list(db.session.scalars(select(AddressExtract.id).where(*which))):
        for table in (AddressPoint, AddressArea):
            while _delete_some(table, extract_id):
                pass
        with writing() as session:
            session.execute(delete(AddressExtract).where(AddressExtract.id == extract_id))


def _delete_some(table: Any, extract_id: UUID) -> bool:
    some = select(table.id).where(table.extract_id == extract_id).limit(4 * BATCH)
    with writing() as session:
        result: Any = session.execute(delete(table).where(table.id.in_(some.scalar_subquery())))
        return bool(result.rowcount)


def _batches(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    iterator = iter(rows)
    while batch := list(islice(iterator, BATCH)):
        yield batch


def extracts(session: Session) -> list[AddressExtract]:
    """Those in use, by name."""
    return list(session.scalars(select(AddressExtract).where(AddressExtract.ready).order_by(AddressExtract.name)))
