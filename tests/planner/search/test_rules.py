"""Each rule of a day and of a chain alone, on a line with one place a minute apart; expected values by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from planner.cadence.policy import Cadence, Mode, Period
from planner.calendar import Break, DateRange, TimeWindow
from planner.check import check
from planner.errors import ProblemError
from planner.params import Params, RadiusRule
from planner.plan import Plan, Reason, StopKind
from planner.problem import Appointment, MustVisit, PlacedVisit, Problem, Workday
from planner.repair import repair
from planner.solve import solve
from planner.travel import UNREACHABLE, TravelMatrix
from tests.planner.small import HOUR, MINUTE, MONDAY, at, between, line, problem, site, week, workday

WEEKLY = Cadence(interval_days=7)
OFTEN = {"cadence": WEEKLY, "credited": (MONDAY - timedelta(days=7),)}  # due on MONDAY, window Sunday to Tuesday
DEAR = OFTEN | {"miss_price": 90_000}


def planned(asked: Problem, **more: object) -> Plan:
    plan = solve(asked, iterations=60, **more)
    assert check(asked, plan).violations == ()
    return plan


def visits(plan: Plan) -> list[tuple[str, int]]:
    """(site, day of the horizon) of each visit."""
    return sorted((s.site, (r.date - MONDAY).days) for r in plan.routes for s in r.stops if s.kind is StopKind.VISIT)


def test_driving_goes_out_and_back_once() -> None:
    plan = planned(problem([0, 10, 20], [site("a", 1, **DEAR), site("b", 2, **DEAR)], [workday()]))
    assert plan.objective.driving == 2 * 20 * MINUTE
    assert plan.objective.total == plan.objective.driving


def test_the_second_window_of_a_day_is_used_when_the_first_is_taken() -> None:
    both = (TimeWindow(at(8), at(9)), TimeWindow(at(14), at(15)))
    # a must start by 08:30 and takes until 10:00; b cannot start before a and be back by then, so 14:00
    a = site("a", 1, service=90 * MINUTE, hours=(between(at(8, 10), at(8, 30)),) * 7, **DEAR)
    b = site("b", 2, service=60 * MINUTE, hours=(both,) * 7, **DEAR)
    stops = planned(problem([0, 10, 30], [a, b], [workday()])).routes[0].stops
    assert [(s.site, s.start) for s in stops] == [("a", at(8, 10)), ("b", at(14))]


def test_waiting_costs_a_tenth() -> None:
    a = site("a", 1, hours=(between(at(8, 10), at(8, 10)),) * 7, **DEAR)
    b = site("b", 1, hours=(between(at(10, 40), at(12)),) * 7, **DEAR)
    # a until 08:40, b from 10:40: two hours of waiting, 720 s of driving's worth
    assert planned(problem([0, 10], [a, b], [workday()])).objective.waiting == 2 * HOUR // 10


def test_overtime_is_allowed_up_to_its_limit_and_priced() -> None:
    a = site("a", 1, service=9 * HOUR, **DEAR)  # 08:00 + 10 + 9 h + 10 minutes: back at 17:20
    tight = planned(problem([0, 10], [a], [workday(max_overtime=19 * MINUTE)]))
    assert visits(tight) == []
    wide = planned(problem([0, 10], [a], [workday(max_overtime=20 * MINUTE)]))
    assert wide.objective.overtime == 20 * MINUTE * 150 // 100


def test_the_break_takes_its_time_out_of_the_day() -> None:
    rest = Break(TimeWindow(at(11, 30), at(14)), 30 * MINUTE)
    sites = [site(f"s{n}", 1, service=2 * HOUR, **DEAR) for n in range(4)]
    # 8 hours of service and 20 minutes of driving: with a break of 30 minutes 16:50, with one of 45 minutes 17:05
    assert len(visits(planned(problem([0, 10], sites, [workday(rest=rest)])))) == 4
    longer = Break(rest.window, 45 * MINUTE)
    assert len(visits(planned(problem([0, 10], sites, [workday(rest=longer)])))) == 3


def test_a_block_interrupts_the_drive() -> None:
    call = Appointment("call", "ann", MONDAY, TimeWindow(at(8, 30), at(8, 30)), 30 * MINUTE)
    a = site("a", 1, hours=(between(at(8), at(9, 30)),) * 7, **DEAR)
    # 08:00, half an hour's drive, half an hour's call on the way, half an hour's drive: 09:30, just in time
    plan = planned(problem([0, 60], [a], [workday()], appointments=(call,)))
    assert [(s.request, s.start) for s in plan.routes[0].stops if s.kind is StopKind.BLOCK] == [("call", at(8, 30))]
    assert visits(plan) == [("a", 0)]


def test_most_stops_a_day() -> None:
    sites = [site(f"s{n}", 1, **DEAR) for n in range(4)]
    assert sorted(day for _, day in visits(planned(problem([0, 10], sites, week(2, max_stops=1))))) == [0, 1]


def test_follow_up_comes_before_driving_on() -> None:
    sites = [site("a", 1, **DEAR), site("b", 1, **DEAR)]
    route = planned(problem([0, 10], sites, [workday(follow_up=15 * MINUTE)])).routes[0]
    # out 10, twice 30 + 15, back 10
    assert route.end - route.start == (10 + 90 + 10) * MINUTE


def test_a_closed_date_sends_the_visit_to_another_day() -> None:
    a = site("a", 1, exceptions={MONDAY: ()}, **DEAR)
    assert visits(planned(problem([0, 10], [a], week(5)))) == [("a", 1)]  # on time until Tuesday


def test_the_next_due_date_follows_from_the_visit_before() -> None:
    cadence = Cadence(interval_days=4, tolerance_days=1, min_gap_days=4)
    a = site("a", 1, cadence=cadence, credited=(MONDAY - timedelta(days=4),), weekdays=frozenset({1, 5}))
    days = tuple(workday(MONDAY + timedelta(days=n)) for n in range(8))
    plan = planned(problem([0, 10], [a], days))
    stops = [s for r in plan.routes for s in r.stops]
    # due Monday, wanted on Tuesdays and Saturdays: on Tuesday, and four days from there, not from Monday, is Saturday
    assert visits(plan) == [("a", 1), ("a", 5)]
    assert [s.due for s in stops] == [MONDAY, MONDAY + timedelta(days=5)]


def test_late_days_are_priced() -> None:
    a = site("a", 1, weekdays=frozenset({3}), **DEAR)  # due Monday, on time until Tuesday, open on Thursday only
    plan = planned(problem([0, 10], [a], week(5)))
    assert visits(plan) == [("a", 3)]
    # half of what a missed visit costs as Tuesday is over, the rest until Sunday, when the next window opens: 2 of 5 days
    assert plan.objective.lateness == 45_000 + 45_000 * 2 // 5
    a_day = replace(a, late_price=240)
    assert planned(problem([0, 10], [a_day], week(5))).objective.lateness == 2 * 240


def test_a_visit_is_left_out_when_it_costs_more_than_it_is_worth() -> None:
    # far is 45 minutes beyond near, there and back 5,400 s; of its window two days of three lie before the horizon's end
    for price, expected in ((8_000, [("near", 0)]), (8_200, [("far", 0), ("near", 0)])):
        far = site("far", 2, miss_price=price, **OFTEN)
        assert visits(planned(problem([0, 10, 55], [site("near", 1, **DEAR), far], [workday()]))) == expected


def test_a_quota_keeps_its_gap() -> None:
    cadence = Cadence(Mode.QUOTA, visits=2, period=Period.WEEK, min_gap_days=3)
    a = site("a", 1, cadence=cadence)
    days = [day for _, day in visits(planned(problem([0, 10], [a], week(5))))]
    assert len(days) == 2
    assert days[1] - days[0] >= 3


def test_a_soft_radius_is_priced_by_the_kilometre_and_a_hard_one_kept() -> None:
    # on the line of small.py a minute is 0.009 degrees, 1.0008 km: a and b are 100.08 km apart
    sites = [site("a", 1, **DEAR), site("b", 2, **DEAR)]
    rule = RadiusRule(metres=90_000, price_per_km=60)
    soft = planned(problem([0, 10, 110], sites, [workday()], radius=rule))
    assert len(visits(soft)) == 2
    assert soft.objective.radius == pytest.approx((100.08 - 90) * 60, abs=3)
    hard = planned(problem([0, 10, 110], sites, [workday()], radius=RadiusRule(metres=90_000, hard=True)))
    assert len(visits(hard)) == 1


def test_an_appointment_and_a_must_visit_come_before_everything() -> None:
    meeting = Appointment("m", "ann", MONDAY, TimeWindow(at(9), at(9)), 7 * HOUR, place=1)
    must = MustVisit("now", "b", DateRange(MONDAY, MONDAY))
    sites = [site("a", 1, miss_price=30_000, **OFTEN), site("b", 1, cadence=None)]
    # one visit at most (a meeting elsewhere is none), and nothing is worth as much as what somebody asked for
    plan = planned(problem([0, 10], sites, [workday(max_stops=1)], appointments=(meeting,), must_visits=(must,)))
    assert visits(plan) == [("b", 0)]


def test_a_locked_visit_keeps_its_day_and_start() -> None:
    lock = PlacedVisit("a", "ann", MONDAY + timedelta(days=1), at(13))
    a = site("a", 1, **DEAR)
    plan = planned(problem([0, 10], [a, site("b", 1, **DEAR)], week(2), locked=(lock,)))
    [stop] = [s for r in plan.routes for s in r.stops if s.site == "a"]
    assert ("a", 1) in visits(plan)
    assert abs(stop.start - at(13)) <= 900


def test_a_published_day_is_kept_unless_moving_gains_more() -> None:
    base = (PlacedVisit("a", "ann", MONDAY), PlacedVisit("b", "ann", MONDAY + timedelta(days=1)))
    sites = [site("a", 1, **DEAR), site("b", 1, **DEAR)]
    # together they would save 2 x 9 minutes, 1,080 s, less than the 1,200 s of a move
    kept = planned(problem([0, 9], sites, week(2), base=base))
    assert visits(kept) == [("a", 0), ("b", 1)]
    # at 2 x 11 minutes, 1,320 s, they go together
    moved = planned(problem([0, 11], sites, week(2), base=base))
    assert len({day for _, day in visits(moved)}) == 1
    assert moved.objective.churn == 1200


def test_no_road_no_visit() -> None:
    places, travel = line([0, 10, 20])
    seconds = travel.seconds.copy()
    seconds[2, :] = UNREACHABLE  # in, but never out again
    seconds[2, 2] = 0
    asked = problem([0, 10, 20], [site("a", 1, **DEAR), site("b", 2, **DEAR)], [workday()])
    asked = Problem(asked.horizon, places, TravelMatrix(seconds, travel.metres), asked.workdays, asked.sites)
    assert visits(planned(asked)) == [("a", 0)]


def test_a_site_without_an_owner_goes_to_the_rep_near_by_with_all_its_visits() -> None:
    sites = [site("a", 1, owner=None, **DEAR), site("b", 2, owner=None, **DEAR)]
    ann = tuple(workday(MONDAY + timedelta(days=n)) for n in range(12))
    bob = tuple(workday(MONDAY + timedelta(days=n), "bob", start_place=3, end_place=3) for n in range(12))
    plan = planned(problem([0, 10, 80, 90], sites, ann + bob))
    assert plan.owners == {"a": "ann", "b": "bob"}
    assert plan.objective.driving == 4 * 20 * MINUTE  # each site twice, ten minutes there and back


def test_no_more_is_carried_in_a_day_than_there_is_room_for() -> None:
    # 3 + 2 + 2 units, 5 a day: two of them on one day, the third on another
    sites = [site("a", 1, load=3, **DEAR), site("b", 1, load=2, **DEAR), site("c", 1, load=2, **DEAR)]
    asked = problem([0, 10], sites, week(2, capacity=5))
    carried = {day: sum(s.load for s in sites if (s.id, day) in visits(planned(asked))) for day in (0, 1)}
    assert sorted(carried.values()) in ([2, 5], [3, 4])
    one = planned(problem([0, 10], sites, [workday(capacity=4)]))
    # 4 units: b and c are worth more than a, which would be alone
    assert visits(one) == [("b", 0), ("c", 0)]
    assert [(u.site, u.reason, set(u.displaces)) for u in one.unplanned] == [("a", Reason.DAY_FULL, {"b", "c"})]


def test_an_appointment_takes_its_share_of_the_load() -> None:
    meeting = Appointment("m", "ann", MONDAY, TimeWindow(at(9), at(9)), HOUR, site="a")
    sites = [site("a", 1, load=3, cadence=None), site("b", 1, load=2, **DEAR)]
    assert visits(planned(problem([0, 10], sites, [workday(capacity=5)], appointments=(meeting,)))) == [("b", 0)]
    full = planned(problem([0, 10], sites, [workday(capacity=4)], appointments=(meeting,)))
    assert [(u.site, u.reason) for u in full.unplanned] == [("b", Reason.APPOINTMENT_CONFLICT)]


def test_more_than_can_be_carried_is_called_so() -> None:
    plan = planned(problem([0, 10], [site("a", 1, load=6, **DEAR)], week(2, capacity=5)))
    assert [(u.site, u.reason) for u in plan.unplanned] == [("a", Reason.OVER_CAPACITY)]
    # a day with a larger car makes it possible
    days = (workday(capacity=5), workday(MONDAY + timedelta(days=1), capacity=6))
    assert visits(planned(problem([0, 10], [site("a", 1, load=6, **DEAR)], days))) == [("a", 1)]


def test_most_driving_a_day() -> None:
    # a 30 minutes to the left, b 30 to the right: each an hour there and back, both two hours
    sites = [site("a", 0, **DEAR), site("b", 2, **DEAR)]
    days = {"start_place": 1, "end_place": 1}
    together = planned(problem([0, 30, 60], sites, week(2, max_driving=2 * HOUR, **days)))
    assert len({day for _, day in visits(together)}) in (1, 2)
    apart = planned(problem([0, 30, 60], sites, week(2, max_driving=2 * HOUR - 1, **days)))
    assert sorted(day for _, day in visits(apart)) == [0, 1]
    one = planned(problem([0, 30, 60], sites, week(1, max_driving=2 * HOUR - 1, **days)))
    assert [u.reason for u in one.unplanned] == [Reason.DAY_FULL]
    none = planned(problem([0, 30, 60], sites[:1], week(2, max_driving=HOUR - 1, **days)))
    assert [u.reason for u in none.unplanned] == [Reason.OUT_OF_REACH]


TWICE = Cadence(
    Mode.PATTERN, visits=2, block_workdays=5, anchor=MONDAY, combinations=((0, 3), (1, 4))
)  # Monday and Thursday, or Tuesday and Friday
WHOLE_WEEK = DateRange(MONDAY, MONDAY + timedelta(days=6))


def on(*days: int, **more: object) -> tuple[Workday, ...]:
    return tuple(workday(MONDAY + timedelta(days=n), **more) for n in days)


def test_the_visits_of_a_block_follow_one_combination_of_days() -> None:
    a = site("a", 1, cadence=TWICE, miss_price=90_000)
    for working, expected in (((0, 1, 2, 3), [0, 3]), ((0, 1, 2, 4), [1, 4])):
        plan = planned(problem([0, 10], [a], on(*working), horizon=WHOLE_WEEK))
        assert visits(plan) == [("a", day) for day in expected]
    # two visits on Monday and Thursday cost the way to a once each; b on Tuesday draws it to the other combination
    b = site("b", 1, **DEAR, weekdays=frozenset({1}))
    both = problem([0, 30], [a, b], week(5), horizon=WHOLE_WEEK)
    assert visits(planned(both)) == [("a", 1), ("a", 4), ("b", 1)]


def test_half_a_combination_is_better_than_nothing_and_the_rest_is_missed() -> None:
    a = site("a", 1, cadence=TWICE, miss_price=7_000)
    plan = planned(problem([0, 10], [a], on(0, 1, 2), horizon=WHOLE_WEEK))
    # Monday or Tuesday, not both: the other visit is left out, at its whole price, as all of the week is planned
    assert len(visits(plan)) == 1
    assert plan.objective.missed == 7_000
    assert [(u.site, u.reason, u.displaces) for u in plan.unplanned] == [("a", Reason.DAY_FULL, ("a",))]


def test_what_was_done_or_agreed_decides_the_combination() -> None:
    done = site("a", 1, cadence=TWICE, credited=(MONDAY,), miss_price=90_000)
    rest = problem([0, 10], [done], on(1, 2, 3, 4), horizon=DateRange(MONDAY + timedelta(days=1), WHOLE_WEEK.last))
    assert visits(planned(rest)) == [("a", 3)]
    meeting = Appointment("m", "ann", MONDAY + timedelta(days=4), TimeWindow(at(9), at(9)), HOUR, site="a")
    agreed = site("a", 1, cadence=TWICE, miss_price=90_000)
    asked = problem([0, 10], [agreed], week(5), horizon=WHOLE_WEEK, appointments=(meeting,))
    assert visits(planned(asked)) == [("a", 1)]


def test_a_site_that_all_share_is_visited_by_whoever_passes() -> None:
    ann, bob = on(0, 3), on(1, 3, rep="bob", start_place=2, end_place=2)
    cadence = Cadence(Mode.QUOTA, visits=2, period=Period.WEEK, min_gap_days=1)
    a = site("a", 1, owner=None, shared=True, cadence=cadence, miss_price=90_000)
    far = site("b", 2, owner="bob", **DEAR, weekdays=frozenset({1}))
    plan = planned(problem([0, 10, 60], [a, far], ann + bob, horizon=WHOLE_WEEK))
    # a lies 10 minutes from ann, who works on two days; bob, 50 away, has a day of his own
    assert visits(plan) == [("a", 0), ("a", 3), ("b", 1)]
    assert plan.owners == {}
    # ann works on Monday only: bob makes the second one
    plan = planned(problem([0, 10, 60], [a, far], ann[:1] + bob, horizon=WHOLE_WEEK))
    assert sorted((r.rep, (r.date - MONDAY).days) for r in plan.routes for s in r.stops if s.site == "a")[0] == (
        "ann",
        0,
    )
    assert {r.rep for r in plan.routes for s in r.stops if s.site == "a"} == {"ann", "bob"}
    # an account without an owner that is not shared is given to one of them
    given = planned(problem([0, 10, 60], [replace(a, shared=False), far], ann[:1] + bob, horizon=WHOLE_WEEK))
    assert len({r.rep for r in given.routes for s in r.stops if s.site == "a"}) == 1


def test_a_visit_needs_the_skills_of_its_day() -> None:
    cold = frozenset({"cooling"})
    a = site("a", 1, skills=cold, **DEAR)
    days = (workday(), workday(MONDAY + timedelta(days=1), skills=cold | {"more"}))
    assert visits(planned(problem([0, 10], [a], days))) == [("a", 1)]
    nobody = planned(problem([0, 10], [replace(a, skills=cold | {"fire"})], days))
    assert [(u.site, u.reason) for u in nobody.unplanned] == [("a", Reason.NO_SKILL)]
    # a free account goes to the rep who can, though the other one is nearer
    bob = workday(rep="bob", start_place=2, end_place=2, skills=cold)
    plan = planned(problem([0, 10, 60], [replace(a, owner=None)], (*days[:1], bob)))
    assert plan.owners == {"a": "bob"}
    # what was promised for a time stands, as an appointment does
    promise = (PlacedVisit("a", "ann", MONDAY, at(9)),)
    assert visits(planned(problem([0, 10], [a], days[:1], locked=promise))) == [("a", 0)]


def test_a_radius_by_minutes_counts_the_longer_of_both_ways() -> None:
    # a and b lie half an hour apart; the way from b to a takes 40 minutes
    places, travel = line([0, 10, 40])
    seconds = travel.seconds.copy()
    seconds[2, 1] = 40 * MINUTE
    sites = [site("a", 1, **DEAR), site("b", 2, **DEAR)]
    asked = problem([0, 10, 40], sites, [workday()])
    asked = replace(asked, travel=TravelMatrix(seconds, travel.metres))
    soft = planned(replace(asked, radius=RadiusRule(seconds=30 * MINUTE, price_per_minute=50)))
    assert len(visits(soft)) == 2
    assert soft.objective.radius == 10 * 50
    assert len(visits(planned(replace(asked, radius=RadiusRule(seconds=40 * MINUTE, hard=True))))) == 2
    hard = planned(replace(asked, radius=RadiusRule(seconds=40 * MINUTE - 1, hard=True)))
    assert [u.reason for u in hard.unplanned] == [Reason.BEYOND_RADIUS]
    assert sorted(cluster.anchor for cluster in hard.clusters) == ["a", "b"]
    assert len(soft.clusters) == 2  # 40 minutes are more than 30, whatever it costs
    wide = planned(replace(asked, radius=RadiusRule(seconds=HOUR)))
    assert [cluster.sites for cluster in wide.clusters] == [("a", "b")]


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
    assert (entry.reason, {entry.site, *entry.displaces}) == (Reason.DAY_FULL, {"a", "b"})


def test_what_people_fixed_stands_beside_what_it_should_be_apart_from() -> None:
    meeting = Appointment("m", "ann", MONDAY, TimeWindow(at(9), at(9)), HOUR, site="a")
    talk = Appointment("t", "ann", MONDAY, TimeWindow(at(11), at(11)), HOUR, site="b")
    sites = [site("a", 1, cadence=None), site("b", 1, cadence=None), site("c", 1, **DEAR)]
    asked = problem([0, 10], sites, [workday()], appointments=(meeting, talk), apart=(("a", "b"), ("c", "a")))
    plan = planned(asked)
    assert [s.request for s in plan.routes[0].stops] == ["m", "t"]
    assert [(u.site, u.reason) for u in plan.unplanned] == [("c", Reason.APPOINTMENT_CONFLICT)]


def test_a_group_is_visited_by_one_rep() -> None:
    # a lies beside ann, b and c beside bob
    sites = [site(name, n + 1, owner=None, **DEAR) for n, name in enumerate("abc")]
    days = (*week(2), *week(2, rep="bob", start_place=4, end_place=4))
    asked = problem([0, 5, 60, 65, 70], sites, days)
    assert planned(asked).owners == {"a": "ann", "b": "bob", "c": "bob"}
    assert planned(replace(asked, same_rep=(("a", "b"),))).owners.keys() == {"a", "b", "c"}
    together = planned(replace(asked, same_rep=(("a", "b", "c"),))).owners
    assert together == dict.fromkeys("abc", "bob")
    owned = [replace(sites[0], owner="ann"), *sites[1:]]
    mixed = planned(replace(asked, sites=tuple(owned), same_rep=(("a", "b"),)))
    assert mixed.owners == {"b": "ann", "c": "bob"}


def test_a_rep_without_accounts_has_an_empty_plan():
    plan = solve(problem([0], [], week(2), radius=RadiusRule()), iterations=10)
    assert not any(route.stops for route in plan.routes)
    assert plan.unplanned == ()


NEW = {
    "active_from": MONDAY,
    "cadence": Cadence(interval_days=5, tolerance_days=1, first_within_days=2),
    "late_price": 900,
}


def lengths(plan: Plan) -> list[tuple[int, int]]:
    """(day of the horizon, minutes) of each visit."""
    stops = [((r.date - MONDAY).days, s) for r in plan.routes for s in r.stops if s.kind is StopKind.VISIT]
    return sorted((day, (s.end - s.start) // MINUTE) for day, s in stops)


def test_the_first_visit_ever_takes_longer() -> None:
    # never visited, due within two days, then every fourth to sixth: an hour the first time, half an hour the second
    a = site("a", 1, first_service=HOUR, weekdays=frozenset({1, 5}), **NEW)
    days = tuple(workday(MONDAY + timedelta(days=n)) for n in range(7))
    plan = planned(problem([0, 10], [a], days))
    assert lengths(plan) == [(1, 60), (5, 30)]
    known = replace(a, credited=(MONDAY - timedelta(days=4),))
    assert lengths(planned(problem([0, 10], [known], days))) == [(1, 30), (5, 30)]
    # where the first one has no room (09:00 to 09:55 without the way), the second one is the first
    short = [workday(day.date, end=at(9, 15) if day.date.weekday() < 5 else at(17)) for day in days]
    assert lengths(planned(problem([0, 10], [a], short))) == [(5, 60)]


def test_after_an_appointment_no_visit_is_the_first() -> None:
    meeting = Appointment("m", "ann", MONDAY, TimeWindow(at(9), at(9)), 20 * MINUTE, site="a")
    a = site("a", 1, first_service=HOUR, **NEW)
    asked = problem([0, 10], [a], (workday(), workday(MONDAY + timedelta(days=5))), appointments=(meeting,))
    assert lengths(planned(asked)) == [(5, 30)]


def test_a_repair_makes_the_second_visit_the_longer_one_when_the_first_leaves() -> None:
    a = site("a", 1, first_service=HOUR, weekdays=frozenset({1, 5}), **NEW)
    days = tuple(workday(MONDAY + timedelta(days=n)) for n in range(7))
    asked = problem([0, 10], [a], days)
    plan = planned(asked)
    away = replace(asked, workdays=tuple(day for day in days if day.date.weekday() != 1))
    after = repair(away, plan)
    assert check(away, after, reasons=False).violations == ()
    assert lengths(after) == [(5, 60)]
    # the second day is too short for that, and nothing can be done
    tight = [replace(day, end=at(9, 15)) for day in away.workdays]
    full = repair(replace(away, workdays=tuple(tight)), plan)
    assert check(replace(away, workdays=tuple(tight)), full, reasons=False).violations == ()
    assert lengths(full) == []


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


def test_work_beyond_a_fair_day_has_a_price() -> None:
    # two visits of 30 minutes at a, ten minutes away: 80 minutes of work on one day, 50 on each of two
    sites = [site("a", 1, **DEAR), site("b", 1, **DEAR)]
    one = planned(problem([0, 10], sites, week(2, fair_work=HOUR)))
    assert one.objective.unfair == 20 * MINUTE * 50 // 100
    assert one.objective.driving == 20 * MINUTE
    # 20 minutes at the full price are as dear as the way there once more, and a little more makes it worth to go twice
    for percent, days in ((99, 1), (101, 2)):
        asked = problem([0, 10], sites, week(2, fair_work=HOUR), params=Params(unfair_percent=percent))
        assert len({day for _, day in visits(planned(asked))}) == days


def test_what_is_a_fair_day_counts_blocks_and_follow_up_but_not_the_break() -> None:
    rest = Break(TimeWindow(at(9), at(11)), 30 * MINUTE)
    call = Appointment("call", "ann", MONDAY, TimeWindow(at(13), at(13)), HOUR)
    a = site("a", 1, service=2 * HOUR, **DEAR)
    day = workday(rest=rest, follow_up=10 * MINUTE, fair_work=0)
    plan = planned(problem([0, 10], [a], [day], appointments=(call,), params=Params(unfair_percent=100)))
    assert plan.objective.unfair == (20 + 120 + 10 + 60) * MINUTE


def preferring(*windows: TimeWindow) -> dict:
    return {"preferred": (windows,) * 7, **DEAR}


def test_a_lone_visit_waits_at_home_for_the_time_that_is_preferred() -> None:
    a = site("a", 1, **preferring(TimeWindow(at(10), at(12))))
    plan = planned(problem([0, 10], [a], [workday()]))
    assert (plan.routes[0].start, plan.routes[0].stops[0].start) == (at(9, 50), at(10))
    assert plan.objective.total == 2 * 10 * MINUTE


def test_a_preferred_time_is_met_for_a_small_detour_and_not_for_a_large_one() -> None:
    # the day ends at b, where the visit has to start by half past nine and takes two hours; a would rather be visited from eleven on
    morning, late = (between(at(8), at(9, 30)),) * 7, TimeWindow(at(11), at(17))
    for far, stops, cost in ((15, ["b", "a"], (25, 0, 0)), (20, ["a", "b"], (20, 0, 900))):
        a, b = site("a", 1, **preferring(late)), site("b", 2, service=2 * HOUR, hours=morning, **DEAR)
        plan = planned(problem([0, 10, far], [a, b], [workday(end_place=2)]))
        # b at 8:55, so that a is reached at eleven: ten minutes more of driving than going to a first, 600 s, less than 900;
        # with b another five minutes further on it is twenty, 1,200 s
        assert [s.site for s in plan.routes[0].stops] == stops
        found = plan.objective
        assert (found.driving // MINUTE, found.waiting, found.preferred) == cost


def test_another_day_is_better_than_a_time_that_is_not_preferred() -> None:
    # a has to start before ten, and prefers the afternoon on Mondays; on Tuesdays any time is as good
    a = site("a", 1, hours=(between(at(8), at(10)),) * 7, preferred=(between(at(14), at(15)), *[()] * 6), **DEAR)
    assert visits(planned(problem([0, 10], [a], week(2)))) == [("a", 1)]
    plan = planned(problem([0, 10], [a], week(1)))
    assert plan.objective.preferred == 900
    # a promise is what was wanted
    promise = (PlacedVisit("a", "ann", MONDAY, at(9)),)
    assert planned(problem([0, 10], [a], week(1), locked=promise)).objective.preferred == 0


def test_a_repair_keeps_what_waits_and_lets_nothing_wait_longer() -> None:
    a, b = site("a", 1, **preferring(TimeWindow(at(10), at(12)))), site("b", 1, **DEAR)
    asked = problem([0, 10], [a, b], [workday()])
    plan = planned(asked)
    assert repair(asked, plan).routes == plan.routes
    call = Appointment("x", "ann", MONDAY, TimeWindow(at(15), at(15)), HOUR, place=0)
    after = repair(replace(asked, appointments=(call,)), plan)
    assert check(replace(asked, appointments=(call,)), after).violations == ()
    starts = {s.site: s.start for s in plan.routes[0].stops}
    assert {s.site: s.start for s in after.routes[0].stops if s.site} == starts
