"""Small problems solved to the proven best by trying everything: four sites, three days, every order of every day."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import permutations, product
from random import Random

from planner.cadence.policy import Cadence
from planner.calendar import DateRange
from planner.draft.dates import Call, SiteDates
from planner.problem import Problem, Site, Workday
from planner.solve import solve
from planner.tasks import visit_task
from planner.timing import order_cost
from planner.travel import Estimate, Place
from tests.planner.generate import HOUR, MONDAY
from tests.planner.small import between

SITES, DAYS = 4, 3
ITERATIONS = 400


def small(seed: int) -> Problem:
    """Due about now, each at most once in three days; short days, so that not everything fits everywhere."""
    rng = Random(seed)
    places = [Place(46.0 + rng.gauss(0, 0.15), 8.0 + rng.gauss(0, 0.2)) for _ in range(SITES + 1)]
    days = [MONDAY + timedelta(days=n) for n in range(DAYS)]
    workdays = [Workday("ann", d, 8 * HOUR, rng.choice([11, 12, 15]) * HOUR, 0, 0, max_overtime=1800) for d in days]
    return Problem(
        DateRange(days[0], days[-1]),
        tuple(places),
        Estimate().matrix(places),
        tuple(workdays),
        tuple(_site(rng, n) for n in range(SITES)),
    )


def _site(rng: Random, n: int) -> Site:
    opens = rng.choice([8, 9, 10]) * HOUR
    hours = tuple(between(opens, opens + rng.choice([1, 2, 5]) * HOUR) if rng.random() < 0.85 else () for _ in range(7))
    last = MONDAY - timedelta(days=rng.randint(26, 36))
    cadence, service = Cadence(interval_days=28), rng.choice([1800, 3600])
    site = Site(f"s{n}", n + 1, "ann", service, last, cadence=cadence, credited=(last,), late_price=600)
    return replace(site, hours=hours, miss_price=rng.choice([3600, 5400, 20_000]))


def best(problem: Problem) -> int:
    """The least cost of all plans: which site on which day, then each day in its best order."""
    dates = [problem.workdays[n].date for n in range(DAYS)]
    choices = [[(None, _chain(problem, site, None))] for site in problem.sites]
    for row, site in zip(choices, problem.sites, strict=True):
        row += [(day, _chain(problem, site, day)) for day in dates]
    cheapest: dict[tuple, int | None] = {}
    totals = []
    for plan in product(*choices):
        if any(price is None for _, price in plan):
            continue
        total = sum(price or 0 for _, price in plan)
        for workday in problem.workdays:
            sites = tuple(s for s, (day, _) in zip(problem.sites, plan, strict=True) if day == workday.date)
            key = (workday.date, tuple(s.id for s in sites))
            if key not in cheapest:
                cheapest[key] = _cheapest(problem, workday, sites)
            if (day_cost := cheapest[key]) is None:
                break
            total += day_cost
        else:
            totals.append(total)
    return min(totals)


def _chain(problem: Problem, site: Site, day) -> int | None:
    rhythm = SiteDates(site, problem.horizon)
    verdict = rhythm.judge([] if day is None else [Call(day)])
    return None if verdict.broken else rhythm.price(verdict, problem.params)


def _cheapest(problem: Problem, workday: Workday, sites: tuple[Site, ...]) -> int | None:
    tasks = [visit_task(site, workday) for site in sites]
    if any(not task.windows for task in tasks):
        return None
    costs = [order_cost(problem, workday, order) for order in permutations(tasks)]
    return min((cost for cost in costs if cost is not None), default=None)


def test_small_problems_are_solved_to_the_best() -> None:
    """Also where no single visit pays for the way to a day that two or three together pay for (five of these 60)."""
    pairs = []
    for seed in range(60):
        problem = small(seed)
        pairs.append((solve(problem, seed=seed, iterations=ITERATIONS).objective.total, best(problem)))
    assert all(found >= least for found, least in pairs)
    assert sum(found == least for found, least in pairs) >= 59
