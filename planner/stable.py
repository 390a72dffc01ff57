"""A budget for churn: how many published visits a search may take off their days of its own accord.

The price of churn makes a search ask of each move whether it pays; the budget bounds all of them together, because customers were told and
reps have planned around it.  What the problem no longer allows has to go whatever the budget: that is what goes without any search.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from planner.churn import churn
from planner.plan import Plan
from planner.problem import Problem

DEARER = (4, 16, 64)  # times the price of churn that searches are repeated with while too much is moved
LEAST = 300  # seconds of driving, where churn costs less

Search = Callable[[Problem, Plan | None, bool], Plan]  # problem, plan to start from, whether to improve it


def within_budget(problem: Problem, plan: Plan, search: Search) -> Plan:
    """The plan, if it moves no more than Params.churn_percent of the published visits beside those that have to go; else the first
    of searches with a dearer churn that does, else what is published with as little change as can be."""
    percent = problem.params.churn_percent
    allowed = max(
        percent > 0, len(problem.base) * percent // 100
    )  # one always: else nothing small would ever get better
    if _gone(problem, plan) <= allowed:
        return plan
    least = search(_with(problem, problem.params.churn_price), None, False)
    return replace(_narrowed(problem, plan, least, allowed + _gone(problem, least), search), iterations=plan.iterations)


def _narrowed(problem: Problem, plan: Plan, least: Plan, allowed: int, search: Search) -> Plan:
    for factor in DEARER:
        if _gone(problem, plan) <= allowed:
            return plan
        found = search(_with(problem, factor * max(LEAST, problem.params.churn_price)), None, True)
        plan = search(_with(problem, problem.params.churn_price), found, False)  # the same days at the prices that hold
    return plan if _gone(problem, plan) <= allowed else least


def _with(problem: Problem, churn_price: int) -> Problem:
    return replace(problem, params=replace(problem.params, churn_price=churn_price, churn_percent=100))


def _gone(problem: Problem, plan: Plan) -> int:
    """Published visits that are not on their day."""
    found = churn(problem, plan)
    return found.moved + found.removed
