"""Radius of the days and the clusters: great circles on the mean Earth radius."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np

from planner.check.facts import Call, Facts
from planner.params import RadiusRule
from planner.plan import Cluster, Route, Stop, StopKind, Violation

SLACK = 1.0  # metre (or second): two ways of computing a distance differ by less


def away(facts: Facts, one: str, other: str) -> float:
    """Between two sites with a position: great-circle metres, or seconds of driving where the rule counts these."""
    return float(facts.distances[facts.rows[one], facts.rows[other]])


def radius_of(rule: RadiusRule) -> int:
    return rule.metres if rule.seconds is None else rule.seconds


def unit(rule: RadiusRule) -> str:
    return "m" if rule.seconds is None else "s"


def anchors(facts: Facts, rep: str) -> list[str]:
    """The accounts of a rep around which a day may be drawn."""
    return facts.placed_of.get(rep, [])


def bound_by_radius(facts: Facts, route: Route) -> list[Stop]:
    """The visits of a day that the radius holds for: not appointments, nor what a person asked for or fixed."""
    return [
        stop
        for stop in route.stops
        if stop.kind is StopKind.VISIT and stop.site is not None and not excepted(facts, Call(route, stop))
    ]


def radius(facts: Facts) -> Iterator[Violation]:
    """Where the radius is hard, all visits of a day lie within it of the day's anchor."""
    rule = facts.problem.radius
    for route in facts.plan.routes:
        if route.anchor is not None and route.anchor not in facts.sites:
            yield Violation("radius", f"there is no site {route.anchor}", route.rep, route.date, route.anchor)
            continue
        if rule is None or not rule.hard:
            continue
        bound = bound_by_radius(facts, route)
        if not bound:
            continue
        if route.anchor is None or route.anchor not in anchors(facts, route.rep):
            text = f"its anchor {route.anchor} is no account of {route.rep}"
            yield Violation("radius", text, route.rep, route.date, route.anchor)
            continue
        for stop in bound:
            far = away(facts, stop.site or "", route.anchor)
            if far > radius_of(rule) + SLACK:
                text = f"{stop.site} is {far:.0f} {unit(rule)} from {route.anchor}, more than {radius_of(rule)}"
                yield Violation("radius", text, route.rep, route.date, stop.site)


def around_each(facts: Facts, route: Route) -> dict[str, int]:
    """What the radius of a day costs around each account of its rep; a soft radius, and visits that it holds for."""
    rule, bound = facts.problem.radius, bound_by_radius(facts, route)
    candidates = anchors(facts, route.rep)
    if rule is None or not bound:
        return {}
    visits, centres = [facts.rows[stop.site or ""] for stop in bound], [facts.rows[site] for site in candidates]
    beyond = np.maximum(0.0, facts.distances[np.ix_(visits, centres)] - radius_of(rule))
    price, per = (rule.price_per_km, 1000) if rule.seconds is None else (rule.price_per_minute, 60)
    prices = (beyond * price / per).astype(int).sum(axis=0)
    return dict(zip(candidates, prices.tolist(), strict=True))


def anchors_stated(facts: Facts) -> Iterator[Violation]:
    """A soft radius is drawn around the account for which the day is cheapest; a day that no radius holds for has no anchor."""
    rule = facts.problem.radius
    for route in facts.plan.routes:
        if rule is not None and rule.hard and bound_by_radius(facts, route):
            continue  # as `radius` says
        prices, stated = around_each(facts, route), route.anchor
        if not prices and stated is not None:
            text = f"no radius holds on this day, around {stated} or any other"
        elif prices and prices.get(stated or "") != min(prices.values()):
            text = f"around {min(prices, key=lambda site: prices[site])} the day is cheaper than around {stated}"
        else:
            continue
        yield Violation("anchor", text, route.rep, route.date, stated)


def clusters(facts: Facts) -> Iterator[Violation]:
    """Each site with a position lies in one cluster of its rep, within the radius, with its nearest anchor.

    Without a radius there need not be any."""
    if not facts.plan.clusters and facts.problem.radius is None:
        return
    limit = radius_of(facts.problem.radius or RadiusRule())
    of_rep: dict[str, list[Cluster]] = {}
    for cluster in facts.plan.clusters:
        of_rep.setdefault(cluster.rep, []).append(cluster)
    covered = Counter(site for cluster in facts.plan.clusters for site in cluster.sites)
    for site in facts.problem.sites:
        rep = site.owner or facts.plan.owners.get(site.id)
        wanted = int(site.place is not None and rep is not None)
        if covered[site.id] != wanted:
            text = f"{site.id} lies in {covered[site.id]} clusters instead of {wanted}"
            yield Violation("clusters", text, rep, subject=site.id)
    for cluster in facts.plan.clusters:
        yield from _cluster(facts, cluster, [other.anchor for other in of_rep[cluster.rep]], limit)


def _cluster(facts: Facts, cluster: Cluster, rivals: list[str], limit: int) -> Iterator[Violation]:
    known = {site for site in anchors(facts, cluster.rep) if not facts.sites[site].shared}
    if cluster.anchor not in cluster.sites:
        yield Violation("clusters", f"{cluster.anchor} is not in its own cluster", cluster.rep, subject=cluster.anchor)
    for site in cluster.sites:
        if site not in known or cluster.anchor not in known:
            yield Violation("clusters", f"{site} is no account of {cluster.rep}", cluster.rep, subject=site)
            continue
        far = away(facts, site, cluster.anchor)
        if far > limit + SLACK:
            text = f"{site} is {far:.0f} from its anchor {cluster.anchor}, more than {limit}"
            yield Violation("clusters", text, cluster.rep, subject=site)
        nearest = min(away(facts, site, rival) for rival in rivals if rival in known)
        if far > nearest + SLACK:
            text = f"{site} has an anchor nearer than {cluster.anchor}"
            yield Violation("clusters", text, cluster.rep, subject=site)
    if cluster.sites and known.issuperset((cluster.anchor, *cluster.sites)):
        yield from _centre(facts, cluster, limit)


def _centre(facts: Facts, cluster: Cluster, limit: int) -> Iterator[Violation]:
    """Of the sites that have all others within the radius the anchor is the one with the shortest ways to them."""
    rows = [facts.rows[site] for site in cluster.sites]
    ways = facts.distances[np.ix_(rows, rows)]
    sums = np.where(ways.max(axis=0) <= limit - SLACK, ways.sum(axis=0), np.inf)
    stated = facts.distances[rows, facts.rows[cluster.anchor]].sum()
    if sums.min() < stated - SLACK:
        text = f"the cluster of {cluster.anchor} is nearer to {cluster.sites[int(sums.argmin())]}"
        yield Violation("clusters", text, cluster.rep, subject=cluster.anchor)


def excepted(facts: Facts, call: Call) -> bool:
    """Appointments, must-visits and what is locked already are excepted from the radius."""
    wished = any(call.date in must.period for must in facts.musts_of.get(call.stop.site or "", ()))
    return wished or facts.lock(call) is not None
