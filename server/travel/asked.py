"""The engine of an installation with its breaker: one of them in a process, whoever asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from server.core.config import Settings
from server.travel.engines.breaker import Breaker
from server.travel.engines.osrm import Osrm
from server.travel.engines.tiles import Engine
from server.travel.engines.valhalla import Valhalla
from server.travel.local.graph import current

ENGINES: dict[str, Callable[[str], Engine]] = {"osrm": Osrm, "valhalla": Valhalla}


@dataclass(frozen=True)
class Connection:
    engine: Engine
    breaker: Breaker = field(default_factory=Breaker)


@cache
def connection(name: str, address: str, roads: Path) -> Connection:
    """`name` as in FIELDBEAT_TRAVEL; `address` of the server; `roads`: the folder of our own engine, whose map is known."""
    return Connection(Osrm(address, lambda: _own_map(roads)) if name == "local" else ENGINES[name](address))


def _own_map(roads: Path) -> str:
    graph = current(roads)
    return graph.version if graph is not None else "none"


def connected(settings: Settings) -> Connection | None:
    """None where times are estimated."""
    if settings.travel == "estimate":
        return None
    return connection(settings.travel, settings.road_engine, settings.roads)
