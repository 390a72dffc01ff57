"""Two towns in Liechtenstein as an extract of the map, small enough to know every house.

Both have a Landstrasse.  In Vaduz (9490) it runs due north: number n at latitude 47.14 + n/10,000, odd numbers 0.0002 degrees
to the west.  1 degree of latitude is 111.195 km, so from a number to the next but one it is 22 m.
"""

from __future__ import annotations

from itertools import count
from pathlib import Path

import osmium
from osmium.osm.mutable import Node, Relation, Way

EVEN, ODD = 9.5200, 9.5198
VADUZ = {"addr:postcode": "9490", "addr:city": "Vaduz", "addr:country": "LI"}
SCHAAN = {"addr:postcode": "9494", "addr:city": "Schaan", "addr:country": "LI"}


class Map:
    """What is put on it is written in the order that files of the map have: points, then ways, then relations."""

    def __init__(self) -> None:
        self.numbers = count(1)
        self.nodes: list[Node] = []
        self.ways: list[Way] = []
        self.relations: list[Relation] = []

    def node(self, lat: float, lon: float, **tags: str) -> int:
        self.nodes.append(Node(id=next(self.numbers), location=(lon, lat), tags=_tags(tags)))
        return self.nodes[-1].id

    def line(self, nodes: list[int], **tags: str) -> int:
        """A way through points that are there already."""
        self.ways.append(Way(id=next(self.numbers), nodes=nodes, tags=_tags(tags)))
        return self.ways[-1].id

    def way(self, corners: list[tuple[float, float]], closed: bool = False, **tags: str) -> int:
        ids = [self.node(lat, lon) for lat, lon in corners]
        self.ways.append(Way(id=next(self.numbers), nodes=[*ids, ids[0]] if closed else ids, tags=_tags(tags)))
        return self.ways[-1].id

    def multipolygon(self, outer: int, **tags: str) -> int:
        members = [("w", outer, "outer")]
        self.relations.append(
            Relation(id=next(self.numbers), members=members, tags=_tags({"type": "multipolygon", **tags}))
        )
        return self.relations[-1].id

    def write(self, file: Path) -> Path:
        file.unlink(missing_ok=True)
        with osmium.SimpleWriter(str(file)) as writer:
            for things, write in (
                (self.nodes, writer.add_node),
                (self.ways, writer.add_way),
                (self.relations, writer.add_relation),
            ):
                for thing in things:
                    write(thing)
        return file


def _tags(tags: dict[str, str]) -> dict[str, str]:
    return {name.replace("__", ":"): value for name, value in tags.items()}


def house(made: Map, lat: float, lon: float, street: str, number: str, town: dict[str, str], **tags: str) -> int:
    return made.node(lat, lon, **{"addr:street": street, "addr:housenumber": number, **town, **tags})


def two_towns() -> Map:
    made = Map()
    for number in (2, 4, 8, 30):
        house(made, 47.14 + number / 10_000, EVEN, "Landstrasse", str(number), VADUZ)
    for number in ("1", "3", "3a"):
        house(
            made, 47.14 + int(number[0]) / 10_000 + (0.00005 if "a" in number else 0), ODD, "Landstrasse", number, VADUZ
        )
    house(made, 47.1420, 9.5230, "St. Florinsgasse", "5", VADUZ)
    corners = [
        (47.1430, 9.5210),
        (47.1430, 9.5214),
        (47.1432, 9.5214),
        (47.1432, 9.5210),
    ]  # a building: its middle counts
    made.way(corners, closed=True, building="yes", **{"addr:street": "Äulestrasse", "addr:housenumber": "12"}, **VADUZ)
    outer = made.way([(47.1440, 9.5210), (47.1440, 9.5214), (47.1442, 9.5214), (47.1442, 9.5210)], closed=True)
    made.multipolygon(outer, building="yes", **{"addr:street": "Äulestrasse", "addr:housenumber": "20"}, **VADUZ)
    for number in (2, 4, 6, 8, 10):
        house(made, 47.1650 + number / 10_000, 9.5090, "Landstrasse", str(number), SCHAAN)
    made.way(
        [(47.1380, 9.5180), (47.1385, 9.5185), (47.1390, 9.5190)], highway="residential", name="Im Mühleholz"
    )  # no houses
    made.node(47.1410, 9.5209, place="town", name="Vaduz")
    made.node(47.1655, 9.5093, place="village", name="Schaan")
    return made
