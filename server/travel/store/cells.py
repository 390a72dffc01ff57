"""A matrix as a few bytes a pair.

Seconds are kept to 2 s and metres to 20 m, as differences to what is expected: above the diagonal what a straight line
through the set's own numbers says for the distance through the air, below it the way in the other direction.  The differences are
split into low and high bytes, and deflated.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence

import numpy as np

from planner.travel import UNREACHABLE, Place
from server.travel.engines.block import NO_ANSWER, UNKNOWN

SECONDS, METRES = 2, 20  # what one unit is
FORM = 1
HEAD = struct.Struct("<BI4d")  # form, places, the lines of seconds and metres
LEVEL = 6
KINDS = (0, UNKNOWN, NO_ANSWER, UNREACHABLE)  # of a cell: a number, or why there is none
METRES_A_DEGREE = 111_195.0
PLANES = 4
Line = tuple[float, float]  # at no distance, and for each metre through the air


def packed(places: Sequence[Place], seconds: np.ndarray, metres: np.ndarray) -> bytes:
    """`seconds` and `metres`: int32, shape (places, places), as in a Block."""
    kinds = np.zeros(seconds.shape, np.uint8)
    for number, value in enumerate(KINDS[1:], 1):
        kinds[seconds == value] = number
    known, air = kinds == 0, _air(places)
    lines: list[Line] = []
    parts = [kinds.tobytes()]
    for cells, unit in ((seconds, SECONDS), (metres, METRES)):
        units = _units(cells, known, unit)
        lines.append(_line(air[known], units[known]))
        expected = _expected(lines[-1], air)
        units = np.where(known, units, np.minimum(expected, units.T))
        parts += _planes(_differences(units, expected))
    return HEAD.pack(FORM, len(places), *lines[0], *lines[1]) + zlib.compress(b"".join(parts), LEVEL)


def unpacked(places: Sequence[Place], packed_cells: bytes) -> tuple[np.ndarray, np.ndarray]:
    """(seconds, metres) as they went in, to 2 s and 20 m.  ValueError for another form or other places."""
    if len(packed_cells) < HEAD.size:
        raise ValueError("these cells are incomplete")
    form, count, *numbers = HEAD.unpack_from(packed_cells)
    if form != FORM or count != len(places):
        raise ValueError("these cells have another form")
    try:
        content = np.frombuffer(zlib.decompress(packed_cells[HEAD.size :]), np.uint8)
    except zlib.error:
        raise ValueError("these cells are incomplete") from None
    size = count * count
    if len(content) != (1 + 2 * PLANES) * size:
        raise ValueError("these cells are incomplete")
    kinds, air = content[:size].reshape(count, count), _air(places)
    found = []
    for number, unit in enumerate((SECONDS, METRES)):
        start = (1 + PLANES * number) * size
        planes = content[start : start + PLANES * size].reshape(PLANES, count, count)
        expected = _expected((numbers[2 * number], numbers[2 * number + 1]), air)
        cells = _summed(_joined(planes), expected) * unit
        for kind, value in enumerate(KINDS[1:], 1):
            cells[kinds == kind] = value
        found.append(cells.astype(np.int32))
    return found[0], found[1]


def rounded(values: np.ndarray, unit: int) -> np.ndarray:
    """As they would be kept: who asks now and who reads later get the same."""
    known = (values >= 0) & (values < UNREACHABLE)
    return np.where(known, _units(values, known, unit) * unit, values).astype(np.int32)


def _air(places: Sequence[Place]) -> np.ndarray:
    """Metres between places as if the earth were flat about their middle: quick, and near enough for an expectation."""
    lat, lon = np.array([p.lat for p in places]), np.array([p.lon for p in places])
    east = lon * np.cos(np.radians(lat.mean())) if len(lat) else lon
    return METRES_A_DEGREE * np.hypot(lat[:, None] - lat, east[:, None] - east)


def _line(air: np.ndarray, units: np.ndarray) -> Line:
    """Least squares."""
    if len(air) < 2 or np.ptp(air) == 0:
        return 0.0, 0.0
    spread = air - air.mean()
    slope = float((spread * units).sum() / (spread * spread).sum())
    return float(units.mean() - slope * air.mean()), slope


def _expected(line: Line, air: np.ndarray) -> np.ndarray:
    return np.clip(line[0] + line[1] * air, 0, UNREACHABLE).astype(np.int64)


def _units(values: np.ndarray, known: np.ndarray, unit: int) -> np.ndarray:
    return (np.where(known, values, 0).astype(np.int64) + unit // 2) // unit


def _differences(values: np.ndarray, expected: np.ndarray) -> np.ndarray:
    above = np.triu(np.ones(values.shape, bool))
    return np.where(above, values - expected, values - values.T)


def _summed(differences: np.ndarray, expected: np.ndarray) -> np.ndarray:
    above = np.triu(np.ones(differences.shape, bool))
    values = np.where(above, differences + expected, 0)
    return np.where(above, values, differences + values.T)


def _planes(differences: np.ndarray) -> list[bytes]:
    """Small numbers of either sign as small ones without, byte by byte: the high bytes are nearly all 0."""
    folded = np.where(differences >= 0, 2 * differences, -2 * differences - 1).astype("<u4")
    return [((folded >> shift) & 255).astype(np.uint8).tobytes() for shift in (0, 8, 16, 24)]


def _joined(planes: np.ndarray) -> np.ndarray:
    folded = planes[0].astype(np.int64)
    for n in range(1, PLANES):
        if planes[n].any():
            folded |= planes[n].astype(np.int64) << (8 * n)
    return (folded >> 1) ^ -(folded & 1)
