"""The shortest way there is through the stops of a day: what no order can be better than.

Held and Karp, "A dynamic programming approach to sequencing problems" (1962): the best way through each set of stops that ends
at each of them, from those of the sets that are one stop smaller.
"""

from __future__ import annotations

from functools import cache

import numpy as np

MOST = 10  # stops: 2 ** MOST * MOST ways are kept, which takes a millisecond
NEVER = 1 << 50


def shortest(driving: np.ndarray) -> int:
    """Seconds from the start place through all stops to the end place.

    driving : (n + 2, n + 2) int64, seconds between n stops (1 to MOST), then the start place, then the end place.
    """
    count = len(driving) - 2
    stop = 1 << np.arange(count)
    ways = np.full((1 << count, count), NEVER)  # set of stops, the last of them -> seconds
    ways[stop, np.arange(count)] = driving[count, :count]
    to = driving[:count, :count].T
    for sets in _by_size(count)[1:]:
        with_last = (ways[sets[:, None] & ~stop] + to).min(axis=2)
        ways[sets] = np.where(sets[:, None] & stop, with_last, NEVER)
    return int((ways[-1] + driving[:count, count + 1]).min())


@cache
def _by_size(count: int) -> list[np.ndarray]:
    """The sets of so many stops as bits of a number: those of one stop, those of two, and so on."""
    sets = np.arange(1 << count)
    return [sets[np.bitwise_count(sets) == size] for size in range(1, count + 1)]
