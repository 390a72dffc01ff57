"""What a day should be like: fair work, starts that a site prefers, sites together, a longer first visit; each rule alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from planner.calendar import DateRange, TimeWindow
from planner.check import cost, nights, promises
from planner.check.cost import disregarded, of_the_day, unfair
from planner.check.day import asked_for, duration, preferred, service, together
from planner.check.facts import Facts
from planner.params import NightRule, Params
from planner.plan import Objective, Plan, Route, Stop, StopKind
from planner.problem import Appointment, MustVisit, PlacedVisit, Site
from tests.planner.small import HOUR, MINUTE, MONDAY, at, between, problem, site, week, workday

TUESDAY = MONDAY + timedelta(days=1)
MORNING = (between(at(9), at(11)), *[()] * 6)  # on Mondays
PARAMS = Params(unfair_percent=50, preferred_price=700)


def on(day: date) -> DateRange:
    return DateRange(day, day)


def stop(name: str | None, start: int, minutes: int = 30, kind: StopKind = StopKind.VISIT, travel: int = 0) -> Stop:
    return Stop(kind, start, start, start + minutes * MINUTE, travel=travel, site=name, request=f"{name}#1")


def day_of(*stops: Stop, day: date = MONDAY, back: int = 0, rep: str = "ann") -> Route:
    return Route(rep, day, at(8), at(17), stops, back)


def facts(*routes: Route, **more: Any) -> Facts:
    sites = more.pop("sites", (site("a", 1), site("b", 2), site("c", 3)))
    days = more.pop("days", week(2))
    task = problem([0, 10, 20, 30], sites, days, params=PARAMS, **more)
    return Facts(task, Plan(routes, (), Objective()))


def test_work_beyond_what_is_fair_has_its_price():
    # 10 minutes there, 30 minutes, 5 of follow-up; a block of 20; a break of 60 that is no work; 15 minutes home: 80 minutes
    route = day_of(
        stop("a", at(9), travel=600),
        stop(None, at(10), 20, StopKind.BLOCK),
        stop(None, at(12), 60, StopKind.BREAK),
        back=900,
    )

    def price(fair: int | None, **more: object) -> int:
        return unfair(facts(route, days=[workday(fair_work=fair, follow_up=5 * MINUTE)], **more), route)

    assert price(None) == 0
    assert (price(80 * MINUTE), price(80 * MINUTE + 1), price(9 * HOUR)) == (0, 0, 0)
    assert price(70 * MINUTE) == 300  # half of 600 s
    assert price(80 * MINUTE - 199) == 99  # of 199 s
    dear = replace(facts(route, days=[workday(fair_work=75 * MINUTE)]).problem, params=Params(unfair_percent=100))
    assert unfair(Facts(dear, Plan((route,), (), Objective())), route) == 0  # without follow-up 75 minutes
    elsewhere = replace(route, date=TUESDAY)
    assert unfair(facts(elsewhere, days=[workday(fair_work=1)]), elsewhere) == 0  # a day on which she does not work


def test_a_start_that_the_site_does_not_prefer_has_its_price():
    likes = (site("a", 1, preferred=MORNING), site("b", 2), site("c", 3, preferred=MORNING))

    def price(*stops: Stop, day: date = MONDAY, **more: object) -> int:
        route = day_of(*stops, day=day)
        return disregarded(facts(route, sites=likes, **more), route)

    assert [price(stop("a", start)) for start in (at(9) - 1, at(9), at(11), at(11) + 1)] == [700, 0, 0, 700]
    assert price(stop("a", at(10, 50), 60)) == 0  # its start counts, not its end
    assert price(stop("a", at(8, 40), 60)) == 700
    assert price(stop("a", at(14)), stop("b", at(14)), stop("c", at(14))) == 1400
    assert price(stop("a", at(14)), day=TUESDAY) == 0  # no wishes on Tuesdays
    assert price(stop("a", at(14), kind=StopKind.APPOINTMENT)) == 0
    assert price(stop(None, at(14), kind=StopKind.BREAK)) == 0
    # locked for the day it should come when it is liked; promised for a time it stands
    assert price(stop("a", at(14)), locked=(PlacedVisit("a", "ann", MONDAY),)) == 700
    assert price(stop("a", at(14)), locked=(PlacedVisit("a", "ann", MONDAY, at(14)),)) == 0


def test_a_day_costs_all_of_that():
    # 600 s there and 900 s back; work of 55 minutes is 25 beyond: half of 1500 s; not when it is liked: 700; 40 minutes of
    # overtime at 150 %; from 8:00 to 17:40 less 55 minutes nothing is done: 10 %
    route = replace(day_of(stop("a", at(14), travel=600), back=900), end=at(17, 40))
    known = facts(route, sites=(site("a", 1, preferred=MORNING),), days=[workday(fair_work=30 * MINUTE)])
    assert of_the_day(known, route) == 1500 + (9 * HOUR + 40 * MINUTE - 55 * MINUTE) // 10 + 3600 + 750 + 700
    found = cost.objective(known, {})
    assert (found.unfair, found.preferred, found.nights) == (750, 700, 0)
    away = facts(replace(route, night=1), sites=known.problem.sites, days=week(1), nights=NightRule(price=123))
    assert cost.objective(away, {}).nights == 123


def test_the_windows_that_a_site_prefers():
    liked = site("a", 1, preferred=MORNING)
    assert (preferred(liked, MONDAY), preferred(liked, TUESDAY)) == (between(at(9), at(11)), ())
    assert preferred(site("a", 1), MONDAY) == ()


def test_sites_that_are_to_be_visited_together():
    def broken(*stops: Stop, group: tuple[str, ...] = ("a", "b"), **more: object) -> list[tuple[str, str | None]]:
        route = day_of(*stops)
        known = facts(route, together=(group,), **more)
        return [(v.rule, v.subject) for v in together(known, route, known.problem.workdays[0])]

    a, b, c = (stop(name, at(9)) for name in "abc")
    assert broken(a, b, c) == broken(c) == broken() == []
    assert broken(a, c) == [("together", "a")]
    assert broken(b) == [("together", "b")]
    assert broken(a, b, group=("a", "b", "c")) == [("together", "a"), ("together", "b")]
    assert broken(a, stop(None, at(10), kind=StopKind.BREAK)) == [("together", "a")]
    # an appointment at the other is a call there; one alone was agreed by people
    met = stop("b", at(9), kind=StopKind.APPOINTMENT)
    assert (broken(a, met), broken(met)) == ([], [])
    # the other one was visited that day already
    done = (site("a", 1), site("b", 2, credited=(MONDAY,)), site("c", 3))
    assert broken(a, sites=done) == []
    assert broken(b, sites=done) == [("together", "b")]
    # people chose the day
    assert broken(a, locked=(PlacedVisit("a", "ann", MONDAY),)) == []
    assert broken(a, must_visits=(MustVisit("m", "a", on(MONDAY)),)) == []
    assert broken(a, must_visits=(MustVisit("m", "b", on(MONDAY)),)) == [("together", "a")]


def test_what_a_person_asked_for():
    visit, route = stop("a", at(9)), day_of(stop("a", at(9)))

    def asked(**more: object) -> bool:
        return asked_for(facts(route, **more), route, visit)

    musts = [MustVisit(name, "a", on(day)) for name, day in (("m", MONDAY), ("n", TUESDAY))]
    assert not asked()
    assert asked(must_visits=musts[:1])
    assert not asked(must_visits=musts[1:])
    assert asked(must_visits=musts)
    assert asked(locked=(PlacedVisit("a", "ann", MONDAY),))
    assert not asked(locked=(PlacedVisit("a", "ann", TUESDAY),))


def test_the_first_visit_ever_may_take_longer():
    def seconds(place: Site, day: date = TUESDAY, *routes: Route) -> int:
        return service(facts(*routes, sites=(place,)), place, day)

    new = site("a", 1, service=1800, first_service=3600)
    assert seconds(new) == 3600
    assert seconds(site("a", 1, service=1800)) == 1800
    assert seconds(replace(new, credited=(MONDAY - timedelta(days=9),))) == 1800
    monday = day_of(stop("a", at(9)))
    assert (seconds(new, TUESDAY, monday), seconds(new, MONDAY, monday)) == (1800, 3600)
    later = replace(monday, date=TUESDAY)
    assert seconds(new, TUESDAY, later) == 3600


def test_an_appointment_is_a_first_call_too_and_takes_as_long_as_was_agreed():
    new = site("a", 1, service=1800, first_service=3600)
    agreed = Appointment("m", "ann", MONDAY, TimeWindow(at(9), at(9)), 1200, site="a")
    meeting = replace(stop("a", at(9), 20, StopKind.APPOINTMENT), request="m")
    visit = stop("a", at(9))

    def seconds(one: Stop, on_monday: Stop, on_tuesday: Stop) -> int | None:
        known = facts(day_of(on_monday), day_of(on_tuesday, day=TUESDAY), sites=(new,), appointments=(agreed,))
        return duration(known, workday(MONDAY if one is on_monday else TUESDAY), one)

    # the visit after an appointment is not the first call, the one before it is; the appointment is never longer
    assert (seconds(meeting, meeting, visit), seconds(visit, meeting, visit)) == (1200, 1800)
    assert (seconds(meeting, visit, meeting), seconds(visit, visit, meeting)) == (1200, 3600)


def test_no_night_away_before_the_first_that_may_be():
    for first, expected in ((MONDAY, []), (TUESDAY, ["night_allowed"])):
        rule = NightRule(hotels=(1,), first=first)
        route = replace(day_of(), night=1)
        assert [v.rule for v in nights.nights_allowed(facts(route, nights=rule))] == expected


@pytest.mark.parametrize(
    ("kind", "shared", "broken"), [("together", False, 1), ("same_rep", False, 1), ("together", True, 0)]
)
def test_groups_of_one_rep(kind, shared, broken):
    sites = [site(name, 1, owner=None, shared=shared) for name in "ab"]
    routes = day_of(stop("a", at(9))), day_of(stop("b", at(9)), rep="bob")
    task = problem([0, 10], sites, (*week(1), *week(1, "bob")), **{kind: (("a", "b"),)})
    given = {} if shared else {"a": "ann", "b": "bob"}
    found = list(promises.owners(Facts(task, Plan(routes, (), Objective(), owners=given))))
    assert len(found) == broken
