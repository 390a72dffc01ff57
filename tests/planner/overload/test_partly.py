"""Remedies that keep some of what is left out, and which of all costs least for each visit that it keeps: worked out by hand."""

from __future__ import annotations

from dataclasses import replace

from planner.calendar import DateRange, TimeWindow
from planner.overload import HandOver, LongerDays, SingleDays, Stretch, Words, overload
from planner.overload.search import Tried, worth_naming
from planner.plan import Objective, Plan
from planner.solve import solve
from tests.planner.overload.week import SUNDAY, full_week, weekly
from tests.planner.small import HOUR, MINUTE, MONDAY, at, problem, week

NO_PLAN = Plan((), (), Objective())


def tried(cost: int, kept: int, of: int = 10, seconds: int = 900) -> Tried:
    return Tried(LongerDays("ann", seconds), of - kept, kept, cost, 0, NO_PLAN, before=of)


def of(found, kind):
    return [one for one in found.remedies if isinstance(one.remedy, kind)]


def test_one_that_does_not_pay_leaves_longer_days_as_a_remedy():
    """Eleven half hours at home into ten, and one ten minutes away that is worth a quarter of an hour: 50 min, for which
    longer days have room, at 20 min of driving.  So however long they are they leave it out, as it does not pay; half an hour is the
    least that keeps the other one."""
    rows = [weekly(f"s{n:02}") for n in range(11)] + [weekly("far", 1, miss_price=15 * MINUTE)]
    made = problem([0, 10], rows, week(start=at(9), end=at(10)), horizon=DateRange(MONDAY, SUNDAY))
    (found,) = overload(made, solve(made, iterations=300), iterations=300)
    assert (found.short, found.hours) == (2, None)
    (longer,) = of(found, LongerDays)
    assert longer.remedy == LongerDays("ann", 30 * MINUTE)
    assert (longer.short, longer.lost, longer.left, longer.keeps, longer.enough) == (0, 1, 1, 1, False)
    assert (
        Words().remedy(longer).endswith("; keeps 1 of 2, 1 visit would then be left out for another reason than time")
    )


def test_where_four_hours_are_not_enough_the_least_that_keeps_as_many_is_said():
    """Calls begin from nine to ten: ten fit into days of an hour, fifteen with half an hour after that (an hour a day, half of it in the
    morning), and no more however long the days are."""
    hours = ((TimeWindow(at(9), at(10)),),) * 7
    made, plan = full_week([weekly(f"s{n:02}", hours=hours) for n in range(17)])
    (found,) = overload(made, plan, iterations=300)
    (longer,) = of(found, LongerDays)
    assert (longer.remedy, longer.before, longer.keeps, longer.left) == (LongerDays("ann", HOUR), 7, 5, 2)
    # half an hour on each of five days, at the same 150 %: 45 min a visit instead of 90
    (single,) = of(found, SingleDays)
    assert (single.keeps, single.cost, longer.cost) == (5, 225 * MINUTE, 450 * MINUTE)
    assert found.best_value is single
    assert "[costs least for each visit kept]" in "\n".join(Words().lines(found))


def test_less_of_the_same_is_named_where_it_costs_less_for_each_visit():
    all_of_them, most, few = tried(900, 10), tried(100, 9), tried(95, 1)
    assert list(worth_naming([all_of_them, few, most])) == [all_of_them, most]
    # 95 for one, 90 for each of all
    assert list(worth_naming([all_of_them, few])) == [all_of_them]
    assert list(worth_naming([tried(900, 0)])) == []


def test_a_remedy_at_a_ninth_of_the_price_that_keeps_all_but_one_is_not_hidden():
    made, plan = full_week([weekly("s")])
    (found,) = overload(made, plan, iterations=100)
    dear, cheap = tried(900, 10), tried(100, 9)
    assert replace(found, remedies=(dear, cheap)).best_value is cheap
    assert replace(found, remedies=(dear, tried(100, 1))).best_value is dear
    assert found.best_value is None


def test_goals_lost_for_other_reasons_are_not_kept():
    one = replace(tried(100, 10), lost=2)
    assert (one.left, one.keeps, one.enough) == (2, 8, False)
    assert Words().remedy(one).endswith("; keeps 8 of 10, 2 visits would then be left out for another reason than time")
    # what only falls due after the period is not kept, unless that is what a longer interval is for
    assert replace(tried(100, 10), gained=3).keeps == 3
    assert replace(tried(100, 10), gained=3, remedy=Stretch("ann", "A", frozenset(), 150)).keeps == 10
    assert replace(tried(100, 10), gained=3, remedy=HandOver("ann", "ben", ())).keeps == 3


def test_a_stretch_that_asks_for_nothing_any_more_says_so():
    """Every 11 days after 25 February is Sunday the 8th, in time until the 11th: the week asks for none of the twelve."""
    made, plan = full_week([weekly(f"s{n:02}") for n in range(12)])
    (found,) = overload(made, plan, iterations=300)
    (stretch,) = of(found, Stretch)
    assert (stretch.remedy.percent, stretch.idle) == (150, 12)
    assert (
        Words()
        .remedy(stretch)
        .startswith(
            "Intervals of accounts “every 7 days, worth 90 min” at 150 %, which then asks for nothing in this period at 12 accounts: costs"
        )
    )
    assert ", which then" not in Words().remedy(replace(stretch, idle=0))
