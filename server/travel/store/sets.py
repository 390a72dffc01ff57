"""Reading, growing, claiming and writing the sets of road times, each in a short transaction of its own.

A plan is made from one state of the database, and the times that it asks for meanwhile must be kept for others: so none of
this happens in the transaction of whoever calls.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

import numpy as np
from sqlalchemy import or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from planner.travel import Estimate, Place
from server.core import clock
from server.core.database import db, writing
from server.travel.engines.block import UNKNOWN, Block
from server.travel.models import TravelSet
from server.travel.store import points
from server.travel.store.cells import packed, unpacked
from server.travel.store.points import Key

CLAIM_SECONDS = 60.0


def _no_cells() -> np.ndarray:
    return np.zeros((0, 0), np.int32)


@dataclass(frozen=True, eq=False)
class Kept:
    """A set as it was read.  seconds, metres : int32, shape (places, places), as in a Block; `kept` : see `points`."""

    rep_id: UUID
    kept: np.ndarray = field(default_factory=lambda: points.points((), points.EPOCH))
    seconds: np.ndarray = field(default_factory=_no_cells)
    metres: np.ndarray = field(default_factory=_no_cells)
    source: str = ""
    map_version: str = ""
    fetched_at: datetime | None = None
    wanting: bool = False
    uncovered: bool = False
    calibration: Estimate | None = None

    @property
    def places(self) -> list[Place]:
        return points.places(self.kept)

    def with_places(self, keys: Sequence[Key], today: date) -> Kept:
        """With these places too, of which nothing is known yet, and all of them used today."""
        index = points.index(self.kept)
        new = [known for known in keys if known not in index]
        kept = np.concatenate([self.kept, points.points(new, today)])
        kept["used"][[index[known] for known in keys if known in index]] = points.day(today)
        size, grown = len(self.kept), Block.empty(len(kept), len(kept))
        grown.seconds[:size, :size], grown.metres[:size, :size] = self.seconds, self.metres
        for cells in (grown.seconds, grown.metres):
            np.fill_diagonal(cells, 0)
        return replace(self, kept=kept, seconds=grown.seconds, metres=grown.metres)

    def without(self, gone: np.ndarray) -> Kept:
        """gone : mask of places."""
        stay = np.flatnonzero(~gone)
        return replace(
            self, kept=self.kept[stay], seconds=self.seconds[np.ix_(stay, stay)], metres=self.metres[np.ix_(stay, stay)]
        )

    def of(self, keys: Sequence[Key]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(seconds, metres, snaps) of these places; UNKNOWN and UNTOLD where they are not in the set."""
        index = points.index(self.kept)
        here = np.array([n for n, known in enumerate(keys) if known in index], int)
        there = np.array([index[known] for known in keys if known in index], int)
        block = Block.empty(len(keys), len(keys))
        snaps = np.full(len(keys), points.UNTOLD, int)
        for cells, own in ((block.seconds, self.seconds), (block.metres, self.metres)):
            cells[np.ix_(here, here)] = own[np.ix_(there, there)]
            np.fill_diagonal(cells, 0)
        snaps[here] = self.kept["snap"][there]
        return block.seconds, block.metres, snaps

    def lacks(self, keys: Sequence[Key]) -> bool:
        return bool((self.of(keys)[0] == UNKNOWN).any())


def load(rep_id: UUID) -> Kept | None:
    """The set of a rep; None where there is none.  Its arrays are not to be written to."""
    with Session(db.engine) as session:
        row = session.get(TravelSet, rep_id)
        return None if row is None else kept_of(row)


def kept_of(row: TravelSet) -> Kept:
    """Cells of a form that is not known any more are asked for again."""
    try:
        kept, seconds, metres = _unpacked(row.places, row.cells)
    except (ValueError, IndexError):
        return Kept(row.rep_id, wanting=True)
    return Kept(
        row.rep_id, kept, seconds, metres, row.source, row.map_version, row.fetched_at, row.wanting, row.uncovered,
        estimate_of(row.calibration),
    )  # fmt: skip


@lru_cache(maxsize=8)
def _unpacked(places: bytes, cells: bytes) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A rep's plan is repaired several times in a row from the same set."""
    kept = points.read(places)
    if not len(kept):
        return kept, _no_cells(), _no_cells()
    seconds, metres = unpacked(points.places(kept), cells)
    for array in (kept, seconds, metres):
        array.flags.writeable = False
    return kept, seconds, metres


def claim(rep_id: UUID, token: str, seconds: float = CLAIM_SECONDS) -> bool:
    """Whether this one may ask for what the set lacks; nobody else does until it is saved, given up, or so long ago."""
    moment = clock.now()
    until = moment + timedelta(seconds=seconds)
    free = or_(TravelSet.claim.is_(None), TravelSet.claimed_until < moment)
    taking = update(TravelSet).where(TravelSet.rep_id == rep_id, free)
    with writing(Session(db.engine)) as session:
        done: Any = session.execute(taking.values(claim=token, claimed_until=until))
        if done.rowcount:
            return True
        known = session.get(TravelSet, rep_id) is not None
    return not known and _begun(rep_id, token, until)


def _begun(rep_id: UUID, token: str, until: datetime) -> bool:
    """The first claim makes the row."""
    try:
        with writing(Session(db.engine)) as session:
            session.add(TravelSet(rep_id=rep_id, places=b"", cells=b"", claim=token, claimed_until=until))
    except IntegrityError:  # somebody was faster, or the rep is gone
        return False
    return True


def save(kept: Kept, token: str) -> bool:
    """Write what was asked for and end the claim; False where that was lost meanwhile, and nothing is written."""
    values = {
        "places": kept.kept.tobytes(), "cells": packed(kept.places, kept.seconds, kept.metres) if len(kept.kept) else b"",
        "source": kept.source, "map_version": kept.map_version, "fetched_at": kept.fetched_at, "wanting": kept.wanting,
        "uncovered": kept.uncovered, "changes": TravelSet.changes + 1,
        "calibration": None if kept.calibration is None else asdict(kept.calibration), "claim": None, "claimed_until": None,
    }  # fmt: skip
    with writing(Session(db.engine)) as session:
        done: Any = session.execute(
            update(TravelSet).where(TravelSet.rep_id == kept.rep_id, TravelSet.claim == token).values(**values)
        )
        return bool(done.rowcount)


def release(rep_id: UUID, token: str) -> None:
    """Give a claim up without anything to write."""
    with writing(Session(db.engine)) as session:
        session.execute(
            update(TravelSet)
            .where(TravelSet.rep_id == rep_id, TravelSet.claim == token)
            .values(claim=None, claimed_until=None)
        )


def note_wanting(rep_id: UUID) -> None:
    """A plan is made without times that should be here: renewal asks for them and has it made again."""
    with writing(Session(db.engine)) as session:
        row = session.get(TravelSet, rep_id)
        if row is None:
            session.add(TravelSet(rep_id=rep_id, places=b"", cells=b"", wanting=True))
        else:
            row.wanting = True


def touch(rep_id: UUID, keys: Sequence[Key], today: date) -> None:
    """These places are still used; not while somebody writes the set, who knows it as well."""
    with writing(Session(db.engine)) as session:
        row = session.get(TravelSet, rep_id)
        if row is not None and row.claim is None:
            kept = points.read(row.places)
            index = points.index(kept)
            kept["used"][[index[known] for known in keys if known in index]] = points.day(today)
            row.places = kept.tobytes()


def estimate_of(stored: dict[str, Any] | None) -> Estimate | None:
    if stored is None:
        return None
    return Estimate(
        stored["overhead_minutes"], stored["minutes_per_km"], stored["detour"], tuple(map(tuple, stored["bands"]))
    )


def calibrations(session: Session, most: int = 200) -> list[Estimate]:
    """Of all reps of whom roads were ever asked."""
    query = select(TravelSet.calibration).where(TravelSet.fetched_at.is_not(None)).limit(most)
    return [found for stored in session.scalars(query) if (found := estimate_of(stored)) is not None]
