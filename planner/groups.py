"""Groups of sites that one rep visits (Problem.same_rep)."""

from __future__ import annotations

from collections.abc import Mapping

from planner.problem import Problem


def with_their_group(problem: Problem, owners: Mapping[str, str]) -> dict[str, str]:
    """To whom sites without an owner are given: those of a group to the rep who owns one of it, else to the one who has most.

    owners : to whom they are given so far; those of a group follow even if they were given to nobody.  An owner without a
        workday decides nothing.
    """
    if not problem.same_rep:
        return dict(owners)
    found, free = dict(owners), {site.id for site in problem.sites if site.owner is None and not site.shared}
    working = problem.reps
    owned = {site.id: site.owner for site in problem.sites if site.owner in working and site.owner is not None}
    for group in problem.same_rep:
        reps = [owned[site] for site in group if site in owned] or [owners[site] for site in group if site in owners]
        if reps:
            rep = max(dict.fromkeys(reps), key=reps.count)
            found |= {site: rep for site in group if site in free}
    return found
