"""The places of a set: by position, in the order of its rows and columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import numpy as np

from planner.travel import Place

STEPS = 100_000  # a degree: about a metre
KIND = np.dtype([("lat", "<i4"), ("lon", "<i4"), ("snap", "<u2"), ("used", "<u2")])
UNTOLD, FARTHEST = 65_535, 65_534  # metres to the road
TOUCH_DAYS = 7  # use is noted as often
EPOCH = date(2020, 1, 1)
Key = tuple[int, int]


def key(place: Place) -> Key:
    return round(place.lat * STEPS), round(place.lon * STEPS)


def place(known: Key) -> Place:
    return Place(known[0] / STEPS, known[1] / STEPS)


def points(keys: Iterable[Key], today: date) -> np.ndarray:
    """As they are kept, shape (places,), of KIND: used today, their way to the road untold."""
    found = list(keys)
    made = np.zeros(len(found), KIND)
    made["lat"], made["lon"] = [k[0] for k in found], [k[1] for k in found]
    made["snap"], made["used"] = UNTOLD, (today - EPOCH).days
    return made


def read(content: bytes) -> np.ndarray:
    return np.frombuffer(content, KIND).copy()


def keys(kept: np.ndarray) -> list[Key]:
    return list(zip(kept["lat"].tolist(), kept["lon"].tolist(), strict=True))


def places(kept: np.ndarray) -> list[Place]:
    return [place(known) for known in keys(kept)]


def snapped(metres: np.ndarray) -> np.ndarray:
    """Metres to the road as they are kept; nan is UNTOLD."""
    told = np.clip(np.nan_to_num(metres, nan=UNTOLD, posinf=FARTHEST), 0, FARTHEST)
    return np.where(np.isnan(metres), UNTOLD, np.rint(told)).astype(np.uint16)


def unused(kept: np.ndarray, today: date, days: int) -> np.ndarray:
    """Which nobody has asked for in so many days."""
    return kept["used"].astype(int) < (today - timedelta(days=days) - EPOCH).days


def untouched(kept: np.ndarray, today: date) -> bool:
    """Whether it is a while since use of some of these was noted."""
    return bool(unused(kept, today, TOUCH_DAYS).any())


def day(today: date) -> int:
    return (today - EPOCH).days


def index(kept: np.ndarray) -> dict[Key, int]:
    return {known: n for n, known in enumerate(keys(kept))}


def distinct(found: Sequence[Place]) -> tuple[list[Key], list[int]]:
    """The positions, each once, and of each place which of them it is."""
    where: dict[Key, int] = {}
    which = [where.setdefault(key(p), len(where)) for p in found]
    return list(where), which
