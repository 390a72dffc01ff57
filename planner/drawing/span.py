"""Which days of which reps are drawn, in panels of at most a week."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from planner.errors import ProblemError
from planner.plan import Plan, Route
from planner.problem import Problem, Workday

DAYS = 7  # of a panel, so that each weekday is in it once
MOST_LISTED = 12  # names in a message
MOST_PANELS = 40  # beyond that no picture can hold them


@dataclass(frozen=True, slots=True)
class Panel:
    """One map with its chart: the workdays of `reps` from `first` to `last` by rep and date, also those on which nothing is planned."""

    first: date
    last: date
    reps: tuple[str, ...]
    days: tuple[Workday, ...]
    routes: tuple[Route, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """What is drawn: days from `first` (None: the first with a route) to `last` (None: so many `weeks`; None: to the end of the
    horizon), of one rep or all; `by_rep`: each in panels of their own."""

    first: date | None = None
    last: date | None = None
    rep: str | None = None
    weeks: int | None = 1
    by_rep: bool = False

    def panels(self, problem: Problem, plan: Plan) -> list[Panel]:
        """By week, then by rep.  Weeks in which nobody works are left away.

        Raises ProblemError for a rep whom nobody knows, dates the wrong way round, too many panels, and where the days wanted have
        nothing though others do (it says which).  A plan in which nothing is planned at all is one of empty days.
        """
        if self.rep is not None and self.rep not in problem.reps:
            raise ProblemError(f"there is no rep {self.rep!r}; known: {_listed(problem.reps)}")
        reps = tuple(sorted(problem.reps)) if self.rep is None else (self.rep,)
        driven = sorted(
            (route for route in plan.routes if route.rep in reps and _is_driven(route)), key=lambda r: (r.rep, r.date)
        )
        first, last = self._dates(problem, sorted(route.date for route in driven))
        groups = [(rep,) for rep in reps] if self.by_rep else [reps]
        found = [_panel(problem, driven, group, *week) for week in _weeks(first, last) for group in groups]
        if len(found) > MOST_PANELS:
            raise ProblemError(f"that would be {len(found)} maps, more than {MOST_PANELS}: choose a rep or fewer days")
        return [panel for panel in found if panel.days] or found[:1]

    def _dates(self, problem: Problem, days: Sequence[date]) -> tuple[date, date]:
        """The first and the last; `days` are those with a route, in order."""
        if self.first and self.last and self.last < self.first:
            raise ProblemError(
                f"the days end on {self.last}, before they begin on {self.first}: exchange the two dates"
            )
        first = self.first or (days[0] if days else problem.horizon.first)
        end = max(first, problem.horizon.last) if self.weeks is None else first + timedelta(days=DAYS * self.weeks - 1)
        last = self.last or end
        if days and not any(first <= day <= last for day in days):
            when = f"on {first}" if first == last else f"up to {last}" if last < first else f"from {first} to {last}"
            raise ProblemError(f"nothing is planned {when}; the days with stops are from {days[0]} to {days[-1]}")
        return first, max(first, last)


def _weeks(first: date, last: date) -> Iterator[tuple[date, date]]:
    while first <= last:
        yield first, min(last, first + timedelta(days=DAYS - 1))
        first += timedelta(days=DAYS)


def _panel(problem: Problem, routes: Sequence[Route], reps: tuple[str, ...], first: date, last: date) -> Panel:
    days = [day for day in problem.workdays if day.rep in reps and first <= day.date <= last]
    days.sort(key=lambda day: (day.rep, day.date))
    there = tuple(route for route in routes if route.rep in reps and first <= route.date <= last)
    return Panel(first, last, reps, tuple(days), there)


def _is_driven(route: Route) -> bool:
    """Whether there is anything on it, be it only the way from or to a night away."""
    return bool(route.stops) or route.morning is not None or route.night is not None


def _listed(names: Sequence[str]) -> str:
    """The first names, and how many there are more."""
    more = len(names) - MOST_LISTED
    return ", ".join(names[:MOST_LISTED]) + (f" and {more} more" if more > 0 else "")
