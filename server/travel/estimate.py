"""Travel times without an engine: the estimate, fitted to the roads of the area where these were ever asked for."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import lru_cache
from statistics import median
from uuid import UUID

from sqlalchemy.orm import Session

from planner.travel import Estimate, Place, TravelMatrix
from server.core.database import db
from server.travel.models import TravelSet
from server.travel.port import Times
from server.travel.store.sets import calibrations, estimate_of

DEFAULT = Estimate()
ESTIMATE, CALIBRATED = "estimate", "calibrated"


class GreatCircle:
    """Right by about a fifth on average, always there."""

    def times(
        self,
        places: Sequence[Place],
        rep_id: UUID | None = None,
        anchors: Sequence[int] = (),
        passing: Collection[int] = (),
    ) -> Times:
        return Times(estimated(fitted_to(rep_id), places))


def fitted_to(rep_id: UUID | None) -> Estimate:
    """The rep's own, else the company's (the median of its reps'), else the default."""
    with Session(db.engine) as session:
        row = session.get(TravelSet, rep_id) if rep_id is not None else None
        own = estimate_of(row.calibration) if row is not None else None
        return own or _middle(calibrations(session))


def estimated(estimate: Estimate, places: Sequence[Place]) -> TravelMatrix:
    return _matrix(estimate, tuple(places))


@lru_cache(maxsize=8)
def _matrix(estimate: Estimate, places: tuple[Place, ...]) -> TravelMatrix:
    """Most changes move no place, and a rep's plan is repaired several times in a row."""
    found = estimate.matrix(list(places))
    source = ESTIMATE if estimate == DEFAULT else CALIBRATED
    return TravelMatrix(found.seconds, found.metres, source)


def _middle(found: Sequence[Estimate]) -> Estimate:
    if not found:
        return DEFAULT
    per_km = median(one.minutes_per_km for one in found)
    return Estimate(
        median(one.overhead_minutes for one in found), per_km, median(one.detour for one in found),
        tuple((start, speed * DEFAULT.minutes_per_km / per_km) for start, speed in DEFAULT.bands),
    )  # fmt: skip
