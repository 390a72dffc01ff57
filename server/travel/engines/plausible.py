"""Numbers of the right form that cannot be of roads: all 0, minutes or milliseconds instead of seconds, no metres.

They would be kept for months and believed by every plan; an engine behind a broken proxy, or of another unit, says such things.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from planner.travel import UNREACHABLE, Place, great_circle
from server.travel.engines.block import Block
from server.travel.engines.faults import Garbage

NEAR = 1_000.0  # metres through the air, below which nothing is judged: two places may be moved to one point of a road
FASTEST = 70.0  # metres through the air in a second, 250 km/h
SLOWEST = 0.3  # the same where the usual pair is meant: slower than on foot
SHORTEST = 0.8  # of the way through the air; a little for the shape of the earth, and for places that are moved
TOLERATED = 0.05  # share of pairs that may be odd: one bad segment of the map must not put an engine out of use


def judge(block: Block, sources: Sequence[Place], targets: Sequence[Place]) -> None:
    """Garbage for times or distances that no road has.  Pairs of whose way to the road nothing is told are not judged."""
    snaps = block.source_snaps[:, None] + block.target_snaps
    known = (block.seconds >= 0) & (block.seconds < UNREACHABLE) & np.isfinite(snaps)
    if not known.any():
        return
    air = great_circle(sources, targets) - np.where(known, snaps, 0)
    far = known & (air > NEAR)
    if not far.any():
        return
    air, seconds, metres = air[far] - NEAR, block.seconds[far], block.metres[far]
    if (seconds * FASTEST < air).mean() > TOLERATED:
        raise Garbage("durations are shorter than any drive: are they seconds?")
    if np.median(air / np.maximum(seconds, 1)) < SLOWEST and np.median(air) > NEAR:
        raise Garbage("durations are longer than on foot: are they seconds?")
    if (metres < SHORTEST * air).mean() > TOLERATED:
        raise Garbage("distances are shorter than through the air: are they metres?")
