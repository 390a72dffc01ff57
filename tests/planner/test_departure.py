"""Leaving later than the first stop needs; places on a line, minutes from home at 0, worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from planner.calendar import Break, TimeWindow
from planner.check import check
from planner.check.facts import Facts
from planner.check.room import Spent, spend, visit_step
from planner.plan import Plan, Route
from planner.problem import Appointment, PlacedVisit, Problem, Workday
from planner.solve import solve
from planner.tasks import Task, appointment_task, promised, visit_task
from planner.timing import order_cost, replay, time_route
from planner.timing.order import as_early
from planner.travel import SpeedBand
from tests.planner.search.solved import DEAR
from tests.planner.small import HOUR, MINUTE, MONDAY, at, between, problem, site, workday

RUSH = SpeedBand(at(7), at(9), 50)


def preferring(*windows: TimeWindow) -> tuple[tuple[TimeWindow, ...], ...]:
    return (windows,) * 7


def tasks_of(asked: Problem) -> list[Task]:
    """Each site once, in their order."""
    return [visit_task(one, asked.workdays[0], f"{one.id}#1") for one in asked.sites]


def timed(asked: Problem, tasks: list[Task] | None = None) -> Route:
    route = time_route(asked, asked.workdays[0], tasks or tasks_of(asked))
    assert route is not None
    return route


def starts(route: Route) -> dict[str, int]:
    return {stop.site: stop.start for stop in route.stops if stop.site}


def test_the_rep_leaves_later_for_an_hour_further_on() -> None:
    # a 8:10-8:40, b at 8:50, which would rather be visited from ten on.  Leaving at 9:10 instead of 8:00 brings b to its hour.
    asked = problem(
        [0, 10, 20], [site("a", 1), site("b", 2, preferred=preferring(TimeWindow(at(10), at(12))))], [workday()]
    )
    route = timed(asked)
    assert (route.start, starts(route)) == (at(9, 10), {"a": at(9, 20), "b": at(10)})
    assert order_cost(asked, asked.workdays[0], tasks_of(asked)) == 40 * MINUTE  # driving alone: no waiting


def test_where_the_first_stop_closes_before_one_waits_on_the_way() -> None:
    # a has to start by 8:30: leaving later than 8:20 is impossible, so the rep waits at b, from 9:10 until 10:00, 50 minutes at 10 %
    a = site("a", 1, hours=(between(at(8), at(8, 30)),) * 7)
    asked = problem([0, 10, 20], [a, site("b", 2, preferred=preferring(TimeWindow(at(10), at(12))))], [workday()])
    assert starts(timed(asked)) == {"a": at(8, 30), "b": at(10)}
    assert order_cost(asked, asked.workdays[0], tasks_of(asked)) == (40 + 5) * MINUTE


def test_no_hour_is_given_up_for_another() -> None:
    # a at 8:10 is content until 9; b from eleven on.  Leaving later would cost a's 15 minutes, waiting costs 130 * 10 % = 13.
    def asked(opens: int) -> Problem:
        liked = preferring(TimeWindow(at(8), at(9))), preferring(TimeWindow(opens, at(13)))
        return problem([0, 10, 20], [site("a", 1, preferred=liked[0]), site("b", 2, preferred=liked[1])], [workday()])

    assert starts(timed(asked(at(11)))) == {"a": at(8, 10), "b": at(11)}
    # until half past eleven it is 160 minutes: 16 are more than 15, so one of the two is not met; leaving later costs nothing else
    assert order_cost(asked(at(11, 30)), workday(), tasks_of(asked(at(11, 30)))) == (40 + 15) * MINUTE


def test_the_way_is_driven_after_the_rush_hour() -> None:
    # 40 minutes at half speed until nine: leaving at eight, 30 of them are done by nine, then 10 more: 70 at the wheel. From nine on 40.
    asked = problem([0, 40], [site("a", 1)], [workday()], speeds=(RUSH,))
    route = timed(asked)
    assert (route.start, route.stops[0].travel, route.end) == (at(9), 40 * MINUTE, at(10, 50))
    assert order_cost(asked, asked.workdays[0], tasks_of(asked)) == 80 * MINUTE
    # a must be there by nine: only half of the way until then, 30 minutes of the 40
    early = problem([0, 30], [site("a", 1, hours=(between(at(8), at(9)),) * 7)], [workday()], speeds=(RUSH,))
    assert (timed(early).start, timed(early).stops[0].travel) == (at(8), HOUR)


def test_nobody_works_longer_for_it_than_the_day_lasts() -> None:
    # there at 9:10 and home by 17:00 with 430 minutes of service; leaving at nine home at 17:30, in overtime, which nobody does for that
    asked = problem([0, 40], [site("a", 1, service=430 * MINUTE)], [workday(max_overtime=HOUR)], speeds=(RUSH,))
    route = timed(asked)
    assert (route.start, route.end) == (at(8), at(17))
    # a quarter of an hour less of service and half an hour more of a day, and there is time
    longer = replace(asked, workdays=(workday(end=at(17, 30)),))
    assert timed(longer).start == at(9)


def test_who_was_told_when_is_visited_then() -> None:
    asked = problem([0, 40], [site("a", 1)], [workday()], speeds=(RUSH,))
    (task,) = tasks_of(asked)
    route = timed(asked, [promised(task, at(9, 30), 900)])
    # promised for half past nine, a quarter of an hour either way: as before, no later than it must
    assert (route.start, route.stops[0].start) == (at(8, 10), at(9, 15))


def test_a_day_that_began_later_is_replayed() -> None:
    asked = problem([0, 40], [site("a", 1)], [workday()], speeds=(RUSH,))
    route = timed(asked)
    assert replay(asked, asked.workdays[0], tasks_of(asked), route) is route
    assert replay(asked, replace(asked.workdays[0], start=at(9, 1)), tasks_of(asked), route) is None


def test_search_and_checker_agree() -> None:
    """The plan, its published form searched again, and its reasons."""
    liked = preferring(TimeWindow(at(10), at(12)))
    rows = [site("a", 1, **DEAR), site("b", 2, preferred=liked, **DEAR)]
    for speeds in ((), (RUSH,)):
        asked = problem([0, 10, 20], rows, [workday()], speeds=speeds)
        plan = solve(asked, iterations=100)
        assert check(asked, plan).violations == ()
        assert (plan.objective.total, plan.objective.preferred) == (40 * MINUTE, 0)
        (route,) = plan.routes
        base = tuple(PlacedVisit(s.site, "ann", MONDAY, s.start) for s in route.stops if s.site)
        assert solve(replace(asked, base=base), iterations=100, start=plan).routes == plan.routes


def random_day(seed: int) -> tuple[Problem, list[Task]]:
    rng = Random(seed)
    rows = []
    for n in range(rng.randint(1, 5)):
        opens = at(rng.randint(7, 12), rng.randint(0, 59))
        hours = (between(opens, opens + rng.randint(60, 420) * MINUTE),) * 7 if rng.random() < 0.4 else None
        first = at(rng.randint(8, 14), rng.choice([0, 30]))
        wish = preferring(TimeWindow(first, first + rng.randint(30, 180) * MINUTE)) if rng.random() < 0.6 else None
        rows.append(site(f"s{n}", n + 1, service=rng.randint(5, 60) * MINUTE, hours=hours, preferred=wish))
    bands = (
        SpeedBand(at(7), at(9), rng.choice([40, 70])), SpeedBand(at(11), at(12, 30), rng.choice([50, 150])),
        SpeedBand(at(15), at(17), 60),
    )  # fmt: skip
    rest = Break(TimeWindow(at(12), at(13)), 30 * MINUTE) if rng.random() < 0.5 else None
    day = workday(
        rest=rest, max_overtime=rng.choice([0, HOUR]), follow_up=rng.choice([0, 300]), end_place=rng.choice([0, 1])
    )
    calls = ()
    if rng.random() < 0.4:
        calls = (Appointment("call", "ann", MONDAY, TimeWindow(at(9), at(rng.randint(9, 16))), 20 * MINUTE),)
    minutes = [0, *(rng.randint(-60, 60) for _ in rows)]
    asked = problem(minutes, rows, [day], appointments=calls, speeds=bands if rng.random() < 0.6 else ())
    tasks = tasks_of(asked) + [appointment_task(asked, call, day) for call in calls]
    rng.shuffle(tasks)
    return asked, tasks


def as_early_cost(asked: Problem, day: Workday, tasks: list[Task]) -> int | None:
    """What the day costs as early as it can be: nothing waits, nobody leaves later."""
    times = as_early(asked, day, tasks)
    if times is None:
        return None
    return order_cost(
        asked, replace(day, start=times[1].start), [task.told(task.windows, task.windows[-1].latest) for task in tasks]
    )


@pytest.mark.parametrize("seed", range(150))
def test_no_day_gets_dearer_and_the_checker_reckons_the_same(seed: int) -> None:
    asked, tasks = random_day(seed)
    day = asked.workdays[0]
    cost, plain = order_cost(asked, day, tasks), as_early_cost(asked, day, tasks)
    assert (cost is None) is (plain is None)
    if cost is None or plain is None:
        return
    assert cost <= plain
    spent = by_the_checker(asked, tasks)
    assert spent is not None
    assert spent.price(asked.params) == cost
    route = time_route(asked, day, tasks)
    assert route is not None
    assert (route.start, route.end) == (spent.leave, spent.home)
    assert replay(asked, day, tasks, route) in (route, None)


def by_the_checker(asked: Problem, tasks: list[Task]) -> Spent | None:
    from planner.check.room import appointment_step

    facts, day = Facts(asked, Plan((), (), None)), asked.workdays[0]  # type: ignore[arg-type]
    calls = {call.id: call for call in asked.appointments}
    steps = [
        visit_step(facts, facts.sites[task.site], day) if task.site else appointment_step(facts, calls[task.request or ""], day)
        for task in tasks
    ]  # fmt: skip
    return spend(facts, day, steps)


def test_it_is_worth_something() -> None:
    """Of 150 random days many are cheaper, so that the properties above say something."""
    cheaper = 0
    for seed in range(150):
        asked, tasks = random_day(seed)
        cost, plain = order_cost(asked, asked.workdays[0], tasks), as_early_cost(asked, asked.workdays[0], tasks)
        cheaper += cost is not None and plain is not None and cost < plain
    assert cheaper > 30
