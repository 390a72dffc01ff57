"""What a period asks for, what of it is kept, and how many hours are missing: worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from planner.cadence.policy import Cadence
from planner.calendar import DateRange
from planner.overload import Words, overload
from planner.overload.goals import ASKED_FOR, counts_of, goals_of, lacking, wanting
from planner.overload.report import detour
from planner.plan import Objective, Plan, Reason, Unplanned
from planner.problem import MustVisit
from planner.solve import solve
from tests.planner.overload.week import SUNDAY, WEEKLY, full_week, weekly
from tests.planner.small import HOUR, MINUTE, MONDAY, problem, site, workday

WEEK = DateRange(MONDAY, SUNDAY)


def must(id: str, site: str, period: DateRange = WEEK) -> MustVisit:
    return MustVisit(id, site, period)


def test_what_late_visits_put_off_is_asked_for_all_the_same():
    """Due on the 4th, 11th and 18th, on time until two days later: three goals until Sunday 22 March.  Who works on Saturday the 7th and
    14th comes a day late; then the 14th is on time, and what follows is due on the 21st, in time until the 23rd."""
    days = [workday(date(2026, 3, n)) for n in (7, 14)]
    made = problem([0], [weekly("s")], days, horizon=DateRange(MONDAY, date(2026, 3, 22)))
    plan = solve(made, iterations=100)
    assert [route.date.day for route in plan.routes if route.stops] == [7, 14]
    (goals,) = goals_of(made, plan, {})
    assert (goals.asked, goals.kept, goals.late, goals.short, goals.fallen) == (3, 2, 1, 0, 1)
    assert lacking(made, plan) == {"s": 1}
    # late because nobody works, not for want of time: no hours are missing
    (found,) = overload(made, plan, iterations=100)
    assert (found.short, found.fallen, found.takes, found.missing) == (0, 1, 0, 0)


def test_nothing_falls_away_where_all_come_in_time():
    """The same on Friday the 6th and 13th, the last days on time: the third window is due on the 20th, in time until the 22nd."""
    days = [workday(date(2026, 3, n)) for n in (6, 13, 20)]
    made = problem([0], [weekly("s")], days, horizon=DateRange(MONDAY, date(2026, 3, 22)))
    (goals,) = goals_of(made, solve(made, iterations=100), {})
    assert (goals.asked, goals.kept, goals.late, goals.fallen) == (3, 3, 0, 0)


def test_missing_hours_are_what_keeping_all_in_time_needs():
    """Fourteen calls of four hours, each due once a week, four weeks: 56.  Two fit into a day (20 min of ways, 8 h of calls of 9 h), 40
    into twenty days.  Sixteen are lacking, 64 h, sixteen a week; 40 min a day are free, 3 h 20 a week, so 12 h 40 are missing."""
    rhythm = Cadence(interval_days=7)
    rows = [
        weekly(
            f"s{n:02}", 1, service=4 * HOUR, cadence=rhythm, credited=(MONDAY - timedelta(7 - n % 5),), active_from=date(2026, 1, 5)
        )
        for n in range(14)
    ]  # fmt: skip
    days = [workday(MONDAY + timedelta(n)) for n in range(28) if n % 7 < 5]
    made = problem([0, 10], rows, days, horizon=DateRange(MONDAY, MONDAY + timedelta(27)))
    (found,) = overload(made, solve(made, iterations=2000), iterations=300)
    assert sum(group.asked for group in found.groups) == 56
    assert sum(group.kept for group in found.groups) == 40
    assert found.short + found.fallen == 16
    assert (found.takes, found.free, found.missing) == (16 * HOUR, 200 * MINUTE, 760 * MINUTE)
    assert (
        Words()
        .headline(found)
        .endswith(
            f"and {found.fallen} more fall away as others come late; they take 16.0 h a week: 12.7 h a week are missing, beside 3.3 h "
            "that stay free"
        )
    )


def test_the_detour_of_a_stop_is_what_leaving_it_out_would_save():
    """10 min out, 2 min on, 12 min home: past the first one the way is as long, past the second 4 min shorter."""
    made = problem([0, 10, 12], [weekly("a", 1), weekly("b", 2)], [workday(MONDAY + timedelta(2))])
    plan = solve(made, iterations=100)
    assert [stop.site for route in plan.routes for stop in route.stops] in (["a", "b"], ["b", "a"])
    assert detour(made, plan) == 2 * MINUTE
    assert detour(made, replace(plan, routes=())) == 0


def test_visits_that_people_asked_for_are_goals_of_their_own():
    """Twelve are asked for in the week into which ten fit."""
    made, _ = full_week([site(f"s{n:02}", 0) for n in range(12)])
    made = replace(made, must_visits=tuple(must(f"m{n:02}", f"s{n:02}") for n in range(12)))
    (found,) = overload(made, solve(made, iterations=300), iterations=300)
    (group,) = found.groups
    assert (group.group, group.sites, group.asked, group.kept, group.short, group.waiting) == (
        ASKED_FOR,
        12,
        12,
        10,
        2,
        2,
    )
    assert (found.short, found.takes, found.missing) == (2, HOUR, HOUR)
    assert [(entry.group, entry.price) for entry in found.unkept] == [(ASKED_FOR, made.params.must_price)] * 2
    assert Words().headline(found) == (
        "ann: 2 of 12 visits asked for cannot be made for want of time, at 2 accounts; they take 1.0 h a week: "
        "1.0 h a week are missing"
    )
    # two days half an hour longer keep them
    assert found.remedies[0].enough
    assert found.remedies[0].cost == 90 * MINUTE


def test_one_visit_keeps_a_window_and_what_was_asked_for():
    made, _ = full_week([weekly("s")])
    made = replace(made, must_visits=(must("m", "s"),))
    groups = goals_of(made, solve(made, iterations=100), {"s": "A"})
    assert [(group.group, group.asked, group.kept) for group in groups] == [("A", 1, 1), (ASKED_FOR, 1, 1)]


def test_what_was_asked_for_on_days_of_a_lacking_visit_takes_no_time_of_its_own():
    """On Wednesday and Thursday the same visit would do; the other week it would be another one."""
    wednesday, friday = MONDAY + timedelta(2), MONDAY + timedelta(4)
    made, _ = full_week([weekly("s")])
    # five days early at most two: a visit from Monday on counts, until the next window opens on Monday
    window = tuple(MONDAY + timedelta(n) for n in range(7))
    asked = DateRange(wednesday, friday)
    made = replace(made, must_visits=(must("m", "s", asked),))
    entries = (
        Unplanned("s", Reason.DAY_FULL, "s#1", window),
        Unplanned("s", Reason.DAY_FULL, "m", tuple(asked)),
    )
    plan = Plan((), entries, Objective())
    assert [entry.request for entry in wanting(made, plan)] == ["m", "s#1"]
    assert (counts_of(made, plan).short, lacking(made, plan)) == (2, {"s": 1})
    alone = replace(made, sites=(replace(made.sites[0], cadence=None),))
    assert lacking(alone, Plan((), entries[1:], Objective())) == {"s": 1}


def test_what_was_made_before_or_may_be_made_later_is_no_goal():
    before, after = DateRange(date(2026, 2, 20), MONDAY), DateRange(MONDAY, SUNDAY + timedelta(1))
    made, _ = full_week([site("a", 0, credited=(date(2026, 2, 25),)), site("b", 0, service=2 * HOUR)])
    made = replace(made, must_visits=(must("m", "a", before), must("n", "b", after)))
    plan = solve(made, iterations=100)
    assert not any(route.stops for route in plan.routes)
    assert goals_of(made, plan, {}) == ()


def test_closed_is_another_reason_than_time_for_what_was_asked_for_too():
    made, _ = full_week([site("s", 0, hours=((),) * 7)])
    made = replace(made, must_visits=(must("m", "s"),))
    counts = counts_of(made, solve(made, iterations=100))
    assert (counts.kept, counts.short, counts.otherwise) == (0, 0, 1)


def test_the_window_that_is_in_time_after_the_period_is_no_goal():
    late = weekly(
        "s", service=2 * HOUR, cadence=replace(WEEKLY, interval_days=11)
    )  # due on the 8th, in time until the 11th
    made, _ = full_week([late])
    assert goals_of(made, solve(made, iterations=100), {}) == ()
