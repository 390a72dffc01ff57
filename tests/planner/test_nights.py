"""Nights away, worked out by hand.

Home is at 0 and a village two hours away: a at 120 minutes, where the hotel is as well, and b at 125.  A visit takes four hours and
a half, so each needs a day of its own, from 8:00 to 17:00.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import permutations, product
from random import Random

import pytest

from planner.cadence.policy import Cadence
from planner.check import check
from planner.cli.explain import explain_plan
from planner.errors import ProblemError
from planner.nights import Key, with_nights
from planner.params import NightRule
from planner.plan import Plan, Reason, Route
from planner.problem import PlacedVisit, Problem
from planner.repair import repair
from planner.solve import solve
from planner.tasks import visit_task
from planner.timing import order_cost, time_route
from tests.planner.generate import random_problem
from tests.planner.small import HOUR, MINUTE, MONDAY, at, problem, site, week, workday

TUESDAY = MONDAY + timedelta(days=1)
MONTHLY = Cadence(interval_days=28)  # tolerance 5: on time all week
DUE = {"cadence": MONTHLY, "credited": (MONDAY - timedelta(days=28),), "miss_price": 200_000}
HOTEL = 1


def village(days: int = 2, **rule: object) -> Problem:
    sites = [site("a", 1, service=270 * MINUTE, **DUE), site("b", 2, service=270 * MINUTE, **DUE)]
    values: dict = {"hotels": (HOTEL,)} | rule
    return problem([0, 120, 125], sites, week(days), nights=NightRule(**values))


def planned(asked: Problem, iterations: int = 200) -> Plan:
    plan = solve(asked, seed=1, iterations=iterations)
    assert check(asked, plan).violations == ()
    return plan


def test_a_night_saves_the_way_home_and_back() -> None:
    # One of them on Monday, from 10:00 (or 10:05) on, then to the hotel; the other on Tuesday, and home.
    # Driving: 120 + 0 + 5 + 125 minutes (or 125 + 5 + 0 + 120), instead of 240 + 250.  The night costs 7,200 s of the 14,400 saved.
    plan = planned(village())
    one, two = plan.routes
    assert (one.date, one.morning, one.night) == (MONDAY, None, HOTEL)
    assert (two.date, two.morning, two.night) == (TUESDAY, HOTEL, None)
    assert (plan.objective.driving, plan.objective.nights) == (250 * MINUTE, 7200)
    assert plan.objective.total == 250 * MINUTE + 7200
    assert one.end - one.stops[-1].end == one.return_travel == one.return_metres * 60 // 1000


@pytest.mark.parametrize(
    "rule",
    [
        {"price": 14_401},  # the 240 minutes that it saves are 14,400 s
        {"weekdays": frozenset({1})},  # only from Tuesday to Wednesday
        {"min_from_home": 7_201},  # two hours are 7,200 s
        {"reps": frozenset({"bob"})},
        {"first": TUESDAY},  # Monday's evening is settled
        {"hotels": ()},
    ],
)
def test_where_it_does_not_pay_or_may_not_be_one_goes_home(rule: dict) -> None:
    plan = planned(village(**rule))
    assert {(route.morning, route.night) for route in plan.routes} == {(None, None)}
    assert plan.objective.total == 490 * MINUTE


def test_at_its_worth_in_price_and_distance_one_stays() -> None:
    plan = planned(village(price=14_399, min_from_home=7_200))
    assert [route.night for route in plan.routes] == [HOTEL, None]


def test_a_night_joins_consecutive_dates_only() -> None:
    asked = village()
    days = (asked.workdays[0], replace(asked.workdays[1], date=MONDAY + timedelta(days=2)))
    asked = replace(asked, workdays=days, horizon=replace(asked.horizon, last=days[1].date))
    assert planned(asked).objective.nights == 0


def test_a_way_that_one_day_is_too_short_for() -> None:
    # c is five hours away: ten hours of driving.  With a night in the hotel, four hours away, Monday is for driving there;
    # on Tuesday one hour to c, half an hour there, five hours home.  36,000 s of driving and a night.
    far = problem([0, 240, 300], [site("c", 2, weekdays=frozenset({1}), **DUE)], week(2))
    assert [entry.reason for entry in planned(far).unplanned] == [Reason.OUT_OF_REACH]
    plan = planned(replace(far, nights=NightRule(hotels=(1,))))
    assert [(route.stops == (), route.start, route.end) for route in plan.routes] == [
        (True, at(8), at(12)),
        (False, at(8), at(14, 30)),
    ]
    assert (plan.objective.driving, plan.objective.nights, plan.unplanned) == (36_000, 7_200, ())


def test_one_may_stay_where_the_last_visit_is() -> None:
    # No hotel, but a room near each site: Monday's visit, the night there (or where Tuesday's is: five minutes sooner or later).
    asked = village(hotels=(), at_sites=True)
    plan = planned(asked)
    one, two = plan.routes
    assert one.night in (one.stops[-1].place, two.stops[0].place)
    assert one.return_travel + two.stops[0].travel == 5 * MINUTE
    assert (plan.objective.driving, plan.objective.nights) == (250 * MINUTE, 7200)
    assert rules(village(hotels=()), plan) == {"night_place"}


def test_an_empty_day_away_is_driven_and_one_at_home_is_not() -> None:
    asked = problem([0, 60, 100], [], week(3), nights=NightRule(hotels=(1, 2)))
    days = list(with_nights(asked, {("ann", MONDAY): 1, ("ann", TUESDAY): 2}).values())
    assert [order_cost(asked, day, []) for day in days] == [3600, 2400, 6000]
    assert [order_cost(asked, day, []) for day in asked.workdays] == [0, 0, 0]
    route = time_route(asked, days[1], [])
    assert route is not None
    assert (route.start, route.end, route.morning, route.night, route.return_travel) == (at(8), at(8, 40), 1, 2, 2400)


def spoil(plan: Plan, day: int, **changes: object) -> Plan:
    routes = list(plan.routes)
    routes[day] = replace(routes[day], **changes)
    return replace(plan, routes=tuple(routes))


def rules(asked: Problem, plan: Plan) -> set[str]:
    return {violation.rule for violation in check(asked, plan).violations}


def test_the_checker_knows_the_rules_of_a_night() -> None:
    asked = village()
    plan = planned(asked)
    assert "night_joined" in rules(asked, spoil(plan, 0, night=None))
    assert "night_joined" in rules(asked, spoil(plan, 1, morning=None))
    assert "night_joined" in rules(asked, replace(plan, routes=plan.routes[:1]))
    assert "night_joined" in rules(asked, spoil(plan, 1, morning=2))
    assert "night_place" in rules(asked, spoil(plan, 0, night=7))
    assert rules(village(weekdays=frozenset({1, 2})), plan) == {"night_allowed"}
    assert rules(village(reps=frozenset({"bob"})), plan) == {"night_allowed"}
    assert rules(village(first=TUESDAY), plan) == {"night_allowed"}
    assert rules(village(first=MONDAY), plan) == set()
    assert rules(replace(asked, nights=None), plan) == {"night_allowed", "objective"}
    assert rules(village(hotels=(0,), min_from_home=0), plan) == {"night_place"}
    assert rules(village(min_from_home=7_201), plan) == {"night_far"}
    assert rules(village(price=7_199), plan) == {"objective"}
    assert "travel" in rules(asked, spoil(plan, 0, return_travel=7200, return_metres=120_000))


def test_a_search_goes_on_from_a_plan_with_nights() -> None:
    asked = village()
    plan = planned(asked)
    again = solve(asked, iterations=0, start=plan)
    assert (again.routes, again.objective) == (plan.routes, plan.objective)


def days_of(plan: Plan) -> dict[str | None, date]:
    return {stop.site: route.date for route in plan.routes for stop in route.stops}


def test_the_budget_for_churn_counts_what_the_nights_make_possible() -> None:
    # c needs the night (see above).  Overdue d was published for Friday, and each day sooner would save 240 s at no price of churn; but
    # nothing may be moved.  Without the night c could not stay either, and that loss would seem to allow the other one.
    overdue = {**DUE, "credited": (MONDAY - timedelta(days=40),)}
    sites = [site("c", 2, weekdays=frozenset({1}), **DUE), site("d", 3, **overdue)]
    asked = problem([0, 240, 300, 10], sites, week(5), nights=NightRule(hotels=(1,)))
    friday = MONDAY + timedelta(days=4)
    base = (PlacedVisit("c", "ann", TUESDAY), PlacedVisit("d", "ann", friday))
    begun = solve(replace(asked, base=base, locked=base), iterations=100)
    kept = {"c": TUESDAY, "d": friday}
    assert (days_of(begun), sum(route.night is not None for route in begun.routes)) == (kept, 1)
    params = replace(asked.params, churn_price=0, churn_percent=0)
    plan = solve(replace(asked, base=base, params=params), iterations=100, start=begun)
    assert days_of(plan) == kept
    freely = solve(replace(asked, base=base, params=replace(params, churn_percent=100)), iterations=100, start=begun)
    assert days_of(freely)["d"] < friday


def test_a_repair_keeps_the_night_though_the_day_after_it_is_empty() -> None:
    asked = village()
    plan = planned(asked)
    second = plan.routes[1].stops[0].site
    gone = replace(asked, sites=tuple(replace(s, place=None) if s.id == second else s for s in asked.sites))
    after = repair(gone, plan)
    assert check(gone, after, reasons=False).violations == ()
    assert after.routes[0] == plan.routes[0]
    assert (after.routes[1].stops, after.routes[1].morning, after.routes[1].return_travel) == ((), HOTEL, 7200)


def test_a_repair_brings_home_who_may_not_stay_any_more() -> None:
    asked = village()
    plan = planned(asked)
    for changed in (replace(asked, nights=None), replace(asked, workdays=asked.workdays[:1])):
        after = repair(changed, plan)
        assert check(changed, after, reasons=False).violations == ()
        assert {(route.morning, route.night) for route in after.routes} == {(None, None)}


@pytest.mark.parametrize("seed", range(6))
def test_the_best_of_all_days_orders_and_nights(seed: int) -> None:
    """Four visits on three days with two hotels: everything is tried, and the search finds what is as cheap."""
    rng = Random(seed)
    minutes = [0, -70, 80, *(rng.choice([-1, 1]) * rng.randint(30, 110) for _ in range(4))]
    sites = [site(f"s{n}", 3 + n, service=rng.choice([1, 2, 3]) * HOUR, **DUE) for n in range(4)]
    asked = problem(minutes, sites, week(3, end=at(16)), nights=NightRule((1, 2), price=1800, min_from_home=0))
    plan = planned(asked, 2000)
    assert plan.unplanned == ()
    keys = [(day.rep, day.date) for day in asked.workdays]
    nights = [{k: p for k, p in zip(keys, c, strict=False) if p} for c in product((0, 1, 2), repeat=2)]
    assert plan.objective.total == min(
        _cheapest(asked, night, days) for night in nights for days in product(keys, repeat=4)
    )


def _cheapest(asked: Problem, nights: dict[Key, int], days: tuple[Key, ...]) -> int:
    """Price of these nights with each visit on its day, in the best orders; a huge number where that cannot be."""
    workdays, total = with_nights(asked, nights), 1800 * len(nights)
    for key, day in workdays.items():
        tasks = [visit_task(s, day, s.id) for s, on in zip(asked.sites, days, strict=True) if on == key]
        if sum(task.duration for task in tasks) > 8 * HOUR:
            return 10**9
        costs = [order_cost(asked, day, order) for order in permutations(tasks)]
        total += min((cost for cost in costs if cost is not None), default=10**9)
    return total


def test_nights_are_found_in_random_problems_too() -> None:
    """The generator's nights are worth while now and then, else its property tests would say nothing of them."""
    routes: list[Route] = []
    for seed in range(25):
        asked = random_problem(seed, sites=12, days=7, features={"nights", "never_visited", "hours"})
        plan = planned(asked, 150)
        routes += plan.routes
    assert sum(route.night is not None for route in routes) >= 3


def test_the_plan_in_words_says_where_the_night_is() -> None:
    asked = village()
    words = "\n".join(explain_plan(asked, planned(asked)))
    assert "Monday 2026-03-02, ann: 08:00 to" in words
    assert ", until the next morning at a\n" in words
    assert ", from a\n" in words


def test_a_hotel_that_is_no_place_is_refused() -> None:
    with pytest.raises(ProblemError, match="no place 9") as raised:
        problem([0], [], [workday()], nights=NightRule(hotels=(0, 9)))
    assert raised.value.pointer == "/nights/hotels/1"


@pytest.mark.parametrize("values", [{"price": -1}, {"min_from_home": -1}, {"weekdays": frozenset({7})}])
def test_rules_that_make_no_sense_are_refused(values: dict) -> None:
    with pytest.raises(ProblemError):
        NightRule(**values)
