"""What a plan does otherwise than was published, counted by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from planner.churn import Churn, churn
from planner.cli.explain import explain_plan
from planner.plan import Objective, Plan, Route, Stop, StopKind
from planner.problem import PlacedVisit
from planner.solve import solve
from tests.planner.generate import company
from tests.planner.small import MINUTE, MONDAY, at, problem, site, week

TUESDAY, WEDNESDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)
VISIT, BLOCK = StopKind.VISIT, StopKind.BLOCK


def planned(**days) -> Plan:
    """Visits as monday=[("a", 9:00 in seconds), ...]."""
    dates = {"monday": MONDAY, "tuesday": TUESDAY, "wednesday": WEDNESDAY}
    routes = []
    for name, visits in days.items():
        stops = tuple(Stop(VISIT, start, start, start + 1800, site=one) for one, start in visits)
        routes.append(Route("ann", dates[name], at(8), at(17), (*stops, Stop(BLOCK, at(16), at(16), at(17)))))
    return Plan(tuple(routes), (), Objective())


def published(*visits, locked=()):
    base = tuple(PlacedVisit(name, "ann", day, start) for name, day, start in visits)
    sites = [site(name, 0) for name in "abcd"]
    return replace(problem([0], sites, week(3)), base=base, locked=locked)


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        (planned(monday=[("a", at(9)), ("b", at(10))]), Churn(2, kept=2)),
        # a quarter of an hour is nothing, a minute more is another time
        (planned(monday=[("a", at(9, 15)), ("b", at(10, 16))]), Churn(2, kept=2, retimed=1)),
        (planned(monday=[("a", at(9))], tuesday=[("b", at(10))]), Churn(2, kept=1, moved=1)),
        (planned(monday=[("a", at(9))]), Churn(2, kept=1, removed=1)),
        (planned(monday=[("a", at(9)), ("b", at(10)), ("c", at(11))]), Churn(2, kept=2, added=1)),
        # twice now: the one on the published day is the same, the other is new
        (planned(monday=[("a", at(9)), ("b", at(10))], wednesday=[("a", at(9))]), Churn(2, kept=2, added=1)),
        (planned(), Churn(2, removed=2)),
    ],
)
def test_every_kind_of_change(plan, expected):
    assert churn(published(("a", MONDAY, at(9)), ("b", MONDAY, at(10))), plan) == expected


def test_locked_visits_were_published_too():
    lock = PlacedVisit("a", "ann", MONDAY, at(9))
    found = churn(
        published(("b", TUESDAY, None), locked=(lock,)), planned(monday=[("a", at(9))], tuesday=[("b", at(14))])
    )
    assert (found, found.kept_share) == (Churn(2, kept=2), 1.0)


def test_nothing_was_published():
    assert churn(published(), planned(monday=[("a", at(9))])).kept_share is None


def test_planned_again_with_nothing_changed_every_visit_stays():
    made = company(3, 40, 10)
    plan = solve(made, seed=1, iterations=300)
    base = tuple(
        PlacedVisit(stop.site, route.rep, route.date, stop.start)
        for route in plan.routes
        for stop in route.stops
        if stop.kind is VISIT
    )
    again = replace(made, base=base)
    found = churn(again, solve(again, seed=1, iterations=300))
    assert found.published == len(base)
    assert found.kept_share >= 0.95


def test_said_with_the_plan():
    made = published(("a", MONDAY, at(9)), ("b", MONDAY, at(10)))
    lines = list(explain_plan(made, planned(monday=[("a", at(9) + 20 * MINUTE)], tuesday=[("b", at(10))])))
    assert "Of 2 published visits 1 stays on its day (50 %, 1 at another time); 1 moved, 0 removed, 0 added" in lines
