"""Times by road: what is kept, else what the engine says, else the estimate."""

from __future__ import annotations

import logging
import time
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import numpy as np
from sqlalchemy.exc import SQLAlchemyError

from planner.travel import UNREACHABLE, Place, TravelMatrix
from server.core import clock
from server.travel.asked import Connection
from server.travel.engines.block import UNKNOWN
from server.travel.engines.faults import Deadline
from server.travel.estimate import estimated, fitted_to
from server.travel.filling import fill, off_road
from server.travel.port import Times
from server.travel.store import points, sets
from server.travel.store.points import Key
from server.travel.store.sets import Kept

log = logging.getLogger(__name__)

MOST_PLACES = 2_000  # of one rep; of more all are estimated
LOOK_SECONDS = 0.05  # at a set that somebody else is asking for
WAIT_SECONDS = 2.0  # for them, where most is known: renewing a large set may take minutes
CUT_OFF = 0.9  # share of the other places to which no way leads
FEWEST = 5  # places beside an anchor, to say so


class Roads:
    """seconds : that a plan waits for the engine.  days : after which times are outdated."""

    def __init__(self, connection: Connection, seconds: float, days: int) -> None:
        self.connection, self.seconds, self.days = connection, seconds, days

    def times(
        self,
        places: Sequence[Place],
        rep_id: UUID | None = None,
        anchors: Sequence[int] = (),
        passing: Collection[int] = (),
    ) -> Times:
        keys, which = points.distinct(places)
        if rep_id is None or not 1 < len(keys) <= MOST_PLACES:
            return Times(estimated(fitted_to(rep_id), places))
        kept = sets.load(rep_id) or Kept(rep_id)
        staying = {which[n] for n in range(len(places)) if n not in passing}
        lasting = [known for n, known in enumerate(keys) if n in staying]
        if not kept.lacks(lasting):
            _touch(kept, lasting)
        else:
            kept = self._asked(kept, lasting)
        if passing and kept.lacks(keys):
            kept = self._with(kept, keys)
        return _put_together(kept, keys, which, places, frozenset(anchors), self._outdated(kept))

    def _outdated(self, kept: Kept) -> bool:
        old = kept.fetched_at is not None and kept.fetched_at < clock.now() - timedelta(days=self.days)
        return old or kept.source != self.connection.engine.name

    def _asked(self, kept: Kept, keys: Sequence[Key]) -> Kept:
        """The set with what the engine could tell of these places in time.  Nothing here may keep a plan from being made."""
        try:
            found = self._claimed(kept, keys)
            if found is None or found.lacks(keys):
                sets.note_wanting(kept.rep_id)
        except (SQLAlchemyError, RuntimeError):  # the database is busy, or the caller is writing: nothing is kept
            log.exception("road times of %s could not be kept", kept.rep_id)
            return kept
        return found or kept

    def _with(self, kept: Kept, keys: Sequence[Key]) -> Kept:
        """The set with places that are not kept: who asks what a visit anywhere would cost must not make it grow for ever."""
        grown = kept.with_places(keys, clock.now().date())
        if not self.connection.breaker.allows():
            return grown
        filled, fault = fill(grown, self.connection, Deadline(self.seconds), clock.now())
        if fault is not None:
            log.warning("road times of a place beside those of %s: %s", kept.rep_id, fault)
        return filled

    def _claimed(self, kept: Kept, keys: Sequence[Key]) -> Kept | None:
        """None: the engine has its rest, or somebody else is asking and takes too long."""
        token, end = uuid4().hex, time.monotonic() + self.seconds
        patience = time.monotonic() + (self.seconds if kept.fetched_at is None else min(self.seconds, WAIT_SECONDS))
        if not self.connection.breaker.allows():
            return None
        while not sets.claim(kept.rep_id, token, self.seconds + 30):
            if time.monotonic() > patience:
                return sets.load(kept.rep_id)
            time.sleep(LOOK_SECONDS)
            newer = sets.load(kept.rep_id)
            if newer is not None and not newer.lacks(keys):
                return newer
        newer = (sets.load(kept.rep_id) or kept).with_places(keys, clock.now().date())
        try:
            filled, fault = fill(newer, self.connection, Deadline(max(0.1, end - time.monotonic())), clock.now())
            if fault is not None:
                log.warning("road times of %s: %s", kept.rep_id, fault)
            sets.save(filled, token)
        except BaseException:
            sets.release(kept.rep_id, token)
            raise
        return filled


def _touch(kept: Kept, keys: Sequence[Key]) -> None:
    """What is used is renewed, what is not is forgotten: so use is noted, once a week."""
    today, index = clock.now().date(), points.index(kept.kept)
    if points.untouched(kept.kept[[index[known] for known in keys]], today):
        with suppress(SQLAlchemyError, RuntimeError):
            sets.touch(kept.rep_id, keys, today)


def _put_together(
    kept: Kept,
    keys: Sequence[Key],
    which: Sequence[int],
    places: Sequence[Place],
    anchors: frozenset[int],
    outdated: bool,
) -> Times:
    """One matrix of what is known and what is not.  `which`: of each place the key."""
    if kept.uncovered:
        return Times(_guess(kept, places), by_road=True)
    seconds, metres, snaps = kept.of(keys)
    spread = np.ix_(which, which)
    far = off_road(snaps)[which]
    seconds, metres, unknown = seconds[spread], metres[spread], (seconds == UNKNOWN)[spread]
    lost = far | _cut_off(seconds, anchors)
    guessed = (seconds < 0) | lost[:, None] | lost[None, :]
    np.fill_diagonal(guessed, False)
    plain = far & ~np.isin(np.arange(len(which)), list(anchors))  # what is not planned needs no times
    partly = bool((guessed & ~plain[:, None] & ~plain[None, :]).any())
    distances = {int(n): int(snaps[which[n]]) for n in np.flatnonzero(far).tolist()}
    if guessed.sum() == guessed.size - len(which):
        return Times(_guess(kept, places), distances, by_road=bool(distances), lacking=bool(unknown.any()))
    label = _label(kept.source, "", outdated)
    if guessed.any():
        guess = _guess(kept, places)
        seconds, metres = np.where(guessed, guess.seconds, seconds), np.where(guessed, guess.metres, metres)
        label = _label(kept.source, guess.source if partly else "", outdated)
    matrix = TravelMatrix(seconds.astype(np.int32), metres.astype(np.int32), label)
    return Times(matrix, distances, by_road=True, lacking=bool(unknown.any()))


def _guess(kept: Kept, places: Sequence[Place]) -> TravelMatrix:
    return estimated(kept.calibration or fitted_to(None), places)


def _cut_off(seconds: np.ndarray, anchors: frozenset[int]) -> np.ndarray:
    """Mask of anchors from or to which (nearly) no way leads: moved to a yard or an islet by the engine."""
    found = np.zeros(len(seconds), bool)
    if len(seconds) > FEWEST:
        never = seconds == UNREACHABLE
        for n in anchors:
            found[n] = max(never[n].sum(), never[:, n].sum()) >= CUT_OFF * (len(seconds) - 1)
    return found


def _label(source: str, beside: str, outdated: bool) -> str:
    if beside:
        return f"{source}+{beside}"
    return f"{source} outdated" if outdated else source


def without_times(kept: Kept) -> Kept:
    """The same places, everything to be asked anew."""
    fresh = Kept(kept.rep_id, calibration=kept.calibration).with_places(points.keys(kept.kept), clock.now().date())
    return replace(fresh, kept=_with_use(fresh.kept, kept.kept))


def _with_use(fresh: np.ndarray, known: np.ndarray) -> np.ndarray:
    fresh = fresh.copy()
    fresh["used"] = known["used"]
    return fresh
