"""The state of an account on a date, and the rule that decided it."""

from __future__ import annotations

from datetime import date

import pytest

from planner.cadence.credit import Account, history
from planner.cadence.policy import Cadence, Mode, Period, Season
from planner.cadence.standing import Rule, Standing, State, standing
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
        (date(2025, 1, 25), [date(2025, 2, 4), date(2025, 2, 1)], 10, ("due", "window_open")),  # the sooner one counts
        (date(2025, 1, 10), [date(2025, 2, 4)], 0, ("at_risk", "planned_too_late")),
        (date(2025, 1, 20), [date(2025, 1, 23)], 20, ("at_risk", "nothing_planned")),  # it would not be credited
        (date(2025, 1, 20), [date(2025, 1, 24)], 20, ("not_due", "window_ahead")),  # this one would
        (date(2025, 1, 30), [date(2025, 1, 29)], 10, ("at_risk", "nothing_planned")),  # yesterday: nobody came
        (date(2025, 1, 30), [date(2025, 1, 30)], 10, ("due", "window_open")),
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
        (
            date(2025, 4, 10),
            [date(2025, 4, 5)],
            [date(2025, 4, 12)],
            25,
            ("at_risk", "nothing_planned"),
        ),  # inside the gap
        (date(2025, 4, 10), [date(2025, 4, 5)], [date(2025, 4, 17)], 25, ("not_due", "gap")),
        (date(2025, 4, 20), [date(2025, 4, 5)], [date(2025, 4, 30)], 25, ("due", "quota_open")),  # on the last day
        (date(2025, 4, 10), [], [date(2025, 4, 30)], 0, ("due", "quota_open")),  # one of two, and not too late
    ],
)
def test_quota(today, visits, planned, lead, expected):
    assert at(QUOTA, today, planned, lead, visits) == expected


def test_rolling_in_full():
    due, closes, past = date(2025, 1, 29), date(2025, 2, 3), [date(2025, 1, 1)]

    def full(today, planned=(), lead=0):
        return standing(ROLLING, history(ROLLING, past, today), planned, lead)

    # a visit is missing from the day on which the window opens, or where one is at risk
    assert full(date(2025, 1, 10)) == Standing(State.NOT_DUE, Rule.WINDOW_AHEAD, due, closes, 0, 24)
    assert full(date(2025, 1, 24)) == Standing(State.DUE, Rule.WINDOW_OPEN, due, closes, 1, 10)
    late = [date(2025, 2, 4)]
    assert full(date(2025, 1, 24), late) == Standing(State.AT_RISK, Rule.PLANNED_TOO_LATE, due, closes, 1, 10)
    assert full(date(2025, 1, 24), lead=11) == Standing(State.AT_RISK, Rule.NOTHING_PLANNED, due, closes, 1, 10)
    assert full(date(2025, 2, 5)) == Standing(State.OVERDUE, Rule.WINDOW_UNMET, due, closes, 1, -2)


def test_without_a_lead_time_nothing_is_at_risk_before_it_is_late():
    last = history(ROLLING, [date(2025, 1, 1)], date(2025, 2, 3))
    assert standing(ROLLING, last) == Standing(
        State.DUE, Rule.WINDOW_OPEN, date(2025, 1, 29), date(2025, 2, 3), 1, slack=0
    )
    assert standing(Account(date(2025, 1, 1), ()), last) == Standing(State.NONE, Rule.NO_CADENCE, missing=0)


def test_overdue_is_over_with_a_visit():
    # overdue from 4 to 9 February, visited on the 10th: due on 10 March
    assert at(ROLLING, date(2025, 2, 12), visits=[date(2025, 1, 1), date(2025, 2, 10)]) == ("not_due", "window_ahead")


def test_the_first_day_of_an_account_is_a_day_like_any_other():
    assert at(ROLLING, date(2025, 1, 1), visits=()) == ("due", "window_open")
    assert at(Account(date(2025, 1, 1), ()), date(2025, 1, 1)) == ("none", "no_cadence")


def test_quota_in_full():
    april, closes = date(2025, 4, 10), date(2025, 4, 30)

    def full(account, today, *visits):
        return standing(account, history(account, visits, today))

    assert full(QUOTA, april) == Standing(State.DUE, Rule.QUOTA_OPEN, closes, closes, 2, 8)
    assert full(QUOTA, april, date(2025, 4, 5)) == Standing(State.NOT_DUE, Rule.GAP, closes, closes, 1, 20)
    # of May (31 days: the first of two on the 19th at the latest), whatever became of April
    may = date(2025, 5, 31)
    assert full(QUOTA, date(2025, 5, 10)) == Standing(State.DUE, Rule.QUOTA_OPEN, may, may, 2, 9)
    # two visits 31 days apart do not fit into April at all: since the day before its first
    apart = Account(date(2025, 4, 1), (Cadence(mode=Mode.QUOTA, visits=2, period=Period.MONTH, min_gap_days=31),))
    assert full(apart, april) == Standing(State.OVERDUE, Rule.QUOTA_OUT_OF_REACH, closes, closes, 2, -10)


def test_of_two_quotas_in_a_month_the_one_in_force_decides():
    first = Cadence(mode=Mode.QUOTA, visits=2, period=Period.MONTH, valid_to=date(2025, 4, 15))
    second = Cadence(mode=Mode.QUOTA, visits=4, period=Period.MONTH, valid_from=date(2025, 4, 16))
    account = Account(date(2025, 4, 1), (first, second))
    visits = [date(2025, 4, 5)]
    # 2 * 15/30 = 1, made; 4 * 15/30 = 2, none made
    assert standing(account, history(account, visits, date(2025, 4, 12))).missing == 0
    assert standing(account, history(account, visits, date(2025, 4, 20))).missing == 2


def test_a_window_that_was_met_does_not_count_for_a_cadence_that_ends_before_the_next():
    # [24 January, 3 February] met on the 29th; the next would be due on 26 February, after the end
    ended = Account(date(2025, 1, 1), (Cadence(interval_days=28, valid_to=date(2025, 2, 15)),))
    visits = [date(2025, 1, 1), date(2025, 1, 29)]
    assert at(ended, date(2025, 2, 1), visits=visits) == ("not_due", "never_due")


def test_overdue_names_the_window_and_not_a_quota_that_ended_on_the_same_day():
    # a quota until 10 February, visited on that day; I = 15, t = 3 from the 11th: due on the 25th, closes on the 28th
    quota = Cadence(mode=Mode.QUOTA, visits=1, period=Period.MONTH, valid_to=date(2025, 2, 10))
    rolling = Cadence(interval_days=15, valid_from=date(2025, 2, 11))
    account = Account(date(2025, 2, 1), (quota, rolling))
    found = standing(account, history(account, [date(2025, 2, 10)], date(2025, 3, 2)))
    assert (found.rule, found.due, found.closes) == (Rule.WINDOW_UNMET, date(2025, 2, 25), date(2025, 2, 28))
