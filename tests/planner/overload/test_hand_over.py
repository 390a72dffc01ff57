"""Which accounts change hands so that an overloaded rep keeps the goals, and which hand-overs are none."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from planner.cadence.policy import Cadence
from planner.calendar import DateRange, TimeWindow
from planner.check import check
from planner.overload import HandOver, LongerDays, Stretch, overload
from planner.overload.goals import Counts, counts_of
from planner.overload.part import part
from planner.overload.search import nearest_to
from planner.problem import Appointment, Problem
from planner.solve import solve
from tests.planner.overload.week import full_week, weekly
from tests.planner.small import HOUR, MONDAY, at, problem, site, workday

TWELVE = [f"s{n:02}" for n in range(12)]


def week_of(problem: Problem):
    return problem, solve(problem, iterations=300)


def remedies(made: Problem, plan, kind) -> list:
    return [
        tried
        for tried in overload(made, plan, iterations=300, reps=["ann"])[0].remedies
        if isinstance(tried.remedy, kind)
    ]


def twelve(**more: object) -> Problem:
    """Two more than fit; ben has time for ten."""
    made, _ = full_week([weekly(name) for name in TWELVE], ("ann", "ben"))
    return replace(made, **more)


@pytest.mark.parametrize(("kind", "group"), [("same_rep", ("s00", "s05", "s07")), ("together", ("s00", "s05"))])
def test_what_one_rep_visits_changes_hands_as_a_whole(kind: str, group: tuple[str, ...]) -> None:
    # two are too many; the group is the first by name, and is enough by itself
    made, plan = week_of(twelve(**{kind: (group,)}))
    (found,) = remedies(made, plan, HandOver)
    assert found.remedy == HandOver("ann", "ben", group)
    # an hour each
    assert (found.short, found.gained, found.price) == (0, 2, len(group) * HOUR)
    assert check(found.remedy.applied(part(made, plan, ["ann", "ben"])[0]), found.plan).ok


def test_a_group_of_which_one_is_promised_stays() -> None:
    agreed = Appointment("m", "ann", MONDAY, TimeWindow(at(9), at(9)), 1800, site="s05")
    made, plan = week_of(twelve(same_rep=(("s00", "s05", "s07"),), appointments=(agreed,)))
    (found,) = remedies(made, plan, HandOver)
    assert not {"s00", "s05", "s07"}.intersection(found.remedy.sites)


def test_a_group_counts_by_the_mean_of_its_ways() -> None:
    # ann at 0, ben at 100; a and b (one rep) are 10 and 70 from ann, c 60.  To ben's home 90 and 30, 40.  Against the nearest other
    # place of ann's: a 10 (home), b 10 (c), c 10 (b): +80, +20, +30 min; the group's mean is +50, so c comes first.
    sites = [weekly("a", place=2), weekly("b", place=3), weekly("c", place=4)]
    days = [workday(), workday(rep="ben", start_place=1, end_place=1)]
    made = problem([0, 100, 10, 70, 60], sites, days, same_rep=(("a", "b"),))
    assert nearest_to(made, "ann", "ben") == [("c",), ("a", "b")]


def test_accounts_that_are_to_be_apart_are_no_group() -> None:
    made, plan = week_of(twelve(apart=(("s00", "s01"),)))
    (found,) = remedies(made, plan, HandOver)
    # both go to ben, who has a day for each
    assert found.remedy.sites == ("s00", "s01")
    days = {stop.site: route.date for route in found.plan.routes if route.rep == "ben" for stop in route.stops}
    assert days["s00"] != days["s01"]


def test_what_is_visited_together_keeps_one_rhythm_when_a_segment_is_stretched() -> None:
    # b0 is worth less than its companion, and so of another group
    sites = [weekly("b0", miss_price=3600), *(weekly(name) for name in TWELVE[1:])]
    made, _ = full_week(sites)
    made, plan = week_of(replace(made, together=(("b0", "s01"),)))
    cheap = next(one for one in remedies(made, plan, Stretch) if one.remedy.group == "every 7 days, worth 90 min")
    assert cheap.remedy.sites == {"b0", *TWELVE[1:]}
    assert cheap.remedy.percent == 150  # as in test_overload


def test_a_hand_over_that_only_puts_a_visit_off_is_none() -> None:
    """Every 7 days, visited on Wednesday 25 February: on time from Monday 2 to Friday 6 March, planned for Monday, when ann works.
    The next window is Saturday 7 to Wednesday 11, the last day, and ann's other day, Tuesday 10, is one long meeting.

    Ben works on Tuesday 3.  A visit then makes the next window end on Thursday 12, after the period: no goal any more, but not
    one visit more either.
    """
    meeting = Appointment("k", "ann", date(2026, 3, 10), TimeWindow(at(8), at(8)), 9 * HOUR)
    days = [workday(MONDAY), workday(date(2026, 3, 10)), workday(MONDAY + timedelta(1), "ben")]
    horizon = DateRange(MONDAY, date(2026, 3, 11))
    made, plan = week_of(
        problem([0], [weekly("a"), site("z", 0, owner="ben")], days, appointments=(meeting,), horizon=horizon)
    )
    assert counts_of(*part(made, plan, ["ann"])) == Counts(1, 1, 0)
    there, then = week_of(HandOver("ann", "ben", ("a",)).applied(made))
    assert counts_of(there, then) == Counts(1, 0, 0)
    assert remedies(made, plan, HandOver) == []
    # half an hour more on the tenth is a visit more
    (longer,) = remedies(made, plan, LongerDays)
    assert (longer.short, longer.gained) == (0, 1)


def test_where_it_is_the_colleague_who_falls_short_fewer_change_hands() -> None:
    """A day holds one visit of two hours, so each has time for five accounts a week; ann has eight, four of which stay together.
    About six are too many by count, but that is the group and two more, of which ben has time for one: the group alone is enough."""
    sites = [
        site(f"s{n}", 1, service=2 * HOUR, cadence=Cadence(interval_days=7), credited=(MONDAY - timedelta(days=6),))
        for n in range(8)
    ]
    dates = [MONDAY + timedelta(days=n) for n in range(12) if n % 7 < 5]
    days = [workday(day, rep, end=at(12)) for rep in ("ann", "ben") for day in dates]
    made, plan = week_of(problem([0, 10], sites, days, same_rep=(("s0", "s1", "s2", "s3"),)))
    (found,) = remedies(made, plan, HandOver)
    assert found.remedy.sites == ("s0", "s1", "s2", "s3")
    assert found.short == 0


def test_a_group_too_large_for_the_colleague_does_not_stand_in_the_way() -> None:
    # Ben has eight calls of his own and an hour for two more; the first by name are a group of five, two and a half hours.
    group = tuple(TWELVE[:5])
    own = [weekly(name) for name in TWELVE] + [weekly(f"t{n}", owner="ben") for n in range(8)]
    made, _ = full_week(own, ("ann", "ben"))
    made, plan = week_of(replace(made, same_rep=(group,)))
    (found,) = remedies(made, plan, HandOver)
    assert found.remedy == HandOver("ann", "ben", ("s05", "s06"))
    assert found.short == 0


def test_what_the_colleague_may_not_visit_stays() -> None:
    """Four weekly calls of four hours, on Mondays only; two a day fit.  x lies nearest to ben, who has not the skill for it, so y1 and y2
    change hands and all sixteen are kept."""
    mondays = [MONDAY + timedelta(days=7 * n) for n in range(4)]
    rhythm = {"cadence": Cadence(interval_days=7), "credited": (MONDAY - timedelta(days=7),), "service": 4 * HOUR}
    able = frozenset({"x"})
    sites = [site("x", 1, skills=able, **rhythm), *(site(f"y{n}", n + 1, **rhythm) for n in (1, 2, 3))]
    days = [workday(day, skills=able) for day in mondays]
    days += [workday(day, "ben", start_place=5, end_place=5) for day in mondays]
    horizon = DateRange(MONDAY, MONDAY + timedelta(days=27))
    made, plan = week_of(problem([0, 12, 8, 6, 4, 15], sites, days, horizon=horizon))
    (found,) = remedies(made, plan, HandOver)
    assert found.remedy == HandOver("ann", "ben", ("y1", "y2"))
    assert counts_of(found.remedy.applied(part(made, plan, ["ann", "ben"])[0]), found.plan) == Counts(16, 0, 0)


def test_a_slower_rhythm_that_gives_up_goals_for_other_reasons_is_not_enough() -> None:
    """Two weekly calls of six hours and one workday a week: four of eight are kept.  Every nine days, on Mondays, the one that is kept
    comes when the next is not due yet, so others are lost to the rhythm and not to want of time."""
    mondays = [MONDAY + timedelta(days=7 * n) for n in range(4)]
    rhythm = {"cadence": Cadence(interval_days=7), "credited": (MONDAY - timedelta(days=7),), "service": 6 * HOUR}
    days = [workday(day) for day in mondays]
    horizon = DateRange(MONDAY, MONDAY + timedelta(days=27))
    made, plan = week_of(problem([0, 10, 5], [site("x", 1, **rhythm), site("y", 2, **rhythm)], days, horizon=horizon))
    for tried in remedies(made, plan, Stretch):
        then = counts_of(tried.remedy.applied(part(made, plan, ["ann"])[0]), tried.plan)
        assert (tried.enough, then.short, then.otherwise) == (True, 0, 0)
