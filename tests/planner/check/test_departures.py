"""Leaving later, for preferred hours and after slow ones, and what stands in the way; a is 10 minutes from home, b 20, c 30.

Visits take half an hour. A minute of waiting costs six seconds of driving, a start that nobody prefers 900, a minute of overtime 90.
"""

from __future__ import annotations

from dataclasses import replace

from planner.calendar import Break, TimeWindow
from planner.check.facts import Facts
from planner.check.road import faster_from
from planner.check.room import Spent, Step, barrier, visit_step
from planner.plan import Cause, Objective, Plan
from planner.problem import PlacedVisit
from planner.travel import UNREACHABLE, SpeedBand, TravelMatrix
from tests.planner.check.test_room import asked, at_place, facts, liked, spent, stay
from tests.planner.small import HOUR, MINUTE, MONDAY, at, between, problem, site, workday


def lived(*steps: Step, **more: object) -> tuple[int, tuple[int, ...]]:
    """When one leaves, and the starts."""
    found = spent(*steps, **more)
    assert found is not None
    return found.leave, found.starts


def test_one_leaves_later_for_a_preferred_hour_further_on():
    # at b at 08:50; for 10:00 one leaves at 09:10 and is at a at 09:20: nobody waits
    steps = at_place(1), liked(2, (at(10), at(11)))
    assert spent(*steps) == Spent(2400, 0, 0)
    assert lived(*steps) == (at(9, 10), (at(9, 20), at(10)))


def test_what_comes_after_it_is_no_matter_for_when_one_leaves():
    steps = at_place(1), liked(2, (at(10), at(11))), at_place(3)
    assert lived(*steps) == (at(9, 10), (at(9, 20), at(10), at(10, 40)))


def test_nor_is_the_way_home_from_there():
    # no way leads home from b, but one from c, where it goes on to
    task = asked()
    seconds = task.travel.seconds.copy()
    seconds[2, 0] = UNREACHABLE
    task = replace(task, travel=TravelMatrix(seconds, task.travel.metres))
    steps = at_place(1), liked(2, (at(10), at(11))), at_place(3)
    assert lived(*steps, task=task)[0] == at(9, 10)


def test_the_next_of_the_preferred_windows():
    assert lived(at_place(1), liked(2, (at(8), at(8, 30)), (at(10), at(11))))[0] == at(9, 10)


def test_nobody_leaves_later_for_another_hour_where_this_one_is_preferred():
    # at a at 08:10, as it likes; b opens at 11:00, and until then 130 minutes are waited, though at a 10:00 would do as well
    assert spent(liked(1, (at(8), at(9)), (at(10), at(11))), at_place(2, (at(11), at(12)))) == Spent(2400, 7800, 0)


def test_as_late_as_the_stops_before_it_allow():
    # a closes at 08:30, so one leaves at 08:20 at the latest, is at b at 09:10, and waits the 50 minutes until 10:00
    steps = at_place(1, (at(8), at(8, 30))), liked(2, (at(10), at(11)))
    assert spent(*steps) == Spent(2400, 3000, 0)
    assert lived(*steps) == (at(8, 20), (at(8, 30), at(10)))


def test_what_comes_too_late_then_stands_in_the_way():
    # c closes at 09:40: neither waiting at b nor leaving later will do
    assert spent(at_place(1), liked(2, (at(10), at(11))), at_place(3, (at(8), at(9, 40)))) == Spent(
        3600, 0, 0, disliked=1
    )


def test_who_has_left_later_may_wait_as_well():
    # left at 08:10 for b at 09:00, and 140 minutes waited for c: 840. Left for c, b's hour is over: 900.
    # Left at 08:00, 10 minutes waited at b and 140 at c: 900.
    steps = at_place(1), liked(2, (at(9), at(9, 10))), liked(3, (at(12), at(13)))
    assert spent(*steps) == Spent(3600, 8400, 0)


def test_waiting_that_costs_as_much_as_the_other_hour_is_no_gain():
    # from 08:50 to 11:20 are 9,000 seconds: 900, as much as a start that nobody prefers
    first = at_place(1, (at(8, 10), at(8, 10)))
    assert spent(first, liked(2, (at(11, 20), at(12)))) == Spent(2400, 0, 0, disliked=1)


def test_no_overtime_is_made_for_leaving_later():
    # waiting 70 minutes costs 420 and the five minutes of overtime 450, less than 900; leaving later would save the 420
    steps = at_place(1), liked(2, (at(10), at(11)))
    assert spent(*steps, end=at(10, 45), max_overtime=10 * MINUTE) == Spent(2400, 4200, 300)


def test_nobody_leaves_after_the_end_of_the_workday():
    assert spent(at_place(1), liked(2, (at(14), at(15))), end=at(12)) == Spent(2400, 0, 0, disliked=1)


def test_a_promise_keeps_the_departure():
    # a was told 08:10 and may begin until 08:25; leaving at 08:10 would save the ten minutes that are waited for b
    told = Step(1, (TimeWindow(at(8), at(8, 25)),), 30 * MINUTE, promised=at(8, 10))
    assert spent(told, liked(2, (at(9), at(10)))) == Spent(2400, 600, 0)


def slow(*bands: tuple[int, int]):
    return asked(speeds=tuple(SpeedBand(first, last, 50) for first, last in bands))


def test_nobody_waits_for_faster_roads_who_is_home_before():
    # 20 minutes there and 20 back at half the speed, home at 09:10; from noon on it would be 10 and 10
    assert spent(at_place(1), task=slow((at(8), at(12)))) == Spent(2400, 0, 0)
    assert spent(at_place(1), task=slow((at(8), at(9, 10)))) == Spent(2400, 0, 0)
    # a second sooner the road is faster before one is home: left then, it is 10 and 10
    assert spent(at_place(1), task=slow((at(8), at(9, 10) - 1))) == Spent(1200, 0, 0)


def test_when_roads_become_faster():
    bands = [(at(8), at(9), 200), (at(9), at(9) + 1, 50), (at(10), at(11), 200), (at(11), at(12), 200)]
    road = tuple(SpeedBand(*band) for band in bands)
    # at eight and at ten twice as fast; at nine slower, a second later as fast as ever; at eleven as at ten, at twelve slower
    assert faster_from(road) == {at(8), at(9) + 1, at(10)}


def test_of_departures_that_cost_the_same_the_first():
    # slow until 08:05:05 and from 08:30 to 08:35:04: after either it is 10 minutes there and 10 back
    task = slow((at(8), at(8, 5) + 5), (at(8, 30), at(8, 35) + 4))
    found = spent(at_place(1), task=task)
    assert found == Spent(1200, 0, 0)
    assert found.leave == at(8, 5) + 5


def test_a_break_has_no_start_among_those_of_the_steps():
    wide = Break(TimeWindow(at(12), at(13, 15)), 30 * MINUTE)
    assert spent(at_place(1, minutes=300), rest=wide).starts == (at(8, 10),)


def test_a_locked_visit_may_come_to_a_frozen_day():
    day = workday(frozen=True)
    task = problem([0, 10], [site("a", 1)], [day], locked=(PlacedVisit("a", "ann", MONDAY),))
    assert visit_step(facts(task), task.sites[0], day).windows != ()
    free = problem([0, 10], [site("a", 1)], [day])
    assert visit_step(facts(free), free.sites[0], day).windows == ()


def test_the_step_of_a_visit_knows_what_its_site_prefers():
    task = problem([0, 10], [site("a", 1, preferred=(between(at(9), at(10)),) * 7)], [workday()])
    assert visit_step(facts(task), task.sites[0], task.workdays[0]).preferred == (TimeWindow(at(9), at(10)),)


def why(step: Step, place: int = 10, **more: object) -> Cause:
    """What keeps a step from standing alone; its place lies so many minutes from home."""
    day = workday(**more)
    task = problem([0, place], [site("a", 1)], [day])
    return barrier(Facts(task, Plan((), (), Objective())), day, step)


def test_what_keeps_a_block_from_a_day():
    assert why(stay(at(9), 600)) is Cause.WORKDAY
    assert why(stay(at(16, 30), 60)) is Cause.HOURS


def test_one_stop_is_allowed_by_a_limit_of_one():
    assert why(at_place(1, minutes=600), max_stops=1) is Cause.WORKDAY
    assert why(at_place(1), max_stops=0) is Cause.STOP_LIMIT


def test_overtime_belongs_to_the_day():
    # There at 16:30, where the day ends; the site is open until noon: its hours are the cause, not the day, which an hour of overtime
    # does not make shorter.
    open_until_noon = Step(1, (TimeWindow(at(8), at(12)),), 30 * MINUTE)
    assert why(open_until_noon, 510, end_place=1, max_overtime=HOUR) is Cause.HOURS
