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
from server.importing.models import ImportRun
from server.inputs.models import InputChange
from tests import factories as make

URL = "/api/v1/imports"
HEAD = "external_id,name,lat,lon\n"


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel("2026-03-03T15:00:00Z"):
        yield


@pytest.fixture()
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
    return [(p["row"], p["column"], p["code"]) for p in answer.json["problems"] if p["severity"] == "warning"]


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
