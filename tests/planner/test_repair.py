"""Today's repair: each event on a day worked out by hand, and all of them on a busy month.

Places lie on a line, minutes of driving from home at 0.  Workdays are 8:00 to 17:00.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest

from planner.cadence.policy import Cadence, Mode
from planner.calendar import DateRange, TimeWindow
from planner.check import check
from planner.params import RadiusRule
from planner.plan import Objective, Plan, Reason, StopKind
from planner.problem import Appointment, MustVisit, PlacedVisit, Problem, Workday
from planner.reasons import settle
from planner.repair import repair
from planner.solve import solve
from tests.planner.generate import company
from tests.planner.small import MINUTE, MONDAY, at, problem, site, week

EMPTY = Plan((), (), Objective())
FOUR_WEEKLY = Cadence(interval_days=28)
TUESDAY = MONDAY + timedelta(days=1)
WEDNESDAY = MONDAY + timedelta(days=2)


def due(id: str, place: int | None, **more: object):
    """Due on Monday, on time for all of the week and late only after it: visited 28 days before."""
    last = MONDAY - timedelta(days=28)
    return site(id, place, **({"cadence": FOUR_WEEKLY, "credited": (last,), "miss_price": 50_000} | more))


def meeting(id: str, start: int, minutes: int, day: date = MONDAY, **more: object) -> Appointment:
    return Appointment(id, "ann", day, TimeWindow(start, start), minutes * MINUTE, **({"place": 0} | more))  # type: ignore[arg-type]


def published(p: Problem) -> tuple[Problem, Plan]:
    """A plan of the problem, and the problem that knows it as published."""
    plan = settle(p, repair(p, EMPTY))
    stops = [(route, stop) for route in plan.routes for stop in route.stops if stop.kind is StopKind.VISIT]
    base = tuple(PlacedVisit(stop.site or "", route.rep, route.date, stop.start) for route, stop in stops)
    return replace(p, base=base), plan


def repaired(p: Problem, plan: Plan, *dates: date) -> Plan:
    """Repaired, judged by the checker, and the same when done again."""
    new = repair(p, plan, dates)
    certificate = check(p, new, reasons=False)
    assert certificate.ok, certificate.violations
    assert repair(p, plan, dates) == new
    return new


def table(plan: Plan) -> dict[str, tuple[date, int]]:
    """Day and start by what it is."""
    return {
        str(stop.site or stop.request): (route.date, stop.start)
        for route in plan.routes
        for stop in route.stops
        if stop.kind is not StopKind.BREAK
    }


def changed(before: Plan, after: Plan, aside: Iterable[str] = ()) -> set[str]:
    """What is at another day or time, or came or went, apart from what the event is about."""
    one, two = table(before), table(after)
    return {key for key in one.keys() | two.keys() if one.get(key) != two.get(key)} - set(aside)


def test_nothing_changed() -> None:
    p, plan = published(problem([0, 10, 20], [due("a", 1), due("b", 2)], week()))
    again = repaired(p, plan)
    assert all(one is two for one, two in zip(again.routes, plan.routes, strict=True))
    assert again.unplanned == plan.unplanned


def test_a_cancelled_appointment_moves_nobody() -> None:
    # The meeting at 9:00 at a pushes b to 10:10; without it b could be there at 8:20 but stays at its time.
    call = meeting("m", at(9), 60, place=1)
    sites = [due("b", 2, weekdays=frozenset({0}))]
    p, plan = published(problem([0, 10, 20], sites, week(), appointments=(call,)))
    p = replace(p, appointments=())
    after = repaired(p, plan, MONDAY)
    assert "m" not in table(after)
    assert changed(plan, after, {"m"}) == set()


def test_cancelled_time_is_not_refilled() -> None:
    # c was left out because the meeting fills Monday, its only day. The meeting is cancelled: c stays out.
    call = meeting("m", at(8), 530)
    p, plan = published(problem([0, 10], [due("c", 1, weekdays=frozenset({0}))], week(), appointments=(call,)))
    assert "c" not in table(plan)
    assert changed(plan, repaired(replace(p, appointments=()), plan, MONDAY), {"m"}) == set()


def test_an_inserted_appointment_that_fits_displaces_nobody() -> None:
    p, plan = published(problem([0, 10, 20], [due("a", 1), due("b", 2)], week(1)))
    after = repaired(replace(p, appointments=(meeting("m", at(14), 60),)), plan, MONDAY)
    assert table(after)["m"] == (MONDAY, at(14))
    assert changed(plan, after, {"m"}) == set()


def test_an_inserted_appointment_displaces_one_visit_to_its_best_other_day() -> None:
    # Monday: a and b of four hours each, ten minutes away, 20 of driving: 8:20 of 9:00. A meeting of two hours from 15:00
    # leaves 8:00 to 15:00, that is one of them; b may go to Tuesday, a only stands on Mondays.
    sites = [due("a", 1, service=240 * MINUTE, weekdays=frozenset({0})), due("b", 1, service=240 * MINUTE)]
    p, plan = published(problem([0, 10], sites, week(2)))
    assert {day for day, _ in table(plan).values()} == {MONDAY}
    after = repaired(replace(p, appointments=(meeting("m", at(15), 120),)), plan, MONDAY)
    assert table(after)["m"] == (MONDAY, at(15))
    assert table(after)["a"][0] == MONDAY
    assert table(after)["b"][0] == TUESDAY
    assert after.unplanned == ()
    assert after.objective.churn == p.params.churn_price


def test_what_finds_no_other_day_is_unplanned_with_a_reason() -> None:
    sites = [due("a", 1, service=240 * MINUTE), due("b", 1, service=240 * MINUTE)]
    p, plan = published(problem([0, 10], sites, week(1)))
    after = repaired(replace(p, appointments=(meeting("m", at(15), 120),)), plan, MONDAY)
    (gone,) = after.unplanned
    assert gone.site in {"a", "b"}
    assert gone.reason is Reason.DAY_FULL
    assert {gone.site, *gone.displaces} == {"a", "b"}


def test_a_moved_appointment() -> None:
    p, plan = published(problem([0, 10], [due("a", 1)], week(), appointments=(meeting("m", at(9), 60),)))
    moved = replace(p, appointments=(meeting("m", at(15), 60, day=WEDNESDAY),))
    after = repaired(moved, plan, MONDAY, WEDNESDAY)
    assert table(after)["m"] == (WEDNESDAY, at(15))
    assert changed(plan, after, {"m"}) == set()


def test_an_appointment_that_cannot_be_kept() -> None:
    first, second = meeting("m", at(9), 60), meeting("n", at(9, 30), 60)
    p, plan = published(problem([0, 10], [due("a", 1)], week(), appointments=(first,)))
    after = repaired(replace(p, appointments=(first, second)), plan, MONDAY)
    assert [(u.request, u.reason) for u in after.unplanned] == [("n", Reason.APPOINTMENT_CONFLICT)]
    assert changed(plan, after) == set()


@pytest.mark.parametrize("day", [MONDAY, TUESDAY])
def test_an_appointment_that_cannot_be_kept_takes_no_visit_away(day: date) -> None:
    """At a's own place: at 5:00, before the working day, it has no room even alone; the visit of a stands as it stood."""
    p, plan = published(problem([0, 10, 20], [due("a", 1), due("b", 2)], week()))
    assert table(plan)["a"][0] == MONDAY
    early = replace(meeting("m", at(5), 60, day), site="a", place=None)
    after = repaired(replace(p, appointments=(early,)), plan)
    assert changed(plan, after) == set()
    assert [(u.request, u.reason) for u in after.unplanned] == [("m", Reason.OUT_OF_REACH)]
    assert check(replace(p, appointments=(early,)), after).ok


def test_a_visit_that_made_way_for_an_appointment_without_room_finds_a_place_again() -> None:
    """Alone the appointment at a fits on Monday, but a block takes all the time of that day, for the visit as well."""
    p, plan = published(problem([0, 10], [due("a", 1)], week()))
    block = Appointment("block", "ann", MONDAY, TimeWindow(at(8), at(8)), 480 * MINUTE)
    at_a = replace(meeting("m", at(9), 60), site="a", place=None)
    after = repaired(replace(p, appointments=(block, at_a)), plan)
    assert {u.request: u.reason for u in after.unplanned} == {"m": Reason.APPOINTMENT_CONFLICT}
    assert table(after)["a"][0] > MONDAY


def test_rep_ill_for_a_day() -> None:
    # a and b stand on Monday; Monday falls out, both go to another day of the week.
    p, plan = published(problem([0, 10, 20], [due("a", 1), due("b", 2)], week()))
    day = table(plan)["a"][0]
    ill = replace(p, workdays=tuple(d for d in p.workdays if d.date != day))
    after = repaired(ill, plan, day)
    assert day not in {d for d, _ in table(after).values()}
    assert set(table(after)) == {"a", "b"}


def test_done_early() -> None:
    # Weekly, tolerance 1, planned on Wednesday and next Wednesday. Done on Tuesday: credited (the window opened on Monday),
    # so this Wednesday's visit goes, and the next stays: eight days apart.
    weekly = due(
        "a", 1, cadence=Cadence(interval_days=7), credited=(MONDAY - timedelta(days=6),), weekdays=frozenset({2})
    )
    days = tuple(d for d in week(12) if d.date.weekday() < 5)
    p, plan = published(problem([0, 10], [weekly], days))
    assert [route.date for route in plan.routes] == [WEDNESDAY, WEDNESDAY + timedelta(days=7)]
    done = replace(weekly, credited=(*weekly.credited, TUESDAY))
    after = repaired(
        replace(p, sites=(done,), horizon=DateRange(TUESDAY, p.horizon.last), workdays=days[1:]), plan, TUESDAY
    )
    assert [route.date for route in after.routes] == [WEDNESDAY + timedelta(days=7)]


def test_overrun_pushes_later_stops_and_displaces_what_no_longer_fits() -> None:
    # Three visits of 2:30 each and 20 minutes of driving: 8:00 to 15:50. The first is done, but only at 14:00: of the other
    # two one fits (14:00 + 2:30 + 10 = 16:40).
    sites = [due(f"s{n}", 1, service=150 * MINUTE) for n in range(3)]
    p, plan = published(problem([0, 10], sites, week(2)))
    first = plan.routes[0].stops[0].site
    rest = tuple(replace(s, credited=(*s.credited, MONDAY)) if s.id == first else s for s in p.sites)
    today = replace(p.workdays[0], start=at(14), start_place=1)
    after = repaired(replace(p, sites=rest, workdays=(today, p.workdays[1])), plan, MONDAY)
    assert sorted(day for day, _ in table(after).values()) == [MONDAY, TUESDAY]


def test_account_closed_and_paused() -> None:
    p, plan = published(problem([0, 10, 20, 30], [due("a", 1), due("b", 2), due("c", 3)], week()))
    pause = DateRange(MONDAY, MONDAY + timedelta(days=60))
    after = repaired(replace(p, sites=(replace(p.sites[0], pauses=(pause,)), p.sites[2]), base=()), plan)
    assert changed(plan, after) == {"a", "b"}
    assert [(u.site, u.reason) for u in after.unplanned] == [("a", Reason.PAUSED)]


def test_cadence_made_longer_takes_the_second_visit() -> None:
    # Every 14 days: in the first and in the third week; every 28 days: once.
    days = tuple(d for d in week(19) if d.date.weekday() < 5)
    a = due("a", 1, cadence=Cadence(interval_days=14), credited=(MONDAY - timedelta(days=14),), late_price=10**6)
    p, plan = published(problem([0, 10], [a], days))
    assert len(plan.routes) == 2
    after = repaired(replace(p, sites=(replace(a, cadence=FOUR_WEEKLY),)), plan)
    # due on 16 March now, five days either side: the first visit would not be credited, the second is in time
    assert [route.date for route in after.routes] == [plan.routes[1].date]


def test_locked_visits_stay() -> None:
    # b is locked at its time. The meeting that needs Monday displaces a, never b.
    sites = [due("a", 1, service=240 * MINUTE), due("b", 1, service=240 * MINUTE)]
    p, plan = published(problem([0, 10], sites, week(2)))
    day, start = table(plan)["b"]
    locked = replace(p, locked=(PlacedVisit("b", "ann", day, start),))
    after = repaired(replace(locked, appointments=(meeting("m", at(16, 30), 30, day=day),)), plan, day)
    assert table(after)["b"] == (day, start)


def test_a_promised_visit_starts_when_it_was_promised() -> None:
    # Ten minutes of driving and free from 8:00: 8:10 is possible and within the slack of 15 minutes, but 8:20 was promised.
    # b, ten minutes further on, follows as early as it can; departure is put off to 8:10.
    sites = [site("a", 1, service=30 * MINUTE), due("b", 2, service=30 * MINUTE)]
    p = problem([0, 10, 20], sites, week(1))
    locked = replace(p, locked=(PlacedVisit("a", "ann", MONDAY, at(8, 20)),))
    plan = solve(locked, iterations=10)
    assert check(locked, plan, reasons=False).ok
    assert table(plan) == {"a": (MONDAY, at(8, 20)), "b": (MONDAY, at(9))}
    assert plan.routes[0].start == at(8, 10)


@pytest.fixture(scope="module")
def month() -> tuple[Problem, Plan]:
    return published(company(3, accounts=60, days=14))


def test_no_event_breaks_a_rule_on_a_busy_month(month: tuple[Problem, Plan]) -> None:
    p, plan = month
    rng = Random(1)
    for _ in range(12):
        day = rng.choice(p.workdays)
        repaired(_event(rng, p, day), plan, day.date)


def test_cancelling_moves_nobody_on_a_busy_month(month: tuple[Problem, Plan]) -> None:
    p, plan = month
    assert p.appointments
    for gone in p.appointments:
        left = tuple(a for a in p.appointments if a is not gone)
        after = repaired(replace(p, appointments=left), plan, gone.date)
        assert changed(plan, after, {gone.site or gone.id}) == set()


def _event(rng: Random, p: Problem, day: Workday) -> Problem:
    start = rng.randrange(at(9), at(16), 900)
    kind = rng.choice(["insert", "short", "ill", "paused", "done"])
    if kind == "insert":
        new = Appointment("new", day.rep, day.date, TimeWindow(start, start), 2700, place=0)
        return replace(p, appointments=(*p.appointments, new))
    if kind == "short":
        late = replace(day, start=day.start + 7200)
        return replace(p, workdays=tuple(late if d is day else d for d in p.workdays))
    if kind == "ill":
        return replace(p, workdays=tuple(d for d in p.workdays if d is not day))
    chosen = rng.choice(p.sites)
    if kind == "paused":
        other = replace(chosen, pauses=(DateRange(day.date, day.date + timedelta(days=5)),))
    else:
        other = replace(chosen, credited=tuple(sorted({*chosen.credited, p.horizon.first})))
    return replace(p, sites=tuple(other if s is chosen else s for s in p.sites))


def test_a_new_hard_radius_keeps_most_visits_of_a_day_and_moves_the_others() -> None:
    # a and b are two kilometres from each other, c is 48 from b: of Monday's three visits two stay, and each day and
    # each cluster is within five kilometres afterwards (the checker says so).
    p, plan = published(problem([0, 10, 12, 60], [due("a", 1), due("b", 2), due("c", 3)], week()))
    assert {day for day, _ in table(plan).values()} == {MONDAY}
    after = repaired(replace(p, radius=RadiusRule(5_000, hard=True)), plan)
    assert changed(plan, after) == {"c"}
    assert table(after)["c"][0] > MONDAY


def test_what_was_not_due_is_told_anew_when_the_horizon_moves_on() -> None:
    # The window opens on Saturday, the last day planned, and falls due on Thursday 12: not due yet. A day later the horizon ends on
    # Monday 9, a workday; the repair plans nothing by itself, so now there has to be a reason.
    a = due("a", 1, credited=(MONDAY + timedelta(days=10 - 28),), miss_price=1)
    p, plan = published(problem([0, 60], [a], week(), horizon=DateRange(MONDAY, MONDAY + timedelta(days=5))))
    assert [entry.reason for entry in plan.unplanned] == [Reason.NOT_DUE]
    days = (*p.workdays[1:], replace(p.workdays[0], date=MONDAY + timedelta(days=7)))
    later = replace(p, workdays=days, horizon=DateRange(TUESDAY, MONDAY + timedelta(days=7)))
    after = repaired(later, plan, TUESDAY)
    assert [entry.reason for entry in after.unplanned] == [Reason.CHEAPER_LEFT_OUT]


def test_a_site_of_which_nothing_was_asked_gets_an_entry_for_the_visit_that_is() -> None:
    # visited 22 days ago, the window opens tomorrow, when ann works for a minute; published for today alone nothing was due
    site_a = due("a", 1, credited=(MONDAY - timedelta(days=22),))
    today = problem([0, 10], [site_a], week(1))
    _, plan = published(today)
    assert [entry.request for entry in plan.unplanned] == [None]
    later = replace(problem([0, 10], [site_a], [*week(1), replace(week(2)[1], end=at(8, 1))]))
    (entry,) = repaired(later, plan).unplanned
    assert (entry.request, entry.reason, entry.days) == ("a#1", Reason.OUT_OF_REACH, (TUESDAY,))


def test_a_wish_that_is_made_is_told_no_more() -> None:
    # due every day and asked for today, when ann works for a minute: two entries. Then bob agrees to call today, and on the two days
    # after it ann works for a minute: two visits are left out as before, and neither is the one that was asked for
    def short(count: int) -> list[Workday]:
        return [replace(day, end=at(8, 1)) for day in week(count)]

    wish = MustVisit("m", "a", DateRange(MONDAY, MONDAY))
    task = problem([0, 10], [due("a", 1, cadence=Cadence(interval_days=1))], short(1), must_visits=(wish,))
    _, plan = published(task)
    assert sorted(entry.request or "" for entry in plan.unplanned) == ["a#1", "m"]
    bobs = replace(meeting("x", at(9), 30, place=None, site="a"), rep="bob")
    later = problem([0, 10], task.sites, [*short(3), *week(1, "bob")], must_visits=(wish,), appointments=(bobs,))
    after = repaired(later, plan)
    assert [entry.days for entry in after.unplanned] == [(TUESDAY,), (WEDNESDAY,)]
    assert "m" not in [entry.request for entry in after.unplanned]


def test_a_plan_without_clusters_gets_them_with_the_first_repair() -> None:
    task = problem([0, 10, 20], [due("a", 1), due("b", 2)], week(1), radius=RadiusRule(15_000))
    after = repaired(task, EMPTY)
    assert [(cluster.anchor, cluster.sites) for cluster in after.clusters] == [("a", ("a", "b"))]


def test_as_few_visits_leave_as_a_smaller_car_or_less_driving_wants() -> None:
    sites = [due("a", 1, load=1), due("b", 2, load=2), due("c", 3, load=2)]
    p, plan = published(problem([0, 10, 20, 30], sites, week(2, capacity=5)))
    assert {stop.site for stop in plan.routes[0].stops} == {"a", "b", "c"}
    # 3 units: it is not enough that a leaves, but that one of b and c does; it goes to Tuesday
    smaller = replace(p, workdays=week(2, capacity=3))
    new = repaired(smaller, plan)
    assert sorted(len(route.stops) for route in new.routes) == [1, 2]
    assert any(stop.site == "a" for stop in new.routes[0].stops)
    # half an hour to c and half an hour back: with less than an hour of driving c leaves and nothing else, but nowhere is room
    shorter = replace(p, workdays=week(2, capacity=5, max_driving=3599))
    new = repaired(shorter, plan)
    assert [{stop.site for stop in route.stops} for route in new.routes] == [{"a", "b"}]
    assert [(entry.site, entry.reason) for entry in new.unplanned] == [("c", Reason.OUT_OF_REACH)]


def test_a_visit_that_lost_its_day_keeps_to_the_combination_of_the_others() -> None:
    # Monday and Thursday, or Tuesday and Friday, or Monday and Friday
    days = ((0, 3), (1, 4), (0, 4))
    cadence = Cadence(Mode.PATTERN, visits=2, block_workdays=5, anchor=MONDAY, combinations=days)
    account = site("a", 1, cadence=cadence, miss_price=50_000)
    whole = DateRange(MONDAY, MONDAY + timedelta(days=6))
    p = problem([0, 10], [account], week(4), horizon=whole)
    p, plan = published(p)
    assert [(route.date - MONDAY).days for route in plan.routes] == [0, 3]
    # she is away on Thursday and works on Friday: that goes with Monday as well, Tuesday would not
    away = replace(p, workdays=tuple(day for day in week(5) if day.date != MONDAY + timedelta(days=3)))
    new = repaired(away, plan)
    assert [(route.date - MONDAY).days for route in new.routes] == [0, 4]
    # without that last combination the visit of Thursday is left out, and that of Monday stays
    fewer = replace(away, sites=(replace(account, cadence=replace(cadence, combinations=days[:2])),))
    new = repaired(fewer, plan)
    assert [(route.date - MONDAY).days for route in new.routes] == [0]
    assert [(entry.site, entry.reason) for entry in new.unplanned] == [("a", Reason.DAY_FULL)]


def test_what_all_share_is_made_by_another_rep_when_one_is_away() -> None:
    both = (*week(1), *week(1, rep="bob", start_place=2, end_place=2))
    p, plan = published(problem([0, 30, 40], [due("a", 1, owner=None, shared=True)], both))
    assert [route.rep for route in plan.routes] == ["bob"]  # ten minutes away, ann half an hour
    new = repaired(replace(p, workdays=both[:1]), plan)
    assert [route.rep for route in new.routes] == ["ann"]
    # given to one owner since, it is still the rep's who has it
    owned = replace(p, sites=(replace(p.sites[0], shared=False),))
    assert repaired(owned, plan).owners == {"a": "bob"}
