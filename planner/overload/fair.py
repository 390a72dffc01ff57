"""What is a fair day: the work that a rep's accounts ask for, spread over the workdays."""

from __future__ import annotations

from dataclasses import replace

from planner.estimate import estimate, weeks
from planner.problem import Problem


def with_fair_work(problem: Problem) -> Problem:
    """The problem with `fair_work` on every workday that has none: the estimated work of its rep in the period by workday.

    So a day costs more as soon as it has more than its share, whether the period is full or half empty.
    """
    share = {}
    for rep in problem.reps:
        count = sum(day.rep == rep for day in problem.workdays)
        share[rep] = round(estimate(problem, rep).needed * weeks(problem, rep) / count)
    days = tuple(replace(day, fair_work=share[day.rep]) if day.fair_work is None else day for day in problem.workdays)
    return replace(problem, workdays=days)
