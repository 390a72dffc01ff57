"""The shortest way there is through the stops of a day: what no order can be better than.

Held and Karp, "A dynamic programming approach to sequencing problems" (1962): the best way through each set of stops that ends
at each of them, from those of the sets that are one stop smaller.
"""

from __future__ import annotations

from functools import cache

import numpy as np

MOST = 11  # stops: 2 ** MOST * MOST ways are kept, which takes two milliseconds
NEVER = 1 << 50


def ways(driving: np.ndarray) -> np.ndarray:
    """Seconds of the shortest way from the start place through each set of stops, as bits of a number, to each of them: int64.

    driving : (n + 2, n + 2) int64, seconds between n stops (1 to MOST), then the start place, then the end place.
    """
    count = len(driving) - 2
    stop = 1 << np.arange(count)
    found = np.full((1 << count, count), NEVER)
    found[stop, np.arange(count)] = driving[count, :count]
    to = driving[:count, :count].T
    for sets in _by_size(count)[1:]:
        with_last = (found[sets[:, None] & ~stop] + to).min(axis=2)
        found[sets] = np.where(sets[:, None] & stop, with_last, NEVER)
    return found


def shortest(driving: np.ndarray) -> int:
    """Seconds from the start place through all stops to the end place."""
    return int((ways(driving)[-1] + driving[: len(driving) - 2, -1]).min())


@cache
def _by_size(count: int) -> list[np.ndarray]:
    """The sets of so many stops as bits of a number: those of one stop, those of two, and so on."""
    sets = np.arange(1 << count)
    return [sets[np.bitwise_count(sets) == size] for size in range(1, count + 1)]
