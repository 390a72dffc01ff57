"""What keeps a published plan: a budget for the visits that a search may take off their days of its own accord, and the least that
another order of a day has to gain for the starts that it shifts.

The price of churn makes a search ask of each move whether it pays; the budget bounds all of them together, because customers were told and
reps have planned around it.  What the problem no longer allows has to go whatever the budget: that is what goes without any search.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from planner.churn import another_time, churn
from planner.plan import Plan, Route, StopKind
from planner.problem import Problem, Workday
from planner.tasks import Task
from planner.timing import order_cost, time_route

DEARER = (4, 16, 64)  # times the price of churn that searches are repeated with while too much is moved
LEAST = 300  # seconds of driving, where churn costs less

RETIMED = 120  # seconds of driving that a day has to gain for each published start that another order shifts

Search = Callable[[Problem, Plan | None, bool], Plan]  # problem, plan to start from, whether to improve it


def within_budget(problem: Problem, plan: Plan, search: Search) -> Plan:
    """The plan, if it moves no more than Params.churn_percent of the published visits beside those that have to go; else the first
    of searches with a dearer churn that does, else what is published with as little change as can be.

    What people asked for comes before the budget: where no plan within it keeps all of that, the one that keeps most of it
    and then moves least.
    """
    percent = problem.params.churn_percent
    allowed = max(
        percent > 0, len(problem.base) * percent // 100
    )  # one always: else nothing small would ever get better
    if _gone(problem, plan) <= allowed:
        return plan
    least = search(_with(problem, problem.params.churn_price), None, False)
    allowed += _gone(problem, least)
    tried = [plan, *_dearer(problem, plan, allowed, search), least]
    best = min(tried, key=lambda one: (_lost(problem, one), max(0, _gone(problem, one) - allowed)))
    return replace(best, iterations=plan.iterations)


def _dearer(problem: Problem, plan: Plan, allowed: int, search: Search) -> Iterator[Plan]:
    """Plans of searches with a dearer churn, until one moves few enough."""
    for factor in DEARER:
        if _gone(problem, plan) <= allowed:
            return
        found = search(_with(problem, factor * max(LEAST, problem.params.churn_price)), None, True)
        plan = search(_with(problem, problem.params.churn_price), found, False)  # the same days at the prices that hold
        yield plan


def _with(problem: Problem, churn_price: int) -> Problem:
    return replace(problem, params=replace(problem.params, churn_price=churn_price, churn_percent=100))


def _gone(problem: Problem, plan: Plan) -> int:
    """Published visits that are not on their day."""
    found = churn(problem, plan)
    return found.moved + found.removed


def _lost(problem: Problem, plan: Plan) -> int:
    """Appointments and must-visits that are left out."""
    asked = {a.id for a in problem.appointments} | {must.id for must in problem.must_visits}
    return sum(one.request in asked for one in plan.unplanned)


def as_published(
    problem: Problem, workday: Workday, tasks: Sequence[Task], starts: Mapping[str, int]
) -> list[Task] | None:
    """The tasks of a day in the order of their published starts, if another order gains too little for the starts that it shifts.

    A search finds another order again and again, for some seconds of driving; so with nothing changed it gives the same plan.

    starts : of the published visits of the day, by site.  None: the order of `tasks` is worth it, or the visits are not the same.
    """
    visits = {task.site for task in tasks if task.kind is StopKind.VISIT}
    if not visits or visits != starts.keys():
        return None
    before = sorted(
        tasks,
        key=lambda task: starts.get(task.site or "", -1) if task.kind is StopKind.VISIT else task.windows[0].earliest,
    )
    if before == list(tasks):
        return None
    old, new = time_route(problem, workday, before), time_route(problem, workday, tasks)
    was, now = order_cost(problem, workday, before), order_cost(problem, workday, tasks)
    if old is None or new is None or was is None or now is None:
        return None
    slack = problem.params.lock_slack
    return before if was - now < RETIMED * (_retimed(new, starts, slack) - _retimed(old, starts, slack)) else None


def _retimed(route: Route, starts: Mapping[str, int], slack: int) -> int:
    visits = [stop for stop in route.stops if stop.kind is StopKind.VISIT]
    return sum(another_time(starts[stop.site or ""], stop.start, slack) for stop in visits)
