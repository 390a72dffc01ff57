"""Compiling, or loading what was compiled before: to be done at set-up and at the start of a process."""

from __future__ import annotations

from datetime import date

from planner.cadence.policy import Cadence
from planner.cadence.unroll import unroll
from planner.calendar import DateRange
from planner.problem import Problem, Site, Workday
from planner.search.pack import pack
from planner.search.run import Search
from planner.travel import Estimate, Place


def warm() -> None:
    """Make the search ready: a minute or two of processor time the first time, half a second after that.

    The compiled code is kept where planner.search.cache says.
    """
    day, places = date(2026, 1, 5), (Place(46.0, 8.0), Place(46.1, 8.0))
    site = Site("warm", 1, "rep", 600, day, cadence=Cadence(interval_days=7))
    workday = Workday("rep", day, 28_800, 61_200, 0, 0)
    problem = Problem(DateRange(day, day), places, Estimate().matrix(places), (workday,), (site,))
    search = Search(pack(problem, unroll(problem), [workday], [site], {"warm": ("rep",)}))
    search.improve(10)
