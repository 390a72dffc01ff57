"""The port that every source of travel times fills."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

if TYPE_CHECKING:
    from planner.travel import Place, TravelMatrix
    from server.core.config import Settings


@dataclass(frozen=True)
class Times:
    """Times between places, and what is known of them.

    off_road : places (indexes) that the engine had to move by more than 500 m, with the metres.
    by_road : whether an engine was asked; else nothing is known of roads.  What is off the road where its map ends before is nothing.
    lacking : whether something was estimated because the engine did not answer (yet).
    """

    matrix: TravelMatrix
    off_road: Mapping[int, int] = field(default_factory=dict)
    by_road: bool = False
    lacking: bool = False


class TravelTimes(Protocol):
    """Seconds and metres between places.  `matrix.source` of what it gives says where the numbers come from:

    estimate, calibrated (an estimate fitted to roads), osrm, valhalla, "osrm outdated" (kept, and too old), "osrm+estimate" or
    "osrm+calibrated" (some of them estimated).
    """

    def times(
        self,
        places: Sequence[Place],
        rep_id: UUID | None = None,
        anchors: Sequence[int] = (),
        passing: Collection[int] = (),
    ) -> Times:
        """From each place to each other, int32, shape (places, places); UNREACHABLE where no way leads.

        rep_id : whose places they are; None: they are kept for nobody, and estimated.
        anchors : of the places those without which nothing can be planned (a home): estimated where the engine finds no way at all.
        passing : places that somebody asks about once: their times are kept for nobody.
        """
        ...


def travel_times(settings: Settings) -> TravelTimes:
    """The source that FIELDBEAT_TRAVEL names."""
    from server.travel.estimate import GreatCircle

    if settings.travel == "estimate":
        return GreatCircle()
    from server.travel.asked import connected
    from server.travel.roads import Roads

    connection = connected(settings)
    assert connection is not None
    return Roads(connection, settings.travel_seconds, settings.travel_days)
