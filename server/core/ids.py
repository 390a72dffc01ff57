"""Identifiers: UUID version 7 (RFC 9562), so that new rows lie together in every index."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random
from uuid import UUID

_chance: Callable[[int], int] = secrets.randbits


def new_id() -> UUID:
    """A fresh id: 48 bits of milliseconds, 74 random bits."""
    stamp = time.time_ns() // 1_000_000
    chance = _chance(74)
    value = (stamp & (1 << 48) - 1) << 80 | 0x7 << 76 | chance >> 62 << 64 | 0b10 << 62 | chance & (1 << 62) - 1
    return UUID(int=value)


@contextmanager
def repeatable(seed: int) -> Iterator[None]:
    """Ids of this process that come again in the next run, for tests of what hangs on their order.  Not for production."""
    global _chance
    before, _chance = _chance, Random(seed).getrandbits
    try:
        yield
    finally:
        _chance = before
