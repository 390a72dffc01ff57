"""What a period takes against what there is, without planning anything: good to some ten percent, in milliseconds.

A day of D seconds has room for v = (D - 2 h) / (s + n) visits: h is the usual way from home, s a visit with its follow-up,
n the way from one account to the next.  So many visits take visits / v days.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, median

import numpy as np

from planner.draft.dates import SiteDates
from planner.problem import Problem, Site, Workday
from planner.travel import UNREACHABLE

WORKING_WEEK = frozenset(range(5))  # what is not known of a week is taken for a day of Monday to Friday
NEAREST = 3  # accounts around each one among which the next stop of a good day is


@dataclass(frozen=True, slots=True)
class Need:
    """Of one rep.  visits : a week; needed, available : seconds a week, driving included, breaks and blocks left out."""

    rep: str
    visits: float
    needed: int
    available: int

    @property
    def missing(self) -> int:
        """Seconds a week; 0: there is enough."""
        return max(0, self.needed - self.available)


def weeks(problem: Problem, rep: str) -> float:
    """The length of the period for a rep: its working time in working weeks, so that Monday to Friday of next week is two.

    A weekday is as long as the longest of the period; those from Monday to Friday that the period does not have are like the mean of
    those that it has.  A rep who does not work has calendar weeks.
    """
    days = [day for day in problem.workdays if day.rep == rep]
    total = sum(_working(day) for day in days)
    if not total:
        return len(problem.horizon) / 7
    usual: dict[int, int] = {}
    for day in days:
        weekday = day.date.weekday()
        usual[weekday] = max(usual.get(weekday, 0), _working(day))
    unknown = WORKING_WEEK.difference(day.weekday() for day in problem.horizon)
    return total / (sum(usual.values()) + len(unknown) * fmean(usual.values()))


def estimate(problem: Problem, rep: str) -> Need:
    """What the sites that `rep` owns ask for in the period."""
    days = [day for day in problem.workdays if day.rep == rep]
    sites = [site for site in problem.sites if site.owner == rep and site.place is not None]
    asked = {site.id: _asked(problem, site) for site in sites}
    visits = sum(asked.values())
    blocks = sum(a.duration for a in problem.appointments if a.rep == rep and a.place is None and a.site is None)
    available = sum(_working(day) for day in days) - blocks
    total = weeks(problem, rep)
    if not days or not visits:
        return Need(rep, visits / total, 0, round(available / total))
    work = _day_for(problem, sites, days, [asked[site.id] for site in sites])
    needed = round(work * visits)
    return Need(rep, visits / total, round(needed / total), round(available / total))


def _asked(problem: Problem, site: Site) -> int:
    """Visits that fall due in the period, each counted from the due date of the one before."""
    missed = SiteDates(site, problem.horizon).judge([]).missed
    return sum(window.due <= problem.horizon.last for window in missed)


def _working(day: Workday) -> int:
    return day.end - day.start - (day.rest.duration if day.rest else 0)


def _day_for(problem: Problem, sites: Sequence[Site], days: Sequence[Workday], asked: Sequence[int]) -> float:
    """Seconds of working time that one visit takes, its share of the way from and to home included."""
    places = np.array([site.place for site in sites])
    seconds = problem.travel.seconds
    day = fmean(_working(each) for each in days)
    service = float(np.average([site.service for site in sites], weights=asked)) + fmean(d.follow_up for d in days)
    between = seconds[np.ix_(places, places)].astype(float)
    np.fill_diagonal(between, np.inf)
    near = np.sort(between, axis=1)[:, : min(NEAREST, len(sites) - 1)]
    usual = near[near < UNREACHABLE]
    step = service + (float(usual.mean()) if usual.size else 0.0)
    home = [w for d in days[:1] for p in places for w in (seconds.item(d.start_place, p), seconds.item(p, d.end_place))]
    reachable = [way for way in home if way < UNREACHABLE]
    way = 2 * median(reachable) if reachable else 0
    room = max(1.0, (day - way) / step) if step else 1.0
    return day / room
