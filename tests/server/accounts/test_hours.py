"""Opening windows in elapsed seconds of local days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.accounts.hours import holidays_between, hours_problem, normalised, open_windows, region_problem
from tests.server.world import pointers

H = 3600
NY = "America/New_York"


def windows(text, first, last=None, country="US", region=None, zone=NY):
    return open_windows((text,), country, region, zone, first, last or first)


def test_weekdays_and_breaks():
    # 2 March 2026 is a Monday
    week = windows("Mo-Fr 09:00-12:30,14:00-17:00; We off", date(2026, 3, 2), date(2026, 3, 8))
    day = ((9 * H, 12 * H + 1800), (14 * H, 17 * H))
    assert week == (day, day, (), day, day, (), ())


def test_the_spring_day_of_23_hours():
    # 8 March 2026: 02:00 becomes 03:00; 09:00 is 8 elapsed hours after midnight, 24:00 is 23
    assert windows("09:00-24:00", date(2026, 3, 8)) == (((8 * H, 23 * H),),)
    assert windows("01:00-09:00", date(2026, 3, 8)) == (((1 * H, 8 * H),),)


def test_the_autumn_day_of_25_hours():
    # 1 November 2026: 02:00 becomes 01:00; 09:00 is 10 elapsed hours after midnight
    assert windows("09:00-17:00", date(2026, 11, 1)) == (((10 * H, 18 * H),),)
    assert windows("24/7", date(2026, 11, 1)) == (((0, 25 * H),),)


def test_a_day_that_has_no_midnight():
    # Santiago, 6 September 2026: 00:00 becomes 01:00; the day begins at 01:00, 09:00 is 8 hours later
    assert windows("09:00-10:00", date(2026, 9, 6), country="CL", zone="America/Santiago") == (((8 * H, 9 * H),),)


def test_hours_across_midnight_are_cut_there():
    # Friday 6 and Saturday 7 March 2026
    assert windows("Fr 22:00-02:00", date(2026, 3, 6), date(2026, 3, 7)) == (((22 * H, 24 * H),), ((0, 2 * H),))


def test_holidays_close_what_is_not_marked_open():
    christmas = date(2026, 12, 25)  # a Friday
    assert windows("Mo-Fr 09:00-17:00", christmas) == ((),)
    assert windows("Mo-Fr 09:00-17:00; PH off", christmas) == ((),)
    assert windows("Mo-Fr,PH 09:00-17:00", christmas) == (((9 * H, 17 * H),),)
    assert windows("Mo-Fr 09:00-17:00; PH 10:00-12:00", christmas) == (((10 * H, 12 * H),),)
    assert windows("24/7", christmas) == (((0, 24 * H),),)
    assert windows("Mo-Fr 09:00-17:00", christmas, country="SA", zone="Asia/Riyadh") == (((9 * H, 17 * H),),)


def test_a_region_that_is_none():
    assert region_problem("US", "MA") is region_problem("US", "us-ma") is region_problem("US", "Massachusetts") is None
    assert (
        region_problem("US", None) is region_problem("XX", "anything") is None
    )  # of a country without a calendar nothing is known
    assert "'Massachusets' is no region of US" in region_problem("US", "Massachusets")
    assert ", MA, " in region_problem("US", "Massachusets")
    assert region_problem("MC", "MA") == "Public holidays of MC are the same everywhere; leave the region empty."


def test_a_region_has_holidays_of_its_own():
    patriots = date(2026, 4, 20)  # third Monday in April: Massachusetts, not the country
    assert windows("Mo-Fr 09:00-17:00", patriots, region="MA") == ((),)
    assert windows("Mo-Fr 09:00-17:00", patriots, region="Massachusetts") == ((),)
    assert windows("Mo-Fr 09:00-17:00", patriots, region="us-ma") == ((),)
    assert windows("Mo-Fr 09:00-17:00", patriots) == (((9 * H, 17 * H),),)
    assert windows("Mo-Fr 09:00-17:00", patriots, region="nowhere") == (((9 * H, 17 * H),),)
    assert holidays_between("XX", None, date(2026, 1, 1), date(2026, 12, 31)) == frozenset()


def test_the_first_text_that_parses_counts():
    monday = date(2026, 3, 2)
    assert open_windows((None, "Fr11:00", "10:00-11:00"), "US", None, NY, monday, monday) == (((10 * H, 11 * H),),)
    assert open_windows((None, ""), "US", None, NY, monday, monday) == ((),)


def test_typographic_dashes_are_understood_and_the_rest_is_told():
    assert normalised("Mo–Fr  09:00 – 17:00") == "Mo-Fr 09:00-17:00"
    assert normalised("Mo - Fr 7:30 - 17:00; PH -1 day off") == "Mo-Fr 7:30-17:00; PH -1 day off"
    assert normalised('Mo 09:00-12:00 "ring - twice"') == 'Mo 09:00-12:00 "ring - twice"'  # for people
    assert hours_problem("Mo–Fr 09:00–17:00") is None
    assert "'Fr11:00' (character 3)" in (hours_problem("Fr11:00") or "")
    assert "at most 1000" in (hours_problem("Mo 09:00-10:00;" * 100) or "")


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        ("Mo-Fr 9-17", "'9-17' (character 7) is not understood: times have hours and minutes"),
        ("Mo-Fr 25:00-26:00", "'25:00-26:00' (character 7) is not understood: times have"),
        ("Mon-Fri 9am-5pm", "'Mon-Fri' (character 3) is not understood: weekdays are Mo Tu We Th Fr Sa Su"),
        ("Mo-Fr 09:00-17:00; Xx off", "'Xx' (character 20) is not understood: weekdays are"),
        ("Mo,Tu,,We 08:00-09:00", "',' (character 7) is not understood"),
        ("Mo-Fr 08:00", "Something is missing at the end, after 'Mo-Fr 08:00'"),
    ],
)
def test_the_part_that_was_not_understood_is_named_with_an_example(world, hours, said):
    answer = world.call(world.rep, "PATCH", f"/accounts/{world.account.id}", {"opening_hours": hours}, version=1)
    assert (answer.status_code, pointers(answer)) == (422, ["/opening_hours"])
    detail = answer.json["errors"][0]["detail"]
    assert detail.startswith(said)
    assert "like 'Mo-Fr 09:00-17:00; Sa 10:00-14:00; PH off'" in detail
    assert hours_problem("Mo-Fr 09:00-17:00; Sa 10:00-14:00; PH off") is None


@given(
    st.text(alphabet="MoTuWeFrSaSuPH 0123456789:-,;+[]/\"'off247JanDec", max_size=40),
    st.dates(date(2025, 1, 1), date(2028, 1, 1)),
)
def test_windows_are_always_inside_their_day_in_order_and_apart(text, first):
    for day in windows(text, first, first + timedelta(days=3), zone="Europe/Vienna", country="AT"):
        flat = [moment for window in day for moment in window]
        assert flat == sorted(set(flat))
        assert all(0 <= moment <= 25 * H for moment in flat)
