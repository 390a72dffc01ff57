"""Who visits the sites that nobody owns: the rep who serves them cheapest, all visits of a site by one rep.

A short search over the workdays of all reps together, in which each such site keeps to one rep (a group of `same_rep`
as well), decides; what it leaves out goes to the rep whose other sites are nearest.  After that the reps are independent of each other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from planner.cadence.requests import Chain
from planner.groups import with_their_group
from planner.problem import Problem, Site
from planner.search.pack import pack
from planner.search.run import Search, Start

ITERATIONS_PER_SITE = 30
LEAST_ITERATIONS = 3_000  # some hundredths of a second, in which few sites get the best owners
# Few sites near each other may be best with another rep all together, which no exchange of some of them finds: so many are
# also searched from all of them with each rep.
FEW_SITES, FEW_REPS = 12, 4


def assign(problem: Problem, chains: Mapping[str, Chain], seed: int, start: Start | None = None) -> dict[str, str]:
    """Site to rep for every site without an owner that has a position; {} where there are none.

    A site at which a rep has an appointment or a locked visit goes to that rep (the first such).
    """
    free = [site for site in problem.sites if site.owner is None and not site.shared and site.place is not None]
    if not free or not problem.reps:
        return {}
    owners = with_their_group(problem, _promised(problem, free))
    open_sites = [site for site in free if site.id not in owners]
    if open_sites and len(problem.reps) > 1:
        owners |= _searched(problem, chains, owners, seed, start)
    owners = with_their_group(problem, owners)
    return with_their_group(problem, {site.id: owners.get(site.id) or _nearest(problem, site, owners) for site in free})


def _promised(problem: Problem, free: Sequence[Site]) -> dict[str, str]:
    known = {site.id for site in free}
    promises = [(a.date, a.site, a.rep) for a in problem.appointments if a.site in known and a.rep in problem.reps]
    promises += [(lock.date, lock.site, lock.rep) for lock in problem.locked if lock.site in known]
    owners: dict[str, str] = {}
    for _, site, rep in sorted(promises, key=str):
        if site is not None and rep in problem.reps:
            owners.setdefault(site, rep)
    return owners


def _searched(
    problem: Problem, chains: Mapping[str, Chain], owners: Mapping[str, str], seed: int, start: Start | None
) -> dict[str, str]:
    reps = problem.reps
    choice: dict[str, Sequence[str]] = {}
    for site in problem.sites:
        rep = site.owner or owners.get(site.id)
        choice[site.id] = reps if rep is None else (rep,)
    sites = [site for site in problem.sites if choice[site.id][0] in reps]
    open_sites = {site.id for site in problem.sites if len(choice[site.id]) > 1 and not site.shared}

    def search(choice: Mapping[str, Sequence[str]], start: Start | None) -> Search:
        found = Search(pack(problem, chains, problem.workdays, sites, choice, seed), start)
        found.improve(max(LEAST_ITERATIONS, ITERATIONS_PER_SITE * len(sites)))
        return found

    found = [search(choice, start)]
    if len(open_sites) <= FEW_SITES and len(reps) <= FEW_REPS:
        for rep in reps:
            alone = search({**choice, **dict.fromkeys(open_sites, (rep,))}, None)
            found.append(search(choice, _sites_of(alone)))
    best = min(found, key=lambda one: one.price)
    return {site: rep for site, rep in best.owners().items() if site in open_sites}


def _sites_of(search: Search) -> Start:
    return {key: [task.site for task in tasks if task.site is not None] for key, tasks in search.orders().items()}


def _nearest(problem: Problem, site: Site, owners: Mapping[str, str]) -> str:
    """The rep from whose sites or start places it is the shortest drive."""

    def drive(rep: str) -> int:
        places = {day.start_place for day in problem.workdays if day.rep == rep}
        places |= {s.place for s in problem.sites if s.place is not None and (s.owner or owners.get(s.id)) == rep}
        return min(int(problem.travel.seconds[place, site.place]) for place in places)

    return min(problem.reps, key=drive)
