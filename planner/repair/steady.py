"""A repaired day: the published times stay where they can."""

from __future__ import annotations

from planner.churn import another_time
from planner.draft.draft import Key
from planner.draft.steady import identity, starts_of
from planner.plan import Route
from planner.problem import Problem
from planner.repair.fewest import SHIFT_PRICE
from planner.repair.start import Remains
from planner.timing import replay


def stands(left: Remains, key: Key) -> bool:
    """Whether the published route of a day holds exactly as it is: most do, and it is sooner found than times anew.

    Asked before and after other days change, so it is remembered until the day or its due dates change.
    """
    draft, published = left.draft, left.published.get(key)
    if published is None:
        return False
    if left.standing.get(key) == draft.version(key):
        return True
    tasks, anchor = draft.stamped(key), draft.radius.anchor(key[0], draft.bound(key))
    if replay(draft.problem, draft.workdays[key], tasks, published, anchor) is None:
        return False
    left.standing[key] = draft.version(key)
    return True


def steady_route(left: Remains, key: Key) -> Route | None:
    """The order of a day with times near the published ones; the published Route itself where nothing changed.

    None: the order has no times at all.
    """
    draft, published = left.draft, left.published.get(key)
    if stands(left, key):
        return published
    route = draft.route(key)
    return published if route == published else route


def shift_price(problem: Problem, route: Route, published: Route | None) -> int:
    """What other starts than the published ones cost, in seconds of driving: each beyond the lock slack as in a day that is too full, and
    every second as one of driving."""
    starts = starts_of(published)
    seconds = sum(abs(stop.start - starts.get(identity(stop), stop.start)) for stop in route.stops)
    return SHIFT_PRICE * shifts(problem, route, published) + seconds


def shifts(problem: Problem, route: Route, published: Route | None) -> int:
    """Stops that start more than the lock slack off their published time."""
    starts, slack = starts_of(published), problem.params.lock_slack
    return sum(another_time(starts.get(identity(stop), stop.start), stop.start, slack) for stop in route.stops)
