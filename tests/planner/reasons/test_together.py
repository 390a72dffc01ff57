"""Days that pay only for several visits together."""

from __future__ import annotations

from datetime import timedelta

import pytest

from planner.cadence.policy import Cadence
from planner.check import check
from planner.plan import Objective, Plan, Reason
from planner.reasons import settle
from tests.planner.small import MONDAY, problem, site, week

EMPTY = Plan((), (), Objective())


@pytest.mark.parametrize(("worth", "planned"), [(7_300, True), (6_000, True), (3_700, True), (3_500, False)])
def test_two_visits_pay_for_a_way_that_neither_pays_alone(worth: int, planned: bool) -> None:
    # a and b are next door, an hour away: 7,200 s there and back for one or for both. At 7,300 s each pays
    # alone;
    # two of 3,700 s pay together, two of 3,500 s do not. Six of the eleven days of the window lie before Tuesday, so the
    # miss price is 11/6 of what leaving it out costs.
    last = MONDAY - timedelta(days=28)
    rows = [
        site(name, place, cadence=Cadence(interval_days=28), credited=(last,), miss_price=worth * 11 // 6 + 1)
        for name, place in (("a", 1), ("b", 2))
    ]
    p = problem([0, 60, 60], rows, week(1))
    plan = settle(p, EMPTY)
    assert sum(len(route.stops) for route in plan.routes) == (2 if planned else 0)
    assert [entry.reason for entry in plan.unplanned] == ([] if planned else [Reason.CHEAPER_LEFT_OUT] * 2)
    assert check(p, plan).ok
