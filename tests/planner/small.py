"""Tiny problems on a line: one place each kilometre (or wherever told), one minute's drive between neighbours."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import numpy as np

from planner.calendar import DateRange, TimeWindow
from planner.problem import Problem, Site, Workday
from planner.travel import Place, TravelMatrix

MONDAY = date(2026, 3, 2)
HOUR, MINUTE = 3600, 60


def at(hour: int, minute: int = 0) -> int:
    return hour * HOUR + minute * MINUTE


def between(first: int, last: int) -> tuple[TimeWindow, ...]:
    return (TimeWindow(first, last),)


def line(minutes: Sequence[float]) -> tuple[tuple[Place, ...], TravelMatrix]:
    """Places at these minutes of driving along a line; metres are 1,000 a minute."""
    here = np.asarray(minutes, dtype=float)
    away = np.abs(here[:, None] - here)
    places = tuple(Place(0.0, float(m) * 0.009) for m in minutes)  # about a kilometre a minute
    return places, TravelMatrix(np.rint(away * 60).astype(np.int32), np.rint(away * 1000).astype(np.int32))


def site(id: str, place: int | None, **more: object) -> Site:
    values: dict = {"owner": "ann", "service": 30 * MINUTE, "active_from": MONDAY} | more
    return Site(id=id, place=place, **values)


def workday(day: date = MONDAY, rep: str = "ann", **more: object) -> Workday:
    values: dict = {"start": at(8), "end": at(17), "start_place": 0, "end_place": 0} | more
    return Workday(rep=rep, date=day, **values)


def week(count: int = 5, rep: str = "ann", **more: object) -> tuple[Workday, ...]:
    return tuple(workday(MONDAY + timedelta(days=n), rep, **more) for n in range(count))


def problem(minutes: Sequence[float], sites: Iterable[Site], workdays: Iterable[Workday], **more: object) -> Problem:
    places, travel = line(minutes)
    days = tuple(workdays)
    last = max((day.date for day in days), default=MONDAY)
    values: dict = {"horizon": DateRange(MONDAY, last)} | more
    return Problem(places=places, travel=travel, workdays=days, sites=tuple(sites), **values)
