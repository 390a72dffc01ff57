"""Lines along the roads, as engines write them: checked before anybody draws them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from server.travel.engines.faults import Garbage

Point = tuple[float, float]  # latitude, longitude
FINE = 1_000_000  # a unit of an encoded line is so small a part of a degree


def point(lon: Any, lat: Any) -> Point:
    """Garbage where it is no position."""
    for number, most in ((lon, 180), (lat, 90)):
        if isinstance(number, bool) or not isinstance(number, int | float) or not -most <= number <= most:
            raise Garbage("a point of the line is no position")
    return float(lat), float(lon)


def joined(pieces: list[list[Point]]) -> list[Point]:
    """One line of several; where one begins as the one before it ended, the point stands once."""
    line: list[Point] = []
    for piece in pieces:
        line += piece[1:] if line and piece and line[-1] == piece[0] else piece
    return line


def decoded(text: Any) -> list[Point]:
    """A polyline of six decimals: differences, zigzag, five bits to a character from 63 on.  Garbage for anything else.

    Source: "Encoded Polyline Algorithm Format" (Google), with the precision that Valhalla documents.
    """
    if not isinstance(text, str) or not text.isascii():
        raise Garbage("the line is no encoded polyline")
    numbers, lat, lon, line = _numbers(text), 0, 0, []
    for north in numbers:
        east = next(numbers, None)
        if east is None:
            raise Garbage("the encoded line breaks off")
        lat, lon = lat + north, lon + east
        line.append(point(lon / FINE, lat / FINE))
    return line


def _numbers(text: str) -> Iterator[int]:
    value = shift = 0
    for character in text:
        bits = ord(character) - 63
        if not 0 <= bits < 64:
            raise Garbage("the line is no encoded polyline")
        value |= (bits & 31) << shift
        shift += 5
        if bits < 32:
            yield ~(value >> 1) if value & 1 else value >> 1
            value = shift = 0
    if shift:
        raise Garbage("the encoded line breaks off")
