"""Whether a visit has a place on a day."""

from __future__ import annotations

from dataclasses import replace

import pytest

from planner.calendar import TimeWindow
from planner.draft.draft import Draft
from planner.draft.room import DayRoom
from planner.nights import with_nights
from planner.params import NightRule
from planner.reasons.judge import Judge
from planner.reasons.wishes import Wishes
from planner.solve import solve
from planner.tasks import visit_task
from planner.travel import UNREACHABLE
from tests.planner.generate import ROADS, random_problem
from tests.planner.small import HOUR, MINUTE, MONDAY, at, problem, site, week

HOME, SHOP, HOTEL = range(3)


def test_a_visit_fits_where_the_day_without_it_has_no_way() -> None:
    # no road leads from home straight to the hotel; by the shop there is one
    task = problem([0, 10, 20], [site("a", SHOP)], week(2), nights=NightRule(hotels=(HOTEL,)))
    seconds = task.travel.seconds.copy()
    seconds[HOME, HOTEL] = UNREACHABLE
    task = replace(task, travel=replace(task.travel, seconds=seconds))
    day = with_nights(task, {("ann", MONDAY): HOTEL})["ann", MONDAY]
    room = DayRoom(task, day, [])
    assert room.cost is None
    assert room.fits(visit_task(task.sites[0], day))
    there = with_nights(task, {})["ann", MONDAY]
    assert DayRoom(task, there, []).fits(visit_task(task.sites[0], there))


def test_the_longest_stop_for_which_there_is_room() -> None:
    # 8 to 12, home at 0; two hours at 10 minutes, begun from 9 to 10: at 9:50 at the latest to be home by 12, or at 9 and over at 11.
    hours = ((TimeWindow(at(9), at(10)),),) * 7
    p = problem([0, 10, 30, 70], [site("a", 1, service=2 * HOUR, hours=hours)], week(1, end=at(12)))
    room = DayRoom(p, p.workdays[0], [visit_task(p.sites[0], p.workdays[0])])
    # At home from 8:00 to 9:40, at a from 8:10 to 9:50, at 30 minutes from 8:30 to 9:30; after it 50 minutes at a, fewer elsewhere.
    # At 70 minutes one is at 9:10, too late for the two hours, and after them at 12:00, too late to come home.
    assert room.longest.tolist() == [100 * MINUTE, 100 * MINUTE, 60 * MINUTE, -1]


@pytest.mark.parametrize("block", range(4))
def test_what_is_too_long_has_no_place(block: int) -> None:
    """The bound refuses nothing that there is room for, with speeds of the day and nights away as well."""
    assert sum(refused(number) for number in range(10 * block, 10 * block + 10)) >= 1


def refused(number: int) -> int:
    """How many looks the bound spares on a random plan; none of them would have found a place."""
    p = random_problem(number, sites=14, days=6, features=[*ROADS, "breaks"] if number % 2 else None)
    plan = solve(p, iterations=20)
    draft = Draft.of(p, plan)
    judge, wishes = Judge(draft), Wishes(draft)
    count = 0
    for name, known in draft.sites.items():
        for wish in wishes.of(name) if known.place is not None else ():
            for key in draft.workdays:
                if key[1] in wish.days and judge.too_long(name, key):
                    count += 1
                    assert draft.room(key).insert(draft.visit(known, key)) is None
    return count
