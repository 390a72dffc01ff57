"""Nights away: each rule of the checker alone, on routes that say no more than where they begin and end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest

from planner.check import check, nights
from planner.check.day import ways
from planner.check.facts import Facts
from planner.params import NightRule
from planner.plan import Objective, Plan, Route, Violation
from planner.problem import Problem
from tests.planner.small import MINUTE, MONDAY, problem, site, week

TUESDAY, WEDNESDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)
HOTEL, SITE, OTHER = 1, 2, 3  # 60, 70 and 80 minutes from home


def asked(**rule: object) -> Problem:
    values: dict = {"hotels": (HOTEL,)} | rule
    return problem([0, 60, 70, 80], [site("a", SITE)], (*week(3), *week(3, "bob")), nights=NightRule(**values))


def route(day: date = MONDAY, morning: int | None = None, night: int | None = None, rep: str = "ann") -> Route:
    return Route(rep, day, 0, 0, (), morning=morning, night=night)


def broken(rule: Callable[[Facts], Iterator[Violation]], task: Problem, *routes: Route) -> list[tuple[str, str, date]]:
    found = rule(Facts(task, Plan(routes, (), Objective())))
    return [(one.rule, one.rep, one.date) for one in found]


@pytest.mark.parametrize(("place", "known"), [(-1, False), (0, True), (3, True), (4, False)])
def test_a_night_is_spent_at_a_place_that_there_is(place, known):
    expected = [] if known else [("night_place", "ann", MONDAY)]
    assert broken(nights.known_places, asked(), route(night=place)) == expected
    assert broken(nights.known_places, asked(), route(morning=place)) == expected
    assert broken(nights.known_places, asked(), route()) == []


def test_nothing_else_is_judged_of_a_night_at_no_place():
    found = check(asked(), Plan((route(night=4),), (), Objective(driving=7)))
    assert [one.message for one in found.violations] == ["there is no place 4"]
    assert found.objective == Objective()


@pytest.mark.parametrize(
    ("rule", "night", "expected"),
    [
        ({}, HOTEL, None),
        ({}, SITE, "night_place"),
        ({"at_sites": True}, SITE, None),
        ({"at_sites": True}, OTHER, "night_place"),
        ({"hotels": (), "at_sites": True}, HOTEL, "night_place"),
        ({"reps": frozenset({"ann"})}, HOTEL, None),
        ({"reps": frozenset({"bob"})}, HOTEL, "night_allowed"),
        ({"weekdays": frozenset({0})}, HOTEL, None),
        ({"weekdays": frozenset({1, 2})}, HOTEL, "night_allowed"),
    ],
)
def test_who_may_sleep_where_after_which_day(rule, night, expected):
    assert broken(nights.nights_allowed, asked(**rule), route(night=night)) == (
        [(expected, "ann", MONDAY)] if expected else []
    )


def test_without_a_rule_nobody_stays_away():
    task = replace(asked(), nights=None)
    assert broken(nights.nights_allowed, task, route(night=HOTEL)) == [("night_allowed", "ann", MONDAY)]
    assert broken(nights.nights_allowed, task, route(), route(TUESDAY)) == []
    assert broken(nights.nights_far, task, route(night=HOTEL)) == []
    assert nights.price(Facts(task, Plan((route(night=HOTEL),), (), Objective()))) == 0


def test_who_sleeps_away_wakes_up_there():
    def joined(*routes):
        return broken(nights.nights_joined, asked(), *routes)

    evening = ("night_joined", "ann", MONDAY)
    morning = ("night_joined", "ann", TUESDAY)
    assert joined(route(night=HOTEL), route(TUESDAY, morning=HOTEL)) == []
    assert joined(route(night=HOTEL)) == [evening]
    assert joined(route(TUESDAY, morning=HOTEL)) == [morning]
    assert joined(route(night=HOTEL), route(TUESDAY)) == [evening]
    assert joined(route(), route(TUESDAY, morning=HOTEL)) == [morning]
    assert joined(route(night=HOTEL), route(TUESDAY, morning=SITE)) == [evening, morning]
    # by himself, and on the next day
    assert joined(route(night=HOTEL), route(TUESDAY, morning=HOTEL, rep="bob")) == [
        evening,
        (*morning[:1], "bob", TUESDAY),
    ]
    assert joined(route(night=HOTEL), route(WEDNESDAY, morning=HOTEL)) == [evening, (*morning[:1], "ann", WEDNESDAY)]


def test_only_who_is_far_from_home_stays_away():
    for least, expected in ((3600, []), (3601, [("night_far", "ann", MONDAY)])):  # the hotel is 60 minutes away
        assert broken(nights.nights_far, asked(min_from_home=least), route(night=HOTEL)) == expected
    assert broken(nights.nights_far, asked(min_from_home=4200), route(night=SITE)) == []  # 70 minutes
    assert broken(nights.nights_far, asked(min_from_home=9999), route()) == []
    assert broken(nights.nights_far, asked(hotels=(0,)), route(night=0)) == [("night_far", "ann", MONDAY)]  # at home


def test_each_night_has_its_price():
    routes = route(night=HOTEL), route(TUESDAY, HOTEL, HOTEL), route(WEDNESDAY, HOTEL)
    assert nights.price(Facts(asked(price=500), Plan(routes, (), Objective()))) == 1000


@pytest.mark.parametrize(
    ("morning", "night", "minutes"),
    [(None, None, 0), (None, HOTEL, 60), (HOTEL, None, 60), (HOTEL, SITE, 10), (HOTEL, HOTEL, 0)],
)
def test_a_day_goes_from_night_to_night(morning, night, minutes):
    facts = Facts(asked(), Plan((route(morning=morning, night=night),), (), Objective()))
    day = facts.workday(facts.plan.routes[0])
    assert (day.start_place, day.end_place) == (morning or 0, night or 0)
    ((_, way, _, _),) = ways(facts, facts.plan.routes[0], day)
    assert way.wheel == minutes * MINUTE
