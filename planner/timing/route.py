"""The Route of an order of tasks, made new or found to hold as it was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from planner.nights import DayAway
from planner.plan import Route, Stop, StopKind
from planner.problem import Problem, Workday
from planner.tasks import Task
from planner.timing.latest import leave_by_goals
from planner.timing.leg import Leg, Timetable
from planner.timing.legs import earliest, legs_of
from planner.timing.order import clash, timetable, too_far, too_many
from planner.timing.rest import break_due, break_task
from planner.timing.windows import not_before


def time_route(problem: Problem, workday: Workday, tasks: Sequence[Task], anchor: str | None = None) -> Route | None:
    """Times for `tasks` in this order, or None if there are none (or more stops than the day may have).

    O(n) without a break, O(n^2) with one; no other order is tried.
    """
    found = timetable(problem, workday, tasks)
    return found and _route(problem, workday, *found, anchor)


def replay(
    problem: Problem, workday: Workday, tasks: Sequence[Task], route: Route, anchor: str | None = None
) -> Route | None:
    """A route that was made before, if the day still allows exactly it: the same order, starts and place of the break.

    None: not so any more.  O(n) also with a break, for which no other place is looked at.
    """
    breaks = [n for n, stop in enumerate(route.stops) if stop.kind is StopKind.BREAK]
    starts = [stop.start for stop in route.stops if stop.kind is not StopKind.BREAK]
    if (
        len(starts) != len(tasks)
        or len(breaks) > (workday.rest is not None)
        or too_many(workday, tasks)
        or clash(problem, tasks)
    ):
        return None
    order = [not_before(task, start) for task, start in zip(tasks, starts, strict=True)]
    for n in breaks:
        assert workday.rest is not None
        order.insert(n, not_before(break_task(workday.rest), route.stops[n].start))
    legs = legs_of(problem, workday, order)
    begun = replace(workday, start=max(workday.start, min(route.start, workday.end)))  # it may be better to leave later
    table = None if too_far(workday, legs) else earliest(legs, begun)
    if (
        table is None
        or too_far(workday, legs, table)
        or (not breaks and workday.rest is not None and break_due(workday.rest, table.start, table.end))
    ):
        return None
    return route if _route(problem, workday, legs, table, anchor) == route else None


def _route(problem: Problem, workday: Workday, legs: list[Leg], table: Timetable, anchor: str | None) -> Route:
    leave_by = leave_by_goals(legs, workday, {id(task): start + task.duration for task, _, start in table.entries})
    metres = {id(leg.target): problem.travel.metres.item(leg.origin, leg.place) for leg in legs}
    seconds = {id(leg.target): driven for leg, driven in zip(legs, table.driving(legs), strict=True)}
    stops = tuple(
        Stop(
            task.kind,
            arrival,
            start,
            start + task.duration,
            seconds.get(id(task), 0),
            metres.get(id(task), 0),
            leave_by.get(id(task)),
            task.request,
            task.site,
            task.place,
            task.due,
            task.late_days,
        )
        for task, arrival, start in table.entries
    )
    home = id(None)
    nights = (workday.morning, workday.night) if isinstance(workday, DayAway) else ()
    return Route(workday.rep, workday.date, table.start, table.end, stops, seconds[home], metres[home], anchor, *nights)
