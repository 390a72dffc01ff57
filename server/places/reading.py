"""What an OpenStreetMap extract says about addresses, named roads and towns."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import osmium
from osmium.filter import IdFilter, KeyFilter

from server.core.errors import DomainError
from server.places.along import INTERPOLATION, Line, numbers_along

TOWNS = {  # kind of place -> metres within which its addresses may be expected
    "city": 8_000, "borough": 4_000, "municipality": 4_000, "town": 4_000, "suburb": 3_000, "village": 2_500, "hamlet": 1_000,
}  # fmt: skip


class UnreadableExtract(DomainError):
    """A file that is no extract, or a broken one."""

    status, code, title = 422, "unreadable_extract", "The extract cannot be read"


@dataclass(frozen=True, slots=True)
class Found:
    """An object of the map with its tags and its middle.  `id` as in `n123`, `w123` or `r123`.

    along : no object, but an address that lies about there, because numbers run along a way.
    """

    id: str
    tags: dict[str, str]
    lat: float
    lon: float
    along: bool = False


def addresses_roads_and_towns(file: Path) -> Iterator[Found]:
    """Everything with a house number, every named road, every named town; roads are told by `highway`, towns by `place`; and the
    numbers that run along a way."""
    ways: list[Line] = []
    for found in objects(
        file, KeyFilter("addr:housenumber", "highway", "place", INTERPOLATION), "addr:housenumber", ways=ways
    ):
        tags = found.tags
        road = found.id[0] == "w" and "highway" in tags and "name" in tags
        town = found.id[0] == "n" and tags.get("place") in TOWNS and "name" in tags
        if "addr:housenumber" in tags or road or town:
            yield found
    if ways:
        tags_at = tags_of(file, {ref for way in ways for ref, _, _ in way.corners})
        for way in ways:
            yield from (Found("", tags, lat, lon, along=True) for tags, lat, lon in numbers_along(way, tags_at))


def objects(file: Path, keys: KeyFilter, *areas: str, ways: list[Line] | None = None) -> Iterator[Found]:
    """Nodes, ways and (those with one of the keys `areas`) multipolygons that have one of the keys, each once; UnreadableExtract.

    ways : is told those along which house numbers run.
    """
    processor = osmium.FileProcessor(str(file)).with_locations().with_areas(KeyFilter(*areas)).with_filter(keys)
    for thing in _read(file, processor):
        if ways is not None and thing.is_way() and INTERPOLATION in thing.tags:
            ways.append(Line(dict(thing.tags), [(n.ref, n.lat, n.lon) for n in thing.nodes if n.location.valid()]))
        found = _found(thing)
        if found is not None:
            yield found


def tags_of(file: Path, nodes: Iterable[int]) -> dict[int, dict[str, str]]:
    """The tags of these nodes, as far as they have any; UnreadableExtract."""
    only = osmium.FileProcessor(str(file), osmium.osm.NODE).with_filter(IdFilter(nodes))
    return {node.id: dict(node.tags) for node in _read(file, only) if node.tags}


def _read(file: Path, processor: Iterable[Any]) -> Iterator[Any]:
    try:
        yield from processor
    except (RuntimeError, OSError) as error:  # what libosmium raises of files
        raise UnreadableExtract(f"{file.name} is no OpenStreetMap extract that can be read: {error}") from None


def _found(thing: Any) -> Found | None:
    if thing.is_node():
        return Found(f"n{thing.id}", dict(thing.tags), thing.location.lat, thing.location.lon)
    if thing.is_way():
        return _middle(f"w{thing.id}", thing.tags, _corners(thing.nodes), line="highway" in thing.tags)
    if thing.is_area() and not thing.from_way():
        corners = [corner for ring in thing.outer_rings() for corner in _corners(ring)]
        return _middle(f"r{thing.orig_id()}", thing.tags, corners, line=False)
    return None


def _corners(nodes: Any) -> list[tuple[float, float]]:
    """Those that are in the extract: at its edge ways go on outside."""
    return [(node.lat, node.lon) for node in nodes if node.location.valid()]


def _middle(name: str, tags: Any, corners: list[tuple[float, float]], line: bool) -> Found | None:
    if not corners:
        return None
    if line:
        lat, lon = corners[len(corners) // 2]
    else:
        ring = corners[:-1] if len(corners) > 1 and corners[0] == corners[-1] else corners
        lat, lon = (math.fsum(values) / len(ring) for values in zip(*ring, strict=True))
    return Found(name, dict(tags), lat, lon)


def made_at(file: Path) -> datetime | None:
    """As of when the file is, where it says so."""
    try:
        with osmium.io.Reader(str(file)) as reader:
            stamp = reader.header().get("osmosis_replication_timestamp")
    except (RuntimeError, OSError) as error:
        raise UnreadableExtract(f"{file.name} is no OpenStreetMap extract that can be read: {error}") from None
    try:
        return datetime.fromisoformat(stamp) if stamp else None
    except ValueError:
        return None
