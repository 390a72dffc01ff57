"""The way by road, asked of the engine that gives the travel times: OSRM's and Valhalla's route services.

Whoever downloads a day waits for it two seconds at most; an engine that is slow, gone or talks nonsense gives straight lines.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

from server.core.config import Settings
from server.tracks.geometry import GEOMETRIES, Lines, Point, RouteGeometry, StraightLines
from server.travel.asked import Connection, connected
from server.travel.engines.faults import Deadline, EngineFault, Garbage, Refused
from server.travel.engines.http import Client

SECONDS = 2.0
MOST = 100  # places of a day
PRECISION = 1e6  # of Valhalla's lines
Legs = list[list[Point]]


class RoadLines:
    """By the engine of a connection, with its breaker: nobody waits again and again for one that keeps failing."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._ask: Callable[[Client, Sequence[Point], Deadline], Legs] = (
            _osrm if connection.engine.name == "osrm" else _valhalla
        )

    def lines(self, places: Sequence[Point]) -> Lines:
        straight, breaker = StraightLines().lines(places), self.connection.breaker
        if not straight.legs or len(places) > MOST or not breaker.allows():
            return straight
        engine: Any = self.connection.engine
        try:
            legs = self._ask(engine.client, places, Deadline(SECONDS))
            if len(legs) != len(straight.legs):
                raise Garbage("not a line for each leg")
        except Refused:  # there is no way; the engine is well
            breaker.succeeded()
            return straight
        except EngineFault as fault:
            breaker.failed(str(fault))
            return straight
        except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
            breaker.failed(f"a route that cannot be read ({type(error).__name__})")
            return straight
        breaker.succeeded()
        return Lines(
            [_joined(start, leg, end) for leg, (start, end) in zip(legs, pairwise(places), strict=True)], engine.name
        )


def road_lines(settings: Settings) -> RouteGeometry:
    connection = connected(settings)
    return RoadLines(connection) if connection else StraightLines()


GEOMETRIES.update(dict.fromkeys(("osrm", "local", "valhalla"), road_lines))


def _joined(start: Point, leg: list[Point], end: Point) -> list[Point]:
    """From the door to the road and from the road to the door; no point twice in a row."""
    points = [start, *leg, end]
    return [start, *(point for before, point in pairwise(points) if point != before)]


def _osrm(client: Client, places: Sequence[Point], until: Deadline) -> Legs:
    at = ";".join(f"{lon:.6f},{lat:.6f}" for lat, lon in places)
    answer = client.get(f"/route/v1/driving/{at}?geometries=geojson&overview=false&steps=true", until)
    said = answer.document
    if answer.status != 200 or said["code"] != "Ok":
        raise Refused(str(said["code"]), "")
    return [
        [(float(lat), float(lon)) for step in leg["steps"] for lon, lat in step["geometry"]["coordinates"]]
        for leg in said["routes"][0]["legs"]
    ]


def _valhalla(client: Client, places: Sequence[Point], until: Deadline) -> Legs:
    body = {
        "locations": [{"lat": lat, "lon": lon} for lat, lon in places],
        "costing": "auto",
        "directions_type": "none",
    }
    answer = client.post("/route", body, until)
    said = answer.document
    if answer.status != 200:
        raise Refused(str(said["error_code"]), "")
    return [_decoded(leg["shape"]) for leg in said["trip"]["legs"]]


def _decoded(shape: str) -> list[Point]:
    """Google's polyline algorithm with six digits: differences in zigzag, five bits a character."""
    numbers, value, shift = [], 0, 0
    for character in shape.encode("ascii"):
        value |= ((character - 63) & 0x1F) << shift
        shift += 5
        if character - 63 < 0x20:
            numbers.append(~(value >> 1) if value & 1 else value >> 1)
            value, shift = 0, 0
    lat, lon, points = 0, 0, []
    for north, east in zip(numbers[::2], numbers[1::2], strict=True):
        lat, lon = lat + north, lon + east
        points.append((lat / PRECISION, lon / PRECISION))
    return points
