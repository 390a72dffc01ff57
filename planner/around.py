"""How far accounts are from each other as the radius rule counts: metres of great circle, or seconds of driving."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from planner.params import RadiusRule
from planner.problem import Problem
from planner.travel import great_circle

Indexes = Sequence[int] | np.ndarray


def apart(problem: Problem, places: Indexes, others: Indexes | None = None) -> np.ndarray:
    """From each of these places (indexes) to each of the others (None: to each other), float64, shape (n, m).

    Seconds where the rule of the problem counts them: of the way there and the way back the longer one.
    """
    to = places if others is None else others
    if problem.radius is None or problem.radius.seconds is None:
        return great_circle([problem.places[p] for p in places], [problem.places[p] for p in to])
    seconds, here, there = problem.travel.seconds, np.asarray(places, int), np.asarray(to, int)
    longer = np.maximum(seconds[np.ix_(here, there)], seconds[np.ix_(there, here)].T)
    return np.where(here[:, None] == there[None, :], 0.0, longer)


def reach(rule: RadiusRule | None) -> int:
    """The radius in the unit of `apart`; without a rule the default."""
    rule = rule or RadiusRule()
    return rule.metres if rule.seconds is None else rule.seconds


def excess(rule: RadiusRule, away: np.ndarray, never: int) -> np.ndarray:
    """Price of what lies beyond the radius, rounded down, int64; `never` where that is not allowed."""
    beyond = np.maximum(0.0, away - reach(rule))
    if rule.hard:
        return np.where(beyond > 0, never, 0).astype(np.int64)
    if rule.seconds is None:
        return (beyond * rule.price_per_km / 1000).astype(np.int64)
    return (beyond * rule.price_per_minute / 60).astype(np.int64)
