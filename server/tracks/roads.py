"""Lines along the roads, from the engine that travel times come from."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from planner.travel import Place
from server.core.config import Settings
from server.tracks.geometry import Lines, Point, RouteGeometry, StraightLines
from server.travel.asked import Connection, connected
from server.travel.engines.faults import Deadline, EngineFault, Garbage, Refused

SECONDS = 3.0  # somebody waits for the file


class RoadLines:
    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def lines(self, places: Sequence[Point]) -> Lines:
        """By road, from door to door; straight where the engine gives none, which it then says in `source`."""
        engine, breaker = self.connection.engine, self.connection.breaker
        if len(places) > 1 and breaker.allows():
            try:
                ways = engine.ways([Place(*place) for place in places], Deadline(SECONDS))
                if len(ways) != len(places) - 1:
                    raise Garbage(f"{len(ways)} lines for {len(places)} places")
            except Refused:  # it is well; there is no way between two of them
                breaker.succeeded()
            except EngineFault as fault:
                breaker.failed(str(fault))
            else:
                breaker.succeeded()
                doors = pairwise(places)
                return Lines([[start, *way, end] for (start, end), way in zip(doors, ways, strict=True)], engine.name)
        return StraightLines().lines(places)


def geometry(settings: Settings) -> RouteGeometry:
    """Of the engine that FIELDBEAT_TRAVEL names; straight lines where times are estimated."""
    connection = connected(settings)
    return RoadLines(connection) if connection else StraightLines()
