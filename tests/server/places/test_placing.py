"""Where accounts are, through HTTP and files: found by the index, corrected by people, checked against their postcodes."""

from __future__ import annotations

import io
import json

import pytest

from server.accounts.models import Account
from server.core.database import db
from server.places.locating import locate
from tests import factories as make

ADDRESS = {"street": "Landstr.", "housenumber": "4", "postcode": "9490", "city": "Vaduz", "country": "LI"}
HERE = (47.1404, 9.5200)


@pytest.fixture
def company(indexed, client):
    make.company(country="LI", timezone="Europe/Vaduz")
    team = make.team()
    admin = make.user("admin")
    rep = make.rep(team.id)

    class Company:
        owner = str(rep.id)

        def call(self, method, path, body=None, **headers):
            db.session.rollback()
            return client.open(f"/api/v1{path}", method=method, json=body, headers={**make.auth(admin), **headers})

        def open(self, **values):
            answer = self.call("POST", "/accounts", {"name": "Bakery", "owner_id": self.owner, **ADDRESS, **values})
            assert answer.status_code in (201, 202), answer.text
            return answer.json

        def change(self, account, **values):
            version = self.call("GET", f"/accounts/{account['id']}").json["version"]
            answer = self.call("PATCH", f"/accounts/{account['id']}", values, **{"If-Match": f'"v{version}"'})
            assert answer.status_code in (200, 202), answer.text
            return answer.json

        def bring_in(self, text, **options):
            db.session.rollback()
            form = {
                "file": (io.BytesIO(text.encode()), "file.csv"),
                "options": json.dumps({"owner": self.owner, **options}),
            }
            answer = client.post("/api/v1/imports", data=form, headers=make.auth(admin))
            assert answer.status_code == 201, answer.text
            return answer.json

    return Company()


def where(account):
    return account["lat"], account["lon"], account["position_quality"], account["position_source"]


def stored(external_id):
    db.session.rollback()
    return db.session.query(Account).filter_by(external_id=external_id).one()


def test_an_account_finds_itself_by_its_address(company):
    made = company.open()
    assert where(made) == (*HERE, "rooftop", "index")
    assert made["timezone"] == "Europe/Vaduz"
    moved = company.change(made, housenumber="8")
    assert where(moved) == (47.1408, 9.52, "rooftop", "index")
    assert where(company.change(made, street="Nowhere", postcode=None, city=None)) == (None, None, "unknown", None)


def test_what_a_person_sets_stays_until_they_give_it_back(company):
    made = company.open()
    corrected = company.change(made, lat=47.15, lon=9.51)
    assert where(corrected) == (47.15, 9.51, "given", "person")
    assert where(company.change(made, housenumber="8")) == (47.15, 9.51, "given", "person")
    locate()
    assert where(company.call("GET", f"/accounts/{made['id']}").json) == (47.15, 9.51, "given", "person")
    assert where(company.change(made, lat=None, lon=None)) == (47.1408, 9.52, "rooftop", "index")


def test_a_file_is_placed_by_the_index_and_says_how_well(company):
    text = (
        "external_id,name,street,postcode,city\nK1,One,Landstrasse 4,9490,Vaduz\nK2,Two,Landstrasse 6,9490,Vaduz\n"
        "K3,Three,Landstrasse 4,9494,Schaan\nK4,Four,Nirgendweg 1,9490,Vaduz\nK5,Five,Nirgendweg 1,,Nirgendwo\n"
    )
    report = company.bring_in(text)
    qualities = [stored(f"K{n}").position_quality for n in range(1, 6)]
    assert qualities == ["rooftop", "interpolated", "rooftop", "postcode", "unknown"]
    said = {problem["code"]: problem["detail"] for problem in report["problems"]}
    assert "1 of 5 (row 6)" in said["no_position"]
    assert "1 of 5 (row 5)" in said["rough_position"]
    assert company.bring_in(text)["unchanged"] == 5
    export = company.call("GET", "/exports/accounts.csv").text
    assert "position_quality,position_source,position_doubt_metres" in export.splitlines()[0]
    assert company.bring_in(export)["unchanged"] == 5


def test_a_file_does_not_move_what_a_person_has_corrected(company):
    head, line = "external_id,name,lat,lon,postcode\n", "K1,One,{},9.52,9490\n"
    company.bring_in(head + line.format("47.1404"))
    account = {"id": str(stored("K1").id)}
    assert stored("K1").position_source == "file"
    company.change(account, lat=47.1405, lon=9.5201)
    report = company.bring_in(head + line.format("47.1414"))
    assert report["updated"] == 0
    (kept,) = [problem for problem in report["problems"] if problem["code"] == "position_kept"]
    assert kept["row"] == 2  # 0.0009 degrees of latitude are 100.1 m, 0.0001 of longitude 7.6 m: 100.4 m in all
    assert "100 m away" in kept["detail"]
    assert (stored("K1").lat, stored("K1").position_source) == (47.1405, "person")
    company.change(account, lat=None, lon=None)
    company.bring_in(head + line.format("47.1414"))
    assert (stored("K1").lat, stored("K1").position_source) == (47.1414, "file")


def test_a_file_replaces_a_correction_only_where_the_import_says_so(company):
    head, line = "external_id,name,lat,lon,postcode\n", "K1,One,{},9.52,9490\n"
    company.bring_in(head + line.format("47.1404"))
    company.change({"id": str(stored("K1").id)}, lat=47.1405, lon=9.5201)
    kept = company.bring_in(head + line.format("47.1414"), set_by_hand="keep")
    assert [problem["code"] for problem in kept["problems"] if problem["row"] == 2] == ["position_kept"]
    assert (stored("K1").lat, stored("K1").position_source) == (47.1405, "person")
    taken = company.bring_in(head + line.format("47.1414"), set_by_hand="replace")
    assert (taken["updated"], [p["code"] for p in taken["problems"] if p["row"] == 2]) == (1, [])
    assert (stored("K1").lat, stored("K1").lon, stored("K1").position_source) == (47.1414, 9.52, "file")
    # it is the file's now, so the next file moves it without being told to
    company.bring_in(head + line.format("47.1424"))
    assert stored("K1").lat == 47.1424


def test_an_address_in_a_file_moves_no_pin(company):
    company.bring_in("external_id,name,street,postcode,city\nK1,One,Landstrasse 4,9490,Vaduz\n")
    company.change({"id": str(stored("K1").id)}, lat=47.1505, lon=9.5301)
    for options in ({}, {"set_by_hand": "replace"}):
        company.bring_in("external_id,name,street,postcode,city\nK1,One,Landstrasse 8,9490,Vaduz\n", **options)
        assert (stored("K1").street, stored("K1").lat, stored("K1").position_source) == (
            "Landstrasse 8",
            47.1505,
            "person",
        )


def test_an_export_into_an_empty_installation_keeps_what_is_only_approximate(company):
    text = (
        "external_id,name,lat,lon,position_quality,position_source\n"
        "K1,One,47.1404,9.52,street,nominatim\nK2,Two,47.1404,9.521,given,person\n"
    )
    company.bring_in(text)
    assert (stored("K1").position_quality, stored("K1").position_source) == ("street", "nominatim")
    assert (stored("K2").position_quality, stored("K2").position_source) == ("given", "person")


def test_a_position_far_from_its_postcode_is_flagged(company):
    """The middle of Vaduz's addresses is about 47.1406; 0.09 degrees to the north are 10 km."""
    fitting, far = company.open(lat=47.1410, lon=9.5205), company.open(lat=47.2306, lon=9.5200)
    assert fitting["position_doubt_metres"] is None
    assert 9_900 < far["position_doubt_metres"] < 10_100
    listed = company.call("GET", "/accounts?position_doubtful=true").json["items"]
    assert [account["id"] for account in listed] == [far["id"]]
    assert company.change(far, postcode="9999")["position_doubt_metres"] is None  # nobody knows where that is
    report = company.bring_in("external_id,name,postcode,lat,lon\nK1,One,9490,47.2306,9.52\nK2,Two,9490,47.141,9.52\n")
    said = {problem["code"]: problem["detail"] for problem in report["problems"]}
    assert "1 of 2 (row 2)" in said["far_from_postcode"]


def test_us_positions_are_checked_against_the_centres_of_zips(company):
    """Cambridge (02139) is not in Worcester, 60 km to the west; a ranch in the desert may well be far from its ZIP's centre."""
    cambridge = {"street": "1 Main St", "postcode": "02139", "city": "Cambridge", "country": "US"}
    assert company.open(**cambridge, lat=42.3650, lon=-71.1040)["position_doubt_metres"] is None
    assert 50_000 < company.open(**cambridge, lat=42.2626, lon=-71.8023)["position_doubt_metres"] < 70_000
    ranch = {"street": "Ranch", "postcode": "89045", "city": "Round Mountain", "country": "US"}  # Nye County, Nevada
    assert company.open(**ranch, lat=38.9, lon=-117.3)["position_doubt_metres"] is None


def test_a_new_index_finds_those_who_waited(app, extract, company):
    from server.places.index import build, remove

    remove("towns")
    made = company.open()
    assert where(made) == (None, None, "unknown", None)
    build(extract)
    db.session.rollback()
    dry = locate(dry_run=True)
    assert dict(dry.changes) == {("unknown", "rooftop"): 1}
    assert where(company.call("GET", f"/accounts/{made['id']}").json) == (None, None, "unknown", None)
    locate()
    assert where(company.call("GET", f"/accounts/{made['id']}").json) == (*HERE, "rooftop", "index")
    remove("towns")
    locate()  # what was known is not forgotten with the map
    assert where(company.call("GET", f"/accounts/{made['id']}").json) == (*HERE, "rooftop", "index")


def test_search_and_extracts(company):
    found = company.call("GET", "/places/search?street=Landstrasse 4&postcode=9490&city=Vaduz").json["place"]
    assert found == {"lat": 47.1404, "lon": 9.52, "quality": "rooftop", "source": "index", "timezone": "Europe/Vaduz"}
    assert company.call("GET", "/places/search?street=Nirgendweg 1&city=Nirgendwo").json == {"place": None}
    (extract,) = company.call("GET", "/places/extracts").json["items"]
    counts = [extract[name] for name in ("name", "addresses", "roads", "postcodes", "towns")]
    assert counts == ["towns", 15, 1, 2, 2]  # 4 + 3 + 1 + 2 in Vaduz and 5 in Schaan
