"""Nights away from home: another end of one day and another beginning of the next."""

# ruff: noqa: F403, F405  the columns are read by their bare names
from __future__ import annotations

import numpy as np

from planner.search.chance import below, uniform
from planner.search.compiled import entry, inner
from planner.search.layout import *
from planner.search.layout import BIG

HOME_AGAIN = 0.4  # chance to give a night up where there is one
AT_A_SITE = 0.5  # chance to look at visits and not at hotels, where both may be
TRIES = 6  # for a day with visits in the same region
ANY_HOTEL = 0.2  # chance to look at any hotel and not at the one nearest to a stop


@entry
def set_night(state, d, place):
    """Spend the night after day `d` at a place, -1: at home.  The caller refreshes both days."""
    day, e = state.day, state.day[d, NEXT]
    day[d, NIGHT] = day[e, MORNING] = place
    day[d, LODGING] = state.tally[NIGHT_PRICE] if place >= 0 else 0
    day[d, GOAL] = place if place >= 0 else day[d, HOME_GOAL]
    day[e, ORIGIN] = place if place >= 0 else day[e, HOME_ORIGIN]
    day[d, AWAY] = day[d, NIGHT] >= 0 or day[d, MORNING] >= 0
    day[e, AWAY] = day[e, NIGHT] >= 0 or day[e, MORNING] >= 0


@inner
def another_night(state, d, kept, seed):
    """Where the night after day `d` is to be spent instead, near to what is on day `kept` (or to task `seed`, where nothing is):
    (place, -1: at home; a task near there, -1)."""
    tally, n = state.tally, state.day[kept, N]
    if state.day[d, NIGHT] >= 0 and uniform(state.rng) < HOME_AGAIN:
        return -1, -1
    o = np.int64(state.route[kept, TASKS, below(state.rng, n)]) if n else np.int64(seed)
    if tally[AT_SITES] and (tally[HOTELS_COUNT] == 0 or uniform(state.rng) < AT_A_SITE):
        if n:  # where the last visit is, or the next one will be
            o = np.int64(state.route[kept, TASKS, n - 1 if kept == d else 0])
        place = np.int64(state.task[o, PLACE]) if state.task[o, VISIT] else -1
    else:
        place = _hotel(state, np.int64(state.task[o, PLACE]))
    if place < 0 or place == state.day[d, NIGHT]:
        return -1, -1
    home = state.travel[0, place, state.day[d, HOME_GOAL]]
    return (place, o) if tally[FROM_HOME] <= home < BIG else (-1, -1)


@inner
def _hotel(state, place):
    """The hotel nearest to a place, now and then any; -1: there is none."""
    lists, first, count = state.lists, state.tally[HOTELS_FROM], state.tally[HOTELS_COUNT]
    if count == 0:
        return -1
    best = np.int64(lists[first + below(state.rng, count)])
    if place < 0 or uniform(state.rng) < ANY_HOTEL:
        return best
    for k in range(first, first + count):
        if state.travel[0, place, lists[k]] < state.travel[0, place, best]:
            best = np.int64(lists[k])
    return best


@inner
def like_day(state, o, d, e):
    """A day other than these two on which there is a task near task `o`, -1: none was found."""
    for _ in range(TRIES):
        near = state.near[o, below(state.rng, state.near.shape[1])]
        if near >= 0:
            g = np.int64(state.task[near, WHERE])
            if g >= 0 and g != d and g != e:
                return g
    return -1
