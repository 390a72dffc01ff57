"""Price of the distance beyond the radius of a workday, around the anchor for which the whole day is cheapest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np

from planner.around import apart, excess
from planner.params import RadiusRule
from planner.problem import Problem
from planner.travel import Place, by_rows

BEYOND = 1 << 40  # a visit that a hard radius does not allow
MOST_32 = 100_000  # a kilometre: so dear is the way to the other side of the Earth in 32 bits


class Radius:
    """Anchors are all accounts of the rep, and those that all share, that have a position."""

    def __init__(self, problem: Problem, owners: Mapping[str, str]) -> None:
        self.rule = problem.radius
        if self.rule is None:
            return
        located = [(site, site.place) for site in problem.sites if site.place is not None]
        self._row = {site.id: row for row, (site, _) in enumerate(located)}
        self._names = [site.id for site, _ in located]
        rep_of = [site.owner or owners.get(site.id) for site, _ in located]
        shared = [site.shared for site, _ in located]
        rows = {rep: [row for row, r in enumerate(rep_of) if shared[row] or r == rep] for rep in problem.reps}
        self._anchors = {rep: np.array(found, int) for rep, found in rows.items()}
        self._owned = {rep: frozenset(rows.tolist()) for rep, rows in self._anchors.items()}
        if self.rule.seconds is None:
            self._price = _prices(self.rule, tuple(problem.places[place] for _, place in located))
        else:
            self._price = excess(self.rule, apart(problem, [place for _, place in located]), BEYOND)

    def price(self, rep: str, sites: Sequence[str]) -> int:
        """For a day of `rep` with these sites (excepted ones left away); at least BEYOND: not allowed."""
        if self.rule is None or not sites:
            return 0
        return int(self._sums(rep, sites)[1].min())

    def anchor(self, rep: str, sites: Sequence[str]) -> str | None:
        """The site around which the day is drawn; None without a rule or without sites that it holds for."""
        if self.rule is None or not sites:
            return None
        anchors, sums = self._sums(rep, sites)
        return self._names[int(anchors[np.argmin(sums)])]

    def outside(self, rep: str, sites: Sequence[str]) -> list[str]:
        """Of a day's sites those that a hard radius does not allow, around the anchor that keeps most of them."""
        if self.rule is None or not self.rule.hard or not sites:
            return []
        anchors, sums = self._sums(rep, sites)
        column = anchors[np.argmin(sums)]
        return [site for site in sites if self._price[self._row[site], column] > 0]

    def _sums(self, rep: str, sites: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
        """Anchors and the price of the day around each; a site that nobody owns yet may be one when it is visited."""
        rows = [self._row[site] for site in sites]
        anchors = self._anchors[rep]
        if not self._owned[rep].issuperset(rows):
            anchors = np.union1d(anchors, rows)
        return anchors, self._price[rows][:, anchors].sum(axis=0)


@lru_cache(maxsize=8)
def _prices(rule: RadiusRule, places: tuple[Place, ...]) -> np.ndarray:
    """Price of a visit at each place (rows) on a day around each (columns); kept, as most changes move no account."""
    small = not rule.hard and rule.price_per_km <= MOST_32
    found = np.empty((len(places), len(places)), np.int32 if small else np.int64)
    for rows, metres in by_rows(places):
        found[rows] = excess(rule, metres, BEYOND)
    found.flags.writeable = False
    return found
