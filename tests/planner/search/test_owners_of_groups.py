"""Sites of one rep that nobody owns: their rep is one choice.

Places lie on a line, one minute's drive a minute; ann lives at 0, bob at the other end.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from random import Random

import pytest

from planner.check import check
from planner.plan import Plan
from planner.problem import Problem
from planner.solve import solve
from tests.planner.search.solved import DEAR
from tests.planner.small import problem, site, week


def team(at: list[int], bobs_place: int, ann: int | None, bob: int | None, **more: object) -> Problem:
    """Sites a, b, c ... at these minutes; each rep has one day, with so many stops at most."""
    sites = [site(chr(ord("a") + n), n + 1, owner=None, **DEAR) for n in range(len(at))]
    home = len(at) + 1
    days = [*week(1, "ann", max_stops=ann), *week(1, "bob", max_stops=bob, start_place=home, end_place=home)]
    return problem([0, *at, bobs_place], sites, days, **more)


def owners(plan: Plan) -> dict[str, set[str]]:
    return {
        rep: {stop.site for route in plan.routes if route.rep == rep for stop in route.stops if stop.site}
        for rep in ("ann", "bob")
    }


@pytest.mark.parametrize("seed", range(3))
def test_the_group_goes_where_all_of_it_fits(seed):
    """bob, who lives beside d, has one stop, so c and d are ann's: out to 40 and back (80 min) with a on the way. b, at 20, is bob's
    (40 min)."""
    p = team([10, 20, 30, 40], 40, ann=3, bob=1, same_rep=(("c", "d"),))
    plan = solve(p, seed=seed)
    assert check(p, plan).violations == ()
    assert owners(plan) == {"ann": {"a", "c", "d"}, "bob": {"b"}}
    assert plan.objective.total == (80 + 40) * 60


@pytest.mark.parametrize("seed", range(3))
def test_what_lies_between_two_of_a_group_goes_along(seed):
    """a (at 10) and d (at 40) have one rep: either drives 0 to 40 and back (ann) or 40 to 10 and back (bob), past b and c. bob has the
    shorter way: 60 min."""
    p = team([10, 20, 30, 40], 40, ann=None, bob=None, same_rep=(("a", "d"),))
    plan = solve(p, seed=seed)
    assert check(p, plan).violations == ()
    assert owners(plan) == {"ann": set(), "bob": {"a", "b", "c", "d"}}
    assert plan.objective.total == 60 * 60


@pytest.mark.parametrize("seed", range(3))
def test_all_of_them_may_be_better_with_another_rep_though_none_is_alone(seed):
    """a at 53, b at 9 and d at 10 have one rep, c (40) and e (11) lie between: ann (at 0) drives 106 min, bob (at 59) 100, cid (at 26) 27
    one way and 17 the other, there and back: 88.  While the others are with bob each of them is on his way."""
    sites = [site(name, n, owner=None, **DEAR) for n, name in enumerate("abcde", start=1)]
    days = [
        *week(2, "ann"),
        *week(2, "bob", start_place=6, end_place=6),
        *week(2, "cid", start_place=7, end_place=7),
    ]
    p = problem([0, 53, 9, 40, 10, 11, 59, 26], sites, days, same_rep=(("a", "b", "d"),))
    plan = solve(p, seed=seed)
    assert check(p, plan).violations == ()
    assert set(plan.owners.values()) == {"cid"}
    assert plan.objective.total == 88 * 60


def best_of_all(p: Problem) -> int:
    """Every choice of owners that keeps the groups together, each planned."""

    def owned(reps: tuple[str, ...]) -> Problem:
        return replace(p, sites=tuple(replace(one, owner=rep) for one, rep in zip(p.sites, reps, strict=True)))

    number = {one.id: n for n, one in enumerate(p.sites)}
    choices = [
        reps
        for reps in product(p.reps, repeat=len(p.sites))
        if all(len({reps[number[one]] for one in group}) == 1 for group in p.same_rep)
    ]
    return min(solve(owned(reps), iterations=100).objective.total for reps in choices)


@pytest.mark.parametrize("seed", range(6))
def test_no_other_owners_are_better(seed):
    rng = Random(seed)
    at = [rng.randrange(60) for _ in range(5)]
    mixed = rng.sample("abcde", 5)
    groups = ((tuple(mixed[:2]),), (tuple(mixed[:3]),), (tuple(mixed[:2]), tuple(mixed[2:4])))[seed % 3]
    p = team(at, rng.randrange(30, 60), ann=rng.choice([2, 3, None]), bob=rng.choice([2, 3, None]), same_rep=groups)
    plan = solve(p, seed=seed)
    assert check(p, plan).violations == ()
    assert plan.objective.total == best_of_all(p)
