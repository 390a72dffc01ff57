"""Times of a day, worked out by hand: places on a line, minutes of driving from home at 0."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import pairwise

import pytest

from planner.calendar import Break, TimeWindow
from planner.params import Params
from planner.plan import Route, StopKind
from planner.problem import Appointment, Problem, Workday
from planner.tasks import Task, appointment_task, promised, visit_task, visit_windows
from planner.timing import first_start, last_start, replay, route_cost, time_route, waiting
from tests.planner.small import MINUTE, MONDAY, at, between, problem, site, workday

LUNCH = Break(TimeWindow(at(12), at(13)), 30 * MINUTE)


def block(first: int, last: int, minutes: int) -> Appointment:
    return Appointment("call", "ann", MONDAY, TimeWindow(first, last), minutes * MINUTE)


def timed(problem: Problem, *tasks: Task) -> Route | None:
    return time_route(problem, problem.workdays[0], tasks)


def times(route: Route) -> list[tuple[int, int, int]]:
    return [(stop.arrival, stop.start, stop.end) for stop in route.stops]


def visits(problem: Problem, *names: str) -> list[Task]:
    sites = {s.id: s for s in problem.sites}
    return [visit_task(sites[name], problem.workdays[0], f"{name}-1") for name in names]


def test_departure_waits_at_home_for_the_first_window() -> None:
    # a opens at 10:00 and lies 20 minutes away: leave at 9:40, not at 8:00; b is 10 minutes further on.
    p = problem([0, 20, 30], [site("a", 1, hours=(between(at(10), at(16)),) * 7), site("b", 2)], [workday()])
    route = timed(p, *visits(p, "a", "b"))
    assert route is not None
    assert route.start == at(9, 40)
    assert times(route) == [(at(10), at(10), at(10, 30)), (at(10, 40), at(10, 40), at(11, 10))]
    assert (route.end, route.return_travel, route.return_metres) == (at(11, 40), 30 * MINUTE, 30_000)
    # b may start at 16:00 (30 of service, 30 to drive, home at 17:00), so a is left by 15:50 and home by 15:00.
    assert [stop.leave_by for stop in route.stops] == [at(15, 20) - 20 * MINUTE, at(15, 50)]


def test_a_wait_in_the_middle_does_not_delay_the_departure() -> None:
    # a is at hand at 8:00 and closes at 8:30; b opens at 12:00. Leaving later than 7:50 would make a later.
    a = site("a", 1, hours=(between(at(7), at(8, 30)),) * 7)
    b = site("b", 2, hours=(between(at(12), at(15)),) * 7)
    p = problem([0, 10, 20], [a, b], [workday(start=at(7, 50))])
    route = timed(p, *visits(p, "a", "b"))
    assert route is not None
    assert times(route) == [(at(8), at(8), at(8, 30)), (at(8, 40), at(12), at(12, 30))]
    assert waiting(p.workdays[0], route) == 200 * MINUTE
    # 10 + 10 + 20 minutes of driving and 10 % of 200 minutes of waiting
    assert route_cost(Params(), p.workdays[0], route) == (40 + 20) * MINUTE


def test_second_window_of_the_day() -> None:
    siesta = (TimeWindow(at(9), at(11)), TimeWindow(at(15), at(16)))
    p = problem([0, 10, 20], [site("a", 1, hours=(siesta,) * 7), site("b", 2, service=150 * MINUTE)], [workday()])
    route = timed(p, *visits(p, "b", "a"))
    assert route is not None
    assert route.start == at(8)  # b 8:20 to 10:50; a is reached at 11:00, just in time for the first window
    assert route.stops[1].start == at(11)
    assert route.stops[1].leave_by == at(15, 50)  # the second window would still do: home at 16:40


def test_the_end_of_the_day_and_overtime() -> None:
    # 8:00 + 10 + 8:45 h + 10 minutes = 17:05
    p = problem([0, 10], [site("a", 1, service=525 * MINUTE)], [workday()])
    assert timed(p, *visits(p, "a")) is None
    day = workday(max_overtime=5 * MINUTE)
    route = time_route(p, day, visits(p, "a"))
    assert route is not None
    assert route.end == at(17, 5)
    assert route_cost(Params(), day, route) == 20 * MINUTE + 5 * MINUTE * 150 // 100


def test_follow_up_comes_after_visits_and_appointments_at_sites_only() -> None:
    day = workday(follow_up=10 * MINUTE)
    meeting = Appointment("m", "ann", MONDAY, TimeWindow(at(8), at(17)), 20 * MINUTE, site="a")
    office = Appointment("o", "ann", MONDAY, TimeWindow(at(8), at(17)), 20 * MINUTE, place=1)
    p = problem([0, 10], [site("a", 1)], [day], appointments=(meeting, office))
    route = timed(p, appointment_task(p, meeting, day), appointment_task(p, office, day), *visits(p, "a"))
    assert route is not None
    # 8:10-8:30, +10; 8:40-9:00, no follow-up; 9:00-9:30, +10, home at 9:50
    assert [stop.start for stop in route.stops] == [at(8, 10), at(8, 40), at(9)]
    assert route.end == at(9, 50)
    assert waiting(day, route) == 0


def test_a_block_stops_driving_on_the_way() -> None:
    # a ends at 8:40; 8:40-8:50 drive, 8:50-9:10 call, 20 more minutes of driving: b at 9:30.
    p = problem([0, 10, 40], [site("a", 1), site("b", 2)], [workday()], appointments=(block(at(8, 50), at(8, 50), 20),))
    a, b = visits(p, "a", "b")
    route = timed(p, a, appointment_task(p, p.appointments[0], p.workdays[0]), b)
    assert route is not None
    assert times(route) == [
        (at(8, 10), at(8, 10), at(8, 40)),
        (at(8, 50), at(8, 50), at(9, 10)),
        (at(9, 30), at(9, 30), at(10)),
    ]
    assert [s.kind for s in route.stops] == [StopKind.VISIT, StopKind.BLOCK, StopKind.VISIT]
    assert route.stops[1].travel == 0
    assert route.stops[2].travel == 30 * MINUTE
    # b at the latest 15:50 (home 17:00 after 30 + 40); the 30 minutes there fit after the call: set out at 15:20.
    assert route.stops[2].leave_by == at(15, 20)
    assert route.stops[1].leave_by is None


def test_leaving_after_the_call_and_the_break() -> None:
    # The call 8:30-9:00 and the break 11:30-12:00 are over long before the meeting at 14:00, 52 minutes away: leave at 13:08.
    # The break might begin as late as 13:00, and then the 30 minutes after it were too few.
    meeting = Appointment("m", "ann", MONDAY, TimeWindow(at(14), at(14)), 30 * MINUTE, place=1)
    calls = (block(at(8, 30), at(8, 30), 30), meeting)
    day = workday(rest=Break(TimeWindow(at(11, 30), at(13)), 30 * MINUTE))
    p = problem([0, 52], [], [day], appointments=calls)
    route = timed(p, *(appointment_task(p, call, day) for call in calls))
    assert route is not None
    assert [(stop.kind, stop.start) for stop in route.stops] == [
        (StopKind.BLOCK, at(8, 30)),
        (StopKind.BREAK, at(11, 30)),
        (StopKind.APPOINTMENT, at(14)),
    ]
    assert route.stops[-1].leave_by == at(13, 8)


def test_driving_on_while_the_call_is_still_to_come() -> None:
    # Leave at 8:00 for b (30 minutes): there at 8:30, wait for the call 8:50-9:10, then the visit. Leaving at 8:20
    # changes nothing, 8:21 would.
    p = problem([0, 30], [site("b", 1)], [workday()], appointments=(block(at(8, 50), at(8, 50), 20),))
    route = timed(p, appointment_task(p, p.appointments[0], p.workdays[0]), *visits(p, "b"))
    assert route is not None
    assert route.start == at(8, 20)
    assert times(route)[1] == (at(8, 50), at(9, 10), at(9, 40))


def test_a_day_of_blocks_begins_with_the_first() -> None:
    p = problem([0], [], [workday()], appointments=(block(at(9), at(9), 60),))
    route = timed(p, appointment_task(p, p.appointments[0], p.workdays[0]))
    assert route is not None
    assert (route.start, route.end) == (at(9), at(10))
    assert route_cost(Params(), p.workdays[0], route) == 0


@pytest.mark.parametrize(
    ("opens", "minutes", "breaks"),
    [
        (8, 120, 0),  # home at 10:20
        (13, 225, 0),  # on the road from 12:50 to 16:55: from 12:00 to 12:30 there was time at home
        (10.5, 60, 0),  # 10:20 to 11:40
        (10.5, 160, 0),  # 10:20 to 13:20, half a day
        (8.5, 265, 1),  # 8:20 to 13:05, and with the break on the way 13:35
    ],
)
def test_break_is_not_needed_when_the_day_does_not_reach_it(opens: float, minutes: int, breaks: int) -> None:
    a = site("a", 1, service=minutes * MINUTE, hours=(between(at(0) + int(opens * 3600), at(16)),) * 7)
    p = problem([0, 10], [a], [workday(rest=LUNCH)])
    route = timed(p, *visits(p, "a"))
    assert route is not None
    assert sum(s.kind is StopKind.BREAK for s in route.stops) == breaks


def test_a_day_that_begins_when_the_window_ends_needs_no_break() -> None:
    # 13:10 - 10 minutes = 13:00, the end of the window
    p = problem([0, 10], [site("a", 1, hours=(between(at(13, 10), at(16)),) * 7)], [workday(rest=LUNCH)])
    route = timed(p, *visits(p, "a"))
    assert route is not None
    assert route.start == at(13)
    assert [s.kind for s in route.stops] == [StopKind.VISIT]


def test_break_goes_where_it_costs_nothing() -> None:
    # a 8:10-11:10; b opens at 13:00, 20 minutes on: 90 idle minutes from 11:30. A break there (12:00-12:30) delays
    # nothing; after b (13:30) it would be too late.
    a, b = site("a", 1, service=180 * MINUTE), site("b", 2, hours=(between(at(13), at(16)),) * 7)
    p = problem([0, 10, 30], [a, b], [workday(rest=LUNCH)])
    route = timed(p, *visits(p, "a", "b"))
    assert route is not None
    assert [s.kind for s in route.stops] == [StopKind.VISIT, StopKind.BREAK, StopKind.VISIT]
    assert times(route) == [
        (at(8, 10), at(8, 10), at(11, 10)),
        (at(12), at(12), at(12, 30)),
        (at(11, 30), at(13), at(13, 30)),
    ]
    assert waiting(p.workdays[0], route) == 60 * MINUTE


def test_the_break_comes_after_the_first_visit_where_it_can() -> None:
    # a opens at 11:50, an hour on; b, next door, at 13:00. The break before a would be at its door (12:00-12:30), and a at 12:30; after a,
    # from 12:20 on, it delays nothing. With b open at 12:00 the day ends as soon with
    # either (12:50 + 2:00 + 1:00); it is after a as well.
    for opens in (13, 12):
        a = site("a", 1, hours=(between(at(11, 50), at(16)),) * 7)
        b = site("b", 1, hours=(between(at(opens), at(16)),) * 7, service=120 * MINUTE)
        p = problem([0, 60], [a, b], [workday(rest=LUNCH)])
        route = timed(p, *visits(p, "a", "b"))
        assert route is not None
        assert [s.kind for s in route.stops] == [StopKind.VISIT, StopKind.BREAK, StopKind.VISIT]
        assert times(route)[1] == (at(12, 20), at(12, 20), at(12, 50))
    # a for 150 minutes keeps the rep until 14:20: then the break has no place but before it.
    p = problem(
        [0, 60], [site("a", 1, hours=(between(at(11, 50), at(16)),) * 7, service=150 * MINUTE)], [workday(rest=LUNCH)]
    )
    route = timed(p, *visits(p, "a"))
    assert route is not None
    assert [s.kind for s in route.stops] == [StopKind.BREAK, StopKind.VISIT]


def test_break_on_the_way_home() -> None:
    # a from 8:10 for 240 minutes ends at 12:10; home at 12:20 would be before the end of the window: none needed.
    # With 60 minutes of road back there is one, at once.
    p = problem([0, 60], [site("a", 1, service=180 * MINUTE)], [workday(rest=LUNCH)])
    route = timed(p, *visits(p, "a"))  # 9:00 to 12:00, home 13:00 = the end of the window
    assert route is not None
    assert len(route.stops) == 1
    p = problem([0, 61], [site("a", 1, service=180 * MINUTE)], [workday(rest=LUNCH)])
    route = timed(p, *visits(p, "a"))  # 9:01 to 12:01, break to 12:31, home at 13:32
    assert route is not None
    assert times(route)[1] == (at(12, 1), at(12, 1), at(12, 31))
    assert route.end == at(13, 32)


def test_no_room_for_the_break() -> None:
    # Fixed 9:00 to 13:30: the break cannot begin between 12:00 and 13:00.
    a = site("a", 1, service=270 * MINUTE, hours=(between(at(9), at(9)),) * 7)
    p = problem([0, 10], [a], [workday(rest=LUNCH)])
    assert timed(p, *visits(p, "a")) is None


def test_most_stops_do_not_count_blocks() -> None:
    p = problem([0, 10], [site("a", 1), site("b", 1)], [workday(max_stops=1)], appointments=(block(at(8), at(16), 20),))
    call = appointment_task(p, p.appointments[0], p.workdays[0])
    assert timed(p, *visits(p, "a"), call) is not None
    assert timed(p, *visits(p, "a", "b")) is None


def test_opening_hours() -> None:
    hours = ((), between(at(9), at(18)), *[between(at(6), at(7))] * 5)
    tuesday, wednesday = MONDAY.replace(day=3), MONDAY.replace(day=4)
    a = site("a", 0, hours=hours, exceptions={wednesday: between(at(10), at(11))}, weekdays=frozenset({0, 1, 2}))
    assert visit_windows(a, workday(MONDAY)) == ()
    assert visit_windows(a, workday(tuesday)) == between(at(9), at(17))
    assert visit_windows(a, workday(wednesday)) == between(at(10), at(11))
    assert visit_windows(a, workday(MONDAY.replace(day=5))) == ()  # Thursday: not wanted
    assert visit_windows(site("b", 0), workday(max_overtime=60)) == between(at(8), at(17) + 60)


def test_promise_narrows_the_window_and_outlasts_opening_hours() -> None:
    a = visit_task(site("a", 0, hours=(between(at(9), at(10)),) * 7), workday())
    assert promised(a, at(10), 900).windows == between(at(9, 45), at(10, 15))
    assert promised(a, at(14), 900).windows == between(at(13, 45), at(14, 15))
    assert promised(a, None, 900).windows == a.windows
    assert not promised(a, None, 900).flexible


def test_first_and_last_start() -> None:
    windows = (TimeWindow(10, 20), TimeWindow(30, 40))
    assert [first_start(windows, t) for t in (0, 15, 20, 21, 40, 41)] == [10, 15, 20, 30, 40, None]
    assert [last_start(windows, t) for t in (9, 10, 25, 30, 99)] == [None, 10, 20, 30, 40]


@pytest.mark.parametrize("seed", range(40))
def test_properties_of_random_days(seed: int) -> None:
    """Starts are in windows, legs are driven in full, leaving by leave_by is in time and a second later is not."""
    rng = random.Random(seed)
    count = rng.randint(1, 7)
    minutes = [0, *(rng.randint(0, 60) for _ in range(count))]
    sites = []
    for n in range(count):
        first = at(rng.randint(7, 14), rng.randint(0, 59))
        hours = (between(first, first + rng.randint(0, 300) * MINUTE),) * 7 if rng.random() < 0.5 else None
        sites.append(site(f"s{n}", n + 1, service=rng.randint(5, 50) * MINUTE, hours=hours))
    calls = (block(at(rng.randint(8, 15)), at(16), rng.randint(5, 60)),) if rng.random() < 0.5 else ()
    rest = LUNCH if rng.random() < 0.7 else None
    day = workday(rest=rest, follow_up=rng.choice([0, 300]), max_overtime=rng.choice([0, 3600]))
    p = problem(minutes, sites, [day], appointments=calls)
    tasks = visits(p, *(s.id for s in sites)) + [appointment_task(p, call, day) for call in calls]
    rng.shuffle(tasks)
    route = time_route(p, day, tasks)
    if route is None:
        return
    _check(p, day, tasks, route)


def _check(p: Problem, day: Workday, tasks: list[Task], route: Route) -> None:
    by_key = {(t.site, t.request): t for t in tasks}
    here, busy, left = day.start_place, [], route.start
    for stop in route.stops:
        task = by_key.get((stop.site, stop.request))
        if task is not None:
            assert any(w.earliest <= stop.start <= w.latest for w in task.windows)
        if stop.place is None:
            busy.append((stop.start, stop.end))
            continue
        assert stop.travel == p.travel.seconds[here, stop.place]
        paused = sum(b - a for a, b in busy if a < stop.arrival)
        assert left + stop.travel + paused == stop.arrival <= stop.start
        assert stop.leave_by is not None
        assert stop.leave_by >= left
        here, busy, left = stop.place, [], stop.end + (day.follow_up if stop.site else 0)
    assert route.end == left + route.return_travel + sum(b - a for a, b in busy) + _idle(busy, left, route)
    assert day.start <= route.start <= route.end <= day.end + day.max_overtime
    assert waiting(day, route) >= 0
    for one, two in pairwise(route.stops):
        assert one.end <= two.start
    breaks = [s for s in route.stops if s.kind is StopKind.BREAK]
    # LUNCH begins from 12:00 to 13:00 and lasts 30 minutes: nobody needs it who leaves at 12:30 or is back at 13:00
    needed = (
        day.rest is not None and route.start < at(12, 30) and route.end > at(13) and route.end - route.start > 4 * 3600
    )
    assert breaks or not needed
    assert len(breaks) <= (day.rest is not None)
    if breaks and day.rest:
        assert day.rest.window.earliest <= breaks[0].start <= day.rest.window.latest


def _idle(busy: list[tuple[int, int]], left: int, route: Route) -> int:
    """Time on the last leg, blocks and break aside, beyond driving: only a wait for a block can make some."""
    idle = route.end - left - route.return_travel - sum(b - a for a, b in busy)
    assert idle >= 0
    assert idle == 0 or busy
    return idle


def test_a_replayed_day_is_the_same_or_none() -> None:
    # a 8:10-8:40, the break 11:30-12:00 waits for nobody, b opens at 12: the break stands between them.
    rest = Break(TimeWindow(at(11, 30), at(13)), 30 * MINUTE)
    day = workday(rest=rest)
    noon = ((TimeWindow(at(12), at(17)),),) * 7
    p = problem([0, 10, 20], [site("a", 1), site("b", 2, hours=noon, service=60 * MINUTE)], [day])
    tasks = visits(p, "a", "b")
    route = time_route(p, day, tasks)
    assert route is not None
    assert [stop.kind for stop in route.stops] == [StopKind.VISIT, StopKind.BREAK, StopKind.VISIT]
    assert replay(p, day, tasks, route) is route
    assert replay(p, day, tasks[::-1], route) is None  # another order
    assert replay(p, day, tasks[:1], route) is None
    assert replay(p, day, tasks, route, anchor="a") is None
    assert replay(p, replace(day, max_stops=1), tasks, route) is None
    assert replay(p, replace(day, rest=None), tasks, route) is None
    assert replay(p, replace(day, end=at(12)), tasks, route) is None
    assert replay(p, day, [tasks[0], replace(tasks[1], windows=(TimeWindow(at(12, 1), at(17)),))], route) is None
    assert replay(p, day, [tasks[0], replace(tasks[1], windows=(TimeWindow(at(11), at(17)),))], route) is route
    without = replace(route, stops=tuple(stop for stop in route.stops if stop.kind is not StopKind.BREAK))
    assert replay(p, day, tasks, without) is None  # the break is due
