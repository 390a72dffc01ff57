"""Figures, pooled and prorated; and what adding a visit does to them."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest

from planner.cadence.compliance import Figures, Ratio, figures, overdue_days, pooled
from planner.cadence.credit import Account, history
from planner.cadence.policy import Cadence, Mode, Period
from planner.calendar import DateRange
from tests.planner.cadence.strategies import START, random_account, random_cadence, random_visits

FIRST = date(2025, 1, 1)
MONTHLY = Account(FIRST, (Cadence(interval_days=28),))
YEAR = DateRange(date(2025, 1, 1), date(2025, 12, 31))


def of(account, visits, today, period=YEAR) -> Figures:
    return figures(account, history(account, visits, today), period)


def test_a_worked_example():
    # Visited 1 Jan (first window, on time), 10 Feb (window to 3 Feb: late), 20 Feb (too early); due 10 Mar, missed on the 15th.
    # Seen on 1 April, when the window due 7 April is open.
    found = of(MONTHLY, [date(2025, 1, 1), date(2025, 2, 10), date(2025, 2, 20)], date(2025, 4, 1))
    assert found.attainment == Ratio(Fraction(2), Fraction(3))
    assert found.on_time == Ratio(Fraction(1), Fraction(3))
    assert found.coverage.value == 1
    assert found.over_call == Ratio(Fraction(1), Fraction(3))
    # 90 days from 1 January to 31 March; overdue 4 to 9 February (6) and 16 to 31 March (16)
    assert found.in_compliance == Ratio(Fraction(68), Fraction(90))


def test_a_window_counts_once_its_last_day_is_past():
    # due 29 January, closes 3 February: in February's figures, from the 4th on
    february = DateRange(date(2025, 2, 1), date(2025, 2, 28))
    assert of(MONTHLY, [FIRST], date(2025, 2, 3), february).attainment.value is None
    assert of(MONTHLY, [FIRST], date(2025, 2, 4), february).attainment.value == 0


def test_a_quota_is_prorated_and_capped_in_each_period():
    # 2 a month from 17 April (14 of 30 days: 14/15), gap 12. Visits: 20 April; 2, 14, 26 May; none in June.
    cadence = Cadence(mode=Mode.QUOTA, visits=2, period=Period.MONTH)
    account = Account(date(2025, 4, 17), (cadence,))
    visits = [date(2025, 4, 20), date(2025, 5, 2), date(2025, 5, 14), date(2025, 5, 26)]
    found = of(account, visits, date(2025, 7, 1))
    # min(1, 14/15) + min(3, 2) + 0 over 14/15 + 2 + 2
    assert found.attainment == Ratio(Fraction(44, 15), Fraction(74, 15))
    assert found.over_call == Ratio(Fraction(1), Fraction(4))


def test_a_quota_is_overdue_when_it_no_longer_fits():
    # 2 in April (30 days): I = 15, t = 3, gap 12. Without a visit the first must be on the 18th: overdue from the 19th on.
    account = Account(date(2025, 4, 1), (Cadence(mode=Mode.QUOTA, visits=2, period=Period.MONTH),))
    seen = history(account, [], date(2025, 4, 30))
    assert min(overdue_days(account, seen)) == date(2025, 4, 19)
    # one visit on the 10th: the second fits until the 30th
    assert not overdue_days(account, history(account, [date(2025, 4, 10)], date(2025, 4, 30)))


def test_each_day_on_which_a_quota_is_out_of_reach():
    # 2 in April, gap 12, visited on the 20th: the second could come on 2 May only. Missed from the 19th on, and so far on the 20th
    account = Account(date(2025, 4, 1), (Cadence(mode=Mode.QUOTA, visits=2, period=Period.MONTH),))

    def overdue(today):
        return overdue_days(account, history(account, [date(2025, 4, 20)], today))

    assert overdue(date(2025, 4, 30)) == {date(2025, 4, day) for day in range(19, 31)}
    assert overdue(date(2025, 4, 20)) == {date(2025, 4, 19), date(2025, 4, 20)}
    # in compliance on the 18 days up to the 18th, of 30
    seen = of(account, [date(2025, 4, 20)], date(2025, 5, 1), DateRange(date(2025, 4, 1), date(2025, 4, 30)))
    assert seen.in_compliance == Ratio(18, 30)


def test_the_days_of_a_quota_that_are_not_past_yet_do_not_count():
    # 1 in April, a pause so that days are looked at one by one: on the 11th the 10 days before it have been kept
    pause = DateRange(date(2024, 1, 1), date(2024, 1, 1))
    account = Account(date(2025, 4, 1), (Cadence(mode=Mode.QUOTA, visits=1, period=Period.MONTH),), (pause,))
    assert of(account, [], date(2025, 4, 11)).in_compliance == Ratio(10, 10)


def test_a_rolling_window_is_not_overdue_while_it_is_open_whatever_the_gap_is():
    # 7 days until 7 January, then 28 with a gap of 25. Visited on the 1st: 6/7 gained by the 7th, 1/7 = 4 days more: due on
    # the 11th, t = 5. The gap would last until the 26th, but a visit when due is always credited: only from the 17th on
    before = Cadence(interval_days=7, valid_to=date(2025, 1, 7))
    after = Cadence(interval_days=28, min_gap_days=25, valid_from=date(2025, 1, 8))
    account = Account(FIRST, (before, after))
    seen = history(account, [FIRST], date(2025, 1, 18))
    assert [(t.opens.day, t.due.day, t.closes.day) for t in seen.targets][-1] == (7, 11, 16)
    assert overdue_days(account, seen) == {date(2025, 1, 17), date(2025, 1, 18)}


def test_what_is_in_no_denominator():
    # a visit before the account was active is under no cadence, so it is not one too many
    assert of(
        MONTHLY, [date(2025, 1, 1), date(2024, 12, 31)], date(2025, 1, 2), DateRange(date(2024, 12, 1), FIRST)
    ).over_call == Ratio(0, 1)
    # days before it was active
    assert of(MONTHLY, [], date(2025, 2, 1), DateRange(date(2024, 11, 1), date(2024, 11, 30))).in_compliance == Ratio(
        0, 0
    )
    # an account without a cadence
    assert of(Account(FIRST, ()), [], date(2025, 2, 1)).in_compliance == Ratio(0, 0)
    # April was paused, and one visit made all the same: nothing was asked for, so nothing is covered
    april = DateRange(date(2025, 4, 1), date(2025, 4, 30))
    account = Account(FIRST, (Cadence(mode=Mode.QUOTA, visits=1, period=Period.MONTH),), (april,))
    found = of(account, [date(2025, 4, 10)], date(2025, 5, 1), april)
    assert (found.coverage, found.attainment, found.over_call) == (Ratio(0, 0), Ratio(0, 0), Ratio(1, 1))


def test_halves_add_up():
    # 1 a month; half of each April paused (15 of 30 days): 1/2 and 1/2
    cadence = Cadence(mode=Mode.QUOTA, visits=1, period=Period.MONTH)
    pauses = tuple(DateRange(date(year, 4, 1), date(year, 4, 15)) for year in (2024, 2025))
    account = Account(date(2024, 4, 1), (cadence,), pauses)
    seen = history(account, [], date(2025, 5, 1))
    aprils = replace(seen, targets=tuple(target for target in seen.targets if target.opens.month == 4))
    assert figures(account, aprils, DateRange(date(2024, 4, 1), date(2025, 4, 30))).attainment == Ratio(0, 1)


def test_the_figure_of_a_team_is_pooled_not_averaged():
    # 1 of 1 and 0 of 3: 1/4, where the average of 100 % and 0 % would be 1/2
    good, bad = Figures(attainment=Ratio(Fraction(1), Fraction(1))), Figures(attainment=Ratio(Fraction(0), Fraction(3)))
    assert pooled([good, bad]).attainment.value == Fraction(1, 4)
    assert pooled([]).attainment.value is None


@pytest.mark.parametrize("seed", range(60))
def test_a_fully_paused_account_leaves_the_denominators(seed):
    rng = random.Random(seed)
    period = DateRange(START + timedelta(days=60), START + timedelta(days=90))
    account = replace(random_account(rng), pauses=(period,))
    visits = [day for day in random_visits(rng) if day not in period]
    found = of(account, visits, START + timedelta(days=120), period)
    # a quota period that also has days outside the pause may end in it, so only rolling targets vanish altogether
    if all(c.mode is Mode.ROLLING for c in account.cadences):
        assert found == Figures()
    assert found.in_compliance.value is None


@pytest.mark.parametrize("seed", range(60))
def test_an_account_paused_for_whole_quota_periods_leaves_the_denominators(seed):
    rng = random.Random(seed)
    cadence = Cadence(mode=Mode.QUOTA, visits=rng.randrange(1, 5), period=rng.choice([Period.WEEK, Period.MONTH]))
    april = DateRange(date(2024, 4, 1), date(2024, 4, 30))
    paused = DateRange(date(2024, 3, 25), date(2024, 5, 5))
    assert of(Account(date(2024, 1, 1), (cadence,), (paused,)), [], date(2024, 6, 1), april) == Figures()


@pytest.mark.parametrize("seed", range(100))
def test_a_newer_creditable_visit_never_lowers_attainment(seed):
    rng = random.Random(seed)
    account = Account(START, (random_cadence(rng),))
    visits, today = random_visits(rng), START + timedelta(days=300)
    before = history(account, visits, today)
    extra = START + timedelta(days=rng.randrange(1, 290))
    visits = [day for day in visits if day < extra]
    before, after = history(account, visits, today), history(account, [*visits, extra], today)
    if extra not in after.credited:
        return
    whole = DateRange(START, today)
    old, new = figures(account, before, whole).attainment.value, figures(account, after, whole).attainment.value
    assert old is None or new >= old


@pytest.mark.parametrize("seed", range(100))
def test_no_creditable_visit_whenever_it_was_made_lowers_the_number_credited(seed):
    rng = random.Random(seed)
    cadence = Cadence(interval_days=rng.choice([7, 14, 28]), min_gap_days=rng.choice([1, 6]))
    account = Account(START, (cadence,))
    visits, today = random_visits(rng) + random_visits(rng), START + timedelta(days=300)
    extra = START + timedelta(days=rng.randrange(290))
    before, after = history(account, visits, today), history(account, [*visits, extra], today)
    assert len(after.credited) >= len(before.credited)
