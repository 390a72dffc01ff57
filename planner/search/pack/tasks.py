"""The rows of tasks: what is to be done, and when each day would have it."""

# ruff: noqa: F403, F405  the columns are read by their bare names
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby

import numpy as np

from planner.cadence.periods import gap, period_of
from planner.cadence.policy import Cadence, Mode
from planner.calendar import DateRange, TimeWindow
from planner.problem import Site, Workday
from planner.search.layout import *
from planner.search.layout import BIG
from planner.search.pack.given import Given
from planner.search.tasks import Item
from planner.tasks import visit_windows


class _Kinds:
    """Workdays that are alike for every visit to a site, exceptions of the site left out.

    of : the number of each day's kind.  examples : a day of each kind.  follow_up : the kind's, seconds.
    """

    def __init__(self, days: Sequence[Workday]) -> None:
        first: dict[tuple, int] = {}
        self.examples: list[Workday] = []
        self.of = np.zeros(len(days), int)
        for d, day in enumerate(days):
            kind = day.date.weekday(), day.start, day.end + day.max_overtime, day.skills, day.follow_up, day.frozen
            if kind not in first:
                first[kind] = len(first)
                self.examples.append(day)
            self.of[d] = first[kind]
        self.follow_up = np.array([day.follow_up for day in self.examples], np.int32)


class TaskRows:
    """`task` and `fit`."""

    def __init__(self, given: Given) -> None:
        self.given = given
        self.likes: dict[str, int] = {}  # site -> where in `lists` it is told what it prefers on each day

    def fit(self) -> np.ndarray:
        fit = np.zeros((len(self.given.items.all), len(self.given.days), FIT_COLUMNS), np.int32)
        fit[:, :, EARLIEST], fit[:, :, SEEN_DAY], fit[:, :, SEEN_CHAIN] = 1, -1, -1
        kinds = _Kinds(self.given.days)
        usual: dict[tuple, np.ndarray] = {}  # accounts often have their hours and lengths in common
        for o, item in enumerate(self.given.items.all):
            if not self.given.items.possible(item):
                continue
            reps = (item.rep,) if item.rep else self.given.reps_of.get(item.site.id if item.site else "", ())
            days = [d for day in item.dates for d in self.given.on.get(day, ()) if self.given.days[d].rep in reps]
            site, special = item.site, days
            if site is not None and item.appointment is None and item.lock is None:
                special = [d for d in days if self.given.days[d].date in site.exceptions] if site.exceptions else []
                alike = site.hours, site.weekdays, site.skills
                if alike not in usual:
                    plain = replace(site, exceptions={})  # an example's date may be one
                    rows = [self._spans(visit_windows(plain, day)) for day in kinds.examples]
                    usual[alike] = np.array(rows, np.int32)
                fit[o, days, :4] = usual[alike][kinds.of[days]]
                fit[o, days, BUSY] = self.given.items.duration(item) + kinds.follow_up[kinds.of[days]]
            for d in special:
                fit[o, d, :5] = self._starts(item, self.given.days[d])
        return fit

    def _starts(self, item: Item, workday: Workday) -> tuple[int, int, int, int, int]:
        """The first columns of `fit`."""
        follow_up = workday.follow_up if item.site is not None else 0
        spans = self._spans(self.given.items.windows(item, workday))
        return *spans, self.given.items.duration(item) + follow_up

    def _spans(self, windows: Sequence[TimeWindow]) -> tuple[int, int, int, int]:
        """The columns of start windows; EARLIEST > LATEST: closed."""
        if not windows:
            return 1, 0, 0, 0
        first = len(self.given.lists)
        if len(windows) > 1:
            self.given.lists += [second for w in windows for second in (w.earliest, w.latest)]
        return windows[0].earliest, windows[-1].latest, first, len(self.given.lists)

    def together(self, fit: np.ndarray) -> list[list[int]]:
        """The requests of sites that are visited together, joined: each with those of the other sites with which it has most days
        in common, in date order.  The first of them stands for all, on these days; what finds no company has no days.

        What people fixed or asked for is left to itself."""
        joined: list[list[int]] = []
        bounds = {site.id: bound for site, bound in zip(self.given.items.sites, self.given.items.bounds, strict=True)}
        for group in self.given.problem.together:
            chosen = [
                [o for o in range(*bounds.get(site, (0, 0))) if self._chosen(self.given.items.all[o])] for site in group
            ]
            days = fit[:, :, EARLIEST] <= fit[:, :, LATEST]
            after, found = [0] * len(group), list[list[int]]()
            for leader in chosen[0]:
                common, company = days[leader], [leader]
                for n, others in enumerate(chosen[1:], start=1):
                    rest = others[after[n] :]
                    best = max(rest, key=lambda o: (common & days[o]).sum(), default=None)
                    if best is not None and (common & days[best]).any():
                        common = common & days[best]
                        company.append(best)
                if len(company) == len(group):
                    found.append(company)
                    after = [row.index(o) + 1 for row, o in zip(chosen, company, strict=True)]
                    fit[leader, ~common, EARLIEST], fit[leader, ~common, LATEST] = 1, 0
            alone = set().union(*chosen).difference(*found)
            fit[sorted(alone), :, EARLIEST], fit[sorted(alone), :, LATEST] = 1, 0
            joined += found
        return joined

    def _chosen(self, item: Item) -> bool:
        """Whether nobody but the cadence asks for it."""
        request = item.request
        return request is not None and not request.fixed and request.must_visit is None

    def rows(self, fit: np.ndarray, open_days: np.ndarray, mates: list[list[int]]) -> np.ndarray:
        task = np.zeros((len(self.given.items.all), TASK_COLUMNS), np.int32)
        task[:, WHERE] = task[:, PINNED] = -1
        task[:, PERIOD] = -2
        ends = len(self.given.lists) + np.cumsum(open_days.sum(axis=1))
        self.given.lists += np.nonzero(open_days)[1].tolist()
        task[:, FIRST], task[:, LAST] = ends - open_days.sum(axis=1), ends
        for o, item in enumerate(self.given.items.all):
            self._task(task[o], item)
        self._extras(task, fit, mates)
        ranges = (fit[:, :, LATEST] > fit[:, :, EARLIEST]).any(axis=1)
        task[:, FREE] = ((task[:, ROLE] != FIXED) | ranges) & open_days.any(axis=1)
        return task

    def _task(self, task: np.ndarray, item: Item) -> None:
        place, params, request = self.given.items.place(item), self.given.problem.params, item.request
        task[PLACE] = -1 if place is None else self.given.row[place]
        task[CHAIN] = item.chain
        task[COUNTS] = item.appointment is None or place is not None
        task[VISIT] = item.appointment is None
        task[CHURNS] = item.appointment is None and item.lock is None
        fixed = item.appointment is not None or item.lock is not None
        loose = request is not None and item.chain >= 0 and request in self.given.chains[request.site].loose
        task[ROLE] = FIXED if fixed else LOOSE if loose else FLEXIBLE
        if fixed:
            task[LEFT_OUT] = params.appointment_price
            if item.rep not in self.given.reps and item.chain >= 0:
                task[PINNED] = self.given.date_of(item.dates[0])
        if request is not None and request.period is not None and item.site is not None:
            task[MISS] = _share(item.site.miss_price, request.period, self.given.problem.horizon)
            task[LEAST_GAP] = request.gap
            asking = self.given.chains[request.site].periods
            before = sum(period.first < request.period.first for period in asking)
            task[PERIOD] = 2 * before - (request.period not in asking)
        elif fixed and item.site is not None and item.site.cadence is not None and item.chain >= 0:
            task[LEAST_GAP] = _gap(item.site.cadence, item.dates[0])

    def _extras(self, task: np.ndarray, fit: np.ndarray, mates: list[list[int]]) -> None:
        """What few tasks have: a load, a place in a block with combinations, sites that they may not meet."""
        links = {
            o: (after, company[0]) for company in mates for o, after in zip(company, [*company[1:], -1], strict=True)
        }
        numbers = {site.id: number for number, site in enumerate(self.given.problem.sites)}
        foes: dict[str, list[int]] = {}
        for one, two in self.given.problem.apart:
            foes.setdefault(one, []).append(numbers[two])
            foes.setdefault(two, []).append(numbers[one])
        steps = [-1] * len(task)
        for site, (first, end) in zip(self.given.items.sites, self.given.items.bounds, strict=True):
            if site.cadence is not None and site.cadence.combinations:
                task[first:end, LEAST_GAP] = site.cadence.min_gap_days
                steps[first:end] = self._steps(range(first, end), site, site.cadence)
        for o, (row, item, step) in enumerate(zip(task, self.given.items.all, steps, strict=True)):
            found = item.site
            combined = found is not None and found.cadence is not None and bool(found.cadence.combinations)
            special = combined or (found is not None and (found.newcomer or found.id in self.given.companions))
            likes = self._likes(item)
            if found is not None and (found.load or found.id in foes or special or likes):
                brief = len(self.given.lists)
                self.given.lists += fit[o, :, BUSY].tolist() if found.newcomer else []
                row[EXTRA], others = len(self.given.lists), foes.get(found.id, [])
                self.given.lists += [
                    min(found.load, BIG),
                    step,
                    numbers[found.id],
                    brief,
                    *links.get(o, (-1, -1)),
                    likes,
                    len(others),
                    *others,
                ]

    def _likes(self, item: Item) -> int:
        """Where it is told for each day where the windows are that a visit prefers; 0: it prefers none."""
        promised = item.appointment is not None or (item.lock is not None and item.lock.start is not None)
        if promised or item.site is None or not any(item.site.preferred or ()):
            return 0
        if item.site.id not in self.likes:
            by_weekday = [0] * 7
            for weekday, windows in enumerate(item.site.preferred or ()):
                if windows:
                    by_weekday[weekday] = len(self.given.lists)
                    self.given.lists += [len(windows), *(second for w in windows for second in (w.earliest, w.latest))]
            self.likes[item.site.id] = len(self.given.lists)
            self.given.lists += [by_weekday[day.date.weekday()] for day in self.given.days]
        return self.likes[item.site.id]

    def _steps(self, members: range, site: Site, cadence: Cadence) -> list[int]:
        """The visits of each block in which only its combinations decide are numbered, the others are -1."""
        steps = list[int]()
        items = [self.given.items.all[o] for o in members]
        for period, group in groupby(items, key=lambda item: item.request.period if item.request else None):
            block = list(group)
            free = period is not None and all(self._chosen(item) for item in block)
            whole = len(block) == cadence.visits and not any(day in period for day in site.credited if period)
            steps += range(len(block)) if free and whole else [-1] * len(block)
        return steps


def _gap(cadence: Cadence, day: date) -> int:
    """Days from the visit before to one on `day` that belongs to no period of the chain, because it comes too soon."""
    return 0 if cadence.mode is Mode.ROLLING else gap(cadence, period_of(cadence, day))


def _share(price: int, window: DateRange, horizon: DateRange) -> int:
    """Of a window that goes on after the horizon only the part before its end is priced; what is past is due now."""
    return price * max(0, (min(window.last, horizon.last) - window.first).days + 1) // len(window)
