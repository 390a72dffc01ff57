"""The way that is driven between places, to be drawn: a port that a source of travel times may fill."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple, Protocol

Point = tuple[float, float]  # latitude, longitude
STRAIGHT = "straight"


class Lines(NamedTuple):
    """`legs`: of each place but the last the way to the next, both ends included.  `source`: straight, or the engine's name."""

    legs: list[list[Point]]
    source: str


class RouteGeometry(Protocol):
    """Never fails: who cannot ask an engine, or gets no answer in time, gives straight lines and says so."""

    def lines(self, places: Sequence[Point]) -> Lines: ...


class StraightLines:
    """From place to place as the crow flies."""

    def lines(self, places: Sequence[Point]) -> Lines:
        return Lines([[start, end] for start, end in pairwise(places)], STRAIGHT)
