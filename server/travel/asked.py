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
from server.travel.local.engine import OwnOsrm

ENGINES: dict[str, Callable[[str], Engine]] = {"osrm": Osrm, "valhalla": Valhalla}  # of others, at an address


@dataclass(frozen=True)
class Connection:
    engine: Engine
    breaker: Breaker = field(default_factory=Breaker)


def connected(settings: Settings) -> Connection | None:
    """The engine that FIELDBEAT_TRAVEL names; None where times are estimated."""
    if settings.travel == "local":
        return _own(settings.roads, settings.travel_port)
    return _other(settings.travel, settings.travel_url) if settings.travel in ENGINES else None


@cache
def _own(roads: Path, port: int) -> Connection:
    return Connection(OwnOsrm(roads, port))


@cache
def _other(name: str, address: str) -> Connection:
    return Connection(ENGINES[name](address))
