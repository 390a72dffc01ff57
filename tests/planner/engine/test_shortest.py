"""The shortest way through all stops of a day, and days that need no model because theirs is one."""

from __future__ import annotations

from itertools import pairwise, permutations

import numpy as np
import pytest

from planner.engine.day import _as_short_as_any
from planner.engine.shortest import shortest
from planner.problem import Problem
from planner.tasks import Task, visit_task
from tests.planner.small import MINUTE, at, between, problem, site, workday


def test_one_stop_is_there_and_on() -> None:
    # from the start (row 1) to the stop 7, from there to the end (row 2) 5; the way back and the way without it do not count
    assert shortest(np.array([[0, 99, 5], [7, 0, 1], [99, 99, 0]])) == 12


def test_ways_are_counted_in_the_direction_they_are_driven() -> None:
    # stops a, b; start, end.  start-a-b-end is 1 + 2 + 3 = 6, start-b-a-end 10 + 20 + 30 = 60.
    seconds = np.array([[0, 2, 99, 30], [20, 0, 99, 3], [1, 10, 0, 99], [99, 99, 99, 0]])
    assert shortest(seconds) == 6
    assert shortest(seconds.T.copy()[np.ix_([0, 1, 3, 2], [0, 1, 3, 2])]) == 6  # all of it the other way round


@pytest.mark.parametrize("count", [3, 4, 6])
def test_no_order_is_shorter(count: int) -> None:
    random = np.random.default_rng(count)
    for _ in range(20):
        seconds = random.integers(1, 1000, (count + 2, count + 2))
        ways = ([count, *order, count + 1] for order in permutations(range(count)))
        assert shortest(seconds) == min(sum(seconds[one, two] for one, two in pairwise(way)) for way in ways)


def line(*minutes: int, **day: int) -> tuple[Problem, list[Task]]:
    """Visits of an hour at so many minutes from home along a road, in this order, on a day from 8 to 17."""
    sites = [site(str(n), n + 1, service=60 * MINUTE) for n in range(len(minutes))]
    p = problem([0, *minutes], sites, [workday(**day)])
    return p, [visit_task(one, p.workdays[0]) for one in p.sites]


def is_enough(p: Problem, tasks: list[Task]) -> bool:
    return _as_short_as_any(p, p.workdays[0], tasks)


def test_out_and_back_is_as_short_as_any() -> None:
    assert is_enough(*line(10, 30, 20))  # 30 out and 30 back, 20 on the way home
    assert not is_enough(*line(10, 30, 20, 25))  # 5 more out again from 20 to 25


def test_with_overtime_another_order_may_end_sooner() -> None:
    # The first one opens at 12, and of its hour and two more only one ends by 13:00.
    p, tasks = line(10, 30, 20)
    late = site("0", 1, service=60 * MINUTE, hours=(between(at(12), at(17)),) * 7)
    short = problem([0, 10, 30, 20], [late, *p.sites[1:]], [workday(end=at(13), max_overtime=4 * 60 * MINUTE)])
    assert not is_enough(short, [visit_task(one, short.workdays[0]) for one in short.sites])
