"""The engine of an installation with its breaker: one of them in a process, whoever asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache

from server.core.config import Settings
from server.travel.engines.breaker import Breaker
from server.travel.engines.osrm import Osrm
from server.travel.engines.tiles import Engine
from server.travel.engines.valhalla import Valhalla

ENGINES: dict[str, Callable[[str], Engine]] = {"osrm": Osrm, "local": Osrm, "valhalla": Valhalla}


@dataclass(frozen=True)
class Connection:
    engine: Engine
    breaker: Breaker = field(default_factory=Breaker)


@cache
def connection(name: str, address: str) -> Connection:
    """`name` as in FIELDBEAT_TRAVEL; `address` of the server."""
    return Connection(ENGINES[name](address))


def connected(settings: Settings) -> Connection | None:
    """None where times are estimated."""
    return connection(settings.travel, settings.road_engine) if settings.travel in ENGINES else None
