"""Which visits are credited, and to which window: golden tables worked out by hand, and properties."""

from __future__ import annotations

import random
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest

from planner.cadence.credit import Account, Verdict, history
from planner.cadence.periods import half_up
from planner.cadence.policy import Cadence, Mode, Period, Season
from planner.cadence.windows import Outcome
from planner.calendar import DateRange
from planner.errors import ProblemError
from tests.planner.cadence.strategies import START, random_account, random_visits

# I = 28, t = 5: after a visit on 1 January 2025 the windows are [24 Jan, 3 Feb], [21 Feb, 3 Mar], [21, 31 Mar], ...
MONTHLY = Account(date(2025, 1, 1), (Cadence(interval_days=28),))
FIRST = date(2025, 1, 1)


def verdicts(account, visits, today=date(2025, 12, 31)):
    return [(c.day.isoformat()[5:], c.verdict.value) for c in history(account, visits, today).credits]


def outcomes(account, visits, today):
    return [(t.closes.isoformat()[5:], t.outcome(today).value) for t in history(account, visits, today).targets]


@pytest.mark.parametrize(
    ("day", "verdict"),
    [
        (date(2025, 1, 1), "on_time"),
        (date(2025, 1, 23), "too_early"),
        (date(2025, 1, 24), "on_time"),
        (date(2025, 2, 3), "on_time"),
        (date(2025, 2, 4), "late"),
        (date(2025, 2, 20), "late"),  # the last day before the next window opens
        (date(2025, 2, 21), "on_time"),  # ... to which it is credited; the first stays missed
    ],
)
def test_the_edges_of_a_window(day, verdict):
    assert verdicts(MONTHLY, {FIRST, day})[-1] == (day.isoformat()[5:], verdict)


def test_too_early_leaves_the_clock_alone():
    visits = [FIRST, date(2025, 1, 15), date(2025, 1, 29)]
    assert verdicts(MONTHLY, visits) == [("01-01", "on_time"), ("01-15", "too_early"), ("01-29", "on_time")]
    assert history(MONTHLY, visits, date(2025, 1, 15)).credits[1].earliest == date(2025, 1, 24)


def test_a_late_visit_goes_to_the_newest_missed_window_and_restarts_the_clock():
    # closes: 3 Feb missed, 3 Mar missed and then met late on 10 March; from there due 7 April, closes 12 April
    visits = [FIRST, date(2025, 3, 10)]
    assert outcomes(MONTHLY, visits, date(2025, 4, 3)) == [
        ("01-29", "met"),
        ("02-03", "missed"),
        ("03-03", "late"),
        ("04-12", "open"),
    ]


def test_neglect_keeps_counting():
    # due every 28 days from 29 January: windows close on 3 Feb, 3 Mar, 31 Mar, 28 Apr
    missed = [closes for closes, outcome in outcomes(MONTHLY, [FIRST], date(2025, 4, 29)) if outcome == "missed"]
    assert missed == ["02-03", "03-03", "03-31", "04-28"]


def test_never_visited():
    # due on the last day of the first 28 days; late until the next window opens (due 26 Feb, opens 21 Feb)
    assert outcomes(MONTHLY, [], date(2025, 1, 29)) == [("01-29", "open")]
    assert outcomes(MONTHLY, [], date(2025, 2, 21)) == [("01-29", "missed"), ("03-03", "open")]
    assert verdicts(MONTHLY, [date(2025, 1, 30)]) == [("01-30", "late")]
    assert verdicts(MONTHLY, [date(2024, 12, 31)]) == [("12-31", "no_cadence")]


def test_one_visit_a_day_counts_and_the_order_of_upload_does_not():
    visits = [date(2025, 1, 29), FIRST, date(2025, 1, 29), date(2025, 2, 26)]
    assert history(MONTHLY, visits, date(2025, 3, 1)) == history(MONTHLY, sorted(set(visits)), date(2025, 3, 1))
    assert len(history(MONTHLY, visits, date(2025, 3, 1)).credits) == 3


def quota(visits, period, **more):
    return Account(date(2024, 1, 1), (Cadence(mode=Mode.QUOTA, visits=visits, period=period, **more),))


def test_a_monthly_quota():
    # n = 2 in February 2024 (29 days): I = 14, t = 2, gap 12
    days = [date(2024, 2, 1), date(2024, 2, 12), date(2024, 2, 13), date(2024, 2, 27)]
    account = quota(2, Period.MONTH)
    assert verdicts(account, days) == [
        ("02-01", "on_time"),
        ("02-12", "too_early"),
        ("02-13", "on_time"),
        ("02-27", "surplus"),
    ]
    (february,) = [t for t in history(account, days, date(2024, 2, 28)).targets if t.opens.month == 2]
    assert (february.opens, february.closes) == (date(2024, 2, 1), date(2024, 2, 29))
    assert february.attained == 2


def test_iso_week_53():
    # 2026 has an ISO week 53: Monday 28 December 2026 to Sunday 3 January 2027 is one period across the year
    account = quota(1, Period.WEEK)
    days = [date(2026, 12, 29), date(2027, 1, 3), date(2027, 1, 4)]
    # I = 7, t = 1, gap 6: 3 January is 5 days on, 4 January 6 days on and in the next week
    assert verdicts(account, days, date(2027, 1, 5)) == [
        ("12-29", "on_time"),
        ("01-03", "too_early"),
        ("01-04", "on_time"),
    ]
    (week,) = [t for t in history(account, days, date(2027, 1, 5)).targets if date(2027, 1, 1) in t.days]
    assert (week.opens, week.closes) == (date(2026, 12, 28), date(2027, 1, 3))


def test_weeks_begin_when_the_company_says():
    # Sunday 5 January 2025 begins a week (week_starts_on 6), so the two visits lie in two weeks
    account = quota(1, Period.WEEK, week_starts_on=6, tolerance_days=6)
    assert verdicts(account, [date(2025, 1, 4), date(2025, 1, 5)]) == [("01-04", "on_time"), ("01-05", "on_time")]


def test_a_pause_prorates_a_quota_exactly():
    # 3 visits in April, 11 of 30 days paused: 3 * 19/30 = 19/10, asked whole 2
    pause = DateRange(date(2024, 4, 10), date(2024, 4, 20))
    account = Account(date(2024, 4, 1), quota(3, Period.MONTH).cadences, (pause,))
    (april,) = history(account, [], date(2024, 4, 30)).targets
    assert (april.asked, april.whole) == (Fraction(19, 10), 2)


def test_a_pattern_counts_mondays_to_fridays_from_its_anchor():
    # blocks of 10 working days from Wednesday 1 May 2024: the first ends before Wednesday 15 May
    cadence = Cadence(mode=Mode.PATTERN, visits=2, block_workdays=10, anchor=date(2024, 5, 1), min_gap_days=3)
    account = Account(date(2024, 5, 1), (cadence,))
    days = [date(2024, 5, 3), date(2024, 5, 5), date(2024, 5, 14), date(2024, 5, 15)]
    assert verdicts(account, days) == [
        ("05-03", "on_time"),
        ("05-05", "too_early"),
        ("05-14", "on_time"),
        ("05-15", "too_early"),
    ]
    block = history(account, days, date(2024, 5, 14)).targets[0]
    assert (block.opens, block.closes, block.outcome(date(2024, 5, 14))) == (
        date(2024, 5, 1),
        date(2024, 5, 14),
        Outcome.MET,
    )


def test_a_cadence_that_changes_half_way():
    # monthly quota of 4 until 15 June, rolling 14 from the 16th. Asked in June: 4 * 15/30 = 2.
    # I of the quota = 30 // 4 = 7, t = 1, gap 6. Visited on the 3rd; rolling clock from the 16th: due 29 June, t = 2
    before = Cadence(mode=Mode.QUOTA, visits=4, period=Period.MONTH, valid_to=date(2024, 6, 15))
    after = Cadence(interval_days=14, valid_from=date(2024, 6, 16))
    account = Account(date(2024, 6, 1), (after, before))
    found = history(account, [date(2024, 6, 3)], date(2024, 6, 30))
    assert [(t.opens, t.due, t.closes, t.asked) for t in found.targets] == [
        (date(2024, 6, 1), date(2024, 6, 30), date(2024, 6, 30), 2),
        (date(2024, 6, 27), date(2024, 6, 29), date(2024, 7, 1), 1),
    ]


def test_two_cadences_on_one_day_are_refused():
    with pytest.raises(ProblemError, match="two cadences are valid on 2024-06-15"):
        first = Cadence(interval_days=7, valid_to=date(2024, 6, 15))
        Account(FIRST, (first, Cadence(interval_days=14, valid_from=date(2024, 6, 15))))
    with pytest.raises(ProblemError, match="two cadences are valid on the first day"):
        Account(FIRST, (first, Cadence(interval_days=14)))
    with pytest.raises(ProblemError, match="two cadences are valid on 2024-06-16"):
        Account(FIRST, (Cadence(interval_days=7), Cadence(interval_days=14, valid_from=date(2024, 6, 16))))


def test_what_comes_after_today_is_not_known_yet():
    # visited 1 January: on the 10th the window of 24 January is only ahead, and a visit uploaded for the 25th is unknown
    found = history(MONTHLY, [FIRST, date(2025, 1, 25)], date(2025, 1, 10))
    assert [credit.day for credit in found.credits] == [FIRST]
    assert [target.closes for target in found.targets] == [date(2025, 1, 29)]
    assert (found.upcoming.opens, found.earliest) == (date(2025, 1, 24), date(2025, 1, 24))
    assert len(history(MONTHLY, [FIRST], date(2025, 1, 24)).targets) == 2


def test_the_first_day_of_an_account():
    found = history(MONTHLY, [date(2024, 12, 31), FIRST], FIRST)
    assert [(c.day, c.verdict.value) for c in found.credits] == [(date(2024, 12, 31), "no_cadence"), (FIRST, "on_time")]
    assert [MONTHLY.runs()(day) for day in (date(2024, 12, 31), FIRST)] == [False, True]


def test_a_cadence_that_ends_before_anything_is_due():
    # I = 28 until 20 January: nothing falls due, so nothing is credited, now or later
    account = Account(FIRST, (Cadence(interval_days=28, valid_to=date(2025, 1, 20)),))
    found = history(account, [date(2025, 1, 10)], date(2025, 1, 15))
    assert [(c.verdict, c.earliest) for c in found.credits] == [(Verdict.TOO_EARLY, None)]
    assert (found.targets, found.upcoming, found.earliest) == ((), None, None)


def test_rolling_cadences_that_follow_each_other_share_a_clock():
    # I = 28 to 31 January, then 14: visited on the 18th, due 8 February (test_clock), t = 2 there; opens at 1 - 2/14 = 24/28:
    # 13/28 in January, 11/28 more at 2/28 a day: 6 February; closes at 32/28: 19/28, 10 days: 10 February
    before = Cadence(interval_days=28, valid_to=date(2025, 1, 31))
    after = Cadence(interval_days=14, valid_from=date(2025, 2, 1))
    found = history(Account(date(2025, 1, 18), (before, after)), [date(2025, 1, 18)], date(2025, 2, 6))
    assert [(t.opens, t.due, t.closes) for t in found.targets][1:] == [
        (date(2025, 2, 6), date(2025, 2, 8), date(2025, 2, 10))
    ]


def test_a_quota_before_or_after_another_cadence_has_dates_of_its_own():
    # weekly until Sunday 12 January (gap 6); rolling 14 until Friday the 31st; a monthly quota
    week = Cadence(mode=Mode.QUOTA, visits=1, period=Period.WEEK, valid_to=date(2025, 1, 12))
    rolling = Cadence(interval_days=14, valid_from=date(2025, 1, 13), valid_to=date(2025, 1, 31))
    month = Cadence(
        mode=Mode.QUOTA, visits=1, period=Period.MONTH, valid_from=date(2025, 2, 1), valid_to=date(2025, 2, 28)
    )
    march = Cadence(mode=Mode.QUOTA, visits=2, period=Period.MONTH, valid_from=date(2025, 3, 1))
    account = Account(date(2025, 1, 6), (week, rolling, month, march))
    # visited on Friday the 10th: the rolling clock begins with the 13th, due on the 26th, open from the 24th (t = 2)
    visits = [date(2025, 1, 10), date(2025, 1, 17), date(2025, 1, 24)]
    found = history(account, visits, date(2025, 3, 1))
    assert [(c.verdict.value, c.earliest) for c in found.credits] == [
        ("on_time", None),
        ("too_early", date(2025, 1, 24)),
        ("on_time", None),
    ]
    assert [(t.cadence, t.asked, len(t.credited)) for t in found.targets] == [
        (week, 1, 1),
        (rolling, 1, 1),
        (month, 1, 0),
        (march, 2, 0),
    ]
    # without a visit there was a window of January, due on the 26th: it is over with its cadence
    assert history(account, [], date(2025, 1, 31)).upcoming.due == date(2025, 1, 26)
    found = history(account, [], date(2025, 2, 1))
    assert (found.upcoming, found.earliest) == (None, None)


def test_the_gap_of_a_quota_says_when_a_visit_would_have_counted():
    # gap 12 (2 in February 2024): from the 1st to the 13th
    found = history(quota(2, Period.MONTH), [date(2024, 2, 1), date(2024, 2, 12)], date(2024, 2, 28))
    assert found.credits[1].earliest == date(2024, 2, 13)


def test_a_period_in_which_nothing_is_asked_for_is_no_target():
    february = DateRange(date(2024, 2, 1), date(2024, 2, 29))
    account = Account(date(2024, 1, 1), quota(1, Period.MONTH).cadences, (february,))
    assert [t.opens.month for t in history(account, [], date(2024, 3, 31)).targets] == [1, 3]
    assert [t.opens.month for t in history(account, [date(2024, 2, 10)], date(2024, 3, 31)).targets] == [1, 2, 3]


def test_a_visit_in_a_closed_season_counts_if_its_window_has_opened():
    # closed in February. Visited 8 January: 23 days gained on 31 January, when the window opens (1 - 5/28): due 5 March
    winter = Cadence(interval_days=28, seasons=(Season(frozenset({2}), None),))
    account = Account(date(2025, 1, 8), (winter,))
    assert verdicts(account, [date(2025, 1, 8), date(2025, 2, 10)])[-1] == ("02-10", "on_time")
    assert verdicts(account, [date(2025, 1, 9), date(2025, 2, 10)])[-1] == ("02-10", "too_early")


@pytest.mark.parametrize("seed", range(80))
def test_upload_order_makes_no_difference(seed):
    rng = random.Random(seed)
    account, visits = random_account(rng), random_visits(rng)
    today = START + timedelta(days=200)
    shuffled = rng.sample(visits * 2, len(visits) * 2)
    assert history(account, shuffled, today) == history(account, visits, today)


@pytest.mark.parametrize("seed", range(80))
def test_consecutive_credited_visits_keep_the_gap_of_a_constant_cadence(seed):
    rng = random.Random(seed)
    interval, gap = rng.choice([(7, 1), (14, 13), (28, 2)])
    account = Account(START, (Cadence(interval_days=interval, min_gap_days=gap),))
    credited = history(account, random_visits(rng) + random_visits(rng), START + timedelta(days=300)).credited
    least = max(gap, interval - interval // 5)
    assert all((b - a).days >= least for a, b in pairwise(credited))


@pytest.mark.parametrize("seed", range(80))
def test_every_credited_visit_belongs_to_one_target_and_no_other_does(seed):
    rng = random.Random(seed)
    account, visits = random_account(rng), random_visits(rng)
    found = history(account, visits, START + timedelta(days=239))
    of_targets = [day for target in found.targets for day in target.credited]
    assert sorted(of_targets) == list(found.credited)
    assert all((c.verdict is Verdict.LATE) == (c.day in late_days(found)) for c in found.credits)


def late_days(found):
    return {day for target in found.targets for day in target.credited if day > target.closes}


def test_halves_are_rounded_up():
    halves = [Fraction(49, 100), Fraction(1, 2), Fraction(3, 2), Fraction(149, 100)]
    assert [half_up(value) for value in halves] == [0, 1, 2, 1]
