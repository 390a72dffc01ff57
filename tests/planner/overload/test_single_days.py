"""Single days that are longer or have a stop more: which, by how much, and what is said of them, worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from planner.calendar import TimeWindow
from planner.check import check
from planner.explain.easings import LongerDay, MoreDriving, MoreStops
from planner.overload import LongerDays, MoreStopsADay, SingleDays, Words, overload
from planner.overload.goals import counts_of
from planner.overload.part import part
from planner.overload.search import Tried
from planner.overload.single import joined, tightened
from planner.solve import solve
from tests.planner.generate import company
from tests.planner.overload.week import full_week, weekly
from tests.planner.small import HOUR, MINUTE, MONDAY, at, problem, workday

TUESDAY, WEDNESDAY = MONDAY + timedelta(1), MONDAY + timedelta(2)


def found_in(made, plan):
    (found,) = overload(made, plan, iterations=300)
    return found


def of(found, kind):
    return next((tried for tried in found.remedies if isinstance(tried.remedy, kind)), None)


def test_for_one_visit_one_day_is_longer():
    """Eleven half hours into ten: half an hour on one day, not on five."""
    made, plan = full_week([weekly(f"s{n:02}") for n in range(11)])
    found = found_in(made, plan)
    single, every = of(found, SingleDays), of(found, LongerDays)
    assert single.remedy.changes == (LongerDay("ann", MONDAY, 30 * MINUTE),)
    # at 150 %: 45 min, against five times as much
    assert (single.short, single.gained, single.price, single.running, single.again) == (0, 1, 45 * MINUTE, 0, 0)
    assert (every.remedy, every.price) == (LongerDays("ann", 30 * MINUTE), 225 * MINUTE)
    assert found.remedies[0] is single
    (left,) = [entry.site for entry in found.unkept if entry.short]
    assert [(entry.site, len(entry.days)) for entry in single.admits] == [(left, 7)]
    assert Words().remedy(single) == (
        "Single days: Monday 2 March 30 min longer: costs as much as 45 min of driving (0 min less driving and waiting)"
    )
    assert check(single.remedy.applied(made), single.plan).ok


def test_two_visits_are_spread_over_two_days():
    made, plan = full_week([weekly(f"s{n:02}") for n in range(12)])
    single = of(found_in(made, plan), SingleDays)
    assert single.remedy.changes == tuple(LongerDay("ann", day, 30 * MINUTE) for day in (MONDAY, TUESDAY))


def test_what_the_plan_does_not_need_of_a_day_is_not_asked_for():
    """Eleven calls of 25 min: two take 50 min of each hour, so the third needs 15 more; a ladder of five minutes says so at once."""
    made, plan = full_week([weekly(f"s{n:02}", service=25 * MINUTE) for n in range(11)])
    single = of(found_in(made, plan), SingleDays)
    assert single.remedy.changes == (LongerDay("ann", MONDAY, 15 * MINUTE),)
    assert single.price == 15 * MINUTE * 3 // 2


def stopped(count: int, **more: object):
    """Days of nine hours with at most four stops each, calls of half an hour: twenty a week."""
    return full_week([weekly(f"s{n:02}") for n in range(count)], max_stops=4, **more)


def test_where_stops_are_limited_a_stop_more_is_asked_for_and_no_hours():
    made, _ = stopped(22)
    made = replace(made, workdays=tuple(replace(day, end=at(17)) for day in made.workdays))
    found = found_in(made, solve(made, iterations=300))
    assert found.short == 2
    single, every = of(found, SingleDays), of(found, MoreStopsADay)
    assert single.remedy.changes == (MoreStops("ann", MONDAY, 1), MoreStops("ann", TUESDAY, 1))
    # half an hour a stop, on each of five days
    assert (single.price, every.remedy, every.price) == (2 * 1800, MoreStopsADay("ann", 1), 5 * 1800)
    # four hours a day more, and no stop more, do not help
    assert of(found, LongerDays) is None
    assert found.hours is None
    assert Words().what(every.remedy) == "1 stop more on every workday, in the same hours"
    assert (
        Words().what(single.remedy) == "Single days: Monday 2 March with 1 stop more, Tuesday 3 March with 1 stop more"
    )


def test_where_stops_and_hours_are_limited_both_are_said():
    """Days of one hour with two stops of half an hour, fifteen calls: a third one takes half an hour more and a stop more."""
    made, plan = full_week([weekly(f"s{n:02}") for n in range(15)], max_stops=2)
    found = found_in(made, plan)
    both = of(found, LongerDays)
    assert both.remedy == LongerDays("ann", 30 * MINUTE, 1)
    # five days: 30 min at 150 % and a stop of half an hour
    assert (both.short, both.price) == (0, 5 * (45 + 30) * MINUTE)
    assert Words().what(both.remedy) == "Every workday 30 min longer, with 1 stop more a day"
    assert (of(found, MoreStopsADay), found.hours) == (None, None)
    # five are left out, so single days are all five of them
    asked = [(LongerDay("ann", day.date, 30 * MINUTE), MoreStops("ann", day.date, 1)) for day in made.workdays]
    single = of(found, SingleDays)
    assert (single.remedy.changes, single.price) == (tuple(one for day in asked for one in day), both.price)


def test_on_a_single_day_hours_and_a_stop_more_go_together():
    """Twelve calls where two a day fit, by the hour and by the stops: two days with half an hour and a stop more each."""
    made, plan = full_week([weekly(f"s{n:02}") for n in range(12)], max_stops=2)
    found = found_in(made, plan)
    single, every = of(found, SingleDays), of(found, LongerDays)
    assert single.remedy.changes == (
        LongerDay("ann", MONDAY, 30 * MINUTE),
        MoreStops("ann", MONDAY, 1),
        LongerDay("ann", TUESDAY, 30 * MINUTE),
        MoreStops("ann", TUESDAY, 1),
    )
    # half an hour at 150 % and a stop like half an hour, on two days instead of five
    assert (single.short, single.price) == (0, 2 * (45 + 30) * MINUTE)
    assert (every.remedy, every.price) == (LongerDays("ann", 30 * MINUTE, 1), 5 * (45 + 30) * MINUTE)
    assert found.remedies[0] is single
    assert Words().what(single.remedy) == (
        "Single days: Monday 2 March 30 min longer and with 1 stop more, Tuesday 3 March 30 min longer and with 1 stop more"
    )
    assert check(single.remedy.applied(made), single.plan).ok


def test_of_each_kind_a_single_day_is_asked_for_what_its_plan_needs():
    """A call of 30 min 10 min away and one 20 min away: 100 min, of which 40 at the wheel, in a day of 60 min, 30 of them at the wheel."""
    made = problem(
        [0, 10, 20],
        [weekly(name, n, miss_price=50_000) for n, name in ((1, "a"), (2, "b"))],
        [workday(start=at(9), end=at(10), max_stops=1, max_driving=1800)],
    )
    given = (LongerDay("ann", MONDAY, HOUR), MoreDriving("ann", MONDAY, HOUR), MoreStops("ann", MONDAY, 2))
    too_much = SingleDays("ann", (*given, LongerDay("ann", MONDAY, HOUR, morning=True)))
    plan = solve(SingleDays("ann", given).applied(made), iterations=300)
    needed = (LongerDay("ann", MONDAY, 40 * MINUTE), MoreDriving("ann", MONDAY, 600), MoreStops("ann", MONDAY, 1))
    remedy, then = tightened(made, too_much, plan)
    assert remedy.changes == needed
    assert check(remedy.applied(made), then).ok


def test_stops_that_are_not_in_the_way_are_not_asked_for():
    """As in test_overload: open from nine to ten only, fifteen of seventeen can begin in longer days; six stops a day are allowed."""
    hours = ((TimeWindow(at(9), at(10)),),) * 7
    found = found_in(*full_week([weekly(f"s{n:02}", hours=hours) for n in range(17)], max_stops=6))
    # a start at ten is over at half past: half an hour in the evening, and as much in the morning
    assert (of(found, LongerDays).remedy, of(found, LongerDays).short) == (LongerDays("ann", HOUR), 2)
    assert of(found, MoreStopsADay) is None


def test_longer_days_alone_leave_the_stops_as_they_are():
    made, _ = stopped(1)
    assert {day.max_stops for day in LongerDays("ann", HOUR).applied(made).workdays} == {4}
    assert {day.max_stops for day in LongerDays("ann", HOUR, 2).applied(made).workdays} == {6}
    free, _ = full_week([weekly("s")])
    assert {day.max_stops for day in MoreStopsADay("ann", 1).applied(free).workdays} == {None}
    assert MoreStopsADay("ann", 1).price(free) == 0


def test_changes_of_one_day_are_asked_for_at_once():
    asked = [
        LongerDay("ann", TUESDAY, 600),
        LongerDay("ann", MONDAY, 900, True),
        LongerDay("ann", TUESDAY, 300),
        MoreStops("ann", MONDAY, 1),
        MoreDriving("ann", MONDAY, 300),
        LongerDay("ann", MONDAY, 300),
    ]
    remedy = SingleDays("ann", joined(asked))
    assert remedy.changes == (
        LongerDay("ann", MONDAY, 300),
        LongerDay("ann", MONDAY, 900, True),
        MoreDriving("ann", MONDAY, 300),
        MoreStops("ann", MONDAY, 1),
        LongerDay("ann", TUESDAY, 900),
    )
    assert Words().what(remedy) == (
        "Single days: Monday 2 March 5 min longer and begun 15 min sooner and with 5 min more at the wheel and with 1 stop more, "
        "Tuesday 3 March 15 min longer"
    )


def test_of_many_days_those_are_named_on_which_most_is_asked():
    days = [MONDAY + timedelta(n) for n in range(12)]
    said = Words().what(SingleDays("ann", tuple(LongerDay("ann", day, 300 * (n + 1)) for n, day in enumerate(days))))
    assert "Monday 2 March" not in said
    assert "Tuesday 3 March" not in said
    assert said.startswith("Single days: Wednesday 4 March 15 min longer, ")
    # the first two: 5 and 10 min
    assert said.endswith("Friday 13 March 60 min longer, and 2 days more, 15 min in all")


def test_what_another_search_leaves_out_is_said():
    made, plan = full_week([weekly("s")])
    tried = Tried(SingleDays("ann", (LongerDay("ann", MONDAY, 300),)), 0, 1, 450, 0, plan, 2)
    assert Words().remedy(tried).endswith("; a plan with it keeps them all, another search left out 2 visits")
    assert Words().remedy(replace(tried, again=0)).endswith("driving and waiting)")


@pytest.mark.parametrize("seed", range(4))
def test_single_days_are_enough_and_then_longer_days_are(seed):
    """Whatever the company: the plan is right, keeps what is said, no day is longer by more than four hours, and where single days that
    end two hours later at most are enough, so are all days with two hours more at either end."""
    made = company(seed, 60, 14)
    made = replace(made, sites=tuple(replace(one, service=3 * one.service) for one in made.sites))
    plan = solve(made, seed=seed, iterations=300)
    for rep in overload(made, plan, iterations=300):
        own, _ = part(made, plan, [rep.rep])
        single, every = of(rep, SingleDays), of(rep, LongerDays)
        if single is None:
            continue
        changed = single.remedy.applied(own)
        assert check(changed, single.plan).ok
        assert counts_of(changed, single.plan).short == single.short
        longer = [
            (one.end - one.start) - (two.end - two.start)
            for one, two in zip(changed.workdays, own.workdays, strict=True)
        ]
        assert max(longer) <= 4 * HOUR
        assert single.price == sum(longer) * 3 // 2
        ends = [
            abs(one.end - two.end) + abs(one.start - two.start)
            for one, two in zip(changed.workdays, own.workdays, strict=True)
        ]
        if single.enough and max(ends) <= 2 * HOUR:
            assert every is not None
            assert every.enough


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(5, "5 min"), (60, "60 min"), (115, "115 min"), (120, "2 h"), (155, "2 h 35 min"), (180, "3 h")],
)
def test_what_is_asked_of_a_day_is_said_to_the_minute(minutes, said):
    remedy = SingleDays("ann", (LongerDay("ann", MONDAY, minutes * MINUTE, morning=False),))
    assert Words().what(remedy) == f"Single days: Monday 2 March {said} longer"
