"""The linear program that proposes prizes: tours of days and dates of sites, combined in fractions.

Rows: a day has at most one tour; a site with a single visit is on tours or pays what leaving it out costs; a site with several
has one set of dates, and is on no fewer tours of a day than those sets have that day.  The prices of the rows are the prizes.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
from ortools.linear_solver import pywraplp

from benchmarks.planner.bound.dates import Dates, Meeting, Rhythm

Tour = tuple[int, Sequence[int]]  # number of the workday, numbers of the sites in order


class Once:
    """How a site with at most one visit stands in the program: one row, lateness in the price of the tours."""

    def __init__(self, site: Rhythm | Meeting) -> None:
        self.late = {day: site.cheapest({day: -1e9})[1].price for day in site.days}
        self.missed = site.cheapest(dict.fromkeys(site.days, 1e9))[1].price
        self.width = 1

    def prizes(self, values: np.ndarray) -> dict[date, float]:
        return {day: max(0.0, float(values[0]) - price) for day, price in self.late.items()}


class Often:
    """A site with several visits: a row for each date, prizes as the program says."""

    def __init__(self, site: Rhythm | Meeting) -> None:
        self.days = site.days
        self.width = len(self.days)

    def prizes(self, values: np.ndarray) -> dict[date, float]:
        return {day: max(0.0, float(value)) for day, value in zip(self.days, values, strict=True)}


def standing(site: Rhythm | Meeting) -> Once | Often:
    """Whether the dates of a site can be more than one, or what follows from leaving out depends on when."""
    if isinstance(site, Meeting) or not site.days:
        return Once(site)
    horizon, clock, window = site.problem.horizon, site.chain.clock, site.chain.window
    if clock is None or window is None or window.due > horizon.last:
        return Once(site)
    follows = [clock.window(window.due), *(clock.window(day) for day in site.days)]
    return Often(site) if any(after and after.opens <= horizon.last for after in follows) else Once(site)


class Master:
    """`values` after `solve`: the prices of the rows of each site, one array for all in the order of the sites."""

    def __init__(self, sites: Sequence[Rhythm | Meeting], days: Sequence[date]) -> None:
        self.days = days
        self.standings = [standing(site) for site in sites]
        self.solver = pywraplp.Solver.CreateSolver("CLP")  # GLOP loses its way on some of these programs
        infinity = self.solver.infinity()
        self.day_rows = [self.solver.Constraint(-infinity, 1.0) for _ in days]
        self.first = np.concatenate(([0], np.cumsum([s.width for s in self.standings]))).astype(int)
        self.rows = []
        self.one_of = []
        for s in self.standings:
            if isinstance(s, Once):
                self.rows.append(self.solver.Constraint(1.0, infinity))
                self._column(s.missed, [(self.rows[-1], 1.0)])
                self.one_of.append(None)
            else:
                self.rows += [self.solver.Constraint(0.0, infinity) for _ in s.days]
                self.one_of.append(self.solver.Constraint(1.0, 1.0))
        self.known: set = set()
        self.repeating: list = []
        self.used_repeating: list[Tour] = []  # tours of the last solution that come to a site twice
        self.solver.Objective().SetMinimization()

    def _column(self, price: float, entries: Sequence[tuple[pywraplp.Constraint, float]]) -> pywraplp.Variable:
        column = self.solver.NumVar(0.0, self.solver.infinity(), "")
        self.solver.Objective().SetCoefficient(column, float(price))
        for row, share in entries:
            row.SetCoefficient(column, row.GetCoefficient(column) + share)
        return column

    def add_tour(self, number: int, sites: Sequence[int], driving: float) -> bool:
        """Whether it is new."""
        key = (number, tuple(sites))
        if key in self.known:
            return False
        self.known.add(key)
        day, price = self.days[number], driving
        entries = [(self.day_rows[number], 1.0)]
        for s in sites:
            one = self.standings[s]
            if isinstance(one, Once):
                price += one.late[day]
                entries.append((self.rows[self.first[s]], 1.0))
            else:
                entries.append((self.rows[self.first[s] + one.days.index(day)], 1.0))
        column = self._column(price, entries)
        if len(set(sites)) < len(sites):
            self.repeating.append((key, column))
        return True

    def drop_repeating(self) -> None:
        """Without the tours that come to a site twice: a larger memory may not allow them."""
        for key, column in self.repeating:
            column.SetUb(0.0)
            self.known.discard(key)
        self.repeating.clear()

    def add_dates(self, s: int, dates: Dates) -> bool:
        """Whether it is new; what has one row needs none."""
        one, key = self.standings[s], ("dates", s, dates.days)
        if isinstance(one, Once) or key in self.known:
            return False
        self.known.add(key)
        rows = [(self.rows[self.first[s] + one.days.index(day)], -1.0) for day in dates.days]
        self._column(dates.price, [(self.one_of[s], 1.0), *rows])
        return True

    def solve(self) -> tuple[float, np.ndarray] | None:
        """The value of the program and the prices of the rows; None: the solver is lost in its roundings, both from the
        last solution and from scratch."""
        optimal = pywraplp.Solver.OPTIMAL
        if self.solver.Solve() != optimal and self.solver.Solve(_from_scratch()) != optimal:
            return None
        self.used_repeating = [key for key, column in self.repeating if column.solution_value() > 1e-6]
        return self.solver.Objective().Value(), np.maximum(0.0, [row.dual_value() for row in self.rows])

    def prizes(self, values: np.ndarray) -> list[dict[date, float]]:
        """Of each site, by date."""
        spans = zip(self.first, self.first[1:], self.standings, strict=False)
        return [one.prizes(values[a:b]) for a, b, one in spans]


def _from_scratch() -> pywraplp.MPSolverParameters:
    parameters = pywraplp.MPSolverParameters()
    parameters.SetIntegerParam(parameters.INCREMENTALITY, parameters.INCREMENTALITY_OFF)
    parameters.SetIntegerParam(parameters.LP_ALGORITHM, parameters.DUAL)
    return parameters
