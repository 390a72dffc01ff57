"""The small words of a chain: late days, what is fixed, and a table asked for other dates."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from planner.cadence.requests import NEVER, Chain, ClockTable, VisitRequest, Window

WINDOW = Window(date(2025, 1, 24), date(2025, 1, 29), date(2025, 2, 3))
FIRST = date(2025, 1, 1)


def test_days_late_are_those_after_the_last():
    days = [date(2025, 1, 24), date(2025, 2, 3), date(2025, 2, 4), date(2025, 2, 13)]
    assert [WINDOW.late_days(day) for day in days] == [0, 0, 1, 10]


def test_what_is_fixed():
    requests = [
        VisitRequest("", "s", (FIRST,)),
        VisitRequest("", "s", (FIRST,), locked=True),
        VisitRequest("", "s", (FIRST,), appointment="a"),
    ]
    assert [request.fixed for request in requests] == [False, True, True]


def test_what_is_not_said():
    # a rolling request needs no gap of its own: two visits are never on one day; and nothing was missed
    assert VisitRequest("", "s", (FIRST,)).gap == 1
    assert Chain("s").missed == 0


def test_a_table_of_two_days():
    table = ClockTable(FIRST, np.array([[23, 28, 33, 24], [NEVER] * 4], np.int32))
    days = [FIRST, date(2025, 1, 2)]
    assert [table.window(day) for day in days] == [WINDOW, None]
    assert [table.next_due(day) for day in days] == [WINDOW.due, None]
    assert [table.earliest_next(day) for day in days] == [date(2025, 1, 25), None]
    for outside in (date(2024, 12, 31), date(2025, 1, 3)):
        with pytest.raises(IndexError, match="outside this table of 2 days from 2025-01-01"):
            table.window(outside)


def test_tables_are_equal_that_say_the_same():
    first, columns = date(2026, 3, 2), np.array([[5, 7, 9, 5], [6, 8, 10, 6]])
    table = ClockTable(first, columns)
    assert table == ClockTable(first, columns.copy())
    assert hash(table) == hash(ClockTable(first, columns.copy()))
    assert table != ClockTable(date(2026, 3, 3), columns)
    assert table != ClockTable(first, columns + 1)
    assert table != "a table"


def test_a_window_has_all_of_its_three_dates():
    row = [5, 7, 9, 5]
    assert ClockTable(date(2026, 3, 2), np.array([row])).window(date(2026, 3, 2)) is not None
    for lacking in range(3):
        columns = np.array([[NEVER if n == lacking else value for n, value in enumerate(row)]])
        assert ClockTable(date(2026, 3, 2), columns).window(date(2026, 3, 2)) is None
