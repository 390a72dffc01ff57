"""Each day along the clock: working hours behind, what is done as bars, follow-up as low ones, driving as a line, waiting dotted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from planner.drawing import style
from planner.drawing.moments import Doing, moments
from planner.drawing.span import Panel
from planner.drawing.style import Colours
from planner.plan import Route, Stop, StopKind
from planner.problem import Workday

if TYPE_CHECKING:
    from matplotlib.axes import Axes

HOUR = 3600
BAR, LOW = 0.64, 0.3  # of the height of a row: what is done, and follow-up
LINES = {Doing.DRIVING: ("-", 1.3), Doing.WAITING: (":", 1.0)}
NINE_TO_FIVE = (9 * HOUR, 17 * HOUR)  # where there is no day at all


def draw_chart(axes: Axes, panel: Panel, colours: Colours, clock: tuple[int, int]) -> None:
    """Draw into `axes`: a row for each workday, the first one on top, from the first of these hours to the last; a row with the
    name of each rep, where there are several.  Days without a route stay empty."""
    there = {(route.rep, route.date): route for route in panel.routes}
    rows = _rows(panel)
    for row, day in rows:
        _hours(axes, row, day)
        if route := there.get((day.rep, day.date)):
            _route(axes, row, route, day, colours.of(day.rep, day.date))
    _reps(axes, rows, panel, colours, clock)
    axes.set_yticks([row for row, _ in rows], [style.day_name(day.date) for _, day in rows])
    for tick, (_, day) in zip(axes.get_yticklabels(), rows, strict=True):
        tick.set_color(_label(colours, day) if (day.rep, day.date) in there else style.SOFT)
    axes.set_ylim(height(panel) - 0.4, -0.6)
    _clock(axes, clock)
    if not there:
        axes.text(0.5, 0.5, "no visits", transform=axes.transAxes, color=style.SOFT, ha="center", va="center")


def height(panel: Panel) -> int:
    """Rows of the chart, at least one."""
    return max(1, len(panel.days) + (len({day.rep for day in panel.days}) if len(panel.reps) > 1 else 0))


def full_hours(panels: Iterable[Panel]) -> tuple[int, int]:
    """From the earliest beginning to the latest end of all days."""
    spans = [(day.start, day.end) for panel in panels for day in panel.days]
    spans += [(route.start, route.end) for panel in panels for route in panel.routes]
    first, last = min(a for a, _ in spans or [NINE_TO_FIVE]), max(b for _, b in spans or [NINE_TO_FIVE])
    return first // HOUR, -(-last // HOUR)


def _rows(panel: Panel) -> list[tuple[int, Workday]]:
    """Each workday with its row; above those of a rep one is left for the name, where there are several."""
    found: list[tuple[int, Workday]] = []
    heads, rep = 0, None
    for number, day in enumerate(panel.days):
        heads += len(panel.reps) > 1 and day.rep != rep
        rep = day.rep
        found.append((number + heads, day))
    return found


def _reps(
    axes: Axes, rows: Sequence[tuple[int, Workday]], panel: Panel, colours: Colours, clock: tuple[int, int]
) -> None:
    """The name of each rep above their days; inside the chart, so that a long one lies across nothing."""
    before = None
    for row, day in rows:
        if len(panel.reps) > 1 and day.rep != before:
            name, at = style.short(day.rep), (clock[0] * HOUR, row - 1)
            axes.annotate(name, at, fontsize=style.SIZE, weight="bold", color=colours.of_rep(day.rep), va="center")
        before = day.rep


def _label(colours: Colours, day: Workday) -> str:
    """The colour of a date: that of the weekday, unless colours are of reps."""
    return style.INK if colours.reps else colours.of(day.rep, day.date)


def _hours(axes: Axes, row: int, day: Workday) -> None:
    axes.barh(row, day.end - day.start, left=day.start, height=0.9, color=style.WORKING, zorder=0)
    if day.max_overtime:
        axes.barh(row, day.max_overtime, left=day.end, height=0.9, color=style.WORKING, alpha=0.5, zorder=0)


def _route(axes: Axes, row: int, route: Route, day: Workday, colour: str) -> None:
    for moment in moments(route, day.follow_up):
        if moment.doing is Doing.FOLLOW_UP:
            length = moment.end - moment.start
            axes.barh(row, length, left=moment.start, height=LOW, color=colour, alpha=0.6, linewidth=0, zorder=2)
        else:
            line, width = LINES[moment.doing]
            axes.plot(
                [moment.start, moment.end], [row, row], line, color=colour, lw=width, solid_capstyle="butt", zorder=1
            )
    number = 0
    for stop in route.stops:
        number += stop.place is not None
        _bar(axes, row, stop, colour, number)
    if route.night is not None:
        axes.plot(route.end, row, **style.NIGHT, clip_on=False, zorder=5)


def _bar(axes: Axes, row: int, stop: Stop, colour: str, number: int) -> None:
    pause = stop.kind is StopKind.BREAK
    axes.barh(
        row,
        stop.end - stop.start,
        left=stop.start,
        height=BAR,
        facecolor=style.PAPER if pause else colour,
        alpha=style.SHADE[stop.kind],
        hatch=style.HATCH.get(stop.kind),
        edgecolor=colour if pause else style.PAPER,
        linewidth=0.7 if pause else 0.5,
        zorder=2,
    )
    mark = f"{number}{'!' if stop.late_days else ''}"
    if stop.place is not None and stop.end - stop.start >= (HOUR // 6 if len(mark) == 1 else HOUR // 4):
        weight = "bold" if stop.late_days else "normal"
        behind = {"facecolor": colour, "edgecolor": "none", "pad": 1.2}  # so that a hatch leaves it readable
        middle = (stop.start + stop.end) / 2
        size = style.number_size(mark)
        axes.annotate(
            mark,
            (middle, row),
            zorder=3,
            fontweight=weight,
            fontsize=size,
            bbox=behind,
            color=style.on(colour),
            **style.NUMBER,
        )


def _clock(axes: Axes, clock: tuple[int, int]) -> None:
    """Full hours along the top."""
    first, last = clock
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
