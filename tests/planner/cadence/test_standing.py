"""The state of an account on a date, and the rule that decided it."""

from __future__ import annotations

from datetime import date

import pytest

from planner.cadence.credit import Account, history
from planner.cadence.policy import Cadence, Mode, Period, Season
from planner.cadence.standing import standing
from planner.calendar import DateRange

# visited 1 January 2025, I = 28, t = 5: window [24 January, 3 February], due on the 29th
ROLLING = Account(date(2025, 1, 1), (Cadence(interval_days=28),))


def at(account, today, planned=(), lead=0, visits=(date(2025, 1, 1),)):
    found = standing(account, history(account, visits, today), planned, lead)
    return found.state.value, found.rule.value


@pytest.mark.parametrize(
    ("today", "planned", "lead", "expected"),
    [
        (date(2025, 1, 10), [], 0, ("not_due", "window_ahead")),
        (date(2025, 1, 24), [], 0, ("due", "window_open")),
        (date(2025, 1, 24), [], 10, ("due", "window_open")),  # 10 days left, 10 needed
        (date(2025, 1, 25), [], 10, ("at_risk", "nothing_planned")),
        (date(2025, 1, 20), [], 20, ("at_risk", "nothing_planned")),  # before it has even opened
        (date(2025, 1, 25), [date(2025, 2, 3)], 10, ("due", "window_open")),
        (date(2025, 1, 25), [date(2025, 2, 4)], 10, ("at_risk", "planned_too_late")),
        (date(2025, 1, 10), [date(2025, 2, 4)], 0, ("at_risk", "planned_too_late")),
        (date(2025, 1, 20), [date(2025, 1, 23)], 20, ("at_risk", "nothing_planned")),  # it would not be credited
        (date(2025, 2, 3), [], 0, ("due", "window_open")),
        (date(2025, 2, 4), [date(2025, 2, 5)], 0, ("overdue", "window_unmet")),
        (date(2025, 2, 25), [], 0, ("overdue", "window_unmet")),  # the next window has opened: neglect goes on
    ],
)
def test_rolling(today, planned, lead, expected):
    assert at(ROLLING, today, planned, lead) == expected


def test_days_left_and_days_overdue():
    assert standing(ROLLING, history(ROLLING, [date(2025, 1, 1)], date(2025, 1, 30))).slack == 4
    overdue = standing(ROLLING, history(ROLLING, [date(2025, 1, 1)], date(2025, 2, 25)))
    assert (overdue.due, overdue.closes, overdue.slack) == (date(2025, 1, 29), date(2025, 2, 3), -22)


def test_what_stops_the_clock():
    pause = DateRange(date(2025, 2, 1), date(2025, 2, 20))
    paused = Account(ROLLING.active_from, ROLLING.cadences, (pause,))
    assert at(paused, date(2025, 2, 10)) == ("paused", "pause")
    # 2 running days after the due date of 29 January, 3 more from 21 February: on time until the 23rd
    assert at(paused, date(2025, 2, 23)) == ("due", "window_open")
    assert at(paused, date(2025, 2, 24)) == ("overdue", "window_unmet")
    winter = Account(ROLLING.active_from, (Cadence(interval_days=28, seasons=(Season(frozenset({2}), None),)),))
    assert at(winter, date(2025, 2, 10)) == ("paused", "closed_season")
    assert at(ROLLING, date(2024, 12, 31), visits=()) == ("paused", "not_active")
    ended = Account(ROLLING.active_from, (Cadence(interval_days=28, valid_to=date(2025, 1, 20)),))
    assert at(ended, date(2025, 1, 10)) == ("not_due", "never_due")
    assert at(ended, date(2025, 1, 21)) == ("paused", "not_in_force")


# 2 in April 2025 (30 days): I = 15, t = 3, gap 12; the first on the 18th at the latest
QUOTA = Account(date(2025, 4, 1), (Cadence(mode=Mode.QUOTA, visits=2, period=Period.MONTH),))


@pytest.mark.parametrize(
    ("today", "visits", "planned", "lead", "expected"),
    [
        (date(2025, 4, 10), [], [], 0, ("due", "quota_open")),
        (date(2025, 4, 10), [], [], 9, ("at_risk", "nothing_planned")),  # 8 days left
        (date(2025, 4, 10), [], [date(2025, 4, 12), date(2025, 4, 24)], 9, ("due", "quota_open")),
        (date(2025, 4, 10), [], [date(2025, 4, 12), date(2025, 4, 20)], 9, ("at_risk", "nothing_planned")),  # too close
        (date(2025, 4, 10), [], [date(2025, 4, 12), date(2025, 5, 2)], 0, ("at_risk", "planned_too_late")),
        (date(2025, 4, 18), [], [], 0, ("due", "quota_open")),
        (date(2025, 4, 19), [], [], 0, ("overdue", "quota_out_of_reach")),
        (date(2025, 4, 10), [date(2025, 4, 5)], [], 0, ("not_due", "gap")),  # creditable again from the 17th
        (date(2025, 4, 17), [date(2025, 4, 5)], [], 0, ("due", "quota_open")),
        (date(2025, 4, 20), [date(2025, 4, 5), date(2025, 4, 17)], [], 9, ("not_due", "quota_met")),
    ],
)
def test_quota(today, visits, planned, lead, expected):
    assert at(QUOTA, today, planned, lead, visits) == expected
