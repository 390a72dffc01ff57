"""Where the days lead: accounts as dots, routes as lines, stops numbered in the order of their day."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from planner.drawing import style
from planner.drawing.span import Panel
from planner.drawing.spread import Point, spread
from planner.drawing.style import Colours
from planner.plan import NOTHING_ASKED, Plan, Route
from planner.problem import Problem, Site
from planner.travel import Place

if TYPE_CHECKING:
    from matplotlib.axes import Axes

KM_A_DEGREE = 111.2
MOST_NUMBERED = 8  # days; beyond that the numbers lie upon each other
SIGN = 8.0  # points: width of the sign of a stop
MARGIN = 0.06  # of each side, around all that is drawn
LEAST_SPAN = 1.0  # kilometres that a map shows at least, each way
LEAST_SHARE = 0.4  # of the longer side that the shorter one has at least


def draw_map(axes: Axes, problem: Problem, plan: Plan, panel: Panel, colours: Colours) -> None:
    """Draw into `axes`, in kilometres east and north of the middle of all places: what the reps of this panel visit, and their accounts."""
    there, beds = _Plane(problem.places), {route.night for route in panel.routes if route.night is not None}
    for mark, sites in around(problem, plan, panel).items():
        for site in sites:
            if site.place is not None:
                axes.plot(*there.of(site.place), **MARKS[mark])
    for route in panel.routes:
        _way(axes, problem, route, there, colours)
    homes = _homes(problem, panel)
    for place, rep in homes.items():
        axes.plot(*there.of(place), **style.HOME, color=colours.of_rep(rep), zorder=6)
    for place in sorted(beds):
        axes.plot(*there.of(place), **style.NIGHT, zorder=6)
    axes.set_aspect("equal", adjustable="box", anchor="NW")
    axes.margins(MARGIN)
    _widened(axes)
    _stops(axes, panel.routes, there, colours, taken=[there.of(place) for place in homes.keys() | beds])
    axes.set_axis_off()
    _scale(axes)


def shape(problem: Problem, panel: Panel) -> float:
    """The height of a map for each unit of its width."""
    there, sites = _Plane(problem.places), _accounts(problem, {}, panel.reps)
    places = {site.place for site in sites if site.place is not None} | _homes(problem, panel).keys()
    xs, ys = (
        zip(*(there.of(place) for place in sorted(places) or [0]), strict=True) if problem.places else ((0.0,), (0.0,))
    )
    wide, tall = ((1 + 2 * MARGIN) * (max(line) - min(line)) for line in (xs, ys))
    least = max(LEAST_SPAN, LEAST_SHARE * wide, LEAST_SHARE * tall)
    return max(tall, least) / max(wide, least)


def _homes(problem: Problem, panel: Panel) -> dict[int, str]:
    """Where the days of these reps start and end, and who does: the first of several."""
    days = [day for day in problem.workdays if day.rep in panel.reps]
    found = [(place, day.rep) for day in days for place in (day.start_place, day.end_place)]
    return dict(sorted(found, reverse=True))


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
        self.middle = _mean_longitude(places)
        self.lon = sum(self._east(place) for place in places) / max(1, len(places))

    def of(self, place: int) -> Point:
        here = self.places[place]
        east = (self._east(here) - self.lon) * KM_A_DEGREE * math.cos(math.radians(self.lat))
        return east, (here.lat - self.lat) * KM_A_DEGREE

    def _east(self, place: Place) -> float:
        """Degrees east of about the middle, the short way round: places on both sides of the 180th meridian are neighbours."""
        return (place.lon - self.middle + 180) % 360 - 180


def _mean_longitude(places: Sequence[Place]) -> float:
    """Of the directions, as seen from the axis of the earth."""
    angles = [math.radians(place.lon) for place in places]
    return math.degrees(math.atan2(sum(map(math.sin, angles)), sum(map(math.cos, angles))))


class Mark(StrEnum):
    """What an account is that has no stop on a map."""

    NOT_DUE = "nothing due"
    ELSEWHERE = "visited on other days"
    LEFT_OUT = "left out"


MARKS: dict[Mark, dict[str, Any]] = {
    Mark.NOT_DUE: {**style.NOT_DUE, "zorder": 1},
    Mark.ELSEWHERE: {**style.ELSEWHERE, "zorder": 1.5},
    Mark.LEFT_OUT: {**style.CROSS, "zorder": 3},
}


def around(problem: Problem, plan: Plan, panel: Panel) -> dict[Mark, list[Site]]:
    """The accounts of these reps that have no stop here.  Left out is what the whole plan has no visit for, though it lacks one."""
    shown = {stop.site for route in panel.routes for stop in route.stops}
    planned = {stop.site for route in plan.routes for stop in route.stops}
    lacking = {entry.site for entry in plan.unplanned if entry.reason not in NOTHING_ASKED}
    found: dict[Mark, list[Site]] = {mark: [] for mark in Mark}
    for site in _accounts(problem, plan.owners, panel.reps):
        if site.place is None or site.id in shown:
            continue
        mark = Mark.ELSEWHERE if site.id in planned else Mark.LEFT_OUT if site.id in lacking else Mark.NOT_DUE
        found[mark].append(site)
    return found


def _accounts(problem: Problem, owners: Mapping[str, str], reps: Collection[str]) -> list[Site]:
    """Those of these reps, and those of nobody where all reps are drawn."""
    everybody = set(reps) >= set(problem.reps)
    owner = {site.id: site.owner or owners.get(site.id) for site in problem.sites}
    return [site for site in problem.sites if owner[site.id] in reps or (everybody and owner[site.id] is None)]


def _way(axes: Axes, problem: Problem, route: Route, there: _Plane, colours: Colours) -> None:
    workday = next(day for day in problem.workdays if (day.rep, day.date) == (route.rep, route.date))
    start = workday.start_place if route.morning is None else route.morning
    end = workday.end_place if route.night is None else route.night
    way = [start, *(stop.place for stop in route.stops if stop.place is not None), end]
    xs, ys = zip(*(there.of(place) for place in way), strict=True)
    colour, line = colours.of(route.rep, route.date), colours.dashes(route.rep)
    axes.plot(xs, ys, line, color=colour, lw=1.1, alpha=0.75, solid_joinstyle="round", zorder=2)


def _stops(axes: Axes, routes: Sequence[Route], there: _Plane, colours: Colours, taken: Sequence[Point]) -> None:
    """A sign for each stop, numbered in the order of its day; those of few days side by side, each tied to its place.

    The limits of the map have to be what they will be: how near two signs are depends on them.
    """
    stops = [
        (there.of(stop.place), number, colours.of(route.rep, route.date))
        for route in routes
        for number, stop in enumerate((stop for stop in route.stops if stop.place is not None), start=1)
        if stop.place is not None
    ]
    if len(routes) > MOST_NUMBERED:
        for (x, y), _, colour in stops:
            axes.plot(x, y, ls="", marker="o", ms=3.5, color=colour, mec=style.PAPER, mew=0.8, zorder=4)
        return
    spots = _side_by_side(axes, [place for place, _, _ in stops], taken)
    for (place, number, colour), spot in zip(stops, spots, strict=True):
        if spot != place:
            axes.annotate("", spot, place, arrowprops={"arrowstyle": "-", "color": colour, "lw": 0.6}, zorder=3)
            axes.plot(*place, ls="", marker=".", ms=3, color=colour, mec="none", zorder=3)
        axes.plot(*spot, ls="", marker="o", ms=SIGN, color=colour, mec=style.PAPER, mew=0.8, zorder=7)
        axes.annotate(
            str(number), spot, zorder=8, fontsize=style.number_size(str(number)), color=style.on(colour), **style.NUMBER
        )


def _side_by_side(axes: Axes, places: Sequence[Point], taken: Sequence[Point]) -> list[Point]:
    """Where signs of SIGN points stand that are wanted at these places."""
    axes.apply_aspect()
    points = 72 / axes.figure.dpi
    here, others = axes.transData.transform(places) * points, axes.transData.transform([*taken]) * points
    spots = spread([tuple(point) for point in here], SIGN, [tuple(point) for point in others])
    back = axes.transData.inverted()
    moved = [spot != tuple(point) for spot, point in zip(spots, here, strict=True)]
    found = [tuple(back.transform((x / points, y / points))) for x, y in spots]
    return [there if is_moved else place for is_moved, there, place in zip(moved, found, places, strict=True)]


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
