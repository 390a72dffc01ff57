"""What the search takes the dates of a site to cost, beside SiteDates, which lives through them with the calendar."""

# ruff: noqa: F403, F405  the columns are read by their bare names
from __future__ import annotations

from random import Random

import pytest

from planner.cadence.unroll import unroll
from planner.draft.dates import Call, Hold, SiteDates
from planner.problem import Problem
from planner.search.chain import walk
from planner.search.layout import *
from planner.search.layout import BIG
from planner.search.moves import begin, price, put
from planner.search.pack import Packed, pack
from planner.search.tasks import Item
from tests.planner.generate import random_problem

FEATURES = frozenset(
    {"must_visits", "quota", "pattern", "locked", "appointments", "base", "seasons", "pauses", "min_gap", "no_cadence"}
)
BATCHES, EACH = 4, 30


def packed_for(problem: Problem) -> Packed:
    reps = {site.id: [site.owner] if site.owner else [] for site in problem.sites}
    return pack(problem, unroll(problem), problem.workdays, problem.sites, reps)


def hold(item: Item) -> Hold:
    return Hold.APPOINTMENT if item.appointment else Hold.LOCKED if item.lock else Hold.FLEXIBLE


def dates_of(packed: Packed, c: int) -> SiteDates:
    problem, site = packed.problem, packed.items.sites[c]
    locked = {(visit.site, visit.rep, visit.date) for visit in problem.locked}
    base = [v.date for v in problem.base if v.site == site.id and (v.site, v.rep, v.date) not in locked]
    musts = [must for must in problem.must_visits if must.site == site.id]
    return SiteDates(site, problem.horizon, musts, base)


def judged(packed: Packed, c: int) -> tuple[bool, int]:
    """Whether all rules are kept, and the price, of a chain as its tasks stand; appointments left out apart."""
    calls, dates = [], dates_of(packed, c)
    for o in range(*packed.items.bounds[c]):
        on, item = packed.state.task[o, WHERE], packed.items.all[o]
        if on >= 0:
            calls.append(Call(packed.days[on].date, hold(item)))
    verdict = dates.judge(sorted(calls))
    return verdict.broken is None, dates.price(verdict, packed.problem.params)


def known(packed: Packed, c: int) -> bool:
    """Whether the search knows all visits that a quota asks for: not those that the gap leaves no room for, which have a price
    whatever it does."""
    chain = unroll(packed.problem)[packed.items.sites[c].id]
    settled = [Call(r.earliest, Hold.LOCKED) for r in (*chain.requests, *chain.loose) if r.fixed]
    missed = dates_of(packed, c).judge(settled).missed
    return chain.clock is not None or sum(not r.fixed for r in chain.requests) == len(missed)


def kept(packed: Packed, c: int) -> bool:
    """Whether all that is settled has its place: a locked visit that is lost has a price in the search only."""
    members = packed.state.task[slice(*packed.items.bounds[c])]
    return bool((members[members[:, ROLE] == FIXED, WHERE] >= 0).all())


def searched(packed: Packed, c: int) -> int:
    """The same as the search has it."""
    members = packed.state.task[slice(*packed.items.bounds[c])]
    total, broken = walk(packed.state, c, -1, -1)
    assert broken < 0
    return int(total) - int(members[members[:, WHERE] < 0, LEFT_OUT].sum())


@pytest.mark.parametrize("batch", range(BATCHES))
def test_a_chain_costs_what_its_dates_cost(batch: int) -> None:
    compared = 0
    for seed in range(batch * EACH, batch * EACH + EACH):
        packed, rng = packed_for(random_problem(seed, features=FEATURES)), Random(seed)
        state = packed.state
        whole = [known(packed, c) for c in range(len(packed.items.sites))]
        begin(state)
        for o in sorted(
            rng.sample(range(len(state.task)), len(state.task)), key=lambda o: state.task[o, ROLE] != FIXED
        ):
            days = state.lists[state.task[o, FIRST] : state.task[o, LAST]].tolist()
            c = int(state.task[o, CHAIN])
            for d in rng.sample(days, len(days)):
                if price(state, o, d) < BIG and put(state, o, d, int(state.fit[o, d, GAP])):
                    if c >= 0 and whole[c] and kept(packed, c):
                        assert (True, searched(packed, c)) == judged(packed, c), (seed, packed.items.all[o].id)
                        compared += 1
                    break
    assert compared > 5 * EACH
