"""All arrays of one search."""

# ruff: noqa: F403, F405  the columns are read by their bare names
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from planner.cadence.requests import Chain
from planner.problem import Problem, Site, Workday
from planner.search.chain import walk
from planner.search.chance import seeded
from planner.search.layout import *
from planner.search.layout import BIG
from planner.search.pack.chains import ChainRows
from planner.search.pack.days import MOST_TASKS, DayRows
from planner.search.pack.given import Given
from planner.search.pack.tasks import TaskRows
from planner.search.refresh import refresh
from planner.search.state import State
from planner.search.tasks import Items

NEAR = 40  # related tasks of a task
ROWS_AT_ONCE = 256  # of the ways between all tasks: all rows at once are what a solving process needs most memory for


@dataclass(slots=True)
class Packed:
    """The arrays, and what their numbers stand for.  places : indexes in the problem."""

    problem: Problem
    items: Items
    days: list[Workday]
    places: list[int]
    state: State


def pack(
    problem: Problem,
    chains: Mapping[str, Chain],
    days: Sequence[Workday],
    sites: Sequence[Site],
    reps_of: Mapping[str, Sequence[str]],
    seed: int = 0,
) -> Packed:
    """Arrays for the chains of `sites` on `days`.

    reps_of : site to the reps who may visit it; with several, the search keeps all its visits with one of them.
    """
    days = sorted(days, key=lambda day: (day.rep, day.date))
    items = Items(problem, chains, sites, list(dict.fromkeys(day.rep for day in days)))
    given = Given(problem, chains, days, items, reps_of)
    state = _state(given, seed)
    for d in range(len(days)):
        refresh(state, d)
    for c in range(len(items.sites)):
        price, _ = walk(state, c, -1, -1)
        state.chain[c, C_PRICE] = price
        state.tally[TOTAL] += price
    alone = state.task[:, CHAIN] < 0
    state.tally[TOTAL] += state.task[alone, LEFT_OUT].sum()
    return Packed(problem, items, days, given.places, state)


def _both_ways(given: Given) -> np.ndarray:
    """(2, places, places) seconds from each place to each, and the same transposed."""
    seconds = np.minimum(given.problem.travel.seconds[np.ix_(given.places, given.places)], BIG).astype(np.int32)
    return np.stack([seconds, seconds.T])


def _state(given: Given, seed: int) -> State:
    tasks, days, chains, lists = TaskRows(given), DayRows(given), ChainRows(given), given.lists
    fit = tasks.fit()
    mates = tasks.together(fit)
    open_days = fit[:, :, EARLIEST] <= fit[:, :, LATEST]
    width = min(MOST_TASKS, int(open_days.sum(axis=0).max(initial=0))) + 2
    open_days[[mate for company in mates for mate in company[1:]]] = False  # each comes with the first one
    task = tasks.rows(fit, open_days, mates)
    anchors, excess = days.anchors()
    day = days.rows(anchors)
    evenings = days.evenings(day)
    clock, chain = chains.rows()
    travel = _both_ways(given)
    tally = _tally(given)
    tally[DISLIKE] = given.problem.params.preferred_price if tasks.likes else 0
    tally[FREE_FROM] = len(lists)
    lists += np.flatnonzero(task[:, FREE]).tolist()
    tally[FREE_COUNT] = len(lists) - tally[FREE_FROM]
    days.nights(tally, evenings)
    return State(
        task=task,
        fit=fit,
        day=day,
        route=np.zeros((len(day), ROUTE_ROWS, width), np.int32),
        chain=chain,
        clock=clock,
        travel=travel,
        excess=excess,
        drawn=np.zeros((len(day), excess.shape[1]), np.int64),
        near=_near(task, open_days, travel[0]),
        overlap=_bits(open_days),
        lists=np.array(lists, np.int32),
        tally=tally,
        rng=seeded(seed),
    )


def _tally(given: Given) -> np.ndarray:
    tally, params = np.zeros(TALLIES, np.int64), given.problem.params
    tally[WAIT_PCT], tally[OVER_PCT] = params.waiting_percent, params.overtime_percent
    tally[UNFAIR_PCT], tally[CHURN] = params.unfair_percent, params.churn_price
    tally[GROWTH], tally[GROWTH_MOST] = params.miss_growth_percent, params.miss_growth_most_percent
    tally[LATE_PCT], tally[MUST] = params.late_percent, params.must_price
    tally[TIMED] = bool(given.problem.speeds)
    tally[LAST_DATE] = given.date_of(given.problem.horizon.last)
    return tally


def _near(task: np.ndarray, open_days: np.ndarray, seconds: np.ndarray) -> np.ndarray:
    """For each task the nearest ones that may be moved and have a day in common, -1 at the end."""
    count = len(task)
    found = np.full((count, NEAR), -1, np.int32)
    k, days = min(NEAR, count), open_days.astype(np.float32)
    never = (task[:, FREE] == 0) | (task[:, PLACE] < 0)
    for first in range(0, count, ROWS_AT_ONCE):
        rows = np.arange(first, min(count, first + ROWS_AT_ONCE))
        away = seconds[np.ix_(task[rows, PLACE], task[:, PLACE])].astype(np.float32)
        away[(days[rows] @ days.T == 0) | never[None, :] | (rows[:, None] == np.arange(count))] = np.inf
        nearest = np.argsort(away, axis=1, kind="stable")[:, :k]
        found[rows, :k] = np.where(np.isfinite(np.take_along_axis(away, nearest, 1)), nearest, -1)
    return found


def _bits(open_days: np.ndarray) -> np.ndarray:
    words = np.zeros((open_days.shape[0], (open_days.shape[1] + 63) // 64 or 1), np.uint64)
    for d in range(open_days.shape[1]):
        words[:, d >> 6] |= open_days[:, d].astype(np.uint64) << np.uint64(d & 63)
    return words
