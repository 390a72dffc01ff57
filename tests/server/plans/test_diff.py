"""What is said of a stop that begins at another time."""

from __future__ import annotations

from datetime import date

import pytest

from planner.params import Params
from planner.plan import Route, Stop, StopKind
from planner.proposals.compare import shifts
from server.plans.diff import churn, diff, figures, with_share

DAY = date(2026, 3, 2)
NINE = 9 * 3600


def _day(start: int) -> dict[date, dict]:
    return {DAY: {"stops": [{"appointment": None, "account": "a", "start": start}]}}


def test_a_promised_start_that_comes_forward_is_said_however_little_it_is() -> None:
    (change,) = diff(_day(NINE), _day(NINE - 5 * 60), promised=True)
    assert change.change == "retimed"
    assert change.as_json()["note"] == "Starts 5 minutes earlier than published"
    assert churn([change], _day(NINE)) == {"moved": 0, "added": 0, "removed": 0, "retimed": 1, "kept": 1}


def test_up_to_a_quarter_of_an_hour_later_is_no_other_time() -> None:
    """As it is within what a promised start may differ (Params.lock_slack)."""
    assert diff(_day(NINE), _day(NINE + 14 * 60), promised=True) == []
    assert diff(_day(NINE), _day(NINE + 15 * 60), promised=True) == []
    (change,) = diff(_day(NINE), _day(NINE + 15 * 60 + 1), promised=True)
    assert (change.change, change.note) == ("retimed", None)


def test_a_search_may_shift_what_was_not_promised_a_little() -> None:
    assert diff(_day(NINE), _day(NINE - 14 * 60)) == []
    assert diff(_day(NINE), _day(NINE - 15 * 60)) == []
    assert len(diff(_day(NINE), _day(NINE - 15 * 60 - 1))) == 1


@pytest.mark.parametrize("minutes", [-20, -15, -1, 0, 1, 14, 15, 16, 74])
def test_a_price_counts_the_same_starts(minutes: int) -> None:
    """What is said of a change before it is made, and of the versions before and after it: any start sooner, and more than a quarter
    of an hour later."""
    after = NINE + minutes * 60
    routes = [Route("r", DAY, s, s, (Stop(StopKind.VISIT, s, s, s, site="a"),)) for s in (NINE, after)]
    said = shifts(routes[:1], routes[1:], Params().lock_slack)
    changes = diff(_day(NINE), _day(after), promised=True)
    assert [(s.day, s.before, s.after) for s in said] == [(c.before[0], c.before[1], c.after[1]) for c in changes]
    assert len(said) == (minutes < 0 or minutes > 15)


def test_how_many_stay_on_their_day() -> None:
    """Of four stops one moves and one goes; a fifth is new."""
    other = date(2026, 3, 3)
    stops = [{"appointment": None, "account": name, "start": NINE} for name in "abcde"]
    before = {DAY: {"stops": stops[:3]}, other: {"stops": [stops[3]]}}
    after = {DAY: {"stops": [stops[0], stops[4]]}, other: {"stops": [stops[3], stops[1]]}}
    counted = churn(diff(before, after), before)
    assert counted == {"moved": 1, "added": 1, "removed": 1, "retimed": 0, "kept": 2}
    assert with_share(counted)["kept_share"] == 0.5
    assert with_share(churn([], {}))["kept_share"] is None
    assert with_share({"moved": 1, "added": 0, "removed": 0, "retimed": 0})["kept_share"] is None  # of an older version


def test_what_a_version_holds_and_leaves_out() -> None:
    """Ten minutes and 4 km to a, late by two days, then a break; five minutes and 2 km to a meeting that is no account's; 15
    minutes and 6 km home: 30 minutes, 12 km."""
    stops = [
        {"account": "a", "travel": 600, "metres": 4000, "late_days": 2},
        {"account": None, "travel": 0, "metres": 0, "late_days": 0},
        {"account": None, "travel": 300, "metres": 2000, "late_days": 0},
    ]
    days = {DAY: {"stops": stops, "return_travel": 900, "return_metres": 6000}}
    other = "2026-03-03"
    left_out = [
        {"reason": name, "days": [other]} for name in ("day_full", "not_due", "paused", "ended", "no_cadence", "closed")
    ]
    left_out += [{"reason": "day_full", "days": [DAY.isoformat()]}]  # of today alone
    left_out += [{"reason": "no_position", "days": []}]
    assert figures(days, left_out, DAY) == {
        "visits": 1, "late": 1, "driving_minutes": 30, "driving_metres": 12_000, "left_out": 3,
    }  # fmt: skip
