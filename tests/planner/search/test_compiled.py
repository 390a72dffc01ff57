"""What compiled code is given: one form of each function, and arrays of the kinds that it expects."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from numba import config

from planner.cadence.policy import Cadence
from planner.cadence.unroll import unroll
from planner.calendar import DateRange
from planner.problem import Problem, Site, Workday
from planner.search.compiled import entry, inner
from planner.search.layout import TOTAL
from planner.search.pack import pack
from planner.search.run import Search
from planner.search.state import ARRAYS, State
from planner.travel import Estimate, Place
from tests.planner.generate import ALL_FEATURES, random_problem

DAY = date(2026, 1, 5)


@inner
def _twice(number):
    return 2 * number


@entry
def _sum(numbers, count):
    return _twice(numbers[0]) + _twice(count) + _twice(3)


@entry
def _described(state, o):
    """The last element of three of the arrays, and a length."""
    return state.task[o, -1], state.day[0, -1], state.rng[-1], state.fit.shape[1]


def small() -> State:
    places = (Place(46.0, 8.0), Place(46.1, 8.0))
    site = Site("a", 1, "rep", 600, DAY, cadence=Cadence(interval_days=7))
    days = (Workday("rep", DAY, 28_800, 61_200, 0, 0),)
    problem = Problem(DateRange(DAY, DAY), places, Estimate().matrix(places), days, (site,))
    return pack(problem, unroll(problem), days, [site], {"a": ["rep"]}).state


@pytest.mark.skipif(bool(config.DISABLE_JIT), reason="nothing is compiled")
def test_integers_of_all_widths_share_one_form():
    assert _sum(np.array([5], np.int32), 7) == 2 * 5 + 2 * 7 + 2 * 3
    assert len(_twice.overloads) <= 1  # 0: the caller came out of the cache


def test_compiled_code_reads_the_arrays_of_the_state():
    state = small()
    state.task[0, -1], state.day[0, -1], state.rng[-1] = 11, 1 << 40, 13
    assert _described(state, 0) == (11, 1 << 40, 13, 1)


def test_a_search_on_a_copy_leaves_the_state_as_it_is():
    problem = random_problem(9, features=ALL_FEATURES)
    chains, reps = unroll(problem), problem.reps
    owners = {site.id: (site.owner,) if site.owner else reps for site in problem.sites}
    packed = pack(problem, chains, problem.workdays, problem.sites, owners)
    before = {name: getattr(packed.state, name).copy() for name in ARRAYS}
    search = Search(replace(packed, state=packed.state.copy()))
    search.improve(2_000)
    assert search.price < before["tally"][TOTAL]
    assert [name for name in ARRAYS if not np.array_equal(getattr(packed.state, name), before[name])] == []


@pytest.mark.parametrize("wrong", [np.zeros((2, 3), np.int64), np.zeros(3, np.int32), np.zeros((3, 2), np.int32).T])
def test_another_kind_of_array_is_refused(wrong):
    arrays = {name: getattr(small(), name) for name in ARRAYS} | {"clock": wrong}
    with pytest.raises(TypeError, match="clock is not a contiguous array of 2 dimensions of int32"):
        State(**arrays)
