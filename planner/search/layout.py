"""The arrays of the search: few, with named columns.

Passing many arrays to compiled functions is slow (measured: forty arrays cost five times the whole search), so everything
that belongs to a task, a day or a chain lies in one array, and the constants below name its columns.  All numbers are
integers: seconds, dates counted from the horizon's first, prices in seconds of driving.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

BIG = 1 << 28  # no time of a day, and no price
FORBIDDEN = 1 << 40  # a sum of prices in which a rule is broken
NEVER = 1 << 20  # a date that does not come
JIT = {"cache": True, "nogil": True, "error_model": "numpy"}

# task: what is to be done and where it stands now.  WHERE -1: left out.  PLACE -1: a block.
(PLACE, FREE, FIRST, LAST, WHERE, STAMP, CHAIN, COUNTS, LEFT_OUT, ROLE, MISS, LEAST_GAP) = range(12)
TASK_COLUMNS = 12
# ROLE of a task in its chain; LOOSE ones stand outside its clock, APART ones also outside its published visits
FLEXIBLE, FIXED, LOOSE, APART = range(4)
# fit: what a task meets on a day (EARLIEST > LATEST: closed), and the cached prices of putting it there
(EARLIEST, LATEST, SPANS, SPANS_END, BUSY, DETOUR, GAP, SEEN_DAY, MOVE, SEEN_CHAIN) = range(10)
FIT_COLUMNS = 10
# day: limits, present state, what a rollback restores
(N, VERSION, START, END, LIMIT, ORIGIN, GOAL, REST_FROM, REST_TO, REST, MOST, COUNTED, TRAVEL) = range(13)
(FINISH, DATE, REP, ANCHOR, ANCHORS_END, DRAWN, MARK, CHANGED, OLD_N, OLD_VERSION) = range(13, 23)
DAY_COLUMNS = 23
# route, one row of `width` numbers each.  Gap i lies before task i of the day, or before the way home.
#   TASKS, OLD_TASKS   order, and the order before this iteration
#   READY0, READY1     earliest departure into gap i: break to come / taken or not needed any more
#   LATE0, LATE1       latest arrival through gap i; LEAVE0, LEAVE1 latest departure into it where a block follows
#   FROM, TO, RUN      places around the gap; number of blocks straight before it
#   ARRIVAL, SLACK     present arrival through gap i; waiting from there to the end of the day
(TASKS, OLD_TASKS, READY0, READY1, LATE0, LATE1, LEAVE0, LEAVE1, FROM, TO, RUN, ARRIVAL, SLACK) = range(13)
ROUTE_ROWS = 13
# chain: its members are tasks FIRST_MEMBER up to END_MEMBER; CLOCK: its row of `clock` for date ORIGIN_DATE, -1: no clock
(FIRST_MEMBER, END_MEMBER, CLOCK, CLOCK_FROM, CLOCK_DAYS, OPENS_0, DUE_0, CLOSES_0, MISS_0, LATE_PRICE) = range(10)
(BASE, BASE_END, BASE_KEPT, C_VERSION, C_MARK, C_CHANGED, C_OLD_VERSION, ONE_REP) = range(10, 18)
CHAIN_COLUMNS = 18
# clock: the window that follows from a date, the first credited date after it, the price of leaving that window out
(OPENS, DUE, CLOSES, CREDITED, MISSED) = range(5)
# money, 64 bit, by day and chain: present price and what a rollback restores
(PRICE, OLD_PRICE) = range(2)
# tally
(VERSIONS, TOTAL, DAYS_CHANGED, LOG, STAMPS, OLD_TOTAL, CHAINS_CHANGED, WAIT_PCT, OVER_PCT, CHURN) = range(10)


class State(NamedTuple):
    """The search's whole memory.

    task (tasks, 12) · fit (tasks, days, 10) · spans (n, 2) start windows where a task has several on a day ·
    day (days, 23) · day_price (days, 2) · route (days, 13, width) · chain (chains, 18) · chain_price (chains, 2) ·
    clock (rows, 5) · base (n,) published dates, chain after chain · seconds, back: travel and its transpose ·
    excess (tasks, anchors) price of the way beyond each anchor's radius · drawn (days, anchors) its sum on the day ·
    options: the days of each task, one after the other · near (tasks, k) related tasks, -1 ends ·
    overlap (tasks, words) the days of a task as bits · free: tasks that may be moved · tally, rng.
    """

    task: np.ndarray
    fit: np.ndarray
    spans: np.ndarray
    day: np.ndarray
    day_price: np.ndarray
    route: np.ndarray
    chain: np.ndarray
    chain_price: np.ndarray
    clock: np.ndarray
    base: np.ndarray
    seconds: np.ndarray
    back: np.ndarray
    excess: np.ndarray
    drawn: np.ndarray
    options: np.ndarray
    near: np.ndarray
    overlap: np.ndarray
    free: np.ndarray
    tally: np.ndarray
    rng: np.ndarray
