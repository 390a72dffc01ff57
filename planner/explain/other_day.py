"""What another day would cost a visit: at first by its best place there beside everything else, then by a real repair.

All days are reckoned, which is cheap and wrong by some thousand seconds of driving; then they are tried in that order, until none
can be expected to be better any more.  (Of 102 visits of companies the best of all days was found each time.)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from planner.draft.draft import Draft, Key
from planner.plan import Reason, StopKind
from planner.proposals import MoveVisit, Price
from planner.proposals.trial import Outcome, Standing, trial_of_move
from planner.reasons.displaced import detour
from planner.reasons.judge import Judge
from planner.reasons.wishes import Wish
from planner.repair.room import drop_price

MOST_TRIED = 12  # days on which the visit is really moved there, the one with the least expected cost first
MARGIN = 8_000  # seconds of driving: a day that is expected to cost so much more than the best tried is not the best
SWAPS = 3  # visits of a full day of which is reckoned what their leaving would cost


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


def next_best(base: Standing, draft: Draft, site: str, own: Key, others: Sequence[OtherDay], now: int) -> Price | None:
    """The visit moved to its other days, the most hopeful first, and the cheapest of what really comes of it.

    base : the plan as it is.  draft, own, now : as for `other_days`.
    """
    expected = sorted(
        (_expected(draft, site, other, now), other.date) for other in others if _allowed(draft, site, own, other)
    )
    best: tuple[int, date, Outcome] | None = None
    for cost, to in expected[:MOST_TRIED]:
        if best and cost >= best[0] + MARGIN:
            break
        real = trial_of_move(base, MoveVisit(site, own[1], to))
        if real is not None and (best is None or (real.total, to) < best[:2]):
            best = real.total, to, real
    return best and best[2].price()


def _allowed(draft: Draft, site: str, own: Key, other: OtherDay) -> bool:
    """Whether it may stand there, if others make way; with its own rep, and where nobody calls at the site anyway."""
    if other.rep != own[0] or (other.rep, other.date) in draft.days_of(site):
        return False
    return other.cost is not None or other.reason is Reason.DAY_FULL


def _expected(draft: Draft, site: str, other: OtherDay, now: int) -> int:
    """About what the move would cost in all.  On a full day in place of the visit for which that is cheapest: of those whose way it
    has nearly, at what they would cost elsewhere; where it fits in place of none, by its distance."""
    if other.cost is not None:
        return other.cost
    key = (other.rep, other.date)
    visit, room = draft.visit(draft.sites[site], key), draft.room(key)
    dates = draft.dates(site)
    late = dates.price(draft.with_visit(site, key), draft.problem.params) - draft.site_price(site)
    swaps = []
    for n, task in enumerate(draft.orders[key]):
        if task.kind is StopKind.VISIT and task.flexible and (detour := room.without(n).estimate(visit)) is not None:
            swaps.append((detour - room.detour(n), n))
    ways = [more + drop_price(draft, key, draft.orders[key][n]) for more, n in sorted(swaps)[:SWAPS]]
    return late - now + min(ways, default=2 * other.near + draft.problem.params.churn_price)
