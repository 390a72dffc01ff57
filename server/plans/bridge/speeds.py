"""Bands of speed as the planner knows them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time
from typing import Any

from planner.problem import Problem, Workday
from planner.timing import Pace
from planner.travel import SpeedBand
from server.company.models import Company
from server.core.clock import wall_seconds
from server.reps.hours import second_of, usual_hours
from server.reps.models import Rep
from server.reps.rules import minutes

SAME = 100  # percent
DAY = 86_400
SOME_WEEK = [date(2026, 1, 5 + n) for n in range(7)]  # Monday first, without a clock change anywhere
Stored = Sequence[Mapping[str, Any]]  # server.company.schemas.SpeedBandSchema


def speed_bands(bands: Stored) -> tuple[SpeedBand, ...]:
    """From the stored form, on days without a clock change."""
    return tuple(
        SpeedBand(_seconds(band["from"]), _seconds(band["to"]), band["percent"], frozenset(band["weekdays"]))
        for band in bands
    )


def area_on(bands: Stored, day: date, zone: str) -> str:
    """The area of a workday: the usual one, or on a day of 23 or 25 hours one of its own, where bands begin on the clock."""
    return day.isoformat() if bands and wall_seconds(day, time(23, 59), zone) != DAY - 60 else ""


def with_clock_changes(bands: Stored, days: Iterable[date], zone: str) -> tuple[SpeedBand, ...]:
    """All bands: the usual ones, and those of each such day.  Whoever tries what stands on it on another weekday has the usual ones."""
    usual = speed_bands(bands)
    found = list(usual)
    for day in sorted({day for day in days if area_on(bands, day, zone)}):
        others = frozenset(range(7)) - {day.weekday()}
        found += [
            replace(band, weekdays=band.weekdays & others, area=day.isoformat())
            for band in usual
            if band.weekdays & others
        ]
        found += _on(bands, day, zone)
    return tuple(found)


def _on(bands: Stored, day: date, zone: str) -> Iterator[SpeedBand]:
    """Those of a weekday in seconds that have passed; what the spring change skips is left out.

    An end in the hour that is skipped comes after times that follow it on the clock, so none begins before the one before it ends.
    """
    until = 0
    for band in sorted(bands, key=lambda band: str(band["from"])):
        if day.weekday() not in band["weekdays"]:
            continue
        start, end = max(until, second_of(day, band["from"], zone)), second_of(day, band["to"], zone)
        if start < end:
            until = end
            yield SpeedBand(start, end, band["percent"], frozenset([day.weekday()]), day.isoformat())


def usual_percent(bands: Stored, rep: Rep, company: Company) -> int:
    """The mean speed in the rep's working hours of a week, so that what is not driving can be put into driving times."""
    known, done, seconds = speed_bands(bands), 0, 0
    for day in SOME_WEEK if known else ():
        hours = usual_hours(rep, company, day)
        if hours is not None:
            pace = Pace(tuple(sorted((b for b in known if day.weekday() in b.weekdays), key=lambda b: b.start)))
            done, seconds = done + pace.done(hours[1]) - pace.done(hours[0]), seconds + hours[1] - hours[0]
    return (done + seconds // 2) // seconds if seconds else SAME


@dataclass(frozen=True)
class Joined:
    """speeds : of all parts.  workdays : of each part, in areas that no other part uses otherwise."""

    speeds: tuple[SpeedBand, ...]
    workdays: list[list[Workday]]


def joined_speeds(parts: Sequence[Problem]) -> Joined:
    """The speeds of several reps' problems in one: equal ones once, and each workday with those that it had."""
    numbers: dict[tuple[SpeedBand, ...], int] = {}
    for part in sorted(parts, key=lambda part: bool(part.speeds)):  # who has none keeps the area without a name
        numbers.setdefault(part.speeds, len(numbers))
    bands = tuple(replace(band, area=_named(numbers[speeds], band.area)) for speeds in numbers for band in speeds)
    days = [[replace(d, area=_named(numbers[part.speeds], d.area)) for d in part.workdays] for part in parts]
    return Joined(bands, days)


def _named(number: int, area: str) -> str:
    return f"{number} {area}".rstrip() if number else area


def _seconds(clock: str) -> int:
    """Since midnight on a day without a clock change."""
    return 60 * minutes(clock)
