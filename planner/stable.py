"""What keeps a published plan: a budget for the visits that a search may take off their days of its own accord, and the least that
another order of a day has to gain for the starts that it shifts.

The price of churn makes a search ask of each move whether it pays; the budget bounds all of them together, because customers were told and
reps have planned around it.  What the problem no longer allows has to go whatever the budget: that is what goes without any search.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from planner.churn import another_time, churn
from planner.plan import Plan, Route, StopKind
from planner.problem import PlacedVisit, Problem, Workday
from planner.tasks import Task
from planner.timing import order_cost, time_route

DEARER = (4, 16)  # times the price of churn that searches are repeated with while too much is moved
LEAST = 300  # seconds of driving, where churn costs less

RETIMED = 120  # seconds of driving that a day has to gain for each published start that another order shifts

Search = Callable[[Problem, Plan | None, bool], Plan]  # problem, plan to start from, whether to improve it


def within_budget(problem: Problem, plan: Plan, search: Search) -> Plan:
    """The plan, if it moves no more than Params.churn_percent of the published visits, those that have to go among them, but one more
    than these at least; else the cheapest that does of searches with a dearer churn, of those in which only some of what it moves may
    move, and of what is published with as little change as can be.

    What people asked for comes before the budget: where no plan within it keeps all of that, the one that keeps most of it
    and then moves least.
    """
    percent = problem.params.churn_percent
    allowed = len(problem.base) * percent // 100
    one = percent > 0  # always: else nothing small would ever get better
    if _gone(problem, plan) <= max(one, allowed):
        return plan
    least = search(_with(problem, problem.params.churn_price), None, False)
    allowed = max(allowed, _gone(problem, least) + one)
    in_part = _in_part(problem, plan, least, allowed - _gone(problem, least), search)
    tried = [plan, *_dearer(problem, plan, allowed, search), *in_part, least]
    best = min(tried, key=lambda one: (_lost(problem, one), max(0, _gone(problem, one) - allowed), one.objective.total))
    return replace(best, iterations=plan.iterations)


def _dearer(problem: Problem, plan: Plan, allowed: int, search: Search) -> Iterator[Plan]:
    """Plans of searches with a dearer churn, until one moves few enough."""
    for factor in DEARER:
        if _gone(problem, plan) <= allowed:
            return
        found = search(_with(problem, factor * max(LEAST, problem.params.churn_price)), None, True)
        plan = search(_with(problem, problem.params.churn_price), found, False)  # the same days at the prices that hold
        yield plan


def _in_part(problem: Problem, plan: Plan, least: Plan, number: int, search: Search) -> Iterator[Plan]:
    """Plans of searches in which so many of the published visits that `plan` moves may move, and no others: those of the nearest
    days, or those whose sites lose least.

    A price has no middle where many changes gain the same (a segment that is worth more from now on): a dearer one forbids them
    all.  So some are made now, and more by the next searches.
    """
    locked = {(visit.site, visit.date) for visit in problem.locked}  # those of frozen days are in both
    published = {(visit.site, visit.date) for visit in problem.base} - locked
    stays = [stop for stop in _calls(least) if stop[1:] in published]
    moved = published.intersection(call[1:] for call in stays).difference(call[1:] for call in _calls(plan))
    worth = {site.id: site.miss_price for site in problem.sites}
    nearest = sorted(moved, key=lambda visit: (visit[1], visit[0]))
    for order in (nearest, sorted(nearest, key=lambda visit: worth[visit[0]])) if number else ():
        free = set(order[:number])
        locks = {call[1:]: PlacedVisit(call[1], call[0], call[2]) for call in stays if call[1:] not in free}
        base = tuple(visit for visit in problem.base if (visit.site, visit.date) not in locks)
        held = replace(_with(problem, problem.params.churn_price), base=base, locked=(*problem.locked, *locks.values()))
        yield search(_with(problem, problem.params.churn_price), search(held, least, True), False)


def _calls(plan: Plan) -> list[tuple[str, str, date]]:
    """Rep, site and date of the visits of a plan."""
    return [
        (route.rep, stop.site, route.date)
        for route in plan.routes
        for stop in route.stops
        if stop.kind is StopKind.VISIT and stop.site is not None
    ]


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
