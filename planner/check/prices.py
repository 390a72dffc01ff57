"""What a visit more would cost: on its day, on the day of a first visit that becomes a shorter one, and by the dates of its site."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from planner.check import cost, credit, room
from planner.check.credit import Ledger
from planner.check.facts import Call, Facts
from planner.plan import Route, Stop, StopKind
from planner.problem import Site, Workday


def route_of(facts: Facts, workday: Workday) -> Route:
    """The route of a workday, be it empty."""
    for route in facts.plan.routes:
        if (route.rep, route.date) == (workday.rep, workday.date):
            return route
    return Route(workday.rep, workday.date, workday.start, workday.start, ())


def call_on(site: Site, workday: Workday) -> Call:
    """The visit that is tried."""
    stop = Stop(StopKind.VISIT, 0, 0, site.service, request="", site=site.id, place=site.place)
    return Call(Route(workday.rep, workday.date, 0, 0, (stop,)), stop)


def with_visit(
    facts: Facts, site: Site, workday: Workday, calls: Sequence[Call], company: Sequence[Site] = ()
) -> tuple[Facts, Ledger]:
    """The calls and the ledger of the site with a visit on this day beside these calls, which others are given to its rep with."""
    look = site.id, workday.rep, workday.date, tuple(map(id, calls)), tuple(one.id for one in company)
    if look not in facts.with_more:
        facts.with_more[look] = _with_visit(facts, site, workday, calls, company)
    found: tuple[Facts, Ledger] = facts.with_more[look]
    return found


def _with_visit(
    facts: Facts, site: Site, workday: Workday, calls: Sequence[Call], company: Sequence[Site]
) -> tuple[Facts, Ledger]:
    owners = facts.plan.owners | dict.fromkeys(
        (one.id for one in (site, *company)), workday.rep
    )  # nobody's become theirs
    changed = facts.under(replace(facts.plan, routes=(), owners=owners))
    changed.calls = {site.id: sorted([*calls, call_on(site, workday)], key=lambda call: call.date)}
    return changed, credit.settle(changed, site)


def without_call(facts: Facts, site: Site, workday: Workday) -> Facts:
    """The facts of a site of which nobody calls on this day."""
    changed = facts.under(replace(facts.plan, routes=()))
    changed.calls = {site.id: [call for call in facts.calls[site.id] if call.date != workday.date]}
    return changed


def breaks(ledger: Ledger) -> bool:
    """Whether it breaks a rule, beyond due dates that the plan states and that would now be others."""
    return any(violation.rule not in ("due", "late_days") for violation in ledger.violations)


def price_of(
    facts: Facts, sites: list[Site], ledger: Ledger, workday: Workday, route: Route, loose: bool = False
) -> tuple[int, int] | None:
    """What the cheapest positions of all these sites on this day would add to what the days cost, and to the objective; None:
    there are none.

    ledger : of the first of them."""
    after = [with_visit(facts, site, workday, facts.calls[site.id], sites) for site in sites]
    if any(breaks(ledger) for _, ledger in after) or any(site.place is None for site in sites):
        return None
    steps, new = room.steps_of(facts, route, workday), [room.visit_step(facts, site, workday) for site in sites]
    day = adds(facts, workday, route, steps, new, loose)
    if day is None:
        return None
    more = tuple(Stop(StopKind.VISIT, 0, 0, 0, site=site.id) for site in sites)
    day += cost.excess(after[0][0], replace(route, stops=(*route.stops, *more))) - cost.excess(facts, route)
    day += sum(_saved_elsewhere(facts, site, workday, loose) for site in sites)
    now, total = [ledger, *(credit.settle(facts, site) for site in sites[1:])], day
    for site, then, (changed, its) in zip(sites, now, after, strict=True):
        total += chain_price(changed, site, its) - chain_price(facts, site, then)
    return day, total


def adds(
    facts: Facts, workday: Workday, route: Route, steps: list[room.Step], new: list[room.Step], loose: bool
) -> int | None:
    """What the cheapest positions of new steps among these make the day cost more than its route does; None: there are none.

    loose : promised visits, now and then, may come at any time of their slack.
    A day is looked at once: what a visit would cost beside all others is asked for its reason and again for each exchange."""
    look = workday.rep, workday.date, tuple(steps), tuple(new), loose
    if look not in facts.added:
        facts.added[look] = _adds(facts, workday, route, steps, new, loose)
    return facts.added[look]


def _adds(
    facts: Facts, workday: Workday, route: Route, steps: list[room.Step], new: list[room.Step], loose: bool
) -> int | None:
    if loose:
        before = room.cheapest(facts, workday, iter([room.loosened(room.steps_of(facts, route, workday))]))
        steps, new = room.loosened(steps), room.loosened(new)
    else:
        before = cost.of_the_day(facts, route)
    after = room.cheapest(facts, workday, room.all_insertions(steps, new))
    return None if after is None or before is None else after - before


@dataclass(frozen=True, slots=True)
class Shortened:
    """A day on which a visit is shorter when it is not the first one any more, and its steps then."""

    route: Route
    workday: Workday
    steps: list[room.Step]


def first_elsewhere(facts: Facts, site: Site, workday: Workday) -> Shortened | None:
    """The day of the visit that is the first one now, where a visit on this day would come before it and make it shorter."""
    calls = facts.calls[site.id]
    if not calls or calls[0].date <= workday.date or calls[0].stop.kind is not StopKind.VISIT:
        return None
    route = calls[0].route
    day = facts.workdays.get((route.rep, route.date))
    now = [] if day is None else room.steps_of(facts, route, day)
    shorter = [replace(step, duration=site.service) if step.site == site.id else step for step in now]
    return None if day is None or shorter == now else Shortened(route, day, shorter)


def _saved_elsewhere(facts: Facts, site: Site, workday: Workday, loose: bool) -> int:
    """What that day then costs more, as a rule less than nothing.  loose: as in `adds`."""
    found = first_elsewhere(facts, site, workday)
    return 0 if found is None else adds(facts, found.workday, found.route, found.steps, [], loose) or 0


def chain_price(facts: Facts, site: Site, ledger: Ledger) -> int:
    return rhythm_price(facts, site, ledger) + facts.problem.params.churn_price * cost.moved(facts, site.id, ledger)


def rhythm_price(facts: Facts, site: Site, ledger: Ledger) -> int:
    """What is late, missed or asked for in vain, whatever was published."""
    left_out = sum(cost.left_out(facts, site.id, gone) for gone in ledger.missed)
    musts = facts.problem.params.must_price * len(cost.lost_musts(facts, facts.musts_of.get(site.id, ())))
    late = sum(cost.lateness(facts, site.id, late) for late in ledger.late)
    return late + left_out + musts
