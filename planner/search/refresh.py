"""A day lived through anew."""

# ruff: noqa: F403, F405  the columns are read by their bare names
from __future__ import annotations

from planner.search.compiled import entry
from planner.search.layout import *
from planner.search.schedule import refresh_steady
from planner.search.timed import refresh_timed


@entry
def refresh(state, d):
    """Recompute day `d` after a change of its order; False (and no price) when it cannot be kept."""
    if state.tally[TIMED]:
        return refresh_timed(state, d)
    return refresh_steady(state, d)
