"""Speeds by the time of day, worked out by hand: places on a line, minutes of driving from home at 0."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from random import Random

import pytest

from planner.cadence.policy import Cadence
from planner.calendar import Break, TimeWindow
from planner.check import check
from planner.draft.draft import Draft
from planner.errors import ProblemError
from planner.io import plan_bytes
from planner.plan import Objective, Plan, Reason, Route, Stop, StopKind
from planner.problem import Appointment, Problem
from planner.repair import repair
from planner.solve import _in_time, solve
from planner.tasks import appointment_task, visit_task
from planner.timing import order_cost, pace_of, time_route, waiting
from planner.timing.pace import Pace
from planner.travel import SpeedBand
from tests.planner.generate import random_problem
from tests.planner.small import HOUR, MINUTE, MONDAY, at, between, problem, site, workday

RUSH = SpeedBand(at(8), at(9), 50)
WEEKLY, LAST_WEEK = Cadence(interval_days=7), (MONDAY - timedelta(days=7),)


def timed(asked: Problem, *names: str) -> Route | None:
    day, sites = asked.workdays[0], {one.id: one for one in asked.sites}
    calls = {one.id: one for one in asked.appointments}
    tasks = [visit_task(sites[n], day, n) if n in sites else appointment_task(asked, calls[n], day) for n in names]
    return time_route(asked, day, tasks)


def test_a_way_is_driven_through_the_bands_that_it_meets() -> None:
    # 60 minutes of the matrix from 8:00: by 9:00 half of it at 50 %, the other half hour at 100 %: there at 9:30.
    # Back from 10:00 it takes the 60 minutes.
    asked = problem([0, 60], [site("a", 1, hours=(between(at(9), at(9, 30)),) * 7)], [workday()], speeds=(RUSH,))
    route = timed(asked, "a")
    assert route is not None
    assert (route.start, route.end) == (at(8), at(11))
    assert [(s.arrival, s.start, s.travel, s.metres) for s in route.stops] == [(at(9, 30), at(9, 30), 5400, 60_000)]
    assert (route.return_travel, waiting(asked.workdays[0], route)) == (3600, 0)


def test_arrival_is_the_next_full_second_and_departure_the_last() -> None:
    # 100 s of the matrix at 30 % are 333 1/3 s.
    slow = Pace((SpeedBand(0, at(20), 30),))
    assert slow.arrive(1000, 100) == 1334
    assert (slow.leave(1334, 100), slow.leave(1333, 100)) == (1000, 999)
    assert slow.at_least(100) == 100  # after eight it is as quick as the matrix


def test_one_leaves_as_late_as_one_may() -> None:
    # a opens at 10:00, 20 minutes away; from 9:30 on half as fast: these 30 minutes are worth 15, so leave 5 minutes before.
    # It has to start then: whoever may start later leaves after the slow half hour.
    slow = (SpeedBand(at(9, 30), at(10), 50),)
    for closes, start, travel in ((10, at(9, 25), 35), (16, at(10), 20)):
        hours = (between(at(10), at(closes)),) * 7
        asked = problem([0, 20], [site("a", 1, hours=hours)], [workday()], speeds=slow)
        route = timed(asked, "a")
        assert route is not None
        assert (route.start, route.stops[0].travel) == (start, travel * MINUTE)


def test_a_call_on_the_way_stops_driving_at_its_time() -> None:
    # Leave at 8:00 for 60 minutes; until 8:30 15 of them are done, call until 8:45, 7.5 more until 9:00, the rest
    # (37.5) by 9:37:30.  At the wheel: 30 + 15 + 37.5 minutes.
    call = Appointment("k", "ann", MONDAY, TimeWindow(at(8, 30), at(8, 30)), 15 * MINUTE)
    open_early = (between(at(8), at(9, 40)),) * 7
    asked = problem([0, 60], [site("a", 1, hours=open_early)], [workday()], appointments=(call,), speeds=(RUSH,))
    route = timed(asked, "k", "a")
    assert route is not None
    assert route.start == at(8)
    assert [(stop.start, stop.travel) for stop in route.stops] == [(at(8, 30), 0), (at(9, 37) + 30, 4950)]


def test_a_break_in_the_slow_half_hour_loses_nothing() -> None:
    # a is done at 12:00, and home two hours away.  Until 12:30 one crawls at 10 %; the break is just then: home at 14:30.
    # A break from 12:30 on would not do: it begins as soon as its window opens.
    day = workday(rest=Break(TimeWindow(at(12), at(13)), 30 * MINUTE))
    hours = (between(at(11, 30), at(11, 30)),) * 7
    asked = problem([0, 120], [site("a", 1, hours=hours)], [day], speeds=(SpeedBand(at(12), at(12, 30), 10),))
    route = timed(asked, "a")
    assert route is not None
    assert [(s.kind, s.start) for s in route.stops][1] == (StopKind.BREAK, at(12))
    assert (route.start, route.end, route.return_travel) == (at(9, 30), at(14, 30), 7200)


def test_most_driving_counts_what_is_really_driven() -> None:
    # 90 minutes there through the rush hour and 60 back: 150 are too much for 149, though the matrix says 120.
    hours = (between(at(9), at(9, 30)),) * 7
    for most, fits in ((150, True), (149, False)):
        day = workday(max_driving=most * MINUTE)
        asked = problem([0, 60], [site("a", 1, hours=hours)], [day], speeds=(RUSH,))
        assert (timed(asked, "a") is not None) is fits


def test_other_weekdays_are_as_the_matrix_says() -> None:
    asked = problem([0, 60], [site("a", 1)], [workday()], speeds=(replace(RUSH, weekdays=frozenset({1})),))
    route = timed(asked, "a")
    assert route is not None
    assert (route.start, route.stops[0].arrival) == (at(8), at(9))


def test_each_workday_has_the_speeds_of_its_area() -> None:
    # 60 minutes from 8:00: in the city at half the speed until 9:00, the rest (30) by 9:30; elsewhere there at 9:00.  The search puts
    # one visit on each day; driving is 90 and back 60 minutes on the first, 120 on the second, and the checker drives the same.
    city = replace(RUSH, area="city")
    days = [workday(area="city"), workday(MONDAY + timedelta(days=1))]
    hours = (between(at(8), at(9, 30)),) * 7
    dear = {"service": 6 * HOUR, "cadence": WEEKLY, "credited": LAST_WEEK, "miss_price": 100_000}
    sites = [site(name, 1, hours=hours, **dear) for name in ("a", "b")]
    asked = problem([0, 60], sites, days, speeds=(city,))
    plan = solve(asked, seed=1, iterations=50)
    assert [(r.date, r.stops[0].start, r.stops[0].travel) for r in plan.routes] == [
        (MONDAY, at(9, 30), 90 * MINUTE),
        (MONDAY + timedelta(days=1), at(9), 60 * MINUTE),
    ]
    assert check(asked, plan).violations == ()
    everywhere = replace(asked, workdays=tuple(replace(day, area="") for day in asked.workdays))
    assert "travel" in {v.rule for v in check(everywhere, plan).violations}


@pytest.mark.parametrize(("most", "stays"), [(3640, True), (3639, False)])
def test_a_break_that_is_not_due_saves_no_driving(most: int, stays: bool) -> None:
    # There by 9:14, done at 10:14, on the road at 10:24.  Until 11:15 one crawls at 30 %, so home is 84,000 / 30 = 2800 s away: with the
    # 840 there 3640.  With a break from 11:00 to 11:30 it would be 840 + 2160 + 192, and the search may think so; but a day that is
    # over at 11:11 has none.  So what it puts there does not stay if less driving is allowed.
    day = workday(
        start=at(9), follow_up=10 * MINUTE, max_driving=most, rest=Break(TimeWindow(at(11), at(11)), 30 * MINUTE)
    )
    one = site("a", 1, service=HOUR, hours=(between(at(9), at(10)),) * 7, cadence=WEEKLY, credited=LAST_WEEK)
    asked = problem([0, 14], [one], [day], speeds=(SpeedBand(at(10), at(11, 15), 30),))
    draft, key = Draft(asked, {"a": "ann"}), ("ann", MONDAY)
    draft.put(visit_task(one, day), key, 0)
    _in_time(draft, key)
    assert [task.site for task in draft.orders[key]] == (["a"] if stays else [])


def test_each_area_has_one_speed_at_a_time() -> None:
    other = replace(RUSH, area="town")  # at the same time, elsewhere
    assert problem([0, 60], [site("a", 1)], [workday(area="town")], speeds=(RUSH, other)).speeds == (RUSH, other)
    with pytest.raises(ProblemError, match="before another band"):
        problem([0, 60], [site("a", 1)], [workday()], speeds=(RUSH, other, replace(other, start=at(8, 30), end=at(10))))


@pytest.mark.parametrize("seed", range(100))
def test_leaving_later_never_arrives_earlier(seed: int) -> None:
    rng = Random(seed)
    times = sorted(rng.sample(range(0, 30 * HOUR, 7), 8))
    pace = Pace(tuple(SpeedBand(a, b, rng.randint(10, 300)) for a, b in zip(times[::2], times[1::2], strict=True)))
    for _ in range(40):
        leave, later, way = rng.randrange(86_400), rng.randrange(600), rng.randrange(20_000)
        there = pace.arrive(leave, way)
        assert pace.arrive(leave + later, way) >= there
        by = there + rng.randrange(-300, 300)
        assert (there <= by) == (leave <= pace.leave(by, way))  # each the inverse of the other
        assert there - leave >= pace.at_least(way)


def hand_made() -> tuple[Problem, Plan]:
    """The first day of this file as a plan, and its problem."""
    meeting = Appointment("x", "ann", MONDAY, TimeWindow(at(9, 30), at(9, 30)), 30 * MINUTE, site="a")
    asked = problem([0, 60], [site("a", 1)], [workday()], appointments=(meeting,), speeds=(RUSH,))
    stop = Stop(StopKind.APPOINTMENT, at(9, 30), at(9, 30), at(10), 5400, 60_000, at(8), "x", "a", 1)
    route = Route("ann", MONDAY, at(8), at(11), (stop,), 3600, 60_000)
    return asked, Plan((route,), (), Objective(driving=9000))


def test_the_checker_drives_through_the_bands_too() -> None:
    asked, plan = hand_made()
    assert check(asked, plan).violations == ()
    assert [v.rule for v in check(replace(asked, speeds=()), plan).violations] == ["travel", "arrival"]


@pytest.mark.parametrize(
    ("changes", "rule"),
    [({"travel": 3600}, "travel"), ({"arrival": at(9, 29)}, "arrival"), ({"metres": 60_001}, "travel")],
)
def test_a_stop_that_ignores_them_is_found(changes: dict[str, int], rule: str) -> None:
    asked, plan = hand_made()
    route = plan.routes[0]
    spoilt = replace(plan, routes=(replace(route, stops=(replace(route.stops[0], **changes),)),))
    assert rule in {v.rule for v in check(asked, spoilt).violations}


def test_what_the_rush_hour_puts_out_of_reach_is_called_so() -> None:
    # 3 hours away at half speed all day: 6 there and 6 back do not fit into nine; at full speed 6.5 hours do.
    far = site("a", 1, cadence=WEEKLY, credited=LAST_WEEK, miss_price=100_000)
    asked = problem([0, 180], [far], [workday()])
    slow = replace(asked, speeds=(SpeedBand(at(6), at(20), 50),))
    assert [stop.site for route in solve(asked, iterations=20).routes for stop in route.stops] == ["a"]
    plan = solve(slow, iterations=20)
    assert [entry.reason for entry in plan.unplanned] == [Reason.OUT_OF_REACH]
    assert check(slow, plan).violations == ()


@pytest.mark.parametrize("seed", range(12))
def test_the_cheapest_order_of_a_day(seed: int) -> None:
    """All orders of five visits are tried: the search finds one as cheap."""
    rng = Random(seed)
    sites = [site(f"s{n}", n + 1, cadence=WEEKLY, credited=LAST_WEEK, miss_price=200_000) for n in range(5)]
    minutes = [0, *(rng.randint(-50, 50) for _ in sites)]
    bands = (SpeedBand(at(8), at(9, 30), rng.choice([40, 60])), SpeedBand(at(11), at(12), rng.choice([50, 150])))
    asked = problem(minutes, sites, [workday()], speeds=bands)
    day = asked.workdays[0]
    costs = [order_cost(asked, day, [visit_task(s, day, s.id) for s in order]) for order in permutations(sites)]
    best = min(cost for cost in costs if cost is not None)
    plan = solve(asked, seed=seed, iterations=300)
    assert plan.objective.total == best
    assert check(asked, plan).violations == ()


def test_speeds_like_the_matrix_change_nothing() -> None:
    for seed in range(5):
        asked = random_problem(seed)
        asked = replace(asked, speeds=())
        usual = replace(asked, speeds=(SpeedBand(0, at(24), 100),))
        assert plan_bytes(solve(usual, iterations=40)) == plan_bytes(solve(asked, iterations=40))


@pytest.mark.parametrize("seed", range(15))
def test_a_repair_for_new_speeds_keeps_every_rule(seed: int) -> None:
    asked = random_problem(seed)
    plan = solve(replace(asked, speeds=()), iterations=40)
    slower = replace(asked, speeds=(SpeedBand(at(7), at(10), 40), SpeedBand(at(15), at(18), 60)))
    assert check(slower, repair(slower, plan), reasons=False).violations == ()


def test_two_bands_at_once_are_refused() -> None:
    bands = (RUSH, SpeedBand(at(8, 59), at(10), 70, frozenset({2})))
    with pytest.raises(ProblemError, match="weekday 2") as raised:
        problem([0], [], [workday()], speeds=bands)
    assert raised.value.pointer == "/speeds/1"


@pytest.mark.parametrize("band", [(at(9), at(9), 50), (at(9), at(10), 9), (at(9), at(10), 1001), (-1, 5, 50)])
def test_bands_that_make_no_sense_are_refused(band: tuple[int, int, int]) -> None:
    with pytest.raises(ProblemError):
        SpeedBand(*band)


def test_pace_of_a_day_without_other_speeds_is_none() -> None:
    asked = problem([0], [], [workday()], speeds=(SpeedBand(at(8), at(9), 100),))
    assert pace_of(asked, asked.workdays[0]) is None
