"""A large block in questions that the engine takes, as far as the time allows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from planner.travel import Place
from server.travel.engines.block import NO_ANSWER, Block
from server.travel.engines.faults import Deadline, EngineFault, Refused
from server.travel.engines.plausible import judge
from server.travel.engines.ways import Point

SMALLEST = 5  # places a side: an engine that finds this too big is not one


class Engine(Protocol):
    """What a road engine can do.  `side` is how many places it takes on each side, as far as is known; `alone` are its
    codes for questions that one of the places spoils, `too_big` its way to say that there were too many."""

    name: str
    side: int
    alone: frozenset[str]

    def too_big(self, fault: Refused) -> bool: ...

    def ask(self, sources: Sequence[Place], targets: Sequence[Place], until: Deadline) -> Block: ...

    def version(self, places: Sequence[Place], until: Deadline) -> str: ...

    def ways(self, places: Sequence[Place], until: Deadline) -> list[list[Point]]:
        """Of each place but the last the line along the roads to the next.  EngineFault where there is none."""
        ...


def ask(
    engine: Engine, sources: Sequence[Place], targets: Sequence[Place], until: Deadline
) -> tuple[Block, EngineFault | None]:
    """All cells that could be had, and the fault that ended it; the others are UNKNOWN."""
    whole = Block.empty(len(sources), len(targets))
    version, fault = "", None
    rows = _Cut(len(sources))
    try:
        while rows.left:
            height = min(rows.left, engine.side)
            cut = _Cut(len(targets))
            while cut.left:
                width = min(cut.left, engine.side)
                here, there = slice(rows.at, rows.at + height), slice(cut.at, cut.at + width)
                try:
                    part = _asked(engine, sources[here], targets[there], until)
                except Refused as refused:
                    if engine.too_big(refused) and max(height, width) > SMALLEST:
                        engine.side = _smaller(max(height, width))
                        if height > engine.side:
                            break  # the row is begun anew, with fewer places
                        continue
                    part = _in_halves(engine, sources[here], targets[there], until, refused)
                _place(whole, part, here, there)
                version = part.version or version
                cut.at += width
            else:
                rows.at += height
    except EngineFault as error:
        fault = error
    return Block(whole.seconds, whole.metres, whole.source_snaps, whole.target_snaps, version), fault


def _asked(engine: Engine, sources: Sequence[Place], targets: Sequence[Place], until: Deadline) -> Block:
    block = engine.ask(sources, targets, until)
    judge(block, sources, targets)
    return block


class _Cut:
    def __init__(self, count: int) -> None:
        self.count, self.at = count, 0

    @property
    def left(self) -> int:
        return self.count - self.at


def _smaller(side: int) -> int:
    """100 is the usual limit of an OSRM, 50 of a Valhalla."""
    return next((usual for usual in (500, 100, 50, 25, 10) if usual < side), SMALLEST)


def _place(whole: Block, part: Block, here: slice, there: slice) -> None:
    whole.seconds[here, there], whole.metres[here, there] = part.seconds, part.metres
    for snaps, found, where in (
        (whole.source_snaps, part.source_snaps, here),
        (whole.target_snaps, part.target_snaps, there),
    ):
        snaps[where] = np.where(np.isnan(found), snaps[where], found)


def _in_halves(
    engine: Engine, sources: Sequence[Place], targets: Sequence[Place], until: Deadline, refused: Refused
) -> Block:
    """The cells of a question that one of its places spoils: halved until the engine answers, NO_ANSWER for what is left."""
    if refused.code not in engine.alone:
        raise refused
    whole = Block.empty(len(sources), len(targets))
    if len(sources) == len(targets) == 1:
        whole.seconds[:], whole.metres[:] = NO_ANSWER, NO_ANSWER
        return whole
    for here, there in _halves(len(sources), len(targets)):
        try:
            part = _asked(engine, sources[here], targets[there], until)
        except Refused as again:
            part = _in_halves(engine, sources[here], targets[there], until, again)
        _place(whole, part, here, there)
    return whole


def _halves(rows: int, columns: int) -> list[tuple[slice, slice]]:
    if rows >= columns:
        return [(slice(0, rows // 2), slice(0, columns)), (slice(rows // 2, rows), slice(0, columns))]
    return [(slice(0, rows), slice(0, columns // 2)), (slice(0, rows), slice(columns // 2, columns))]
