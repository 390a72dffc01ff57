"""A plan as a picture: the map of its routes, and each day along the clock.  Needs matplotlib, which nothing else loads.

    from planner.drawing import Span, draw
    draw(problem, plan, Span(first, last)).savefig("plan.svg")

span     which days of whom    picture  the whole      map      where the days lead
chart    each day along the clock      moments  driving, waiting, follow-up      legend  what the signs mean      style  colours and words
"""

from planner.drawing.picture import FORMATS, draw, save
from planner.drawing.span import Span

__all__ = ["FORMATS", "Span", "draw", "save"]
