"""The cheapest tour of one day: driving less the prizes of the sites on it.  Never dearer than the true minimum.

Dynamic programming over (minute, site, memory): the cheapest way to begin a visit at that minute.  The memory is a subset of
the sites nearest to this one that were visited before; only those may not come again, so it is as large as it is chosen.
A state is passed over where another one at the same site is no later, no dearer and remembers no more.
"""

from __future__ import annotations

from dataclasses import dataclass

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
    """

    sites: np.ndarray
    cost: np.ndarray
    lasts: np.ndarray
    opens: np.ndarray
    closes: np.ndarray
    start: int
    end: int

    def cheapest(self, prize: np.ndarray, memory: int) -> tuple[float, list[list[int]]]:
        """The least value of a tour (0: stay at home) and some of the cheapest tours, as numbers of sites.

        prize : for each candidate.  What has none is left away: as travel is metric, no tour is cheaper for it.
        """
        chosen = np.flatnonzero(prize > 1e-9)
        if len(chosen) == 0:
            return 0.0, []
        rows = np.concatenate(([0], chosen + 1))
        cost, lasts = self.cost[np.ix_(rows, rows)], self.lasts[np.ix_(rows, rows)]
        near, bit = _memories(cost, min(memory, len(chosen) - 1))
        value, tours, lengths = _cheapest(
            cost, lasts, self.opens[chosen], self.closes[chosen], prize[chosen], near, bit, self.start, self.end
        )
        found = [[int(self.sites[chosen[i]]) for i in tour[:n]] for tour, n in zip(tours, lengths, strict=True) if n]
        return float(value), found


def metric(seconds: np.ndarray) -> np.ndarray:
    """The shortest way round between all places: no leg is longer than before."""
    shortest = seconds.astype(np.int64)
    for k in range(len(shortest)):
        np.minimum(shortest, shortest[:, k, None] + shortest[None, k], out=shortest)
    return shortest


def _memories(cost: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    """The sites that each one remembers, and the bit of a site in the memory of each (0: not remembered)."""
    away = (cost[1:, 1:] + cost[1:, 1:].T).astype(float)
    np.fill_diagonal(away, np.inf)
    near = np.argsort(away, axis=1, kind="stable")[:, :size].astype(np.int64)
    bit = np.zeros(away.shape, np.int64)
    for place in range(size):
        bit[np.arange(len(away)), near[:, place]] = 1 << place
    return near, bit


@njit(cache=True, error_model="numpy")
def _cheapest(cost, lasts, opens, closes, prize, near, bit, start, end):
    """Value of the cheapest tour; the cheapest tour of each of the best last stops, as (tours, lengths)."""
    m, memory = near.shape
    minutes, sets = end - start + 1, 1 << memory
    best = np.full((minutes, m, sets), FAR)
    before = np.full((minutes, m, sets), -1, np.int32)
    least = np.full((m, sets), FAR)  # of the states so far at a site that remember no more than this
    last_value, last_state = np.zeros(m), np.full(m, -1, np.int64)
    inside = np.zeros(memory + 1, np.int64)
    for i in range(m):
        t = max(start + lasts[0, i + 1], opens[i])
        if t <= closes[i] and t <= end:
            best[t - start, i, 0] = cost[0, i + 1] - prize[i]
    for t in range(minutes):
        for i in range(m):
            for s in range(sets):
                value = best[t, i, s]
                if value >= least[i, s] - 1e-9:
                    continue
                for other in range(s, sets):
                    if other & s == s and value < least[i, other]:
                        least[i, other] = value
                state = (t * m + i) * sets + s
                if start + t + lasts[i + 1, 0] <= end and value + cost[i + 1, 0] < last_value[i] - 1e-9:
                    last_value[i] = value + cost[i + 1, 0]
                    last_state[i] = state
                inside[0] = i
                count = 1
                for k in range(memory):
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
                    if reached < best[begin - start, j, known] - 1e-9:
                        best[begin - start, j, known] = reached
                        before[begin - start, j, known] = state
    return _tours(last_value, last_state, before, m, sets)


@njit(cache=True, error_model="numpy")
def _tours(last_value, last_state, before, m, sets):
    order = np.argsort(last_value)[:MOST_TOURS]
    longest = before.shape[0]
    tours, lengths = np.zeros((len(order), longest + 1), np.int64), np.zeros(len(order), np.int64)
    for row in range(len(order)):
        state = last_state[order[row]]
        n = 0
        while state >= 0:
            tours[row, n] = state // sets % m
            n += 1
            state = before[state // sets // m, state // sets % m, state % sets]
        lengths[row] = n
        for k in range(n // 2):
            tours[row, k], tours[row, n - 1 - k] = tours[row, n - 1 - k], tours[row, k]
    return min(0.0, last_value.min()), tours, lengths
