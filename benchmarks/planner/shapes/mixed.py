"""Towns and countryside, four segments, more due than there is time: the shape on which the goals are set.

Every visit that falls due is a site of its own with its own days, as if no visit moved the next one.  So other solvers can
plan exactly the same problem, and a lower bound is as simple as it can be.  Times are whole minutes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

import numpy as np

from benchmarks.planner.shapes.accounts import HOUR, MINUTE, MONDAY, PARAMS, REP, Day, on_plane, working_dates
from planner.cadence.policy import Cadence
from planner.calendar import DateRange, TimeWindow
from planner.problem import Appointment, Problem, Site, Workday
from planner.travel import Place, TravelMatrix

CENTRE = Place(0.5, 0.0)
DAY = Day()


@dataclass(frozen=True)
class Segment:
    """Days between visits, days of tolerance, and prices in minutes: of a day late, of a visit left out."""

    interval: int
    tolerance: int
    late: int
    miss: int


SEGMENTS = (Segment(7, 1, 12, 240), Segment(14, 3, 8, 150), Segment(28, 6, 4, 90), Segment(84, 17, 2, 45))
# Percent of the accounts in each segment, by the number of accounts: a little more than the days can hold.
SHARES = {150: (5, 20, 45, 30), 300: (2, 6, 30, 62)}
HOURS = ((8, 18), (9, 12), (10, 17), (9, 18), (13, 17))
HOURS_SHARES = (40, 12, 20, 18, 10)
SERVICES = (20, 20, 25, 30, 30, 40, 60)
LEAST_SHARE = 0.1  # of the price of a visit that may as well be made after the horizon


def problem(accounts: int, workdays: int, seed: int) -> Problem:
    rng = Random(f"mixed {accounts} {workdays} {seed}")
    points = _points(rng, accounts)
    seconds = _travel(rng, points)
    dates = working_dates(workdays)
    horizon = DateRange(MONDAY, MONDAY + timedelta(days=7 * ((workdays + 4) // 5) - 1))
    shares = SHARES[min(SHARES, key=lambda n: abs(n - accounts))]
    sites = []
    for place in range(1, accounts + 1):
        sites += _account(rng, place, rng.choices(SEGMENTS, shares)[0], dates, horizon, len(sites))
    appointments = _appointments(rng, sites, dates, seconds, max(1, accounts // 20))
    fixed = {item.site for item in appointments}
    return Problem(
        horizon, tuple(on_plane(x, y, CENTRE) for x, y in points), TravelMatrix(seconds, seconds.copy()),
        tuple(Workday(REP, day, DAY.start, DAY.end, 0, 0) for day in dates),
        tuple(Site(s.id, s.place, REP, s.service, MONDAY) if s.id in fixed else s for s in sites), appointments,
        params=PARAMS,
    )  # fmt: skip


def _points(rng: Random, accounts: int) -> list[tuple[float, float]]:
    """Kilometres: home near the largest of four towns, three accounts in ten anywhere in the country."""
    towns = [(0.0, 0.0), *((rng.uniform(-20, 20), rng.uniform(-20, 20)) for _ in range(3))]
    points = [(rng.uniform(-4, 4), rng.uniform(-4, 4))]
    for _ in range(accounts):
        if rng.random() < 0.7:
            x, y = rng.choices(towns, (45, 18, 18, 19))[0]
            points.append((rng.gauss(x, 3), rng.gauss(y, 3)))
        else:
            points.append((rng.uniform(-25, 25), rng.uniform(-25, 25)))
    return points


def _travel(rng: Random, points: list[tuple[float, float]]) -> np.ndarray:
    """Three minutes to park and walk, the first 5 km at 28 km/h, then 62; the two directions differ by up to a sixth."""
    seconds = np.zeros((len(points), len(points)), np.int32)
    for i, one in enumerate(points):
        for j, other in enumerate(points):
            if i != j:
                km = 1.3 * math.dist(one, other)
                minutes = min(km, 5) / 28 * 60 + max(0.0, km - 5) / 62 * 60
                seconds[i, j] = MINUTE * round(3 + minutes * rng.uniform(0.92, 1.08))
    return seconds


def _account(
    rng: Random, place: int, segment: Segment, dates: list[date], horizon: DateRange, number: int
) -> list[Site]:
    """A site for each time that the account falls due; the first due date is up to a twentieth of an interval ago."""
    service, week = rng.choice(SERVICES) * MINUTE, _week(rng)
    due = MONDAY + timedelta(days=round(segment.interval * (1 - 1.05 * rng.random())))
    sites: list[Site] = []
    while due - timedelta(days=segment.tolerance) <= horizon.last:
        site = _occurrence(str(number + len(sites)), place, segment, service, week, due, dates, horizon)
        if site is not None:
            sites.append(site)
        due += timedelta(days=segment.interval)
    return sites


def _week(rng: Random) -> dict[int, tuple[int, int]]:
    """Hours by weekday: one account in four is closed on one of them, one in five has a short one."""
    usual = rng.choices(HOURS, HOURS_SHARES)[0]
    week = dict.fromkeys(range(5), usual)
    if rng.random() < 0.25:
        del week[rng.randrange(5)]
    if rng.random() < 0.2:
        week[rng.choice(sorted(week))] = (9, 12)
    return week


def _occurrence(
    name: str, place: int, segment: Segment, service: int, week: dict[int, tuple[int, int]], due: date,
    dates: list[date], horizon: DateRange,
) -> Site | None:  # fmt: skip
    """One visit that falls due: the clock of its cadence ends before the next window would open."""
    tolerance = timedelta(days=segment.tolerance)
    last = due + timedelta(days=segment.interval) - tolerance - timedelta(days=1)
    days = {}
    for day in dates:
        if due - tolerance <= day <= last and day.weekday() in week:
            opens, closes = (hour * HOUR for hour in week[day.weekday()])
            opens, closes = max(opens, DAY.start), min(closes, DAY.end) - service
            if opens <= closes:
                days[day] = (TimeWindow(opens, closes),)
    if not days:
        return None
    before = due - timedelta(days=segment.interval)
    window, inside = 2 * segment.tolerance + 1, (horizon.last - due + tolerance).days + 1
    least = max(1.0, LEAST_SHARE * window / inside)  # the planner prices by the share of the window in the horizon
    return Site(
        name, place, REP, service, before, ((),) * 7, days,
        cadence=Cadence(interval_days=segment.interval, tolerance_days=segment.tolerance, valid_to=last),
        credited=(before,), late_price=segment.late * MINUTE, miss_price=round(segment.miss * MINUTE * least),
    )  # fmt: skip


def _appointments(
    rng: Random, sites: list[Site], dates: list[date], seconds: np.ndarray, count: int
) -> tuple[Appointment, ...]:
    """At most one a day, at a half hour inside the hours of a visit due on it, reached from home and home again."""
    found: list[Appointment] = []
    places: set[int | None] = set()
    for day in rng.sample(dates, min(count, len(dates))):
        fitting = [s for s in sites if day in s.exceptions and s.place not in places]
        if not fitting:
            continue
        site = rng.choice(fitting)
        [window] = site.exceptions[day]
        earliest = max(window.earliest, DAY.start + int(seconds[0, site.place or 0]))
        latest = min(window.latest, DAY.end - site.service - int(seconds[site.place or 0, 0]))
        starts = [t for t in range(DAY.start, DAY.end, 30 * MINUTE) if earliest <= t <= latest]
        if starts:
            start = rng.choice(starts)
            found.append(Appointment(f"m{len(found)}", REP, day, TimeWindow(start, start), site.service, site.id))
            places.add(site.place)
    return tuple(found)
