"""Visits that pay only together: none of them is worth the way to a day of its own, two or three in one area are.

The search inserts one visit at a time, and undoes what does not pay; so it finds such a day only by luck (it would have to
insert an area as a whole). Here each empty workday is filled around each of the visits that come nearest to paying.
"""

from __future__ import annotations

from collections.abc import Sequence

from planner.draft.draft import Draft, Insertion, Key
from planner.reasons.wishes import Wish, Wishes
from planner.tasks import Task

MOST_SEEDS = 4  # visits of an empty day around which it is filled
MOST_NEAR = 6  # others that are tried beside each, the shortest ways first
MOST_DAYS = 40  # filled for each call: a guard for long horizons with little to do

Filling = list[tuple[str, Insertion]]


def open_a_day(draft: Draft, wishes: Wishes) -> bool:
    """Plan the empty workday on which visits that were left out gain most together; whether there was one."""
    best: tuple[int, Filling] = (0, [])
    left = [wish for site in draft.sites for wish in wishes.of(site) if wish.must is None and _movable(draft, site)]
    filled = 0
    for key in draft.workdays:
        if draft.orders[key] or filled >= MOST_DAYS * MOST_SEEDS:
            continue
        there = [w for w in left if key[0] in draft.reps(draft.sites[w.site]) and key[1] in w.days]
        if len(there) < 2:
            continue
        for seed in _seeds(draft, key, there):
            filled += 1
            best = min(best, _filled(draft, key, seed, there), key=lambda found: found[0])
    for site, insertion in best[1]:
        draft.place(draft.sites[site], insertion, wishes.request_for)
    return bool(best[1])


def _movable(draft: Draft, site: str) -> bool:
    located = draft.sites[site].place is not None and site not in draft.companions
    return located and len(draft.reps(draft.sites[site])) == 1


def _seeds(draft: Draft, key: Key, there: Sequence[Wish]) -> list[Wish]:
    """The visits that alone come nearest to paying for the day, as far as the others are worth what is missing."""
    worth = sum(wish.value for wish in there)
    found = [(draft.insertion(draft.visit(draft.sites[w.site], key), key), n) for n, w in enumerate(there)]
    able = [(one.total, n) for one, n in found if one is not None and one.total < worth - there[n].value]
    return [there[n] for _, n in sorted(able)[:MOST_SEEDS]]


def _filled(draft: Draft, key: Key, seed: Wish, there: Sequence[Wish]) -> tuple[int, Filling]:
    """What the day gains (below nought) when it is filled around one visit, and with which; the draft stays as it was."""
    total, filling, tasks = 0, list[tuple[str, Insertion]](), list[Task]()
    best: tuple[int, Filling] = (0, [])
    waiting = _near(draft, seed, there)
    one = draft.insertion(draft.visit(draft.sites[seed.site], key), key)
    site = seed.site
    while one is not None:
        task = draft.visit(draft.sites[site], key)
        draft.put(task, key, one.position)
        tasks.append(task)
        filling.append((site, one))
        waiting.discard(site)
        total += one.total
        best = min(best, (total, [*filling]), key=lambda found: found[0])
        options = [
            (i.total, s, i) for s in sorted(waiting) if (i := draft.insertion(draft.visit(draft.sites[s], key), key))
        ]
        gain, site, one = min(options, default=(0, "", None), key=lambda option: option[:2])
        if gain >= 0:
            break
    for task in tasks:
        draft.take(task, key)
    return best


def _near(draft: Draft, seed: Wish, there: Sequence[Wish]) -> set[str]:
    """The other sites to which the way from this one is shortest."""
    places = {w.site: place for w in there if (place := draft.sites[w.site].place) is not None}
    here = places.pop(seed.site)
    ways = [(draft.problem.travel.seconds.item(here, place), site) for site, place in places.items()]
    return {site for _, site in sorted(ways)[:MOST_NEAR]}
