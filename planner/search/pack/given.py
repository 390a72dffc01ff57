"""What all who make rows of the arrays are given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from planner.cadence.requests import Chain
from planner.groups import companions
from planner.problem import Problem, Workday
from planner.search.tasks import Items


class Given:
    """A problem with its days, reps and tasks numbered.

    lists : what becomes the array of the same name, to which everybody adds.  on : the days of each date.
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

    def date_of(self, day: date) -> int:
        """Its number, counted from the horizon's first."""
        return (day - self.problem.horizon.first).days
