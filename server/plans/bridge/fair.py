"""Fair days: each gets of a rep's work what it has of the working time, and what is beyond it has a price."""

from __future__ import annotations

from dataclasses import replace

from planner.estimate import estimate, weeks
from planner.problem import Problem, Workday


def with_fair_days(problem: Problem, rep: str) -> Problem:
    """The problem with `fair_work` on each workday of the rep.

    The work is what the rep's accounts ask for in the period, driving included, as far as it can be estimated, and what has been
    agreed elsewhere.  What is left of today gets its share of what is left to do.
    """
    days = [day for day in problem.workdays if day.rep == rep]
    agreed = sum(a.duration for a in problem.appointments if a.rep == rep and a.site is None)
    work = round(estimate(problem, rep).needed * weeks(problem, rep)) + agreed
    there_is = sum(map(_working, days))
    if not there_is:
        return problem
    workdays = (
        replace(day, fair_work=work * _working(day) // there_is) if day.rep == rep else day for day in problem.workdays
    )
    return replace(problem, workdays=tuple(workdays))


def _working(day: Workday) -> int:
    return max(0, day.end - day.start - (day.rest.duration if day.rest else 0))
