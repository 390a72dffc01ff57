"""Periods, blocks, what they ask for, and what fits into them: worked out by hand."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest

from planner.cadence import periods
from planner.cadence.clock import Clock
from planner.cadence.policy import Cadence, Mode, Period
from planner.calendar import DateRange

MONDAY = date(2025, 1, 6)


def day(number: int) -> date:
    """Of January 2025, of which the 6th is a Monday; the 32nd is 1 February."""
    return date(2024, 12, 31) + timedelta(days=number)


def span(first: int, last: int) -> DateRange:
    return DateRange(day(first), day(last))


def pattern(block: int, visits: int = 1, anchor: date = MONDAY, **more) -> Cadence:
    return Cadence(mode=Mode.PATTERN, visits=visits, block_workdays=block, anchor=anchor, **more)


def quota(visits: int, period: Period = Period.MONTH, **more) -> Cadence:
    return Cadence(mode=Mode.QUOTA, visits=visits, period=period, **more)


@pytest.mark.parametrize(
    ("cadence", "of", "first", "last"),
    [
        (quota(1, Period.WEEK), day(6), day(6), day(12)),
        (quota(1, Period.WEEK), day(12), day(6), day(12)),
        (quota(1, Period.WEEK, week_starts_on=2), day(7), day(1), day(7)),
        (quota(1, Period.MONTH), day(31), day(1), day(31)),
        (quota(1, Period.MONTH), date(2024, 2, 29), date(2024, 2, 1), date(2024, 2, 29)),
        (quota(1, Period.QUARTER), date(2025, 6, 30), date(2025, 4, 1), date(2025, 6, 30)),
        (quota(1, Period.QUARTER), date(2025, 10, 1), date(2025, 10, 1), date(2025, 12, 31)),
        (quota(1, Period.YEAR), date(2025, 12, 31), date(2025, 1, 1), date(2025, 12, 31)),
        (pattern(5), day(6), day(6), day(12)),
        (pattern(5), day(12), day(6), day(12)),
        (pattern(5), day(5), date(2024, 12, 30), day(5)),  # blocks go on before the anchor
        (pattern(3), day(8), day(6), day(8)),
        (pattern(3), day(9), day(9), day(13)),  # Thursday, Friday, and Monday over the weekend
        (pattern(5, anchor=day(4)), day(6), day(6), day(12)),  # anchored on a Saturday: from the Monday after it
        (pattern(5, anchor=day(4)), day(5), date(2024, 12, 30), day(5)),
        (pattern(5, anchor=day(3)), day(5), day(3), day(9)),  # on a Friday: from that on, the weekend is inside
    ],
)
def test_the_period_of_a_day(cadence, of, first, last):
    assert periods.period_of(cadence, of) == DateRange(first, last)


def test_the_periods_that_meet_some_days():
    # blocks of one working day; that of a Friday has the weekend. The next one begins on the last day that is asked about
    found = list(periods.periods(pattern(1), span(8, 13)))
    assert found == [span(8, 8), span(9, 9), span(10, 12), span(13, 13)]
    assert list(periods.periods(quota(1, Period.WEEK), span(6, 12))) == [span(6, 12)]


def test_what_a_period_asks_for():
    def asked(cadence, *pauses, active=MONDAY - timedelta(days=5)):
        return periods.target(cadence, Clock(cadence, pauses, day(1)), periods.period_of(cadence, day(6)), active)

    # 5 working days, of which Monday is paused; a weekend does not count, and calendar days for a quota
    assert asked(pattern(5, 2), span(6, 6)) == Fraction(8, 5)
    assert asked(pattern(5, 2), span(10, 10)) == Fraction(8, 5)
    assert asked(pattern(5, 2), span(11, 12)) == 2
    assert asked(quota(2, Period.WEEK), span(11, 12)) == Fraction(10, 7)
    # active from Wednesday on
    assert asked(pattern(5, 2), active=day(8)) == Fraction(6, 5)


def test_periods_missed_in_a_row():
    # one a month, seen in April 2025
    cadence, april = quota(1), date(2025, 4, 10)

    def missed(*credited, active=date(2024, 11, 20), pauses=(), cadence=cadence, first=april):
        return periods.missed_in_a_row(cadence, Clock(cadence, pauses, active), active, credited, first)

    assert missed(date(2025, 1, 31)) == 2  # February and March
    assert missed(date(2025, 3, 1)) == 0
    assert missed(date(2025, 3, 31)) == 0
    assert missed(date(2024, 12, 5), date(2025, 4, 1)) == -1
    assert missed() == 4  # of November 11 of 30 days are left, 0.37 visits: nothing
    assert missed(active=date(2025, 4, 1)) == 0
    assert missed(active=date(2025, 3, 31)) == 0  # 1/31: nothing
    assert missed(active=date(2025, 3, 1)) == 1
    assert missed(date(2025, 1, 31), pauses=(DateRange(date(2025, 2, 1), date(2025, 2, 28)),)) == 1
    # half a visit is one: 16 of 30 days in November
    assert missed(active=date(2024, 11, 15)) == 5
    assert missed(cadence=quota(3), active=date(2024, 11, 26)) == 5  # 3 * 5/30
    # two visits in the period of the newest one
    assert missed(date(2025, 1, 3), date(2025, 1, 31)) == 2


def test_combinations_as_dates():
    # blocks of two weeks; working days 0 and 5 are the two Mondays, 1 and 6 the Tuesdays
    cadence = pattern(10, 2, combinations=((0, 5), (1, 6)))
    block = span(6, 19)
    mondays, tuesdays = frozenset({day(6), day(13)}), frozenset({day(7), day(14)})
    assert periods.combinations(cadence, block, ()) == [mondays, tuesdays]
    assert periods.combinations(cadence, block, {day(14)}) == [tuesdays]
    assert periods.combinations(cadence, block, {day(13), day(14)}) == [mondays, tuesdays]
    assert [d.day for d in block if periods.combined(cadence, block, {day(14)})(d)] == [7, 14]
    assert periods.combinations(pattern(10, 2), block, ()) == []
    assert all(periods.combined(pattern(10, 2), block, ())(d) for d in block)


@pytest.mark.parametrize(
    ("cadence", "days", "least"),
    [
        (pattern(10, 1), 14, 1),
        (pattern(10, 1, min_gap_days=4), 14, 4),
        (quota(2), 31, 12),  # I = 15, t = 3
        (quota(2), 28, 12),  # I = 14, t = 2
        (quota(2, tolerance_days=0), 31, 15),
        (quota(2, min_gap_days=14), 31, 14),
        (quota(7, Period.WEEK), 7, 1),  # every day
        (quota(9, Period.WEEK), 7, 1),  # more than there are days
        (quota(1, Period.WEEK), 7, 6),  # I = 7, t = 1
    ],
)
def test_the_gap(cadence, days, least):
    assert periods.gap(cadence, span(1, days)) == least


def test_the_room_that_is_left():
    # 2 in 10 days: I = 5, t = 1, gap 4. One fits from the 10th back, two from the 6th, three from the 2nd (2, 6, 10); days
    # that are paused, or before the account begins, have what is left after them
    cadence = quota(2)
    clock = Clock(cadence, (span(6, 6),), day(1))
    found = periods.rooms(cadence, clock, span(1, 10), day(2))
    assert [found[day(n)] for n in range(1, 11)] == [2, 2, 2, 2, 2, 1, 1, 1, 1, 1]
    found = periods.rooms(cadence, Clock(cadence, (), day(1)), span(1, 10), day(3))
    assert [found[day(n)] for n in range(1, 11)] == [2, 2, 2, 2, 2, 2, 1, 1, 1, 1]
    found = periods.rooms(cadence, Clock(cadence, (), day(1)), span(1, 10), day(2))
    assert [found[day(n)] for n in range(1, 11)] == [3, 3, 2, 2, 2, 2, 1, 1, 1, 1]
    found = periods.rooms(cadence, Clock(cadence, (span(9, 10),), day(1)), span(1, 10), day(2))
    assert [found[day(n)] for n in range(1, 11)] == [2, 2, 2, 2, 1, 1, 1, 1, 0, 0]
