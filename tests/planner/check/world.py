"""A day made by hand that breaks no rule, and how to spoil it.

Home and three sites on a line: home 0, a 10, b 20, c 30 minutes; d at 400 minutes is out of reach.

    08:50  leave home
    09:00  visit a (may start from 9 to 11; due today)              until 09:30, follow-up until 09:35
    09:40  block of 20 minutes, on the way: 5 minutes of driving before it, 5 after it
    10:05  at b, where the appointment is at 10:30 (25 minutes early) until 11:30, follow-up until 11:35
    11:45  visit c (due 12 days ago, 7 days late)                   until 12:15, follow-up until 12:20
    12:20  break of 30 minutes, then 30 minutes home
    13:20  home

How late it may run: the break begins by 12:30, so c is left by then and begins by 11:55. Whoever leaves b at 11:45 is in time. The
meeting at b begins at 10:30; whoever sets out for it after the block, at 10:20, is in time. That block is at 9:40, so a is left by
then, begins by 9:05 and is set out for by 8:55.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from planner.cadence.policy import Cadence
from planner.calendar import Break, TimeWindow
from planner.params import RadiusRule
from planner.plan import Cause, Cluster, Objective, Plan, Reason, Route, Stop, StopKind, Unplanned
from planner.problem import Appointment, PlacedVisit, Problem
from tests.planner.small import MINUTE, MONDAY, at, between, problem, site, week

MONTHLY = Cadence(interval_days=28)  # tolerance 5, gap 23


def ago(days: int):
    return MONDAY - timedelta(days=days)


def small_problem() -> Problem:
    hours = tuple(between(at(9), at(11)) for _ in range(7))
    sites = [
        site("a", 1, cadence=MONTHLY, credited=(ago(28),), hours=hours),
        site("b", 2),
        site("c", 3, cadence=MONTHLY, credited=(ago(40),)),
        site("d", 4, cadence=MONTHLY, credited=(ago(27),)),
    ]
    rest = Break(TimeWindow(at(12), at(12, 30)), 30 * MINUTE)
    appointments = (
        Appointment("x", "ann", MONDAY, TimeWindow(at(10, 30), at(10, 30)), 60 * MINUTE, site="b"),
        Appointment("k", "ann", MONDAY, TimeWindow(at(9, 40), at(9, 40)), 20 * MINUTE),
    )
    return problem(
        [0, 10, 20, 30, 400],
        sites,
        week(2, rest=rest, follow_up=5 * MINUTE, max_stops=3, max_overtime=30 * MINUTE),
        appointments=appointments,
        base=(PlacedVisit("a", "ann", MONDAY + timedelta(days=1)),),
        radius=RadiusRule(metres=11_000, hard=True),
    )


def left_out() -> Unplanned:
    """d, due tomorrow: 13 hours and 20 minutes of driving there and back."""
    words = "Even as the only stop of the day, the way there, the visit and the way home take longer than a workday."
    days = (MONDAY, MONDAY + timedelta(days=1))
    until = MONDAY + timedelta(days=6)  # five days after it is due
    return Unplanned(
        "d", Reason.OUT_OF_REACH, request="d#1", days=days, cause=Cause.WORKDAY, detail=words, in_time_until=until
    )


def small_plan() -> Plan:
    minute_10 = {"travel": 600, "metres": 10_000}
    visit_a = Stop(StopKind.VISIT, at(9), at(9), at(9, 30), **minute_10, request="a#1", site="a", place=1, due=MONDAY)
    visit_a = replace(visit_a, leave_by=at(8, 55))
    block = Stop(StopKind.BLOCK, at(9, 40), at(9, 40), at(10), request="k")
    meeting = Stop(StopKind.APPOINTMENT, at(10, 5), at(10, 30), at(11, 30), **minute_10, request="x", site="b", place=2)
    meeting = replace(meeting, leave_by=at(10, 20))
    visit_c = Stop(
        StopKind.VISIT,
        at(11, 45),
        at(11, 45),
        at(12, 15),
        **minute_10,
        leave_by=at(11, 45),
        request="c#1",
        site="c",
        place=3,
        due=ago(12),
        late_days=7,
    )
    lunch = Stop(StopKind.BREAK, at(12, 20), at(12, 20), at(12, 50))
    stops = (visit_a, block, meeting, visit_c, lunch)
    # anchor b: a and c are 10 places of 0.009 degrees from it, 10.007 km
    route = Route("ann", MONDAY, at(8, 50), at(13, 20), stops, 1800, 30_000, anchor="b")
    return Plan(
        (route,),
        (left_out(),),
        Objective(
            driving=3600,  # 10 + 10 + 10 + 30 minutes
            waiting=150,  # 25 minutes at 10 %
            lateness=150,  # a day late in the horizon, half of 5400 for the 18 from the end of its window to the next
            missed=2945,  # d: window of 11 days around tomorrow, 6 of them up to tomorrow: 5400 * 6 // 11
            churn=1200,  # a was published for tomorrow
        ),
        clusters=(Cluster("ann", "b", ("a", "b", "c")), Cluster("ann", "d", ("d",))),
    )


def with_route(plan: Plan, **changes: object) -> Plan:
    return replace(plan, routes=(replace(plan.routes[0], **changes),))


def with_stop(plan: Plan, index: int, **changes: object) -> Plan:
    stops = list(plan.routes[0].stops)
    stops[index] = replace(stops[index], **changes)
    return with_route(plan, stops=tuple(stops))


def without_stop(plan: Plan, index: int) -> Plan:
    stops = list(plan.routes[0].stops)
    del stops[index]
    return with_route(plan, stops=tuple(stops))
