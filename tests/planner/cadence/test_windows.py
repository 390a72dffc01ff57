"""What became of a window or a period, one by one."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from planner.cadence.policy import Cadence, Mode, Period
from planner.cadence.windows import Outcome, Target

OPENS, DUE, CLOSES = date(2025, 1, 24), date(2025, 1, 29), date(2025, 2, 3)


def rolling(*credited):
    return Target(Cadence(interval_days=28), OPENS, DUE, CLOSES, credited=credited)


def test_the_last_day_is_on_time_and_the_next_one_is_late():
    assert [rolling(day).on_time for day in (OPENS, DUE, CLOSES, date(2025, 2, 4))] == [1, 1, 1, 0]
    outcomes = [rolling(day).outcome(date(2025, 3, 1)) for day in (OPENS, CLOSES, date(2025, 2, 4))]
    assert outcomes == [Outcome.MET, Outcome.MET, Outcome.LATE]


def test_a_window_is_missed_the_day_after_its_last():
    assert [rolling().outcome(day) for day in (CLOSES, date(2025, 2, 4))] == [Outcome.OPEN, Outcome.MISSED]


def test_a_period_that_asks_for_less_than_half_a_visit_is_met_by_none():
    # 1 a month, 10 of 30 days: 1/3, whole 0
    cadence = Cadence(mode=Mode.QUOTA, visits=1, period=Period.MONTH)
    target = Target(cadence, date(2025, 4, 1), date(2025, 4, 30), date(2025, 4, 30), asked=Fraction(1, 3))
    assert (target.whole, target.attained, target.outcome(date(2025, 5, 1))) == (0, 0, Outcome.MET)
