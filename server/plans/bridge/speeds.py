"""Bands of speed as the planner knows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from planner.travel import SpeedBand


def speed_bands(bands: Iterable[Mapping[str, Any]]) -> tuple[SpeedBand, ...]:
    """From the stored form (server.company.schemas.SpeedBandSchema)."""
    return tuple(
        SpeedBand(_seconds(band["from"]), _seconds(band["to"]), band["percent"], frozenset(band["weekdays"]))
        for band in bands
    )


def _seconds(clock: str) -> int:
    """Since midnight on a day without a clock change; on the others, a few nights a year, a band is an hour off."""
    hours, minutes = clock.split(":")
    return 3600 * int(hours) + 60 * int(minutes)
