"""What a plan does otherwise than was published, counted by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from planner.cadence.policy import Cadence
from planner.calendar import DateRange, TimeWindow
from planner.check import check
from planner.churn import Churn, churn
from planner.cli.explain import explain_plan
from planner.plan import Objective, Plan, Reason, Route, Stop, StopKind, Unplanned
from planner.problem import Appointment, MustVisit, PlacedVisit
from planner.solve import solve
from planner.stable import within_budget
from tests.planner.generate import company
from tests.planner.small import HOUR, MINUTE, MONDAY, at, problem, site, week

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


def visits_of(plan):
    """The visits of a plan, as what was published."""
    return tuple(
        PlacedVisit(stop.site, route.rep, route.date, stop.start)
        for route in plan.routes
        for stop in route.stops
        if stop.kind is VISIT
    )


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
    base = visits_of(plan)
    again = replace(made, base=base)
    found = churn(again, solve(again, seed=1, iterations=300))
    assert found.published == len(base)
    assert found.kept_share >= 0.95


def test_said_with_the_plan():
    made = published(("a", MONDAY, at(9)), ("b", MONDAY, at(10)))
    lines = list(explain_plan(made, planned(monday=[("a", at(9) + 20 * MINUTE)], tuesday=[("b", at(10))])))
    assert "Of 2 published visits 1 stays on its day (50 %, 1 at another time); 1 moved, 0 removed, 0 added" in lines


@pytest.mark.parametrize("percent", [0, 5])
def test_a_search_moves_no_more_than_the_budget_allows(percent):
    """What is published was not searched, and moving costs nothing: without a budget many visits leave their day, with one so many."""
    asked = company(6, accounts=60, days=15)
    first = solve(asked, seed=1, iterations=0)
    base = visits_of(first)
    again = replace(asked, base=base, params=replace(asked.params, churn_price=0))
    free = churn(again, solve(again, seed=2, iterations=2_000))
    assert free.moved + free.removed > len(base) // 20
    bound = replace(again, params=replace(again.params, churn_percent=percent))
    plan = solve(bound, seed=2, iterations=2_000)
    found = churn(bound, plan)
    assert found.moved + found.removed <= len(base) * percent // 100
    assert plan.iterations == 2_000
    assert check(bound, plan).ok
    assert solve(bound, seed=2, iterations=2_000) == plan


def test_what_has_to_go_does_not_count_against_the_budget():
    """Published on two days, of which one is no workday any more: that visit goes, the other stays."""
    monthly = {"cadence": Cadence(interval_days=28), "credited": (MONDAY - timedelta(days=28),)}
    asked = problem([0], [site("a", 0, **monthly), site("b", 0, **monthly)], week(3)[1:])
    asked = replace(asked, appointments=(Appointment("all day", "ann", WEDNESDAY, TimeWindow(at(8), at(8)), 9 * 3600),))
    base = (PlacedVisit("a", "ann", MONDAY, at(9)), PlacedVisit("b", "ann", TUESDAY, at(9)))
    asked = replace(asked, base=base, params=replace(asked.params, churn_percent=0))
    plan = solve(asked, iterations=100)
    assert churn(asked, plan).kept == 1
    assert check(asked, plan).ok


def test_what_people_asked_for_comes_before_the_budget():
    """One of three visits may move.  A wish for Tuesday is kept where two or three move; dearer searches move fewer, and what moves
    nothing leaves the wish out."""
    made = published(("a", MONDAY, at(9)), ("b", MONDAY, at(10)), ("c", MONDAY, at(11)))
    wish = MustVisit("wish", "d", DateRange(TUESDAY, TUESDAY))
    made = replace(made, must_visits=(wish,), params=replace(made.params, churn_percent=40))
    three = planned(tuesday=[("a", at(9)), ("b", at(10)), ("c", at(11)), ("d", at(12))])
    two = planned(monday=[("a", at(9))], tuesday=[("b", at(10)), ("c", at(11)), ("d", at(12))])
    none = replace(
        planned(monday=[("a", at(9)), ("b", at(10)), ("c", at(11))]),
        unplanned=(Unplanned("d", Reason.DAY_FULL, "wish"),),
    )

    def search(problem, start, improve):
        return two if improve else start or none

    assert within_budget(made, three, search) == replace(two, iterations=three.iterations)
    unasked = replace(made, must_visits=())
    assert within_budget(unasked, three, search) == replace(none, iterations=three.iterations)


def test_where_all_changes_gain_the_same_some_are_made_now_and_others_by_the_next_search():
    """Ten days of one visit each: c0 to c9 are published, v0 to v9 are worth ten times as much from now on, and their days are full.
    Any price of churn exchanges all ten or none; a budget of 20 % is two of ten, and the next search two more."""
    due = {"cadence": Cadence(interval_days=90, tolerance_days=40), "credited": (MONDAY - timedelta(days=90),)}
    cheap = [site(f"c{n}", 0, service=6 * HOUR, miss_price=3_600, **due) for n in range(10)]
    dear = [site(f"v{n}", 0, service=6 * HOUR, miss_price=36_000, **due) for n in range(10)]
    made = problem([0], [*cheap, *dear], week(10))
    base = tuple(PlacedVisit(f"c{n}", "ann", day.date, at(9)) for n, day in enumerate(made.workdays))
    made = replace(made, params=replace(made.params, churn_percent=20, churn_price=600))
    for there in (2, 4):
        asked = replace(made, base=base)
        plan = solve(asked, seed=1, iterations=500)
        base = visits_of(plan)
        assert check(asked, plan).ok
        assert sum(visit.site.startswith("v") for visit in base) == there
        assert churn(asked, plan).kept == 8


def test_what_has_to_go_is_part_of_the_budget():
    """Of ten published visits three may move: where the day of two is off, one more may."""
    due = {"cadence": Cadence(interval_days=90, tolerance_days=40), "credited": (MONDAY - timedelta(days=90),)}
    sites = [site(f"c{n}", 0, service=6 * HOUR, miss_price=3_600, **due) for n in range(10)]
    dear = [site(f"v{n}", 0, service=6 * HOUR, miss_price=36_000, **due) for n in range(10)]
    made = problem([0], [*sites, *dear], week(10))
    base = tuple(PlacedVisit(f"c{n}", "ann", day.date, at(9)) for n, day in enumerate(made.workdays))
    fewer = replace(made, workdays=made.workdays[2:], base=base, params=replace(made.params, churn_percent=30))
    assert churn(fewer, solve(fewer, seed=1, iterations=500)).kept == 7
    most = replace(fewer, params=replace(made.params, churn_percent=10))  # two had to go: one more may, always
    assert churn(most, solve(most, seed=1, iterations=500)).kept == 7


def test_what_is_frozen_is_locked_once_while_others_move():
    """As above, two of ten exchanged a search, and the first two days are frozen: their visits stay, and none is there twice."""
    due = {"cadence": Cadence(interval_days=90, tolerance_days=40), "credited": (MONDAY - timedelta(days=90),)}
    cheap = [site(f"c{n}", 0, service=6 * HOUR, miss_price=3_600, **due) for n in range(10)]
    dear = [site(f"v{n}", 0, service=6 * HOUR, miss_price=36_000, **due) for n in range(10)]
    days = [replace(day, frozen=n < 2) for n, day in enumerate(week(10))]
    made = problem([0], [*cheap, *dear], days)
    base = tuple(PlacedVisit(f"c{n}", "ann", day.date, at(9)) for n, day in enumerate(days))
    asked = replace(made, base=base, params=replace(made.params, churn_percent=20, churn_price=600))
    plan = solve(asked, seed=1, iterations=500)
    assert check(asked, plan).ok
    assert [visit.site for visit in visits_of(plan)][:2] == ["c0", "c1"]
    assert (len(visits_of(plan)), churn(asked, plan).kept) == (10, 8)
