"""A person asked for a visit and no day has room for it: others give way."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from planner.plan import StopKind
from planner.reasons.displaced import detour
from planner.reasons.wishes import Wish, Wishes
from planner.repair.room import make_room, sites_of
from planner.repair.start import Remains


def insist(left: Remains, frozen: frozenset[date]) -> dict[str, None]:
    """A must-visit without a place takes that of other visits, as an appointment does.

    frozen : days that are disturbed only if no other day will do.  Returns the sites of which a visit has lost its day.
    """
    draft, gone = left.draft, dict[str, None]()
    wishes = Wishes(draft)
    for must in draft.problem.must_visits:
        for wish in wishes.of(must.site):
            if wish.must is not None and wish.must.id == must.id and draft.sites[must.site].place is not None:
                gone |= _make_room_for(left, wish, wishes, frozen)
    return gone


def _make_room_for(left: Remains, wish: Wish, wishes: Wishes, frozen: frozenset[date]) -> dict[str, None]:
    """On the day with the shortest detour, a frozen one only if no other does."""
    draft, site = left.draft, left.draft.sites[wish.site]
    if wish.must is None or wish.must.period.last > draft.problem.horizon.last:
        return {}
    keys = [key for day in wish.days for rep in draft.reps(site) if (key := (rep, day)) in draft.workdays]
    keys = [k for k in keys if not draft.workdays[k].frozen and draft.with_visit(site.id, k).broken is None]
    for key in sorted(keys, key=lambda key: (key[1] in frozen, detour(draft, wish, key), key[1], key[0])):
        visit = draft.visit(site, key, wishes.request_for(site.id, key[1]))
        before, stays = [*draft.orders[key]], replace(visit, flexible=False)
        left_for_it = make_room(draft, key, stays, left.published.get(key))
        if left_for_it is None:
            continue
        lost = sites_of(left_for_it)
        came = next(
            t for t in draft.orders[key] if t.site == site.id and t.kind is StopKind.VISIT
        )  # perhaps at other times
        if any(draft.verdict(other).wanted for other in lost if other != site.id):  # that would only change who waits
            draft.take(came, key)
            for task in left_for_it:
                draft.put(task, key, 0)
            draft.reorder(key, before)
            continue
        free = replace(came, flexible=visit.flexible)
        draft.reorder(key, [free if task is came else task for task in draft.orders[key]])
        if site.owner is None and not site.shared:
            draft.give(site.id, key[0])
        return lost
    return {}
