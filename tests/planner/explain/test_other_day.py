"""The next best day is the best: each other day on which the visit may stand is priced, and none is cheaper than the one said."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from planner.explain import why
from planner.plan import Reason, StopKind
from planner.problem import PlacedVisit
from planner.proposals import MoveVisit, price
from planner.proposals.price import price_from
from planner.proposals.trial import standing, trial_of_move
from planner.solve import solve
from tests.planner.generate import company, random_problem


def visits(plan):
    return [(s.site, r.rep, r.date, s.start) for r in plan.routes for s in r.stops if s.kind is StopKind.VISIT]


@pytest.mark.parametrize("seed", range(6))
def test_no_other_day_is_cheaper(seed):
    """Up to twelve other days for each visit, most of them full."""
    p = company(seed, accounts=60, days=19)
    plan = solve(p, iterations=1_000)
    p = replace(p, base=tuple(PlacedVisit(*visit) for visit in visits(plan)))
    for site, _, day, _ in Random(seed).sample(visits(plan), 4):
        found = why(p, plan, site, day)
        days = [o.date for o in found.others if o.cost is not None or o.reason is Reason.DAY_FULL]
        costs = [one.total for to in days if not (one := price(p, plan, MoveVisit(site, day, to))).refused]
        said = found.next_best
        assert (said.total if said else None) == min(costs, default=None), (site, day)
        if said and said.placed:
            assert price(p, plan, MoveVisit(site, day, said.placed.date)) == said


@pytest.mark.parametrize("seed", range(60))
def test_a_trial_costs_what_the_price_says(seed):
    """Of each visit of a random problem on each other workday of its rep on which its site is not called at."""
    rng = Random(f"other day {seed}")
    p = random_problem(seed, reps=rng.choice([1, 1, 2]))
    frozen = (p.horizon.first,)
    base = standing(p, solve(p, seed=seed, iterations=60), frozen)
    p, plan = base.draft.problem, base.plan
    for site, rep, day, _ in visits(plan):
        if (site, rep, day) in base.draft.locks:
            continue
        taken = {key[1] for key in base.draft.days_of(site)}
        for other in {d.date for d in p.workdays if d.rep == rep} - taken:
            change = MoveVisit(site, day, other)
            exact = price_from(p, plan, change, frozen)
            found = trial_of_move(base, change)
            assert (found and found.total) == (None if exact.refused else exact.total), change
            assert found is None or found.price() == exact, change
