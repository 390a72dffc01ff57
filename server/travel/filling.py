"""Asking an engine for what a set lacks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import numpy as np

from planner.calibration import calibrated
from planner.travel import UNREACHABLE, Estimate, great_circle
from server.travel.asked import Connection
from server.travel.engines import tiles
from server.travel.engines.block import UNKNOWN
from server.travel.engines.faults import Deadline, EngineFault, Garbage, TooSlow
from server.travel.store import points
from server.travel.store.cells import METRES, SECONDS, rounded
from server.travel.store.sets import Kept

OFF_ROAD = 500  # metres to the nearest road
BEYOND = 5_000  # metres to the nearest road of a map that does not end before: people live nearer
FEW = 5  # places of which at least two are joined by a road
STRIP = 100  # places of a set that is partly known, asked at a time
PAIRS = 200  # of a set, to which the estimate is fitted


def fill(kept: Kept, connection: Connection, until: Deadline, moment: datetime) -> tuple[Kept, EngineFault | None]:
    """The set with all that could be had, and the fault that ended it.  What is there already is not asked again."""
    engine, breaker = connection.engine, connection.breaker
    found = replace(kept, kept=kept.kept.copy(), seconds=kept.seconds.copy(), metres=kept.metres.copy())
    places, version, fault, gained = found.places, kept.map_version, None, False
    try:
        if not kept.fetched_at:
            version = engine.version(places, until)
        for rows, columns in lacking(found.seconds == UNKNOWN):
            block, fault = tiles.ask(engine, [places[n] for n in rows], [places[n] for n in columns], until)
            gained = _take(found, rows, columns, block) or gained
            if fault is not None:
                break
    except EngineFault as error:
        fault = error
    if gained and _nowhere(found):
        found, gained, fault = kept, False, Garbage("no road leads from any place to any other")
    if fault is None or (gained and isinstance(fault, TooSlow)):
        breaker.succeeded()
    else:
        breaker.failed(str(fault))
    if not gained:
        return replace(found, wanting=bool((found.seconds == UNKNOWN).any())), fault
    fitted = _calibration(found) or kept.calibration
    return replace(
        found, source=engine.name, map_version=version, fetched_at=kept.fetched_at or moment, calibration=fitted,
        wanting=bool((found.seconds == UNKNOWN).any()), uncovered=_uncovered(found),
    ), fault  # fmt: skip


def lacking(unknown: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Rows and columns to ask for: of new places one row and one column, of a set that was begun the strips that are left.

    unknown : mask, shape (places, places).
    """
    every = np.arange(len(unknown))
    others = max(1, len(unknown) - 1)
    new = (unknown.sum(axis=1) >= others) & (unknown.sum(axis=0) >= others)
    rest = unknown & ~new[:, None] & ~new[None, :]
    if new.any() and len(unknown) > 1:
        yield every[new], every
        if not new.all():
            yield every[~new], every[new]
    rows = np.flatnonzero(rest.any(axis=1))
    for start in range(0, len(rows), STRIP):
        strip = rows[start : start + STRIP]
        yield strip, np.flatnonzero(rest[strip].any(axis=0))


def _take(found: Kept, rows: np.ndarray, columns: np.ndarray, block: tiles.Block) -> bool:
    """Write what is new of a block; whether that is anything."""
    there = np.ix_(rows, columns)
    new = (found.seconds[there] == UNKNOWN) & (block.seconds != UNKNOWN)
    for cells, asked, unit in ((found.seconds, block.seconds, SECONDS), (found.metres, block.metres, METRES)):
        cells[there] = np.where(new, rounded(asked, unit), cells[there])
    for which, snaps in ((rows, block.source_snaps), (columns, block.target_snaps)):
        told = points.snapped(snaps)
        found.kept["snap"][which] = np.where(told == points.UNTOLD, found.kept["snap"][which], told)
    return bool(new.any())


def off_road(snaps: np.ndarray) -> np.ndarray:
    """Mask of places that lie off the roads, as far as it was told."""
    return (snaps > OFF_ROAD) & (snaps != points.UNTOLD)


def _nowhere(found: Kept) -> bool:
    """Whether several places lie on roads and none of them is reached: no map has that, a broken engine does."""
    on = ~off_road(found.kept["snap"])
    ways = found.seconds[np.ix_(on, on)][~np.eye(int(on.sum()), dtype=bool)]
    return int(on.sum()) >= FEW and bool((ways == UNREACHABLE).all())


def _uncovered(found: Kept) -> bool:
    """More than half of the places lie off the roads, and far: the map ends before, it is not the positions that are wrong."""
    snaps = found.kept["snap"]
    told, off = snaps != points.UNTOLD, off_road(snaps)
    return 2 * int(off.sum()) > int(told.sum()) and float(np.median(snaps[off])) > BEYOND


def _calibration(found: Kept) -> Estimate | None:
    """Fitted to pairs chosen at random (the same for the same places)."""
    on = ~off_road(found.kept["snap"])
    usable = np.argwhere((found.seconds > 0) & on[:, None] & on[None, :])
    chosen = usable[np.random.default_rng(len(usable)).permutation(len(usable))[:PAIRS]]
    if not len(chosen):
        return None
    ends, which = np.unique(chosen, return_inverse=True)
    places = found.places
    from_, to = which.reshape(chosen.shape).T
    air = great_circle([places[n] for n in ends])[from_, to]
    return calibrated(air / 1000, found.seconds[*chosen.T], found.metres[*chosen.T])
