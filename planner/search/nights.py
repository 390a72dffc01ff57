"""Nights away from home: another end of one day and another beginning of the next."""

# ruff: noqa: F403, F405  the columns are read by their bare names
from __future__ import annotations

from numba import njit

from planner.search.chance import below, uniform
from planner.search.layout import *
from planner.search.layout import BIG, INNER, JIT

HOME_AGAIN = 0.4  # chance to give a night up where there is one
AT_A_SITE = 0.5  # chance to look at visits and not at hotels, where both may be
NEAR_ONES = 10  # tasks near a hotel that come with it


@njit(**JIT)
def set_night(state, d, place):
    """Spend the night after day `d` at a place, -1: at home.  The caller refreshes both days."""
    day, e = state.day, state.day[d, NEXT]
    day[d, NIGHT] = day[e, MORNING] = place
    day[d, LODGING] = state.tally[NIGHT_PRICE] if place >= 0 else 0
    day[d, GOAL] = place if place >= 0 else day[d, HOME_GOAL]
    day[e, ORIGIN] = place if place >= 0 else day[e, HOME_ORIGIN]
    day[d, AWAY] = day[d, NIGHT] >= 0 or day[d, MORNING] >= 0
    day[e, AWAY] = day[e, NIGHT] >= 0 or day[e, MORNING] >= 0


@njit(**INNER)
def another_night(state):
    """(a day, where its night is to be spent instead, where in `lists` the tasks near there are)

    The place is -1 for home, and the tasks 0 where they are not listed.
    """
    lists, tally = state.lists, state.tally
    d = int(lists[tally[EVENINGS_FROM] + below(state.rng, tally[EVENINGS])])
    if state.day[d, NIGHT] >= 0 and uniform(state.rng) < HOME_AGAIN:
        return d, -1, 0
    place, at = -1, 0
    if tally[AT_SITES] and (tally[HOTELS_COUNT] == 0 or uniform(state.rng) < AT_A_SITE):
        place = _site(state, d)
    elif tally[HOTELS_COUNT]:
        at = tally[HOTELS_FROM] + below(state.rng, tally[HOTELS_COUNT]) * (NEAR_HOTEL + 1)
        place, at = int(lists[at]), at + 1
    if place < 0 or place == state.day[d, NIGHT]:
        return d, -1, 0
    home = state.travel[0, place, state.day[d, HOME_GOAL]]
    return (d, place, at) if tally[FROM_HOME] <= home < BIG else (d, -1, 0)


@njit(**INNER)
def _site(state, d):
    """The place of the last visit of the day or of the first one of the next (of any on them, now and then); -1: there is none."""
    e = state.day[d, NEXT]
    g = d if uniform(state.rng) < 0.6 else e
    if state.day[g, N] == 0:
        return -1
    i = state.day[g, N] - 1 if g == d else 0
    if uniform(state.rng) < 0.3:
        i = below(state.rng, state.day[g, N])
    o = state.route[g, TASKS, i]
    return int(state.task[o, PLACE]) if state.task[o, VISIT] else -1
