"""A plan as it would go on the roads, whatever it was made with."""

from __future__ import annotations

from dataclasses import dataclass

from planner.calendar import TimeWindow
from planner.plan import Plan, Route, Stop, StopKind
from planner.problem import Problem
from planner.travel import UNREACHABLE


@dataclass(frozen=True)
class Driven:
    """What became of a plan.

    missed : visits and appointments that could not be begun in their hours, or not with the rep home by the end of the workday.
    late_seconds : of each that was made, how long after the time that was told (0: not).
    """

    planned: int = 0
    missed: int = 0
    missed_appointments: int = 0
    late_seconds: tuple[int, ...] = ()
    planned_seconds: int = 0
    driven_seconds: int = 0

    def __add__(self, other: Driven) -> Driven:
        return Driven(
            self.planned + other.planned, self.missed + other.missed, self.missed_appointments + other.missed_appointments,
            self.late_seconds + other.late_seconds, self.planned_seconds + other.planned_seconds,
            self.driven_seconds + other.driven_seconds,
        )  # fmt: skip


def drive(roads: Problem, plan: Plan) -> Driven:
    """Drive every day of a plan by the times of `roads`, the same problem with the true matrix."""
    driven = Driven()
    for route in plan.routes:
        driven += _day(roads, route)
    return driven


def _day(roads: Problem, route: Route) -> Driven:
    """The rep leaves when the plan says so, keeps its order, waits for opening hours and appointments, and leaves out what cannot
    be begun in time, or would end too late to be home when the workday ends."""
    workday = next(day for day in roads.workdays if (day.rep, day.date) == (route.rep, route.date))
    here, clock, driving = workday.start_place, route.start, 0
    planned = missed = appointments = 0
    late: list[int] = []
    for stop in route.stops:
        if stop.site is None:
            continue
        planned += 1
        there = next(site.place for site in roads.sites if site.id == stop.site)
        assert there is not None
        way, home = int(roads.travel.seconds[here, there]), int(roads.travel.seconds[there, workday.end_place])
        start = _start(roads, route, stop, clock + way)
        if way >= UNREACHABLE or start is None or start + (stop.end - stop.start) + home > workday.end:
            missed += 1
            appointments += stop.kind == StopKind.APPOINTMENT
            continue
        late.append(max(0, start - stop.start))
        here, clock, driving = there, start + (stop.end - stop.start), driving + way
    driving += int(roads.travel.seconds[here, workday.end_place])
    told = sum(stop.travel for stop in route.stops) + route.return_travel
    return Driven(planned, missed, appointments, tuple(late), told, driving)


def _start(roads: Problem, route: Route, stop: Stop, arrival: int) -> int | None:
    """When the service can begin; None: not any more."""
    for window in _windows(roads, route, stop):
        if arrival <= window.latest:
            return max(arrival, window.earliest)
    return None


def _windows(roads: Problem, route: Route, stop: Stop) -> tuple[TimeWindow, ...]:
    if stop.kind == StopKind.APPOINTMENT:
        return (next(a.window for a in roads.appointments if a.id == stop.request),)
    site = next(site for site in roads.sites if site.id == stop.site)
    if route.date in site.exceptions:
        return site.exceptions[route.date]
    return (TimeWindow(0, 2 * 86_400),) if site.hours is None else site.hours[route.date.weekday()]
