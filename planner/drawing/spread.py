"""Signs that would lie upon each other are put side by side."""

from __future__ import annotations

import math
from collections.abc import Sequence

Point = tuple[float, float]
RINGS = 12  # so far away, in signs, a free spot is looked for


def spread(wanted: Sequence[Point], apart: float, taken: Sequence[Point] = ()) -> list[Point]:
    """A spot for each sign, no two nearer than `apart` to each other or to what is taken: where it is wanted, else the first free
    spot on a ring around that, from its north clockwise, ring by ring.

    Any unit of length.  Where all rings are full a sign stays where it is wanted.  O(n^2).
    """
    used = list(taken)
    for point in wanted:
        used.append(next((spot for spot in _around(point, apart) if _is_free(spot, apart, used)), point))
    return used[len(taken) :]


def _around(point: Point, apart: float) -> list[Point]:
    spots = [point]
    for ring in range(1, RINGS + 1):
        count = 6 * ring  # as many signs as a ring holds side by side
        angles = (2 * math.pi * n / count for n in range(count))
        spots += [(point[0] + ring * apart * math.sin(a), point[1] + ring * apart * math.cos(a)) for a in angles]
    return spots


def _is_free(spot: Point, apart: float, used: Sequence[Point]) -> bool:
    return all(math.dist(spot, other) >= apart * (1 - 1e-9) for other in used)
