"""What an engine answers: a block of times, or for single cells why there are none."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from planner.travel import UNREACHABLE
from server.travel.engines.faults import Garbage

UNKNOWN = -1  # not asked yet, or the engine was gone
NO_ANSWER = -2  # the engine cannot say: too far for it, off its roads
LONGEST = 30 * 86_400  # seconds; more is no drive
FARTHEST = 40_000_000  # metres
SLACK = 100  # OSRM says -0.9 m of two places that it moves to nearly the same point


@dataclass(frozen=True, eq=False)
class Block:
    """From each source to each target.

    seconds, metres : int32, shape (sources, targets); UNREACHABLE where no way leads, UNKNOWN or NO_ANSWER.
    source_snaps, target_snaps : how far each was moved to a road, in metres, float64; nan where that is not told.
    version : which map; "" where that is not told.
    """

    seconds: np.ndarray
    metres: np.ndarray
    source_snaps: np.ndarray
    target_snaps: np.ndarray
    version: str = field(default="")

    @staticmethod
    def empty(sources: int, targets: int) -> Block:
        """Nothing known yet."""
        seconds, metres = (np.full((sources, targets), UNKNOWN, np.int32) for _ in range(2))
        return Block(seconds, metres, np.full(sources, np.nan), np.full(targets, np.nan))


def numbers(rows: Any, shape: tuple[int, int], largest: float, what: str, unit: float = 1.0) -> np.ndarray:
    """Rows of numbers and nulls, times `unit`, rounded, as int32; null is UNREACHABLE.  Garbage for anything else."""
    try:
        found = np.array(rows, dtype=float)
    except (TypeError, ValueError, OverflowError):
        raise Garbage(f"{what} are not numbers") from None
    if found.shape != shape:
        raise Garbage(f"{what} have the shape {found.shape}; asked were {shape}")
    known = ~np.isnan(found)
    found = found * unit
    if (found[known] < -SLACK).any() or (found[known] > largest).any():
        raise Garbage(f"{what} are negative or too large")
    return np.where(known, np.rint(np.maximum(np.where(known, found, 0), 0)), UNREACHABLE).astype(np.int32)


def snaps(points: Any, count: int) -> np.ndarray:
    """`distance` of each of an engine's waypoints, nan where it has none; Garbage for another number of them."""
    if not isinstance(points, list) or len(points) != count:
        raise Garbage("the places of the answer are not those that were asked")
    try:
        return np.array([float(point["distance"]) if "distance" in point else np.nan for point in points])
    except (TypeError, ValueError, KeyError, OverflowError):
        raise Garbage("a place of the answer is not one") from None


def map_version(said: Any) -> str:
    """What an engine calls its map, as it can be kept: printable, at most 80 characters; "" where it does not say."""
    return "".join(letter for letter in str(said or "") if letter.isprintable())[:80].strip()
