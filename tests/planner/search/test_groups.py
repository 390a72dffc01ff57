"""Sites that are apart, with one rep, or visited together.

Each on a line with one place a minute apart; expected values by hand.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from planner.cadence.policy import Cadence
from planner.calendar import DateRange, TimeWindow
from planner.check import check
from planner.errors import ProblemError
from planner.plan import Reason
from planner.problem import Appointment, MustVisit
from planner.repair import repair
from tests.planner.search.solved import DEAR, OFTEN, planned, visits
from tests.planner.small import HOUR, MINUTE, MONDAY, at, problem, site, week, workday


def test_two_sites_that_are_apart_are_on_no_one_route() -> None:
    sites = [site("a", 1, **DEAR), site("b", 1, **DEAR), site("c", 1, **DEAR)]
    asked = problem([0, 60], sites, week(2))
    assert len({day for _, day in visits(planned(asked))}) == 1  # an hour away: all three on one day
    plan = planned(replace(asked, apart=(("a", "b"),)))
    assert len(visits(plan)) == 3
    day_of = dict(visits(plan))
    assert day_of["a"] != day_of["b"]
    # with one day only one of both has a place, and the other one would have to go for it
    alone = planned(replace(asked, workdays=week(1), horizon=DateRange(MONDAY, MONDAY), apart=(("a", "b"),)))
    assert len(visits(alone)) == 2
    [entry] = alone.unplanned
    assert (entry.reason, {entry.site, *entry.displaces}) == (Reason.APART, {"a", "b"})


def test_what_people_fixed_stands_beside_what_it_should_be_apart_from() -> None:
    meeting = Appointment("m", "ann", MONDAY, TimeWindow(at(9), at(9)), HOUR, site="a")
    talk = Appointment("t", "ann", MONDAY, TimeWindow(at(11), at(11)), HOUR, site="b")
    sites = [site("a", 1, cadence=None), site("b", 1, cadence=None), site("c", 1, **DEAR)]
    asked = problem([0, 10], sites, [workday()], appointments=(meeting, talk), apart=(("a", "b"), ("c", "a")))
    plan = planned(asked)
    assert [s.request for s in plan.routes[0].stops] == ["m", "t"]
    assert [(u.site, u.reason) for u in plan.unplanned] == [("c", Reason.APART)]


def test_a_group_is_visited_by_one_rep() -> None:
    # a lies beside ann, b and c beside bob; all three are 130 min of driving for ann, 128 for bob
    sites = [site(name, n + 1, owner=None, **DEAR) for n, name in enumerate("abc")]
    days = (*week(2), *week(2, rep="bob", start_place=4, end_place=4))
    asked = problem([0, 6, 60, 65, 70], sites, days)
    assert planned(asked).owners == {"a": "ann", "b": "bob", "c": "bob"}
    assert planned(replace(asked, same_rep=(("a", "b"),))).owners.keys() == {"a", "b", "c"}
    together = planned(replace(asked, same_rep=(("a", "b", "c"),))).owners
    assert together == dict.fromkeys("abc", "bob")
    owned = [replace(sites[0], owner="ann"), *sites[1:]]
    mixed = planned(replace(asked, sites=tuple(owned), same_rep=(("a", "b"),)))
    assert mixed.owners == {"b": "ann", "c": "bob"}


def test_what_is_visited_together_is_visited_on_one_day() -> None:
    # both due on Monday, on time until Tuesday; b is open on Wednesdays only, and a day too late costs a 50 minutes
    sites = [site("a", 1, late_price=3000, **DEAR), site("b", 2, weekdays=frozenset({2}), **DEAR)]
    asked = problem([0, 10, 30], sites, week(5))
    assert dict(visits(planned(asked)))["a"] < 2
    both = planned(replace(asked, together=(("a", "b"),)))
    assert visits(both) == [("a", 2), ("b", 2)]
    assert both.objective.driving == 2 * 30 * MINUTE
    # a day that may have one stop only can never have both; one that may have two could, if c did not stand there
    one = planned(replace(asked, workdays=week(5, max_stops=1), together=(("a", "b"),)))
    assert [(u.site, u.reason) for u in one.unplanned] == [("a", Reason.TOGETHER), ("b", Reason.TOGETHER)]
    c = site("c", 1, weekdays=frozenset({2}), **OFTEN, miss_price=900_000)
    two = planned(replace(asked, sites=(*sites, c), workdays=week(5, max_stops=2), together=(("a", "b"),)))
    assert [(u.site, u.reason) for u in two.unplanned] == [("a", Reason.DAY_FULL), ("b", Reason.DAY_FULL)]
    # it is 30 minutes to b and home again, and both are worth an hour in all: not more than that
    for worth, expected in ((1800, 0), (1801, 2)):
        cheap = [replace(one, miss_price=worth, late_price=0) for one in sites]
        assert len(visits(planned(replace(asked, sites=tuple(cheap), together=(("a", "b"),))))) == expected


def test_what_cannot_be_visited_keeps_the_other_one_from_it() -> None:
    away = DateRange(MONDAY, MONDAY + timedelta(days=9))
    sites = [site("a", 1, **DEAR), site("b", 2, pauses=(away,), **DEAR), site("c", 1, **DEAR)]
    plan = planned(problem([0, 10, 30], sites, week(5), together=(("a", "b"),)))
    assert {u.site: u.reason for u in plan.unplanned} == {"a": Reason.TOGETHER, "b": Reason.PAUSED}
    # what a person asked for stands alone
    must = (MustVisit("m", "a", DateRange(MONDAY, MONDAY)),)
    asked = planned(problem([0, 10, 30], sites, week(5), together=(("a", "b"),), must_visits=must))
    assert visits(asked)[0] == ("a", 0)


def test_the_other_one_goes_along_with_an_appointment() -> None:
    meeting = Appointment("m", "ann", MONDAY + timedelta(days=1), TimeWindow(at(9), at(9)), HOUR, site="a")
    sites = [site("a", 1, **DEAR), site("b", 2, **DEAR)]
    plan = planned(problem([0, 10, 30], sites, week(5), together=(("a", "b"),), appointments=(meeting,)))
    assert visits(plan) == [("b", 1)]


def test_a_repair_moves_both() -> None:
    sites = [site("a", 1, **DEAR), site("b", 2, weekdays=frozenset({2, 3}), **DEAR)]
    asked = problem([0, 10, 30], sites, week(5), together=(("a", "b"),))
    plan = planned(asked)
    assert visits(plan) == [("a", 2), ("b", 2)]
    closed = replace(sites[1], exceptions={MONDAY + timedelta(days=2): ()})
    changed = replace(asked, sites=(sites[0], closed))
    after = repair(changed, plan)
    assert check(changed, after).violations == ()
    assert visits(after) == [("a", 3), ("b", 3)]
    # an appointment that takes all of Wednesday, and Thursday is frozen: both are left out
    booked = Appointment("x", "ann", MONDAY + timedelta(days=2), TimeWindow(at(8), at(8)), 8 * HOUR)
    full = replace(asked, appointments=(booked,))
    after = repair(full, plan, [MONDAY + timedelta(days=n) for n in range(5)])
    assert check(full, after, reasons=False).violations == ()
    assert visits(after) == []


def test_a_group_with_two_cadences_is_refused() -> None:
    sites = [site("a", 1, **DEAR), site("b", 2, cadence=Cadence(interval_days=9))]
    with pytest.raises(ProblemError, match="/together/0: a and b have different cadences"):
        problem([0, 10, 30], sites, week(5), together=(("a", "b"),))
