"""What the dates of one site's visits cost: due dates that follow from the visit before, gap, lateness, misses, churn.

A chain is lived through from its first date to its last, as the credit rule would: a window that the next visit comes too
late for is missed, a visit that would not be credited breaks the chain.  A chain has a handful of members, so a walk
costs little more than a look into a table would, and no due date is ever out of date.
"""

# ruff: noqa: F403, F405  the columns are read by their bare names
from __future__ import annotations

import numpy as np

from planner.search.compiled import entry, inline, inner, once
from planner.search.layout import *
from planner.search.layout import FORBIDDEN, NEVER


@entry
def walk(state, c, moved, d):
    """(price of chain `c` with task `moved` on day `d`, the first member that breaks a rule or -1).

    moved == -1: as it is.  The price is FORBIDDEN where a rule is broken: inside the gap, twice a day, two reps.
    """
    if state.chain[c, CLOCK] >= 0:
        price, missed, broken = _rolling(state, c, moved, d)
    else:
        price, missed, broken = _counted(state, c, moved, d)
    if broken < 0 and state.chain[c, ONE_REP]:
        broken = _second_rep(state, c, moved, d)
    if broken < 0 and state.chain[c, NEWCOMER]:
        broken = _not_begun(state, c, moved, d)
    if broken >= 0:
        return FORBIDDEN, broken
    if state.chain[c, BASE] < state.chain[c, BASE_END]:
        price += _churn(state, c, moved, d, missed)
    return price, -1


@inline
def date_of(state, o, moved, d):
    """The date on which task `o` stands; -1: left out."""
    on = d if o == moved else state.task[o, WHERE]
    return state.day[on, DATE] if on >= 0 else state.task[o, PINNED]


@inline
def _next(state, c, before, after, moved, d):
    """The member with the first date from `after` on that is not `before`: (member or -1, its date)."""
    first, end = state.chain[c, FIRST_MEMBER], state.chain[c, END_MEMBER]
    if state.chain[c, IN_ORDER]:
        for o in range(first if before < 0 else before + 1, end):
            date = date_of(state, o, moved, d)
            if date >= 0:
                return o, date
        return -1, -1
    best, found = NEVER, -1
    for o in range(first, end):
        date = date_of(state, o, moved, d)
        if max(after, 0) <= date < best and (date > after or o > before):
            best, found = date, o
    return found, best


@inline
def _left_out(state, c, moved, d):
    """Price of what was asked for by people and is left out."""
    price = 0
    for o in range(state.chain[c, FIRST_MEMBER], state.chain[c, END_MEMBER]):
        if state.task[o, LEFT_OUT] and date_of(state, o, moved, d) < 0:
            price += state.task[o, LEFT_OUT]
    if state.chain[c, MUSTS] < state.chain[c, MUSTS_END]:
        price += wanted(state, c, moved, d)
    return price


@entry
def wanted(state, c, moved, d):
    """Price of the periods in which a person asked for a visit and none stands, whichever it would be."""
    price = 0
    for i in range(state.chain[c, MUSTS], state.chain[c, MUSTS_END], 2):
        made = False
        for o in range(state.chain[c, FIRST_MEMBER], state.chain[c, END_MEMBER]):
            made |= state.lists[i] <= date_of(state, o, moved, d) <= state.lists[i + 1]
        if not made:
            price += state.tally[MUST]
    return price


@once
def _rolling(state, c, moved, d):
    """(price, windows missed, broken member)"""
    chain, task = state.chain, state.task
    opens, due, closes, miss = chain[c, OPENS_0], chain[c, DUE_0], chain[c, CLOSES_0], chain[c, MISS_0]
    soonest, horizon = chain[c, SOONEST_0], state.tally[LAST_DATE]
    price, missed, last, at, credited_by = _left_out(state, c, moved, d), 0, -1, -1, -1
    row, end = chain[c, ROW], NEVER
    ahead = _still_out(state, c, moved) if moved >= 0 and state.tally[AHEAD] == c + 1 else 0
    while True:
        o, date = _next(state, c, last, at, moved, d)
        until = date if o >= 0 else horizon + 1
        while due < NEVER and opens <= horizon:  # windows that this visit comes too late for
            after_opens, after_due, after_closes, after_miss, _ = _window(state, c, due)
            end = after_opens
            if o >= 0 and until < after_opens:
                break
            if max(opens, soonest) <= min(horizon, after_opens - 1):
                if o < 0 and ahead > 0:
                    ahead -= 1  # one of those that are put next comes in it
                else:
                    price += _grown(state, miss, row)
                missed += 1
                row += 1
            opens, due, closes, miss = after_opens, after_due, after_closes, after_miss
        if o < 0:
            return price, missed, -1
        if last >= 0 and date <= at and (task[o, VISIT] or task[last, VISIT]):
            return 0, 0, o if task[o, ROLE] != FIXED else last
        if due < NEVER and max(opens, soonest) <= date:
            if task[o, VISIT]:
                price += _late(state, c, date, closes, end)
            opens, due, closes, miss, soonest = _window(state, c, date)
            credited_by, row = o, 0
        elif task[o, ROLE] == FLEXIBLE:
            return 0, 0, o
        elif credited_by >= 0 and task[credited_by, ROLE] == FLEXIBLE:
            return 0, 0, credited_by
        last, at = o, date


@inner
def _still_out(state, c, moved):
    """Members that stand nowhere, beside task `moved`."""
    count = 0
    for o in range(state.chain[c, FIRST_MEMBER], state.chain[c, END_MEMBER]):
        count += o != moved and state.task[o, ROLE] == FLEXIBLE and date_of(state, o, -1, -1) < 0
    return count


@inline
def _late(state, c, date, closes, end):
    """The price of a visit after the end of its window; on `end` the next one opens (planner.lateness)."""
    if date <= closes:
        return 0
    if state.chain[c, LATE_PRICE] >= 0:
        return state.chain[c, LATE_PRICE] * (date - closes)
    worth, percent = state.chain[c, WORTH], state.tally[LATE_PCT]
    days = max(1, (end if end < NEVER else state.tally[LAST_DATE] + 1) - closes)
    rest = worth * (100 - percent) * (date - max(closes, -1)) // days
    return ((worth * percent if closes >= 0 else 0) + rest) // 100


@inline
def _window(state, c, after):
    """(opens, due, closes, price of missing it, first credited date) of the window that follows from a date."""
    row = after - state.chain[c, CLOCK_FROM]
    if row < 0 or row >= state.chain[c, CLOCK_DAYS]:
        return NEVER, NEVER, NEVER, 0, NEVER
    clock = state.clock
    return (
        clock[state.chain[c, CLOCK] + row, OPENS],
        clock[state.chain[c, CLOCK] + row, DUE],
        clock[state.chain[c, CLOCK] + row, CLOSES],
        clock[state.chain[c, CLOCK] + row, MISSED],
        clock[state.chain[c, CLOCK] + row, CREDITED],
    )


@inline
def _grown(state, miss, row):
    """The price of a miss after so many in a row."""
    return miss + miss * min(row * state.tally[GROWTH], state.tally[GROWTH_MOST]) // 100


@once
def _left_by_period(state, c, moved, d):
    """(price, number) of the visits of a quota or pattern that are left out: dearer after periods without any visit.

    A visit that a person asked for stands for one of them; what is not credited (CAME) counts for nothing."""
    task, price, missed, gone, miss = state.task, 0, 0, 0, 0
    period, since, visited = -2, state.chain[c, ROW], False
    end = state.chain[c, END_MEMBER]
    for o in range(state.chain[c, FIRST_MEMBER], end + 1):
        if o < end and task[o, PERIOD] == -2:
            missed += task[o, ROLE] != LOOSE and date_of(state, o, moved, d) < 0
            continue
        if o == end or task[o, PERIOD] != period:
            row, gone = 0 if visited else max(0, (period - since + 1) // 2 - 1), max(0, gone)
            price, missed = price + gone * _grown(state, miss, row), missed + gone
            if visited:
                since = period
            if o == end:
                return price, missed
            period, visited, gone = task[o, PERIOD], False, 0
        came = date_of(state, o, moved, d) >= 0 and (task[o, ROLE] == FLEXIBLE or task[o, CAME] > 0)
        visited |= came
        if task[o, ROLE] == LOOSE:
            gone -= came
        elif not came:
            gone, miss = gone + 1, task[o, MISS]
    return price, missed


@once
def _counted(state, c, moved, d):
    """Quota, pattern and sites without a cadence, each visit its own gap after the one before: as `_rolling`."""
    task = state.task
    last, at, credited_by, credited = -1, -1, -1, state.chain[c, PREVIOUS]
    period, made = -2, 0
    combined, block, chosen, settled, newest = state.chain[c, COMBINED], -1, 0, 0, -1
    while True:
        o, date = _next(state, c, last, at, moved, d)
        if o < 0:
            if chosen and not _fits_one(state, combined, chosen, settled):
                return 0, 0, newest
            break
        if last >= 0 and date <= at and (task[o, VISIT] or task[last, VISIT]):
            return 0, 0, o if task[o, ROLE] != FIXED else last
        came = date >= credited + task[o, LEAST_GAP]
        if task[o, ROLE] != FLEXIBLE:
            task[o, CAME] = came
        if came:
            credited, credited_by = date, o
            made = 1 + (made if task[o, PERIOD] == period else 0)
            period = task[o, PERIOD]
            if (
                made > 1
                and task[o, ROLE] == FLEXIBLE
                and state.chain[c, IN_ORDER] == 0
                and made > _asked(state, c, period)
            ):
                return 0, 0, o
            if combined:
                mark = state.lists[state.lists[combined + BLOCKS] + date]
                if mark >> 5 != block:
                    if chosen and not _fits_one(state, combined, chosen, settled):
                        return 0, 0, newest
                    block, chosen = mark >> 5, 0
                    settled = state.lists[combined + HISTORY] if block == 0 else 0
                if task[o, ROLE] == FLEXIBLE and task[o, LEFT_OUT] == 0:
                    chosen, newest = chosen | 1 << (mark & 31), o
                else:
                    settled |= 1 << (mark & 31)
        elif task[o, ROLE] == FLEXIBLE:
            return 0, 0, o
        elif credited_by >= 0 and task[credited_by, ROLE] == FLEXIBLE:
            return 0, 0, credited_by
        last, at = o, date
    price, missed = _left_by_period(state, c, moved, d)
    return price + _left_out(state, c, moved, d), missed, -1


@inner
def _asked(state, c, period):
    """How many visits a period asks for, those before the horizon apart."""
    count = 0
    for o in range(state.chain[c, FIRST_MEMBER], state.chain[c, END_MEMBER]):
        count += state.task[o, PERIOD] == period and state.task[o, ROLE] != LOOSE
    return count


@inner
def _fits_one(state, at, chosen, settled):
    """Whether the chosen days of a block lie in one of the combinations with most of its settled days."""
    most, fits = -1, False
    for k in range(at + MASKED, at + MASKED + state.lists[at + MASKS]):
        mask = state.lists[k]
        shared, bits = 0, mask & settled
        while bits:
            bits &= bits - 1
            shared += 1
        if shared > most:
            most, fits = shared, False
        if shared == most and chosen & ~mask == 0:
            fits = True
    return fits


@once
def _second_rep(state, c, moved, d):
    """A visit with another rep than the one before it, or -1: while owners are chosen, a site has one, with all of its group."""
    rep, one = -1, c
    while True:
        for o in range(state.chain[one, FIRST_MEMBER], state.chain[one, END_MEMBER]):
            on = d if o == moved else state.task[o, WHERE]
            if on < 0 or state.task[o, ROLE] == FIXED:
                continue
            if rep >= 0 and state.day[on, REP] != rep:
                return o
            rep = state.day[on, REP]
        one = state.chain[one, ONE_REP] - 1
        if one == c:
            return -1


@inline
def alone(state, c):
    """Whether no other chain has a say in who visits it."""
    return state.chain[c, ONE_REP] == 0 or state.chain[c, ONE_REP] - 1 == c


@once
def _not_begun(state, c, moved, d):
    """The first member by date where it stands for the time of a later one, because the one before it has gone; or -1."""
    o, _ = _next(state, c, -1, -1, moved, d)
    if o < 0 or o == moved or not state.task[o, VISIT] or state.task[o, WHERE] < 0:
        return -1
    on = np.int64(state.task[o, WHERE])
    return -1 if state.fit[o, on, BUSY] > brief(state, o, on) else o


@inner
def brief(state, o, d):
    """Seconds of a visit to a site never visited, follow-up included, if it is not the first one."""
    return state.lists[state.lists[state.task[o, EXTRA] + BRIEF] + d]


@inner
def length(state, o, d):
    """The same as it is: longer if no other member stands on an earlier date."""
    c, date = state.task[o, CHAIN], state.day[d, DATE]
    for other in range(state.chain[c, FIRST_MEMBER], state.chain[c, END_MEMBER]):
        if other != o and 0 <= date_of(state, other, -1, -1) < date:
            return brief(state, o, d)
    return brief(state, o, d) + state.chain[c, NEWCOMER]


@once
def _churn(state, c, moved, d, missed):
    """Price of the dates on which a visit was published and none stands now, as far as as many are still wanted."""
    chain = state.chain
    planned, kept = 0, 0
    for o in range(chain[c, FIRST_MEMBER], chain[c, END_MEMBER]):
        date = date_of(state, o, moved, d)
        if date >= 0 and state.task[o, CHURNS]:
            planned += 1
            for i in range(chain[c, BASE], chain[c, BASE_END]):
                kept += state.lists[i] == date
    published = chain[c, BASE_END] - chain[c, BASE]
    return max(0, min(published, planned + missed) - kept) * state.tally[CHURN]
