"""A person asked for a visit and no day has room for it: others give way."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from planner.draft.draft import Draft, Key
from planner.reasons.displaced import detour
from planner.reasons.wishes import Wish, Wishes
from planner.repair.room import make_room, sites_of
from planner.repair.start import Remains
from planner.tasks import Task


def insist(left: Remains, frozen: frozenset[date]) -> dict[str, None]:
    """A must-visit without a place takes that of other visits, as an appointment does; also that of its site's own, which the credit
    rule would not count so soon after it: those are looked for a later day.

    frozen : days that are disturbed only if no other day will do.  Returns the sites of which a visit has lost its day.
    """
    draft, gone = left.draft, dict[str, None]()
    wishes = Wishes(draft)
    for must in draft.problem.must_visits:
        if must.id in left.refused:
            continue  # it had no room when that was published: it waits for what is free, and for the next search
        for wish in wishes.of(must.site):
            if wish.must is not None and wish.must.id == must.id and draft.sites[must.site].place is not None:
                gone |= _make_room_for(left, wish, wishes, frozen)
    return gone


def _make_room_for(left: Remains, wish: Wish, wishes: Wishes, frozen: frozenset[date]) -> dict[str, None]:
    """On the day with the shortest detour on which least of its own rhythm is in the way, a frozen one only if no other does."""
    draft, site = left.draft, left.draft.sites[wish.site]
    keys = [key for day in wish.days for rep in draft.reps(site) if (key := (rep, day)) in draft.workdays]
    own = {key: _too_soon_after(draft, site.id, key) for key in keys if not draft.workdays[key].frozen}
    ways = [(key, visits) for key, visits in own.items() if visits is not None]
    for key, visits in sorted(
        ways, key=lambda way: (way[0][1] in frozen, len(way[1]), detour(draft, wish, way[0]), way[0][1], way[0][0])
    ):
        places = [(draft.take(task, day), day, task) for day, task in visits]
        if (lost := _given_room(left, wish, wishes, key)) is not None:
            return lost | dict.fromkeys([site.id] if visits else ())
        for position, day, task in reversed(places):
            draft.put(task, day, position)
    return {}


def _too_soon_after(draft: Draft, site: str, key: Key) -> list[tuple[Key, Task]] | None:
    """The site's own visits that would not be credited any more after one on `key`; None: that one may not stand there."""
    calls, visits = [*draft.calls(site), draft.call(site, key)], list[tuple[Key, Task]]()
    while (broken := draft.dates(site).judge(sorted(calls)).broken) is not None:
        if broken == key[1]:
            return None
        day = next(day for day in draft.days_of(site) if day[1] == broken)
        visits.append((day, draft.visit_on(site, day)))
        calls.remove(next(call for call in calls if call.date == broken))
    return visits


def _given_room(left: Remains, wish: Wish, wishes: Wishes, key: Key) -> dict[str, None] | None:
    """The visit stands on this day now; returns the sites that lost theirs, None where it cannot or only another asked-for one would go."""
    draft, site = left.draft, left.draft.sites[wish.site]
    visit = draft.visit(site, key, wishes.request_for(site.id, key[1]))
    before, stays = [*draft.orders[key]], replace(visit, flexible=False)
    gone = make_room(draft, key, stays, left.published.get(key))
    if gone is None:
        return None
    lost = sites_of(gone)
    came = draft.visit_on(site.id, key)  # perhaps at other times
    if any(draft.verdict(other).wanted for other in lost if other != site.id):  # that would only change who waits
        draft.take(came, key)
        for task in gone:
            draft.put(task, key, 0)
        draft.reorder(key, before)
        return None
    free = replace(came, flexible=visit.flexible)
    draft.reorder(key, [free if task is came else task for task in draft.orders[key]])
    if site.owner is None and not site.shared:
        draft.give(site.id, key[0])
    return lost
