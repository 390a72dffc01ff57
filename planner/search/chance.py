"""Random numbers of the search: one 64-bit word of state, the same on every machine."""

from __future__ import annotations

import numpy as np

from planner.search.compiled import entry

_MULTIPLIER = np.uint64(2685821657736338717)
_UNIT = 1.0 / 9007199254740992.0  # 2 ** -53


def seeded(seed: int) -> np.ndarray:
    """A state for `seed`; neighbouring seeds give unrelated sequences."""
    word = (seed * 0x9E3779B97F4A7C15 + 0xD1B54A32D192ED03) % (1 << 64) or 1
    state = np.array([word], np.uint64)
    for _ in range(8):
        uniform(state)
    return state


@entry
def uniform(state):
    """Uniform in [0, 1): xorshift64* (Vigna 2016)."""
    x = state[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    state[0] = x
    return float((x * _MULTIPLIER) >> np.uint64(11)) * _UNIT


@entry
def below(state, n):
    """Uniform whole number in [0, n)."""
    return int(uniform(state) * n)
