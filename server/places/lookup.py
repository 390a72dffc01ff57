"""Finding an address in the index: the very number, between or beside numbers of its street, or the street."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from server.accounts.positions import (
    INDEX,
    INTERPOLATED,
    POSTCODE,
    ROOFTOP,
    STREET,
    ZIPCODES,
    postcode_centre,
    postcode_table,
)
from server.places.ground import distance
from server.places.models import POSTCODE_AREA, TOWN_AREA, AddressArea, AddressExtract, AddressPoint
from server.places.spelling import Number, block_of, readings, spelled, spelled_postcode

GAP = 20  # numbers: between two that far apart a place is interpolated
BESIDE = 10  # numbers: so near to a known one the place is nearly the same
MANY = 100  # addresses at a time: then the table of all US postcodes is worth the second that it takes
ONE_PLACE_METRES = (
    1_500  # a street whose points lie within is one street, even where neither postcode nor town are said
)
LEAST_REACH, SPARE = 2_000, 1.5  # metres, times the reach of an area: where its streets may lie
ZIP_REACH = 8_000  # metres: the zipcodes package knows no areas


class Address(NamedTuple):
    """What is said of a place; None: nothing."""

    street: str | None
    housenumber: str | None
    postcode: str | None
    city: str | None
    country: str

    @classmethod
    def of(cls, values: Mapping[str, Any], country: str) -> Address:
        """`values` with the names of an account's columns; `country` where they name none."""
        street, housenumber, postcode, city = (
            values.get(name) for name in ("street", "housenumber", "postcode", "city")
        )
        return cls(street, housenumber, postcode, city, values.get("country") or country)


class Place(NamedTuple):
    lat: float
    lon: float
    quality: str
    source: str


@dataclass(frozen=True)
class Area:
    lat: float
    lon: float
    reach_metres: int
    addresses: int

    def holds(self, lat: float, lon: float) -> bool:
        return distance(self.lat, self.lon, lat, lon) <= max(LEAST_REACH, SPARE * self.reach_metres)


Street = tuple[str, str]  # country, spelled name


@dataclass
class Index:
    """The addresses of ready extracts; `prepare` reads what many addresses need in a few queries instead of some for each."""

    session: Session
    _extracts: list[UUID] | None = None
    _prepared: set[Address] = field(default_factory=set)
    _points: dict[Street, list[Any]] = field(default_factory=dict)
    _areas: dict[tuple[str, str, str], Area | None] = field(default_factory=dict)

    @property
    def extracts(self) -> list[UUID]:
        if self._extracts is None:
            self._extracts = list(self.session.scalars(select(AddressExtract.id).where(AddressExtract.ready)))
        return self._extracts

    def prepare(self, addresses: Iterable[Address]) -> None:
        """Forget what was read before, and read what these need."""
        self._prepared, self._points, self._areas = set(addresses), {}, {}
        if sum(address.country == "US" and bool(address.postcode) for address in self._prepared) > MANY:
            postcode_table()
        if not self.extracts:
            return
        by_country: dict[str, list[Address]] = {}
        for address in self._prepared:
            by_country.setdefault(address.country, []).append(address)
        for country, some in by_country.items():
            self._read_points(country, some)
            for kind in (POSTCODE_AREA, TOWN_AREA):
                self._read_areas(country, kind, {name for address in some if (name := _name(address, kind))})

    def find(self, address: Address) -> Place | None:
        """The best that the index and the table of US ZIPs know; None: nothing that agrees with the address."""
        if address not in self._prepared:
            alone = Index(self.session, self.extracts)
            alone.prepare([address])
            return alone.find(address)
        return self._find_in_street(address) or self._middle_of_postcode(address)

    def area(self, address: Address, kind: str) -> Area | None:
        """Where the index has its postcode or its town."""
        name = _name(address, kind)
        if not name or not self.extracts:
            return None
        if (address.country, kind, name) not in self._areas:
            self._read_areas(address.country, kind, {name})
        return self._areas[address.country, kind, name]

    def _find_in_street(self, address: Address) -> Place | None:
        if not self.extracts:
            return None
        best: Place | None = None
        for street, number in readings(address.street, address.housenumber):
            points = self._agreeing(address, self._points[address.country, street])
            found = _on_street(points, number) if points else None
            if found and (best is None or _RANK[found.quality] < _RANK[best.quality]):
                best = found
        return best

    def _middle_of_postcode(self, address: Address) -> Place | None:
        if centre := postcode_centre(address.country, address.postcode):
            return Place(*centre, POSTCODE, ZIPCODES)
        area = self.area(address, POSTCODE_AREA)
        return Place(area.lat, area.lon, POSTCODE, INDEX) if area else None

    def _agreeing(self, address: Address, points: Sequence[Any]) -> Sequence[Any]:
        """Of the points of all streets of this name, those of the one that is meant: same postcode, same town, or near them."""
        postcode, town = _name(address, POSTCODE_AREA), _name(address, TOWN_AREA)
        if not (postcode or town):
            return points if _is_one_place(points) else ()
        same = [p for p in points if postcode and p.postcode == postcode]
        in_town = [p for p in same or points if town and p.town == town]
        if not same:  # a neighbouring postcode of the same town
            in_town = self._within(in_town, self._around(address, POSTCODE_AREA))
        found = in_town or same
        if any(p.number is not None for p in found):
            return found
        silent = [p for p in points if not (p.postcode or p.town)]
        around = [area for kind in (POSTCODE_AREA, TOWN_AREA) if (area := self._around(address, kind))]
        return [*found, *(self._within(silent, *around) if around else ())]

    def _around(self, address: Address, kind: str) -> Area | None:
        area = self.area(address, kind)
        centre = postcode_centre(address.country, address.postcode) if kind == POSTCODE_AREA and not area else None
        return Area(*centre, ZIP_REACH, 0) if centre else area

    @staticmethod
    def _within(points: Sequence[Any], *areas: Area | None) -> list[Any]:
        return [p for p in points if all(area is None or area.holds(p.lat, p.lon) for area in areas)]

    def _read_points(self, country: str, addresses: Sequence[Address]) -> None:
        streets = {r.street for address in addresses for r in readings(address.street, address.housenumber)}
        for street in streets:
            self._points[country, street] = []
        table = AddressPoint
        query = select(
            table.street, table.postcode, table.town, table.number, table.suffix, table.lat, table.lon
        ).where(table.country == country, table.street.in_(streets), table.extract_id.in_(self.extracts))
        if all(
            address.postcode or address.city for address in addresses
        ):  # of a thousand streets of a name only theirs
            codes = {_name(address, POSTCODE_AREA) for address in addresses}
            towns = {_name(address, TOWN_AREA) for address in addresses}
            query = query.where(or_(table.postcode.in_(codes | {""}), table.town.in_(towns - {""})))
        for point in self.session.execute(query.order_by(table.id)) if streets else ():
            self._points[country, point.street].append(point)

    def _read_areas(self, country: str, kind: str, names: set[str]) -> None:
        for name in names:
            self._areas[country, kind, name] = None
        query = select(AddressArea).where(
            AddressArea.country == country, AddressArea.kind == kind, AddressArea.name.in_(names),
            AddressArea.extract_id.in_(self.extracts),
        )  # fmt: skip
        rows = self.session.scalars(query.order_by(AddressArea.addresses, AddressArea.id)) if names else ()
        for row in rows:  # of two extracts the one that knows more
            self._areas[country, kind, row.name] = Area(row.lat, row.lon, row.reach_metres, row.addresses)


def _is_one_place(points: Sequence[Any]) -> bool:
    if not points:
        return False
    middle = median(p.lat for p in points), median(p.lon for p in points)
    return all(distance(*middle, p.lat, p.lon) <= ONE_PLACE_METRES for p in points)


_RANK = {ROOFTOP: 0, INTERPOLATED: 1, STREET: 2}


def _name(address: Address, kind: str) -> str:
    return spelled_postcode(address.country, address.postcode) if kind == POSTCODE_AREA else spelled(address.city)


def _on_street(points: Sequence[Any], number: Number | None) -> Place:
    numbered = [p for p in points if p.number is not None]
    if number is not None:
        block = [p for p in numbered if block_of(p.suffix) == block_of(number.suffix)]
        for some in (block, numbered):  # A12 rather lies beside A11 than beside 12, and there rather than anywhere
            same = [p for p in some if p.number == number.value]
            if exact := [p for p in same if p.suffix == number.suffix]:
                return _middle(exact, ROOFTOP)
            if same:
                return _middle(same, INTERPOLATED)
            if place := _interpolated(some, number.value):
                return place
    return _middle(numbered or points, STREET)


def _middle(points: Sequence[Any], quality: str) -> Place:
    """The point nearest to the middle of all: on the street, also where it bends."""
    lat, lon = median(p.lat for p in points), median(p.lon for p in points)
    nearest = min(points, key=lambda p: distance(lat, lon, p.lat, p.lon))
    return Place(nearest.lat, nearest.lon, quality, INDEX)


def _interpolated(points: Sequence[Any], number: int) -> Place | None:
    """Between the next numbers on the same side of the street, beside the nearest on either side; None: none is near."""
    same_side = [p for p in points if p.number % 2 == number % 2]
    below = max((p for p in same_side if p.number < number), key=lambda p: p.number, default=None)
    above = min((p for p in same_side if p.number > number), key=lambda p: p.number, default=None)
    if below is not None and above is not None and above.number - below.number <= GAP:
        share = (number - below.number) / (above.number - below.number)
        lat, lon = (a + share * (b - a) for a, b in ((below.lat, above.lat), (below.lon, above.lon)))
        return Place(lat, lon, INTERPOLATED, INDEX)
    nearest = min(same_side or points, key=lambda p: abs(p.number - number), default=None)
    if nearest is None or abs(nearest.number - number) > BESIDE:
        return None
    return Place(nearest.lat, nearest.lon, INTERPOLATED, INDEX)
