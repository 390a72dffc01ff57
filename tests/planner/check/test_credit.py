"""Which visits would be credited, what is missed and what is late, worked out by hand."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from planner.cadence.policy import Cadence, Mode, Period, Season
from planner.calendar import DateRange, TimeWindow
from planner.check.clock import DayClock
from planner.check.cost import moved
from planner.check.credit import Ledger, settle, undated
from planner.check.facts import Facts
from planner.check.promises import owners
from planner.plan import Objective, Plan, Route, Stop, StopKind
from planner.problem import Appointment, MustVisit, PlacedVisit, Problem, Site
from tests.planner.small import MONDAY, at, problem, site, workday

MONTHLY = Cadence(interval_days=28)  # tolerance 5, gap 23


def day(number: int) -> date:
    """Day 0 is MONDAY, 2 March 2026."""
    return MONDAY + timedelta(days=number)


def days(*numbers: int) -> tuple[date, ...]:
    return tuple(day(number) for number in numbers)


def over(horizon: int, account: Site, **more: object) -> Problem:
    return problem([0], [account], [workday(day(0))], horizon=DateRange(day(0), day(horizon - 1)), **more)


def visits(*numbers: int, appointment: Iterable[int] = ()) -> Plan:
    """A plan with a visit on each of these days; its times do not matter here."""
    routes = []
    for number in sorted((*numbers, *appointment)):
        kind = StopKind.APPOINTMENT if number in appointment else StopKind.VISIT
        routes.append(Route("ann", day(number), 0, 0, (Stop(kind, 0, 0, 0, site="a", place=0, request=f"{number}"),)))
    return Plan(tuple(routes), (), Objective())


def ledger(task: Problem, plan: Plan) -> Ledger:
    return settle(Facts(task, plan), task.sites[0])


def late_days(found: Ledger) -> int:
    return sum((late.on - late.closed).days for late in found.late)


def broken(task: Problem, plan: Plan) -> list[tuple[str, date | None]]:
    """Rules broken, and where, apart from the due dates that `visits` does not state."""
    return [(v.rule, v.date) for v in ledger(task, plan).violations if v.rule not in ("due", "late_days")]


def rolling(credited: int = -28, **more: object) -> Site:
    return site("a", 0, **{"cadence": MONTHLY, "credited": days(credited)} | more)


def stated(task: Problem, plan: Plan) -> dict[date | None, str]:
    return {v.date: v.message for v in ledger(task, plan).violations if v.rule == "due"}


def test_the_next_due_date_follows_the_visit_planned_before():
    # last on -28: due on 0; planned on 3, so next due on 31, from 26 to 36
    assert broken(over(60, rolling()), visits(3, 26)) == []
    assert broken(over(60, rolling()), visits(3, 25)) == [("gap", day(25))]
    assert "due on 2026-04-02" in stated(over(60, rolling()), visits(3, 26))[day(26)]  # day 31


def test_a_window_may_be_left_out_and_the_next_opens_an_interval_after_its_due_date():
    # due on 0 and left out: the next is due on 28 and opens on 23, and is 4 days late on 37; then 65
    found = ledger(over(60, rolling()), visits(37))
    assert late_days(found) == 4
    assert [(m.window.first, m.window.last) for m in found.missed] == [days(-5, 5), days(60, 70)][:1]
    assert found.missed[0].days == tuple(day(n) for n in range(23))


def test_late_days_count_from_the_end_of_the_window():
    assert [late_days(ledger(over(30, rolling()), visits(n))) for n in (0, 5, 6, 22)] == [0, 0, 1, 17]


def test_an_overdue_account_stands_in_the_newest_window_that_has_opened():
    # last on -70: due on -42, -14 (opened -19), 14 (opens 9); on day 0 it is -14 that is open, late from -9 on
    task = over(20, rolling(-70))
    found = ledger(task, visits(2))
    assert (late_days(found), found.missed) == (11, [])
    assert late_days(ledger(task, visits(9))) == 0  # and -14 is missed
    assert [m.window for m in ledger(task, visits(9)).missed] == [DateRange(*days(-19, -9))]


def test_never_visited_is_due_on_the_last_day_of_the_first_interval():
    new = rolling(credited=0, active_from=day(2))
    new = replace(new, credited=(), cadence=replace(MONTHLY, first_within_days=10))
    task = over(40, new)
    assert broken(task, visits(1)) == [("gap", day(1))]
    assert [late_days(ledger(task, visits(n))) for n in (2, 12, 13)] == [0, 0, 1]
    whole = replace(new, cadence=MONTHLY)
    assert late_days(ledger(over(40, whole), visits(30))) == 0
    assert late_days(ledger(over(40, whole), visits(31))) == 1


def test_a_pause_stops_the_clock():
    # last on -28, paused from -4 to 5: 23 days gained by day -5, which opens the window; day 6 gains the 24th, due on day 10
    task = over(30, rolling(pauses=(DateRange(*days(-4, 5)),)))
    assert broken(task, visits(5)) == [("paused", day(5))]
    assert broken(task, visits(6)) == []
    assert late_days(ledger(task, visits(15))) == 0
    assert late_days(ledger(task, visits(16))) == 1


def test_another_season_makes_the_clock_slower():
    # last on 30 January; February (28 days) counts double time: 1 + 28 / 2 = 15 days gained by 28 February, so due 13 days
    # on, on 13 March; the tolerance of 5 days then opens it on 8 March
    slow = replace(MONTHLY, seasons=(Season(frozenset({2}), 56),))
    task = over(30, rolling(cadence=slow, credited=(date(2026, 1, 30) - MONDAY).days))
    assert broken(task, visits(5)) == [("gap", day(5))]
    assert broken(task, visits(6)) == []
    assert "due on 2026-03-13" in stated(task, visits(6))[day(6)]


def test_nothing_falls_due_after_the_last_valid_date():
    task = over(30, rolling(cadence=replace(MONTHLY, valid_to=day(10))))
    assert broken(task, visits(0)) == []
    assert broken(task, visits(11)) == [("paused", day(11))]
    assert ledger(over(90, rolling(cadence=replace(MONTHLY, valid_to=day(10)))), visits(0)).missed == []


def test_the_least_gap_holds_beyond_the_tolerance():
    wide = replace(MONTHLY, min_gap_days=28)
    assert broken(over(30, rolling(-27, cadence=wide)), visits(0)) == [("gap", day(0))]
    assert broken(over(30, rolling(-27, cadence=wide)), visits(1)) == []


def meeting(number: int) -> Appointment:
    return Appointment(f"x{number}", "ann", day(number), TimeWindow(at(9), at(9)), 600, site="a")


def test_an_appointment_takes_the_place_of_a_visit():
    # as a visit on 4 would: the next window opens on 27
    task = over(27, rolling(), appointments=(meeting(4),))
    assert broken(task, visits(appointment=[4])) == []
    assert ledger(task, visits(appointment=[4])).missed == []
    assert broken(task, visits(10, appointment=[4])) == [("gap", day(10))]


def test_no_planned_visit_makes_an_appointment_come_too_early():
    task = over(30, rolling(), appointments=(meeting(20),))
    assert broken(task, visits(0, appointment=[20])) == [("gap", day(0))]


def test_the_clock_ignores_an_appointment_inside_the_gap():
    # last on -10: nothing counts before 13; the visit then is due on 18 all the same
    task = over(30, rolling(-10), appointments=(meeting(3),))
    assert broken(task, visits(13, appointment=[3])) == []
    assert "due on 2026-03-20" in stated(task, visits(13, appointment=[3]))[day(13)]  # day 18


def test_a_must_visit_inside_the_gap_is_made_and_not_credited():
    must = MustVisit("m", "a", DateRange(*days(0, 4)))
    assert broken(over(30, rolling(-10), must_visits=(must,)), visits(2, 18)) == []
    assert broken(over(30, rolling(-10), must_visits=(must,)), visits(6, 18)) == [("gap", day(6))]


def test_a_locked_visit_inside_the_gap_is_kept():
    lock = PlacedVisit("a", "ann", day(2))
    assert broken(over(30, rolling(-10), locked=(lock,)), visits(2)) == []


def test_without_a_cadence_only_what_is_asked_for():
    assert broken(over(9, site("a", 0)), visits(3)) == [("not_asked", day(3))]
    must = MustVisit("m", "a", DateRange(*days(2, 4)))
    assert broken(over(9, site("a", 0), must_visits=(must,)), visits(3)) == []


def test_two_visits_on_one_day_are_one_too_many():
    task = over(9, rolling())
    assert ("one_visit_a_day", day(3)) in broken(task, visits(3, 3))


WEEKLY_TWO = Cadence(Mode.QUOTA, visits=2, period=Period.WEEK)  # interval 3, tolerance 0, gap 3


def test_a_quota_counts_each_calendar_week():
    task = over(14, site("a", 0, cadence=WEEKLY_TWO, credited=days(-3)))
    assert broken(task, visits(0, 3, 7, 11)) == []
    assert broken(task, visits(0, 2)) == [("gap", day(2))]
    assert broken(task, visits(0, 3, 6)) == [("quota", day(6))]
    assert [m.window for m in ledger(task, visits(0, 3, 8)).missed] == [DateRange(*days(7, 13))]


def test_the_gap_of_a_quota_reaches_over_the_end_of_a_period():
    task = over(14, site("a", 0, cadence=WEEKLY_TWO, credited=days(-3)))
    assert broken(task, visits(5, 7)) == [("gap", day(7))]


def test_what_was_credited_in_the_period_counts():
    # the horizon begins on Wednesday, Monday's visit is credited: one more this week
    task = over(14, site("a", 0, cadence=WEEKLY_TWO, credited=days(0)))
    task = replace(task, horizon=DateRange(*days(2, 6)), workdays=())
    assert len(ledger(task, visits()).missed) == 1
    assert broken(task, visits(3, 6)) == [("quota", day(6))]


@pytest.mark.parametrize(("paused", "left"), [(1, 2), (2, 1), (5, 1), (6, 0)])
def test_a_period_cut_by_a_pause_asks_for_its_share(paused, left):
    # 2 * (7 - paused) / 7, rounded half up: 12/7 -> 2, 10/7 -> 1, 4/7 -> 1, 2/7 -> 0
    account = site("a", 0, cadence=WEEKLY_TWO, credited=days(-30), pauses=(DateRange(*days(0, paused - 1)),))
    assert len(ledger(over(7, account), visits()).missed) == left


def test_a_pattern_counts_blocks_of_working_days():
    # blocks of 3 from Monday: Mo-We, Th-Mo (7), Tu (8)-Th; the gap is the least gap alone
    pattern = Cadence(Mode.PATTERN, visits=1, block_workdays=3, anchor=day(0), min_gap_days=2)
    task = over(10, site("a", 0, cadence=pattern, credited=days(-9)))
    assert broken(task, visits(2, 7, 9)) == []
    assert broken(task, visits(3, 7)) == [("quota", day(7))]
    assert broken(task, visits(7, 8)) == [("gap", day(8))]
    assert [m.window for m in ledger(task, visits(2, 9)).missed] == [DateRange(*days(3, 7))]


def test_a_quarter_and_its_gap():
    # three a quarter: 90 days // 3 = 30, tolerance 6, gap 24
    quarterly = Cadence(Mode.QUOTA, visits=3, period=Period.QUARTER)
    account = site("a", 0, cadence=quarterly, credited=days(-20), active_from=day(-100))
    assert broken(over(30, account), visits(3)) == [("gap", day(3))]
    assert broken(over(30, account), visits(4)) == []
    assert ledger(over(30, account), visits(4)).missed[0].window == DateRange(date(2026, 1, 1), date(2026, 3, 31))


MONDAY_OR_TUESDAY = Cadence(Mode.PATTERN, visits=2, block_workdays=5, anchor=MONDAY, combinations=((0, 3), (1, 4)))


def test_the_visits_of_a_block_follow_one_combination():
    # two weeks; Monday and Thursday are one combination, Tuesday and Friday the other
    task = over(14, site("a", 0, cadence=MONDAY_OR_TUESDAY))
    assert broken(task, visits(0, 3, 8, 11)) == []
    assert broken(task, visits(0, 4)) == [("combination", day(4))]
    assert broken(task, visits(2)) == [("combination", day(2))]  # Wednesday is in none
    assert broken(task, visits(3, 8)) == []  # half of one each
    assert [gone.days for gone in ledger(task, visits(3, 8)).missed] == [days(0, 1, 3, 4), days(7, 8, 10, 11)]


def test_what_is_credited_or_agreed_decides_which_combination():
    # visited on Monday: Thursday goes with it, Friday does not
    rest = DateRange(day(1), day(4))
    task = problem([0], [site("a", 0, cadence=MONDAY_OR_TUESDAY, credited=days(0))], [workday(day(1))], horizon=rest)
    assert broken(task, visits(3)) == []
    assert broken(task, visits(4)) == [("combination", day(4))]
    assert [gone.days for gone in ledger(task, visits()).missed] == [days(3)]
    # an appointment on Wednesday goes with none, so each is as good as the other
    agreed = Appointment("2", "ann", day(2), TimeWindow(at(9), at(9)), 0, site="a")
    task = over(5, site("a", 0, cadence=MONDAY_OR_TUESDAY), appointments=(agreed,))
    assert broken(task, visits(1, appointment=[2])) == []
    # what a person asked for is no matter of the cadence
    task = over(
        5, site("a", 0, cadence=MONDAY_OR_TUESDAY), must_visits=(MustVisit("m", "a", DateRange(day(2), day(2))),)
    )
    assert broken(task, visits(2, 4)) == []
    assert broken(task, visits(1)) == []


def test_what_is_shared_may_be_visited_by_anybody():
    task = over(14, site("a", 0, owner=None, shared=True, cadence=MONDAY_OR_TUESDAY))
    both = replace(task, workdays=(*task.workdays, workday(day(3), "bob")))
    plan = visits(0, 3)
    plan = replace(plan, routes=(plan.routes[0], replace(plan.routes[1], rep="bob")))
    assert [v.rule for v in owners(Facts(both, plan))] == []
    given = replace(plan, owners={"a": "ann"})  # it is nobody's
    assert [v.rule for v in owners(Facts(both, given))] == ["owner"]
    alone = replace(both, sites=(replace(both.sites[0], shared=False),))
    assert [v.rule for v in owners(Facts(alone, given))] == ["owner"]  # bob is not ann


def test_what_never_falls_due_is_not_asked_for():
    # valid to day 10: after the visit on day 0 the clock gains 10 of the 23 days that open the next window
    task = over(60, rolling(cadence=replace(MONTHLY, valid_to=day(10))))
    found = ledger(task, visits(0, 40))
    assert [(v.rule, v.date) for v in found.violations if v.rule == "gap"] == [("gap", day(40))]
    assert "never falls due" in " ".join(v.message for v in found.violations)
    assert "would not be credited before 2026-03-25" in " ".join(
        v.message
        for v in ledger(over(30, rolling()), visits(0, 22)).violations  # day 23
    )


def test_outside_the_valid_dates_only_what_a_person_asked_for():
    task = over(30, rolling(cadence=replace(MONTHLY, valid_to=day(10))))
    must = MustVisit("m", "a", DateRange(*days(11, 12)))
    assert broken(task, visits(11)) == [("paused", day(11))]
    assert broken(replace(task, must_visits=(must,)), visits(11)) == []
    lock = PlacedVisit("a", "ann", day(11))
    assert broken(replace(task, locked=(lock,)), visits(11)) == []


def test_a_pause_without_an_end():
    # nothing is asked for after the visit before it, and nothing may stand in it
    task = over(60, rolling(pauses=(DateRange(day(4), date.max),)))
    assert broken(task, visits(3)) == []
    assert ledger(task, visits(3)).missed == []
    assert broken(task, visits(4)) == [("paused", day(4))]


def test_a_cadence_closed_all_year_asks_for_nothing():
    closed = replace(MONTHLY, seasons=(Season(frozenset(range(1, 13)), None),))
    assert ledger(over(30, rolling(cadence=closed)), visits()).missed == []


def test_two_pauses_stop_the_clock_for_as_long_as_both():
    # last on -28: 23 days gained by -5; -4 to -2 and 1 to 3 are paused, so the 28th is gained on day 6, not on day 0
    task = over(30, rolling(pauses=(DateRange(*days(-4, -2)), DateRange(*days(1, 3)))))
    assert "due on 2026-03-08" in stated(task, visits(6))[day(6)]
    assert broken(task, visits(0)) == []
    assert broken(task, visits(2)) == [("paused", day(2))]


def test_pauses_that_overlap():
    # last on -28, 27 days gained on -1; paused 0 to 4 and 2 to 6: due on day 7
    task = over(30, rolling(pauses=(DateRange(*days(2, 6)), DateRange(*days(0, 4)))))
    assert broken(task, visits(4)) == [("paused", day(4))]
    assert broken(task, visits(6)) == [("paused", day(6))]
    assert "due on 2026-03-09" in stated(task, visits(7))[day(7)]


def test_the_first_window_of_an_account_that_is_not_valid_for_so_long():
    new = rolling(active_from=day(0), cadence=replace(MONTHLY, first_within_days=10, valid_to=day(9)))
    assert ledger(over(30, replace(new, credited=())), visits()).missed == []
    shorter = replace(new, cadence=replace(new.cadence, valid_to=day(5)), credited=())
    assert ledger(over(30, shorter), visits()).missed == []
    longer = replace(new, cadence=replace(new.cadence, valid_to=day(10)), credited=())
    assert [gone.window for gone in ledger(over(30, longer), visits()).missed] == [DateRange(*days(0, 10))]


def test_a_window_closes_before_the_next_one_opens():
    # every 28 days in March, daily in April.  Last on 3 March: due on 31 March, the tolerance of 5 days would reach into
    # 1 April, on which the next visit falls due already
    daily = replace(MONTHLY, seasons=(Season(frozenset({4}), 1),))
    task = over(31, rolling(1, cadence=daily, active_from=day(-50)))
    task = replace(task, horizon=DateRange(*days(2, 31)), workdays=())
    found = ledger(task, visits())
    assert [(gone.window.first, gone.window.last) for gone in found.missed[:2]] == [days(24, 29), days(30, 30)]
    assert late_days(ledger(task, visits(29))) == 0
    assert "due on 2026-04-01" in stated(task, visits(30))[day(30)]


def test_the_window_at_the_end_of_the_valid_dates():
    # due on day 0, open until day 5, but the clock runs to day 3 only
    task = over(30, rolling(cadence=replace(MONTHLY, valid_to=day(3))))
    assert [gone.window for gone in ledger(task, visits()).missed] == [DateRange(*days(-5, 3))]
    # in another season the next one is not due any more either
    seasons = (Season(frozenset({5}), 14),)
    task = over(30, rolling(cadence=replace(MONTHLY, valid_to=day(13), seasons=seasons)))
    assert [gone.window for gone in ledger(task, visits()).missed] == [DateRange(*days(-5, 5))]


def test_no_chosen_visit_of_a_quota_makes_an_appointment_come_too_early():
    # the gap is 3: the appointment on Wednesday is two days after the visit on Monday
    task = over(7, site("a", 0, cadence=WEEKLY_TWO, credited=days(-9)), appointments=(meeting(2),))
    assert broken(task, visits(0, appointment=[2])) == [("gap", day(0))]
    must = MustVisit("m", "a", DateRange(day(0), day(0)))
    assert broken(replace(task, must_visits=(must,)), visits(0, appointment=[2])) == []
    assert broken(task, visits(5, appointment=[2])) == []


def test_a_quota_stands_still_out_of_season_and_in_pauses():
    closed = replace(WEEKLY_TWO, seasons=(Season(frozenset({4}), None),))
    account = site("a", 0, cadence=closed, credited=days(-9))
    task = over(35, account)  # 1 April is day 30
    assert broken(task, visits(29)) == []
    assert broken(task, visits(30)) == [("paused", day(30))]
    must = MustVisit("m", "a", DateRange(day(30), day(30)))
    assert broken(replace(task, must_visits=(must,)), visits(30)) == []
    # once a pause is said to be one, that is enough
    task = over(7, replace(account, pauses=(DateRange(*days(1, 2)),)))
    assert broken(task, visits(2)) == [("paused", day(2))]


def test_nothing_is_asked_for_before_an_account_is_active():
    # active from Saturday: 2 * 2 / 7 = 0.57 visits, rounded to 1
    task = over(7, site("a", 0, cadence=WEEKLY_TWO, active_from=day(5)))
    assert [gone.days for gone in ledger(task, visits()).missed] == [days(5, 6)]
    assert broken(task, visits(4)) == [("paused", day(4))]
    assert broken(task, visits(5)) == []


def test_two_appointments_on_one_day_are_for_people_to_settle():
    both = (meeting(3), replace(meeting(3), id="y"))
    task = over(9, rolling(), appointments=both)
    plan = visits(appointment=[3])
    twice = replace(plan, routes=plan.routes * 2)
    assert broken(task, twice) == []
    mixed = replace(plan, routes=(*plan.routes, *visits(3).routes))
    assert ("one_visit_a_day", day(3)) in broken(task, mixed)


def test_what_people_fixed_may_stand_in_a_pause():
    paused = rolling(pauses=(DateRange(*days(2, 6)),))
    task = over(9, paused, appointments=(meeting(3),))
    assert broken(task, visits(appointment=[3])) == []
    assert broken(over(9, paused, locked=(PlacedVisit("a", "ann", day(3)),)), visits(3)) == []
    assert broken(over(9, paused, must_visits=(MustVisit("m", "a", DateRange(day(3), day(3))),)), visits(3)) == [
        ("paused", day(3))
    ]


def test_nothing_is_planned_in_any_of_several_pauses():
    # due on day 0; what a person asked for may stand before, between and after them
    paused = rolling(pauses=(DateRange(*days(1, 2)), DateRange(*days(4, 5)), DateRange(*days(7, 7))))
    task = over(9, paused, must_visits=(MustVisit("m", "a", DateRange(*days(0, 8))),))
    assert [broken(task, visits(n)) for n in (0, 3, 6, 8)] == [[], [], [], []]
    for number in (1, 2, 4, 5, 7):
        assert broken(task, visits(number)) == [("paused", day(number))]


def test_the_clock_runs_in_every_month():
    clock = DayClock(MONTHLY, ())
    assert [clock.interval(date(2026, month, 5)) for month in range(1, 13)] == [28] * 12


def test_nothing_is_gained_before_a_cadence_is_valid():
    # valid from day -10: 23 days are gained on day 12, 28 on day 17
    task = over(30, rolling(cadence=replace(MONTHLY, valid_from=day(-10))))
    assert broken(task, visits(11)) == [("gap", day(11))]
    assert broken(task, visits(12)) == []
    assert "due on 2026-03-19" in stated(task, visits(12))[day(12)]


def test_an_appointment_has_no_due_date_to_state():
    found = ledger(over(20, rolling(), appointments=(meeting(8),)), visits(appointment=[8]))
    assert (late_days(found), found.violations) == (0, [])


def test_a_period_without_a_day_left_in_the_horizon_asks_for_nothing():
    # the horizon is the Monday, which is paused; 12 / 7 visits are asked of the week
    paused = site("a", 0, cadence=WEEKLY_TWO, credited=days(-9), pauses=(DateRange(day(0), day(0)),))
    assert ledger(over(1, paused), visits()).missed == []
    assert [gone.due for gone in ledger(over(2, paused), visits()).missed] == [day(6)] * 2


def test_published_visits_that_were_locked_since_are_not_matched():
    published = (PlacedVisit("a", "ann", day(0)), PlacedVisit("a", "ann", day(3)))
    task = over(7, site("a", 0, cadence=WEEKLY_TWO, credited=days(-3)), base=published, locked=published[:1])

    def churn(plan: Plan) -> int:
        return moved(Facts(task, plan), "a", ledger(task, plan))

    assert churn(visits(0, 3)) == 0
    assert churn(visits(0, 4)) == 1
    assert churn(visits(0)) == 1


def test_a_window_of_which_no_day_is_left_is_not_missed_in_a_row():
    # I = 10, t = 2, visited on -18: due on -8. 7 days to -1, and paused from 0 on: the day after the pause is the 8th, on which
    # the next window opens. The first one was not missed before the horizon, and has no day in it; the next one has
    for last in (0, 3):
        paused = DateRange(day(0), day(last))
        account = rolling(-18, cadence=Cadence(interval_days=10), pauses=(paused,))
        (gone,) = ledger(over(last + 5, account), visits()).missed
        assert (gone.window.first, gone.row) == (day(last + 1), 0)


def test_periods_missed_in_a_row_before_the_horizon():
    def rows(cadence, active, *credited):
        account = site("a", 0, cadence=cadence, active_from=day(active), credited=days(*credited))
        return [gone.row for gone in ledger(over(7, account), visits()).missed]

    week = Cadence(Mode.QUOTA, visits=1, period=Period.WEEK)
    assert rows(week, -21) == [3]
    assert rows(week, -21, -20) == [2]
    assert rows(week, -21, -1) == [0]
    # active on Sunday: 1/7 of 4 is a visit, of 3 none
    assert rows(replace(week, visits=4), -1) == [1, 1, 1, 1]
    assert rows(replace(week, visits=3), -1) == [0, 0, 0]
    # each working day is a block: five in the week before, the weekend in that of its Friday
    daily = Cadence(Mode.PATTERN, visits=1, block_workdays=1, anchor=MONDAY)
    assert rows(daily, -7)[0] == 5
    assert rows(daily, -7, -6)[0] == 3


def rows(task: Problem, plan: Plan) -> list[int]:
    """Of each visit left out how many windows or periods before it were missed one after the other."""
    return [gone.row for gone in ledger(task, plan).missed]


def test_periods_missed_in_a_row():
    once = site("a", 0, cadence=Cadence(Mode.QUOTA, visits=1, period=Period.WEEK))
    assert rows(over(21, once), visits()) == [0, 1, 2]
    assert rows(over(21, once), visits(8)) == [0, 0]
    # of a week that is paused nothing is asked, and it makes no difference
    assert rows(over(21, replace(once, pauses=(DateRange(day(7), day(13)),))), visits()) == [0, 1]
    # a week with one visit of two is not missed
    twice = replace(once, cadence=Cadence(Mode.QUOTA, visits=2, period=Period.WEEK))
    assert rows(over(21, twice), visits()) == [0, 0, 1, 1, 2, 2]
    assert rows(over(21, twice), visits(1)) == [0, 0, 0, 1, 1]


def test_windows_missed_in_a_row():
    # due on Mondays, from the day before; the one of day 21 opens on the last day
    weekly = site("a", 0, cadence=Cadence(interval_days=7), credited=days(-7))
    assert rows(over(21, weekly), visits()) == [0, 1, 2, 3]
    assert rows(over(21, weekly), visits(7)) == [0, 0, 1]
    # two were missed before the horizon
    assert rows(over(21, replace(weekly, credited=days(-21))), visits()) == [2, 3, 4, 5]


def test_the_last_window_has_days_as_long_as_the_cadence_holds():
    ending = Cadence(interval_days=7, valid_to=day(5))
    account = site("a", 0, cadence=ending, credited=days(-7))
    assert [gone.days for gone in ledger(over(21, account), visits()).missed] == [days(0, 1, 2, 3, 4, 5)]


def test_an_account_never_visited_is_due_from_its_first_day_on():
    account = site("a", 0, cadence=Cadence(interval_days=7))
    assert ledger(over(6, account), visits()).missed[0].days == days(0, 1, 2, 3, 4, 5)


def test_what_is_broken_is_told_of_the_site_and_else_of_the_request():
    task = over(6, site("a", 0, cadence=Cadence(interval_days=7)))
    wrong = Stop(StopKind.VISIT, 0, 0, 0, site="a", place=0, request="a#1", due=day(99))
    plan = Plan((Route("ann", MONDAY, 0, 0, (wrong,)),), (), Objective())
    assert {(v.subject, v.message[:2]) for v in ledger(task, plan).violations} == {("a", "a:")}
    block = Stop(StopKind.BLOCK, 0, 0, 0, request="k", due=day(1))
    plan = Plan((Route("ann", MONDAY, 0, 0, (block,)),), (), Objective())
    (found,) = undated(Facts(task, plan))
    assert (found.subject, found.message[:2]) == ("k", "k:")


def test_what_comes_too_soon_is_too_soon_whatever_it_is_due_on():
    once = site("a", 0, cadence=Cadence(Mode.QUOTA, visits=1, period=Period.WEEK), credited=days(-1))
    soon = Stop(StopKind.VISIT, 0, 0, 0, site="a", place=0, request="a#1", due=day(6))
    plan = Plan((Route("ann", MONDAY, 0, 0, (soon,)),), (), Objective())
    assert [v.rule for v in ledger(over(6, once), plan).violations] == ["gap"]


def test_a_window_opens_and_closes_by_the_tolerance_that_is_given():
    due = DayClock(Cadence(interval_days=28, tolerance_days=2), ()).following(MONDAY)
    assert (due.opens, due.day, due.closes) == days(26, 28, 30)
    # so in a month of which the season is the usual one: a fifth of 28 days, rounded down
    winter = Season(frozenset({12}), 14)
    due = DayClock(Cadence(interval_days=28, seasons=(winter,)), ()).following(MONDAY)
    assert (due.opens, due.day, due.closes) == days(23, 28, 33)


@pytest.mark.parametrize("cadence", [Cadence(Mode.QUOTA, visits=1, period=Period.WEEK), Cadence(interval_days=7)])
def test_no_visit_of_ours_is_why_what_a_person_asked_for_is_not_credited(cadence):
    # gap 6, visited a week before: 2 days after the visit on 0 it is not credited, and that visit is to blame...
    asked = MustVisit("m", "a", DateRange(day(2), day(2)))
    place = site("a", 0, cadence=cadence, credited=(day(-7),))
    assert broken(over(7, place, must_visits=(asked,)), visits(0, 2)) == [("gap", day(0))]
    # ... unless a person asked for that one as well
    both = (asked, MustVisit("n", "a", DateRange(day(-1), day(1))))
    assert broken(over(7, place, must_visits=both), visits(0, 2)) == []


# -- what a stop states ------------------------------------------------------------------------------------------


def wrong(task: Problem, plan: Plan, number: int, due: date | None, late: int = 0) -> list[str]:
    """Rules broken by the visit on this day if it states this due date and so many days late."""
    routes = [
        replace(route, stops=(replace(route.stops[0], due=due, late_days=late),))
        if route.date == day(number)
        else route
        for route in plan.routes
    ]
    found = ledger(task, replace(plan, routes=tuple(routes))).violations
    return [v.rule for v in found if v.rule in ("due", "late_days") and v.date == day(number)]


def test_a_visit_of_a_quota_is_due_by_the_end_of_its_period_and_never_late():
    # two a week: those of the first week are due on Sunday, day 6
    task, plan = over(14, site("a", 0, cadence=WEEKLY_TWO, credited=days(-3))), visits(1, 8)
    assert wrong(task, plan, 1, day(6)) == []
    assert wrong(task, plan, 8, day(13)) == []
    assert wrong(task, plan, 8, day(6)) == ["due"]
    assert wrong(task, plan, 1, None) == ["due"]
    assert wrong(task, plan, 1, day(6), late=7) == ["late_days"]


def test_a_visit_of_a_pattern_is_due_by_the_end_of_its_block():
    # blocks of five working days, the weekend with the Friday before
    weekly = Cadence(Mode.PATTERN, visits=1, block_workdays=5, anchor=MONDAY)
    task, plan = over(14, site("a", 0, cadence=weekly, credited=days(-3))), visits(1)
    assert wrong(task, plan, 1, day(6)) == []
    assert wrong(task, plan, 1, day(4)) == ["due"]
    assert wrong(task, plan, 1, day(6), late=1) == ["late_days"]


def test_what_is_not_credited_is_due_on_no_date():
    # asked for on day 3, two days after the visit of a quota whose gap is 3
    must = (MustVisit("m", "a", DateRange(day(3), day(3))),)
    quota = over(7, site("a", 0, cadence=WEEKLY_TWO, credited=days(-3)), must_visits=must)
    assert wrong(quota, visits(1, 3), 3, None) == []
    assert wrong(quota, visits(1, 3), 3, day(6)) == ["due"]
    assert wrong(quota, visits(3), 3, day(6)) == []  # alone it counts
    # the same inside the gap of 23 days after a visit, asked for or fixed
    soon = over(30, rolling(-3), must_visits=must)
    assert wrong(soon, visits(3), 3, None) == []
    assert wrong(soon, visits(3), 3, day(25)) == ["due"]
    assert wrong(soon, visits(3), 3, None, late=1) == ["late_days"]
    locked = over(30, rolling(-3), locked=(PlacedVisit("a", "ann", day(3)),))
    assert wrong(locked, visits(3), 3, None) == []
    assert wrong(locked, visits(3), 3, day(25)) == ["due"]
    # and where there is no cadence
    asked = over(7, site("a", 0), must_visits=must)
    assert wrong(asked, visits(3), 3, None) == []
    assert wrong(asked, visits(3), 3, day(3)) == ["due"]


def test_what_was_asked_for_and_counts_states_the_due_date_that_it_meets():
    # due on 0, open until 5: asked for on 7 it is two days late
    task = over(30, rolling(), must_visits=(MustVisit("m", "a", DateRange(day(7), day(7))),))
    assert wrong(task, visits(7), 7, day(0), late=2) == []
    assert wrong(task, visits(7), 7, day(7), late=2) == ["due"]
    assert wrong(task, visits(7), 7, day(0)) == ["late_days"]


# -- the third of several ----------------------------------------------------------------------------------------


def test_the_third_visit_is_judged_as_the_first():
    must = (MustVisit("m", "a", DateRange(*days(0, 6))),)
    nobody = over(9, site("a", 0, pauses=(DateRange(*days(5, 5)),)), must_visits=must)
    assert broken(nobody, visits(0, 2, 4)) == []
    assert broken(nobody, visits(0, 2, 7)) == [("not_asked", day(7))]
    assert broken(nobody, visits(0, 2, 5)) == [("paused", day(5))]
    # due on 0, then on 28, on 56 from 51 on, on 84
    monthly = over(90, rolling())
    assert broken(monthly, visits(0, 28, 51)) == []
    assert broken(monthly, visits(0, 28, 50)) == [("gap", day(50))]
    assert ("one_visit_a_day", day(56)) in broken(monthly, visits(0, 28, 56, 56))


def test_the_third_wish_counts_and_the_third_day_states_its_due_dates():
    wishes = tuple(MustVisit(f"m{n}", "a", DateRange(day(n), day(n))) for n in (1, 3, 5))
    assert broken(over(9, site("a", 0), must_visits=wishes), visits(1, 3, 5)) == []
    block = Stop(StopKind.BLOCK, 0, 0, 0, request="k", due=day(1))
    routes = (*visits(0, 1).routes, Route("ann", day(2), 0, 0, (block,)))
    assert [v.date for v in undated(Facts(over(9, rolling()), Plan(routes, (), Objective())))] == [day(2)]


def test_the_visits_of_a_second_block_follow_one_combination_too():
    # Monday and Thursday, or Tuesday and Friday
    task = over(14, site("a", 0, cadence=MONDAY_OR_TUESDAY))
    assert broken(task, visits(0, 3, 7, 11)) == [("combination", day(11))]
    # Tuesday (8) is not settled: it was chosen, and might as well be Monday
    assert [gone.days for gone in ledger(task, visits(0, 3, 8)).missed] == [days(7, 8, 10, 11)]
    # two visits were credited two weeks before, and an appointment on Monday decides for Thursday
    known = site("a", 0, cadence=MONDAY_OR_TUESDAY, credited=days(-14, -11), active_from=day(-20))
    agreed = over(5, known, appointments=(meeting(0),))
    assert broken(agreed, visits(3, appointment=[0])) == []
    assert broken(agreed, visits(4, appointment=[0])) == [("combination", day(4))]


def test_three_visits_a_block_in_one_of_three_combinations():
    three = Cadence(
        Mode.PATTERN, visits=3, block_workdays=5, anchor=MONDAY, combinations=((0, 1, 2), (0, 1, 4), (0, 2, 4))
    )
    task = over(5, site("a", 0, cadence=three))
    assert broken(task, visits(0, 2, 4)) == []
    assert broken(task, visits(0, 2, 3)) == [("combination", day(3))]
    (said,) = [v.message for v in ledger(task, visits(0, 2, 3)).violations if v.rule == "combination"]
    assert all(str(day(number)) in said for number in (0, 2, 3))


def test_the_newest_of_three_credited_visits_ends_a_row_of_missed_periods():
    week = Cadence(Mode.QUOTA, visits=1, period=Period.WEEK)
    account = site("a", 0, cadence=week, active_from=day(-35), credited=days(-34, -27, -3))
    assert rows(over(7, account), visits()) == [0]
    assert rows(over(7, replace(account, credited=days(-34, -27, -10))), visits()) == [1]
