"""The problem and plan of some of the reps: reps are independent of each other once every site has one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from planner.plan import Plan
from planner.problem import Appointment, Problem


def part(problem: Problem, plan: Plan, reps: Collection[str]) -> tuple[Problem, Plan]:
    """Their workdays, sites and promises.  A site without an owner belongs to the rep whom the plan gave it to."""
    sites = tuple(
        site if site.owner else replace(site, owner=plan.owners[site.id])
        for site in problem.sites
        if (site.owner or plan.owners.get(site.id)) in reps
    )
    kept = {site.id for site in sites}
    own = replace(
        problem,
        sites=sites,
        workdays=tuple(day for day in problem.workdays if day.rep in reps),
        appointments=tuple(_own(problem, a, kept) for a in problem.appointments if a.rep in reps),
        must_visits=tuple(must for must in problem.must_visits if must.site in kept),
        locked=tuple(visit for visit in problem.locked if visit.rep in reps and visit.site in kept),
        base=tuple(visit for visit in problem.base if visit.rep in reps and visit.site in kept),
        apart=tuple(pair for pair in problem.apart if kept.issuperset(pair)),
        same_rep=tuple(group for group in problem.same_rep if kept.issuperset(group)),
        together=tuple(group for group in problem.together if kept.issuperset(group)),
    )
    return own, replace(plan, routes=tuple(route for route in plan.routes if route.rep in reps), owners={})


def _own(problem: Problem, appointment: Appointment, kept: Collection[str]) -> Appointment:
    """An appointment at a colleague's account takes the rep's time all the same: it is somewhere."""
    if appointment.site is None or appointment.site in kept:
        return appointment
    place = next(site.place for site in problem.sites if site.id == appointment.site)
    return replace(appointment, site=None, place=place)
