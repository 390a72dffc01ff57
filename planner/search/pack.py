"""From a problem to the arrays of the search."""

# ruff: noqa: F403, F405  the columns are read by their bare names
from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

import numpy as np

from planner.around import apart, excess
from planner.cadence.periods import period_of, periods
from planner.cadence.policy import Cadence
from planner.cadence.requests import Chain, ClockTable, Window
from planner.calendar import DateRange
from planner.groups import companions
from planner.nights import beds, may_stay, next_day
from planner.problem import Problem, Site, Workday
from planner.search.chain import walk
from planner.search.chance import seeded
from planner.search.layout import *
from planner.search.layout import BIG, NEVER, UNLIMITED
from planner.search.refresh import refresh
from planner.search.state import State
from planner.search.tasks import Item, Items
from planner.timing import Pace, pace_of

NEAR = 40  # related tasks of a task
MOST_TASKS = 120  # on one day
NIGHTS = 30  # percent of the iterations that spend a night elsewhere, where one may
NO_NIGHTS = 30  # percent of the iterations before the first of these: an early night ties days that are not good yet
WEEKEND = 30  # the bit of a day that is in no combination


@dataclass(slots=True)
class Packed:
    """The arrays, and what their numbers stand for."""

    problem: Problem
    items: Items
    days: list[Workday]
    state: State


def pack(
    problem: Problem,
    chains: Mapping[str, Chain],
    days: Sequence[Workday],
    sites: Sequence[Site],
    reps_of: Mapping[str, Sequence[str]],
    seed: int = 0,
    ways: np.ndarray | None = None,
) -> Packed:
    """Arrays for the chains of `sites` on `days`.

    reps_of : site to the reps who may visit it; with several, the search keeps all its visits with one of them.
    ways : `both_ways(problem)`, so that the packs of one problem share it.
    """
    days = sorted(days, key=lambda day: (day.rep, day.date))
    items = Items(problem, chains, sites, list(dict.fromkeys(day.rep for day in days)))
    builder = _Builder(problem, chains, days, items, reps_of)
    state = builder.state(seed, both_ways(problem) if ways is None else ways)
    for d in range(len(days)):
        refresh(state, d)
    for c in range(len(items.sites)):
        price, _ = walk(state, c, -1, -1)
        state.chain[c, C_PRICE] = price
        state.tally[TOTAL] += price
    alone = state.task[:, CHAIN] < 0
    state.tally[TOTAL] += state.task[alone, LEFT_OUT].sum()
    return Packed(problem, items, days, state)


def both_ways(problem: Problem) -> np.ndarray:
    """(2, places, places) seconds from each place to each, and the same transposed."""
    seconds = np.minimum(problem.travel.seconds, BIG).astype(np.int32)
    return np.stack([seconds, seconds.T])


class _Kinds:
    """Workdays that are alike for every visit to a site without exceptions.

    of : the number of each day's kind.  examples : a day of each kind.
    """

    def __init__(self, days: Sequence[Workday]) -> None:
        first: dict[tuple, int] = {}
        self.examples: list[Workday] = []
        self.of = np.zeros(len(days), int)
        for d, day in enumerate(days):
            kind = day.date.weekday(), day.start, day.end + day.max_overtime, day.skills, day.follow_up
            if kind not in first:
                first[kind] = len(first)
                self.examples.append(day)
            self.of[d] = first[kind]


class _Builder:
    def __init__(
        self,
        problem: Problem,
        chains: Mapping[str, Chain],
        days: list[Workday],
        items: Items,
        reps_of: Mapping[str, Sequence[str]],
    ) -> None:
        self.problem, self.chains, self.days, self.items, self.reps_of = problem, chains, days, items, reps_of
        self.first = problem.horizon.first
        self.reps = {rep: number for number, rep in enumerate(dict.fromkeys(day.rep for day in days))}
        self.on: dict[date, list[int]] = {}
        for d, day in enumerate(days):
            self.on.setdefault(day.date, []).append(d)
        self.lists: list[int] = [0]  # nothing begins at 0
        self.paces: dict[int, int] = {}  # weekday -> where in `lists` its speeds are
        self.companions = companions(problem)
        self.likes: dict[str, int] = {}
        self.blocks: dict[tuple[date | None, int | None], tuple[int, int, int]] = {}

    def state(self, seed: int, travel: np.ndarray) -> State:
        fit = self._fit()
        mates = self._together(fit)
        open_days = fit[:, :, EARLIEST] <= fit[:, :, LATEST]
        width = min(MOST_TASKS, int(open_days.sum(axis=0).max(initial=0))) + 2
        open_days[[mate for company in mates for mate in company[1:]]] = False  # each comes with the first one
        task = self._tasks(fit, open_days, mates)
        anchors, excess = self._anchors()
        day = self._days(anchors)
        evenings = self._evenings(day)
        clock, chain = self._chains()
        tally = self._tally()
        tally[FREE_FROM] = len(self.lists)
        self.lists += np.flatnonzero(task[:, FREE]).tolist()
        tally[FREE_COUNT] = len(self.lists) - tally[FREE_FROM]
        self._nights(tally, evenings)
        route = np.zeros((len(day), ROUTE_ROWS, width), np.int32)
        drawn = np.zeros((len(day), excess.shape[1]), np.int64)
        near = _near(task, open_days, travel[0])
        lists = np.array(self.lists, np.int32)
        return State(
            task,
            fit,
            day,
            route,
            chain,
            clock,
            travel,
            excess,
            drawn,
            near,
            _bits(open_days),
            lists,
            tally,
            seeded(seed),
        )

    def _date(self, day: date) -> int:
        return (day - self.first).days

    def _fit(self) -> np.ndarray:
        fit = np.zeros((len(self.items.all), len(self.days), FIT_COLUMNS), np.int32)
        fit[:, :, EARLIEST], fit[:, :, SEEN_DAY], fit[:, :, SEEN_CHAIN] = 1, -1, -1
        kinds = _Kinds(self.days)
        usual: dict[str, np.ndarray] = {}
        for o, item in enumerate(self.items.all):
            if not self.items.possible(item):
                continue
            reps = (item.rep,) if item.rep else self.reps_of.get(item.site.id if item.site else "", ())
            days = [d for day in item.dates for d in self.on.get(day, ()) if self.days[d].rep in reps]
            site = item.site
            if site is None or item.appointment is not None or item.lock is not None or site.exceptions:
                for d in days:
                    fit[o, d, :5] = self._starts(item, self.days[d])
            else:
                if site.id not in usual:
                    usual[site.id] = np.array([self._starts(item, day) for day in kinds.examples], np.int32)
                fit[o, days, :5] = usual[site.id][kinds.of[days]]
        return fit

    def _starts(self, item: Item, workday: Workday) -> tuple[int, int, int, int, int]:
        """The first columns of `fit`; EARLIEST > LATEST: closed."""
        windows = self.items.windows(item, workday)
        if not windows:
            return 1, 0, 0, 0, 0
        follow_up = workday.follow_up if item.site is not None else 0
        first = len(self.lists)
        if len(windows) > 1:
            self.lists += [second for w in windows for second in (w.earliest, w.latest)]
        return windows[0].earliest, windows[-1].latest, first, len(self.lists), self.items.duration(item) + follow_up

    def _together(self, fit: np.ndarray) -> list[list[int]]:
        """The requests of sites that are visited together, joined: each with those of the other sites with which it has most days
        in common, in date order.  The first of them stands for all, on these days; what finds no company has no days.

        What people fixed or asked for is left to itself."""
        joined: list[list[int]] = []
        bounds = {site.id: bound for site, bound in zip(self.items.sites, self.items.bounds, strict=True)}
        for group in self.problem.together:
            chosen = [
                [o for o in range(*bounds.get(site, (0, 0))) if self._chosen(self.items.all[o])] for site in group
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

    def _tasks(self, fit: np.ndarray, open_days: np.ndarray, mates: list[list[int]]) -> np.ndarray:
        task = np.zeros((len(self.items.all), TASK_COLUMNS), np.int32)
        task[:, WHERE] = task[:, PINNED] = -1
        task[:, PERIOD] = -2
        ends = len(self.lists) + np.cumsum(open_days.sum(axis=1))
        self.lists += np.nonzero(open_days)[1].tolist()
        task[:, FIRST], task[:, LAST] = ends - open_days.sum(axis=1), ends
        for o, item in enumerate(self.items.all):
            self._task(task[o], item)
        self._extras(task, fit, mates)
        ranges = (fit[:, :, LATEST] > fit[:, :, EARLIEST]).any(axis=1)
        task[:, FREE] = ((task[:, ROLE] != FIXED) | ranges) & open_days.any(axis=1)
        return task

    def _task(self, task: np.ndarray, item: Item) -> None:
        place, params, request = self.items.place(item), self.problem.params, item.request
        task[PLACE] = -1 if place is None else place
        task[CHAIN] = item.chain
        task[COUNTS] = item.appointment is None or place is not None
        task[VISIT] = item.appointment is None
        task[CHURNS] = item.appointment is None and item.lock is None
        fixed = item.appointment is not None or item.lock is not None
        loose = request is not None and item.chain >= 0 and request in self.chains[request.site].loose
        task[ROLE] = FIXED if fixed else LOOSE if loose else FLEXIBLE
        if fixed:
            task[LEFT_OUT] = params.appointment_price
            if item.rep not in self.reps and item.chain >= 0:
                task[PINNED] = self._date(item.dates[0])
        elif request is not None and request.must_visit is not None:
            task[LEFT_OUT] = params.must_price
        if request is not None and request.period is not None and item.site is not None:
            task[MISS] = _share(item.site.miss_price, request.period, self.problem.horizon)
            task[LEAST_GAP] = request.gap
            asking = self.chains[request.site].periods
            before = sum(period.first < request.period.first for period in asking)
            task[PERIOD] = 2 * before - (request.period not in asking)

    def _extras(self, task: np.ndarray, fit: np.ndarray, mates: list[list[int]]) -> None:
        """What few tasks have: a load, a place in a block with combinations, sites that they may not meet."""
        links = {
            o: (after, company[0]) for company in mates for o, after in zip(company, [*company[1:], -1], strict=True)
        }
        numbers = {site.id: number for number, site in enumerate(self.problem.sites)}
        foes: dict[str, list[int]] = {}
        for one, two in self.problem.apart:
            foes.setdefault(one, []).append(numbers[two])
            foes.setdefault(two, []).append(numbers[one])
        steps = [-1] * len(task)
        for site, (first, end) in zip(self.items.sites, self.items.bounds, strict=True):
            if site.cadence is not None and site.cadence.combinations:
                task[first:end, LEAST_GAP] = site.cadence.min_gap_days
                steps[first:end] = self._steps(end - first, site, site.cadence)
        for o, (row, item, step) in enumerate(zip(task, self.items.all, steps, strict=True)):
            found = item.site
            combined = found is not None and found.cadence is not None and bool(found.cadence.combinations)
            special = combined or (found is not None and (found.newcomer or found.id in self.companions))
            likes = self._likes(item)
            if found is not None and (found.load or found.id in foes or special or likes):
                brief = len(self.lists)
                self.lists += fit[o, :, BUSY].tolist() if found.newcomer else []
                row[EXTRA], others = len(self.lists), foes.get(found.id, [])
                self.lists += [
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
                    by_weekday[weekday] = len(self.lists)
                    self.lists += [len(windows), *(second for w in windows for second in (w.earliest, w.latest))]
            self.likes[item.site.id] = len(self.lists)
            self.lists += [by_weekday[day.date.weekday()] for day in self.days]
        return self.likes[item.site.id]

    def _steps(self, count: int, site: Site, cadence: Cadence) -> list[int]:
        """The visits of each block in which only its combinations decide are numbered, the others are -1."""
        requests, steps = self.chains[site.id].requests, list[int]()
        if count != len(requests):
            return [-1] * count
        for period, members in groupby(requests, key=lambda request: request.period):
            block = list(members)
            free = all(not request.fixed and request.must_visit is None for request in block)
            whole = len(block) == cadence.visits and not any(day in period for day in site.credited if period)
            steps += range(len(block)) if free and whole else [-1] * len(block)
        return steps

    def _anchors(self) -> tuple[dict[str, tuple[int, int]], np.ndarray]:
        """Columns of each rep's anchors, and the price of every task's way beyond their radius."""
        rule = self.problem.radius
        none: dict[str, tuple[int, int]] = dict.fromkeys(self.reps, (0, 0))
        empty = np.zeros((len(self.items.all), 0), np.int64)
        if rule is None:
            return none, empty
        columns, blocks = dict(none), []
        exempt = np.array([self._exempt(item) for item in self.items.all], bool)
        places = np.array([self.items.place(item) or 0 for item in self.items.all], int)
        count = 0
        for rep in self.reps:
            own = (s for s in self.items.sites if rep in self.reps_of.get(s.id, ()))
            around = np.array([s.place for s in own if s.place is not None], int)
            beyond = excess(rule, apart(self.problem, places, around), BIG)
            beyond = _undominated(np.where(exempt[:, None], 0, beyond))
            if beyond.any():
                columns[rep] = (count, count + beyond.shape[1])
                blocks.append(beyond)
                count += beyond.shape[1]
        return columns, np.ascontiguousarray(np.hstack([empty, *blocks]))

    def _exempt(self, item: Item) -> bool:
        """Appointments, locked visits and must-visits are excepted from the radius."""
        return item.appointment is not None or item.lock is not None or bool(item.request and item.request.must_visit)

    def _days(self, anchors: dict[str, tuple[int, int]]) -> np.ndarray:
        rows = np.zeros((len(self.days), DAY_COLUMNS), np.int64)
        for row, day in zip(rows, self.days, strict=True):
            row[START], row[END], row[LIMIT] = day.start, day.end, day.end + day.max_overtime
            row[ORIGIN], row[GOAL] = day.start_place, day.end_place
            if day.rest is not None and day.rest.window.latest > day.start:
                row[REST_FROM], row[REST_TO] = day.rest.window.earliest, day.rest.window.latest
                row[REST] = day.rest.duration
            row[MOST] = MOST_TASKS if day.max_stops is None else day.max_stops
            row[CAPACITY] = UNLIMITED if day.capacity is None else min(day.capacity, UNLIMITED - 1)
            row[FARTHEST] = BIG if day.max_driving is None else day.max_driving
            row[FAIR] = UNLIMITED if day.fair_work is None else day.fair_work
            row[TWIN], row[PACE] = -1, self._pace(day) if self.problem.speeds else 0
            row[DATE], row[REP], row[MARK] = self._date(day.date), self.reps[day.rep], -1
            row[ANCHOR], row[ANCHORS_END] = anchors[day.rep]
        for twins in self.on.values():
            rows[twins[:-1], TWIN] = twins[1:]
        return rows

    def _evenings(self, rows: np.ndarray) -> list[int]:
        """Tell each day which one follows, where the night between them may be spent away; returns these days."""
        at = {(day.rep, day.date): d for d, day in enumerate(self.days)}
        rows[:, NIGHT] = rows[:, MORNING] = rows[:, NEXT] = rows[:, BEST_NIGHT] = -1
        rows[:, HOME_ORIGIN], rows[:, HOME_GOAL] = rows[:, ORIGIN], rows[:, GOAL]
        for d, day in enumerate(self.days):
            after = at.get(next_day((day.rep, day.date)), -1)
            if after >= 0 and may_stay(self.problem, day, self.days[after]):
                rows[d, NEXT] = after
        return np.flatnonzero(rows[:, NEXT] >= 0).tolist() if beds(self.problem) else []

    def _nights(self, tally: np.ndarray, evenings: list[int]) -> None:
        rule = self.problem.nights
        tally[EVENINGS_FROM], tally[EVENINGS], tally[NIGHT_DAY] = len(self.lists), len(evenings), -1
        self.lists += evenings
        if rule is not None and evenings:
            tally[NIGHT_PRICE], tally[HOTELS_FROM], tally[HOTELS_COUNT] = rule.price, len(self.lists), len(rule.hotels)
            tally[AT_SITES], tally[FROM_HOME] = rule.at_sites, rule.min_from_home
            tally[NIGHTS_SHARE], tally[NIGHTS_AFTER] = NIGHTS, NO_NIGHTS
            self.lists += rule.hotels

    def _pace(self, day: Workday) -> int:
        """Write down the speeds of a weekday; returns where."""
        weekday = day.date.weekday()
        if weekday not in self.paces:
            self.paces[weekday], pace = len(self.lists), pace_of(self.problem, day) or Pace(())
            self.lists += [len(pace.starts), pace.fastest]
            for start, percent in zip(pace.starts, pace.percents, strict=True):
                self.lists += [start, percent, pace.done(start)]
        return self.paces[weekday]

    def _chains(self) -> tuple[np.ndarray, np.ndarray]:
        rows = np.zeros((len(self.items.sites), CHAIN_COLUMNS), np.int64)
        clocks: list[np.ndarray] = []
        start = 0
        locked = {(lock.site, lock.rep, lock.date) for lock in self.problem.locked}
        published: dict[str, list[date]] = {}
        for visit in self.problem.base:
            if (visit.site, visit.rep, visit.date) not in locked:
                published.setdefault(visit.site, []).append(visit.date)
        for row, site, (first, end) in zip(rows, self.items.sites, self.items.bounds, strict=True):
            chain = self.chains[site.id]
            row[FIRST_MEMBER], row[END_MEMBER], row[CLOCK], row[C_MARK], row[CHANGER] = first, end, -1, -1, -1
            row[IN_ORDER] = end - first == len(chain.requests)
            row[ROW] = self._row(chain)
            row[NEWCOMER] = (site.first_service or 0) - site.service if site.newcomer else 0
            row[GROUPED] = site.id in self.companions
            row[ONE_REP] = len(self.reps_of.get(site.id, ())) > 1 and not site.shared
            if site.cadence is not None and site.cadence.combinations:
                row[COMBINED] = self._combinations(site, site.cadence)
            row[LATE_PRICE], row[BASE] = site.late_price, len(self.lists)
            self.lists += [self._date(day) for day in sorted(published.get(site.id, ()))]
            row[BASE_END] = len(self.lists)
            if chain.clock is not None and chain.window is not None:
                row[CLOCK], row[CLOCK_FROM] = start, self._date(chain.clock.first)
                row[CLOCK_DAYS] = len(chain.clock)
                clocks.append(self._clock(chain.clock, site))
                row[OPENS_0 : MISS_0 + 1] = self._window(chain.window, site)
                gap = site.cadence.min_gap_days if site.cadence else 1
                row[SOONEST_0] = self._date(chain.previous) + gap if chain.previous else -NEVER
                start += len(clocks[-1])
        clock = np.vstack([np.zeros((0, 5), np.int32), *clocks])
        return np.ascontiguousarray(clock), rows

    def _row(self, chain: Chain) -> int:
        """Windows missed before the first one; of a quota or pattern where a period would stand that had the last visit."""
        if chain.clock is not None:
            return chain.missed
        asks_at_once = bool(chain.periods) and chain.periods[0].first <= self.first
        return -2 * chain.missed - 2 if chain.missed >= 0 else 0 if asks_at_once else -1

    def _combinations(self, site: Site, cadence: Cadence) -> int:
        """Write down combinations of days in numbers; returns where."""
        blocks, dates, on = self._blocks(cadence)
        first = list(_working(period_of(cadence, self.first)))
        history = sum(1 << n for n, day in enumerate(first) if day in site.credited)
        previous = self._date(site.credited[-1]) if site.credited else -NEVER
        at, masks = len(self.lists), [sum(1 << n for n in numbers) for numbers in cadence.combinations]
        self.lists += [
            len(masks),
            cadence.visits or 0,
            blocks,
            dates,
            cadence.block_workdays or 0,
            on,
            history,
            previous,
        ]
        self.lists += masks + [n for numbers in cadence.combinations for n in numbers]
        return at

    def _blocks(self, cadence: Cadence) -> tuple[int, int, int]:
        """Where in `lists` the blocks of such a pattern are told by date, and the dates and days by block."""
        key = cadence.anchor, cadence.block_workdays
        if key not in self.blocks:
            blocks, dates = len(self.lists), []
            for number, period in enumerate(periods(cadence, self.problem.horizon)):
                working = list(_working(period))
                inside = [day for day in period if day in self.problem.horizon]
                self.lists += [32 * number + (working.index(d) if d in working else WEEKEND) for d in inside]
                dates += [self._date(day) if day in self.problem.horizon else -1 for day in working]
            on = len(self.lists) + len(dates)
            self.lists += dates
            self.lists += [self.on.get(day, [-1])[0] for day in self.problem.horizon]
            self.blocks[key] = blocks, on - len(dates), on
        return self.blocks[key]

    def _clock(self, table: ClockTable, site: Site) -> np.ndarray:
        """The columns of `clock`: those of the table, and the price of missing each window as `_window` has it."""
        never, horizon_last = table.columns[:, :1] == NEVER, self._date(self.problem.horizon.last)
        columns = np.where(never, NEVER, table.columns.astype(np.int64) + self._date(table.first))
        opens, last = columns[:, 0], np.maximum(columns[:, 0], columns[:, 2])
        inside = np.maximum(0, np.minimum(last, horizon_last) - opens + 1)
        prices = np.where(never[:, 0], 0, site.miss_price * inside // (last - opens + 1))
        return np.column_stack([columns, prices]).astype(np.int32)

    def _window(self, window: Window | None, site: Site) -> tuple[int, int, int, int]:
        """(opens, due, closes, price of missing it), dates as numbers; what goes on after the horizon is not priced."""
        if window is None:
            return NEVER, NEVER, NEVER, 0
        opens, due, closes = self._date(window.opens), self._date(window.due), self._date(window.closes)
        last = max(opens, closes)
        inside = max(0, min(last, self._date(self.problem.horizon.last)) - opens + 1)
        return opens, due, closes, site.miss_price * inside // (last - opens + 1)

    def _tally(self) -> np.ndarray:
        tally = np.zeros(TALLIES, np.int64)
        params = self.problem.params
        tally[WAIT_PCT], tally[OVER_PCT], tally[CHURN] = (
            params.waiting_percent,
            params.overtime_percent,
            params.churn_price,
        )
        tally[GROWTH], tally[GROWTH_MOST] = params.miss_growth_percent, params.miss_growth_most_percent
        tally[TIMED] = bool(self.problem.speeds)
        tally[DISLIKE] = params.preferred_price if self.likes else 0
        tally[UNFAIR_PCT] = params.unfair_percent
        tally[LAST_DATE] = self._date(self.problem.horizon.last)
        return tally


def _working(period: DateRange) -> Iterator[date]:
    return (day for day in period if day.weekday() < 5)


def _share(price: int, window: DateRange, horizon: DateRange) -> int:
    """Of a window that goes on after the horizon only the part before its end is priced; what is past is due now."""
    return price * max(0, (min(window.last, horizon.last) - window.first).days + 1) // len(window)


def _undominated(excess: np.ndarray) -> np.ndarray:
    """Without the anchors that are never better than another one (of equal ones the first stays)."""
    kept: list[int] = []
    for a in np.argsort(excess.sum(axis=0), kind="stable"):
        if not any((excess[:, b] <= excess[:, a]).all() for b in kept):
            kept.append(int(a))
    return excess[:, kept]


def _near(task: np.ndarray, open_days: np.ndarray, seconds: np.ndarray) -> np.ndarray:
    """For each task the nearest ones that may be moved and have a day in common, -1 at the end."""
    count = len(task)
    away = seconds[np.ix_(task[:, PLACE], task[:, PLACE])].astype(np.float32)
    apart = open_days.astype(np.float32) @ open_days.T.astype(np.float32) == 0
    away[apart | (task[:, FREE] == 0)[None, :] | (task[:, PLACE] < 0)[None, :] | np.eye(count, dtype=bool)] = np.inf
    found = np.full((count, NEAR), -1, np.int32)
    k = min(NEAR, count)
    nearest = np.argsort(away, axis=1, kind="stable")[:, :k]
    found[:, :k] = np.where(np.isfinite(np.take_along_axis(away, nearest, 1)), nearest, -1)
    return found


def _bits(open_days: np.ndarray) -> np.ndarray:
    words = np.zeros((open_days.shape[0], (open_days.shape[1] + 63) // 64 or 1), np.uint64)
    for d in range(open_days.shape[1]):
        words[:, d >> 6] |= open_days[:, d].astype(np.uint64) << np.uint64(d & 63)
    return words
