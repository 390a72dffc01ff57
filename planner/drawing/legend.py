"""What the signs mean, those that are there, and whose colour is whose."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from planner.drawing import style
from planner.drawing.map import MARKS, Mark, around
from planner.drawing.moments import Doing, moments
from planner.drawing.span import Panel
from planner.drawing.style import Colours
from planner.plan import Plan, StopKind
from planner.problem import Problem

if TYPE_CHECKING:
    from matplotlib.artist import Artist

GREY = style.SOFT
BAR: dict[str, Any] = {"facecolor": GREY}


def signs(problem: Problem, plan: Plan, panels: Sequence[Panel]) -> list[Artist]:
    """Of all panels together."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    routes = [route for panel in panels for route in panel.routes]
    stops = [stop for route in routes for stop in route.stops]
    kinds = {stop.kind for stop in stops}
    late = " (! late)" if any(stop.late_days for stop in stops) else ""
    desk = {(day.rep, day.date): day.follow_up for panel in panels for day in panel.days}
    doing = {moment.doing for route in routes for moment in moments(route, desk[route.rep, route.date])}
    marks = {mark for panel in panels for mark, sites in around(problem, plan, panel).items() if sites}
    hatch: dict[str, Any] = {"hatch": style.HATCH[StopKind.APPOINTMENT], "edgecolor": style.PAPER}
    found: list[tuple[Artist, bool]] = [
        (Patch(**BAR, label=f"visit{late}"), StopKind.VISIT in kinds),
        (Patch(**BAR, **hatch, label="appointment"), StopKind.APPOINTMENT in kinds),
        (Patch(**BAR, alpha=style.SHADE[StopKind.BLOCK], label="block"), StopKind.BLOCK in kinds),
        (Patch(facecolor=style.PAPER, edgecolor=GREY, lw=0.7, label="break"), StopKind.BREAK in kinds),
        (Line2D([], [], color=GREY, alpha=0.6, lw=3.5, label="follow-up"), Doing.FOLLOW_UP in doing),
        (Line2D([], [], color=GREY, lw=1.3, label="driving"), Doing.DRIVING in doing),
        (Line2D([], [], color=GREY, lw=1.0, ls=":", label="waiting"), Doing.WAITING in doing),
        (Patch(facecolor=style.WORKING, label="working hours"), any(panel.days for panel in panels)),
        (
            Line2D([], [], **{**style.HOME, "ms": 6}, color=style.INK, label="start and end"),
            any(p.days for p in panels),
        ),
        (Line2D([], [], **style.NIGHT, label="night away"), any(route.night is not None for route in routes)),
    ]
    found += [(Line2D([], [], **MARKS[mark], label=str(mark)), mark in marks) for mark in Mark]
    return [sign for sign, is_there in found if is_there]


def names(colours: Colours) -> list[Artist]:
    """A line for each rep, as on the map; none where colours are of weekdays."""
    from matplotlib.lines import Line2D

    return [
        Line2D([], [], color=colours.of_rep(rep), ls=colours.dashes(rep), lw=2, label=style.short(rep, 24))
        for rep in colours.reps
    ]
