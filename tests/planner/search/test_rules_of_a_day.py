"""The rules of a day alone: driving, windows, waiting, overtime, break, limits, skills, fair work.

Each on a line with one place a minute apart; expected values by hand.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from planner.calendar import Break, TimeWindow
from planner.params import Params
from planner.plan import Reason, StopKind
from planner.problem import Appointment, PlacedVisit
from tests.planner.search.solved import DEAR, planned, visits
from tests.planner.small import HOUR, MINUTE, MONDAY, at, between, problem, site, week, workday


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
