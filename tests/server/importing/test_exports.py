"""Exports: who gets what, harmless in spreadsheets, and back again through the import."""

from __future__ import annotations

import csv
import io

import pytest

from server.core.database import db, writing
from server.importing import service
from server.importing.exporting import EXPORTS, SECRETS, export
from server.importing.options import Options
from server.links.models import AccountLink, AccountLinkMember
from server.reps.models import Rep
from tests import factories as make

URL = "/api/v1/exports"
NASTY = ["=HYPERLINK(\"http://x\")", "+1 555", "-minus", "@at", "'=quoted", "two\nlines", 'a "quote"', "ä;ö,ü", "007"]  # fmt: skip


@pytest.fixture
def world(app):
    make.company()
    east, west = make.team(name="East"), make.team(name="West")

    class World:
        admin_id = make.user("admin").id
        lead = make.auth(make.user("manager", team_id=east.id))
        ann, cy = make.rep(east.id).id, make.rep(west.id).id

    World.admin = make.auth(make.user("admin"))
    return World


def table(text):
    return list(csv.DictReader(io.StringIO(text, newline="")))


def fetched(client, auth, name):
    answer = client.get(f"{URL}/{name}.csv", headers=auth)
    assert answer.status_code == 200, answer.json
    assert answer.content_type == "text/csv; charset=utf-8"
    return table(answer.get_data(as_text=True))


def test_every_table_that_people_own_is_exported_without_secrets(client, world):
    make.account(owner_id=world.ann)
    for name in EXPORTS:
        answer = client.get(f"{URL}/{name}.csv", headers=world.admin)
        assert answer.status_code == 200, name
        header = answer.get_data(as_text=True).split("\r\n")[0].split(",")
        assert not SECRETS & set(header), name
        assert len(header) > 2, name


def test_a_manager_gets_the_own_part(client, world):
    for owner in (world.ann, world.cy):
        make.account(name=f"Of {owner}", owner_id=owner)
    assert [row["name"] for row in fetched(client, world.lead, "accounts")] == [f"Of {world.ann}"]
    assert [row["id"] for row in fetched(client, world.lead, "reps")] == [str(world.ann)]
    assert [row["name"] for row in fetched(client, world.lead, "teams")] == ["East"]
    assert client.get(f"{URL}/users.csv", headers=world.lead).status_code == 403
    assert client.get(f"{URL}/audit_entries.csv", headers=world.lead).status_code == 403
    assert client.get(f"{URL}/refresh_tokens.csv", headers=world.admin).status_code == 404
    assert len(fetched(client, world.admin, "accounts")) == 2


def test_an_export_imported_again_changes_nothing(app, world):
    make.segment("A")
    for n, name in enumerate(NASTY):
        make.account(
            external_id=f"K{n}", name=name, city=name, owner_id=world.ann, custom={"x": name, "n": n}, products=[name.replace(";", "")],
            segment="A", opening_hours="Mo-Fr 09:00-17:00", allowed_weekdays=[0, 2], service_minutes=20, postcode="02139", notes=name,
            load_units=n, needed_skills=["fork lift", "spanish"], first_service_minutes=60, preferred_hours="Mo-Fr 09:00-11:00",
            access_minutes=5,
        )  # fmt: skip
    text = "".join(export(db.session(), "accounts", None))
    assert all(row["city"][:1] not in "=+@" for row in table(text))
    run = service.run(text.encode(), "accounts.csv", Options(), None, world.admin_id)
    assert (run.state, run.created, run.updated, run.unchanged) == ("applied", 0, 0, len(NASTY)), run.problems


def test_numbers_stay_numbers(client, world):
    make.account(owner_id=world.ann, lat=-33.9, lon=-70.5)
    row = fetched(client, world.admin, "accounts")[0]
    assert (row["lat"], row["lon"], row["owner"]) == ("-33.9", "-70.5", row["owner"])


def test_the_commands_write_and_read_files(app, world, tmp_path):
    make.account(external_id="K1", name="Bakery", owner_id=world.ann)
    runner = app.test_cli_runner()
    done = runner.invoke(args=["export", "all", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    assert {file.name for file in (tmp_path / "out").iterdir()} == {f"{name}.csv" for name in EXPORTS}
    back = runner.invoke(args=["accounts", "import", str(tmp_path / "out" / "accounts.csv"), "--dry-run"])
    assert back.exit_code == 0, back.output
    assert "0 accounts would be created, 0 updated, 1 left unchanged; 2 warnings." in back.output
    printed = runner.invoke(args=["export", "table", "accounts", "-"])
    assert printed.stdout_bytes == (tmp_path / "out" / "accounts.csv").read_bytes()
    bad = tmp_path / "bad.csv"
    bad.write_text("external_id,name,lat,lon\nK2,Butcher,north,1\n")
    refused = runner.invoke(args=["accounts", "import", str(bad)])
    assert refused.exit_code == 1
    assert "error: row 2, lat: It is not a number" in refused.output
    by_rule = runner.invoke(args=["accounts", "import", str(bad), "--segment-by", "name"])
    assert "COLUMN=RULES" in by_rule.output


def test_links_and_limits_are_exported_as_far_as_one_sees_the_accounts(client, world):
    shared = make.account(
        name="Shared", team_id=db.session.get_one(Rep, world.ann).team_id, shared_visits=True, load_units=3
    )
    mine, theirs = make.account(owner_id=world.ann, needed_skills=["spanish"]), make.account(owner_id=world.cy)
    for accounts in ((mine, shared), (theirs,)):
        with writing() as session:
            link = AccountLink(kind="apart")
            session.add(link)
            session.flush()
            session.add_all(AccountLinkMember(link_id=link.id, account_id=a.id, kind="apart") for a in accounts)
    assert len(fetched(client, world.admin, "account_links")) == 2
    assert len(fetched(client, world.lead, "account_links")) == 1
    assert {row["account_id"] for row in fetched(client, world.lead, "account_link_members")} == {
        str(mine.id),
        str(shared.id),
    }
    rows = {row["name"]: row for row in fetched(client, world.lead, "accounts")}
    assert (rows["Shared"]["shared_visits"], rows["Shared"]["load_units"]) == ("true", "3")
    assert rows[mine.name]["needed_skills"] == '["spanish"]'
