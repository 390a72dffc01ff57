"""Which tasks leave their days in an iteration."""

# ruff: noqa: F403, F405  the columns are read by their bare names
from __future__ import annotations

import numpy as np

from planner.search.chance import below, uniform
from planner.search.compiled import inline, inner, once
from planner.search.layout import *
from planner.search.moves import stay
from planner.search.nights import another_night, like_day

MOST = 12  # tasks removed around a seed
FROM_DAYS = 14.0  # tasks removed from two days, about
STRING = 8  # longest string of neighbouring stops
STRINGS = 3
EXTRA = 6  # tasks now left out that may enter
ROOM = MOST + EXTRA + STRING * STRINGS + 40


@inline
def _add(state, o, taken, m):
    """Note task `o` unless it is noted or may not be moved."""
    if state.task[o, FREE] == 0 or state.task[o, STAMP] == state.tally[STAMPS] or m >= taken.shape[0] - EXTRA:
        return m
    state.task[o, STAMP] = state.tally[STAMPS]
    taken[m] = o
    return m + 1


@once
def related(state, seed, taken, m):
    """Near in space, with days in common."""
    for _ in range(2 + below(state.rng, min(MOST, max(3, state.tally[FREE_COUNT] // 4)) - 1)):
        o = state.near[seed, below(state.rng, state.near.shape[1])]
        if o >= 0:
            m = _add(state, o, taken, m)
    return m


@once
def scattered(state, taken, m):
    """Anywhere."""
    for _ in range(1 + below(state.rng, min(MOST, max(3, state.tally[FREE_COUNT] // 4)) - 1)):
        m = _add(state, state.lists[state.tally[FREE_FROM] + below(state.rng, state.tally[FREE_COUNT])], taken, m)
    return m


@once
def two_days(state, seed, taken, m):
    """Most of a day and of another at most four workdays away."""
    days = state.day.shape[0]
    d = state.task[seed, WHERE]
    if d < 0:
        first, last = state.task[seed, FIRST], state.task[seed, LAST]
        d = state.lists[first + below(state.rng, last - first)]
    e = min(days - 1, max(0, d + below(state.rng, 9) - 4))
    total = state.day[d, N] + (state.day[e, N] if e != d else 0)
    share = FROM_DAYS / total if total > FROM_DAYS else 1.0
    for turn in range(2):
        g = d if turn == 0 else e
        for i in range(state.day[g, N]):
            if uniform(state.rng) < share:
                m = _add(state, state.route[g, TASKS, i], taken, m)
    return m


@once
def strings(state, seed, taken, m, words):
    """Strings of neighbouring stops on the days that pass near the seed (Christiaens and Vanden Berghe 2020)."""
    left = 1 + below(state.rng, STRINGS)
    words[:] = 0
    for j in range(-1, state.near.shape[1]):
        o = seed if j < 0 else state.near[seed, j]
        if o < 0:
            break
        d = state.task[o, WHERE]
        if d < 0 or has_day(words, d):
            continue
        add_day(words, d)
        m = _string(state, o, d, taken, m)
        left -= 1
        if left == 0:
            break
    return m


@once
def _string(state, o, d, taken, m):
    """A random string of stops of day `d` that contains task `o`."""
    n = state.day[d, N]
    length = min(n, 1 + below(state.rng, STRING))
    at = 0
    while state.route[d, TASKS, at] != o:
        at += 1
    low, high = max(0, at - length + 1), min(at, n - length)
    start = low + below(state.rng, high - low + 1)
    for i in range(start, start + length):
        m = _add(state, state.route[d, TASKS, i], taken, m)
    return m


@once
def whole_chain(state, seed, taken, m):
    """All visits of the seed's site and of one near by, so that dates (and reps, with their groups) can shift together."""
    for turn in range(2):
        o = seed if turn == 0 else state.near[seed, below(state.rng, state.near.shape[1])]
        c = np.int64(state.task[o, CHAIN]) if o >= 0 else -1
        one = c
        while one >= 0:
            for member in range(state.chain[one, FIRST_MEMBER], state.chain[one, END_MEMBER]):
                m = _add(state, member, taken, m)
            one = state.chain[one, ONE_REP] - 1
            if one == c:
                break
    return m


@inner
def nights(state, seed, taken, m):
    """A night is spent elsewhere: one of its days stays mostly as it is; the other one, and a day in the same region, begin anew."""
    tally = state.tally
    d = np.int64(state.lists[tally[EVENINGS_FROM] + below(state.rng, tally[EVENINGS])])
    e = np.int64(state.day[d, NEXT])
    kept, other = (d, e) if uniform(state.rng) < 0.5 else (e, d)
    place, near = another_night(state, d, kept, seed)
    stay(state, d, place)
    like = like_day(state, near, d, e) if near >= 0 else -1
    m = _share(state, other, taken, m, 1.0)
    m = _share(state, kept, taken, m, 0.2 if near >= 0 else 0.5)
    return _share(state, like, taken, m, 1.0) if like >= 0 else m


@inner
def _share(state, d, taken, m, share):
    """Tasks of a day, each with so much chance."""
    for i in range(state.day[d, N]):
        if uniform(state.rng) < share:
            m = _add(state, state.route[d, TASKS, i], taken, m)
    return m


@once
def left_out_near(state, seed, taken, m):
    """Tasks near the seed that stand nowhere."""
    for i in range(state.near.shape[1]):
        o = state.near[seed, i]
        if o >= 0 and state.task[o, WHERE] < 0:
            m = _add(state, o, taken, m)
    return m


@once
def enter(state, taken, m, words):
    """Some tasks now left out that could use the days just opened: a fair sample of at most EXTRA."""
    base, seen = m, 0
    for i in range(state.tally[FREE_COUNT]):
        o = state.lists[state.tally[FREE_FROM] + i]
        if state.task[o, WHERE] >= 0 or state.task[o, STAMP] == state.tally[STAMPS]:
            continue
        hit = False
        for h in range(words.shape[0]):
            if state.overlap[o, h] & words[h]:
                hit = True
        if not hit:
            continue
        seen += 1
        if m - base < EXTRA:
            taken[m] = o
            m += 1
        else:
            j = below(state.rng, seen)
            if j < EXTRA:
                taken[base + j] = o
    return m


@inline
def add_day(words, d):
    words[d >> 6] |= _bit(d)


@once
def has_day(words, d):
    return (words[d >> 6] & _bit(d)) != 0


@inline
def _bit(d):
    return np.uint64(1) << np.uint64(d & 63)
