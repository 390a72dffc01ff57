"""Where the addresses of a postcode or a town lie, gathered while an extract is read."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from server.places.ground import distance
from server.places.models import POSTCODE_AREA, TOWN_AREA

MOST = 2_000  # places kept of an area: the middle and the reach of a country's capital need no more
LEAST_REACH = 250  # metres
Key = tuple[str, str, str]  # country, kind, name


@dataclass
class _Sample:
    """A fair choice of what was seen (reservoir sampling)."""

    places: list[tuple[float, float]] = field(default_factory=list)
    seen: int = 0

    def add(self, place: tuple[float, float], rng: random.Random) -> None:
        self.seen += 1
        if len(self.places) < MOST:
            self.places.append(place)
        elif (slot := rng.randrange(self.seen)) < MOST:
            self.places[slot] = place


class Areas:
    """Gathers; the same file gives the same areas."""

    def __init__(self) -> None:
        self._samples: dict[Key, _Sample] = {}
        self._named: dict[Key, tuple[float, float, int]] = {}
        self._rng = random.Random(1)

    def address(self, country: str, postcode: str, town: str, lat: float, lon: float) -> None:
        for kind, name in ((POSTCODE_AREA, postcode), (TOWN_AREA, town)):
            if name:
                self._samples.setdefault((country, kind, name), _Sample()).add((lat, lon), self._rng)

    def town(self, country: str, name: str, lat: float, lon: float, reach: int) -> None:
        """A place that the map names; of two of one name the larger."""
        key = (country, TOWN_AREA, name)
        if name and reach > self._named.get(key, (0.0, 0.0, 0))[2]:
            self._named[key] = (lat, lon, reach)

    def rows(self) -> Iterator[dict[str, Any]]:
        for key, sample in self._samples.items():
            lat, lon = (median(values) for values in zip(*sample.places, strict=True))
            far = sorted(distance(lat, lon, *place) for place in sample.places)
            reach = max(LEAST_REACH, round(far[int(0.95 * (len(far) - 1))]))
            yield _row(key, lat, lon, reach, sample.seen)
        for key, (lat, lon, reach) in self._named.items():
            if key not in self._samples:
                yield _row(key, lat, lon, reach, 0)


def _row(key: Key, lat: float, lon: float, reach: int, addresses: int) -> dict[str, Any]:
    country, kind, name = key
    return {
        "country": country, "kind": kind, "name": name, "lat": lat, "lon": lon, "reach_metres": reach, "addresses": addresses,
    }  # fmt: skip
