"""Each day along the clock: working hours behind, service as bars, driving as a line, the break pale, waiting empty."""

from __future__ import annotations

from collections.abc import Container, Sequence
from datetime import date
from typing import TYPE_CHECKING

from planner.drawing import style
from planner.plan import Route, Stop, StopKind
from planner.problem import Workday

if TYPE_CHECKING:
    from matplotlib.axes import Axes

HOUR = 3600
BAR = 0.64  # of the height of a row


def draw_chart(axes: Axes, days: Sequence[Workday], routes: Sequence[Route]) -> None:
    """Draw into `axes`: a row for each workday, the first one on top; days without a route stay empty."""
    there = {(route.rep, route.date): route for route in routes}
    for row, day in enumerate(days):
        _hours(axes, row, day)
        if route := there.get((day.rep, day.date)):
            _route(axes, row, route)
    axes.set_ylim(len(days) - 0.4, -0.6)
    _names(axes, days, set(there))
    _clock(axes, days, routes)


def waits(stop: Stop) -> bool:
    """Whether the rep is there before it begins (a break may be taken meanwhile)."""
    return stop.start > stop.arrival and stop.place is not None


def _names(axes: Axes, days: Sequence[Workday], planned: Container[tuple[str, date]]) -> None:
    """The date of each row, in the colour of its day, grey where nothing is planned; the rep beside the first,
    lines between reps and weeks."""
    several = len({day.rep for day in days}) > 1
    labels = []
    for row, day in enumerate(days):
        before = days[row - 1] if row else None
        new_rep = before is None or before.rep != day.rep
        labels.append(f"{day.rep}   {style.day_name(day.date)}" if several and new_rep else style.day_name(day.date))
        if before is not None and (new_rep or before.date.isocalendar()[1] != day.date.isocalendar()[1]):
            colour, width = (style.SOFT, 0.9) if new_rep else (style.SOFT, 0.4)
            axes.axhline(row - 0.5, color=colour, lw=width, zorder=4)
    axes.set_yticks(range(len(days)), labels)
    for tick, day in zip(axes.get_yticklabels(), days, strict=True):
        tick.set_color(style.colour(day.date) if (day.rep, day.date) in planned else style.SOFT)


def _hours(axes: Axes, row: int, day: Workday) -> None:
    axes.barh(row, day.end - day.start, left=day.start, height=0.9, color=style.WORKING, zorder=0)
    if day.max_overtime:
        axes.barh(row, day.max_overtime, left=day.end, height=0.9, color=style.WORKING, alpha=0.5, zorder=0)


def _route(axes: Axes, row: int, route: Route) -> None:
    colour = style.colour(route.date)
    # The line of the whole day is driving or waiting; what is done lies upon it.
    here, number = route.start, 0
    for stop in route.stops:
        begins = stop.start if stop.kind in (StopKind.BLOCK, StopKind.BREAK) else stop.arrival
        _way(axes, row, here, min(begins, stop.start), colour)
        if waits(stop):
            axes.plot([stop.arrival, stop.start], [row, row], ":", color=style.SOFT, lw=0.8, zorder=1)
        number += stop.place is not None
        _bar(axes, row, stop, colour, number)
        here = stop.end
    _way(axes, row, here, route.end, colour)


def _way(axes: Axes, row: int, left: int, right: int, colour: str) -> None:
    if right > left:
        axes.plot([left, right], [row, row], "-", color=colour, lw=1.1, solid_capstyle="butt", zorder=1)


def _bar(axes: Axes, row: int, stop: Stop, colour: str, number: int) -> None:
    hatch = "///" if stop.kind is StopKind.APPOINTMENT else None
    axes.barh(
        row,
        stop.end - stop.start,
        left=stop.start,
        height=BAR,
        color=colour,
        alpha=style.SHADE[stop.kind],
        hatch=hatch,
        edgecolor=style.PAPER,
        linewidth=0.5,
        zorder=2,
    )
    mark = f"{number}{'!' if stop.late_days else ''}"
    if stop.place is not None and stop.end - stop.start >= (HOUR // 6 if len(mark) == 1 else HOUR // 4):
        weight = "bold" if stop.late_days else "normal"
        behind = {"facecolor": colour, "edgecolor": "none", "pad": 1.2}  # so that a hatch leaves it readable
        middle = (stop.start + stop.end) / 2
        size = style.number_size(mark)
        axes.annotate(mark, (middle, row), zorder=3, fontweight=weight, fontsize=size, bbox=behind, **style.NUMBER)


def _clock(axes: Axes, days: Sequence[Workday], routes: Sequence[Route]) -> None:
    """Full hours along the top, from the earliest beginning to the latest end."""
    first = min([day.start for day in days] + [route.start for route in routes]) // HOUR
    last = -(-max([day.end for day in days] + [route.end for route in routes]) // HOUR)
    axes.set_xlim(first * HOUR - 600, last * HOUR + 600)
    step = 1 if last - first <= 12 else 2
    ticks = range(first, last + 1, step)
    axes.set_xticks([hour * HOUR for hour in ticks], [f"{hour:02}:00" for hour in ticks])
    axes.xaxis.tick_top()
    axes.tick_params(length=0, labelsize=style.SMALL, pad=2)
    axes.grid(axis="x", color=style.FAINT, lw=0.5, zorder=0)
    axes.set_axisbelow(True)
    for side in axes.spines.values():
        side.set_visible(False)
