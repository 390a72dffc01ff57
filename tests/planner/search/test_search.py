"""Properties of the whole: true plans, true prices, the same plan again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from planner.cadence.unroll import unroll
from planner.check import check
from planner.draft.draft import Draft
from planner.draft.objective import objective
from planner.io import plan_bytes
from planner.plan import Objective, Plan, StopKind
from planner.problem import PlacedVisit, Problem
from planner.reasons.settle import finished
from planner.search.pack import pack
from planner.search.run import Search
from planner.solve import solve
from tests.planner.generate import ALL_FEATURES, company, random_problem


@pytest.mark.parametrize("seed", range(30))
def test_every_plan_passes_the_checker(seed: int) -> None:
    asked = random_problem(seed, reps=1 + seed % 3)
    assert check(asked, solve(asked, iterations=50), reasons=False).violations == ()


@pytest.mark.parametrize("seed", range(30))
def test_what_the_search_gains_the_objective_gains(seed: int) -> None:
    """The arrays' price and the exact one differ by a constant (what nobody can keep) and the rounding of each day."""
    asked = random_problem(seed, reps=1)
    asked = replace(asked, sites=tuple(replace(site, preferred=None) for site in asked.sites))  # waiting is estimated
    rep = asked.reps[0]
    owners = {s.id: rep for s in asked.sites if s.owner is None and s.place is not None}
    sites = [s for s in asked.sites if (s.owner or owners.get(s.id)) == rep]
    search = Search(pack(asked, unroll(asked), asked.workdays, sites, {s.id: (rep,) for s in sites}))
    before = search.price, *exact(asked, owners, search)
    search.improve(60)
    after = search.price, *exact(asked, owners, search)
    if before[2] == after[2]:  # a locked visit that is lost has a price in the search only
        assert before[0] - after[0] == pytest.approx(before[1] - after[1], abs=2 * len(asked.workdays))


def exact(asked: Problem, owners: dict[str, str], search: Search) -> tuple[int, int]:
    """(objective, locked visits lost) of the search's best plan."""
    draft = Draft(asked, owners, nights=search.nights())
    for key, tasks in search.orders().items():
        for position, task in enumerate(tasks):
            draft.put(task, key, position)
    routes = [draft.route(key) for key in draft.workdays if draft.orders[key] or draft.away(key)]
    lost = sum(all(call.date != lock.date for call in draft.calls(lock.site)) for lock in asked.locked)
    return objective(draft, [route for route in routes if route is not None]).total, lost


OF_THE_SEARCH = {
    "capacity", "max_driving", "max_stops", "skills", "apart", "together", "gap", "quota", "combination", "paused",
    "opening_hours", "working_hours", "radius", "frozen", "one_visit_a_day",
}  # fmt: skip


@pytest.mark.parametrize("seed", range(40))
def test_the_search_by_itself_breaks_no_rule(seed: int) -> None:
    """Before its days are routed once more, what has no times is taken away and the rest is judged: there is nothing to mend."""
    asked = random_problem(seed, reps=1, features=ALL_FEATURES - {"speeds", "breaks"} if seed % 2 else None)
    rep = asked.reps[0]
    owners = {s.id: rep for s in asked.sites if s.owner is None and s.place is not None}
    sites = [s for s in asked.sites if (s.owner or owners.get(s.id)) == rep]
    search = Search(pack(asked, unroll(asked), asked.workdays, sites, {s.id: (rep,) for s in sites}))
    search.improve(400)
    draft = Draft(asked, owners, nights=search.nights())
    for key, tasks in search.orders().items():
        for position, task in enumerate(tasks):
            draft.put(task, key, position)
    assert [key for key in draft.workdays if draft.room(key).cost is None] == []
    plan = finished(draft, Plan((), (), Objective()), ())
    assert {violation.rule for violation in check(asked, plan, reasons=False).violations} & OF_THE_SEARCH == set()


def test_the_same_seed_and_iterations_give_the_same_plan() -> None:
    asked = company(3, accounts=40, days=14)
    one, two = (plan_bytes(solve(asked, seed=5, iterations=300)) for _ in range(2))
    assert one == two


def test_seconds_lower_the_iterations_and_the_plan_can_be_repeated() -> None:
    asked = company(3, accounts=20, days=7)
    plan = solve(asked, seed=5, iterations=10**9, seconds=0.5)
    assert 0 < plan.iterations < 10**9
    assert plan_bytes(solve(asked, seed=5, iterations=plan.iterations)) == plan_bytes(plan)


def test_replanning_with_nothing_changed_keeps_every_day_or_gains() -> None:
    asked = company(4, accounts=40, days=14)
    plan = solve(asked, iterations=2_000)
    base = tuple(
        PlacedVisit(stop.site, route.rep, route.date, stop.start)
        for route in plan.routes
        for stop in route.stops
        if stop.kind is StopKind.VISIT and stop.site
    )
    again = replace(asked, base=base)
    for start in (None, plan):
        assert solve(again, iterations=500, start=start).objective.total <= plan.objective.total
    assert solve(again, iterations=0).objective == plan.objective


def test_more_iterations_are_worth_it() -> None:
    asked = company(5, accounts=60, days=28)
    first, better = (solve(asked, iterations=n) for n in (0, 3_000))
    agreed = {appointment.id for appointment in asked.appointments}
    impossible, still = ({e.request for e in plan.unplanned} & agreed for plan in (first, better))
    assert still == impossible
    hopeless = len(impossible) * asked.params.appointment_price
    assert better.objective.total - hopeless < 0.97 * (first.objective.total - hopeless)
