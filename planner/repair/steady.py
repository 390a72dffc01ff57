"""A repaired day: the published times stay where they can."""

from __future__ import annotations

from planner.draft.draft import Draft, Key
from planner.draft.steady import identity, starts_of, steady_times
from planner.plan import Route
from planner.problem import Problem
from planner.timing import replay


def steady_route(draft: Draft, key: Key, published: Route | None) -> Route | None:
    """The order of a day with times near the published ones; the published Route itself where nothing changed.

    None: the order has no times at all.
    """
    anchor = draft.radius.anchor(key[0], draft.bound(key))
    tasks, workday = draft.stamped(key), draft.workdays[key]
    if published is not None and replay(draft.problem, workday, tasks, published, anchor):
        return published  # most days; sooner found this way
    route = steady_times(draft.problem, workday, tasks, starts_of(published), anchor)
    return published if route == published else route


def shifts(problem: Problem, route: Route, published: Route | None) -> int:
    """Stops that start more than the lock slack off their published time."""
    starts, slack = starts_of(published), problem.params.lock_slack
    return sum(abs(stop.start - starts.get(identity(stop), stop.start)) > slack for stop in route.stops)
