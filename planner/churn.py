"""How far a plan differs from what was published before: every re-plan says it, whatever it costs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from planner.plan import Plan, StopKind
from planner.problem import Problem


@dataclass(frozen=True, slots=True)
class Churn:
    """Visits of the published plan that are still to be made, and what became of them.

    Parameters
    ----------
    published : how many there were (Problem.locked and Problem.base).
    kept : on the same day; retimed : of these, starts more than the lock slack off the published time.
    moved : to another day.  removed : not planned any more.  added : visits that were not published.
    """

    published: int = 0
    kept: int = 0
    retimed: int = 0
    moved: int = 0
    removed: int = 0
    added: int = 0

    @property
    def kept_share(self) -> float | None:
        """Of the published visits those that stay on their day; None: there were none."""
        return self.kept / self.published if self.published else None


def churn(problem: Problem, plan: Plan) -> Churn:
    """The visits of each site by date: those on the same date are the same, the others in date order."""
    known = {(visit.site, visit.date): visit.start for visit in (*problem.base, *problem.locked)}
    planned = {
        (stop.site, route.date): stop.start
        for route in plan.routes
        for stop in route.stops
        if stop.kind is StopKind.VISIT and stop.site is not None
    }
    same, slack = known.keys() & planned.keys(), problem.params.lock_slack
    left, came = _by_site(known.keys() - same), _by_site(planned.keys() - same)
    moved = sum(min(number, came.get(site, 0)) for site, number in left.items())
    return Churn(
        len(known),
        len(same),
        sum(another_time(start, planned[key], slack) for key in same if (start := known[key]) is not None),
        moved,
        len(known) - len(same) - moved,
        len(planned) - len(same) - moved,
    )


def another_time(before: int, after: int, slack: int, promised: bool = False) -> bool:
    """Whether a stop that stays on its day starts so differently that it is told, wherever two plans are compared.

    promised : the start before was told to a customer, who is not there yet however little sooner somebody comes.
    """
    return abs(after - before) > slack or (promised and after < before)


def _by_site(visits: Iterable[tuple[str, date]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for site, _ in visits:
        found[site] = found.get(site, 0) + 1
    return found
