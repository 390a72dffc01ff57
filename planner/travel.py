"""Where things are and how long it takes between them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from planner.calendar import ALL_WEEK, DAY_SECONDS
from planner.errors import ProblemError

EARTH_RADIUS_M = 6_371_008.8
UNREACHABLE = 2**30  # seconds (and metres) of a pair that no road joins
ROWS = 64  # of a matrix that are reckoned at once, so that what is on the way to them takes little memory
SLOWEST, FASTEST = 10, 1000  # percent of the matrix's speed


@dataclass(frozen=True, slots=True)
class Place:
    """Degrees WGS84."""

    lat: float
    lon: float

    def __post_init__(self) -> None:
        if not (-90 <= self.lat <= 90 and -180 <= self.lon <= 180):
            raise ProblemError(f"not a position: latitude {self.lat}, longitude {self.lon}")


@dataclass(frozen=True, eq=False)
class TravelMatrix:
    """Seconds and metres from place i to place j, int32 arrays of shape (places, places); read only.

    `source` says where the numbers come from ("estimate", "osrm", ...).
    """

    seconds: np.ndarray
    metres: np.ndarray
    source: str = "estimate"

    def __post_init__(self) -> None:
        for array in (self.seconds, self.metres):
            if array.ndim != 2 or array.shape[0] != array.shape[1] or array.shape != self.seconds.shape:
                raise ProblemError("travel times and distances are square and of the same size")
            if array.size and int(array.min()) < 0:
                raise ProblemError("travel times and distances are not negative")
            array.flags.writeable = False

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, TravelMatrix)
            and self.source == other.source
            and np.array_equal(self.seconds, other.seconds)
            and np.array_equal(self.metres, other.metres)
        )


@dataclass(frozen=True, slots=True)
class SpeedBand:
    """From `start` to `end` (seconds since local midnight, the end not included) one drives at `percent` of the speed that the
    matrix is reckoned with: at 50 everything takes twice as long.  Outside of all bands it is 100.

    A way is driven through all the bands that it meets (docs/decisions/0001-planning-model.md, "Speeds").  `area` : of which
    workdays it is, those that name the same; on a workday of an area without bands the matrix holds.
    """

    start: int
    end: int
    percent: int
    weekdays: frozenset[int] = ALL_WEEK
    area: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end <= 2 * DAY_SECONDS:
            raise ProblemError(f"not a band of a day: {self.start} to {self.end} seconds")
        if not SLOWEST <= self.percent <= FASTEST:
            raise ProblemError(f"a speed is {SLOWEST} to {FASTEST} percent of the usual one, not {self.percent}")
        if not self.weekdays <= ALL_WEEK:
            raise ProblemError("weekdays are 0 (Monday) to 6")


@dataclass(frozen=True, slots=True)
class Estimate:
    """Great-circle travel estimate, fitted on 670,000 road pairs of eight ordinary areas (docs/planner.md).

    minutes = overhead + minutes_per_km * km up to 16 km; every further kilometre at the speed of its band, in km/h of
    great circle, up to the cap of the last band.  Road metres = detour * great circle.  Mean error about 20 %.
    """

    overhead_minutes: float = 0.6
    minutes_per_km: float = 1.86
    detour: float = 1.4
    bands: tuple[tuple[float, float], ...] = ((16.0, 60.0), (30.0, 75.0), (60.0, 85.0))

    def __post_init__(self) -> None:
        starts = [start for start, _ in self.bands]
        if not starts or starts != sorted(set(starts)) or starts[0] < 0:
            raise ProblemError("an estimate needs bands that begin at kilometres one after the other")
        if (
            min(self.overhead_minutes, self.minutes_per_km) < 0
            or min(self.detour, *(speed for _, speed in self.bands)) <= 0
        ):
            raise ProblemError("minutes of an estimate are not negative, its detour and speeds are positive")

    def seconds(self, km: np.ndarray) -> np.ndarray:
        """Driving seconds for great-circle kilometres (any shape); 0 for the same place."""
        edges = [start for start, _ in self.bands]
        minutes = self.overhead_minutes + self.minutes_per_km * np.minimum(km, edges[0])
        for (start, speed), end in zip(self.bands, [*edges[1:], np.inf], strict=True):
            minutes = minutes + np.clip(km - start, 0, end - start) * 60.0 / speed
        return np.where(km > 0, np.rint(minutes * 60), 0).astype(np.int32)

    def matrix(self, places: tuple[Place, ...] | list[Place]) -> TravelMatrix:
        seconds, road = np.empty((2, len(places), len(places)), np.int32)
        for rows, metres in by_rows(places):
            seconds[rows], road[rows] = self.seconds(metres / 1000), np.rint(metres * self.detour)
        return TravelMatrix(seconds, road, "estimate")


def great_circle(places: Sequence[Place], others: Sequence[Place] | None = None) -> np.ndarray:
    """Great-circle metres from all places to all others (None: to each other), float64, shape (n, m).

    Haversine on the mean Earth radius.
    """
    lat, lon = _radians(places)
    to_lat, to_lon = (lat, lon) if others is None else _radians(others)
    half = (
        np.sin((lat[:, None] - to_lat) / 2) ** 2
        + np.cos(lat)[:, None] * np.cos(to_lat) * np.sin((lon[:, None] - to_lon) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.clip(half, 0, 1)))


def by_rows(places: Sequence[Place]) -> Iterator[tuple[slice, np.ndarray]]:
    """Great-circle metres between all places a few rows at a time, for what is reckoned from them and kept smaller."""
    for first in range(0, len(places), ROWS):
        rows = slice(first, first + ROWS)
        yield rows, great_circle(places[rows], places)


def _radians(places: Sequence[Place]) -> tuple[np.ndarray, np.ndarray]:
    return np.radians([p.lat for p in places]), np.radians([p.lon for p in places])


def arriving(matrix: TravelMatrix, places: Sequence[Place], access: Mapping[int, int]) -> TravelMatrix:
    """The matrix with seconds added to each way to some places: parking, a gate, stairs.

    access : seconds by index of the place.  Nothing is added between places at one position, nor where no way leads.
    """
    if not any(access.values()):
        return matrix
    there = np.array([access.get(n, 0) for n in range(len(places))], np.int64)
    lat, lon = _radians(places)
    elsewhere = (lat[:, None] != lat) | (lon[:, None] != lon)
    added = np.where(elsewhere & (matrix.seconds < UNREACHABLE), there, 0)
    return TravelMatrix((matrix.seconds + added).astype(np.int32), matrix.metres, matrix.source)
