"""All rules, one after the other."""

from __future__ import annotations

from planner.check import around, cost, credit, day, nights, promises
from planner.check.facts import Facts
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
    around.clusters,
    nights.nights_allowed,
    nights.nights_joined,
    nights.nights_far,
)


def check(problem: Problem, plan: Plan, reasons: bool = True) -> Certificate:
    """Judge a plan: every rule that it breaks, and its objective as it really is.

    reasons : also confirm the reason of everything unplanned, which takes longer.
    A plan so broken that no objective can be worked out (unknown sites, days or appointments) has the objective 0.
    """
    from planner.check.reasons import reasons_hold  # asks this module's rules in turn

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
    objective = cost.objective(facts, ledgers)
    found += cost.as_stated(facts, objective)
    if reasons:
        found += reasons_hold(facts, ledgers)
    return Certificate(tuple(found), objective)
