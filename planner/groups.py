"""Groups of sites: those that one rep visits (Problem.same_rep), and those that are visited together (Problem.together)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.problem import Problem


def with_one_rep(problem: Problem) -> list[tuple[str, ...]]:
    """The groups that one rep visits: what is visited together is too, and groups with a site in common are one."""
    shared = {site.id for site in problem.sites if site.shared}
    found: list[tuple[str, ...]] = []
    for group in (*problem.same_rep, *(group for group in problem.together if not shared.intersection(group))):
        joined = [other for other in found if set(other) & set(group)]
        found = [other for other in found if other not in joined]
        found.append(tuple(dict.fromkeys(site for part in (*joined, group) for site in part)))
    return found


def companions(problem: Problem) -> dict[str, tuple[str, ...]]:
    """Of each site of a group of `together` the others."""
    return {site: tuple(other for other in group if other != site) for group in problem.together for site in group}


def with_their_group(problem: Problem, owners: Mapping[str, str]) -> dict[str, str]:
    """To whom sites without an owner are given: those of a group to the rep who owns one of it, else to the one who has most.

    owners : to whom they are given so far; those of a group follow even if they were given to nobody.  An owner without a
        workday decides nothing.
    """
    if not problem.same_rep and not problem.together:
        return dict(owners)
    found, free = dict(owners), {site.id for site in problem.sites if site.owner is None and not site.shared}
    working = problem.reps
    owned = {site.id: site.owner for site in problem.sites if site.owner in working and site.owner is not None}
    for group in with_one_rep(problem):
        reps = [owned[site] for site in group if site in owned] or [owners[site] for site in group if site in owners]
        if reps:
            rep = max(dict.fromkeys(reps), key=reps.count)
            found |= {site: rep for site in group if site in free}
    return found
