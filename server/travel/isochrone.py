"""How far a rep comes from home within some minutes, as an area: times to the points of a grid, and the line between near and far."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from uuid import UUID

import numpy as np
from contourpy import FillType, contour_generator
from flask import current_app

from planner.travel import UNREACHABLE, Place
from server.core.config import Settings
from server.core.database import db
from server.core.errors import Invalid
from server.identity.models import User
from server.identity.scope import visible_rep
from server.travel.asked import Connection, connected
from server.travel.engines import tiles
from server.travel.engines.faults import Deadline, EngineFault
from server.travel.estimate import estimated, fitted_to

FASTEST = 36.0  # metres through the air in a second, 130 km/h: nobody comes farther
METRES_A_DEGREE = 111_195.0
COARSE = 8  # steps from home to each side: to find out how far one comes
FINE, FEW = 20, 10  # the same, to draw it: an engine of small tables is asked less
SMALL_TABLES = 500  # places a side
BEYOND = 2.0  # times the limit: what counts as not reached lies so far, so that the line runs between
LEAST_SNAP = 500.0  # metres; a point farther from any road than that, and than half a step, is not reached
HIGHEST = 89.0  # degrees; beyond it a grid of degrees is none, and there are no roads
Json = dict[str, Any]


@dataclass(frozen=True)
class Grid:
    """Longitudes (beyond 180 degrees where it lies across) and latitudes in rising order, home among them."""

    lons: np.ndarray
    lats: np.ndarray

    @property
    def places(self) -> list[Place]:
        return [Place(float(lat), float((lon + 180) % 360 - 180)) for lat in self.lats for lon in self.lons]

    @property
    def step_metres(self) -> float:
        return METRES_A_DEGREE * float(np.diff(self.lats).max())


def isochrone(user: User, rep_id: UUID, minutes: int) -> Json:
    """A GeoJSON feature: the area that is reached; its properties say by what times."""
    session = db.session()
    rep = visible_rep(session, user, rep_id)
    if rep.home_lat is None or rep.home_lon is None:
        raise Invalid(pointers={"/path/rep_id": "The rep has no home; set home_lat and home_lon."})
    home = Place(rep.home_lat, rep.home_lon)
    session.rollback()  # an engine may be asked
    settings: Settings = current_app.extensions["settings"]
    area, source = _by_road(connected(settings), settings.travel_seconds, home, minutes) or _estimated(
        rep_id, home, minutes
    )
    return {
        "type": "Feature",
        "properties": {"rep_id": rep_id, "minutes": minutes, "travel_source": source},
        "geometry": {"type": "MultiPolygon", "coordinates": area},
    }


def _by_road(connection: Connection | None, seconds: float, home: Place, minutes: int) -> tuple[list[Any], str] | None:
    """None: there is no engine, or it cannot say."""
    if connection is None or not connection.breaker.allows():
        return None
    until, engine = Deadline(seconds), connection.engine
    try:
        coarse = _around(home, minutes)
        near = _asked(engine, home, coarse, until) <= 60 * minutes
        if near.sum() < 2:  # home alone: the map does not reach here, or the steps are too long to tell
            near[COARSE - 1 : COARSE + 2, COARSE - 1 : COARSE + 2] = True
        grid = _within(coarse, near, home, FINE if engine.side >= SMALL_TABLES else FEW)
        times = _asked(engine, home, grid, until)
    except EngineFault as fault:
        connection.breaker.failed(str(fault))
        return None
    connection.breaker.succeeded()
    if (times < UNREACHABLE).sum() < 2:
        return None
    return _area(grid, times, 60 * minutes), engine.name


def _estimated(rep_id: UUID, home: Place, minutes: int) -> tuple[list[Any], str]:
    estimate = fitted_to(rep_id)

    def times(grid: Grid) -> np.ndarray:
        seconds = estimate.matrix([home, *grid.places]).seconds[0, 1:]
        return seconds.reshape(len(grid.lats), len(grid.lons)).astype(float)

    coarse = _around(home, minutes)
    grid = _within(coarse, times(coarse) <= 60 * minutes, home, FEW)
    return _area(grid, times(grid), 60 * minutes), estimated(estimate, (home, home)).source


def _around(home: Place, minutes: int) -> Grid:
    reach = 60 * minutes * FASTEST / METRES_A_DEGREE
    steps = np.arange(-COARSE, COARSE + 1) / COARSE
    lats = np.clip(home.lat + reach * steps, -HIGHEST, HIGHEST)
    east = min(90.0, reach / np.cos(np.radians(min(HIGHEST, abs(home.lat)))))  # not around the pole
    return Grid(home.lon + east * steps, np.unique(np.append(lats, home.lat)))


def _within(coarse: Grid, near: np.ndarray, home: Place, count: int) -> Grid:
    """A finer grid around what is near, `count` steps from home to each of its sides."""
    lons = _finer(coarse.lons, np.any(near, axis=0), home.lon, count)
    return Grid(lons, _finer(coarse.lats, np.any(near, axis=1), home.lat, count))


def _finer(ticks: np.ndarray, near: np.ndarray, home: float, count: int) -> np.ndarray:
    reached = np.flatnonzero(near) if near.any() else np.array([len(ticks) // 2])
    low, high = ticks[max(0, reached[0] - 1)], ticks[min(len(ticks) - 1, reached[-1] + 1)]
    return np.unique(np.concatenate([np.linspace(low, home, count + 1), np.linspace(home, high, count + 1)]))


def _asked(engine: tiles.Engine, home: Place, grid: Grid, until: Deadline) -> np.ndarray:
    """Seconds from home to each point, shape (latitudes, longitudes); UNREACHABLE where no road is near."""
    block, fault = tiles.ask(engine, [home], grid.places, until)
    if fault is not None:
        raise fault
    seconds = block.seconds[0].astype(float)
    off = np.nan_to_num(block.target_snaps, nan=0.0) > max(LEAST_SNAP, grid.step_metres / 2)
    seconds[off | (seconds < 0)] = UNREACHABLE
    return seconds.reshape(len(grid.lats), len(grid.lons))


def _area(grid: Grid, seconds: np.ndarray, limit: float) -> list[Any]:
    """Polygons with their holes, as GeoJSON has them: [lon, lat], closed, outer rings counter-clockwise."""
    times = np.minimum(seconds, BEYOND * limit)
    times[:, [0, -1]] = times[[0, -1], :] = BEYOND * limit  # the line ends within the grid
    made = contour_generator(grid.lons, grid.lats, times, fill_type=FillType.OuterOffset)
    found: Any = made.filled(-1.0, float(limit))  # its type depends on fill_type
    return [
        [np.round(ring[begin:end], 6).tolist() for begin, end in pairwise(rings)]
        for ring, rings in zip(*found, strict=True)
    ]
