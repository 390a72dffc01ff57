"""Where the days lead: accounts as dots, routes as lines, stops numbered in the order of their day."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from planner.drawing import style
from planner.plan import Plan, Route
from planner.problem import Problem
from planner.travel import Place

if TYPE_CHECKING:
    from matplotlib.axes import Axes

KM_A_DEGREE = 111.2
MOST_NUMBERED = 8  # days; beyond that the numbers lie upon each other
NOT_A_LACK = ("not_due", "no_cadence", "paused")
LEAST_SPAN = 1.0  # kilometres that a map shows at least, each way
LEAST_SHARE = 0.4  # of the longer side that the shorter one has at least


def draw_map(axes: Axes, problem: Problem, plan: Plan, routes: Sequence[Route]) -> None:
    """Draw into `axes`, in kilometres east and north of the middle of all places: what the reps of these routes visit."""
    there, reps = _Plane(problem.places), {route.rep for route in routes}
    _accounts(axes, problem, plan, routes, there)
    for route in routes:
        _route(axes, problem, route, there, numbered=len(routes) <= MOST_NUMBERED)
    homes = {place for day in problem.workdays if day.rep in reps for place in (day.start_place, day.end_place)}
    for place in homes:
        axes.plot(*there.of(place), ls="", marker="s", ms=7, color=style.INK, mec=style.PAPER, mew=1, zorder=6)
    for place in {route.night for route in routes if route.night is not None}:
        axes.plot(*there.of(place), ls="", marker="s", ms=6, color=style.PAPER, mec=style.INK, mew=1, zorder=6)
    axes.set_aspect("equal", adjustable="box", anchor="N")
    axes.margins(0.06)
    _widened(axes)
    axes.set_axis_off()
    _scale(axes)


def _widened(axes: Axes) -> None:
    """Places along one road, or at one point, are shown with land around them: a map as thin as a line has no room for its signs."""
    (left, right), (low, high) = axes.get_xlim(), axes.get_ylim()
    least = max(LEAST_SPAN, LEAST_SHARE * (right - left), LEAST_SHARE * (high - low))
    wide, tall = max(right - left, least), max(high - low, least)
    axes.set_xlim((left + right - wide) / 2, (left + right + wide) / 2)
    axes.set_ylim((low + high - tall) / 2, (low + high + tall) / 2)


class _Plane:
    """Places on a plane that is true enough for the size of a territory."""

    def __init__(self, places: Sequence[Place]) -> None:
        self.places = places
        self.lat = sum(place.lat for place in places) / max(1, len(places))
        self.lon = sum(place.lon for place in places) / max(1, len(places))

    def of(self, place: int) -> tuple[float, float]:
        here = self.places[place]
        east = (here.lon - self.lon) * KM_A_DEGREE * math.cos(math.radians(self.lat))
        return east, (here.lat - self.lat) * KM_A_DEGREE


def _accounts(axes: Axes, problem: Problem, plan: Plan, routes: Sequence[Route], there: _Plane) -> None:
    shown = {stop.site for route in routes for stop in route.stops}
    reps = {route.rep for route in routes}
    lacking = {entry.site for entry in plan.unplanned if str(entry.reason) not in NOT_A_LACK}
    for site in problem.sites:
        if site.place is None or site.id in shown or (site.owner or plan.owners.get(site.id)) not in reps:
            continue
        x, y = there.of(site.place)
        if site.id in lacking:
            axes.plot(x, y, ls="", marker="x", ms=5, mew=1.2, color=style.LEFT_OUT, zorder=3)
        else:
            axes.plot(x, y, ls="", marker="o", ms=2.5, color=style.FAINT, mec="none", zorder=1)


def _route(axes: Axes, problem: Problem, route: Route, there: _Plane, *, numbered: bool) -> None:
    workday = next(day for day in problem.workdays if (day.rep, day.date) == (route.rep, route.date))
    stops = [stop for stop in route.stops if stop.place is not None]
    start = workday.start_place if route.morning is None else route.morning
    end = workday.end_place if route.night is None else route.night
    way = [start, *(stop.place for stop in stops if stop.place is not None), end]
    xs, ys = zip(*(there.of(place) for place in way), strict=True)
    colour = style.colour(route.date)
    axes.plot(xs, ys, "-", color=colour, lw=1.1, alpha=0.75, solid_joinstyle="round", zorder=2)
    for number, stop in enumerate(stops, start=1):
        assert stop.place is not None
        x, y = there.of(stop.place)
        size = 8 if numbered else 3.5
        axes.plot(x, y, ls="", marker="o", ms=size, color=colour, mec=style.PAPER, mew=0.8, zorder=4)
        if numbered:
            axes.annotate(str(number), (x, y), zorder=5, **style.NUMBER)


def _scale(axes: Axes) -> None:
    """A bar of a round number of kilometres, about a fifth of the width."""
    left, right = axes.get_xlim()
    low, high = axes.get_ylim()
    wanted = max((right - left) / 5, 0.1)
    power = 10 ** math.floor(math.log10(wanted))
    length = next(step * power for step in (5, 2, 1) if step * power <= wanted)
    y = low + 0.01 * (high - low)
    axes.plot([left, left + length], [y, y], "-", color=style.SOFT, lw=2, solid_capstyle="butt", zorder=7)
    axes.annotate(
        f"{length:g} km",
        (left + length / 2, y),
        xytext=(0, 3),
        textcoords="offset points",
        color=style.SOFT,
        fontsize=style.SMALL,
        ha="center",
        va="bottom",
    )
