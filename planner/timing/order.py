"""An order of tasks: its legs and times, and what the day costs."""

from __future__ import annotations

from collections.abc import Sequence

from planner.nights import DayAway
from planner.params import Params
from planner.plan import Route
from planner.problem import Problem, Workday
from planner.tasks import Task
from planner.timing.leg import Leg, Timetable
from planner.timing.legs import earliest, legs_of
from planner.timing.rest import break_due, with_break


def timetable(problem: Problem, workday: Workday, tasks: Sequence[Task]) -> tuple[list[Leg], Timetable] | None:
    if too_many(workday, tasks) or clash(problem, tasks):
        return None
    legs = legs_of(problem, workday, tasks)
    if too_far(workday, legs):
        return None
    table = earliest(legs, workday)
    if table is None:
        return None
    found: tuple[list[Leg], Timetable] | None = (legs, table)
    if workday.rest is not None and break_due(workday.rest, table.start, table.end):
        found = with_break(legs, workday, table)
    return None if found is None or too_far(workday, *found) else found


def too_many(workday: Workday, tasks: Sequence[Task]) -> bool:
    """More stops, or more to carry, than the day may have."""
    if workday.max_stops is not None and sum(task.counts for task in tasks) > workday.max_stops:
        return True
    return workday.capacity is not None and sum(task.load for task in tasks) > workday.capacity


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


def order_cost(problem: Problem, workday: Workday, tasks: Sequence[Task]) -> int | None:
    """The cost of `time_route` in seconds of driving, a little sooner; an empty day costs nothing but the way from or to a night away."""
    if not tasks and not isinstance(workday, DayAway):
        return 0
    found = timetable(problem, workday, tasks)
    if found is None:
        return None
    legs, table = found
    driving = sum(table.driving(legs))
    busy = sum(task.duration + task.follow_up for task, _, _ in table.entries)
    return _cost(problem.params, workday, driving, table.end - table.start - driving - busy, table.end)


def route_cost(params: Params, workday: Workday, route: Route) -> int:
    """Driving, waiting and overtime of a route in seconds of driving, percentages rounded down."""
    driving = sum(stop.travel for stop in route.stops) + route.return_travel
    return _cost(params, workday, driving, waiting(workday, route), route.end)


def waiting(workday: Workday, route: Route) -> int:
    """Seconds between departure and return that are neither driving, service, follow-up, break nor block."""
    worked = sum(s.end - s.start + s.travel + (workday.follow_up if s.site else 0) for s in route.stops)
    return route.end - route.start - route.return_travel - worked


def _cost(params: Params, workday: Workday, driving: int, idle: int, end: int) -> int:
    overtime = max(0, end - workday.end)
    return driving + params.waiting_percent * idle // 100 + params.overtime_percent * overtime // 100
