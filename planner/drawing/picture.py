"""The whole picture: title, map, chart, and what the signs mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from planner.drawing import style
from planner.drawing.chart import waits
from planner.drawing.map import around
from planner.errors import ProblemError
from planner.plan import Plan, Route, StopKind
from planner.problem import Problem, Workday

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FORMATS = ("svg", "png", "pdf")
WIDTH, LEAST_HEIGHT, ROW = 12.0, 5.2, 0.26  # inches
WEEK = timedelta(days=6)
MOST_LISTED = 12  # names in a message


@dataclass(frozen=True, slots=True)
class Span:
    """What is drawn: days from `first` (None: the first with a route) to `last` (None: seven in all), of one rep or all."""

    first: date | None = None
    last: date | None = None
    rep: str | None = None

    def routes(self, problem: Problem, plan: Plan) -> list[Route]:
        """By rep and date.  Raises ProblemError where there are none, which says what there is instead."""
        if self.rep is not None and self.rep not in problem.reps:
            raise ProblemError(f"there is no rep {self.rep!r}; known: {_listed(problem.reps)}")
        if self.first and self.last and self.last < self.first:
            raise ProblemError(
                f"the days end on {self.last}, before they begin on {self.first}: exchange the two dates"
            )
        own = [route for route in plan.routes if route.stops and self.rep in (None, route.rep)]
        if not own:
            whose = "" if self.rep is None else f" for {self.rep}"
            raise ProblemError(f"the plan has no stops{whose}, so there is nothing to draw")
        days = sorted(route.date for route in own)
        first = self.first or days[0]
        last = self.last or first + WEEK
        found = [route for route in own if first <= route.date <= last]
        if not found:
            when = f"on {first}" if first == last else f"up to {last}" if last < first else f"from {first} to {last}"
            raise ProblemError(f"nothing is planned {when}; the days with stops are from {days[0]} to {days[-1]}")
        return sorted(found, key=lambda route: (route.rep, route.date))

    def workdays(self, problem: Problem, routes: Sequence[Route]) -> list[Workday]:
        """Of the reps of these routes, from the first of the days to the last: also those on which nothing is planned."""
        reps, first = {route.rep for route in routes}, self.first or min(route.date for route in routes)
        last = self.last or first + WEEK
        own = [day for day in problem.workdays if day.rep in reps and first <= day.date <= last]
        return sorted(own, key=lambda day: (day.rep, day.date))


def draw(problem: Problem, plan: Plan, span: Span | None = None) -> Figure:
    """A figure of the map and the chart.  Raises ProblemError where nothing is planned, ImportError without matplotlib."""
    from matplotlib.figure import Figure  # a second and 60 MB, which only a picture is worth

    from planner.drawing.chart import draw_chart
    from planner.drawing.map import draw_map

    span = span or Span()
    routes = span.routes(problem, plan)
    days = span.workdays(problem, routes)
    height = max(LEAST_HEIGHT, 1.6 + ROW * len(days))
    figure = Figure(figsize=(WIDTH, height), facecolor=style.PAPER)
    left, right = figure.subplots(1, 2, width_ratios=(5, 6))
    figure.subplots_adjust(left=0.015, right=0.985, top=1 - 0.85 / height, bottom=0.45 / height, wspace=0.14)
    draw_map(left, problem, plan, routes)
    draw_chart(right, days, routes)
    _title(figure, routes, height)
    _legend(figure, height, problem, plan, routes)
    return figure


def save(problem: Problem, plan: Plan, name: str, span: Span | None = None) -> None:
    """Write a picture; the end of the name says in which of FORMATS.  The same plan gives the same file, byte for byte.

    Raises ProblemError, also for another format; OSError where it cannot be written.
    """
    form = Path(name).suffix.removeprefix(".").lower()
    if form not in FORMATS:
        raise ProblemError(f"{name}: the name of a picture ends in {', '.join('.' + known for known in FORMATS)}")
    figure = draw(problem, plan, span)
    from matplotlib import rc_context

    dates = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}.get(form)
    with rc_context({"svg.hashsalt": "plan", "svg.fonttype": "none"}):
        figure.savefig(name, format=form, dpi=150, metadata=dates)


def _title(figure: Figure, routes: Sequence[Route], height: float) -> None:
    first, last = min(r.date for r in routes), max(r.date for r in routes)
    reps = list(dict.fromkeys(route.rep for route in routes))
    who = reps[0] if len(reps) == 1 else f"{len(reps)} reps"
    when = style.day_name(first) if first == last else f"{style.day_name(first)} to {style.day_name(last)} {last.year}"
    stops = [stop for route in routes for stop in route.stops]
    visits = sum(stop.kind is StopKind.VISIT for stop in stops)
    agreed = sum(stop.kind is StopKind.APPOINTMENT for stop in stops)
    driving = sum(stop.travel for stop in stops) + sum(route.return_travel for route in routes)
    km = sum(stop.metres for stop in stops) + sum(route.return_metres for route in routes)
    top = 1 - 0.22 / height
    figure.text(0.015, top, f"{who}, {when}", fontsize=13, color=style.INK, weight="bold", va="center")
    figures = f"{_count(visits, 'visit')}, {_count(agreed, 'appointment')}, {style.hours(driving)} of driving, {km / 1000:,.0f} km"
    figure.text(0.985, top, figures, fontsize=style.SIZE, color=style.SOFT, va="center", ha="right")


def _listed(names: Sequence[str]) -> str:
    """The first names, and how many there are more."""
    more = len(names) - MOST_LISTED
    return ", ".join(names[:MOST_LISTED]) + (f" and {more} more" if more > 0 else "")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _legend(figure: Figure, height: float, problem: Problem, plan: Plan, routes: Sequence[Route]) -> None:
    """What the signs mean, those that are there."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    grey, stops = style.SOFT, [stop for route in routes for stop in route.stops]
    kinds = {stop.kind for stop in stops}
    late = " (! late)" if any(stop.late_days for stop in stops) else ""
    seen, lacking = around(problem, plan, routes)
    signs = {
        Patch(facecolor=grey, label=f"visit{late}"): StopKind.VISIT in kinds,
        Patch(facecolor=grey, hatch="///", edgecolor=style.PAPER, label="appointment"): StopKind.APPOINTMENT in kinds,
        Patch(facecolor=grey, alpha=style.SHADE[StopKind.BLOCK], label="block"): StopKind.BLOCK in kinds,
        Patch(facecolor=grey, alpha=style.SHADE[StopKind.BREAK], label="break"): StopKind.BREAK in kinds,
        Line2D([], [], color=grey, lw=1.1, label="driving"): True,
        Line2D([], [], color=grey, lw=0.8, ls=":", label="waiting"): any(waits(stop) for stop in stops),
        Patch(facecolor=style.WORKING, label="working hours"): True,
        Line2D([], [], marker="s", ls="", ms=6, color=style.INK, label="start and end"): True,
        Line2D([], [], marker="s", ls="", ms=5, color=style.PAPER, mec=style.INK, label="night away"): any(
            route.night is not None for route in routes
        ),
        Line2D([], [], marker="o", ls="", ms=3, color=style.FAINT, label="not on these days"): bool(seen),
        Line2D([], [], marker="x", ls="", ms=5, color=style.LEFT_OUT, label="left out"): bool(lacking),
    }
    shown = [sign for sign, is_there in signs.items() if is_there]
    figure.legend(
        handles=shown,
        loc="lower center",
        ncols=len(shown),
        frameon=False,
        fontsize=style.SMALL,
        labelcolor=style.INK,
        bbox_to_anchor=(0.5, 0.04 / height),
        columnspacing=1.6,
        handletextpad=0.5,
    )
