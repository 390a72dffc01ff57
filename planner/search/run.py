"""One search from the outside: a first plan, improvement, and the best orders found."""

# ruff: noqa: F403, F405  the columns are read by their bare names
from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np

from planner.nights import Nights, still_allowed
from planner.search.anneal import search
from planner.search.chain import wanted
from planner.search.layout import *
from planner.search.layout import BIG
from planner.search.moves import begin, price, put
from planner.search.nights import set_night
from planner.search.pack import Packed
from planner.search.refresh import refresh
from planner.search.repair import by_price
from planner.search.state import State
from planner.tasks import Task

HEAT = 9.0  # start temperature over the usual price of one visit; measured: 9 to 10 is best, 6 and 16 about 0.5 % worse
WARM = 1.0  # the same where the search continues from a plan
COOL = 0.02  # end temperature over start temperature

Start = Mapping[tuple[str, date], Sequence[str]]  # sites of each workday in the order of their visits


class Search:
    """A search over packed arrays; `price` and `orders` are those of the best plan so far."""

    def __init__(self, packed: Packed, start: Start | None = None, nights: Nights | None = None) -> None:
        self.packed, self.state = packed, packed.state
        self.continued = bool(start)
        begin(self.state)
        self._stay(nights or {})
        self._follow(start or {})
        self._construct()
        days, _, width = self.state.route.shape
        self._tasks, self._n = np.zeros((days, width), np.int32), np.zeros(days, np.int32)
        self._best = np.array([self.state.tally[TOTAL]], np.int64)
        self._tasks[:], self._n[:] = self.state.route[:, TASKS], self.state.day[:, N]
        self._hot: float | None = None
        self.iterations = 0

    @property
    def price(self) -> int:
        return int(self._best[0])

    def improve(self, planned: int, iterations: int | None = None) -> None:
        """Run the next `iterations` (default: all that are left) of `planned`."""
        count = planned - self.iterations if iterations is None else min(iterations, planned - self.iterations)
        if count <= 0 or len(self.state.day) == 0:
            return
        hot = self._heat()
        search(self.state, count, self.iterations, planned, hot, COOL * hot, self._best, self._tasks, self._n)
        self.iterations += count

    def _heat(self) -> float:
        """From the plan's usual price, so that it does not depend on the unit or on what nobody can keep."""
        if self._hot is None:
            lost = self.state.task[self.state.task[:, WHERE] < 0, LEFT_OUT].sum()
            lost += sum(wanted(self.state, c, -1, -1) for c in range(len(self.state.chain)))
            usual = 0.005 * max(0, self.price - int(lost)) / math.sqrt(len(self.state.day))
            self._hot = (WARM if self.continued else HEAT) * max(120.0, usual)
        return self._hot

    def _construct(self) -> None:
        """A first plan: what is fixed, the least leeway first, what people asked for, then everything else by regret."""
        task, fit = self.state.task, self.state.fit
        open_tasks = (task[:, WHERE] < 0) & (task[:, LAST] > task[:, FIRST])
        asked = task[:, ROLE] == LOOSE
        binding = (task[:, CHAIN] < 0) | (task[:, ROLE] == FIXED) | asked
        fixed = np.flatnonzero(open_tasks & binding & (task[:, LAST] - task[:, FIRST] == 1))
        window = fit[fixed, self.state.lists[task[fixed, FIRST]]]
        leeway = window[:, LATEST] - window[:, EARLIEST]
        for o in fixed[np.lexsort((window[:, EARLIEST], leeway))].tolist():
            d = int(self.state.lists[task[o, FIRST]])
            if price(self.state, o, d) < 0:
                put(self.state, o, d, int(fit[o, d, GAP]))
        for first in (asked, ~asked):
            pending = np.flatnonzero((task[:, WHERE] < 0) & (task[:, LAST] > task[:, FIRST]) & first)
            cheapest, second, where = np.empty(len(pending)), np.empty(len(pending)), np.empty(len(pending), np.int64)
            by_price(self.state, pending, len(pending), 0.0, True, cheapest, second, where)

    def orders(self) -> dict[tuple[str, date], list[Task]]:
        """The tasks of each workday that has any, in order."""
        found: dict[tuple[str, date], list[Task]] = {}
        for d, day in enumerate(self.packed.days):
            items = [self.packed.items.all[o] for o in self._tasks[d, : self._n[d]]]
            if items:
                found[day.rep, day.date] = [self.packed.items.task(item, day) for item in items]
        return found

    def nights(self) -> dict[tuple[str, date], int]:
        """Where the nights of the best plan are spent, by the day before."""
        best = self.state.day[:, BEST_NIGHT]
        places, days = self.packed.places, self.packed.days
        return {(day.rep, day.date): places[best[d]] for d, day in enumerate(days) if best[d] >= 0}

    def owners(self) -> dict[str, str]:
        """The rep of each site that has a visit in the best plan."""
        found = {}
        for d, day in enumerate(self.packed.days):
            for o in self._tasks[d, : self._n[d]]:
                item = self.packed.items.all[o]
                if item.site is not None and item.chain >= 0 and item.rep is None:
                    found[item.site.id] = day.rep
        return found

    def _stay(self, nights: Nights) -> None:
        """Spend the nights where an earlier plan did, as the problem still allows."""
        nights, places = still_allowed(self.packed.problem, nights), self.packed.places
        for d, day in enumerate(self.packed.days):
            if (day.rep, day.date) in nights and self.state.day[d, NEXT] >= 0:
                self._spend(d, places.index(nights[day.rep, day.date]))
        self.state.day[:, BEST_NIGHT] = self.state.day[:, NIGHT]

    def _spend(self, d: int, place: int) -> None:
        """The night after day `d`, at home again where one of the days has then no times."""
        for where in (place, -1):
            set_night(self.state, d, where)
            evening, morning = refresh(self.state, d), refresh(self.state, int(self.state.day[d, NEXT]))
            if evening and morning:
                return

    def _follow(self, start: Start) -> None:
        """Put the visits of an earlier plan where they stood, as far as the problem still allows it."""
        members: dict[str, list[int]] = {}
        for o, item in enumerate(self.packed.items.all):
            if item.site is not None:
                members.setdefault(item.site.id, []).append(o)
        for d in sorted(range(len(self.packed.days)), key=lambda d: self.packed.days[d].date):
            day = self.packed.days[d]
            for site in start.get((day.rep, day.date), ()):
                self._place(members.get(site, ()), d)

    def _place(self, members: Sequence[int], d: int) -> None:
        state = self.state
        for o in members:
            fit = state.fit[o, d]
            if state.task[o, WHERE] >= 0 or state.task[o, FIRST] == state.task[o, LAST]:
                continue  # it stands already, or comes together with another one
            if fit[EARLIEST] > fit[LATEST] or price(state, o, d) >= BIG:
                continue
            last = int(state.day[d, N])
            if not _append(state, o, d, last):
                put(state, o, d, int(state.fit[o, d, GAP]))
            return


def _append(state: State, o: int, d: int, gap: int) -> bool:
    """Put `o` at the end of the day, where the earlier plan had it."""
    if state.route.shape[2] <= gap + 2 or state.day[d, COUNTED] + state.task[o, COUNTS] > state.day[d, MOST]:
        return False
    return bool(put(state, o, d, gap))
