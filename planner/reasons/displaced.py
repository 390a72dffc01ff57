"""The smallest change that would let a visit into a full day: which other visits would have to go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from planner.draft.draft import Draft, Key
from planner.draft.room import DayRoom
from planner.plan import StopKind
from planner.reasons.wishes import Wish
from planner.tasks import Task

MOST_DAYS = 3  # days on which the exchange is tried, the nearest to the visit's place first


@dataclass(frozen=True, slots=True)
class Exchange:
    """On `key`, visits to `sites` go and this one comes; `driving` is what the day then costs more (or less): driving, waiting and
    overtime, without what any of these visits is worth.

    own : of which dates visits to its own site go, if that is among them.
    """

    key: Key
    sites: tuple[str, ...]
    driving: int
    own: tuple[date, ...] = ()


def exchange(draft: Draft, wish: Wish, days: Sequence[Key]) -> Exchange | None:
    """The smallest exchange found: one visit on any of the first days, else as few as a greedy refilling leaves out.

    days : full ones, the nearest first.  Every exchange is really timed.  None: only other orders of the fixed stops would do.
    """
    if wish.site in draft.companions:
        return None  # several would come
    there = draft.days_of(wish.site)
    days = [key for key in days if key not in there] or days  # instead of itself on the same day would change nothing
    for key in days[:MOST_DAYS]:
        single = _single(draft, wish, key)
        if single is not None:
            return single
    return next((found for key in days[:MOST_DAYS] if (found := _several(draft, wish, key)) is not None), None)


def worth(draft: Draft, wish: Wish, found: Exchange) -> int:
    """What leaving out the visits to other sites that go would cost, if they found no other day: seconds of driving.

    Without the price of churn, with which the same plan would be told otherwise as soon as it is published."""
    total, params = 0, draft.problem.params
    for site in found.sites:
        if site != wish.site:
            dates, left = draft.dates(site), [call for call in draft.calls(site) if call.date != found.key[1]]
            without, now = dates.judge(left), draft.verdict(site)
            total += dates.lateness(without, params) + dates.missed(without, params)
            total -= dates.lateness(now, params) + dates.missed(now, params)
    return total


def detour(draft: Draft, wish: Wish, key: Key) -> int:
    """Driving there from the nearest place of the day, a bound that needs no times."""
    return draft.room(key).nearest.item(draft.sites[wish.site].place or 0)


def _single(draft: Draft, wish: Wish, key: Key) -> Exchange | None:
    """The least valuable visit whose going is enough."""
    if not _rhythm_allows(draft, wish, key, ()):
        return _own(draft, wish, key)
    task = draft.visit(draft.sites[wish.site], key)
    before = draft.room(key).cost or 0
    others = [(draft.sites[t.site or ""].miss_price, n, t) for n, t in enumerate(draft.orders[key]) if _may_go(t)]
    for _, position, other in sorted(others, key=lambda entry: entry[:2]):
        room = draft.room(key).without(position)
        cost = room.with_task(task)
        if cost is not None and _within_radius(draft, key, room.tasks, task):
            return Exchange(key, (other.site or "",), cost - before)
    return None


def _own(draft: Draft, wish: Wish, key: Key) -> Exchange | None:
    """Another visit to the same site that stands too near: it would have to go, from whatever day it is on."""
    for other_key in draft.days_of(wish.site):
        task = next((t for t in draft.orders[other_key] if t.site == wish.site and _may_go(t)), None)
        if task is None or not _rhythm_allows(draft, wish, key, (other_key[1],)):
            continue
        room = draft.room(key) if other_key != key else _without(draft, key, [task])
        visit = draft.visit(draft.sites[wish.site], key, without=(other_key[1],))
        cost = room.with_task(visit)
        if cost is not None and _within_radius(draft, key, room.tasks, visit):
            return Exchange(key, (wish.site,), cost - (draft.room(key).cost or 0), (other_key[1],))
    return None


def _several(draft: Draft, wish: Wish, key: Key) -> Exchange | None:
    """Empty the day of what may go, put the visit in, and let the others come back, the dearest first, as long as it fits into
    their order: of those that stay away none can come back."""
    own = _in_its_way(draft, wish, key)
    task = draft.visit(draft.sites[wish.site], key, without=own)
    mine = [t for t in draft.orders[key] if t.site == wish.site and _may_go(t) and key[1] in own]

    def without(gone: Sequence[Task]) -> int | None:
        room = _without(draft, key, [*gone, *mine])
        return room.with_task(task) if _within_radius(draft, key, room.tasks, task) else None

    gone = [t for t in draft.orders[key] if _may_go(t) and t.site != wish.site]
    cost = without(gone)
    gone.sort(key=lambda t: -draft.sites[t.site or ""].miss_price)
    while (
        back := next((t for t in gone if without([one for one in gone if one is not t]) is not None), None)
    ) is not None:
        gone.remove(back)
        cost = without(gone)
    sites = tuple(task.site or "" for task in gone) + ((wish.site,) if own else ())
    return Exchange(key, sites, cost - (draft.room(key).cost or 0), own) if sites and cost is not None else None


def _in_its_way(draft: Draft, wish: Wish, key: Key) -> tuple[date, ...]:
    """The dates of visits to the same site that stand too near: one that is enough, else all that may go."""
    own = tuple(call.date for call in draft.calls(wish.site) if call.flexible)
    tries = ((), *((day,) for day in own))
    return next((gone for gone in tries if _rhythm_allows(draft, wish, key, gone)), own)


def _rhythm_allows(draft: Draft, wish: Wish, key: Key, without: tuple[date, ...]) -> bool:
    calls = [c for c in draft.calls(wish.site) if not (c.flexible and c.date in without)]
    return draft.dates(wish.site).judge(sorted([*calls, draft.call(wish.site, key)])).broken is None


def _may_go(task: Task) -> bool:
    return task.kind is StopKind.VISIT and task.flexible


def _without(draft: Draft, key: Key, tasks: Sequence[Task]) -> DayRoom:
    gone = {id(task) for task in tasks}
    left = [task for task in draft.orders[key] if id(task) not in gone]
    return DayRoom(draft.problem, draft.workdays[key], left)


def _within_radius(draft: Draft, key: Key, others: Sequence[Task], task: Task) -> bool:
    rule = draft.problem.radius
    if rule is None or not rule.hard or not draft.is_bound(task, key):
        return True
    sites = [t.site for t in [*others, task] if t.site is not None and draft.is_bound(t, key)]
    return draft.radius.price(key[0], sites) == 0
