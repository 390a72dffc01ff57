"""The rows of days: their limits, the anchors of their radius, the nights away."""

# ruff: noqa: F403, F405  the columns are read by their bare names
from __future__ import annotations

import numpy as np

from planner.around import apart, excess
from planner.nights import beds, may_stay, next_day
from planner.problem import Workday
from planner.search.layout import *
from planner.search.layout import BIG, UNLIMITED
from planner.search.pack.given import Given
from planner.search.tasks import Item
from planner.timing import Pace, pace_of

MOST_TASKS = 120  # on one day
NIGHTS = 30  # percent of the iterations that spend a night elsewhere, where one may
NO_NIGHTS = 30  # percent of the iterations before the first of these: an early night ties days that are not good yet


class DayRows:
    """`day` and `excess`."""

    def __init__(self, given: Given) -> None:
        self.given = given
        self.paces: dict[tuple[int, str], int] = {}  # weekday and area -> where in `lists` their speeds are

    def anchors(self) -> tuple[dict[str, tuple[int, int]], np.ndarray]:
        """Columns of each rep's anchors, and the price of every task's way beyond their radius."""
        rule = self.given.problem.radius
        none: dict[str, tuple[int, int]] = dict.fromkeys(self.given.reps, (0, 0))
        empty = np.zeros((len(self.given.items.all), 0), np.int64)
        if rule is None:
            return none, empty
        columns, blocks = dict(none), []
        exempt = np.array([self._exempt(item) for item in self.given.items.all], bool)
        places = np.array([self.given.items.place(item) or 0 for item in self.given.items.all], int)
        count = 0
        for rep in self.given.reps:
            own = (s for s in self.given.items.sites if rep in self.given.reps_of.get(s.id, ()))
            around = np.array([s.place for s in own if s.place is not None], int)
            beyond = excess(rule, apart(self.given.problem, places, around), BIG)
            beyond = _undominated(np.where(exempt[:, None], 0, beyond))
            if beyond.any():
                columns[rep] = (count, count + beyond.shape[1])
                blocks.append(beyond)
                count += beyond.shape[1]
        return columns, np.ascontiguousarray(np.hstack([empty, *blocks]))

    def _exempt(self, item: Item) -> bool:
        """Appointments, locked visits and must-visits are excepted from the radius."""
        return item.appointment is not None or item.lock is not None or bool(item.request and item.request.must_visit)

    def rows(self, anchors: dict[str, tuple[int, int]]) -> np.ndarray:
        rows = np.zeros((len(self.given.days), DAY_COLUMNS), np.int64)
        told = {(lock.rep, lock.date) for lock in self.given.problem.locked if lock.start is not None}
        for row, day in zip(rows, self.given.days, strict=True):
            row[START], row[END], row[LIMIT] = day.start, day.end, day.end + day.max_overtime
            row[ORIGIN], row[GOAL] = self.given.row[day.start_place], self.given.row[day.end_place]
            if day.rest is not None and day.rest.window.latest > day.start:
                row[REST_FROM], row[REST_TO] = day.rest.window.earliest, day.rest.window.latest
                row[REST] = day.rest.duration
            row[MOST] = MOST_TASKS if day.max_stops is None else day.max_stops
            row[CAPACITY] = UNLIMITED if day.capacity is None else min(day.capacity, UNLIMITED - 1)
            row[FARTHEST] = BIG if day.max_driving is None else day.max_driving
            row[FAIR] = UNLIMITED if day.fair_work is None else day.fair_work
            row[TWIN], row[PACE] = -1, self._pace(day) if self.given.problem.speeds else 0
            row[TOLD] = (day.rep, day.date) in told
            row[DATE], row[REP], row[MARK] = self.given.date_of(day.date), self.given.reps[day.rep], -1
            row[ANCHOR], row[ANCHORS_END] = anchors[day.rep]
        for twins in self.given.on.values():
            rows[twins[:-1], TWIN] = twins[1:]
        return rows

    def evenings(self, rows: np.ndarray) -> list[int]:
        """Tell each day which one follows, where the night between them may be spent away; returns these days."""
        at = {(day.rep, day.date): d for d, day in enumerate(self.given.days)}
        rows[:, NIGHT] = rows[:, MORNING] = rows[:, NEXT] = rows[:, BEST_NIGHT] = -1
        rows[:, HOME_ORIGIN], rows[:, HOME_GOAL] = rows[:, ORIGIN], rows[:, GOAL]
        for d, day in enumerate(self.given.days):
            after = at.get(next_day((day.rep, day.date)), -1)
            if after >= 0 and may_stay(self.given.problem, day, self.given.days[after]):
                rows[d, NEXT] = after
        return np.flatnonzero(rows[:, NEXT] >= 0).tolist() if beds(self.given.problem) else []

    def nights(self, tally: np.ndarray, evenings: list[int]) -> None:
        rule = self.given.problem.nights
        tally[EVENINGS_FROM], tally[EVENINGS], tally[NIGHT_DAY] = len(self.given.lists), len(evenings), -1
        self.given.lists += evenings
        if rule is not None and evenings:
            tally[NIGHT_PRICE], tally[HOTELS_FROM], tally[HOTELS_COUNT] = (
                rule.price,
                len(self.given.lists),
                len(rule.hotels),
            )
            tally[AT_SITES], tally[FROM_HOME] = rule.at_sites, rule.min_from_home
            tally[NIGHTS_SHARE], tally[NIGHTS_AFTER] = NIGHTS, NO_NIGHTS
            self.given.lists += [self.given.row[hotel] for hotel in rule.hotels]

    def _pace(self, day: Workday) -> int:
        """Write down the speeds of a weekday in its area; returns where."""
        key = day.date.weekday(), day.area
        if key not in self.paces:
            self.paces[key], pace = len(self.given.lists), pace_of(self.given.problem, day) or Pace(())
            self.given.lists += [len(pace.starts), pace.fastest]
            for start, percent in zip(pace.starts, pace.percents, strict=True):
                self.given.lists += [start, percent, pace.done(start)]
        return self.paces[key]


def _undominated(excess: np.ndarray) -> np.ndarray:
    """Without the anchors that are never better than another one (of equal ones the first stays)."""
    kept: list[int] = []
    for a in np.argsort(excess.sum(axis=0), kind="stable"):
        if not any((excess[:, b] <= excess[:, a]).all() for b in kept):
            kept.append(int(a))
    return excess[:, kept]
