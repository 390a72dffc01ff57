"""The proof that no order of a day costs less, beside all orders tried out."""

from __future__ import annotations

from itertools import pairwise, permutations
from random import Random

import pytest

from planner.calendar import Break, TimeWindow
from planner.engine.cheaper import SCALE, may_be_cheaper
from planner.engine.day import _as_short_as_any
from planner.engine.model import driving
from planner.plan import StopKind
from planner.problem import Problem, Workday
from planner.tasks import Task, visit_task
from planner.timing import time_route
from tests.planner.small import HOUR, MINUTE, at, between, problem, site, workday


def line(*minutes: int, hours: dict[int, tuple[int, int]] | None = None, **day: object) -> tuple[Problem, list[Task]]:
    """Visits of an hour at so many minutes from home along a road, in this order, on a day from 8 to 17.

    hours : from which to which hour one of them may start."""
    open_ = {n: (between(at(first), at(last)),) * 7 for n, (first, last) in (hours or {}).items()}
    sites = [site(str(n), n + 1, service=HOUR, hours=open_.get(n)) for n in range(len(minutes))]
    p = problem([0, *minutes], sites, [workday(**day)])
    return p, [visit_task(one, p.workdays[0]) for one in p.sites]


def may(p: Problem, tasks: list[Task], minutes: int, percent: int = 150) -> bool:
    """Whether less than so many minutes may do."""
    day = p.workdays[0]
    return may_be_cheaper(driving(p, day, tasks), tasks, day, percent, minutes * MINUTE * SCALE)


def test_without_hours_the_shortest_order_is_the_bound() -> None:
    p, tasks = line(30, 10, 20)  # out and back again: an hour
    assert not may(p, tasks, 60)
    assert may(p, tasks, 61)


def test_hours_forbid_the_shortest_order() -> None:
    p, tasks = line(20, 30, hours={0: (8, 9), 1: (8, 9)})
    assert not may(p, tasks, 600)  # both have to start by 9:00, and either takes an hour: there is no order at all
    p, tasks = line(10, 30, 20, hours={0: (12, 16), 1: (12, 16), 2: (8, 9)})
    # 20 first: then 30 and 10, or 10 and 30: 20 + 10 + 20 + 10 = 60, 20 + 10 + 20 + 30 = 80
    assert not may(p, tasks, 60)
    assert may(p, tasks, 61)
    p, tasks = line(10, 30, 20, hours={0: (10, 12), 1: (12, 16), 2: (8, 9)})
    # 20, then 10 (by 12), then 30 (from 12 on): 20 + 10 + 20 + 30 = 80; 30 before 10 would be after 13:00
    assert not may(p, tasks, 80)
    assert may(p, tasks, 81)


def test_overtime_has_its_price() -> None:
    # Three hours and 60 minutes of driving: home at noon.  The day ends at 11:30, and overtime costs half again as much.
    p, tasks = line(30, 10, 20, end=at(11, 30), max_overtime=HOUR)
    assert not may(p, tasks, 60 + 45)
    assert may(p, tasks, 60 + 45 + 1)
    assert not may(p, tasks, 60, percent=0)
    assert may(p, tasks, 61, percent=0)


def test_the_break_makes_the_day_longer() -> None:
    # Home at noon without a break; one of half an hour from 10 to 11 is due and ends the day at 12:30, half an hour of overtime.
    rest = Break(TimeWindow(at(10), at(11)), 30 * MINUTE)
    p, tasks = line(30, 10, 20, end=at(12), max_overtime=HOUR, rest=rest)
    assert not may(p, tasks, 60 + 45)
    assert may(p, tasks, 60 + 45 + 1)


def test_a_break_after_coming_home_costs_nothing() -> None:
    rest = Break(TimeWindow(at(11, 30), at(12, 30)), 30 * MINUTE)
    p, tasks = line(30, 10, 20, end=at(12), max_overtime=HOUR, rest=rest)  # home at 12:00
    assert may(p, tasks, 61)


def test_a_break_that_begins_too_late_on_every_way_leaves_no_order() -> None:
    # Only at 8:10 may the break begin, while one drives to the first stop: 30 minutes more.  It is the last moment for each order.
    rest = Break(TimeWindow(at(8, 10), at(8, 10)), 30 * MINUTE)
    p, tasks = line(30, 10, 20, end=at(12, 30), rest=rest)
    assert may(p, tasks, 61)
    assert not may(*line(30, 10, 20, end=at(12, 29), rest=rest), 600)


@pytest.mark.parametrize("number", range(60))
def test_no_order_that_can_be_timed_is_cheaper_where_it_says_so(number: int) -> None:
    p, tasks = drawn(number)
    day, percent = p.workdays[0], p.params.overtime_percent
    seconds = driving(p, day, tasks)
    costs = {order: priced(p, day, tasks, order) for order in permutations(range(len(tasks)))}
    known = {order: cost for order, cost in costs.items() if cost is not None}
    if known:
        assert may_be_cheaper(seconds, tasks, day, percent, min(known.values()) + 1)
    for order, cost in list(known.items())[:20]:
        if _as_short_as_any(p, day, [tasks[n] for n in order]):
            assert cost == min(known.values())


def drawn(number: int) -> tuple[Problem, list[Task]]:
    """Four or five visits on both sides of home, half of them with hours, a break, a day that may be too short."""
    rng = Random(number)
    count = 4 + number % 2
    minutes = [rng.randrange(-40, 60) for _ in range(count)]
    hours = [rng.choice([None, (8, 11), (10, 13), (13, 16), (9, 15)]) for _ in range(count)]
    sites = [
        site(
            str(n),
            n + 1,
            service=rng.randrange(20, 90) * MINUTE,
            hours=open_ and (between(at(open_[0]), at(open_[1])),) * 7,
        )
        for n, open_ in enumerate(hours)
    ]
    rest = rng.choice([None, Break(TimeWindow(at(11, 30), at(13, 30)), 30 * MINUTE)])
    day = workday(end=at(rng.randrange(12, 18)), max_overtime=2 * HOUR, rest=rest)
    p = problem([0, *minutes], sites, [day])
    return p, [visit_task(one, day) for one in p.sites]


def priced(p: Problem, day: Workday, tasks: list[Task], order: tuple[int, ...]) -> int | None:
    """Driving and overtime of an order as it is timed, in hundredths of a second; None: it has no times, or half a day without break."""
    route = time_route(p, day, [tasks[n] for n in order])
    if route is None:
        return None
    rests = any(stop.kind is StopKind.BREAK for stop in route.stops)
    if day.rest is not None and not rests and route.end > day.rest.window.latest:
        return None
    seconds, stops = driving(p, day, tasks), [len(tasks), *order, len(tasks) + 1]
    driven = sum(int(seconds[one, two]) for one, two in pairwise(stops))
    return driven * SCALE + p.params.overtime_percent * max(0, route.end - day.end)
