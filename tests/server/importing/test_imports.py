"""Importing accounts through HTTP: what files do, and what they are refused for."""

from __future__ import annotations

import io
import json
from datetime import date

import pytest
import time_machine
from sqlalchemy import func, select

from server.accounts.models import Account, OwnerChange
from server.activities.models import Activity
from server.core.database import db
from server.core.errors import Conflict
from server.importing import service
from server.importing.models import ImportRun
from server.importing.notices import SENTENCES
from server.importing.options import Options
from server.inputs.models import InputChange
from tests import factories as make

URL = "/api/v1/imports"
HEAD = "external_id,name,lat,lon\n"


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel("2026-03-03T15:00:00Z"):
        yield


@pytest.fixture
def world(app, morning):
    make.company()
    east, west = make.team(name="East"), make.team(name="West")

    class World:
        east_id = east.id
        lead_user = make.user("manager", team_id=east.id)
        lead, admin = make.auth(lead_user), make.auth(make.user("admin"))

    for name, team in (("ann", east), ("cy", west)):
        user = make.user("rep", email=f"{name}@example.com")
        setattr(World, name, make.rep(team.id, user_id=user.id, name=f"{name.title()} Rep").id)
        setattr(World, f"{name}_auth", make.auth(user))
    make.segment("A", name="Key accounts")
    return World


def send(client, auth, text, *, filename="accounts.csv", mapping=None, dry_run=False, **options):
    data = text if isinstance(text, bytes) else text.encode()
    form = {"file": (io.BytesIO(data), filename), "dry_run": str(dry_run).lower(), "options": json.dumps(options)}
    if mapping is not None:
        form["mapping"] = json.dumps(mapping)
    return client.post(URL, data=form, headers=auth, content_type="multipart/form-data")


def counts(answer):
    assert answer.status_code == 201, answer.json
    return tuple(answer.json[name] for name in ("created", "updated", "unchanged"))


def errors(client, auth, text, **kwargs):
    """(row, column, code) of every error that a dry run lists."""
    answer = send(client, auth, text, dry_run=True, **kwargs)
    assert answer.status_code == 201, answer.json
    found = [p for p in answer.json["problems"] if p["severity"] == "error"]
    assert answer.json["state"] == ("rejected" if found else "checked")
    return [(p["row"], p["column"], p["code"]) for p in found]


def warnings(answer):
    """(row, column, code) of what the file itself is warned about; for the rest see `notices`."""
    found = [p for p in answer.json["problems"] if p["severity"] == "warning" and p["code"] not in SENTENCES]
    return [(p["row"], p["column"], p["code"]) for p in found]


def notices(answer):
    """Code -> sentence: what will not happen to accounts that come in."""
    return {p["code"]: p["detail"] for p in answer.json["problems"] if p["code"] in SENTENCES}


def stored(external_id):
    db.session.rollback()
    return db.session.scalar(select(Account).where(Account.external_id == external_id))


def test_a_plain_file_comes_in_and_the_same_again_changes_nothing(client, world):
    text = HEAD + "K1,Bakery,42.36,-71.06\nK2,Butcher,42.37,-71.05\n"
    first = send(client, world.admin, text, owner="ann@example.com")
    assert counts(first) == (2, 0, 0)
    assert first.json["mapping"] == {"external_id": "external_id", "name": "name", "lat": "lat", "lon": "lon"}
    account = stored("K1")
    assert (account.name, account.owner_id, account.position_quality) == ("Bakery", world.ann, "given")
    assert (account.timezone, account.country) == ("America/New_York", "US")
    assert account.active_from == date(2026, 3, 3)
    changes = list(db.session.execute(select(InputChange.rep_id, InputChange.kind)))
    assert changes == [(world.ann, "accounts_imported")]
    assert db.session.scalar(select(func.count()).select_from(OwnerChange)) == 2
    version = account.version
    assert counts(send(client, world.admin, text, owner="ann@example.com")) == (0, 0, 2)
    assert stored("K1").version == version
    assert db.session.scalar(select(func.count()).select_from(InputChange)) == 1


def test_only_mapped_columns_are_updated_and_empty_cells_keep(client, world):
    send(client, world.admin, "external_id,name,phone,city\nK1,Bakery,123,Boston\n")
    assert counts(send(client, world.admin, "external_id,city,phone\nK1,Salem,\n")) == (0, 1, 0)
    account = stored("K1")
    assert (account.name, account.phone, account.city) == ("Bakery", "123", "Salem")
    assert counts(send(client, world.admin, "external_id,phone\nK1,\n", empty="clear")) == (0, 1, 0)
    assert stored("K1").phone is None


def test_a_dry_run_changes_nothing_but_is_remembered(client, world):
    answer = send(client, world.admin, HEAD + "K1,Bakery,42.36,-71.06\n", dry_run=True)
    assert (answer.json["state"], counts(answer)) == ("checked", (1, 0, 0))
    assert stored("K1") is None
    seen = client.get(f"{URL}/{answer.json['id']}", headers=world.admin)
    assert seen.json == answer.json
    assert [run["id"] for run in client.get(URL, headers=world.admin).json["items"]] == [answer.json["id"]]


def test_one_bad_row_and_nothing_comes_in(client, world):
    text = HEAD + "K1,Bakery,42.36,-71.06\nK2,Butcher,north,-71.05\n"
    answer = send(client, world.admin, text)
    assert (answer.status_code, answer.content_type, answer.json["code"]) == (
        422,
        "application/problem+json",
        "import_rejected",
    )
    assert answer.json["errors"] == [
        {"pointer": "/file/3/lat", "detail": "It is not a number; write degrees like 42.3601."}
    ]
    assert stored("K1") is None
    run = client.get(f"{URL}/{answer.json['import_id']}", headers=world.admin).json
    assert (run["state"], run["problems"][0]["value"]) == ("rejected", "north")


def test_every_problem_is_listed_with_row_and_column(client, world):
    text = (
        "external_id,name,lat,lon,service_minutes,country,email,last_visit,segment,owner\n"
        "K1,Bakery,0,0,,,,,,\n"  # 2
        "K2,Bakery,95,20,,,,,,\n"  # 3: the other way round it would be right
        "K3,Bakery,95,120,,,,,,\n"  # 4
        "K4,Bakery,42.1,,,,,,,\n"  # 5
        "K5,Bakery,,,0,XX,nobody,03/04/2026,Z,zoe@example.com\n"  # 6
        "K1,Again,,,,,,,,\n"  # 7
        ",Nameless,,,,,,,,\n"  # 8
        "K8,,,,,,,,,\n"  # 9
        "K9,Bakery,,,,,,2027-01-01,,\n"  # 10
    )
    assert sorted(errors(client, world.admin, text)) == sorted([
        (2, "lat", "null_island"), (3, "lat", "swapped_position"), (4, "lat", "bad_value"), (5, "lon", "half_position"),
        (6, "service_minutes", "bad_value"), (6, "country", "bad_value"), (6, "email", "bad_value"),
        (6, "last_visit", "bad_value"), (6, "segment", "unknown_segment"), (6, "owner", "unknown_rep"),
        (7, "external_id", "duplicate"), (8, "external_id", "no_external_id"), (8, "external_id", "no_external_id"),
        (9, "name", "no_name"), (10, "last_visit", "in_the_future"),
    ])  # fmt: skip


def test_duplicates_name_both_rows(client, world):
    answer = send(client, world.admin, HEAD + "K1,A,,\nK2,B,,\nK1,C,,\n", dry_run=True)
    assert answer.json["problems"][0]["detail"].startswith("Rows 2 and 4 have the same external_id")


def test_owners_segments_and_last_visits_come_along(client, world):
    text = "external_id,name,segment,owner_email,last_visit,service_minutes\nK1,Bakery,key accounts,ANN@example.com,2026-02-10,25\n"
    assert counts(send(client, world.admin, text)) == (1, 0, 0)
    account = stored("K1")
    assert (account.segment, account.owner_id, account.service_minutes) == ("A", world.ann, 25)
    assert account.active_from == date(2026, 2, 10)  # known since then at the latest
    visit = db.session.scalar(select(Activity))
    assert (visit.rep_id, visit.local_day, visit.status, visit.channel) == (
        world.ann,
        date(2026, 2, 10),
        "completed",
        "visit",
    )
    assert counts(send(client, world.admin, text)) == (0, 0, 1)
    assert counts(send(client, world.admin, text.replace("02-10", "02-20"))) == (0, 1, 0)
    assert db.session.scalar(select(func.count()).select_from(Activity)) == 2


def test_hours_that_do_not_parse_are_a_warning_and_kept(client, world):
    text = "external_id,name,opening_hours\nK1,Bakery,Fr11:00\nK2,Butcher,Mo–Fr 09:00–17:00\n"
    answer = send(client, world.admin, text)
    assert counts(answer) == (2, 0, 0)
    assert warnings(answer) == [(2, "opening_hours", "opening_hours")]
    account = stored("K1")
    assert (account.opening_hours, account.custom) == (None, {"opening_hours_as_imported": "Fr11:00"})
    assert stored("K2").opening_hours == "Mo-Fr 09:00-17:00"
    assert counts(send(client, world.admin, text)) == (0, 0, 2)
    assert counts(send(client, world.admin, "external_id,opening_hours\nK1,Fr 11:00-15:00\n")) == (0, 1, 0)
    assert (stored("K1").opening_hours, stored("K1").custom) == ("Fr 11:00-15:00", {})


def test_a_swapped_position_is_noticed_by_its_country(client, world):
    rows = "".join(f"K{n},Shop,42.5{n},1.52\n" for n in range(6))  # Andorra
    swapped = "K9,Shop,1.52,42.53\n"  # off Somalia
    assert errors(client, world.admin, HEAD + rows + swapped) == [(8, "lat", "swapped_position")]
    assert errors(client, world.admin, HEAD + swapped, country="AD") == [(2, "lat", "swapped_position")]


def test_a_us_postcode_alone_is_an_approximate_position(client, world):
    send(client, world.admin, "external_id,name,zip\nK1,Bakery,02139\nK2,Butcher,99999\n")
    assert stored("K1").position_quality == "postcode"
    assert abs(stored("K1").lat - 42.36) < 0.05
    assert (stored("K2").position_quality, stored("K2").lat) == ("unknown", None)


def test_parents_stand_before_or_after_and_never_in_a_circle(client, world):
    text = "external_id,name,parent\nK1,Branch,K2\nK2,Head office,\n"
    assert counts(send(client, world.admin, text)) == (2, 0, 0)
    assert stored("K1").parent_id == stored("K2").id
    assert counts(send(client, world.admin, text)) == (0, 0, 2)
    circle = "external_id,name,parent\nK1,Branch,K2\nK2,Head office,K1\n"
    assert errors(client, world.admin, circle) == [(2, "parent", "circular_parent"), (3, "parent", "circular_parent")]
    assert errors(client, world.admin, "external_id,name,parent\nK3,X,K99\n") == [(2, "parent", "unknown_parent")]


def test_a_manager_imports_into_the_own_tree_only(client, world):
    assert counts(send(client, world.lead, HEAD + "K1,Bakery,,\n")) == (1, 0, 0)
    assert stored("K1").team_id == world.east_id
    assert errors(client, world.lead, "external_id,name,owner\nK2,X,cy@example.com\n") == [(2, "owner", "unknown_rep")]
    send(client, world.admin, HEAD + "W1,Western,,\n", owner="cy@example.com")
    assert errors(client, world.lead, HEAD + "W1,Mine,,\n") == [(2, "external_id", "not_yours")]
    assert send(client, world.ann_auth, HEAD + "K3,X,,\n").status_code == 403
    run = send(client, world.admin, HEAD + "K1,Bakery,,\n", dry_run=True).json["id"]
    assert client.get(f"{URL}/{run}", headers=world.lead).status_code == 404


def test_an_account_changed_meanwhile_stops_the_import(client, world):
    """Somebody else changes K2 after the file was compared with what is stored, and before it is written."""
    send(client, world.admin, "external_id,name,phone\nK1,Bakery,1\nK2,Butcher,1\n")
    other = stored("K2").id
    with service.prepare(b"external_id,phone\nK1,2\nK2,2\n", "accounts.csv", Options(), None, None) as prepared:
        headers = {**world.admin, "If-Match": '"v1"'}
        assert client.patch(f"/api/v1/accounts/{other}", json={"phone": "3"}, headers=headers).status_code == 200
        with pytest.raises(Conflict) as refused:
            service.apply(prepared)
    assert (refused.value.status, refused.value.code) == (409, "changed_meanwhile")
    assert (stored("K1").phone, stored("K2").phone) == ("1", "3")
    assert db.session.scalar(select(func.count()).select_from(ImportRun)) == 1
    assert counts(send(client, world.admin, "external_id,phone\nK1,2\nK2,2\n")) == (0, 2, 0)  # nothing is locked


def test_an_account_opened_meanwhile_stops_the_import(client, world):
    with service.prepare(b"external_id,name\nK1,Bakery\nK2,Butcher\n", "a.csv", Options(), None, None) as prepared:
        opened = client.post("/api/v1/accounts", json={"external_id": "K2", "name": "Ours"}, headers=world.admin)
        assert opened.status_code == 201, opened.json
        with pytest.raises(Conflict) as refused:
            service.apply(prepared)
    assert refused.value.code == "changed_meanwhile"
    assert (stored("K1"), stored("K2").name) == (None, "Ours")


def test_one_account_is_not_changed_by_two_rows(client, world):
    send(client, world.admin, HEAD + "K1,Bakery,,\n")
    text = f"fieldbeat_id,external_id,name\n{stored('K1').id},K9,Bakery\n,K1,Butcher\n"
    assert errors(client, world.admin, text) == [(3, "external_id", "duplicate")]


def test_different_columns_of_different_rows_are_changed_at_once(client, world):
    """A phone here, a position there, a parent only for a third: each row keeps what the file leaves as it was."""
    head = "external_id,name,phone,lat,lon,parent\n"
    send(client, world.admin, head + "K1,Bakery,1,42.3,-71.1,\nK2,Butcher,1,42.3,-71.1,\nK3,Cafe,1,,,\nK4,Deli,1,,,\n")
    text = head + "K1,Bakery,2,42.3,-71.1,K4\nK2,Butcher,1,42.5,-71.2,\nK3,Cafe,1,,,K4\nK4,Deli,1,,,\n"
    assert counts(send(client, world.admin, text)) == (0, 3, 1)
    found = {name: stored(name) for name in ("K1", "K2", "K3", "K4")}
    assert {k: (a.phone, a.lat, a.parent_id == found["K4"].id, a.version) for k, a in found.items()} == {
        "K1": ("2", 42.3, True, 2), "K2": ("1", 42.5, False, 2), "K3": ("1", None, True, 2), "K4": ("1", None, False, 1),
    }  # fmt: skip


def test_mapping_by_hand(client, world):
    text = "nr,firm,colour,junk\nK1,Bakery,red,x\n"
    mapping = {"nr": "external_id", "firm": "name", "colour": "custom.colour", "junk": ""}
    assert counts(send(client, world.admin, text, mapping=mapping)) == (1, 0, 0)
    assert stored("K1").custom == {"colour": "red"}
    assert counts(send(client, world.admin, text, mapping=mapping)) == (0, 0, 1)
    wrong = {"nr": "external_id", "name": "name", "firm": "frim"}
    assert errors(client, world.admin, text, mapping=wrong) == [
        (1, "name", "no_such_column"),
        (1, "firm", "no_such_field"),
    ]


def test_segments_by_rules(client, world):
    make.segment("B")
    rule = {"column": "category", "rules": {"shop:*": "A", "*": "B"}}
    text = "external_id,name,category\nK1,Bakery,shop:bakery\nK2,Doctor,amenity:doctors\n"
    send(client, world.admin, text, segment_by=rule)
    assert [(stored(k).segment, stored(k).industry) for k in ("K1", "K2")] == [
        ("A", "shop:bakery"),
        ("B", "amenity:doctors"),
    ]


def test_all_kinds_of_csv_files_are_read(client, world):
    rows = 'external_id{0}name{0}city{0}lat{0}lon\nK1{0}Müller{0}"two\nlines"{0}42.5{0}1.5\n'
    files = {
        "comma": rows.format(",").encode(),
        "semicolon and decimal comma": rows.format(";").replace("42.5;1.5", "42,5;1,5").encode(),
        "tab": rows.format("\t").encode(),
        "BOM": b"\xef\xbb\xbf" + rows.format(",").encode(),
        "BOM and sep": b"\xef\xbb\xbfsep=;\r\n" + rows.format(";").encode(),
        "CRLF": rows.format(",").replace("\n", "\r\n").encode(),
        "UTF-16": rows.format("\t").encode("utf-16"),
        "UTF-16 without BOM": rows.format("\t").encode("utf-16-le"),
        "Windows": rows.format(";").encode("cp1252"),
    }
    for name, data in files.items():
        answer = send(client, world.admin, data, dry_run=True)
        assert answer.json["state"] == "checked", (name, answer.json["problems"])
        assert answer.json["created"] == 1
        assert ("encoding" in {code for _, _, code in warnings(answer)}) == (name == "Windows")
    assert counts(send(client, world.admin, files["BOM and sep"])) == (1, 0, 0)
    assert (stored("K1").name, stored("K1").city) == ("Müller", "two\nlines")
    assert counts(send(client, world.admin, files["Windows"])) == (0, 0, 1)


def test_problems_are_numbered_as_a_spreadsheet_does(client, world):
    text = HEAD + '"K1","two\nlines",,\n\nK2,B,north,\n'  # the header, a row of two lines, an empty row, row 4
    assert errors(client, world.admin, text) == [(4, "lat", "bad_value")]


def test_nobody_else_writes_a_run_into_the_database(client, world):
    send(client, world.admin, "", dry_run=True)
    assert db.session.scalar(select(func.count()).select_from(ImportRun)) == 0


def test_moved_by_a_file_they_are_found_near_where_they_are_now(client, world):
    def near(lat, lon):
        query = {"lat": lat, "lon": lon, "radius_metres": 5000}
        return [
            a["external_id"]
            for a in client.get("/api/v1/accounts/near", query_string=query, headers=world.admin).json["items"]
        ]

    send(client, world.admin, HEAD + "K1,Kiosk,42.36,-71.06\n", owner="ann@example.com")
    assert near(42.36, -71.06) == ["K1"]
    send(client, world.admin, HEAD + "K1,Kiosk,34.05,-118.24\n")
    assert (near(42.36, -71.06), near(34.05, -118.24)) == ([], ["K1"])


@pytest.mark.parametrize(
    ("day", "good"), [("0001-01-01", False), ("1999-12-31", False), ("2000-01-01", True), ("2036-03-04", False)]
)
def test_dates_are_from_2000_to_ten_years_ahead(client, world, day, good):
    """3653 days after 2026-03-03 is 2036-03-03."""
    answer = send(client, world.admin, f"external_id,name,active_from\nK1,Shop,{day}\n", dry_run=True)
    wrong = [p["column"] for p in answer.json["problems"] if p["severity"] == "error"]
    assert wrong == ([] if good else ["active_from"])


LIMITS = "external_id,name,lat,lon,team,load,skills,shared\n"


def test_load_skills_and_sharing_come_along(client, world):
    """An empty cell says nothing; an account without a load of its own has the segment's."""
    text = LIMITS + (
        'L1,Bakery,42.36,-71.06,East,12,"Fork  Lift; spanish",yes\n'  # 2
        "L2,Butcher,42.37,-71.05,East,,,no\n"  # 3
    )
    assert counts(send(client, world.admin, text)) == (2, 0, 0)
    one, two = stored("L1"), stored("L2")
    assert (one.load_units, one.needed_skills, one.shared_visits) == (12, ["fork lift", "spanish"], True)
    assert (two.load_units, two.needed_skills, two.shared_visits) == (None, [], False)
    assert counts(send(client, world.admin, text)) == (0, 0, 2)
    assert counts(send(client, world.admin, "external_id,skills,load\nL1,,\n", empty="clear")) == (0, 1, 0)
    db.session.rollback()
    assert (stored("L1").load_units, stored("L1").needed_skills) == (None, [])


def test_first_visits_and_preferred_hours_come_along(client, world):
    """By the names that files use; typographic dashes are read, what is no hours or shorter than other visits is an error."""
    header = "external_id,name,lat,lon,service_minutes,First visit minutes,Preferred hours\n"
    text = header + "L1,Bakery,42.36,-71.06,30,60,Mo–Fr 08:00–11:00\nL2,Butcher,42.37,-71.05,,,\n"
    assert counts(send(client, world.admin, text)) == (2, 0, 0)
    one, two = stored("L1"), stored("L2")
    assert (one.first_service_minutes, one.preferred_hours) == (60, "Mo-Fr 08:00-11:00")
    assert (two.first_service_minutes, two.preferred_hours) == (None, None)
    assert counts(send(client, world.admin, text)) == (0, 0, 2)
    wrong = header + "L3,Baker,42.36,-71.06,30,20,\nL4,Cook,42.36,-71.06,30,0,\nL5,Grocer,42.36,-71.06,30,60,mornings\n"
    answer = send(client, world.admin, wrong, dry_run=True)
    assert [(p["row"], p["column"], p["code"]) for p in answer.json["problems"] if p["severity"] == "error"] == [
        (2, "First visit minutes", "first_visit_shorter"),
        (3, "First visit minutes", "bad_value"),
        (4, "Preferred hours", "bad_value"),
    ]
    longer = send(client, world.admin, "external_id,service_minutes,first_service_minutes\nL1,90,60\n", dry_run=True)
    assert [p["code"] for p in longer.json["problems"] if p["severity"] == "error"] == ["first_visit_shorter"]
    assert counts(send(client, world.admin, "external_id,preferred_hours\nL1,\n", empty="clear")) == (0, 1, 0)
    db.session.rollback()
    assert stored("L1").preferred_hours is None


def test_an_owner_in_a_file_ends_the_sharing(client, world):
    send(client, world.admin, LIMITS + "L1,Bakery,42.36,-71.06,East,,,yes\n")
    assert counts(send(client, world.admin, "external_id,owner\nL1,ann@example.com\n")) == (0, 1, 0)
    db.session.rollback()
    assert (stored("L1").shared_visits, stored("L1").team_id, stored("L1").owner_id) == (False, None, world.ann)


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ("L1,Bakery,42.36,-71.06,,,,yes", (2, "shared", "shared_without_team")),
        ("L1,Bakery,42.36,-71.06,East,-1,,", (2, "load", "bad_value")),
        (f"L1,Bakery,42.36,-71.06,East,,{'x' * 61},", (2, "skills", "bad_value")),
        (f"L1,Bakery,42.36,-71.06,East,,{'[' * 5000},", (2, "skills", "bad_value")),
    ],
)
def test_limits_that_cannot_be_are_named(client, world, row, found):
    assert errors(client, world.admin, LIMITS + row + "\n") == [found]
