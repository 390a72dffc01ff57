"""Whatever of a plan is changed that means something, the checker finds it: random plans that it accepts, one field spoilt at a time.

What is not spoilt, because nothing tells right from wrong (docs/planner.md): how visits of a cadence are numbered, `clusters_gap`,
`seed` and `iterations`; nor what another plan would be that is right as well (an anchor that is as good, a centre as near, a best
day that costs the same and is worth the same).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields, replace
from datetime import date, timedelta
from functools import cache
from random import Random
from typing import Any

import pytest

from planner.check import check
from planner.params import RadiusRule
from planner.plan import Cause, Objective, Plan, Reason, Route, Stop, StopKind, Unplanned
from planner.problem import Problem
from planner.solve import solve
from planner.travel import great_circle
from tests.planner.generate import ALL_FEATURES, company, random_problem

DAY = timedelta(days=1)
SLACK = 10  # metres (or seconds) by which a wrong anchor is worse
PLANS = 24
LEAST = 4  # plans in which each kind of change occurs

Spoil = Callable[[Random, Problem, Plan], Plan | None]  # None: this plan has nothing to spoil


@cache
def solved(number: int) -> tuple[Problem, Plan]:
    """Random ones, some with all features, some with far too much to do."""
    if number % 4 == 0:
        made = company(number, accounts=60, days=4)
    elif number % 4 == 1:
        made = random_problem(number, features=ALL_FEATURES, reps=2)
    else:
        made = random_problem(number, reps=1 + number % 3 % 2)
    return made, solve(made, seed=number, iterations=60)


# -- what is spoilt -----------------------------------------------------------------------------------------------


def with_stop(plan: Plan, route: Route, at: int, *stops: Stop) -> Plan:
    """The stop at this position gives way to these."""
    return with_route(plan, route, replace(route, stops=(*route.stops[:at], *stops, *route.stops[at + 1 :])))


def with_route(plan: Plan, route: Route, *routes: Route) -> Plan:
    at = plan.routes.index(route)
    return replace(plan, routes=(*plan.routes[:at], *routes, *plan.routes[at + 1 :]))


def with_entry(plan: Plan, entry: Unplanned, *entries: Unplanned) -> Plan:
    at = plan.unplanned.index(entry)
    return replace(plan, unplanned=(*plan.unplanned[:at], *entries, *plan.unplanned[at + 1 :]))


def stop(
    change: Callable[[Random, Problem, Stop], dict[str, Any] | None], kinds: Sequence[StopKind] = tuple(StopKind)
) -> Spoil:
    """Another value of some fields of a stop."""

    def spoil(rng: Random, problem: Problem, plan: Plan) -> Plan | None:
        places = [(route, n) for route in plan.routes for n, one in enumerate(route.stops) if one.kind in kinds]
        if not places:
            return None
        route, at = rng.choice(places)
        values = change(rng, problem, route.stops[at])
        return None if values is None else with_stop(plan, route, at, replace(route.stops[at], **values))

    return spoil


def route(change: Callable[[Random, Problem, Plan, Route], dict[str, Any] | None]) -> Spoil:
    """Another value of some fields of a route."""

    def spoil(rng: Random, problem: Problem, plan: Plan) -> Plan | None:
        if not plan.routes:
            return None
        one = rng.choice(plan.routes)
        values = change(rng, problem, plan, one)
        return None if values is None else with_route(plan, one, replace(one, **values))

    return spoil


def entry(change: Callable[[Random, Problem, Unplanned], dict[str, Any] | None]) -> Spoil:
    """Another value of some fields of what is left out, of the first entry that can be changed so."""

    def spoil(rng: Random, problem: Problem, plan: Plan) -> Plan | None:
        for one in rng.sample(plan.unplanned, len(plan.unplanned)):
            values = change(rng, problem, one)
            if values is not None:
                return with_entry(plan, one, replace(one, **values))
        return None

    return spoil


def shifted(name: str, by: int) -> Callable[..., dict[str, Any] | None]:
    """A number a little larger or smaller."""

    def change(*known: Any) -> dict[str, Any] | None:
        value = getattr(known[-1], name)
        return None if value is None else {name: value + by}

    return change


def other(rng: Random, values: Sequence[Any], than: Any) -> Any:
    return rng.choice([value for value in values if value != than])


def sites_of(problem: Problem) -> list[str]:
    return [site.id for site in problem.sites]


CALLS = (StopKind.VISIT, StopKind.APPOINTMENT)
SPOILT: dict[str, Spoil] = {}
for name in ("arrival", "start", "end", "travel", "metres", "leave_by"):
    SPOILT[f"stop: {name} more"] = stop(shifted(name, 1), CALLS)
    SPOILT[f"stop: {name} less"] = stop(shifted(name, -1), CALLS)
for name in ("start", "end", "return_travel", "return_metres"):
    SPOILT[f"route: {name} more"] = route(shifted(name, 60))
    SPOILT[f"route: {name} less"] = route(shifted(name, -60))  # a second of waiting may cost nothing
for name in (field.name for field in fields(Objective)):
    SPOILT[f"objective: {name}"] = lambda rng, problem, plan, name=name: replace(
        plan, objective=replace(plan.objective, **{name: getattr(plan.objective, name) + 1})
    )
SPOILT |= {
    "stop: site": stop(lambda rng, p, s: {"site": other(rng, sites_of(p), s.site)}, CALLS),
    "stop: place": stop(lambda rng, p, s: {"place": other(rng, range(len(p.places)), s.place)}, CALLS),
    "stop: kind": stop(lambda rng, p, s: {"kind": other(rng, list(StopKind), s.kind)}),
    "stop: no request": stop(lambda rng, p, s: {"request": None}, (*CALLS, StopKind.BLOCK)),
    "stop: leave_by not said": stop(lambda rng, p, s: {"leave_by": None}, CALLS),
    "stop: leave_by of a pause": stop(lambda rng, p, s: {"leave_by": s.start}, (StopKind.BREAK, StopKind.BLOCK)),
    "stop: due": stop(lambda rng, p, s: {"due": (s.due or p.horizon.first) + DAY}),
    "stop: due not said": stop(lambda rng, p, s: {"due": None} if s.due else None),
    "stop: late_days": stop(lambda rng, p, s: {"late_days": s.late_days + rng.choice([-1, 1])}),
    "route: anchor": route(lambda rng, p, plan, r: worse_anchor(rng, p, plan, r)),
    "route: morning": route(lambda rng, p, plan, r: {"morning": other(rng, [None, *range(len(p.places))], r.morning)}),
    "route: night": route(lambda rng, p, plan, r: {"night": other(rng, [None, *range(len(p.places))], r.night)}),
    "entry: reason": entry(lambda rng, p, e: {"reason": other(rng, list(Reason), e.reason)}),
    "entry: full": entry(lambda rng, p, e: None if e.reason is Reason.DAY_FULL else {"reason": Reason.DAY_FULL}),
    "entry: cause": entry(lambda rng, p, e: {"cause": other(rng, [None, *Cause], e.cause)}),
    "entry: cause not said": entry(lambda rng, p, e: {"cause": None} if e.cause else None),
    "entry: site": entry(lambda rng, p, e: {"site": other(rng, sites_of(p), e.site)}),
    "entry: no request": entry(lambda rng, p, e: {"request": None} if e.request else None),
    "entry: days": entry(lambda rng, p, e: {"days": (*e.days, p.horizon.last + DAY)}),
    "entry: a day less": entry(lambda rng, p, e: {"days": e.days[1:]} if e.days else None),
    "entry: in time until": entry(lambda rng, p, e: {"in_time_until": None if e.in_time_until else p.horizon.last + DAY}),
    "entry: in time longer": entry(lambda rng, p, e: {"in_time_until": e.in_time_until + DAY} if e.in_time_until else None),
    "entry: cost more": entry(lambda rng, p, e: {"cost": (e.cost or 0) + 60}),
    "entry: cost less": entry(lambda rng, p, e: {"cost": (e.cost or 0) - 1}),
    "entry: cost not said": entry(lambda rng, p, e: None if e.cost is None else {"cost": None}),
    "entry: displaces nothing": entry(lambda rng, p, e: {"displaces": ()} if e.displaces else None),
    "entry: displaces another": entry(lambda rng, p, e: {"displaces": (other(rng, sites_of(p), None),)} if not e.displaces else None),
    "entry: displaces one more": entry(
        lambda rng, p, e: {"displaces": (*e.displaces, other(rng, sites_of(p), None))} if e.displaces else None
    ),
    "entry: no words": entry(lambda rng, p, e: {"detail": ""}),
    "entry: other words": entry(lambda rng, p, e: {"detail": "It is too far."}),
}  # fmt: skip


def spoils(name: str) -> Callable[[Spoil], Spoil]:
    def keep(spoil: Spoil) -> Spoil:
        SPOILT[name] = spoil
        return spoil

    return keep


@spoils("stop: gone")
def _(rng: Random, problem: Problem, plan: Plan) -> Plan | None:
    places = [(route, n) for route in plan.routes for n in range(len(route.stops))]
    return with_stop(plan, *rng.choice(places)) if places else None


@spoils("stop: twice")
def _(rng: Random, problem: Problem, plan: Plan) -> Plan | None:
    places = [(route, n) for route in plan.routes for n in range(len(route.stops))]
    if not places:
        return None
    one, at = rng.choice(places)
    return with_stop(plan, one, at, one.stops[at], one.stops[at])


@spoils("stop: with the next one")
def _(rng: Random, problem: Problem, plan: Plan) -> Plan | None:
    places = [(route, n) for route in plan.routes for n in range(1, len(route.stops))]
    if not places:
        return None
    one, at = rng.choice(places)
    before, after = one.stops[at - 1 : at + 1]
    return with_route(plan, one, replace(one, stops=(*one.stops[: at - 1], after, before, *one.stops[at + 1 :])))


@spoils("route: gone")
def _(rng: Random, problem: Problem, plan: Plan) -> Plan | None:
    driven = [one for one in plan.routes if one.stops]
    return with_route(plan, rng.choice(driven)) if driven else None


@spoils("route: twice")
def _(rng: Random, problem: Problem, plan: Plan) -> Plan | None:
    return replace(plan, routes=(*plan.routes, rng.choice(plan.routes))) if plan.routes else None


@spoils("route: a day on which it cannot be")
def _(rng: Random, problem: Problem, plan: Plan) -> Plan | None:
    there = {(one.rep, one.date) for one in plan.routes}
    works = {(day.rep, day.date) for day in problem.workdays}
    shifts = [(one, one.date + DAY) for one in plan.routes]
    wrong = [(one, day) for one, day in shifts if (one.rep, day) in there or (one.rep, day) not in works]
    if not wrong:
        return None
    one, day = rng.choice(wrong)
    return with_route(plan, one, replace(one, date=day))


@spoils("route: another rep")
def _(rng: Random, problem: Problem, plan: Plan) -> Plan | None:
    driven = [one for one in plan.routes if any(stop.kind is StopKind.APPOINTMENT for stop in one.stops)]
    if not driven:
        return None
    one = rng.choice(driven)
    return with_route(plan, one, replace(one, rep=other(rng, [*problem.reps, "nobody"], one.rep)))


@spoils("entry: gone")
def _(rng: Random, problem: Problem, plan: Plan) -> Plan | None:
    return with_entry(plan, rng.choice(plan.unplanned)) if plan.unplanned else None


@spoils("entry: twice")
def _(rng: Random, problem: Problem, plan: Plan) -> Plan | None:
    return replace(plan, unplanned=(*plan.unplanned, rng.choice(plan.unplanned))) if plan.unplanned else None


@spoils("entry: the words of another")
def _(rng: Random, problem: Problem, plan: Plan) -> Plan | None:
    pairs = [(a, b) for a in plan.unplanned for b in plan.unplanned if a.detail != b.detail]
    if not pairs:
        return None
    one, two = rng.choice(pairs)
    return with_entry(plan, one, replace(one, detail=two.detail))


@spoils("entry: another date in its words")
def _(rng: Random, problem: Problem, plan: Plan) -> Plan | None:
    for one in rng.sample(plan.unplanned, len(plan.unplanned)):
        for day in (problem.horizon.first + DAY * n for n in range(30)):
            if words(day) in one.detail:  # of the days looked at another may be as good
                other = next(later for later in (day + DAY * n for n in range(1, 99)) if later not in one.days)
                return with_entry(plan, one, replace(one, detail=one.detail.replace(words(day), words(other))))
    return None


@spoils("entry: a date in its words that is none of its days")
def _(rng: Random, problem: Problem, plan: Plan) -> Plan | None:
    for one in rng.sample(plan.unplanned, len(plan.unplanned)):
        for day in (problem.horizon.first + DAY * n for n in range(30)):
            if words(day) in one.detail:
                wrong = max((day, *one.days)) + DAY
                return with_entry(plan, one, replace(one, detail=one.detail.replace(words(day), words(wrong))))
    return None


@spoils("entry: more minutes in its words")
def _(rng: Random, problem: Problem, plan: Plan) -> Plan | None:
    dear = [one for one in plan.unplanned if " min" in one.detail]
    if not dear:
        return None
    one = rng.choice(dear)
    return with_entry(plan, one, replace(one, detail=one.detail.replace(" min", "1 min")))


@spoils("clusters: none")
def _(rng: Random, problem: Problem, plan: Plan) -> Plan | None:
    return replace(plan, clusters=()) if plan.clusters and problem.radius else None


@spoils("clusters: one less")
def _(rng: Random, problem: Problem, plan: Plan) -> Plan | None:
    gone = rng.randrange(len(plan.clusters)) if len(plan.clusters) > 1 else None
    return None if gone is None else replace(plan, clusters=(*plan.clusters[:gone], *plan.clusters[gone + 1 :]))


@spoils("clusters: a site less")
def _(rng: Random, problem: Problem, plan: Plan) -> Plan | None:
    if not plan.clusters:
        return None
    first, *rest = plan.clusters
    return replace(plan, clusters=(replace(first, sites=first.sites[1:]), *rest))


@spoils("clusters: another anchor")
def _(rng: Random, problem: Problem, plan: Plan) -> Plan | None:
    for at, one in enumerate(plan.clusters):
        for site in rng.sample(one.sites, len(one.sites)):
            here, there = (sum(away(problem, each, anchor) for each in one.sites) for anchor in (one.anchor, site))
            if there > here + SLACK:
                wrong = replace(one, anchor=site)
                return replace(plan, clusters=(*plan.clusters[:at], wrong, *plan.clusters[at + 1 :]))
    return None


@spoils("owners: another rep")
def _(rng: Random, problem: Problem, plan: Plan) -> Plan | None:
    visited = {stop.site for one in plan.routes for stop in one.stops if stop.kind is StopKind.VISIT}
    given = sorted(visited & plan.owners.keys() - {lock.site for lock in problem.locked})
    if not given:
        return None
    site = rng.choice(given)
    return replace(plan, owners={**plan.owners, site: other(rng, [*problem.reps, "nobody"], plan.owners[site])})


def words(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B}"


def away(problem: Problem, site: str, other: str) -> float:
    """As the radius rule counts."""
    here, there = (next(one.place for one in problem.sites if one.id == name) for name in (site, other))
    assert here is not None
    assert there is not None
    if problem.radius is not None and problem.radius.seconds is not None:
        return (
            0 if here == there else int(max(problem.travel.seconds[here, there], problem.travel.seconds[there, here]))
        )
    return float(great_circle([problem.places[here]], [problem.places[there]])[0, 0])


def worse_anchor(rng: Random, problem: Problem, plan: Plan, one: Route) -> dict[str, Any] | None:
    """None, one that does not exist, or where there is a radius one that is farther beyond it."""
    located = [site.id for site in problem.sites if site.place is not None]
    if one.anchor is None:
        return {"anchor": rng.choice(located)} if located else None
    rule = problem.radius or RadiusRule()
    reach = rule.metres if rule.seconds is None else rule.seconds
    bound = [
        stop.site
        for stop in one.stops
        if stop.kind is StopKind.VISIT
        and stop.site is not None
        and not any(lock.site == stop.site and lock.date == one.date for lock in problem.locked)
        and not any(must.site == stop.site and one.date in must.period for must in problem.must_visits)
    ]
    beyond = {site: sum(max(0, away(problem, each, site) - reach) for each in bound) for site in located}
    price = rule.price_per_km / 1000 if rule.seconds is None else rule.price_per_minute / 60
    least = SLACK if rule.hard else (SLACK + len(bound)) / max(price, 1e-9)
    worse = [site for site in located if beyond[site] > beyond[one.anchor] + least]
    return {"anchor": rng.choice([None, "nowhere", *worse])}


# -- and found ----------------------------------------------------------------------------------------------------


def spoilt(name: str) -> Iterator[tuple[int, Problem, Plan]]:
    for number in range(PLANS):
        problem, plan = solved(number)
        wrong = SPOILT[name](Random(f"{name} {number}"), problem, plan)
        if wrong is not None and wrong != plan:
            yield number, problem, wrong


@pytest.mark.parametrize("name", SPOILT)
def test_what_is_spoilt_is_found(name: str) -> None:
    tried = 0
    for number, problem, wrong in spoilt(name):
        found = check(problem, wrong, reasons=False).violations or check(problem, wrong).violations
        assert found, f"plan {number}"
        tried += 1
    assert tried >= LEAST


def test_unspoilt_they_pass() -> None:
    for number in range(PLANS):
        assert check(*solved(number)).violations == (), number
