"""A visit that is not made on its day: the best that then can be done.

A repair puts it on another day where it fits between the visits of its account.  Where the next of them stands too near, it leaves the
visit out; but on a later day, with the next ones a little later too, it may cost less.  A search would find that, so it is what counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import islice

from planner.draft.draft import Draft, Key
from planner.plan import Plan
from planner.problem import PlacedVisit, Problem
from planner.proposals.changes import SkipVisit
from planner.reasons.wishes import Wishes
from planner.repair import outline, repair

MOST_LATER = 3  # later days that are tried, the soonest first


def skipped(problem: Problem, before: Plan, change: SkipVisit, frozen: tuple[date, ...] = ()) -> Plan:
    """The cheapest plan found in which the visit is not made that day; `problem` has the change made already."""
    out = repair(problem, before, frozen)
    fixed = (PlacedVisit(change.site, *key) for key in _later(problem, before, out, change, frozen))
    tried = [outline(replace(problem, locked=(*problem.locked, visit)), before, frozen) for visit in fixed]
    if not tried:
        return out
    there = min(tried, key=lambda plan: plan.objective.total)
    later = repair(problem, there, frozen)  # where nobody has fixed it
    return min(out, later, key=lambda plan: plan.objective.total)


def _later(problem: Problem, before: Plan, after: Plan, change: SkipVisit, frozen: tuple[date, ...]) -> Iterator[Key]:
    """Workdays after the one skipped with room for it, as far as its rhythm goes, where the account lacks a visit more than before.

    On full days others would have to leave: their repairs take long, and seldom pay.
    """
    draft, site = Draft.of(problem, after), change.site
    if len(draft.verdict(site).missed) <= len(Draft.of(problem, before).verdict(site).missed):
        return
    days = sorted({day for wish in Wishes(draft).of(site) for day in wish.days if day > change.day})
    reps = draft.reps(draft.sites[site])
    keys = [(rep, day) for day in days for rep in reps if day not in frozen and (rep, day) in draft.workdays]
    room = (key for key in keys if draft.room(key).fits(draft.visit(draft.sites[site], key)))
    yield from islice(room, MOST_LATER)
