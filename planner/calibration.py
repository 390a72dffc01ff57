"""The estimate fitted to a sample of road times."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from planner.travel import UNREACHABLE, Estimate

FEWEST = 20  # pairs; fewer say nothing of an area
ROUNDS = 10
NEAR, SHORT = 50.0, 20.0  # metres and seconds; pairs below say more of driveways than of the area
LEAST_PER_KM, MOST_PER_KM = 0.4, 12.0  # minutes
LEAST_DETOUR, MOST_DETOUR = 1.0, 5.0


def calibrated(km: np.ndarray, seconds: np.ndarray, metres: np.ndarray) -> Estimate | None:
    """The estimate that is off by the least share, on average, of these road times; None for too few of them.

    km : great circle.  seconds, metres : by road, UNREACHABLE where no way leads.  All of one shape.
    The bands of speed beyond 16 km keep their proportion to the minutes per kilometre.
    """
    usable = (km * 1000 >= NEAR) & (seconds >= SHORT) & (seconds < UNREACHABLE) & (metres < UNREACHABLE)
    if usable.sum() < FEWEST:
        return None
    default = Estimate()
    minutes = seconds[usable] / 60
    # Kilometres as the default knows them: those beyond 16 count as many as take as long at the first 16's speed.
    counted = (default.seconds(km[usable]) / 60 - default.overhead_minutes) / default.minutes_per_km
    overhead, per_km = _fit(counted, minutes)
    detour = float(np.median(metres[usable] / (1000 * km[usable])))
    return replace(
        default,
        overhead_minutes=round(overhead, 4),
        minutes_per_km=round(per_km, 4),
        detour=round(min(max(detour, LEAST_DETOUR), MOST_DETOUR), 4),
        bands=tuple((start, round(speed * default.minutes_per_km / per_km, 3)) for start, speed in default.bands),
    )


def _fit(x: np.ndarray, minutes: np.ndarray) -> tuple[float, float]:
    """(a, b) of minutes = a + b x with the least sum of |error| / minutes, by reweighted least squares; a is not negative."""
    weights = 1 / minutes**2
    overhead, per_km = 0.0, 1.0
    for _ in range(ROUNDS):
        overhead, per_km = _least_squares(x, minutes, weights)
        share = np.abs(overhead + per_km * x - minutes) / minutes
        weights = 1 / (minutes**2 * np.maximum(share, 0.01))
    return overhead, min(max(per_km, LEAST_PER_KM), MOST_PER_KM)


def _least_squares(x: np.ndarray, y: np.ndarray, weights: np.ndarray) -> tuple[float, float]:
    total = weights.sum()
    mean_x, mean_y = (weights * x).sum() / total, (weights * y).sum() / total
    spread = (weights * (x - mean_x) ** 2).sum()
    slope = (weights * (x - mean_x) * (y - mean_y)).sum() / spread if spread > 0 else mean_y / max(mean_x, 1e-9)
    overhead = mean_y - slope * mean_x
    if overhead < 0:
        overhead, slope = 0.0, (weights * x * y).sum() / (weights * x * x).sum()
    return float(overhead), float(slope)
