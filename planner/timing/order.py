"""An order of tasks: its legs and times, and what the day costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from planner.nights import DayAway
from planner.params import Params
from planner.plan import Route, StopKind
from planner.problem import Problem, Workday
from planner.tasks import Task
from planner.timing.departure import later_departures
from planner.timing.leg import Leg, Timetable
from planner.timing.legs import earliest, legs_of
from planner.timing.prefer import Times, wait_for_preferred
from planner.timing.rest import break_due, with_break


def timetable(problem: Problem, workday: Workday, tasks: Sequence[Task]) -> Times | None:
    """The times of an order, as early as they can be but for waiting, or leaving later, that pays.

    Leaving later is a day that begins later; no overtime is made for it.
    """
    early = as_early(problem, workday, tasks)
    if early is None or not (early[0][0].pace or any(task.preferred for task in tasks)):
        return early
    later = later_departures(workday, *early)
    best = _patient(problem, workday, tasks, early)
    for leave in later:
        day = replace(workday, start=leave)
        times = as_early(problem, day, tasks)
        other = times and _patient(problem, day, tasks, times)
        if other and other[0] < best[0] and _overtime(workday, other[1]) <= _overtime(workday, early):
            best = other
    return best[1]


def _patient(problem: Problem, workday: Workday, tasks: Sequence[Task], early: Times) -> tuple[int, Times]:
    """The cost, and the times, with waiting for what sites prefer."""

    def priced(order: Sequence[Task]) -> tuple[int, Times] | None:
        times = as_early(problem, workday, order)
        return times and (_cost_of(problem, workday, *times), times)

    return wait_for_preferred(tasks, (_cost_of(problem, workday, *early), early), priced)


def as_early(problem: Problem, workday: Workday, tasks: Sequence[Task]) -> Times | None:
    """The times with every stop as early as it can be, then leaving as late as may be; None: there are none."""
    if too_many(workday, tasks) or clash(problem, tasks):
        return None
    legs = legs_of(problem, workday, tasks)
    if too_far(workday, legs):
        return None
    table = earliest(legs, workday)
    if table is None:
        return None
    found: Times | None = (legs, table)
    if workday.rest is not None and break_due(workday.rest, table.start, table.end):
        found = with_break(legs, workday, table)
    return None if found is None or too_far(workday, *found) else found


def too_many(workday: Workday, tasks: Sequence[Task]) -> bool:
    """More stops, or more to carry, than the day may have."""
    if workday.max_stops is None and workday.capacity is None:
        return False
    return over_limits(workday, sum(task.counts for task in tasks), sum(task.load for task in tasks))


def over_limits(workday: Workday, stops: int, load: int) -> bool:
    """The same of so many stops with so much to carry."""
    if workday.max_stops is not None and stops > workday.max_stops:
        return True
    return workday.capacity is not None and load > workday.capacity


def clash(problem: Problem, tasks: Sequence[Task]) -> bool:
    """Whether two sites are visited that are to be apart.  What people fixed, all of it, stands beside each other."""
    if not problem.apart:
        return False
    firm: dict[str, bool] = {}  # site -> whether nothing there was the planner's choice
    for task in tasks:
        if task.site is not None:
            firm[task.site] = firm.get(task.site, True) and not task.flexible
    return any(a in firm and b in firm and not (firm[a] and firm[b]) for a, b in problem.apart)


def too_far(workday: Workday, legs: Sequence[Leg], table: Timetable | None = None) -> bool:
    """More driving than the day may have; a day with nothing on it drives nowhere.

    table : where the speed depends on the time, only it knows; without one as little as it can be is counted.
    """
    if workday.max_driving is None or not any(leg.target or leg.pauses for leg in legs):
        return False
    pace = legs[0].pace
    if pace is None:
        return table is None and sum(leg.seconds for leg in legs) > workday.max_driving
    if table is None:
        return sum(pace.at_least(leg.seconds) for leg in legs) > workday.max_driving
    return sum(table.driving(legs)) > workday.max_driving


@dataclass(frozen=True, slots=True)
class Spent:
    """What an order costs in seconds of driving; the seconds that it drives and waits."""

    cost: int
    driving: int
    waiting: int


def order_cost(problem: Problem, workday: Workday, tasks: Sequence[Task]) -> int | None:
    """The cost of `time_route` in seconds of driving, a little sooner; an empty day costs nothing but the way from or to a night away."""
    found = order_spent(problem, workday, tasks)
    return None if found is None else found.cost


def order_spent(problem: Problem, workday: Workday, tasks: Sequence[Task]) -> Spent | None:
    """The same, and what of it is driving and waiting."""
    if not tasks and not isinstance(workday, DayAway):
        return Spent(0, 0, 0)
    found = timetable(problem, workday, tasks)
    return None if found is None else _spent(problem, workday, *found)


def _cost_of(problem: Problem, workday: Workday, legs: Sequence[Leg], table: Timetable) -> int:
    return _spent(problem, workday, legs, table).cost


def _spent(problem: Problem, workday: Workday, legs: Sequence[Leg], table: Timetable) -> Spent:
    driving = sum(table.driving(legs))
    busy = sum(task.duration + task.follow_up for task, _, _ in table.entries)
    rest = sum(task.duration for task, _, _ in table.entries if task.kind is StopKind.BREAK)
    idle, work = table.end - table.start - driving - busy, driving + busy - rest
    disregarded = sum(not task.suits(start) for task, _, start in table.entries)
    cost = _cost(problem.params, workday, driving, idle, table.end, work)
    return Spent(cost + problem.params.preferred_price * disregarded, driving, idle)


def route_cost(params: Params, workday: Workday, route: Route) -> int:
    """Driving, waiting, overtime and unfair work of a route in seconds of driving, percentages rounded down.

    What sites prefer is left out."""
    driving = sum(stop.travel for stop in route.stops) + route.return_travel
    return _cost(params, workday, driving, waiting(workday, route), route.end, work(workday, route))


def waiting(workday: Workday, route: Route) -> int:
    """Seconds between departure and return that are neither driving, service, follow-up, break nor block."""
    rest = sum(s.end - s.start for s in route.stops if s.kind is StopKind.BREAK)
    return route.end - route.start - rest - work(workday, route)


def work(workday: Workday, route: Route) -> int:
    """Seconds of driving, service, follow-up and blocks."""
    done = sum(s.end - s.start for s in route.stops if s.kind is not StopKind.BREAK)
    desk = workday.follow_up * sum(stop.site is not None for stop in route.stops)
    return done + desk + sum(stop.travel for stop in route.stops) + route.return_travel


def unfair(params: Params, workday: Workday, work: int) -> int:
    """Price of the work beyond what is fair."""
    return 0 if workday.fair_work is None else params.unfair_percent * max(0, work - workday.fair_work) // 100


def _cost(params: Params, workday: Workday, driving: int, idle: int, end: int, work: int) -> int:
    overtime = max(0, end - workday.end)
    running = driving + params.waiting_percent * idle // 100 + params.overtime_percent * overtime // 100
    return running + unfair(params, workday, work)


def _overtime(workday: Workday, times: Times) -> int:
    return max(0, times[1].end - workday.end)
