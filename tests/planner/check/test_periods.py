"""Periods of quotas and blocks of patterns, by the calendar of 2026 (1 January is a Thursday, 2 March a Monday)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from planner.cadence.policy import Cadence, Mode, Period, Season
from planner.calendar import DateRange
from planner.check.periods import Quota, _working_days
from tests.planner.small import MONDAY, site

ANY = DateRange(MONDAY, MONDAY)


def day(number: int) -> date:
    return MONDAY + timedelta(days=number)


LONG_AGO = day(-900)


def quota(
    visits: int = 1, period: Period = Period.WEEK, horizon: DateRange = ANY, active_from: date = LONG_AGO, **more
) -> Quota:
    pauses = more.pop("pauses", ())
    cadence = Cadence(Mode.QUOTA, visits=visits, period=period, **more)
    return Quota(site("a", 0, cadence=cadence, active_from=active_from, pauses=pauses), horizon)


def pattern(visits: int, block: int, anchor: date = MONDAY, horizon: DateRange = ANY, **more: object) -> Quota:
    cadence = Cadence(Mode.PATTERN, visits=visits, block_workdays=block, anchor=anchor, **more)
    return Quota(site("a", 0, cadence=cadence, active_from=day(-900)), horizon)


@pytest.mark.parametrize(
    ("period", "on", "first", "last"),
    [
        (Period.MONTH, date(2026, 3, 1), date(2026, 3, 1), date(2026, 3, 31)),
        (Period.MONTH, date(2026, 2, 28), date(2026, 2, 1), date(2026, 2, 28)),
        (Period.MONTH, date(2026, 12, 31), date(2026, 12, 1), date(2026, 12, 31)),
        (Period.MONTH, date(2026, 1, 15), date(2026, 1, 1), date(2026, 1, 31)),
        (Period.QUARTER, date(2026, 3, 31), date(2026, 1, 1), date(2026, 3, 31)),
        (Period.QUARTER, date(2026, 4, 1), date(2026, 4, 1), date(2026, 6, 30)),
        (Period.QUARTER, date(2026, 9, 30), date(2026, 7, 1), date(2026, 9, 30)),
        (Period.QUARTER, date(2026, 11, 5), date(2026, 10, 1), date(2026, 12, 31)),
        (Period.YEAR, date(2026, 7, 1), date(2026, 1, 1), date(2026, 12, 31)),
        (Period.YEAR, date(2024, 12, 31), date(2024, 1, 1), date(2024, 12, 31)),
    ],
)
def test_calendar_periods(period, on, first, last):
    assert quota(period=period).period(on) == DateRange(first, last)


@pytest.mark.parametrize("starts", range(7))
def test_weeks_begin_on_their_day(starts):
    weeks = quota(week_starts_on=starts)
    assert weeks.period(day(starts)) == DateRange(day(starts), day(starts + 6))
    assert weeks.period(day(starts - 1)) == DateRange(day(starts - 7), day(starts - 1))


def test_the_periods_of_a_horizon():
    horizon = DateRange(day(5), day(14))  # Saturday to the Monday after next
    weeks = [period.first for period in quota(horizon=horizon).in_horizon()]
    assert weeks == [day(0), day(7), day(14)]


@pytest.mark.parametrize(
    ("start", "end", "count"),
    [
        (0, 0, 0),
        (0, 1, 1),
        (0, 5, 5),
        (0, 6, 5),
        (0, 7, 5),
        (0, 8, 6),
        (4, 7, 1),
        (5, 7, 0),
        (1, 15, 10),
        (7, 0, -5),
        (1, 0, -1),
        (7, 4, -1),
        (14, -1, -10),
    ],
)
def test_working_days_between(start, end, count):
    assert _working_days(day(start), day(end)) == count


@pytest.mark.parametrize(
    ("on", "first", "last"),
    # blocks of 3 from Monday: Mo-We, Th-Mo, Tu-Th, Fr-Tu; weekends belong to the Friday before
    [
        (0, 0, 2),
        (2, 0, 2),
        (3, 3, 7),
        (5, 3, 7),
        (7, 3, 7),
        (8, 8, 10),
        (11, 11, 15),
        (-1, -5, -1),
        (-3, -5, -1),
        (-6, -10, -6),
    ],
)
def test_blocks_of_working_days(on, first, last):
    assert pattern(1, 3).period(day(on)) == DateRange(day(first), day(last))


def test_a_block_that_is_anchored_at_a_weekend_begins_on_the_monday_after_it():
    for anchor in (day(5), day(6), day(7)):
        assert pattern(1, 5, anchor).period(day(9)) == DateRange(day(7), day(13))
    # and its last day may be a Friday, whose weekend goes with it
    assert pattern(1, 2, day(3)).period(day(4)) == DateRange(day(3), day(6))


@pytest.mark.parametrize(
    ("visits", "still", "asked"),
    # of seven days: visits * active / 7, rounded half up
    [(1, 3, 1), (1, 4, 0), (2, 0, 2), (2, 1, 2), (2, 2, 1), (3, 2, 2), (3, 5, 1), (3, 6, 0), (7, 1, 6)],
)
def test_a_period_cut_by_a_pause(visits, still, asked):
    cut = quota(visits, pauses=(DateRange(day(0), day(still - 1)),) if still else ())
    assert cut.target(cut.period(day(0))) == asked


def test_half_a_visit_is_one():
    # June: 15 of 30 days before the 16th
    half = quota(1, Period.MONTH, active_from=date(2026, 6, 16))
    assert half.target(half.period(date(2026, 6, 1))) == 1
    less = quota(1, Period.MONTH, active_from=date(2026, 6, 17))
    assert less.target(less.period(date(2026, 6, 1))) == 0


def test_a_block_counts_its_working_days():
    # one of five working days is before the account is active; the weekend counts for nothing
    week = pattern(5, 5)
    for start, asked in ((0, 5), (1, 4), (4, 1), (5, 0)):
        week.active_from = day(start)
        assert week.target(week.period(day(0))) == asked


def test_it_stands_still_before_the_account_is_active_and_out_of_season():
    closed = quota(seasons=(Season(frozenset({4}), None),), active_from=day(3))
    assert [closed.runs(day(n)) for n in (2, 3, 29, 30)] == [False, True, True, False]


@pytest.mark.parametrize(
    ("visits", "more", "gap"),
    [
        (1, {}, 6),  # 7 - 1
        (2, {}, 3),  # 3 - 0
        (3, {}, 2),
        (7, {}, 1),
        (9, {}, 1),  # never less than a day
        (1, {"tolerance_days": 3}, 4),
        (1, {"tolerance_days": 0}, 7),
        (1, {"tolerance_days": 3, "min_gap_days": 5}, 5),
        (2, {"min_gap_days": 3}, 3),
    ],
)
def test_the_gap_of_a_quota(visits, more, gap):
    weekly = quota(visits, **more)
    assert weekly.gap(weekly.period(day(0))) == gap


def test_the_gap_of_a_quarter_and_of_a_pattern():
    quarter = quota(3, Period.QUARTER)
    assert quarter.gap(quarter.period(date(2026, 5, 1))) == 24  # 91 // 3 = 30, less 6
    assert pattern(1, 20, min_gap_days=4).gap(ANY) == 4
    assert pattern(1, 20).gap(ANY) == 1


TWICE = pattern(2, 5, combinations=((0, 3), (1, 4)))
WEEK = DateRange(day(0), day(6))


def test_days_of_the_combinations_that_go_with_what_is_settled():
    monday, tuesday, wednesday, thursday, friday = map(day, range(5))
    both = [[monday, thursday], [tuesday, friday]]
    assert TWICE.combination_days(WEEK, []) == both
    assert TWICE.combination_days(WEEK, [monday]) == both[:1]
    assert TWICE.combination_days(WEEK, [friday]) == both[1:]
    assert TWICE.combination_days(WEEK, [wednesday]) == both
    assert TWICE.combination_days(WEEK, [monday, friday]) == both
    assert TWICE.combination_days(WEEK, [monday, friday, tuesday]) == both[1:]
    assert pattern(1, 5).combination_days(WEEK, []) == []


def test_the_days_of_a_block_are_numbered_without_weekends():
    long = pattern(1, 6, combinations=((5,),))
    assert long.combination_days(long.period(day(0)), []) == [[day(7)]]
    starts_on_thursday = pattern(2, 4, anchor=day(3), combinations=((1, 2),))
    assert starts_on_thursday.combination_days(starts_on_thursday.period(day(3)), []) == [[day(4), day(7)]]


def test_what_is_asked_for():
    assert [TWICE.asks(day(n), []) for n in range(6)] == [True, True, False, True, True, False]
    assert [TWICE.asks(day(n), [day(0)]) for n in range(6)] == [True, False, False, True, False, False]
    weekly = quota(pauses=(DateRange(day(2), day(3)),))
    assert [weekly.asks(day(n), []) for n in range(6)] == [True, True, False, False, True, True]


def test_a_cadence_with_an_end_asks_for_nothing_after_it():
    ended = replace(quota().cadence, valid_to=day(2))
    weekly = Quota(site("a", 0, cadence=ended, active_from=day(-9)), ANY)
    assert [weekly.runs(day(n)) for n in (2, 3)] == [True, False]
    assert weekly.target(weekly.period(day(0))) == 0  # 3 / 7
