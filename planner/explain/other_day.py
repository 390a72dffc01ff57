"""What another day would cost a visit: at first by its best place there beside everything else, then by a real repair."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from planner.draft.draft import Draft, Key
from planner.errors import ProblemError
from planner.plan import Plan, Reason
from planner.problem import Problem
from planner.proposals import MoveVisit, Price
from planner.proposals.price import price_from
from planner.reasons.displaced import detour
from planner.reasons.judge import Judge
from planner.reasons.wishes import Wish

WITH_ROOM = 3  # days with room on which the visit is really moved there, the cheapest first
FULL = 2  # and full ones, the nearest first


@dataclass(frozen=True, slots=True)
class OtherDay:
    """One of the other days of a visit.

    cost : what it would cost more than on its own day if nothing else moved, in seconds of driving; None: it has no place
        then, and `reason` says why.  near : seconds of driving from the nearest stop of that day.
    """

    rep: str
    date: date
    cost: int | None
    reason: Reason | None
    near: int


def other_days(draft: Draft, site: str, own: Key, days: Iterable[date], now: int) -> tuple[OtherDay, ...]:
    """The workdays among `days`; the visit has been taken out of the draft from its `own` day, where its total was `now`."""
    wish = Wish(site, "", tuple(days), 0)
    judge, found = Judge(draft), []
    for day in wish.days:
        for rep in draft.reps(draft.sites[site]):
            key = (rep, day)
            if key in draft.workdays and key != own:
                found.append(_judged(judge, wish, key, now))
    return tuple(found)


def _judged(judge: Judge, wish: Wish, key: Key, now: int) -> OtherDay:
    verdict = judge.day(wish, key)
    assert verdict is not None, "it is asked to prove"
    near = detour(judge.draft, wish, key)
    if verdict.insertion is None:
        return OtherDay(*key, None, verdict.reason, near)
    return OtherDay(*key, verdict.insertion.total - now, None, near)


def next_best(
    problem: Problem, plan: Plan, site: str, day: date, others: Sequence[OtherDay], frozen: Iterable[date] = ()
) -> Price | None:
    """The visit moved to its most hopeful other days, and the cheapest of what comes of it.  plan : its own repair."""
    with_room = sorted((other.cost, other.date) for other in others if other.cost is not None)[:WITH_ROOM]
    full = sorted((other.near, other.date) for other in others if other.reason is Reason.DAY_FULL)[:FULL]
    dates = tuple(frozen)
    found = []
    for _, to in (*with_room, *full):
        try:
            one = price_from(problem, plan, MoveVisit(site, day, to), dates)
        except ProblemError:  # another rep's day: a visit moves with its rep only
            continue
        if one.placed is not None:
            found.append((one.total, one.placed.date, one))
    return min(found, key=lambda entry: entry[:2])[2] if found else None
