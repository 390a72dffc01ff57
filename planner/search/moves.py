"""Putting a task on a day, taking it off, and undoing what an iteration did."""

# ruff: noqa: F403, F405  the columns are read by their bare names
from __future__ import annotations

import numpy as np

from planner.search.chain import alone, brief, length, walk
from planner.search.compiled import entry, inline, inner, once
from planner.search.insertion import look
from planner.search.layout import *
from planner.search.layout import BIG, FORBIDDEN
from planner.search.nights import set_night
from planner.search.refresh import refresh


@entry
def begin(state):
    """From here on everything is written down, for `rollback`."""
    tally = state.tally
    tally[LOG] += 1
    tally[DAYS_CHANGED] = tally[CHAINS_CHANGED] = 0
    tally[NIGHT_DAY] = -1
    tally[OLD_TOTAL] = tally[TOTAL]


@entry
def price(state, o, d):
    """What putting task `o`, which stands nowhere, on day `d` changes; BIG: impossible.

    Cached by the version of the day, and by what the rest of the chain does."""
    fit = state.fit
    move = _move(state, o, d)
    if move >= BIG:
        return BIG
    if fit[o, d, SEEN_DAY] != state.day[d, VERSION]:
        look(state, o, d)
    return BIG if fit[o, d, DETOUR] >= BIG else fit[o, d, DETOUR] + move


@inner
def _mates_in(state, o, d):
    """Put the other tasks beside task `o`, each at its cheapest place; False, and none of them put, where one has none."""
    mate = _mate(state, o)
    while mate >= 0:
        if state.chain[state.task[mate, CHAIN], NEWCOMER]:
            _fit_length(state, mate, d)
        look(state, mate, d)
        fits = state.fit[mate, d, DETOUR] < BIG
        if fits and not _insert(state, mate, d, np.int64(state.fit[mate, d, GAP])):
            _drop(state, mate)
            fits = False
        if not fits:
            _mates_out(state, o)
            return False
        mate = _mate(state, mate)
    return True


@inner
def _mates_out(state, o):
    """Take the others off as far as they stand; the caller refreshes the day."""
    mate = _mate(state, o)
    while mate >= 0 and state.task[mate, WHERE] >= 0:
        _drop(state, mate)
        mate = _mate(state, mate)


@inline
def _mate(state, o):
    """The next task that is put and taken with task `o`; -1: there is none."""
    return np.int64(state.lists[state.task[o, EXTRA] + MATE])


@inline
def others(state, o):
    """Version of what the members of its chain other than task `o` do; -1: it belongs to none."""
    chain, c = state.chain, np.int64(state.task[o, CHAIN])
    if c < 0:
        return -1
    return chain[c, CHANGE_BEFORE] if chain[c, CHANGER] == o else chain[c, CHANGE]


@once
def _move(state, o, d):
    """What task `o` on day `d` changes in its chain."""
    fit, c, version = state.fit, np.int64(state.task[o, CHAIN]), others(state, o)
    if c < 0:
        fit[o, d, MOVE] = -state.task[o, LEFT_OUT]
    elif fit[o, d, SEEN_CHAIN] != version:
        if state.chain[c, NEWCOMER]:
            _fit_length(state, o, d)
        if state.chain[c, GROUPED] and _mate(state, o) >= 0:
            return _joint_move(state, o, d)
        if state.chain[c, COMBINED]:
            return _combined_move(state, o, d)
        fit[o, d, SEEN_CHAIN] = version if alone(state, c) else -1
        with_it, _ = walk(state, c, o, d)
        fit[o, d, MOVE] = BIG if with_it >= FORBIDDEN else with_it - state.chain[c, C_PRICE]
    return fit[o, d, MOVE]


@inner
def _joint_move(state, o, d):
    """`_move` of all tasks that are put together: of several chains, so it holds for now only, and a full day is found out first.

    What the others add to the day is in it, as if each stood straight after the one before it; `put` looks for their best places."""
    fit, move = state.fit, 0
    fit[o, d, SEEN_CHAIN], fit[o, d, MOVE] = -1, BIG
    if fit[o, d, SEEN_DAY] != state.day[d, VERSION]:
        look(state, o, d)
    if fit[o, d, DETOUR] >= BIG:
        return fit[o, d, MOVE]
    one, here, goal = o, state.task[o, PLACE], state.route[d, TO, fit[o, d, GAP]]
    while one >= 0:
        c, place = np.int64(state.task[one, CHAIN]), state.task[one, PLACE]
        with_it, _ = walk(state, c, one, d)
        if with_it >= FORBIDDEN or fit[one, d, BUSY] > state.day[d, ROOM]:
            return fit[o, d, MOVE]
        move += with_it - state.chain[c, C_PRICE]
        if one != o:
            move += state.travel[0, here, place] + state.travel[0, place, goal] - state.travel[0, here, goal]
        one, here = _mate(state, one), place
    if state.chain[state.task[o, CHAIN], COMBINED] and state.lists[state.task[o, EXTRA] + STEP] >= 0:
        move += _ahead(state, o, d)
    fit[o, d, MOVE] = min(move, BIG)
    return fit[o, d, MOVE]


@inner
def _fit_length(state, o, d):
    """Make visit `o`, which stands nowhere, as long on day `d` as it would be with the others where they are."""
    busy = length(state, o, d) if state.task[o, VISIT] else state.fit[o, d, BUSY]
    if state.fit[o, d, BUSY] != busy:
        state.fit[o, d, BUSY], state.fit[o, d, SEEN_DAY] = busy, -1


@inner
def _combined_move(state, o, d):
    """`_move` where combinations of days bind the chain.  What the others will gain is in it, which may change at any time: so it
    holds for now only, and a full day is found out first."""
    fit, c = state.fit, np.int64(state.task[o, CHAIN])
    fit[o, d, SEEN_CHAIN], fit[o, d, MOVE] = -1, BIG
    if fit[o, d, SEEN_DAY] != state.day[d, VERSION]:
        look(state, o, d)
    if fit[o, d, DETOUR] >= BIG:
        return fit[o, d, MOVE]
    with_it, _ = walk(state, c, o, d)
    if with_it < FORBIDDEN:
        fit[o, d, MOVE] = with_it - state.chain[c, C_PRICE]
        if state.lists[state.task[o, EXTRA] + STEP] >= 0:
            fit[o, d, MOVE] += _ahead(state, o, d)
    return fit[o, d, MOVE]


@once
def _ahead(state, o, d):
    """What the others of its combination will gain once task `o` is on day `d`: their cheapest places in the best combination.

    Without it the first visit of a block would choose the combination for all, and see only its own day.
    """
    task, lists, at, best = state.task, state.lists, state.chain[state.task[o, CHAIN], COMBINED], 0
    step, size, mark = lists[task[o, EXTRA] + STEP], lists[at + SIZE], lists[lists[at + BLOCKS] + state.day[d, DATE]]
    dates = lists[at + DATES] + (mark >> 5) * lists[at + BLOCK_SIZE]
    for k in range(lists[at + MASKS]):
        numbers = at + MASKED + lists[at + MASKS] + k * size
        if lists[numbers + step] != mark & 31:
            continue
        gain = 0
        for j in range(size):
            other, date = o - step + j, lists[dates + lists[numbers + j]]
            if j == step:
                continue
            if task[other, WHERE] >= 0:
                if state.day[task[other, WHERE], DATE] != date:
                    gain = BIG
                    break
            elif date >= 0:
                gain += _cheapest_on(state, other, lists[lists[at + ON] + date])
        best = min(best, gain)
    return best


@once
def _cheapest_on(state, o, g):
    """What task `o` gains at its cheapest place on day `g` or its twins, other visits of its site apart; 0: it had better be
    left out."""
    best = 0
    while g >= 0:
        if state.fit[o, g, EARLIEST] <= state.fit[o, g, LATEST]:
            if state.fit[o, g, SEEN_DAY] != state.day[g, VERSION]:
                look(state, o, g)
            best = min(best, state.fit[o, g, DETOUR] - state.task[o, MISS])
        g = state.day[g, TWIN]
    return best


@entry
def put(state, o, d, gap):
    """Put task `o` (and what is put together with it) into gap `gap` of day `d`; False, and nothing changed, where the exact
    times say no."""
    _note_day(state, d)
    together = state.task[o, EXTRA] > 0 and _mate(state, o) >= 0
    if _insert(state, o, d, gap) and (not together or _mates_in(state, o, d)):
        _arrived(state, o, d)
        while together and _mate(state, o) >= 0:
            o = _mate(state, o)
            _arrived(state, o, d)
        return True
    _drop(state, o)
    refresh(state, d)
    state.fit[o, d, SEEN_DAY], state.fit[o, d, DETOUR] = state.day[d, VERSION], BIG
    return False


@inner
def _insert(state, o, d, gap):
    """Put task `o` into the order of the day; whether the day can be kept."""
    route, day = state.route, state.day
    for i in range(day[d, N], gap, -1):
        route[d, TASKS, i] = route[d, TASKS, i - 1]
    route[d, TASKS, gap] = o
    day[d, N] += 1
    state.task[o, WHERE] = d
    return refresh(state, d)


@inner
def _arrived(state, o, d):
    """The chain of task `o`, which is now on day `d`, follows."""
    _note_chain(state, o)
    if state.task[o, CHAIN] >= 0 and state.chain[state.task[o, CHAIN], NEWCOMER]:
        _shorten(state, o, d)


@inner
def _shorten(state, o, d):
    """The visit that was the first one before task `o` came on day `d` is it no longer."""
    chain, c = state.chain, state.task[o, CHAIN]
    for other in range(chain[c, FIRST_MEMBER], chain[c, END_MEMBER]):
        e = np.int64(state.task[other, WHERE])
        if e < 0 or not state.task[other, VISIT] or state.day[e, DATE] <= state.day[d, DATE]:
            continue
        if state.fit[other, e, BUSY] > brief(state, other, e):
            _note_day(state, e)
            state.fit[other, e, BUSY] = brief(state, other, e)
            refresh(state, e)


@inner
def _keep_lengths(state, c):
    """After a rollback: the visits of a site never visited last as long as before."""
    for o in range(state.chain[c, FIRST_MEMBER], state.chain[c, END_MEMBER]):
        d = np.int64(state.task[o, WHERE])
        if d >= 0 and state.task[o, VISIT]:
            busy = length(state, o, d)
            if state.fit[o, d, BUSY] != busy:
                state.fit[o, d, BUSY] = busy
                refresh(state, d)


@inner
def take(state, o):
    """Take task `o`, and what was put together with it, off its day.  The caller refreshes the day, and settles the chains."""
    if state.task[o, EXTRA] and state.lists[state.task[o, EXTRA] + LEADER] >= 0:
        o = np.int64(state.lists[state.task[o, EXTRA] + LEADER])
        while o >= 0:
            _leave(state, o)
            o = _mate(state, o)
    else:
        _leave(state, o)


@inner
def _leave(state, o):
    _note_day(state, state.task[o, WHERE])
    _drop(state, o)
    _note_chain(state, o)


@inline
def _drop(state, o):
    d = state.task[o, WHERE]
    route, day = state.route, state.day
    i = 0
    while route[d, TASKS, i] != o:
        i += 1
    for j in range(i, day[d, N] - 1):
        route[d, TASKS, j] = route[d, TASKS, j + 1]
    day[d, N] -= 1
    state.task[o, WHERE] = -1


@inner
def stay(state, d, place):
    """Spend the night after day `d` elsewhere, once an iteration; `settle` refreshes both days."""
    state.tally[NIGHT_DAY], state.tally[OLD_NIGHT] = d, state.day[d, NIGHT]
    _note_day(state, d)
    _note_day(state, state.day[d, NEXT])
    set_night(state, d, place)


@once
def settle(state, taken, m):
    """After removals: bring the changed chains to order, taking off what now breaks them; then refresh the days.

    `taken[:m]` are the tasks off their days; those taken off here are added.  Returns their new number.
    """
    tally, i = state.tally, 0
    while i < tally[CHAINS_CHANGED]:
        again = False  # other chains have lost a member too
        c = state.chain[i, C_CHANGED]
        if state.chain[c, COMBINED]:
            m = _rest_of(state, c, taken, m)
        total, broken = walk(state, c, -1, -1)
        while broken >= 0:
            take(state, broken)
            if state.task[broken, EXTRA] and state.lists[state.task[broken, EXTRA] + LEADER] >= 0:
                broken, again = np.int64(state.lists[state.task[broken, EXTRA] + LEADER]), True
            if state.task[broken, STAMP] != tally[STAMPS]:
                state.task[broken, STAMP] = tally[STAMPS]
                taken[m] = broken
                m += 1
            total, broken = walk(state, c, -1, -1)
        _reprice(state, c, total)
        i = 0 if again else i + 1
    for i in range(tally[DAYS_CHANGED]):
        refresh(state, state.day[i, CHANGED])
    return m


@once
def _rest_of(state, c, taken, m):
    """Take off the other visits of the blocks that have lost one, so that they can come again in another combination."""
    task, lists = state.task, state.lists
    size = lists[state.chain[c, COMBINED] + SIZE]
    for o in range(state.chain[c, FIRST_MEMBER], state.chain[c, END_MEMBER]):
        step = lists[task[o, EXTRA] + STEP]
        if task[o, WHERE] < 0 or step < 0 or m >= taken.shape[0] // 2:
            continue
        lost = False
        for other in range(o - step, o - step + size):
            lost |= task[other, STAMP] == state.tally[STAMPS] and other != o
        if lost:
            take(state, o)
            task[o, STAMP] = state.tally[STAMPS]
            taken[m] = o
            m += 1
    return m


@inline
def _note_day(state, d):
    """Write down day `d` once an iteration, and give it a new version."""
    day, route, tally = state.day, state.route, state.tally
    if day[d, MARK] != tally[LOG]:
        day[d, MARK] = tally[LOG]
        state.day[tally[DAYS_CHANGED], CHANGED] = d
        tally[DAYS_CHANGED] += 1
        day[d, OLD_N], day[d, OLD_VERSION] = day[d, N], day[d, VERSION]
        state.day[d, OLD_PRICE] = state.day[d, PRICE]
        for i in range(day[d, N]):
            route[d, OLD_TASKS, i] = route[d, TASKS, i]
    tally[VERSIONS] += 1
    day[d, VERSION] = tally[VERSIONS]


@inner
def _note_chain(state, o):
    """Write down the chain of task `o` once an iteration, give it a new version and price."""
    c, tally = np.int64(state.task[o, CHAIN]), state.tally
    if c < 0:
        tally[TOTAL] += state.task[o, LEFT_OUT] if state.task[o, WHERE] < 0 else -state.task[o, LEFT_OUT]
        return
    chain = state.chain
    if chain[c, C_MARK] != tally[LOG]:
        chain[c, C_MARK] = tally[LOG]
        state.chain[tally[CHAINS_CHANGED], C_CHANGED] = c
        tally[CHAINS_CHANGED] += 1
        chain[c, C_OLD_PRICE], chain[c, OLD_CHANGE] = chain[c, C_PRICE], chain[c, CHANGE]
        chain[c, OLD_CHANGER], chain[c, OLD_CHANGE_BEFORE] = chain[c, CHANGER], chain[c, CHANGE_BEFORE]
    if chain[c, CHANGER] != o:
        chain[c, CHANGE_BEFORE], chain[c, CHANGER] = chain[c, CHANGE], o
    tally[VERSIONS] += 1
    chain[c, CHANGE] = tally[VERSIONS]
    if state.task[o, WHERE] >= 0:
        total, _ = walk(state, c, -1, -1)
        _reprice(state, c, total)


@inline
def _reprice(state, c, total):
    state.tally[TOTAL] += total - state.chain[c, C_PRICE]
    state.chain[c, C_PRICE] = total


@once
def rollback(state):
    """Back to where `begin` was called; cached prices of then are valid again."""
    day, route, chain, tally = state.day, state.route, state.chain, state.tally
    if tally[NIGHT_DAY] >= 0:
        set_night(state, tally[NIGHT_DAY], tally[OLD_NIGHT])
    for i in range(tally[DAYS_CHANGED]):
        d = day[i, CHANGED]
        for k in range(day[d, N]):
            state.task[route[d, TASKS, k], WHERE] = -1
    for i in range(tally[DAYS_CHANGED]):
        d = day[i, CHANGED]
        day[d, N], day[d, VERSION] = day[d, OLD_N], day[d, OLD_VERSION]
        for k in range(day[d, N]):
            route[d, TASKS, k] = route[d, OLD_TASKS, k]
            state.task[route[d, TASKS, k], WHERE] = d
        refresh(state, d)
    for i in range(tally[CHAINS_CHANGED]):
        c = state.chain[i, C_CHANGED]
        chain[c, C_PRICE], chain[c, CHANGE] = chain[c, C_OLD_PRICE], chain[c, OLD_CHANGE]
        chain[c, CHANGER], chain[c, CHANGE_BEFORE] = chain[c, OLD_CHANGER], chain[c, OLD_CHANGE_BEFORE]
        if chain[c, NEWCOMER]:
            _keep_lengths(state, c)
    tally[TOTAL] = tally[OLD_TOTAL]
