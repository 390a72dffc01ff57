"""Each rule of the day: the right plan passes, and one change to it breaks that rule and no other."""

from dataclasses import replace
from datetime import timedelta

import pytest

from planner.calendar import TimeWindow
from planner.check import check
from planner.check.day import frozen
from planner.check.facts import Facts
from planner.params import RadiusRule
from planner.plan import Cluster, Objective, Plan, Route, Stop, StopKind, Unplanned
from planner.problem import Appointment, PlacedVisit, Problem, Workday
from planner.travel import UNREACHABLE, TravelMatrix
from tests.planner.check.world import small_plan, small_problem, with_route, with_stop, without_stop
from tests.planner.small import HOUR, MINUTE, MONDAY, at, problem, site, workday

TUESDAY = MONDAY + timedelta(days=1)


def rules(problem, plan) -> set[str]:
    """The rules broken; the objective apart, which follows every change of times."""
    return {violation.rule for violation in check(problem, plan).violations} - {"objective"}


def test_the_right_plan_passes():
    certificate = check(small_problem(), small_plan())
    assert certificate.violations == ()
    assert certificate.objective == small_plan().objective


PLAN = small_plan()
VISIT_A, BLOCK, MEETING, VISIT_C, LUNCH = range(5)
EARLY_AT_C = with_stop(PLAN, VISIT_C, start=at(11, 44), end=at(12, 14))
EARLY_AT_C = with_stop(EARLY_AT_C, LUNCH, start=at(12, 19), arrival=at(12, 19), end=at(12, 49))
EARLY_AT_C = with_route(EARLY_AT_C, end=at(13, 19))
LATE_LUNCH = with_stop(PLAN, LUNCH, start=at(12, 31), arrival=at(12, 31), end=at(13, 1))  # 11 minutes of driving first
SPOILED = {
    "travel: a shorter way": ("travel", with_stop(PLAN, MEETING, travel=500)),
    "travel: fewer metres": ("travel", with_stop(PLAN, VISIT_C, metres=9_000)),
    "travel: the way back": ("travel", with_route(PLAN, return_travel=60)),
    "arrival: driving through a block": ("arrival", with_stop(PLAN, MEETING, arrival=at(9, 45))),
    "start: before arrival": ("start", EARLY_AT_C),
    "duration: a shorter break": ("duration", with_route(with_stop(PLAN, LUNCH, end=at(12, 45)), end=at(13, 15))),
    "overlap: break during follow-up": ("overlap", with_stop(PLAN, LUNCH, start=at(12, 19), end=at(12, 49))),
    "end: home too soon": ("end", with_route(PLAN, end=at(13, 10))),
    "break: none": ("break", with_route(without_stop(PLAN, LUNCH), end=at(12, 50))),
    "break: too late": ("break", LATE_LUNCH),
    "known_stops: no site": ("known_stops", with_stop(PLAN, VISIT_A, site="nowhere")),
    "known_stops: another place": ("known_stops", with_stop(PLAN, VISIT_A, place=2)),
    "known_stops: no appointment": ("known_stops", with_stop(PLAN, MEETING, request="y")),
    "no_workday": ("no_workday", with_route(PLAN, date=MONDAY + timedelta(days=4))),
    "order": ("order", None),
    "due": ("due", with_stop(PLAN, VISIT_A, due=TUESDAY)),
    "late_days": ("late_days", with_stop(PLAN, VISIT_C, late_days=6)),
    "leave_by: a second too late": ("leave_by", with_stop(PLAN, VISIT_A, leave_by=at(8, 55) + 1)),
    "leave_by: a second too soon": ("leave_by", with_stop(PLAN, MEETING, leave_by=at(10, 20) - 1)),
    "leave_by: not said": ("leave_by", with_stop(PLAN, VISIT_C, leave_by=None)),
    "leave_by: of a block": ("leave_by", with_stop(PLAN, BLOCK, leave_by=at(9, 40))),
    "due: of an appointment": ("due", with_stop(PLAN, MEETING, due=MONDAY)),
    "due: a late block": ("due", with_stop(PLAN, BLOCK, late_days=1)),
    "once: no request": ("once", with_stop(PLAN, VISIT_A, request=None)),
    "once: twice": ("once", with_stop(PLAN, VISIT_A, request="c#1")),
    "unplanned: forgotten": ("unplanned", replace(PLAN, unplanned=())),
    "unplanned: unknown": (
        "unplanned",
        replace(PLAN, unplanned=(*PLAN.unplanned, Unplanned("z", PLAN.unplanned[0].reason))),
    ),
    "reason": ("reason", replace(PLAN, unplanned=(replace(PLAN.unplanned[0], reason="closed"),))),
    "radius: no anchor": ("radius", with_route(PLAN, anchor=None)),
    "radius: 20 km from c": ("radius", with_route(PLAN, anchor="a")),
    "owner: not free": ("owner", replace(PLAN, owners={"a": "ann"})),
    "clusters: twice": ("clusters", replace(PLAN, clusters=(*PLAN.clusters, Cluster("ann", "c", ("c",))))),
    "clusters: forgotten": ("clusters", replace(PLAN, clusters=PLAN.clusters[:1])),
    "clusters: 20 km": ("clusters", replace(PLAN, clusters=(Cluster("ann", "a", ("a", "b", "c")), PLAN.clusters[1]))),
    "one_route_a_day": ("one_route_a_day", replace(PLAN, routes=(*PLAN.routes, Route("ann", MONDAY, 0, 0, ())))),
}
SPOILED["order"] = (
    "order",
    with_route(PLAN, stops=(PLAN.routes[0].stops[1], PLAN.routes[0].stops[0], *PLAN.routes[0].stops[2:])),
)


@pytest.mark.parametrize("case", SPOILED)
def test_a_spoiled_plan_is_reported(case):
    rule, plan = SPOILED[case]
    found = rules(small_problem(), plan)
    assert rule in found
    if case not in ("order", "one_route_a_day", "unplanned: unknown"):  # these cannot be broken alone
        assert found == {rule}


def with_days(**changes: object) -> Problem:
    problem = small_problem()
    return replace(problem, workdays=tuple(replace(day, **changes) for day in problem.workdays))


def site_a(**changes: object) -> Problem:
    problem = small_problem()
    return replace(problem, sites=(replace(problem.sites[0], **changes), *problem.sites[1:]))


LOADS = {"a": 2, "b": 1}
LOADED = with_days(capacity=2)
LOADED = replace(LOADED, sites=tuple(replace(site, load=LOADS.get(site.id, 0)) for site in LOADED.sites))
NINE_TO_NOON = tuple((TimeWindow(at(9, 1), at(12)),) for _ in range(7))
CHANGED = {
    "working_hours: leaves too early": ("working_hours", with_days(start=at(8, 51))),
    "working_hours: home too late": ("working_hours", with_days(end=at(12, 49))),  # 30 minutes of overtime: 13:19
    "max_stops: b counts, the block does not": ("max_stops", with_days(max_stops=2)),
    "capacity: a and the appointment at b": ("capacity", LOADED),
    "max_driving: an hour in all": ("max_driving", with_days(max_driving=HOUR - 1)),
    "skills: a needs what nobody has": ("skills", site_a(skills=frozenset({"x"}))),
    "opening_hours: opens a minute later": ("opening_hours", site_a(hours=NINE_TO_NOON)),
    "opening_hours: closed this Monday": ("opening_hours", site_a(exceptions={MONDAY: ()})),
    "opening_hours: not on Mondays": ("opening_hours", site_a(weekdays=frozenset({1}))),
    "owner": ("owner", site_a(owner="bob")),
    "gap: visited 10 days ago": ("gap", site_a(credited=(MONDAY - timedelta(days=10),))),
}


@pytest.mark.parametrize("case", CHANGED)
def test_a_plan_that_another_problem_forbids_is_reported(case):
    rule, problem = CHANGED[case]
    found = rules(problem, PLAN)
    assert rule in found
    assert found <= {rule, "clusters"}  # with another owner the clusters change as well


def test_the_minute_of_overtime_that_is_allowed_costs():
    # home at 13:20, workday until 12:50, 30 minutes of overtime at 150 %: 1800 * 1.5 = 2700
    certificate = check(with_days(end=at(12, 50)), PLAN)
    assert certificate.objective.overtime == 2700
    assert {v.rule for v in certificate.violations} == {"objective", "leave_by"}  # the day may run less late


def test_no_leg_joins_places_without_a_road():
    problem = small_problem()
    seconds = problem.travel.seconds.copy()
    seconds[0, 1] = UNREACHABLE
    cut = replace(problem, travel=TravelMatrix(seconds, problem.travel.metres, "cut"))
    assert "reachable" in rules(cut, with_stop(PLAN, VISIT_A, travel=UNREACHABLE))


def test_an_appointment_keeps_its_window_its_day_and_its_rep():
    problem = small_problem()
    x, k = problem.appointments
    later = replace(problem, appointments=(replace(x, window=TimeWindow(at(10, 31), at(11))), k))
    other_day = replace(problem, appointments=(replace(x, date=TUESDAY), k))
    other_rep = replace(problem, appointments=(replace(x, rep="bob"), k))
    for changed in (later, other_day, other_rep):
        assert rules(changed, PLAN) == {"appointment"}
    # and it may not just vanish: the day without it, all the rest as before
    assert "appointment" in rules(problem, without_stop(PLAN, MEETING))


def test_a_locked_visit_keeps_its_day_and_its_promise():
    problem = small_problem()
    locked = replace(problem, locked=(PlacedVisit("a", "ann", TUESDAY),))
    assert "locked" in rules(locked, PLAN)
    promised = replace(problem, locked=(PlacedVisit("a", "ann", MONDAY, at(9, 16)),))
    assert rules(promised, PLAN) == {"locked"}  # 16 minutes away, 15 are allowed
    kept = replace(problem, locked=(PlacedVisit("a", "ann", MONDAY, at(9, 15)),))
    assert rules(kept, PLAN) == set()


def test_no_break_is_needed_by_a_day_that_is_over():
    # with a window until 13:20 the day is over by its end, so both with and without the break it passes
    problem = with_days(rest=replace(small_problem().workdays[0].rest, window=TimeWindow(at(12), at(13, 20))))
    # c is left by 13:20 with the break still to come, by 17:00 without it; 45 minutes before that one sets out for it
    assert rules(problem, with_stop(PLAN, VISIT_C, leave_by=at(12, 35))) == set()
    without = with_route(without_stop(with_stop(PLAN, VISIT_C, leave_by=at(16, 15)), LUNCH), end=at(12, 50))
    assert rules(problem, without) == set()


def test_two_breaks_are_one_too_many():
    again = Stop(StopKind.BREAK, at(12, 50), at(12, 50), at(13, 20))
    plan = with_route(PLAN, stops=(*PLAN.routes[0].stops, again), end=at(13, 50))
    assert rules(small_problem(), plan) == {"break"}


def test_an_owner_given_needs_a_free_site_and_a_rep():
    problem = site_a(owner=None)
    assert rules(problem, replace(PLAN, owners={"a": "ann"})) == set()
    assert "owner" in rules(problem, replace(PLAN, owners={}))
    assert "owner" in rules(problem, replace(PLAN, owners={"a": "nobody"}))


@pytest.mark.parametrize("part", Objective.__slots__)
def test_every_part_of_the_objective_is_worked_out_again(part):
    stated = PLAN.objective
    plan = replace(PLAN, objective=replace(stated, **{part: getattr(stated, part) + 1}))
    (violation,) = check(small_problem(), plan).violations
    assert (violation.rule, violation.subject) == ("objective", part)


def test_a_soft_radius_costs_by_the_kilometre():
    # around b, a and c are 10.007 km away: 5.007 km beyond 5 km at 60 s, 300 each
    problem = small_problem()
    soft = replace(problem, radius=replace(problem.radius, metres=5_000, hard=False))
    assert check(soft, PLAN).objective.radius == 600


def test_a_second_rep_has_a_day_of_his_own():
    problem = small_problem()
    bob = Workday("bob", MONDAY, at(8), at(17), 0, 0)
    route = Route("bob", MONDAY, at(8), at(8) + 20 * MINUTE, (), 0, 0)
    plan = replace(PLAN, routes=(*PLAN.routes, route))
    assert rules(replace(problem, workdays=(*problem.workdays, bob)), plan) == {"end"}  # 20 minutes of nothing


def test_what_just_fits_is_carried_and_driven():
    # 2 + 1 units, and 10 + 10 + 10 + 30 minutes at the wheel
    just = replace(LOADED, workdays=tuple(replace(day, capacity=3, max_driving=HOUR) for day in LOADED.workdays))
    assert rules(just, PLAN) == set()


def test_sites_that_are_apart_and_groups_of_one_rep():
    apart = replace(small_problem(), apart=(("b", "a"),))
    assert rules(apart, PLAN) == {"apart"}  # b has an appointment, a the planner chose
    locked = replace(apart, locked=(PlacedVisit("a", "ann", MONDAY),))
    assert rules(locked, PLAN) == set()
    free = replace(site_a(owner=None), same_rep=(("a", "c"),))
    assert rules(free, replace(PLAN, owners={"a": "ann"})) == set()
    bob = replace(free, workdays=(*free.workdays, Workday("bob", MONDAY, at(8), at(17), 0, 0)))
    assert "owner" in rules(bob, replace(PLAN, owners={"a": "bob"}))


def test_a_radius_by_minutes():
    # around b, a and c are 600 s away
    hard = replace(small_problem(), radius=RadiusRule(seconds=600, hard=True))
    assert rules(hard, PLAN) == set()
    shorter = replace(hard, radius=RadiusRule(seconds=598, hard=True))
    assert rules(shorter, PLAN) == {"radius", "clusters"}
    soft = replace(hard, radius=RadiusRule(seconds=480, price_per_minute=30))
    assert check(soft, PLAN).objective.radius == 2 * 2 * 30


def test_nothing_is_added_to_a_frozen_day():
    """b is visited and c is locked, on a day with a block and an appointment."""
    day = workday(frozen=True)
    agreed = Appointment("x", "ann", MONDAY, TimeWindow(at(12), at(12)), 600, site="b")
    call = Appointment("k", "ann", MONDAY, TimeWindow(at(13), at(13)), 600)
    locked = PlacedVisit("c", "ann", MONDAY)
    task = problem([0, 10, 20], [site("b", 1), site("c", 2)], [day], appointments=(agreed, call), locked=(locked,))
    stops = (
        Stop(StopKind.VISIT, at(9), at(9), at(9, 30), site="b", place=1, request="b#1"),
        Stop(StopKind.VISIT, at(10), at(10), at(10, 30), site="c", place=2, request=locked.request),
        Stop(StopKind.APPOINTMENT, at(12), at(12), at(12, 10), site="b", place=1, request="x"),
        Stop(StopKind.BLOCK, at(13), at(13), at(13, 10), request="k"),
    )
    route = Route("ann", MONDAY, at(8), at(14), stops)
    facts = Facts(task, Plan((route,), (), Objective()))
    assert [(v.rule, v.subject) for v in frozen(facts, route, day)] == [("frozen", "b")]
    assert list(frozen(facts, route, workday())) == []
