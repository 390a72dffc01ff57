"""Nights away from home."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from planner.check.facts import Facts
from planner.plan import Route, Violation

ONE_DAY = timedelta(days=1)


def known_places(facts: Facts) -> Iterator[Violation]:
    """A night is spent at a place that there is."""
    count = len(facts.problem.places)
    for route in facts.plan.routes:
        for place in (route.morning, route.night):
            if place is not None and not 0 <= place < count:
                yield _broken("night_place", f"there is no place {place}", route)


def nights_allowed(facts: Facts) -> Iterator[Violation]:
    """Nights are spent away by those who may, after the weekdays on which they may, in a hotel (or, if so, at a site)."""
    rule = facts.problem.nights
    at_sites = {site.place for site in facts.problem.sites} if rule is not None and rule.at_sites else set()
    for route in _evenings(facts):
        if rule is None or (rule.reps is not None and route.rep not in rule.reps):
            yield _broken("night_allowed", "the night is not to be spent away", route)
        elif route.date.weekday() not in rule.weekdays:
            yield _broken("night_allowed", f"no night away follows a {route.date:%A}", route)
        elif rule.first is not None and route.date < rule.first:
            yield _broken("night_allowed", f"no night away before {rule.first}", route)
        elif route.night not in rule.hotels and route.night not in at_sites:
            yield _broken("night_place", f"nobody can sleep at place {route.night}", route)


def nights_joined(facts: Facts) -> Iterator[Violation]:
    """Who sleeps away wakes up there: the next date has a route that begins where the night is, and only then."""
    for route in facts.plan.routes:
        before, after = (facts.routes.get((route.rep, route.date + step)) for step in (-ONE_DAY, ONE_DAY))
        if route.night is not None and (after is None or after.morning != route.night):
            yield _broken("night_joined", f"the next day does not begin at {route.night}, where the night is", route)
        if route.morning is not None and (before is None or before.night != route.morning):
            yield _broken("night_joined", f"nobody slept at {route.morning}, where the day begins", route)


def nights_far(facts: Facts) -> Iterator[Violation]:
    """Only who is far from home stays away."""
    rule = facts.problem.nights
    for route in _evenings(facts):
        home = facts.asked[route.rep, route.date].end_place
        seconds = int(facts.problem.travel.seconds[route.night or 0, home])
        if rule is not None and seconds < rule.min_from_home:
            text = f"home is {seconds} s away, and the night only where it is {rule.min_from_home} s"
            yield _broken("night_far", text, route)


def price(facts: Facts) -> int:
    return facts.problem.nights.price * len(_evenings(facts)) if facts.problem.nights else 0


def _evenings(facts: Facts) -> list[Route]:
    return [route for route in facts.plan.routes if route.night is not None]


def _broken(rule: str, message: str, route: Route) -> Violation:
    return Violation(rule, message, route.rep, route.date)
