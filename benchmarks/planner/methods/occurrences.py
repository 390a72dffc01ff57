"""A problem as solvers see it that know no recurring visits: optional visits, each with days, windows and prices.

An account that falls due once in the horizon is exactly one occurrence.  One that falls due several times is unrolled as if
each visit came when it is due; what is tolerated around a due date is shared between a visit and the one before it, so that
whatever days are chosen, the gap between them is kept and both are credited.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from planner.cadence.requests import Chain, Window
from planner.cadence.unroll import unroll
from planner.calendar import DateRange, TimeWindow
from planner.check.cost import share
from planner.check.credit import Missed
from planner.lateness import Late, late_price
from planner.problem import Problem, Site, Workday
from planner.tasks import visit_windows

ONE_DAY = timedelta(days=1)
OVERDUE = timedelta(days=4)  # what is late already is thought to be made so long after the first day


@dataclass(frozen=True)
class Occurrence:
    """windows : index of a workday -> when service may start; late : the same -> price; miss : price of leaving it out."""

    site: str
    place: int
    service: int
    windows: Mapping[int, tuple[int, int]]
    late: Mapping[int, int]
    miss: int
    fixed: bool = False


def occurrences(problem: Problem) -> list[Occurrence]:
    """In the order of the sites.  Raises ValueError for what other solvers cannot express."""
    _expressible(problem)
    chains = unroll(problem)
    found = [_met(problem, number) for number in range(len(problem.appointments))]
    for site in problem.sites:
        if site.cadence is not None and site.place is not None:
            found += _visits(problem, site, chains[site.id])
    return [occurrence for occurrence in found if occurrence.windows]


def _expressible(problem: Problem) -> None:
    days = problem.workdays
    if len(problem.reps) > 1 or len({(d.start, d.end, d.start_place, d.end_place) for d in days}) > 1:
        raise ValueError("other solvers are given one rep with the same working hours and home every day")
    if any(d.rest or d.max_stops is not None or d.max_overtime or d.follow_up for d in days):
        raise ValueError("other solvers know no breaks, limits of stops, overtime or follow-up")
    if problem.locked or problem.base or problem.must_visits or problem.radius or problem.params.waiting_percent:
        raise ValueError("other solvers know nothing published, no must-visits, no radius, no price of waiting")
    if problem.params.miss_growth_percent and problem.params.miss_growth_most_percent:
        raise ValueError("other solvers know no visit that is dearer to leave out where the one before it was")
    rhythms = {site.id for site in problem.sites if site.cadence is not None}
    if any(item.site is None or item.site in rhythms for item in problem.appointments):
        raise ValueError("appointments are at sites without a cadence")


def _met(problem: Problem, number: int) -> Occurrence:
    item = problem.appointments[number]
    site = next(site for site in problem.sites if site.id == item.site)
    on = next(n for n, day in enumerate(problem.workdays) if day.date == item.date)
    window, price = (item.window.earliest, item.window.latest), problem.params.appointment_price
    return Occurrence(site.id, site.place or 0, item.duration, {on: window}, {on: 0}, price, True)


def _visits(problem: Problem, site: Site, chain: Chain) -> Iterator[Occurrence]:
    for window, first, last in spans(problem, chain):
        days = [n for n, day in enumerate(problem.workdays) if first <= day.date <= last]
        windows = {n: (w.earliest, w.latest) for n in days if (w := _window(site, problem.workdays[n])) is not None}
        after = chain.clock.window(window.due) if chain.clock and window.due <= problem.horizon.last else None
        missed = after and after.opens
        late = {n: lateness(problem, site, window, missed, problem.workdays[n].date) for n in windows}
        yield Occurrence(site.id, site.place or 0, site.service, windows, late, missed_price(problem, site, window))


def lateness(problem: Problem, site: Site, window: Window, missed: date | None, day: date) -> int:
    """missed : from then on the next window is open."""
    return late_price(site, Late(day, window.closes, missed), problem.horizon, problem.params)


def missed_price(problem: Problem, site: Site, window: Window, row: int = 0) -> int:
    """row : windows missed in a row before it."""
    gone = Missed(DateRange(window.opens, window.closes), (), window.due, 0)
    price = share(site.miss_price, gone, problem.horizon)
    return price + price * problem.params.miss_growth(row) // 100


def spans(problem: Problem, chain: Chain) -> Iterator[tuple[Window, date, date]]:
    """The windows that open inside the horizon; of each the first day, and the last that leaves the next visit its days."""
    window, clock, today = chain.window, chain.clock, problem.horizon.first
    if window is None or clock is None:
        return
    first: date = window.opens
    while window is not None and window.opens <= problem.horizon.last:
        nominal = today + OVERDUE if window.due < today else window.due
        beyond = clock.window(window.due) if window.due <= problem.horizon.last else None
        last = beyond.opens - ONE_DAY if beyond else problem.horizon.last
        after = clock.window(nominal) if nominal <= problem.horizon.last else None
        if after is not None and after.opens <= problem.horizon.last:
            tolerance = after.closes - after.due
            early = tolerance // 2
            yield window, first, min(last, nominal + tolerance - early)
            first = after.due - early
        else:
            yield window, first, last
        window = after


def _window(site: Site, workday: Workday) -> TimeWindow | None:
    """None: closed."""
    windows = visit_windows(site, workday)
    if len(windows) > 1:
        raise ValueError(f"site {site.id}: other solvers know one window a day")
    return windows[0] if windows else None
