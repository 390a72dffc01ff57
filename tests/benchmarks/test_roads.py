"""The judge of benchmarks.roads: what becomes of a plan on other roads than it was made with, worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np

from benchmarks.roads.driving import drive
from planner.calendar import DateRange, TimeWindow
from planner.plan import Objective, Plan, Route, Stop, StopKind
from planner.problem import Appointment, Problem, Site, Workday
from planner.travel import Place, TravelMatrix

DAY = date(2026, 3, 2)
HOUR = 3600
PLACES = (Place(0, 0), Place(0, 0.1), Place(0, 0.2))
ANY = tuple((TimeWindow(9 * HOUR, 10 * HOUR),) for _ in range(7))


def world(minutes: int, end: int = 12 * HOUR) -> Problem:
    """Home and two accounts, so many minutes between any two; begun from nine to ten, half an hour each."""
    seconds = np.full((3, 3), 60 * minutes, np.int32)
    np.fill_diagonal(seconds, 0)
    sites = tuple(Site(str(n), n, "rep", 1800, DAY, ANY) for n in (1, 2))
    matrix = TravelMatrix(seconds, seconds * 10, "osrm")
    return Problem(DateRange(DAY, DAY), PLACES, matrix, (Workday("rep", DAY, 8 * HOUR, end, 0, 0),), sites)


def stop(site: str, start: int) -> Stop:
    return Stop(StopKind.VISIT, start, start, start + 1800, 1200, 12_000, site=site, request=f"{site}:1")


# made with 20 minutes between any two: out at 8:40, there at 9:00 and, after 9:30, at 9:50
STOPS = (stop("1", 9 * HOUR), stop("2", 9 * HOUR + 3000))
PLAN = Plan((Route("rep", DAY, 8 * HOUR + 2400, 10 * HOUR + 2400, STOPS, 1200),), (), Objective())


def test_on_its_own_roads_nothing_is_missed():
    driven = drive(world(20), PLAN)
    assert (driven.planned, driven.missed, driven.late_seconds) == (2, 0, (0, 0))
    assert (driven.planned_seconds, driven.driven_seconds) == (3600, 3600)


def test_on_slower_roads_the_second_comes_after_hours():
    """30 minutes each: there at 9:10, done 9:40, 10:10 at the second, which begins visits until ten; home from the first."""
    driven = drive(world(30), PLAN)
    assert (driven.missed, driven.late_seconds, driven.driven_seconds) == (1, (600,), 3600)


def test_on_quicker_roads_one_waits_for_the_opening():
    driven = drive(world(10), PLAN)
    assert (driven.missed, driven.late_seconds, driven.driven_seconds) == (0, (0, 0), 1800)


def test_whoever_would_be_home_too_late_leaves_it_out():
    """25 minutes: there 9:05, done 9:35, there 10:00, done 10:30, home 10:55; the day ends at 10:50."""
    driven = drive(world(25, end=10 * HOUR + 3000), PLAN)
    assert (driven.missed, driven.late_seconds) == (1, (300,))


def test_a_meeting_is_missed_by_a_minute():
    roads = world(21)
    meeting = Appointment("m", "rep", DAY, TimeWindow(9 * HOUR, 9 * HOUR), 1800, "1")
    first = replace(stop("1", 9 * HOUR), kind=StopKind.APPOINTMENT, request="m")
    plan = replace(PLAN, routes=(replace(PLAN.routes[0], stops=(first, PLAN.routes[0].stops[1])),))
    driven = drive(replace(roads, appointments=(meeting,)), plan)
    assert (driven.missed, driven.missed_appointments) == (1, 1)
