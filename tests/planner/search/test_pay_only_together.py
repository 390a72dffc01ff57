"""Visits of which none pays by itself, and all of them together do, on a day that is driven anyway."""

from __future__ import annotations

from datetime import timedelta

import pytest

from planner.cadence.policy import Cadence
from planner.calendar import DateRange
from planner.check import check
from planner.problem import Appointment, Problem
from planner.solve import solve
from tests.planner.small import HOUR, MONDAY, at, between, problem, site, workday

ITERATIONS = 3_000


def far_side(minutes: list[int], worth: int, other: int, *, agreed: bool) -> Problem:
    """Monday is driven to `other` minutes on one side; on the other side are sites of so much worth each, due today."""
    due = {"cadence": Cadence(interval_days=28, tolerance_days=1), "credited": (MONDAY - timedelta(days=27),)}
    rows = [site(f"s{n}", n, **due, miss_price=worth) for n in range(1, len(minutes) + 1)]
    last = site("other", len(minutes) + 1, **({} if agreed else due | {"miss_price": 90_000}))
    at_nine = (Appointment("agreed", "ann", MONDAY, between(at(9), at(9))[0], HOUR, site="other"),) if agreed else ()
    span = DateRange(MONDAY, MONDAY + timedelta(days=2))
    places = [0, *(-m for m in minutes), other]
    return problem(places, [*rows, last], [workday()], appointments=at_nine, horizon=span)


@pytest.mark.parametrize("agreed", [False, True])
@pytest.mark.parametrize(
    ("minutes", "worth", "cost"),
    [
        # 40 and 41 minutes away: 82 minutes there and back for both, 4,920 s, are less than twice 3,600; for one they are more
        ([40, 41], 3_600, 4_920),
        # three: 84 minutes, 5,040 s, for 7,200; two of them alone are worth 4,800 only
        ([40, 41, 42], 2_400, 5_040),
        # four an hour away: 126 minutes, 7,560 s, for 9,600; three are worth 7,200 only
        ([60, 61, 62, 63], 2_400, 7_560),
    ],
)
def test_all_are_planned(minutes: list[int], worth: int, cost: int, *, agreed: bool) -> None:
    asked = far_side(minutes, worth, 10, agreed=agreed)
    for seed in range(3):
        plan = solve(asked, iterations=ITERATIONS, seed=seed)
        assert check(asked, plan).ok
        assert plan.objective.total == 20 * 60 + cost


def test_nothing_is_planned_at_a_loss() -> None:
    # 82 minutes, 4,920 s, for twice 2,400: both stay out
    asked = far_side([40, 41], 2_400, 10, agreed=False)
    plan = solve(asked, iterations=ITERATIONS)
    assert check(asked, plan).ok
    assert plan.objective.total == 20 * 60 + 2 * 2_400
