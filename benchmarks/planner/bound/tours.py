"""The cheapest tour of one day: driving less the prizes of the sites on it.  Never dearer than the true minimum.

Dynamic programming over (minute, site, memory): the cheapest way to begin a visit at that minute.  The memory of a site is
the subset, of the few sites that it remembers at all, that were visited before; only those may not come again.  Each site
remembers the nearest ones, and more where tours turned out to come back (dynamic ng-routes).
A state is passed over where another one at the same site is no later, no dearer and remembers no more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numba import njit

MINUTE = 60
FAR = 1e15
MOST_TOURS = 12  # given back for one day: one for each of the best last stops


@dataclass(frozen=True)
class Day:
    """One workday for the pricing; row and column 0 of the matrices are the start (as row) and the end (as column).

    sites : number of each candidate, in the order of rows 1, 2, ...; cost : seconds between; lasts : whole minutes from the
    beginning of a visit (leaving the start) to the arrival; opens, closes : minutes between which a visit begins.
    remembered : for each candidate the candidates that it remembers.
    """

    sites: np.ndarray
    cost: np.ndarray
    lasts: np.ndarray
    opens: np.ndarray
    closes: np.ndarray
    start: int
    end: int
    remembered: list[list[int]] = field(default_factory=list)

    def remember_nearest(self, count: int) -> None:
        away = self.cost[1:, 1:] + self.cost[1:, 1:].T
        np.fill_diagonal(away, FAR)
        self.remembered[:] = np.argsort(away, axis=1, kind="stable")[:, : min(count, len(away) - 1)].tolist()

    def learn(self, tour: Sequence[int], most: int) -> bool:
        """Where the tour (numbers of sites) comes back to a site, those between remember it; whether there was room."""
        at = [int(np.flatnonzero(self.sites == s)[0]) for s in tour]
        learned, last = False, {}
        for n, i in enumerate(at):
            for j in at[last.get(i, n) + 1 : n]:
                if i not in self.remembered[j] and len(self.remembered[j]) < most:
                    self.remembered[j].append(i)
                    learned = True
            last[i] = n
        return learned

    def cheapest(self, prize: np.ndarray) -> tuple[float, list[list[int]]]:
        """The least value of a tour (0: stay at home) and some of the cheapest tours, as numbers of sites.

        prize : for each candidate.  What has none is left away: as travel is metric, no tour is cheaper for it.
        """
        chosen = np.flatnonzero(prize > 1e-9)
        if len(chosen) == 0:
            return 0.0, []
        rows = np.concatenate(([0], chosen + 1))
        near, size, bit = self._memories(chosen)
        offset = np.concatenate(([0], np.cumsum(1 << size)))
        value, tours, lengths = _cheapest(
            self.cost[np.ix_(rows, rows)], self.lasts[np.ix_(rows, rows)], self.opens[chosen], self.closes[chosen],
            prize[chosen], near, size, bit, offset, self.start, self.end,
        )  # fmt: skip
        found = [[int(self.sites[chosen[i]]) for i in tour[:n]] for tour, n in zip(tours, lengths, strict=True) if n]
        return float(value), found

    def _memories(self, chosen: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Of the chosen candidates: whom each remembers and how many, and the bit of one in the memory of another (or 0)."""
        number = {int(i): n for n, i in enumerate(chosen)}
        known = [[number[j] for j in self.remembered[i] if j in number] for i in chosen]
        size = np.array([len(ones) for ones in known], np.int64)
        near = np.full((len(chosen), max(1, int(size.max()))), -1, np.int64)
        bit = np.zeros((len(chosen), len(chosen)), np.int64)
        for n, ones in enumerate(known):
            near[n, : len(ones)] = ones
            bit[n, ones] = [1 << place for place in range(len(ones))]
        return near, size, bit


def metric(seconds: np.ndarray) -> np.ndarray:
    """The shortest way round between all places: no leg is longer than before."""
    shortest = seconds.astype(np.int64)
    for k in range(len(shortest)):
        np.minimum(shortest, shortest[:, k, None] + shortest[None, k], out=shortest)
    return shortest


@njit(cache=True, error_model="numpy")
def _cheapest(cost, lasts, opens, closes, prize, near, size, bit, offset, start, end):
    """Value of the cheapest tour; the cheapest tour of each of the best last stops, as (tours, lengths).

    offset : where the states of a site begin among those of a minute, one for each subset of its memory.
    """
    m, minutes, states = len(prize), end - start + 1, offset[-1]
    best = np.full((minutes, states), FAR)
    before = np.full((minutes, states), -1, np.int32)
    least = np.full(states, FAR)  # of the states so far at a site that remember no more than this
    last_value, last_state = np.zeros(m), np.full(m, -1, np.int64)
    inside = np.zeros(near.shape[1] + 1, np.int64)
    for i in range(m):
        t = max(start + lasts[0, i + 1], opens[i])
        if t <= closes[i] and t <= end:
            best[t - start, offset[i]] = cost[0, i + 1] - prize[i]
    for t in range(minutes):
        for i in range(m):
            for s in range(1 << size[i]):
                value = best[t, offset[i] + s]
                if value >= least[offset[i] + s] - 1e-9:
                    continue
                for other in range(s, 1 << size[i]):
                    if other & s == s and value < least[offset[i] + other]:
                        least[offset[i] + other] = value
                state = t * states + offset[i] + s
                if start + t + lasts[i + 1, 0] <= end and value + cost[i + 1, 0] < last_value[i] - 1e-9:
                    last_value[i] = value + cost[i + 1, 0]
                    last_state[i] = state
                inside[0] = i
                count = 1
                for k in range(size[i]):
                    if (s >> k) & 1:
                        inside[count] = near[i, k]
                        count += 1
                for j in range(m):
                    begin = max(start + t + lasts[i + 1, j + 1], opens[j])
                    if begin > closes[j] or begin > end:
                        continue
                    known, again = 0, False
                    for k in range(count):
                        again = again or inside[k] == j
                        known |= bit[j, inside[k]]
                    if again:
                        continue
                    reached = value + cost[i + 1, j + 1] - prize[j]
                    if reached < best[begin - start, offset[j] + known] - 1e-9:
                        best[begin - start, offset[j] + known] = reached
                        before[begin - start, offset[j] + known] = state
    return _tours(last_value, last_state, before, offset)


@njit(cache=True, error_model="numpy")
def _tours(last_value, last_state, before, offset):
    order = np.argsort(last_value)[:MOST_TOURS]
    states = before.shape[1]
    owner = np.zeros(states, np.int64)
    for i in range(len(offset) - 1):
        owner[offset[i] : offset[i + 1]] = i
    tours, lengths = np.zeros((len(order), before.shape[0] + 1), np.int64), np.zeros(len(order), np.int64)
    for row in range(len(order)):
        state = last_state[order[row]]
        n = 0
        while state >= 0:
            tours[row, n] = owner[state % states]
            n += 1
            state = before[state // states, state % states]
        lengths[row] = n
        for k in range(n // 2):
            tours[row, k], tours[row, n - 1 - k] = tours[row, n - 1 - k], tours[row, k]
    return min(0.0, last_value.min()), tours, lengths
