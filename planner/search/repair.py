"""Insertion of tasks that stand nowhere: by regret, by price, or one by one."""

# ruff: noqa: F403, F405  the columns are read by their bare names
from __future__ import annotations

import numpy as np

from planner.search.chain import alone
from planner.search.chance import below, uniform
from planner.search.compiled import entry, inner, once
from planner.search.layout import *
from planner.search.moves import others, price, put

SKIP = 0.01  # chance to overlook a day when inserting one by one (blinks, Christiaens and Vanden Berghe 2020)


@inner
def scan(state, o, noise, skip, loss):
    """(cheapest day of task `o`, its price, the second cheapest price).

    0 is the price of leaving it out, and `loss` what planning it may cost beyond that; day -1: none is cheaper.  Noise only
    ever adds.
    """
    fit, version = state.fit, others(state, o)
    first = second = loss
    best = -1
    for k in range(state.task[o, FIRST], state.task[o, LAST]):
        d = np.int64(state.lists[k])
        if fit[o, d, SEEN_CHAIN] == version and fit[o, d, SEEN_DAY] == state.day[d, VERSION]:
            cost = float(fit[o, d, DETOUR] + fit[o, d, MOVE])  # as `price` has it, without the call: mostly so
        else:
            cost = float(price(state, o, d))
        if cost >= second:
            continue
        if skip > 0 and uniform(state.rng) < skip:
            continue
        if noise > 0:
            cost += noise * uniform(state.rng)
        if cost < first:
            first, second, best = cost, first, int(d)
        elif cost < second:
            second = cost
    return best, first, second


@entry
def by_price(state, pending, m, noise, regret, cheapest, second, where):
    """Insert `pending[:m]`, each time the one with the greatest regret (else the cheapest); what is too dear stays out."""
    for i in range(m):
        where[i], cheapest[i], second[i] = scan(state, pending[i], noise, 0.0, 0.0)
    while m:
        pick, key = -1, -1e18
        for i in range(m):
            if where[i] >= 0:
                x = second[i] - cheapest[i] if regret else -cheapest[i]
                if x > key:
                    pick, key = i, x
        if pick < 0:
            return
        o, d = pending[pick], where[pick]
        if not put(state, o, d, np.int64(state.fit[o, d, GAP])):
            where[pick], cheapest[pick], second[pick] = scan(state, o, noise, 0.0, 0.0)
            continue
        m -= 1
        pending[pick], cheapest[pick], second[pick], where[pick] = pending[m], cheapest[m], second[m], where[m]
        for i in range(m):
            _update(state, pending[i], i, d, state.task[o, CHAIN], noise, regret, cheapest, second, where)


@once
def _update(state, o, i, d, chain, noise, regret, cheapest, second, where):
    """Only the prices on day `d`, those of its own chain and of those that are to have the same rep have changed."""
    c = state.task[o, CHAIN]
    same = chain >= 0 and c >= 0 and (c == chain or not (alone(state, c) or alone(state, chain)))
    if not same:
        fit = state.fit
        if fit[o, d, EARLIEST] > fit[o, d, LATEST]:
            return
        was = float(fit[o, d, DETOUR] + fit[o, d, MOVE])
        now = float(price(state, o, d))
        same = where[i] == d or (regret and was <= second[i])
    if same:
        where[i], cheapest[i], second[i] = scan(state, o, noise, 0.0, 0.0)
    elif now < cheapest[i]:
        second[i], cheapest[i], where[i] = cheapest[i], now, d
    elif now < second[i]:
        second[i] = now


@once
def at_a_loss(state, o, most):
    """Put task `o` on its cheapest day, though it costs up to `most` times its worth more than leaving it out; whether it was put."""
    c = np.int64(state.task[o, CHAIN])
    if c < 0 or state.task[o, ROLE] != FLEXIBLE:
        return False
    d, _, _ = scan(state, o, 0.0, 0.0, most * state.chain[c, WORTH])
    return d >= 0 and put(state, o, d, np.int64(state.fit[o, d, GAP]))


@once
def in_turn(state, pending, m, noise, key):
    """Insert one by one, in one of four orders: random, dearest to leave out, fewest days, farthest from home."""
    kind = below(state.rng, 4)
    for i in range(m):
        key[i] = _rank(state, pending[i], kind)
    for i in range(1, m):
        x, o, j = key[i], pending[i], i - 1
        while j >= 0 and key[j] > x:
            key[j + 1], pending[j + 1] = key[j], pending[j]
            j -= 1
        key[j + 1], pending[j + 1] = x, o
    for i in range(m):
        o = pending[i]
        d, _, _ = scan(state, o, noise, SKIP, 0.0)
        while d >= 0 and not put(state, o, d, np.int64(state.fit[o, d, GAP])):
            d, _, _ = scan(state, o, noise, SKIP, 0.0)


@once
def _rank(state, o, kind):
    """Least first; what a person asked for comes before everything."""
    task = state.task
    if task[o, ROLE] == FIXED or task[o, CHAIN] < 0:
        return -1e18
    blur = 0.5 + uniform(state.rng)
    if kind == 0:
        return blur
    if kind == 1:
        miss = state.tally[MUST] if task[o, ROLE] == LOOSE else task[o, MISS]
        return -float(miss) * blur
    if kind == 2:
        return float(task[o, LAST] - task[o, FIRST]) * blur
    d = state.lists[task[o, FIRST]]
    return -float(state.travel[0, state.day[d, ORIGIN], task[o, PLACE]])
