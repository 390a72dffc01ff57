"""The whole picture: title, a map and a chart for each panel, and what the signs mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from planner.drawing import style
from planner.drawing.legend import names, signs
from planner.drawing.map import shape
from planner.drawing.span import Panel, Span
from planner.drawing.style import Colours
from planner.errors import ProblemError
from planner.plan import Plan, Route, StopKind
from planner.problem import Problem

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FORMATS = ("svg", "png", "pdf")
# Inches.
WIDTH, SIDE, GAP = 12.0, 0.18, 0.3
TITLE, HEAD, LINE = 0.48, 0.42, 0.2  # of the picture, of a panel, of a line of a legend
MAP, LEAST, MOST, MOST_OF_MANY = 5.2, 3.2, 6.5, 4.2  # a map beside its chart: its width, and its height
LABELS, HOURS, ROW, TALL_ROW = 0.75, 0.28, 0.24, 0.62  # of a chart: dates, the clock, a row at least and at most
BESIDE = 1.6  # a chart taller than so many heights of its map stands below it
SIGNS, REPS = 8, 6  # of a line of a legend


@dataclass(frozen=True, slots=True)
class _Layout:
    """How large the parts of a panel are."""

    map_width: float
    map_height: float
    chart_height: float
    beside: bool

    @property
    def height(self) -> float:
        return max(self.map_height, self.chart_height) if self.beside else self.map_height + GAP + self.chart_height


def draw(problem: Problem, plan: Plan, span: Span | None = None) -> Figure:
    """A figure of a map and a chart for each week (or rep).  Raises ProblemError (Span.panels), ImportError without matplotlib."""
    from matplotlib.figure import Figure  # a second and 60 MB, which only a picture is worth

    from planner.drawing.chart import draw_chart, full_hours
    from planner.drawing.map import draw_map

    span = span or Span()
    panels = span.panels(problem, plan)
    several = len({rep for panel in panels for rep in panel.reps}) > 1
    colours = Colours(panels[0].reps if several and not span.by_rep else ())
    keys, below = names(colours), signs(problem, plan, panels)
    layouts = [_layout(shape(problem, panel), panel, len(panels)) for panel in panels]
    head = HEAD if len(panels) > 1 else 0.0
    top = TITLE + LINE * _lines(keys, REPS)
    height = top + sum(layout.height + head + GAP for layout in layouts) + LINE * _lines(below, SIGNS)
    figure = Figure(figsize=(WIDTH, height), facecolor=style.PAPER)
    _title(figure, panels)
    _legends(figure, keys, below)
    clock = full_hours(panels)
    for panel, layout in zip(panels, layouts, strict=True):
        if head:
            _head(figure, panel, top, span.by_rep)
        map_, chart = _pair(figure, layout, top + head)
        draw_map(map_, problem, plan, panel, colours)
        draw_chart(chart, panel, colours, clock)
        top += head + layout.height + GAP
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


def _layout(tall: float, panel: Panel, panels: int) -> _Layout:
    """tall : the height of the map for each unit of its width."""
    from planner.drawing.chart import height

    rows = height(panel)
    most = MOST if panels == 1 else MOST_OF_MANY
    map_height = min(most, max(LEAST, MAP * tall))
    if HOURS + ROW * rows <= BESIDE * min(most, MAP * tall):
        room = max(map_height, HOURS + ROW * rows)
        return _Layout(MAP, map_height, min(room, HOURS + TALL_ROW * rows), beside=True)
    width = WIDTH - 2 * SIDE
    return _Layout(width, min(MOST, width * tall), HOURS + ROW * rows, beside=False)


def _pair(figure: Figure, layout: _Layout, top: float) -> tuple[Axes, Axes]:
    map_ = _axes(figure, SIDE, top, layout.map_width, layout.map_height)
    left = SIDE + LABELS + (layout.map_width + GAP if layout.beside else 0.0)
    below = top + (0.0 if layout.beside else layout.map_height + GAP)
    chart = _axes(figure, left, below + HOURS, WIDTH - left - SIDE, layout.chart_height - HOURS)
    return map_, chart


def _axes(figure: Figure, left: float, top: float, width: float, height: float) -> Axes:
    tall = figure.get_figheight()
    return figure.add_axes((left / WIDTH, 1 - (top + height) / tall, width / WIDTH, height / tall))


def _title(figure: Figure, panels: Sequence[Panel]) -> None:
    """Who and when, over the days that the charts show, and what is planned on them."""
    days = sorted(day.date for panel in panels for day in panel.days) or [panels[0].first, panels[-1].last]
    reps = sorted({rep for panel in panels for rep in panel.reps})
    who = style.short(reps[0]) if len(reps) == 1 else f"{len(reps)} reps" if reps else "nobody"
    routes = [route for panel in panels for route in panel.routes]
    _line(figure, 0.22, f"{who}, {style.days_name(days[0], days[-1])}", _figures(routes), 13)


def _head(figure: Figure, panel: Panel, top: float, by_rep: bool) -> None:
    days = [day.date for day in panel.days] or [panel.first, panel.last]
    when = style.days_name(min(days), max(days))
    who = f"{style.short(panel.reps[0])}, " if by_rep else ""
    _line(figure, top + 0.16, who + when, _figures(panel.routes), 10)


def _line(figure: Figure, top: float, left: str, right: str, size: float) -> None:
    y, edge = 1 - top / figure.get_figheight(), SIDE / WIDTH
    figure.text(edge, y, left, fontsize=size, color=style.INK, weight="bold", va="center")
    figure.text(1 - edge, y, right, fontsize=style.SIZE, color=style.SOFT, va="center", ha="right")


def _figures(routes: Sequence[Route]) -> str:
    stops = [stop for route in routes for stop in route.stops]
    if not routes:
        return "no visits"
    visits = sum(stop.kind is StopKind.VISIT for stop in stops)
    agreed = sum(stop.kind is StopKind.APPOINTMENT for stop in stops)
    driving = sum(stop.travel for stop in stops) + sum(route.return_travel for route in routes)
    km = sum(stop.metres for stop in stops) + sum(route.return_metres for route in routes)
    nights = sum(route.night is not None for route in routes)
    away = f"{_count(nights, 'night')} away, " if nights else ""
    return f"{_count(visits, 'visit')}, {_count(agreed, 'appointment')}, {away}{style.hours(driving)} of driving, {km / 1000:,.0f} km"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _lines(entries: Sequence[object], of_a_line: int) -> int:
    return -(-len(entries) // of_a_line)


def _legends(figure: Figure, reps: Sequence[Artist], below: Sequence[Artist]) -> None:
    """The signs at the foot, the reps under the title."""
    height = figure.get_figheight()
    look = {
        "frameon": False,
        "fontsize": style.SMALL,
        "labelcolor": style.INK,
        "handletextpad": 0.5,
        "columnspacing": 1.6,
    }
    if below:
        columns = -(-len(below) // _lines(below, SIGNS))
        foot = (0.5, 0.04 / height)
        figure.legend(handles=list(below), loc="lower center", ncols=columns, bbox_to_anchor=foot, **look)
    if reps:
        columns = -(-len(reps) // _lines(reps, REPS))
        under = ((SIDE - 0.05) / WIDTH, 1 - (TITLE - 0.12) / height)
        look = {**look, "fontsize": style.SIZE - 1, "borderaxespad": 0.0, "borderpad": 0.0}
        figure.legend(handles=list(reps), loc="upper left", ncols=columns, bbox_to_anchor=under, **look)
