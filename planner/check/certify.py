"""All rules, one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from planner.check import around, claims, cost, credit, day, nights, promises, setting_out
from planner.check.facts import Facts
from planner.check.reasons import reason_holds
from planner.plan import Certificate, Objective, Plan, Violation
from planner.problem import Problem

OF_THE_PLAN = (
    promises.routes_once,
    promises.requests_once,
    promises.appointments,
    promises.locked,
    promises.must_visits,
    promises.owners,
    around.radius,
    around.anchors_stated,
    around.clusters,
    credit.undated,
    nights.nights_allowed,
    nights.nights_joined,
    nights.nights_far,
)


def check(problem: Problem, plan: Plan, reasons: bool = True) -> Certificate:
    """Judge a plan: every rule that it breaks, and its objective as it really is.

    reasons : also confirm the reason of everything unplanned, which takes longer.
    A plan so broken that no objective can be worked out (unknown sites, days or appointments) has the objective 0.
    """
    facts = Facts(problem, plan)
    found: list[Violation] = list(nights.known_places(facts))
    if not found:
        found = [violation for route in plan.routes for violation in day.check_day(facts, route)]
    if any(violation.rule in ("no_workday", "known_stops", "night_place") for violation in found):
        return Certificate(tuple(found), Objective())
    found += [violation for rule in OF_THE_PLAN for violation in rule(facts)]
    ledgers = {site.id: credit.settle(facts, site) for site in problem.sites}
    found += [violation for ledger in ledgers.values() for violation in ledger.violations]
    found += promises.accounted(facts, ledgers)
    found += _setting_out(facts, {(violation.rep, violation.date) for violation in found})
    objective = cost.objective(facts, ledgers)
    found += cost.as_stated(facts, objective)
    if reasons:
        found += claims.days_looked_at(facts, ledgers)
        for entry in plan.unplanned:
            found += list(reason_holds(facts, ledgers, entry)) or claims.hold(facts, ledgers, entry)
    return Certificate(tuple(found), objective)


def _setting_out(facts: Facts, spoilt: set[tuple[str | None, date | None]]) -> Iterator[Violation]:
    """How late a day may run can be said where it keeps all other rules."""
    for route in facts.plan.routes:
        workday = facts.workday(route)
        if workday is not None and (route.rep, route.date) not in spoilt:
            yield from setting_out.leave_by(facts, route, workday)
