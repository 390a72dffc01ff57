"""Files in which latitude and longitude are the wrong way round, and files that only look so."""

from __future__ import annotations

import json

import pytest

from tests import factories as make
from tests.server.importing.test_imports import counts, send

HEAD = "external_id,name,lat,lon\n"
RIGHT_WAY = {"lat": "lon", "lon": "lat"}  # header -> field: the advice
BERLIN, DJIBOUTI, BOSTON, ANDORRA = (52.52, 13.40), (11.58, 43.14), (42.36, -71.06), (42.51, 1.53)


@pytest.fixture
def admin(app):
    return make.auth(make.user("admin"))


def rows(lat, lon, count=6, more="", head=HEAD):
    """A file of so many places within some kilometres."""
    return head + "".join(f"K{n},Shop {n},{lat + n / 1000:.4f},{lon + n / 1000:.4f}{more}\n" for n in range(count))


def found(client, admin, text, **options):
    """(severity, row) of what a dry run says about swapped coordinates."""
    answer = send(client, admin, text, dry_run=True, **options)
    assert answer.status_code == 201, answer.json
    return [(p["severity"], p["row"]) for p in answer.json["problems"] if p["code"] == "swapped_position"]


def swapped(place):
    return place[1], place[0]


def test_at_sea_but_the_other_way_round_in_the_companys_country(client, admin):
    """Berlin the other way round is in the Gulf of Aden: one line says so, and following its advice mends it."""
    make.company(country="DE")
    text = rows(*swapped(BERLIN))
    assert found(client, admin, text) == [("error", None)]
    answer = send(client, admin, text, dry_run=True)
    [problem] = [p for p in answer.json["problems"] if p["severity"] == "error"]
    assert "6 of 6 positions" in problem["detail"]
    assert "(row 2: the sea, else DE)" in problem["detail"]
    assert f"the other way round: {json.dumps(RIGHT_WAY)}." in problem["detail"]
    assert answer.json["error_count"] == 1
    assert counts(send(client, admin, text, mapping={"external_id": "external_id", "name": "name", **RIGHT_WAY})) == (
        6,
        0,
        0,
    )


def test_the_right_way_round_nothing_is_said(client, admin):
    make.company(country="DE")
    assert found(client, admin, rows(*BERLIN)) == []
    assert found(client, admin, rows(*BOSTON)) == []  # abroad, without a country column


def test_customers_abroad_come_in_where_their_country_is_named(client, admin):
    """Djibouti the other way round is in Tuscany: hardly what an Italian company means, unless it says so."""
    make.company(country="IT")
    text = rows(*DJIBOUTI)
    assert found(client, admin, text) == [("error", None)]
    assert send(client, admin, text).status_code == 422
    assert found(client, admin, text, country="DJ") == []  # said, so not asked
    assert counts(send(client, admin, text, country="DJ")) == (6, 0, 0)


def test_few_rows_on_land_prove_nothing(client, admin):
    """Djibouti the other way round is in Tuscany; four of its rows may be four customers."""
    make.company(country="IT")
    assert found(client, admin, rows(*DJIBOUTI, count=4)) == []


@pytest.mark.parametrize("count", [1, 4])
def test_at_sea_each_row_is_proof_by_itself(client, admin, count):
    """Berlin the other way round is in the Gulf of Aden, where nobody trades: an error with what to do, however few rows."""
    make.company(country="DE")
    text = rows(*swapped(BERLIN), count=count) + "K9,Right,52.6,13.4\n"
    assert found(client, admin, text) == [("error", n) for n in range(2, 2 + count)]
    problem = send(client, admin, text, dry_run=True).json["problems"][0]
    assert problem["detail"].startswith("It lies in the sea; the other way round in DE")
    assert "exchange lat and lon in this row" in problem["detail"]


def test_a_typo_whose_other_way_round_is_antarctica_is_not_called_swapped(client, admin):
    """139.92 for 39.92: there is no such latitude, and -83.81, 139.92 is nowhere either."""
    make.company(country="US")
    answer = send(client, admin, HEAD + "K1,Shop,139.92,-83.81\n", dry_run=True)
    [problem] = [p for p in answer.json["problems"] if p["severity"] == "error"]
    assert (problem["code"], problem["detail"]) == ("bad_value", "It is not between -90 and 90 degrees.")


@pytest.mark.parametrize("count", [1, 4])
def test_antarctica_with_an_american_postcode(client, admin, count):
    """Columbus, Ohio, the other way round; the city is empty, the postcode its own.  The right way round it passes."""
    make.company(country="US")
    head = "external_id,name,street,city,zip,lat,lon\n"
    text = head + "".join(f"X-{n},S{n},,Columbus,43215,-82.99,39.{95 + n}\n" for n in range(count))
    answer = send(client, admin, text, dry_run=True)
    assert answer.json["state"] == "rejected"
    assert {p["code"] for p in answer.json["problems"] if p["severity"] == "error"} == {"swapped_position"}
    assert found(client, admin, head + "X-1,S1,,Columbus,43215,39.95,-82.99\n") == []


def test_what_lies_at_sea_either_way_is_a_warning(client, admin):
    """The middle of the Pacific, (-40, -120), is nowhere; there is no latitude -120, so it is not swapped either."""
    make.company(country="US")
    answer = send(client, admin, HEAD + "K1,Shop,-40,-120\n", dry_run=True)
    elsewhere = [(p["severity"], p["row"]) for p in answer.json["problems"] if p["code"] == "position_elsewhere"]
    assert (elsewhere, answer.json["error_count"]) == ([("warning", 2)], 0)


def test_null_island_is_an_error_in_a_single_row(client, admin):
    make.company(country="US")
    answer = send(client, admin, HEAD + "K1,Shop,0,0\n", dry_run=True)
    assert (answer.json["state"], answer.json["problems"][0]["code"]) == ("rejected", "null_island")


@pytest.mark.parametrize("place", [BERLIN, (43.14, 11.58)])
def test_what_is_stored_the_wrong_way_round_speaks_for_nothing(client, admin, place):
    """Neither at sea (Berlin) nor where it is at home only the other way round (Tuscany stored as Djibouti)."""
    make.company(country="DE" if place == BERLIN else "IT")
    for n in range(5):
        make.account(lat=place[1] + n / 100, lon=place[0], country="DJ")
    assert found(client, admin, rows(*swapped(place), count=8)) == [("error", None)]


def test_homes_of_reps_speak_where_the_companys_country_does_not(client, admin):
    make.company(country="US")
    text = rows(*swapped(BERLIN))
    assert found(client, admin, text) == []  # nothing is known of Germany
    make.rep(make.team().id, home_lat=52.4, home_lon=13.1, country="DE")
    assert found(client, admin, text) == [("error", None)]
    assert found(client, admin, rows(*BERLIN)) == []


def test_accounts_that_are_stored_speak_too(client, admin):
    make.company(country="US")
    make.account(lat=52.5, lon=13.5, country="DE")
    assert found(client, admin, rows(*swapped(BERLIN))) == [("error", None)]


def test_a_file_that_corrects_swapped_positions_is_not_refused(client, admin):
    """Everything is stored the wrong way round; the corrected file speaks against all of it."""
    make.company(country="DE")
    for n in range(6):
        make.account(external_id=f"K{n}", lat=13.40 + n / 1000, lon=52.52 + n / 1000)
    assert found(client, admin, rows(*BERLIN)) == []
    assert counts(send(client, admin, rows(*BERLIN))) == (0, 6, 0)


@pytest.mark.parametrize(("column", "value"), [("zip", "02108"), ("state", "MA")])
def test_american_postcodes_and_states_speak_for_a_company_elsewhere(client, admin, column, value):
    make.company(country="DE")
    head = HEAD.replace("\n", f",{column}\n")
    assert found(client, admin, rows(*swapped(BOSTON), more=f",{value}", head=head)) == [("error", None)]
    assert found(client, admin, rows(*BOSTON, more=f",{value}", head=head)) == []
    assert (
        found(client, admin, rows(*swapped(BOSTON), more=",", head=head)) == []
    )  # Antarctica, and nothing says otherwise


def test_all_rows_are_one_line_also_where_each_is_known_to_be_wrong(client, admin):
    """By the country that the rows name, and where there is no such latitude."""
    make.company(country="US")
    head = HEAD.replace("\n", ",country\n")
    assert found(client, admin, rows(*swapped(ANDORRA), more=",AD", head=head)) == [("error", None)]
    assert found(client, admin, rows(-122.4, 37.8)) == [("error", None)]  # San Francisco
    one_right = rows(*swapped(ANDORRA), more=",AD", head=head) + f"K9,Right,{ANDORRA[0]},{ANDORRA[1]},AD\n"
    assert found(client, admin, one_right) == [("error", n) for n in range(2, 8)]


def test_most_rows_the_wrong_way_round_do_not_make_the_others_wrong(client, admin):
    """Milan the other way round is in Somalia: seven of eight rows there must not turn the eighth into the swapped one."""
    make.company(country="IT")
    text = rows(9.19, 45.46, count=7) + "K9,Right,45.46,9.19\n"
    assert found(client, admin, text) == [("error", None)]
