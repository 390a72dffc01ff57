"""What a cadence may not say."""

from __future__ import annotations

from datetime import date

import pytest

from planner.cadence.policy import MOST_COMBINED, Cadence, Mode, Period, Season
from planner.errors import ProblemError

PATTERN = {"mode": Mode.PATTERN, "visits": 2, "block_workdays": 5, "anchor": date(2026, 3, 2)}


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"combinations": ((0,),)}, "as many days as there are visits, 2, not 1"),
        ({"combinations": ((0, 5),)}, "0 to 4, not"),
        ({"combinations": ((3, 0),)}, "in order"),
        ({"combinations": ((8, 0),), "block_workdays": 10}, "in order"),
        ({"combinations": ((1, 1),)}, "in order"),
        ({"combinations": ((0, 3), (0, 3))}, "there twice"),
        ({"combinations": ((0, 3),), "block_workdays": 31}, "up to 30 working days"),
    ],
)
def test_combinations_that_cannot_be(more, message):
    with pytest.raises(ProblemError, match=message):
        Cadence(**PATTERN | more)


def test_combinations_belong_to_a_pattern():
    assert Cadence(**PATTERN, combinations=((0, 3), (1, 4))).combinations == ((0, 3), (1, 4))
    with pytest.raises(ProblemError, match="a quota cadence does not take combinations"):
        Cadence(Mode.QUOTA, visits=1, period=Period.WEEK, combinations=((0,),))


def test_as_many_working_days_as_there_are_bits():
    days = ((0, MOST_COMBINED - 1),)
    assert Cadence(**PATTERN | {"block_workdays": MOST_COMBINED}, combinations=days).combinations == days


ROLLING = {"interval_days": 28}
QUOTA = {"mode": Mode.QUOTA, "visits": 2, "period": Period.MONTH}


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({}, "a rolling cadence needs interval_days"),
        (ROLLING | {"visits": 1}, "a rolling cadence does not take visits"),
        (QUOTA | {"period": None}, "a quota cadence needs period"),
        (QUOTA | {"anchor": date(2026, 3, 2)}, "a quota cadence does not take anchor"),
        (PATTERN | {"anchor": None}, "a pattern cadence needs anchor"),
        (PATTERN | {"interval_days": 7}, "a pattern cadence does not take interval_days"),
        (ROLLING | {"interval_days": 0}, "interval_days is at least 1, not 0"),
        (QUOTA | {"visits": 0}, "visits is at least 1, not 0"),
        (PATTERN | {"block_workdays": 0}, "block_workdays is at least 1, not 0"),
        (ROLLING | {"min_gap_days": 0}, "min_gap_days is at least 1, not 0"),
        (ROLLING | {"first_within_days": 0}, "first_within_days is at least 1, not 0"),
        (ROLLING | {"tolerance_days": -1}, "tolerance_days is at least 0"),
        (QUOTA | {"week_starts_on": 7}, r"week_starts_on is 0 \(Monday\) to 6 \(Sunday\)"),
        (QUOTA | {"week_starts_on": -1}, r"week_starts_on is 0 \(Monday\) to 6 \(Sunday\)"),
        (QUOTA | {"seasons": (Season(frozenset({1}), 7),)}, "a season of a quota cadence has no interval"),
    ],
)
def test_what_is_missing_or_out_of_range_is_named(fields, message):
    with pytest.raises(ProblemError, match=f"^{message}"):
        Cadence(**fields)


@pytest.mark.parametrize(
    "fields",
    [
        ROLLING | {"interval_days": 1, "tolerance_days": 0, "min_gap_days": 1, "first_within_days": 1},
        ROLLING | {"tolerance_days": 13, "min_gap_days": 28},
        ROLLING | {"valid_from": date(2026, 1, 1), "valid_to": date(2026, 1, 1)},
        QUOTA | {"visits": 1, "week_starts_on": 6, "seasons": (Season(frozenset({1}), None),)},
        PATTERN | {"visits": 1, "block_workdays": 1},
    ],
)
def test_what_is_just_allowed(fields):
    cadence = Cadence(**fields)
    assert {name: getattr(cadence, name) for name in fields} == fields


@pytest.mark.parametrize(
    ("months", "interval", "message"),
    [
        (frozenset(), 7, "months between 1 and 12"),
        (frozenset({0, 1}), 7, "months between 1 and 12"),
        (frozenset({12, 13}), 7, "months between 1 and 12"),
        (frozenset({1}), 0, "interval_days is at least 1"),
    ],
)
def test_what_a_season_may_not_say(months, interval, message):
    with pytest.raises(ProblemError, match=message):
        Season(months, interval)


def test_a_season_of_every_day():
    assert Cadence(**ROLLING, seasons=(Season(frozenset({1, 12}), 1),)).seasons[0].interval_days == 1


def test_the_days_on_which_a_cadence_is_in_force():
    first, last = date(2026, 1, 2), date(2026, 1, 4)
    days = [date(2026, 1, day) for day in range(1, 6)]

    def valid(**bounds):
        return [day.day for day in days if Cadence(interval_days=7, **bounds).valid_on(day)]

    assert valid(valid_from=first, valid_to=last) == [2, 3, 4]
    assert (valid(valid_from=first), valid(valid_to=last), valid()) == ([2, 3, 4, 5], [1, 2, 3, 4], [1, 2, 3, 4, 5])


def test_a_clock_rests_out_of_season_and_outside_the_valid_dates():
    # valid from March to June; closed in April, and in May every second week
    seasons = Season(frozenset({4}), None), Season(frozenset({5}), 14)
    cadence = Cadence(interval_days=28, valid_from=date(2026, 3, 1), valid_to=date(2026, 6, 30), seasons=seasons)
    running = [month for month in range(1, 13) if cadence.rests_on(date(2026, month, 15)) is False]
    assert running == [3, 5, 6]
    assert not Cadence(interval_days=28).rests_on(date(2026, 1, 15))


@pytest.mark.parametrize("name", ["interval_days", "min_gap_days", "first_within_days"])
def test_ten_years_are_the_most_of_any_number_of_days(name):
    made = {"interval_days": 3_660} | {name: 3_660}
    assert getattr(Cadence(**made), name) == 3_660
    with pytest.raises(ProblemError, match=f"^{name} is at most 3,660, not 3,661$"):
        Cadence(**(made | {name: 3_661}))


def test_one_visit_a_day_is_the_most_of_a_quota():
    assert Cadence(Mode.QUOTA, visits=366, period=Period.YEAR).visits == 366
    with pytest.raises(ProblemError, match=r"^visits is at most 366, not 367$"):
        Cadence(Mode.QUOTA, visits=367, period=Period.YEAR)
