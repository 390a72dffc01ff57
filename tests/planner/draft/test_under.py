"""A draft under a changed problem is the draft that would be read anew, whatever is changed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from planner.draft.draft import Draft
from planner.draft.under import under
from planner.errors import ProblemError
from planner.explain.easings import (
    LongerDay,
    MoreCapacity,
    MoreDriving,
    MoreStops,
    NotSkipped,
    OpenOn,
    OtherRep,
    ShorterGap,
)
from planner.params import RadiusRule
from planner.solve import solve
from tests.planner.generate import random_problem
from tests.planner.small import MONDAY, problem, site, week


@pytest.mark.parametrize("seed", range(30))
def test_it_is_as_if_the_plan_were_read_anew(seed):
    made = random_problem(seed, sites=8, days=8, reps=1 + seed % 2)
    plan = solve(made, seed=seed, iterations=200)
    draft = Draft.of(made, plan)
    keys = list(draft.workdays)
    changes = [kind(*keys[seed % len(keys)], 3) for kind in (LongerDay, MoreStops, MoreDriving, MoreCapacity)]
    changes += [OpenOn(one.id, keys[-1][1]) for one in made.sites]
    changes += [ShorterGap(one.id, 1) for one in made.sites if one.cadence]
    for change in changes:
        try:
            changed = change.applied(made)
        except ProblemError:  # a cadence that contradicts itself, or that of its companions
            continue
        quick, anew = under(draft, changed), Draft.of(changed, plan)
        if draft.nights:
            assert quick is None
            continue
        assert quick is not None
        assert (quick.orders, quick.workdays, quick.sites) == (anew.orders, anew.workdays, anew.sites)
        assert {key: quick.room(key).cost for key in keys} == {key: anew.room(key).cost for key in keys}
        assert {one: quick.verdict(one) for one in quick.sites} == {one: anew.verdict(one) for one in anew.sites}
    assert draft.orders == Draft.of(made, plan).orders


def test_what_changes_more_is_read_anew():
    made = problem([0, 10], [site("a", 1)], [*week(), *week(rep="ben")])
    draft = Draft(made)
    for changed in (
        OtherRep("a", "ben").applied(made),
        replace(made, workdays=made.workdays[1:]),
        replace(made, workdays=(replace(made.workdays[0], start_place=1), *made.workdays[1:])),
        replace(made, radius=RadiusRule(5000)),
    ):
        assert under(draft, changed) is None
    skipped = replace(made, sites=(site("a", 1, exceptions={MONDAY: ()}, skipped=frozenset({MONDAY})),))
    assert under(draft, NotSkipped("a", MONDAY).applied(skipped)) is not None
