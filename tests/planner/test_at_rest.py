"""Two searches with nothing changed give the same plan: an order that is better by some seconds is no reason to tell customers another
time."""

from __future__ import annotations

from dataclasses import replace

import pytest

from planner.check import check
from planner.churn import churn
from planner.plan import StopKind
from planner.problem import PlacedVisit
from planner.solve import solve
from planner.stable import as_published
from planner.tasks import visit_task
from planner.timing import time_route
from tests.planner.generate import company
from tests.planner.small import problem, site, workday


@pytest.mark.parametrize(
    ("minutes", "stays"),
    [
        # b 8:11, a 8:42, c 9:14 and home: 26 min of driving.  In the order a, b, c it is 24, and a and b are half an hour off: 120 < 240
        ([10, 11, 12], True),
        # 28 minutes instead of 24: 240 s are enough for the two
        ([10, 12, 12], False),
        # b 8:20, a 9:00, c 9:50: 80 minutes instead of 60, for three
        ([10, 20, 30], False),
    ],
)
def test_a_day_has_to_gain_two_minutes_for_each_start(minutes, stays):
    rows = [site(name, n) for n, name in enumerate("abc", start=1)]
    day = workday()
    p = problem([0, *minutes], rows, [day])
    a, b, c = (visit_task(row, day, f"{row.id}#1") for row in rows)
    told = time_route(p, day, [b, a, c])
    assert told is not None
    starts = {stop.site: stop.start for stop in told.stops}
    assert as_published(p, day, [a, b, c], starts) == ([b, a, c] if stays else None)
    assert as_published(p, day, [b, a, c], starts) is None  # as it was
    assert as_published(p, day, [a, b], starts) is None  # another day's work
    assert as_published(p, day, [a, b, c], {}) is None  # told to nobody


@pytest.mark.parametrize("seed", range(4))
def test_a_second_search_shifts_nothing(seed):
    p = company(seed, accounts=80, days=12)
    p = replace(p, params=replace(p.params, churn_percent=5))
    first = solve(p, iterations=4_000)
    base = [
        PlacedVisit(s.site, r.rep, r.date, s.start)
        for r in first.routes
        for s in r.stops
        if s.kind is StopKind.VISIT and s.site
    ]
    again = replace(p, base=tuple(base))
    for other in (0, 1):
        second = solve(again, iterations=4_000, seed=other)
        found = churn(again, second)
        if found.kept == found.published and not found.added:
            assert found.retimed == 0
        assert second.objective.total <= first.objective.total
        assert check(again, second).ok
