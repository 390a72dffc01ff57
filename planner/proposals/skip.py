"""A visit that is not made on its day: the best that then can be done.

A repair puts it on another day where it fits between the visits of its account.  Where the next of them stands too near, or the days are
full, it leaves the visit out; but on a later day, with the next ones a little later too, or another account's visit in its place, it may
cost less.  A search would find that, so it is what counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import chain, islice

from planner.draft.draft import Draft, Key
from planner.plan import Plan
from planner.problem import PlacedVisit, Problem
from planner.proposals.changes import SkipVisit
from planner.reasons.wishes import Wishes
from planner.repair import outline, shift_price

MOST_DAYS = 3  # that are tried, those with room before full ones
MOST_FULL = 1  # of these, because its repair takes longest; the one that comes nearest to its place


def skipped(problem: Problem, before: Plan, change: SkipVisit, frozen: tuple[date, ...] = ()) -> Plan:
    """The cheapest plan found in which the visit is not made that day; `problem` has the change made already."""
    out = outline(problem, before, frozen, reasons=True)
    fixed = (PlacedVisit(change.site, *key) for key in _other_days(problem, before, out, change, frozen))
    tried = [outline(replace(problem, locked=(*problem.locked, visit)), before, frozen) for visit in fixed]
    if not tried:
        return out
    there = min(tried, key=lambda plan: _price(problem, before, plan))
    if _price(problem, before, there) >= _price(problem, before, out):
        return out
    later = outline(problem, there, frozen, reasons=True)  # where nobody has fixed it
    return min(out, later, key=lambda plan: _price(problem, before, plan))


def _price(problem: Problem, before: Plan, plan: Plan) -> int:
    """What a plan costs, and what others start at another time for."""
    routes = {(route.rep, route.date): route for route in before.routes}
    return plan.objective.total + sum(
        shift_price(problem, route, routes.get((route.rep, route.date))) for route in plan.routes
    )


def _other_days(
    problem: Problem, before: Plan, after: Plan, change: SkipVisit, frozen: tuple[date, ...]
) -> Iterator[Key]:
    """Workdays, those after the one skipped first, on which it may stand as far as its rhythm goes; none where the account lacks no
    visit more than before.

    On a full day another visit leaves for it, perhaps to the place that has become free.
    """
    draft, site = Draft.of(problem, after), change.site
    if len(draft.verdict(site).missed) <= len(Draft.of(problem, before).verdict(site).missed):
        return
    days = {day for wish in Wishes(draft).of(site) for day in wish.days} - {change.day}
    reps = draft.reps(draft.sites[site])
    order = sorted(days, key=lambda day: (day < change.day, day))
    keys = [(rep, day) for day in order for rep in reps if day not in frozen and (rep, day) in draft.workdays]
    tasks = {key: draft.visit(draft.sites[site], key) for key in keys}
    room = {key for key in keys if draft.room(key).fits(tasks[key])}
    place = draft.sites[site].place or 0
    full = sorted(
        (key for key in keys if key not in room and tasks[key].windows),
        key=lambda key: draft.room(key).nearest.item(place),
    )
    yield from islice(chain((key for key in keys if key in room), full[:MOST_FULL]), MOST_DAYS)
