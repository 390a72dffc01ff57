"""OR-Tools routes one workday: places on a line, minutes of driving from home at 0."""

from __future__ import annotations

import random
from itertools import permutations

import pytest

from planner.calendar import Break, DateRange, TimeWindow
from planner.engine.choose import choose_day
from planner.engine.day import route_day
from planner.plan import Route
from planner.problem import Appointment, Problem, Workday
from planner.tasks import Task, appointment_task, visit_task
from planner.timing import route_cost, time_route
from planner.travel import Estimate, Place
from tests.planner.small import MINUTE, MONDAY, at, between, problem, site, workday

LUNCH = Break(TimeWindow(at(12), at(13)), 30 * MINUTE)


def names(tasks: list[Task] | None) -> list[str] | None:
    return None if tasks is None else [task.site or task.request or "" for task in tasks]


def tasks_of(p: Problem) -> list[Task]:
    day = p.workdays[0]
    return [visit_task(s, day) for s in p.sites] + [appointment_task(p, a, day) for a in p.appointments]


def test_there_and_back_is_untangled() -> None:
    # 0-30-10-20-0 is 30+20+10+20 = 80 minutes; out and back along the line is 60.
    p = problem([0, 30, 10, 20], [site("c", 1), site("a", 2), site("b", 3)], [workday()])
    better = route_day(p, p.workdays[0], tasks_of(p))
    assert better is not None
    route = time_route(p, p.workdays[0], better)
    assert route is not None
    assert route_cost(p.params, p.workdays[0], route) == 60 * MINUTE


def test_a_good_order_stays() -> None:
    p = problem([0, 10, 20], [site("a", 1), site("b", 2)], [workday()])
    assert route_day(p, p.workdays[0], tasks_of(p)) is None


def test_an_order_without_times_is_mended() -> None:
    # b closes at 9:00, a takes until 9:10: only b first is possible.
    b = site("b", 2, hours=(between(at(8), at(9)),) * 7)
    p = problem([0, 10, 20], [site("a", 1, service=60 * MINUTE), b], [workday()])
    assert time_route(p, p.workdays[0], tasks_of(p)) is None
    assert names(route_day(p, p.workdays[0], tasks_of(p))) == ["b", "a"]


def test_no_order_at_all() -> None:
    p = problem([0, 10], [site("a", 1, service=300 * MINUTE), site("b", 1, service=300 * MINUTE)], [workday()])
    assert route_day(p, p.workdays[0], tasks_of(p)) is None


def test_a_block_is_put_where_its_window_is() -> None:
    # The call at 8:00 sharp comes first: a ends at 8:40 at the earliest.
    call = Appointment("call", "ann", MONDAY, TimeWindow(at(8), at(8)), 15 * MINUTE)
    p = problem([0, 10], [site("a", 1)], [workday()], appointments=(call,))
    assert names(route_day(p, p.workdays[0], tasks_of(p))) == ["call", "a"]


def test_end_place_elsewhere() -> None:
    # From home at 0 to a hotel at 30: near first.
    p = problem([0, 20, 10, 30], [site("far", 1), site("near", 2)], [workday(end_place=3)])
    assert names(route_day(p, p.workdays[0], tasks_of(p))) == ["near", "far"]


def test_second_windows() -> None:
    # `split` is closed from 8:30 to 15:00; as the last stop it would wait, as the first it is on time.
    hours = (TimeWindow(at(8), at(8, 30)), TimeWindow(at(15), at(16)))
    long = site("long", 1, service=300 * MINUTE)
    p = problem([0, 10, 12], [long, site("split", 2, hours=(hours,) * 7)], [workday(end=at(15))])
    assert names(route_day(p, p.workdays[0], tasks_of(p))) == ["split", "long"]


def random_day(seed: int) -> Problem:
    rng = random.Random(seed)
    count = rng.randint(3, 6)
    places = tuple(Place(rng.uniform(0, 0.4), rng.uniform(0, 0.4)) for _ in range(count + 1))
    hours = [(between(at(8), at(12 + rng.randint(0, 4))),) * 7 for _ in range(count)]
    sites = tuple(site(f"s{n}", n + 1, service=25 * MINUTE, hours=hours[n]) for n in range(count))
    call = Appointment("call", "ann", MONDAY, TimeWindow(at(rng.randint(9, 11)), at(14)), 20 * MINUTE)
    return Problem(
        horizon=DateRange(MONDAY, MONDAY),
        places=places,
        travel=Estimate().matrix(places),
        workdays=(workday(rest=LUNCH if seed % 2 else None, max_overtime=3600, follow_up=300),),
        sites=sites,
        appointments=(call,) if seed % 3 == 0 else (),
    )


def cost(p: Problem, day: Workday, order: list[Task]) -> tuple[int, Route | None]:
    route = time_route(p, day, order)
    return (2**60 if route is None else route_cost(p.params, day, route)), route


def test_orders_are_near_the_best_of_all_permutations() -> None:
    """On 24 random days, from an arbitrary order: never worse than given, at most 3 % above the best on average."""
    gaps = []
    for seed in range(24):
        p = random_day(seed)
        day, tasks = p.workdays[0], tasks_of(p)
        given, _ = cost(p, day, tasks)
        better = route_day(p, day, tasks)
        found, _ = cost(p, day, better or tasks)
        best = min(cost(p, day, list(order))[0] for order in permutations(tasks))
        assert best <= found <= given
        assert better is None or found < given
        gaps.append(found / best - 1)
    assert sum(gaps) / len(gaps) <= 0.03


@pytest.mark.parametrize("seed", [0, 1, 3])
def test_same_input_same_order(seed: int) -> None:
    p = random_day(seed)
    assert route_day(p, p.workdays[0], tasks_of(p)) == route_day(p, p.workdays[0], tasks_of(p))


def test_a_day_is_chosen_within_its_load_and_its_driving() -> None:
    # two of three visits leave a day that may carry two units, one of the dearest stays with what it can
    sites = [site(f"s{n}", n + 1, load=n + 1) for n in range(3)]
    full = problem([0, 10, 20, 30], sites, [workday(capacity=3)])
    tasks = [visit_task(one, full.workdays[0]) for one in sites]
    assert choose_day(full, full.workdays[0], tasks, {0: 100, 1: 5_000, 2: 20_000}, [2]) == [2]
    # half an hour away and back is an hour at the wheel; s0 and s1 lie on the way
    short = problem([0, 10, 20, 30], sites, [workday(max_driving=2399)])
    assert choose_day(short, short.workdays[0], tasks, {0: 9_000, 1: 9_000, 2: 9_000}, [0]) == [0]
    longer = problem([0, 10, 20, 30], sites, [workday(max_driving=2400)])
    assert choose_day(longer, longer.workdays[0], tasks, {0: 9_000, 1: 9_000, 2: 9_000}, [0]) in ([0, 1], [1, 0])
