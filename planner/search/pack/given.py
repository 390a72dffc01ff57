"""What all who make rows of the arrays are given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from planner.cadence.requests import Chain
from planner.groups import companions
from planner.nights import beds
from planner.problem import Problem, Workday
from planner.search.tasks import Items


class Given:
    """A problem with its days, reps and tasks numbered.

    lists : what becomes the array of the same name, to which everybody adds.  on : the days of each date.
    places : indexes in the problem of the places that these days, tasks and nights have, ascending: one rep's are few of all, and
    their travel times stay in the processor's cache.  row : from there to the number that the arrays know a place by.
    """

    def __init__(
        self,
        problem: Problem,
        chains: Mapping[str, Chain],
        days: list[Workday],
        items: Items,
        reps_of: Mapping[str, Sequence[str]],
    ) -> None:
        self.problem, self.chains, self.days, self.items, self.reps_of = problem, chains, days, items, reps_of
        self.lists: list[int] = [0]  # nothing begins at 0
        self.companions = companions(problem)
        self.reps = {rep: number for number, rep in enumerate(dict.fromkeys(day.rep for day in days))}
        self.on: dict[date, list[int]] = {}
        for d, day in enumerate(days):
            self.on.setdefault(day.date, []).append(d)
        ends = {place for day in days for place in (day.start_place, day.end_place)}
        stops = {place for item in items.all if (place := items.place(item)) is not None}
        self.places = sorted(ends | stops | beds(problem))
        self.row = {place: row for row, place in enumerate(self.places)}

    def date_of(self, day: date) -> int:
        """Its number, counted from the horizon's first."""
        return (day - self.problem.horizon.first).days
