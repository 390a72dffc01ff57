"""The last insertions: as long as something left out fits at less than it is worth, put it in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from planner.cadence.requests import Chain
from planner.draft.draft import Draft, Insertion, Key
from planner.draft.objective import objective
from planner.plan import Plan, Route, Unplanned
from planner.problem import Problem
from planner.reasons.explain import explain_draft, paying
from planner.reasons.judge import Judge
from planner.reasons.together import open_a_day
from planner.reasons.wishes import Wish, Wishes

MOST_ROUNDS = 50  # a guard: each round makes the plan cheaper


def settle(problem: Problem, plan: Plan, chains: Mapping[str, Chain] | None = None) -> Plan:
    """The plan with everything that pays inserted, reasons for the rest, and its objective.

    The plan itself where a day has times only as long as its stops start no earlier than they do (as a repair may leave it).
    Days on which nothing changed keep their Route.  chains: as `planner.cadence.unroll.unroll` gives them, to save time.
    """
    draft = Draft.of(problem, plan)
    if any(draft.orders[key] and draft.room(key).cost is None for key in draft.workdays):
        return plan  # a repaired day whose order has times only with the starts that were published
    judge = insert(draft, chains)
    return finished(draft, plan, explain_draft(judge, Wishes(draft, chains)))


def insert(draft: Draft, chains: Mapping[str, Chain] | None = None) -> Judge:
    """Insert what pays, the most gainful first and then what pays together, until nothing does; the judge knows already much of why
    the rest does not."""
    judge = Judge(draft)
    for _ in range(MOST_ROUNDS):
        wishes = Wishes(draft, chains)
        if not _insert(draft, paying(judge, wishes), wishes) and not open_a_day(draft, wishes):
            break
    return judge


def _insert(draft: Draft, pays: Sequence[tuple[Wish, Insertion]], wishes: Wishes) -> bool:
    """At most one visit a site and day, because every other price may have changed; whether there was any."""
    touched: set[Key | str] = set()
    for wish, place in sorted(pays, key=lambda one: one[1].total):
        if touched.intersection((place.key, wish.site, *draft.companions.get(wish.site, ()))):
            continue
        site = draft.sites[wish.site]
        insertion = draft.insertion(draft.visit(site, place.key), place.key)
        if insertion is None or insertion.total >= 0:
            continue  # a promised start, which only the task itself knows, does not fit
        draft.place(site, insertion, wishes.request_for)
        touched |= {place.key, wish.site}
    return bool(touched)


def finished(draft: Draft, plan: Plan, unplanned: Sequence[Unplanned]) -> Plan:
    """The draft as a plan; what it does not decide (clusters, seed, iterations) is that of `plan`."""
    before = {(route.rep, route.date): route for route in plan.routes}
    routes = [route for key in draft.workdays if (route := _route(draft, key, before.get(key))) is not None]
    routes.sort(key=lambda route: (route.rep, route.date))
    costs = objective(draft, routes)
    owners = draft.owners
    return replace(plan, routes=tuple(routes), unplanned=tuple(unplanned), objective=costs, owners=owners)


def stays_empty(before: Route | None) -> Route | None:
    """What is kept of a day at home without stops: a route that was as empty, but not the way to or from a night away."""
    return before if before is not None and not before.stops and before.morning is before.night is None else None


def _route(draft: Draft, key: Key, before: Route | None) -> Route | None:
    if not draft.orders[key] and not draft.away(key):
        return stays_empty(before)
    route = draft.route(key)
    assert route is not None, "only orders with times are ever kept"
    return route
