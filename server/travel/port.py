"""The port that every source of travel times fills."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Protocol

from server.core.config import ConfigError

if TYPE_CHECKING:  # the name of a source is checked at every start, also of commands that plan nothing
    from planner.travel import Place, TravelMatrix


class TravelTimes(Protocol):
    """Seconds and metres between places.  `source` names where the numbers come from, for people and for plans."""

    source: str

    def matrix(self, places: Sequence[Place]) -> TravelMatrix:
        """From each place to each other, int32, shape (places, places); UNREACHABLE where no way leads."""
        ...


def _great_circle() -> TravelTimes:
    from server.travel.estimate import GreatCircle

    return GreatCircle()


SOURCES: dict[str, Callable[[], TravelTimes]] = {"estimate": _great_circle}


def check_source(name: str) -> None:
    """ConfigError for a source that does not exist."""
    if name not in SOURCES:
        raise ConfigError(f"FIELDBEAT_TRAVEL is {name!r}; it is one of {', '.join(sorted(SOURCES))}")


@cache
def travel_times(name: str = "estimate") -> TravelTimes:
    """The source that the setting FIELDBEAT_TRAVEL names; ConfigError for one that does not exist."""
    check_source(name)
    return SOURCES[name]()
