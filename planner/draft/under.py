"""A draft under a problem that differs a little, sooner than the plan is read anew."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields
from typing import TypeVar

from planner.draft.draft import Draft
from planner.problem import Problem, Workday

T = TypeVar("T")
OTHER_FIELDS = tuple(field.name for field in fields(Problem) if field.name not in ("workdays", "sites", "travel"))


def under(draft: Draft, problem: Problem) -> Draft | None:
    """The same plan under a problem of which only limits of single workdays, and hours or rhythms of single sites, are others.

    None: more is changed, so that the plan has to be read anew (`Draft.of`)."""
    days = _changed(draft.problem.workdays, problem.workdays, lambda day: (day.rep, day.date, *_ends(day)))
    sites = _changed(draft.problem.sites, problem.sites, lambda site: (site.id, site.place, site.owner, site.shared))
    same = draft.problem.travel is problem.travel and all(
        getattr(draft.problem, name) == getattr(problem, name) for name in OTHER_FIELDS
    )
    if days is None or sites is None or not same or draft.nights or draft.starts:
        return None
    other = draft.varied(problem, days, sites)
    for key in {(day.rep, day.date) for day in days}.union(*(draft.days_of(site.id) for site in sites)):
        other.read_again(key)
    return other


def _changed(before: Sequence[T], after: Sequence[T], same: Callable[[T], object]) -> list[T] | None:
    """Those that are others now; None: not one for one, or one of them differs in what is to be the `same`."""
    if len(before) != len(after):
        return None
    changed = [(one, two) for one, two in zip(before, after, strict=True) if one is not two]
    return [two for _, two in changed] if all(same(one) == same(two) for one, two in changed) else None


def _ends(day: Workday) -> tuple[int, int]:
    return day.start_place, day.end_place
