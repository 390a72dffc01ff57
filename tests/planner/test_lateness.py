"""What a late visit costs, in the search and in the checker, worked out by hand."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from planner.cadence.policy import Cadence
from planner.calendar import DateRange
from planner.check import check, cost
from planner.check.credit import Late as Found
from planner.check.facts import Facts
from planner.lateness import Late, a_day_late, late_price
from planner.params import Params
from planner.plan import Objective, Plan
from planner.problem import Problem, Site
from planner.solve import solve
from tests.planner.small import MONDAY, problem, site, workday

WEEKLY = Cadence(interval_days=7)  # a day of tolerance: from the end of a window to the next one are five days
MONTHLY = Cadence(interval_days=28)


def day(number: int) -> date:
    return MONDAY + timedelta(days=number)


def both(made: Problem, on: int, closed: int, next_opens: int | None) -> int:
    """The price of a visit to the first site on a day, as planner and checker have it."""
    after = None if next_opens is None else day(next_opens)
    ours = late_price(made.sites[0], Late(day(on), day(closed), after), made.horizon, made.params)
    if on > closed:
        facts = Facts(made, Plan((), (), Objective()))
        assert cost.lateness(facts, made.sites[0].id, Found(day(on), day(closed), after)) == ours
    return ours


def asked(days: int = 28, percent: int = 50, **more: object) -> Problem:
    account = site("a", 1, cadence=WEEKLY, **more)
    made = problem([0, 10], [account], [workday()], horizon=DateRange(MONDAY, day(days - 1)))
    return replace(made, params=Params(late_percent=percent))


@pytest.mark.parametrize(
    ("on", "price"),
    [(8, 0), (9, 2700 + 540), (10, 2700 + 1080), (12, 2700 + 2160), (13, 5400)],
)
def test_half_at_once_and_the_rest_until_the_next_window_opens(on, price):
    assert both(asked(), on, closed=8, next_opens=13) == price


@pytest.mark.parametrize(("percent", "price"), [(0, 2 * 1080), (20, 1080 + 2 * 864), (100, 5400)])
def test_how_much_comes_at_once_is_a_parameter(percent, price):
    assert both(asked(percent=percent), 10, closed=8, next_opens=13) == price


def test_what_was_late_before_the_horizon_is_nobodys_choice_any_more():
    # closed three days before the horizon: only days in it count, at 540 each, and nothing at once
    assert [both(asked(), on, closed=-3, next_opens=2) for on in (0, 1)] == [540, 1080]
    # closed on the eve, it is the same; closed on the first day, it is late by choice
    assert both(asked(), 0, closed=-1, next_opens=4) == 540
    assert both(asked(), 1, closed=0, next_opens=5) == 2700 + 540


def test_where_no_window_follows_it_is_as_good_as_missed_after_the_horizon():
    assert both(asked(days=14), 11, closed=9, next_opens=None) == 2700 + 2700 * 2 // 5


def test_an_account_may_have_a_price_of_its_own_for_each_day():
    assert both(asked(late_price=100), 10, closed=8, next_opens=13) == 200
    assert both(asked(late_price=0), 12, closed=8, next_opens=13) == 0
    assert both(asked(late_price=100), 1, closed=-3, next_opens=5) == 400


def test_a_day_more_or_less_is_worth_its_share_of_an_interval():
    assert [a_day_late(s) for s in (site("a", 1, cadence=WEEKLY), site("a", 1, cadence=MONTHLY))] == [771, 192]
    assert a_day_late(site("a", 1, late_price=17)) == 17


def overdue(id: str, place: int, **more: object) -> Site:
    return site(id, place, cadence=MONTHLY, credited=(day(-28),), **more)


def visits(plan: Plan) -> list[tuple[str, date]]:
    return [(stop.site or "", route.date) for route in plan.routes for stop in route.stops if stop.site]


def test_a_lone_weekly_account_keeps_its_week():
    """Half an hour away, on four empty weeks.  Being late for two days would save the way of the last visit, an hour."""
    account = site("a", 1, cadence=WEEKLY, credited=(day(-7),))
    days = tuple(workday(day(n)) for n in range(28) if n % 7 < 5)
    plan = solve(problem([0, 30], [account], days, horizon=DateRange(MONDAY, day(27))), iterations=3000)
    found = [on for _, on in visits(plan)]
    assert len(found) == 4
    assert plan.objective.lateness == 0
    assert check(replace(problem([0, 30], [account], days), horizon=DateRange(MONDAY, day(27))), plan).violations == ()


@pytest.mark.parametrize("dear", ["a", "b"])
def test_who_is_worth_less_is_late(dear):
    """Two due, in time until Saturday, on a week of days with one stop of which only Friday and the next Monday are open."""
    sites = [overdue(name, n, miss_price=9000 if name == dear else 5400) for n, name in enumerate("ab", 1)]
    sites = [replace(one, cadence=replace(MONTHLY, tolerance_days=5)) for one in sites]
    days = (replace(workday(day(4)), max_stops=1), replace(workday(day(7)), max_stops=1))
    plan = solve(problem([0, 10, 10], sites, days, horizon=DateRange(MONDAY, day(13))), iterations=500)
    assert dict(visits(plan))[dear] == day(4)
    assert len(visits(plan)) == 2
