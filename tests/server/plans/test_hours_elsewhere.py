"""Opening hours of accounts in another zone than the rep's: what is open is open, whatever date it is there."""

from __future__ import annotations

from datetime import date

import pytest

from planner.calendar import TimeWindow
from server.core.database import writing
from server.plans.bridge.sites import start_windows
from tests.server.plans.planned import DAYS, Company
from tests.server.plans.test_limits_and_links import want
from tests.server.plans.wished import on_request, stops

HOUR = 3600
FIRST, LAST = date(2026, 3, 2), date(2026, 3, 15)  # Monday to Sunday, two weeks
NEVER, ALWAYS = (), (TimeWindow(0, 36 * HOUR),)


def windows(text: str, zone: str, rep_zone: str, whole: int = 0, country: str = "XX", first=FIRST, last=LAST):
    return start_windows((text,), (country, None, zone, rep_zone), first, last, whole)


def between(opens: float, closes: float) -> TimeWindow:
    return TimeWindow(int(opens * HOUR), int(closes * HOUR))


def on(day: date, found):
    usual, exceptions = found
    return exceptions.get(day, usual[day.weekday()])


@pytest.mark.parametrize("zone", ["America/New_York", "Pacific/Auckland", "Asia/Kathmandu", "Pacific/Pago_Pago"])
def test_what_is_always_open_is_open_all_day(zone):
    assert windows("24/7", zone, "America/New_York") == ((ALWAYS,) * 7, {})
    # a visit may go on after midnight, so its length takes nothing away
    assert windows("24/7", zone, "America/New_York", whole=HOUR) == ((ALWAYS,) * 7, {})


def test_a_shop_on_the_other_side_of_the_earth():
    """Auckland is twelve hours before Berlin in March: nine to five there is from 21:00 the evening before to 05:00 here."""
    morning, evening = between(0, 5), between(21, 29)
    usual, exceptions = windows("Mo-Fr 09:00-17:00", "Pacific/Auckland", "Europe/Berlin")
    assert usual == (*[(morning, evening)] * 4, (morning,), NEVER, (evening,))
    assert exceptions == {}
    usual, _ = windows("Mo-Fr 09:00-17:00", "Pacific/Auckland", "Europe/Berlin", whole=HOUR)
    assert usual[0] == (between(0, 4), between(21, 28))


def test_a_bar_is_open_after_midnight_in_one_piece():
    usual, exceptions = windows("Fr-Sa 18:00-02:00", "Europe/Berlin", "Europe/Berlin", whole=HOUR)
    assert usual == (*[NEVER] * 4, (between(18, 25),), (between(0, 1), between(18, 25)), (between(0, 1),))
    assert exceptions == {}


def test_hours_by_day_are_what_they_were():
    usual, exceptions = windows(
        "Mo-Fr 09:00-12:00,13:00-17:00", "America/New_York", "America/New_York", whole=HOUR // 2
    )
    assert usual == (*[(between(9, 11.5), between(13, 16.5))] * 5, NEVER, NEVER)
    # clocks go forward at two on Sunday 8 March: ten o'clock then is nine hours after midnight
    found = windows("10:00-12:00", "America/New_York", "America/New_York")
    assert [on(date(2026, 3, day), found) for day in (7, 8, 15)] == [
        (between(10, 12),),
        (between(9, 11),),
        (between(10, 12),),
    ]


def test_a_holiday_closes_the_dates_of_the_account():
    """Good Friday in Auckland, 3 April 2026, is Thursday from noon to Friday noon in London (thirteen hours behind but for an hour,
    summer time having begun there on 29 March): 12 hours."""
    text, period = "Mo-Su 00:00-24:00; PH off", {"first": date(2026, 3, 30), "last": date(2026, 4, 4)}
    found = windows(text, "Pacific/Auckland", "Europe/London", country="NZ", **period)
    assert [on(date(2026, 4, day), found) for day in (1, 2, 3)] == [ALWAYS, (between(0, 12),), (between(12, 36),)]


@pytest.fixture
def acme(app, clock) -> Company:
    return on_request(app)


def test_a_garage_that_never_closes_is_visited_in_the_reps_day(acme):
    """New York is 18 hours behind Auckland, where Wednesday begins on Tuesday at six: of its Wednesday only the time until six in the
    morning is Wednesday here, and the rep works from eight on."""
    account = acme.accounts[0]
    with writing() as session:
        row = session.merge(account)
        row.timezone, row.opening_hours = "Pacific/Auckland", "24/7"
    want(acme, account, DAYS[2])
    acme.plan()
    ((day, start, *_),) = stops(acme, account)
    assert (day, start >= "08:00") == (DAYS[2], True)
    (stop,) = [stop for stop in acme.day(DAYS[2]) if stop["account"]]
    assert [(w["opens_at"], w["closes_at"]) for w in stop["windows"]] == [
        ("2026-03-04T00:00:00-05:00", "2026-03-05T00:00:00-05:00")
    ]
