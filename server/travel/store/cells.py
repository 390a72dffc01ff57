"""A matrix as a few bytes a pair.

Seconds are kept to 2 s and metres to 20 m, as differences to what is expected: above the diagonal the estimate that was
fitted to the set, below it the way in the other direction.  The differences are split into low and high bytes, and deflated.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence

import numpy as np

from planner.calibration import calibrated
from planner.travel import UNREACHABLE, Estimate, Place, great_circle
from server.travel.engines.block import NO_ANSWER, UNKNOWN

SECONDS, METRES = 2, 20  # what one unit is
FORM = 1
HEAD = struct.Struct("<BIddd")  # form, places, the fitted estimate
LEVEL = 6
KINDS = (0, UNKNOWN, NO_ANSWER, UNREACHABLE)  # of a cell: a number, or why there is none


def packed(places: Sequence[Place], seconds: np.ndarray, metres: np.ndarray) -> bytes:
    """`seconds` and `metres`: int32, shape (places, places), as in a Block."""
    kinds = np.zeros(seconds.shape, np.uint8)
    for number, value in enumerate(KINDS[1:], 1):
        kinds[seconds == value] = number
    air = great_circle(places)
    fitted = _fitted(air, seconds, metres, kinds == 0)
    known = kinds == 0
    parts = [kinds.tobytes()]
    for values, expected in zip(
        (_units(seconds, known, SECONDS), _units(metres, known, METRES)), _expected(fitted, air), strict=True
    ):
        values = np.where(known, values, np.minimum(expected, values.T))
        parts += _planes(_differences(values, expected))
    head = HEAD.pack(FORM, len(places), fitted.overhead_minutes, fitted.minutes_per_km, fitted.detour)
    return head + zlib.compress(b"".join(parts), LEVEL)


def unpacked(places: Sequence[Place], packed_cells: bytes) -> tuple[np.ndarray, np.ndarray]:
    """(seconds, metres) as they went in, to 2 s and 20 m.  ValueError for another form or other places."""
    form, count, *fit = HEAD.unpack_from(packed_cells)
    if form != FORM or count != len(places):
        raise ValueError("these cells have another form")
    content = np.frombuffer(zlib.decompress(packed_cells[HEAD.size :]), np.uint8)
    size = count * count
    if len(content) != 9 * size:
        raise ValueError("these cells are incomplete")
    kinds = content[:size].reshape(count, count)
    air = great_circle(places)
    fitted = Estimate(*fit)
    found = []
    for number, (expected, unit) in enumerate(zip(_expected(fitted, air), (SECONDS, METRES), strict=True)):
        planes = content[(1 + 4 * number) * size : (5 + 4 * number) * size].reshape(4, count, count)
        values = _summed(_joined(planes), expected) * unit
        found.append(np.select([kinds == n for n in range(len(KINDS))], [values, *KINDS[1:]]).astype(np.int32))
    return found[0], found[1]


def rounded(values: np.ndarray, unit: int) -> np.ndarray:
    """As they would be kept: who asks now and who reads later get the same."""
    known = (values >= 0) & (values < UNREACHABLE)
    return np.where(known, _units(values, known, unit) * unit, values).astype(np.int32)


def _fitted(air: np.ndarray, seconds: np.ndarray, metres: np.ndarray, known: np.ndarray) -> Estimate:
    fitted = calibrated(air[known] / 1000, seconds[known], metres[known])
    return Estimate(*_shape(fitted)) if fitted else Estimate()


def _shape(estimate: Estimate) -> tuple[float, float, float]:
    return estimate.overhead_minutes, estimate.minutes_per_km, estimate.detour


def _units(values: np.ndarray, known: np.ndarray, unit: int) -> np.ndarray:
    return (np.where(known, values, 0).astype(np.int64) + unit // 2) // unit


def _expected(fitted: Estimate, air: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return (
        fitted.seconds(air / 1000).astype(np.int64) // SECONDS,
        np.rint(air * fitted.detour).astype(np.int64) // METRES,
    )


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
    folded = sum(planes[n].astype(np.int64) << (8 * n) for n in range(4))
    return np.where(folded % 2 == 0, folded // 2, -(folded + 1) // 2)
