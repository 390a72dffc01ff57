"""How long a period is for a rep: in weeks of working time, worked out by hand."""

from __future__ import annotations

from datetime import timedelta

import pytest

from planner.calendar import DateRange
from planner.estimate import estimate, weeks
from planner.problem import Workday
from tests.planner.overload.week import weekly
from tests.planner.small import HOUR, MONDAY, at, problem, workday


def period(worked: list[int], dates: int, first: int = 0, **hours: int) -> float:
    """Weeks of ann's workdays on these numbers of days after Monday 2 March; the period begins `first` days after it."""
    days = [workday(MONDAY + timedelta(n), **hours) for n in worked]
    return _weeks(days, dates, first)


def _weeks(days: list[Workday], dates: int, first: int = 0) -> float:
    begin = MONDAY + timedelta(first)
    horizon = DateRange(begin, begin + timedelta(dates - 1))
    return weeks(problem([0], [], days, horizon=horizon), "ann")


WEEK = [0, 1, 2, 3, 4]
TWO = [*WEEK, 7, 8, 9, 10, 11]


def test_from_monday_to_friday_of_next_week_are_two_weeks():
    assert period(TWO, 12) == 2


def test_days_off_at_the_end_make_no_difference():
    assert period(WEEK, 5) == period(WEEK, 6) == period(WEEK, 7) == period(WEEK, 9) == 1


def test_a_day_off_is_a_fifth_of_a_week_less():
    assert period([n for n in TWO if n != 10], 12) == pytest.approx(9 / 5)


def test_who_works_three_days_a_week_has_weeks_of_three():
    assert period([0, 1, 2, 7, 8, 9], 14) == 2


def test_of_a_part_of_a_week_the_other_days_are_taken_to_be_like_it():
    # Wednesday to Friday: three of five
    assert period([2, 3, 4], 3, first=2) == pytest.approx(3 / 5)


def test_a_short_day_counts_as_what_it_is():
    # 40 h a week and, of the second week, Monday from 8:00 to 12:00 only: 36 of 40
    days = [workday(MONDAY + timedelta(n), end=at(12) if n == 7 else at(16)) for n in TWO]
    assert _weeks(days, 12) == pytest.approx(1.9)


def test_who_does_not_work_has_weeks_of_the_calendar():
    assert period([], 14) == 2


def test_what_a_week_asks_for_and_has():
    # Every 7 days from 25 February on: due on 4 and 11 March, two visits in two weeks.  Nine hours on five days a week.
    days = [workday(MONDAY + timedelta(n)) for n in TWO]
    need = estimate(problem([0, 10], [weekly("a", place=1)], days), "ann")
    assert (need.visits, need.available) == (1, 45 * HOUR)
