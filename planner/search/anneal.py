"""Simulated annealing over destroy and repair."""

# ruff: noqa: F403, F405  the columns are read by their bare names
from __future__ import annotations

import math

import numpy as np

from planner.search.chance import below, uniform
from planner.search.compiled import allocating, once
from planner.search.destroy import (
    ROOM,
    add_day,
    enter,
    left_out_near,
    nights,
    related,
    scattered,
    strings,
    two_days,
    whole_chain,
)
from planner.search.layout import *
from planner.search.moves import begin, rollback, settle, take
from planner.search.repair import at_a_loss, by_price, in_turn

# shares of the ways to destroy (the rest: whole chains) and to repair (the rest: one by one)
RELATED, STRINGS, DAYS, SCATTERED = 0.28, 0.70, 0.84, 0.93
REGRET, CHEAPEST = 0.25, 0.40
HOPEFUL = 0.5  # of the whole chains, those put together as if all that are still out found a place
AT_A_LOSS = 0.01  # of the colder half of the iterations, those that plan a seed that was left out even at a loss
MOST_LOSS = 3.0  # times what leaving it out costs
NOISE = (0.0, 0.0, 180.0, 480.0)  # seconds that a price may be blurred by


@allocating
def search(state, iterations, done, planned, hot, cold, best, best_tasks, best_n):
    """Run `iterations` of `planned`, of which `done` have been run, while the temperature falls from hot to cold.

    best[0] is the price of the best plan so far, whose days are best_tasks (days, width) and best_n (days,).
    """
    days, words = state.day.shape[0], np.zeros(state.overlap.shape[1], np.uint64)
    room = ROOM + 4 * state.route.shape[2] + state.tally[FREE_COUNT]  # each task that may be moved, once
    taken = np.empty(room, np.int64)
    cheapest, second, where = np.empty(room), np.empty(room), np.empty(room, np.int64)
    if state.tally[FREE_COUNT] == 0:
        return
    now = state.tally[TOTAL]
    for i in range(iterations):
        heat = hot * (cold / hot) ** ((done + i) / planned)
        begin(state)
        m = _destroy(state, taken, words, 100 * (done + i) >= state.tally[NIGHTS_AFTER] * planned)
        if 2 * (done + i) >= planned and uniform(state.rng) < AT_A_LOSS:
            m = _lead(state, taken, m)
        words[:] = 0
        for j in range(state.tally[DAYS_CHANGED]):
            add_day(words, state.day[j, CHANGED])
        m = enter(state, taken, m, words)
        _repair(state, taken, m, cheapest, second, where)
        new = state.tally[TOTAL]
        if new <= now or uniform(state.rng) < math.exp((now - new) / heat):
            now = new
            if new < best[0]:
                best[0] = new
                for d in range(days):
                    best_n[d], state.day[d, BEST_NIGHT] = state.day[d, N], state.day[d, NIGHT]
                    for k in range(best_n[d]):
                        best_tasks[d, k] = state.route[d, TASKS, k]
        else:
            rollback(state)
        if state.tally[AHEAD]:
            _as_it_is(state)


@once
def _as_it_is(state):
    """From here on the misses of the chain count again; prices without them are forgotten."""
    c = state.tally[AHEAD] - 1
    state.tally[VERSIONS] += 1
    state.chain[c, CHANGE], state.chain[c, CHANGER] = state.tally[VERSIONS], -1
    state.tally[AHEAD] = 0


@once
def _destroy(state, taken, words, away):
    """Take tasks off their days; returns how many stand in `taken`."""
    state.tally[STAMPS] += 1
    seed = state.lists[state.tally[FREE_FROM] + below(state.rng, state.tally[FREE_COUNT])]
    state.task[seed, STAMP] = state.tally[STAMPS]
    taken[0] = seed
    x = uniform(state.rng)
    if away and state.tally[EVENINGS] and 100 * uniform(state.rng) < state.tally[NIGHTS_SHARE]:
        m = nights(state, seed, taken, 1)
    elif x < RELATED:
        m = related(state, seed, taken, 1)
    elif x < STRINGS:
        m = strings(state, seed, taken, 1, words)
    elif x < DAYS:
        m = two_days(state, seed, taken, 1)
    elif x < SCATTERED:
        m = scattered(state, taken, 1)
    else:
        m = whole_chain(state, seed, taken, 1)
        if uniform(state.rng) < HOPEFUL:
            state.tally[AHEAD] = state.task[seed, CHAIN] + 1
    for i in range(m):
        if state.task[taken[i], WHERE] >= 0:
            take(state, taken[i])
    return settle(state, taken, m)


@once
def _lead(state, taken, m):
    """Plan the seed even at a loss, and let those near it follow: some visits pay only together.  Returns the new number of `taken`."""
    seed = taken[0]
    if state.task[seed, WHERE] >= 0 or not at_a_loss(state, seed, MOST_LOSS * uniform(state.rng)):
        return m
    taken[0] = taken[m - 1]
    return left_out_near(state, seed, taken, m - 1)


@once
def _repair(state, taken, m, cheapest, second, where):
    x = uniform(state.rng)
    noise = NOISE[below(state.rng, 4)]
    if x < CHEAPEST:
        by_price(state, taken, m, noise, x < REGRET, cheapest, second, where)
    else:
        in_turn(state, taken, m, noise, cheapest)
