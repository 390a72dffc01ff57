"""Windows measured on the clock: golden tables worked out by hand."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.cadence.clock import Clock
from planner.cadence.policy import Cadence, Season
from planner.cadence.requests import Window
from planner.calendar import DateRange
from planner.errors import ProblemError

DAY = timedelta(days=1)
DATES = st.dates(date(2000, 1, 1), date(2060, 1, 1))


def windows(table):
    """What follows from each of its dates, in order."""
    return tuple(table.window(table.first + n * DAY) for n in range(len(table)))


def earliest(table):
    return tuple(table.earliest_next(table.first + n * DAY) for n in range(len(table)))


def window(cadence, after, pauses=(), first=None):
    return Clock(cadence, pauses, first or after).window(after)


@given(after=DATES, interval=st.integers(1, 400))
def test_a_constant_interval_gives_exactly_x_plus_i_and_a_fifth_of_tolerance(after, interval):
    tolerance = timedelta(days=interval // 5)
    due = after + timedelta(days=interval)
    assert window(Cadence(interval_days=interval), after) == Window(due - tolerance, due, due + tolerance)


@given(after=DATES, interval=st.integers(1, 120), data=st.data())
def test_measuring_day_by_day_gives_what_the_short_cut_gives(after, interval, data):
    tolerance = data.draw(st.integers(0, (interval - 1) // 2))
    cadence = Cadence(interval_days=interval, tolerance_days=tolerance)
    long_ago = (DateRange(date(1990, 1, 1), date(1990, 1, 1)),)
    assert Clock(cadence, long_ago, after).window(after) == Clock(cadence, (), after).window(after)


def test_29_february():
    # 2024 is a leap year: 1 February + 28 days is the 29th, and a year later 1 March
    assert window(Cadence(interval_days=28), date(2024, 2, 1)).due == date(2024, 2, 29)
    assert window(Cadence(interval_days=28), date(2025, 2, 1)).due == date(2025, 3, 1)
    # I = 28, t = 5: [24 February, 5 March]
    assert window(Cadence(interval_days=28), date(2024, 2, 1)).opens == date(2024, 2, 24)
    assert window(Cadence(interval_days=28), date(2024, 2, 1)).closes == date(2024, 3, 5)


def test_a_pause_over_the_due_date_moves_it_by_its_length():
    # visited 1 January, I = 28: due 29 January; paused 20 January to 20 February (32 days): due 29 January + 32 = 2 March
    # opens 5 running days before (25 February), closes 5 after (7 March)
    pause = DateRange(date(2025, 1, 20), date(2025, 2, 20))
    expected = Window(date(2025, 2, 25), date(2025, 3, 2), date(2025, 3, 7))
    assert window(Cadence(interval_days=28), date(2025, 1, 1), [pause]) == expected


def test_a_window_never_closes_in_a_pause():
    # due 29 January, t = 5: 3 February, but February is paused: 2 running days are left after the 29th (30, 31), 3 in March
    pause = DateRange(date(2025, 2, 1), date(2025, 2, 28))
    assert window(Cadence(interval_days=28), date(2025, 1, 1), [pause]).closes == date(2025, 3, 3)


def test_a_pause_without_an_end_or_the_end_of_validity_leaves_nothing_due():
    endless = DateRange(date(2025, 1, 20), date.max)
    assert window(Cadence(interval_days=28), date(2025, 1, 1), [endless]) is None
    assert window(Cadence(interval_days=28, valid_to=date(2025, 1, 28)), date(2025, 1, 1)) is None
    # valid up to the due date: it is due, and its window ends with the cadence
    ends = window(Cadence(interval_days=28, valid_to=date(2025, 1, 30)), date(2025, 1, 1))
    assert (ends.due, ends.closes) == (date(2025, 1, 29), date(2025, 1, 30))


def test_the_clock_starts_when_the_cadence_becomes_valid():
    # nothing is gained up to 9 January, 1/7 a day from the 10th on: 7 days gained on the 16th
    assert window(Cadence(interval_days=7, valid_from=date(2025, 1, 10)), date(2025, 1, 1)).due == date(2025, 1, 16)


def test_a_season_switches_the_rate():
    # visited 20 May, I = 28: 11 days of May give 11/28; June runs at 1/14: 17/28 are left = 8.5 days: due 9 June
    # t of the due date: floor(0.2 * 14) = 2, a share of 1/7 = 4/28: opens at 24/28: 13/28 of June = 6.5 days: 7 June
    # closes at 32/28: 21/28 of June = 10.5 days: 11 June
    summer = Cadence(interval_days=28, seasons=(Season(frozenset({6, 7, 8}), 14),))
    assert window(summer, date(2025, 5, 20)) == Window(date(2025, 6, 7), date(2025, 6, 9), date(2025, 6, 11))


def test_a_closed_season_stops_the_clock():
    # visited 20 December, closed January and February: 11 days gained by the 31st, the other 17 in March: due 17 March
    winter = Cadence(interval_days=28, seasons=(Season(frozenset({1, 2}), None),))
    assert window(winter, date(2024, 12, 20)).due == date(2025, 3, 17)
    assert window(Cadence(interval_days=28, seasons=(Season(frozenset(range(1, 13)), None),)), date(2024, 1, 1)) is None


def test_a_changed_cadence_takes_the_clock_over():
    # I = 28 to 31 January, then 14. Visited 18 January: 13/28 in January, 15/28 left at 2/28 a day = 7.5: due 8 February
    before = Cadence(interval_days=28, valid_to=date(2025, 1, 31))
    after = Cadence(interval_days=14, valid_from=date(2025, 2, 1))
    assert Clock((before, after), (), date(2025, 1, 18)).due(date(2025, 1, 18)) == date(2025, 2, 8)


def test_newcomers_are_due_on_the_last_day_of_their_first_window():
    clock = Clock(Cadence(interval_days=28), (), date(2025, 1, 1))
    assert clock.newcomer(date(2025, 1, 1)) == Window(date(2025, 1, 1), date(2025, 1, 29), date(2025, 1, 29))
    # within 10 days of the clock, 3 of them paused: 1 January + 13
    pause = DateRange(date(2025, 1, 4), date(2025, 1, 6))
    clock = Clock(Cadence(interval_days=28, first_within_days=10), [pause], date(2025, 1, 1))
    assert clock.newcomer(date(2025, 1, 1)).due == date(2025, 1, 14)


def test_least_gap_beats_an_early_opening():
    # I = 28, t = 5: opens on day 23, but a least gap of 26 days says day 26
    after = date(2025, 1, 1)
    assert Clock(Cadence(interval_days=28, min_gap_days=26), (), after).earliest_next(after) == after + 26 * DAY
    assert Clock(Cadence(interval_days=28, min_gap_days=2), (), after).earliest_next(after) == after + 23 * DAY


seasons = st.lists(st.sampled_from([None, 2, 7, 14, 40]), min_size=12, max_size=12).map(
    lambda rates: tuple(Season(frozenset({month}), rate) for month, rate in enumerate(rates, start=1))
)
spans = st.builds(
    lambda first, days: DateRange(first, first + timedelta(days=days)),
    st.dates(date(2024, 1, 1), date(2025, 6, 1)),
    st.integers(0, 60),
)


@given(seasons=seasons, pauses=st.lists(spans, max_size=3), after=st.dates(date(2024, 1, 1), date(2025, 6, 1)))
def test_windows_are_in_order_never_overlap_and_end_while_the_clock_runs(seasons, pauses, after):
    clock = Clock(Cadence(interval_days=10, seasons=seasons), pauses, after)
    for _ in range(4):
        found = clock.window(after)
        if found is None:
            return
        assert after < found.opens <= found.due <= found.closes
        assert all(clock.runs(day) for day in (found.opens, found.due, found.closes))
        assert found.opens <= clock.earliest_next(after) <= found.due
        following = clock.window(found.due)
        assert following is None or found.closes < following.opens
        after = found.due


def test_a_window_ends_before_the_next_one_opens_where_a_new_cadence_is_much_faster():
    # visited 5 January, I = 40, t = 19, until 1 March; then I = 3, t = 1. Opens 21 days on, due 40 days on, 14 February. By
    # 1 March 15/40 more are gained, by the 2nd 15/40 + 1/3 = 0.708: on that day this window would close (19/40 = 0.475)
    # and the next one opens (1 - 1/3), due on the 3rd. So this one ends on the 1st.
    slow = Cadence(interval_days=40, tolerance_days=19, valid_to=date(2025, 3, 1))
    fast = Cadence(interval_days=3, tolerance_days=1, valid_from=date(2025, 3, 2))
    clock = Clock((slow, fast), (), date(2025, 1, 5))
    assert clock.window(date(2025, 1, 5)) == Window(date(2025, 1, 26), date(2025, 2, 14), date(2025, 3, 1))
    assert clock.window(date(2025, 2, 14)).opens == date(2025, 3, 2)
    assert windows(clock.table(date(2025, 1, 5), date(2025, 1, 5))) == (clock.window(date(2025, 1, 5)),)
    # whose tolerance and gap: those of the cadence in force on the day, or of the first one before that
    assert [clock.cadence(date(2025, month, day)) for month, day in ((1, 1), (3, 1), (3, 2), (3, 3))] == [
        slow,
        slow,
        fast,
        fast,
    ]
    late = Cadence(interval_days=3, valid_from=date(2025, 2, 1), valid_to=date(2025, 3, 1))
    assert Clock((late, fast), (), date(2025, 1, 5)).cadence(date(2025, 1, 5)) is late


def test_due_on_the_last_valid_day():
    # exactly, and when that is the only day left after the first 128 that are read at once
    ends = window(Cadence(interval_days=28, valid_to=date(2025, 1, 29)), date(2025, 1, 1))
    assert (ends.due, ends.closes) == (date(2025, 1, 29), date(2025, 1, 29))
    first = date(2025, 1, 1)
    last = first + 129 * DAY
    assert Clock(Cadence(interval_days=129, valid_to=last), (), first).due(first) == last


def test_what_was_read_before_makes_no_difference():
    # valid until 31 January, paused on the 15th: 7 days after the 10th are the 18th, the 26th would be 2 February
    cadence = Cadence(interval_days=7, valid_to=date(2025, 1, 31))
    clock = Clock(cadence, [DateRange(date(2025, 1, 15), date(2025, 1, 15))], date(2025, 1, 1))
    for _ in range(2):
        assert [clock.runs(date(2025, 1, day)) for day in (14, 15, 16, 17, 31)] == [True, False, True, True, True]
        assert not clock.runs(date(2025, 2, 1))
        assert [clock.due(date(2025, month, day)) for month, day in ((2, 10), (1, 10), (1, 26))] == [
            None,
            date(2025, 1, 18),
            None,
        ]


def test_a_clock_that_never_changes_knows_every_date():
    clock = Clock(Cadence(interval_days=10), (), date(2025, 1, 20))
    assert clock.due(date(2025, 1, 1)) == date(2025, 1, 11)
    assert clock.window(date(2025, 1, 1)) == Window(date(2025, 1, 9), date(2025, 1, 11), date(2025, 1, 13))


def test_a_newcomer_for_whom_too_few_days_are_left_is_never_due():
    # 10 days of the clock, and only 9 after 1 January; with one more it is due on the last
    def due(last):
        cadence = Cadence(interval_days=5, first_within_days=10, valid_to=last)
        found = Clock(cadence, (), date(2025, 1, 1)).newcomer(date(2025, 1, 1))
        return found and found.due

    assert (due(date(2025, 1, 10)), due(date(2025, 1, 11))) == (None, date(2025, 1, 11))


def test_a_table_of_long_intervals():
    # x + 60, + 90, + 120; the windows of the first 61 days open by the last of 121, the newest of these is due on day 150
    # and closes on day 270
    cadence, first = Cadence(interval_days=90, tolerance_days=30, min_gap_days=70), date(2026, 1, 1)
    table = Clock(cadence, (), first).table(first, first + 120 * DAY)
    starts = [first + n * DAY for n in range(151)]
    assert list(windows(table)) == [Window(day + 60 * DAY, day + 90 * DAY, day + 120 * DAY) for day in starts]
    assert list(earliest(table)) == [day + 70 * DAY for day in starts]


def test_a_table_at_the_end_of_a_cadence():
    # I = 28, t = 5, until 30 January: from the 1st due on the 29th, from the 2nd on the 30th, from the 3rd never. Windows
    # open up to the 27th, from the 4th; what opens and is never due adds no dates after the 28th of the table
    cadence = Cadence(interval_days=28, valid_to=date(2026, 1, 30))
    table = Clock(cadence, (), date(2026, 1, 1)).table(date(2026, 1, 3), date(2026, 1, 28))
    assert windows(table) == (None,) * 26
    table = Clock(cadence, (), date(2026, 1, 1)).table(date(2026, 1, 1), date(2026, 1, 28))
    ends = date(2026, 1, 30)
    assert windows(table)[:3] == (
        Window(date(2026, 1, 24), date(2026, 1, 29), ends),
        Window(date(2026, 1, 25), ends, ends),
        None,
    )
    assert len(table) == 30


def test_a_table_of_two_rates():
    # the cadence of test_a_season_switches_the_rate, until 9 June: from 20 May opens 7, due 9 June; that is the last date
    # of a table to 7 June
    summer = Cadence(interval_days=28, seasons=(Season(frozenset({6, 7, 8}), 14),), valid_to=date(2025, 6, 9))
    table = Clock(summer, (), date(2025, 5, 20)).table(date(2025, 5, 20), date(2025, 6, 7))
    assert windows(table)[0] == Window(date(2025, 6, 7), date(2025, 6, 9), date(2025, 6, 9))
    # from the 21st: 10/28, and 9 days of June give 18/28: due on the 9th, open at 24/28 from the 7th on
    assert windows(table)[1] == Window(date(2025, 6, 7), date(2025, 6, 9), date(2025, 6, 9))
    assert windows(table)[2:] == (None,) * 19  # until 9 June
    assert earliest(table)[:3] == (date(2025, 6, 7), date(2025, 6, 7), None)
    # in June a window opens 12 days on, but the gap is 13
    apart = Cadence(interval_days=28, seasons=(Season(frozenset({6, 7, 8}), 14),), min_gap_days=13)
    table = Clock(apart, (), date(2025, 6, 1)).table(date(2025, 6, 1), date(2025, 6, 3))
    assert [window.opens.day for window in windows(table)] == [13, 14, 15]
    assert [day.day for day in earliest(table)] == [14, 15, 16]


def test_a_pause_without_an_end_takes_no_time():
    # no two hundred clocks read on until the year 9999
    endless = [DateRange(date(2025, 1, 20), date.max)]
    winter = (Season(frozenset({1}), None),)
    for n in range(100):
        after = date(2025, 1, 1) + timedelta(days=n % 20)
        assert window(Cadence(interval_days=28), after, endless) is None
        assert window(Cadence(interval_days=28, seasons=winter), after, endless) is None
    # until then it runs, and where another pause goes before it until that
    assert window(Cadence(interval_days=7), date(2025, 1, 1), endless).due == date(2025, 1, 8)
    earlier = DateRange(date(2025, 1, 5), date(2025, 1, 19))
    for pauses in ([earlier, *endless], [*endless, earlier]):
        assert window(Cadence(interval_days=3), date(2025, 1, 1), pauses).due == date(2025, 1, 4)
        assert window(Cadence(interval_days=4), date(2025, 1, 1), pauses) is None
    assert window(Cadence(interval_days=3), date(2025, 1, 1), [DateRange(date.min, date.max)]) is None


def test_a_rate_in_every_month_closes_none():
    # all months at 14, whatever the interval is
    whole_year = Cadence(interval_days=28, seasons=(Season(frozenset(range(1, 13)), 14),))
    assert window(whole_year, date(2025, 1, 1)).due == date(2025, 1, 15)


def test_an_earlier_date_than_the_first_is_an_error():
    with pytest.raises(ValueError, match="read from 2025-01-02 on"):
        Clock(Cadence(interval_days=7, valid_to=date(2025, 3, 1)), (), date(2025, 1, 2)).due(date(2025, 1, 1))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"tolerance_days": 14}, "less than half the interval"),
        ({"min_gap_days": 29}, "at most the interval"),
        ({"tolerance_days": 4, "seasons": (Season(frozenset({1}), 8),)}, "less than half the interval"),
        ({"seasons": (Season(frozenset({1}), 8), Season(frozenset({1, 2}), 9))}, "one season at most"),
        ({"valid_from": date(2025, 2, 1), "valid_to": date(2025, 1, 1)}, "cannot end on"),
    ],
)
def test_a_cadence_that_contradicts_itself_is_refused(fields, message):
    with pytest.raises(ProblemError, match=message):
        Cadence(interval_days=28, **fields)


@given(
    interval=st.integers(1, 60),
    share=st.floats(0, 0.49),
    gap=st.integers(1, 3),
    validity=st.tuples(st.integers(-60, 60), st.integers(0, 200)),
    closed=st.frozensets(st.integers(1, 12), max_size=4),
    pauses=st.lists(st.tuples(st.integers(-10, 150), st.integers(0, 40)), max_size=3),
    length=st.integers(0, 100),
)
def test_a_table_says_what_the_clock_says_date_by_date(interval, share, gap, validity, closed, pauses, length):
    first = date(2026, 1, 1)
    begins = first + validity[0] * DAY
    cadence = Cadence(
        interval_days=interval, tolerance_days=int(share * interval), min_gap_days=min(gap, interval),
        valid_from=begins, valid_to=begins + validity[1] * DAY, seasons=(Season(closed, None),) if closed else (),
    )  # fmt: skip
    still = [DateRange(first + a * DAY, first + (a + n) * DAY) for a, n in pauses]
    table = Clock(cadence, still, first).table(first, first + length * DAY)
    clock = Clock(cadence, still, first)
    assert len(table) > length
    for n in range(len(table)):
        assert table.window(first + n * DAY) == clock.window(first + n * DAY)
        assert table.earliest_next(first + n * DAY) == clock.earliest_next(first + n * DAY)
    opened = [w.due for w in windows(table) if w and w.opens <= first + length * DAY]
    assert first + (len(table) - 1) * DAY == max([first + length * DAY, *opened])


def test_the_dates_on_which_it_runs():
    def march(*days: int) -> list[date]:
        return [date(2026, 3, day) for day in days]

    clock = Clock(Cadence(interval_days=28), [DateRange(date(2026, 3, 4), date(2026, 3, 5))], date(2026, 3, 2))
    assert clock.running(date(2026, 3, 2), date(2026, 3, 7)) == march(2, 3, 6, 7)
    assert clock.running(date(2026, 3, 3), date(2026, 3, 4)) == march(3)
    # before it was begun as well, where the cadence held
    before = [date(2026, 2, 27), date(2026, 2, 28)]
    assert clock.running(date(2026, 2, 27), date(2026, 3, 3)) == before + march(1, 2, 3)
    assert clock.running(date(2026, 2, 27), date(2026, 2, 28)) == before
    # in a pause before that it does not
    paused = Clock(Cadence(interval_days=28), [DateRange(date(2026, 2, 28), date(2026, 3, 1))], date(2026, 3, 2))
    assert paused.running(date(2026, 2, 27), date(2026, 3, 3)) == before[:1] + march(2, 3)


def test_a_table_of_cadences_with_one_rate_and_two_tolerances():
    # until March two days, from April on six: due on 10 April, on time from the 4th to the 16th
    first, last = date(2026, 3, 2), date(2026, 4, 30)
    strict = Cadence(interval_days=28, tolerance_days=2, valid_to=date(2026, 3, 31))
    lenient = Cadence(interval_days=28, tolerance_days=6, valid_from=date(2026, 4, 1))
    table = Clock((strict, lenient), (), first).table(first, last)
    days = [date(2026, 4, 4), date(2026, 4, 10), date(2026, 4, 16)]
    assert table.window(date(2026, 3, 13)) == Window(*days)
    assert table.window(first) == Window(date(2026, 3, 28), date(2026, 3, 30), date(2026, 4, 1))
