"""Column generation with smoothed prizes, until time is up or the bound meets the program."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

import numpy as np

from benchmarks.planner.bound.dates import Meeting, Rhythm
from benchmarks.planner.bound.master import Master
from benchmarks.planner.bound.tours import MINUTE, Day, metric
from benchmarks.planner.judge import Orders
from planner.cadence.unroll import unroll
from planner.problem import Problem, Site, Workday
from planner.tasks import visit_windows

TOWARDS_BEST = 0.75  # how far prizes are drawn towards the best ones known
NEAREST = 3  # sites that each one remembers at first
CLOSE = 0.001  # program and bound this near (relatively): time for larger memories
CLOSED = 0.5  # seconds: closer together, program and bound are the same
ROUNDING = 0.01  # seconds, far more than the sums of floating point numbers can be wrong by


@dataclass
class Bound:
    """`value` is proven; `program` is what column generation would reach with more time (not proven while it goes on)."""

    value: float = -np.inf
    program: float = np.inf
    rounds: int = 0
    seconds: float = 0.0
    prizes: np.ndarray | None = field(default=None, repr=False)


def lower_bound(
    problem: Problem, seconds: float, memory: int = 10, plan: Orders | None = None, log: bool = False
) -> Bound:
    """The highest bound found in so much processor time.

    memory : most sites that a site remembers; it begins with few and learns from the tours that come back.
    plan : a good plan to begin with; without it the first rounds are spent on finding tours at all.
    Raises ValueError for what the bound does not know (see dates.py).
    """
    work = _Work(problem)
    if plan is not None:
        work.know(plan)
    bound, began = Bound(), time.process_time()
    work.improve(bound, memory, began, seconds, log)
    bound.seconds = time.process_time() - began
    return bound


class _Work:
    def __init__(self, problem: Problem) -> None:
        if problem.locked or problem.base or problem.must_visits or any(a.site is None for a in problem.appointments):
            raise ValueError("the bound knows nothing published, no must-visits, and appointments at sites only")
        self.problem, chains = problem, unroll(problem)
        self.metric = metric(problem.travel.seconds)
        meetings = {item.site: item for item in problem.appointments}
        self.sites: list[Rhythm | Meeting] = []
        self.places: list[Site] = []
        for site in problem.sites:
            if site.place is None or (site.cadence is None and site.id not in meetings):
                continue
            if site.id in meetings and site.cadence is None:
                self.sites.append(Meeting(meetings[site.id].date, problem.params.appointment_price))
            else:
                open_days = {day.date for day in problem.workdays if visit_windows(site, day)}
                self.sites.append(Rhythm(problem, site, chains[site.id], open_days))
            self.places.append(site)
        self.meetings = meetings
        self.days = [self._day(workday) for workday in problem.workdays]
        self.master = Master(self.sites, [workday.date for workday in problem.workdays])
        for s, site in enumerate(self.sites):
            self.master.add_dates(s, site.cheapest(dict.fromkeys(site.days, 1e9))[1])
            self.master.add_dates(s, site.cheapest({})[1])

    def _day(self, workday: Workday) -> Day:
        inside = [
            s for s, site in enumerate(self.sites)
            if workday.date in site.days and self.places[s].owner in (None, workday.rep)
        ]  # fmt: skip
        windows = [self._window(self.places[s], workday) for s in inside]
        stays = [self._stays(self.places[s]) + workday.follow_up for s in inside]
        if any(stay < MINUTE for stay in stays):
            raise ValueError("the bound needs visits of at least a minute")
        places = [self.places[s].place or 0 for s in inside]
        cost = self.metric[np.ix_([workday.start_place, *places], [workday.end_place, *places])]
        lasts = (cost + np.array([0, *stays], dtype=np.int64)[:, None]) // MINUTE
        opens, closes = (np.array([w[k] // MINUTE for w in windows], np.int64) for k in (0, 1))
        end = (workday.end + workday.max_overtime) // MINUTE
        return Day(np.array(inside, np.int64), cost.astype(float), lasts, opens, closes, workday.start // MINUTE, end)

    def _window(self, site: Site, workday: Workday) -> tuple[int, int]:
        meeting = self.meetings.get(site.id)
        windows = (meeting.window,) if meeting else visit_windows(site, workday)
        return windows[0].earliest, windows[-1].latest

    def _stays(self, site: Site) -> int:
        meeting = self.meetings.get(site.id)
        return meeting.duration if meeting else site.service

    def know(self, plan: Orders) -> None:
        """Put the tours and the dates of a plan into the program."""
        number = {site.id: s for s, site in enumerate(self.places)}
        dates: dict[int, dict[date, float]] = {}
        for n, workday in enumerate(self.problem.workdays):
            tour = [number[name] for name in plan.get(workday.date, ())]
            if tour:
                self.master.add_tour(n, tour, self._driving(n, tour))
            for s in tour:
                dates.setdefault(s, {})[workday.date] = -1e9
        for s, days in dates.items():
            self.master.add_dates(s, self.sites[s].cheapest(days)[1])

    def _driving(self, n: int, tour: Sequence[int]) -> float:
        day = self.days[n]
        rows = [0, *(int(np.flatnonzero(day.sites == s)[0]) + 1 for s in tour), 0]
        return float(sum(day.cost[a, b] for a, b in pairwise(rows)))

    def improve(self, bound: Bound, memory: int, began: float, seconds: float, log: bool) -> None:
        for day in self.days:
            day.remember_nearest(min(NEAREST, memory))
        drawn = TOWARDS_BEST
        while (spent := time.process_time() - began) < seconds:
            if (solved := self.master.solve()) is None:
                return  # whatever bound there is holds
            bound.program, proposed = solved
            best = bound.prizes if bound.prizes is not None else proposed
            trial = drawn * best + (1 - drawn) * proposed
            value, new = self.price(trial)
            bound.rounds += 1
            if value > bound.value:
                bound.value, bound.prizes = value, trial
            if log:
                print(f"{spent:7.1f} s  program {bound.program:11.0f}  bound {bound.value:11.0f}  +{new}", flush=True)
            near = bound.program - bound.value < CLOSE * bound.program
            if (near or (new == 0 and drawn == 0)) and self.learn(memory):
                drawn = TOWARDS_BEST
            elif bound.program - bound.value < CLOSED or (new == 0 and drawn == 0):
                return
            else:
                drawn = max(0.0, drawn - 0.25) if new == 0 else TOWARDS_BEST

    def learn(self, memory: int) -> bool:
        """Larger memories where tours of the program come back to a site; whether there were such."""
        learned = [self.days[n].learn(tour, memory) for n, tour in self.master.used_repeating]
        if any(learned):
            self.master.drop_repeating()
        return any(learned)

    def price(self, values: np.ndarray) -> tuple[float, int]:
        """The bound that these prizes give, and how many new columns they bring."""
        total, new = -ROUNDING, 0
        prizes = self.master.prizes(values)
        for s, site in enumerate(self.sites):
            value, dates = site.cheapest(prizes[s])
            total += value
            new += self.master.add_dates(s, dates)
        for n, (day, workday) in enumerate(zip(self.days, self.problem.workdays, strict=True)):
            prize = np.array([prizes[s][workday.date] for s in day.sites])
            value, tours = day.cheapest(prize)
            total += value
            new += sum(self.master.add_tour(n, tour, self._driving(n, tour)) for tour in tours)
        return total, new
