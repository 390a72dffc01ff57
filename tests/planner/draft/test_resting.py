"""Where a task fits into a day with a break: the bounds against every order really timed."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import numpy as np
import pytest

from planner.calendar import Break, TimeWindow
from planner.draft.room import DayRoom
from planner.problem import Problem, Workday
from planner.tasks import Task, visit_task
from planner.timing import order_cost
from tests.planner.small import MINUTE, at, problem, site, week

PLACES = 12
LUNCH = Break(TimeWindow(at(11, 30), at(13)), 45 * MINUTE)


def a_day(rng: Random) -> tuple[Problem, Workday, list[Task], Task]:
    """A workday with a break, an order that has times (often a full one), and one visit more."""
    hours = [
        None,
        None,
        ((TimeWindow(at(8), at(11)), TimeWindow(at(13), at(16))),) * 7,
        ((TimeWindow(at(9), at(14)),),) * 7,
    ]
    rows = [
        site(f"s{n}", n + 1, service=rng.choice([10, 30, 60, 100]) * MINUTE, hours=rng.choice(hours))
        for n in range(PLACES)
    ]
    [day] = week(1, rest=LUNCH, follow_up=rng.choice([0, 600]), max_overtime=rng.choice([0, 3600]))
    day = replace(day, start=at(rng.choice([7, 8, 10, 12])), end=at(rng.choice([13, 15, 17])))
    p = problem([0, *(rng.randrange(1, 60) for _ in rows)], rows, [day])
    tasks = [task for row in rows if (task := visit_task(row, day)).windows]
    order: list[Task] = []
    for task in tasks[1 : rng.randrange(2, PLACES)]:
        position = rng.randrange(len(order) + 1)
        if order_cost(p, day, [*order[:position], task, *order[position:]]) is not None:
            order.insert(position, task)
    return p, day, order, tasks[0]


@pytest.mark.parametrize("seed", range(300))
def test_the_bounds_exclude_exactly_the_positions_without_times(seed: int) -> None:
    p, day, order, task = a_day(Random(seed))
    timed = [n for n in range(len(order) + 1) if order_cost(p, day, [*order[:n], task, *order[n:]]) is not None]
    assert sorted(DayRoom(p, day, order).positions(task)) == timed


@pytest.mark.parametrize("seed", range(100))
def test_nor_do_they_exclude_one_where_a_way_round_is_shorter(seed: int) -> None:
    p, day, order, task = a_day(rng := Random(seed))
    count = len(p.places)
    crooked = [[0 if a == b else rng.randrange(1, 40) * MINUTE for b in range(count)] for a in range(count)]
    p = replace(p, travel=replace(p.travel, seconds=np.array(crooked, np.int32)))
    timed = [n for n in range(len(order) + 1) if order_cost(p, day, [*order[:n], task, *order[n:]]) is not None]
    if order_cost(p, day, order) is not None:
        assert set(timed) <= set(DayRoom(p, day, order).positions(task))


def test_a_visit_that_would_only_fit_into_the_break_has_no_position() -> None:
    # 8:00 to 15:00 is 7 h: 0:30 there, 3:00 at a, 2:00 next door, 0:30 home and the break of 0:45 are 6:45.  That leaves
    # room for a call of 15 minutes there, but not for one of 20.
    rows = [
        site("a", 1, service=180 * MINUTE), site("b", 2, service=120 * MINUTE),
        site("c", 2, service=20 * MINUTE), site("d", 2, service=15 * MINUTE),
    ]  # fmt: skip
    [day] = week(1, rest=LUNCH)
    day = replace(day, start=at(8), end=at(15))
    p = problem([0, 30, 30], rows, [day])
    a, b, c, d = (visit_task(row, day) for row in rows)
    room = DayRoom(p, day, [a, b])
    assert room.positions(c) == []
    assert room.positions(d) != []
    assert DayRoom(p, replace(day, rest=None), [a, b]).positions(c) != []
