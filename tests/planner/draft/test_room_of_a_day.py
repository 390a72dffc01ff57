"""Whether a visit has a place on a day."""

from __future__ import annotations

from dataclasses import replace

from planner.draft.room import DayRoom
from planner.nights import with_nights
from planner.params import NightRule
from planner.tasks import visit_task
from planner.travel import UNREACHABLE
from tests.planner.small import MONDAY, problem, site, week

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
