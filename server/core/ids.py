"""Identifiers: UUID version 7 (RFC 9562), so that new rows lie together in every index."""

from __future__ import annotations

import secrets
import time
from uuid import UUID


def new_id() -> UUID:
    """A fresh id: 48 bits of milliseconds, 74 random bits."""
    stamp = time.time_ns() // 1_000_000
    chance = secrets.randbits(74)
    value = (stamp & (1 << 48) - 1) << 80 | 0x7 << 76 | chance >> 62 << 64 | 0b10 << 62 | chance & (1 << 62) - 1
    return UUID(int=value)
