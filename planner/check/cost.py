"""The objective, recomputed from the problem and the plan: seconds of driving."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields
from datetime import timedelta

from planner.calendar import DateRange
from planner.check import nights
from planner.check.around import around_each
from planner.check.credit import Late, Ledger, Missed
from planner.check.day import follow_up, idle, inside, preferred
from planner.check.facts import Call, Facts
from planner.check.promises import fulfilled
from planner.plan import Objective, Route, StopKind, Violation
from planner.problem import MustVisit


def objective(facts: Facts, ledgers: dict[str, Ledger]) -> Objective:
    """All parts of the price of this plan."""
    return Objective(
        driving=sum(driving(route) for route in facts.plan.routes),
        waiting=sum(waiting(facts, route) for route in facts.plan.routes),
        lateness=sum(lateness(facts, site, late) for site, ledger in ledgers.items() for late in ledger.late),
        missed=missed(facts, ledgers),
        overtime=sum(overtime(facts, route) for route in facts.plan.routes),
        radius=sum(excess(facts, route) for route in facts.plan.routes),
        nights=nights.price(facts),
        churn=facts.problem.params.churn_price * sum(moved(facts, site, ledger) for site, ledger in ledgers.items()),
        unfair=sum(unfair(facts, route) for route in facts.plan.routes),
        preferred=sum(disregarded(facts, route) for route in facts.plan.routes),
    )


def as_stated(facts: Facts, found: Objective) -> Iterator[Violation]:
    """Each part that the plan states is what it really is."""
    for field in fields(Objective):
        stated, real = getattr(facts.plan.objective, field.name), getattr(found, field.name)
        if stated != real:
            yield Violation("objective", f"{field.name} is {real}, not {stated}", subject=field.name)


def driving(route: Route) -> int:
    return sum(stop.travel for stop in route.stops) + route.return_travel


def waiting(facts: Facts, route: Route) -> int:
    workday = facts.workday(route)
    return facts.problem.params.waiting_percent * idle(facts, route, workday) // 100 if workday else 0


def overtime(facts: Facts, route: Route) -> int:
    workday = facts.workday(route)
    return facts.problem.params.overtime_percent * max(0, route.end - workday.end) // 100 if workday else 0


def unfair(facts: Facts, route: Route) -> int:
    """Price of the work of a day, on the way, with customers or in blocks, beyond what is fair."""
    workday = facts.workday(route)
    if workday is None or workday.fair_work is None:
        return 0
    done = driving(route)
    for stop in route.stops:
        if stop.kind is not StopKind.BREAK:
            done += stop.end - stop.start + follow_up(workday, stop)
    return facts.problem.params.unfair_percent * max(0, done - workday.fair_work) // 100


def disregarded(facts: Facts, route: Route) -> int:
    """Price of the visits that start when their site does not prefer it, those left away that were promised for a time."""
    found = 0
    for stop in route.stops:
        if stop.kind is StopKind.VISIT and stop.site is not None:
            lock = facts.lock(Call(route, stop))
            wanted = preferred(facts.sites[stop.site], route.date)
            if wanted and not inside(stop.start, wanted) and (lock is None or lock.start is None):
                found += facts.problem.params.preferred_price
    return found


def of_the_day(facts: Facts, route: Route) -> int:
    """What a day costs, the radius left out."""
    return (
        driving(route)
        + waiting(facts, route)
        + overtime(facts, route)
        + unfair(facts, route)
        + disregarded(facts, route)
    )


def missed(facts: Facts, ledgers: dict[str, Ledger]) -> int:
    """Visits, must-visits and appointments left out."""
    params, plan = facts.problem.params, facts.plan
    cadences = sum(left_out(facts, site, gone) for site, ledger in ledgers.items() for gone in ledger.missed)
    kept = {stop.request for route in plan.routes for stop in route.stops if stop.kind is not StopKind.VISIT}
    lost = sum(appointment.id not in kept for appointment in facts.problem.appointments)
    return (
        cadences
        + lost * params.appointment_price
        + len(lost_musts(facts, facts.problem.must_visits)) * params.must_price
    )


def left_out(facts: Facts, site: str, gone: Missed) -> int:
    """The price of one visit left out: more where the windows before it were missed as well, up to a bound."""
    params = facts.problem.params
    once = share(facts.sites[site].miss_price, gone, facts.problem.horizon)
    return once + once * min(gone.row * params.miss_growth_percent, params.miss_growth_most_percent) // 100


def lateness(facts: Facts, site: str, late: Late) -> int:
    """The price of a late visit: between late_percent of a visit left out and all of it, or so much a day where a site says so."""
    priced, horizon, percent = facts.sites[site], facts.problem.horizon, facts.problem.params.late_percent
    overdue = (late.on - late.closed).days
    if priced.late_price is not None:
        return overdue * priced.late_price
    end = horizon.last + timedelta(days=1) if late.next_opens is None else late.next_opens
    before = max(0, (horizon.first - late.closed).days - 1)  # days late that were over when the horizon began
    step = 0 if late.closed < horizon.first else percent * priced.miss_price
    slope = (100 - percent) * priced.miss_price * (overdue - before) // max(1, (end - late.closed).days)
    return (step + slope) // 100


def lost_musts(facts: Facts, musts: Iterable[MustVisit]) -> list[str]:
    """Those that nobody makes though a day of the period is in the horizon."""
    horizon = facts.problem.horizon
    return [
        must.id
        for must in musts
        if not fulfilled(facts, must.id) and must.period.first <= horizon.last and horizon.first <= must.period.last
    ]


def share(price: int, gone: Missed, horizon: DateRange) -> int:
    """The price of a visit left out, in proportion to the days of its window up to the end of the horizon.

    What the window has of days before the horizon is due now, so an overdue visit has its full price.
    """
    last = min(gone.window.last, horizon.last)
    return price * max(0, (last - gone.window.first).days + 1) // len(gone.window)


def excess(facts: Facts, route: Route) -> int:
    """Price of the kilometres (or minutes) beyond a soft radius, around the anchor for which the whole day is cheapest."""
    rule = facts.problem.radius
    return 0 if rule is None or rule.hard else min(around_each(facts, route).values(), default=0)


def moved(facts: Facts, site: str, ledger: Ledger) -> int:
    """Published visits of a site that are on another day or gone, as far as it still has as many requests."""
    locks = {(lock.rep, lock.date) for lock in facts.locks_of.get(site, ())}
    base = [v.date for v in facts.base_of.get(site, ()) if (v.rep, v.date) not in locks]
    calls = [call for call in facts.calls[site] if call.stop.kind is StopKind.VISIT and facts.lock(call) is None]
    came = [call.date for call in calls if call.date not in base]
    gone = [day for day in base if all(day != call.date for call in calls)]
    return min(len(gone), len(came) + len(ledger.missed))  # each that is gone came on another day, or is missed
