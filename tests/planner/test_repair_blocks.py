"""Repair with blocks and appointments around the break: it always ends, its times hold, and visits leave before blocks.

Places lie on a line, minutes of driving from home at 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest

from planner.cadence.policy import Cadence
from planner.calendar import Break, TimeWindow
from planner.check import check
from planner.check.reasons import confirm_reason
from planner.engine.choose import choose_day
from planner.plan import Objective, Plan, Reason, StopKind
from planner.problem import Appointment, PlacedVisit, Problem
from planner.reasons import settle
from planner.repair import repair
from planner.repair.fewest import fewest_leave
from planner.tasks import Task, appointment_task
from planner.timing import time_route
from tests.planner.small import MINUTE, MONDAY, at, between, problem, site, week, workday

EMPTY = Plan((), (), Objective())
ALL_DAY = between(at(8), at(13))
DAYS, SITES, CHANGES = 2, 12, 25


def visit(name: str, place: int, minutes: int, windows: tuple[TimeWindow, ...] = ALL_DAY) -> Task:
    return Task(StopKind.VISIT, minutes * MINUTE, windows, place, site=name)


def block(start: int, minutes: int) -> Task:
    return Task(StopKind.BLOCK, minutes * MINUTE, between(start, start), None, request="block", flexible=False)


def booked(id: str, first: int, last: int, minutes: int, day: date = MONDAY, place: int | None = None) -> Appointment:
    """With a place an appointment, without one a time block."""
    return Appointment(id, "ann", day, TimeWindow(first, last), minutes * MINUTE, place=place)


def stops(plan: Plan) -> dict[str, int]:
    """Start by what it is, of all days."""
    return {
        str(stop.request): stop.start
        for route in plan.routes
        for stop in route.stops
        if stop.kind in (StopKind.APPOINTMENT, StopKind.BLOCK)
    }


def test_the_break_is_not_taken_inside_a_block() -> None:
    # All at home, 8:00 to 14:00. a until 11:10; a block from 11:45 to 12:45; b would be over at 14:00 if it began then. But the
    # break (30 minutes, from 11:30 on) would not be over by 11:45, so it follows the block, and b has no room after it.
    day = workday(end=at(14), rest=Break(TimeWindow(at(11, 30), at(13, 30)), 30 * MINUTE))
    p = problem([0], [], [day])
    tasks = [visit("a", 0, 190), visit("b", 0, 75), block(at(11, 45), 60)]
    assert choose_day(p, day, tasks, {0: 1000, 1: 500}, [0, 2]) == [0, 2]


def test_a_day_begins_with_the_driving_before_its_first_block() -> None:
    # An hour to a, which starts at 10:00 sharp; a block from 9:30 to 10:00. So the rep leaves at 8:30, and is at a when the block
    # is over. Service until 11:50, home at 12:50: after the break's window, 4:20 after leaving, so a break is due (3:50 after
    # 9:00, an hour before a, it would not be). With it, home is at 13:20, five minutes too late: a has no place on this day.
    day = workday(end=at(13, 15), rest=Break(TimeWindow(at(12), at(12, 30)), 30 * MINUTE))
    p = problem([0, 60], [], [day])
    tasks = [block(at(9, 30), 30), visit("a", 1, 110, between(at(10), at(10)))]
    assert time_route(p, day, tasks) is None
    assert fewest_leave(p, day, tasks, {1: 1000}, [at(9, 30), at(10)]) == [0]


def test_one_visit_too_many_leaves_though_there_is_time() -> None:
    # Four visits of half an hour, three stops allowed: the one leaves that costs least.
    day = workday(max_stops=3)
    p = problem([0, 10], [], [day])
    tasks = [visit(f"v{n}", 1, 30) for n in range(4)]
    order = fewest_leave(p, day, tasks, {n: 100 + n for n in range(4)}, [None] * 4)
    assert sorted(order or []) == [1, 2, 3]


def test_every_order_is_tried_for_what_must_stand() -> None:
    # After the talk (8:30-9:30) x was published for 9:30 (9:00 to 10:30 was agreed) and y for 10:30 (9:00 to 12:00), an hour each.
    # Without the talk, a block from 10:00 to 12:00 leaves one way: x at 9:00, y at 12:00. (Put in one by one, y as early as
    # it can be comes before x, and then there is no room for the block.)
    talk = booked("talk", at(8, 30), at(8, 30), 60, place=0)
    x, y = booked("x", at(9), at(10, 30), 60, place=0), booked("y", at(9), at(12), 60, place=0)
    p = problem([0], [], [workday()], appointments=(talk, x, y))
    route = time_route(p, p.workdays[0], [appointment_task(p, one, p.workdays[0]) for one in (talk, x, y)])
    assert route is not None
    changed = replace(p, appointments=(x, y, booked("block", at(10), at(10), 120)))
    after = repair(changed, Plan((route,), (), Objective()))
    assert stops(after) == {"x": at(9), "block": at(10), "y": at(12)}
    assert after.unplanned == ()


def test_a_day_that_ends_before_the_rep_can_be_home_has_nothing() -> None:
    # An hour from the start place to home, and half an hour left: nothing can be kept, and everything has a reason.
    meeting = booked("m", at(9), at(9), 30, place=0)
    p = problem([0, 60], [], [workday()], appointments=(meeting,))
    plan = repair(p, EMPTY)
    assert stops(plan) == {"m": at(9)}
    late = replace(p.workdays[0], start=at(16, 30), start_place=1)
    after = repair(replace(p, workdays=(late,)), plan, [MONDAY])
    assert [(entry.request, entry.reason) for entry in after.unplanned] == [("m", Reason.OUT_OF_REACH)]


def full_days(seed: int) -> tuple[Problem, Plan]:
    """Three days, mostly full, with a break, an appointment at an account and some visits that were promised."""
    rng = Random(seed)
    opens = rng.choice([at(11), at(11, 30), at(12)])
    rest = Break(TimeWindow(opens, opens + rng.choice([0, 60, 120]) * MINUTE), rng.choice([15, 30, 60]) * MINUTE)
    limits = {"max_overtime": rng.choice([0, 1800]), "max_stops": rng.choice([None, 6]), "follow_up": 300}
    days = week(DAYS, rest=rest, end=rng.choice([at(13), at(16), at(17)]), **limits)
    last = MONDAY - timedelta(days=28)
    shop = (TimeWindow(at(8), at(11, 30)), TimeWindow(at(13), at(16)))
    more = {"cadence": Cadence(interval_days=28), "credited": (last,)}
    rows = [
        site(
            f"s{n}",
            n + 1,
            service=rng.choice([30, 45, 60]) * MINUTE,
            hours=rng.choice([None, (shop,) * 7]),
            miss_price=rng.choice([3_000, 9_000, 60_000]),
            **more,
        )
        for n in range(SITES)
    ]
    own = Appointment("own", "ann", days[1].date, TimeWindow(at(10), at(10, 30)), 45 * MINUTE, site="s0")
    p = problem([0, *(rng.randrange(1, 45) for _ in range(SITES))], rows, days, appointments=(own,))
    plan = settle(p, repair(p, EMPTY))
    visits = [
        PlacedVisit(stop.site or "", route.rep, route.date, stop.start)
        for route in plan.routes
        for stop in route.stops
        if stop.kind is StopKind.VISIT
    ]
    locked = tuple(one if rng.random() < 0.5 else replace(one, start=None) for one in visits if rng.random() < 0.2)
    return replace(p, base=tuple(visits), locked=locked), plan


def around_the_break(rng: Random, p: Problem) -> list[Appointment]:
    """A block near the break: once or on every day, and perhaps an appointment that begins during it or just after."""
    rest, end = p.workdays[0].rest, p.workdays[0].end
    assert rest is not None
    start = rest.window.earliest + rng.randrange(-90, 150, 15) * MINUTE
    minutes = rng.choice([15, 30, 60, 90, 150])
    days = [day.date for day in p.workdays] if rng.random() < 0.3 else [rng.choice(p.workdays).date]
    new = [booked(f"block{n}", start, start, minutes, day) for n, day in enumerate(days)]
    if rng.random() < 0.5:
        first = min(end - 1800, start + rng.choice([-30, 0, 15, minutes, minutes + 30]) * MINUTE)
        slack = rng.choice([0, 30, 120]) * MINUTE
        place = rng.choice([None, rng.randrange(SITES)])
        new.append(booked("other", first, first + slack, 45, days[0], place))
    return new


@pytest.mark.parametrize("seed", range(12))
def test_repair_never_fails_and_visits_leave_before_blocks(seed: int) -> None:
    p, plan = full_days(seed)
    assert check(replace(p, locked=()), plan, reasons=False).ok  # made before anything was promised
    rng, displaced = Random(seed), 0
    for _ in range(CHANGES):
        changed = replace(p, appointments=(*p.appointments, *around_the_break(rng, p)))
        after = repair(changed, plan, [MONDAY])
        certificate = check(changed, after, reasons=False)
        assert certificate.ok, certificate.violations
        kept = stops(after)
        for entry in after.unplanned:
            if entry.request in {item.id for item in changed.appointments}:
                assert entry.reason in (Reason.APPOINTMENT_CONFLICT, Reason.OUT_OF_REACH), entry
                assert confirm_reason(changed, after, entry), entry
                assert entry.request not in kept
        displaced += len(after.unplanned) - len(plan.unplanned)
    assert displaced > 0  # the days are full


def random_order(rng: Random) -> tuple[Problem, list[Task], list[int | None]]:
    """A day with a break, and tasks on it, of which some have a published start."""
    opens = rng.choice([at(10), at(11, 30), at(12)])
    rest = Break(TimeWindow(opens, opens + rng.choice([0, 60, 120]) * MINUTE), rng.choice([15, 30, 60]) * MINUTE)
    most = rng.choice([None, None, 3])
    day = workday(start=at(8), end=rng.choice([at(13), at(14), at(17)]), rest=rest, max_stops=most)
    p = problem([0, *(rng.randrange(1, 90) for _ in range(6))], [], [day])
    tasks = [visit(f"v{n}", n, rng.choice([20, 45, 90])) for n in range(1, rng.randrange(3, 6))]
    tasks += [block(rng.randrange(at(8), at(15), 900), rng.choice([15, 30, 60])) for _ in range(rng.randrange(1, 3))]
    rng.shuffle(tasks)
    starts = [rng.choice([None, rng.randrange(at(8), at(15), 900)]) for _ in tasks]
    floors = [
        task if start is None or task.place is None else task.at(between(min(start, day.end), day.end))
        for task, start in zip(tasks, starts, strict=True)
    ]
    return p, floors, starts


def test_an_order_that_is_found_has_times() -> None:
    found = 0
    for seed in range(400):
        rng = Random(seed)
        p, tasks, starts = random_order(rng)
        prices = {n: rng.randrange(100, 5000) for n, task in enumerate(tasks) if task.kind is StopKind.VISIT}
        order = fewest_leave(p, p.workdays[0], tasks, prices, starts)
        if order is not None:
            found += 1
            assert times(p, tasks, order), seed
            chosen = choose_day(p, p.workdays[0], tasks, prices, order)
            assert chosen is None or times(p, tasks, chosen), seed
    assert found > 200


def times(p: Problem, tasks: Sequence[Task], order: Sequence[int]) -> bool:
    return time_route(p, p.workdays[0], [tasks[n] for n in order]) is not None
