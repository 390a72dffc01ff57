"""Every change leaves one entry in its own transaction."""

from __future__ import annotations

import time
from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import func, select

from server.audit import service
from server.audit.events import AUDITED
from server.audit.models import AuditEntry
from server.cadences.models import Pause
from server.core.database import db, writing
from server.identity.models import User
from server.reps.models import Rep, Team
from tests import factories as make
from tests.server.identity.people import with_password


@pytest.fixture
def admin(app):
    return make.user("admin")


def entries(**filters):
    db.session.rollback()
    return db.session.scalars(select(AuditEntry).filter_by(**filters).order_by(AuditEntry.id)).all()


def test_every_audited_table_exists(app):
    assert set(db.metadata.tables) >= AUDITED


def test_creating_changing_and_deleting_leave_one_entry_each(client, admin):
    headers = make.auth(admin)
    made = client.post("/api/v1/teams", json={"name": "East"}, headers={**headers, "X-Request-Id": "request-1"})
    path, tag = f"/api/v1/teams/{made.json['id']}", made.headers["ETag"]
    changed = client.patch(path, json={"name": "West", "approval": True}, headers={**headers, "If-Match": tag})
    client.delete(path, headers={**headers, "If-Match": changed.headers["ETag"]})
    create, update, delete = entries(table_name="teams", row_id=made.json["id"])
    assert (create.action, create.actor_id, create.request_id) == ("create", admin.id, "request-1")
    assert create.changes == {"id": [None, made.json["id"]], "name": [None, "East"], "approval": [None, False]}
    assert (update.action, update.changes) == ("update", {"name": ["East", "West"], "approval": [False, True]})
    assert (delete.action, delete.changes["name"], delete.actor_id) == ("delete", ["West", None], admin.id)


def test_writing_what_is_stored_leaves_none(client, admin):
    team = make.team(name="East")
    headers = make.auth(admin) | {"If-Match": "*"}
    assert client.patch(f"/api/v1/teams/{team.id}", json={"name": "East"}, headers=headers).status_code == 200
    assert [entry.action for entry in entries(table_name="teams")] == ["create"]


def test_a_refused_change_leaves_none(client, admin):
    team = make.team()
    headers = make.auth(admin) | {"If-Match": "*"}
    answer = client.patch(f"/api/v1/teams/{team.id}", json={"parent_id": str(team.id)}, headers=headers)
    assert answer.status_code == 422
    assert [entry.action for entry in entries(table_name="teams")] == ["create"]


def test_an_entry_goes_with_its_transaction(app):
    with pytest.raises(ZeroDivisionError), writing() as session:
        session.add(Team(name="East"))
        session.flush()
        raise ZeroDivisionError
    assert entries() == []


def test_an_entry_does_not_outlive_a_savepoint(app):
    with writing() as session:
        session.add(Team(name="Stays"))
        try:
            with session.begin_nested():
                session.add(Team(name="Goes"))
                session.flush()
                raise ZeroDivisionError
        except ZeroDivisionError:
            pass
    assert [entry.changes["name"][1] for entry in entries()] == ["Stays"]


def test_the_system_itself_has_no_actor(app):
    make.team()
    assert [(entry.actor_id, entry.request_id) for entry in entries()] == [(None, None)]


def test_an_old_value_is_known_even_where_it_was_not_read(app):
    """A row expired by a commit and written before it is read again."""
    team = make.team(name="East")
    with writing():
        team.name = "West"
    assert entries(action="update")[0].changes == {"name": ["East", "West"]}


def test_no_entry_holds_a_secret(app, client):
    user = with_password()
    with writing() as session:
        session.get_one(User, user.id).password_hash = "another hash"
    create, update = entries(table_name="users")
    assert create.changes["password_hash"] == [None, "(secret)"]
    assert update.changes == {"password_hash": ["(secret)", "(secret)"]}
    everything = str([entry.changes for entry in entries()])
    assert "argon2" not in everything
    assert "another hash" not in everything


def test_values_of_all_kinds_are_json(app):
    account = make.account(active_from=date(2026, 1, 5))
    pause = Pause(account_id=account.id, first=account.active_from, last=account.active_from)
    with writing() as session:
        session.add(pause)
    changes = entries(table_name="pauses")[0].changes
    assert (changes["first"], changes["account_id"]) == ([None, "2026-01-05"], [None, str(account.id)])


def test_a_company_row_is_named_by_its_number(app):
    make.company()
    assert entries(table_name="company")[0].row_id == "1"


def test_bulk_statements_are_noted(app, client, admin):
    with writing() as session:
        service.note(session, "import", "accounts", "run 1", {"created": 3})
    entry = entries(action="import")[0]
    assert (entry.table_name, entry.row_id, entry.changes) == ("accounts", "run 1", {"created": 3})


def test_admins_read_it_newest_first_in_pages(client, admin):
    teams = []
    for _ in range(5):
        teams.append(make.team())
        time.sleep(0.002)  # entries are told apart by the millisecond
    headers = make.auth(admin)
    query = {"table_name": "teams", "limit": 2}
    seen, cursor = [], None
    while True:
        answer = client.get(
            "/api/v1/audit", query_string=query | ({"cursor": cursor} if cursor else {}), headers=headers
        ).json
        seen += [item["row_id"] for item in answer["items"]]
        cursor = answer["next"]
        if cursor is None:
            break
    assert seen == [str(team.id) for team in reversed(teams)]


def test_it_can_be_searched(client, admin):
    headers = make.auth(admin)
    client.post("/api/v1/teams", json={"name": "By admin"}, headers=headers)
    make.team(name="By nobody")

    def names(**query):
        items = client.get("/api/v1/audit", query_string={"table_name": "teams", **query}, headers=headers).json[
            "items"
        ]
        return [item["changes"]["name"][1] for item in items]

    assert names(actor_id=str(admin.id)) == ["By admin"]
    assert names(since="2099-01-01T00:00:00+00:00") == []
    assert len(names(until="2099-01-01T00:00:00+00:00")) == 2
    assert client.get("/api/v1/audit?table_name=refresh_tokens", headers=headers).status_code == 422


def test_nobody_else_reads_it(client):
    for user in (make.user("manager"), make.user("rep")):
        assert client.get("/api/v1/audit", headers=make.auth(user)).status_code == 403


def test_each_request_that_writes_leaves_entries_only_for_what_it_wrote(client, admin):
    team = make.team()
    before = db.session.scalar(select(func.count()).select_from(AuditEntry))
    answer = client.post("/api/v1/reps", json={"name": "New", "team_id": str(team.id)}, headers=make.auth(admin))
    assert db.session.get_one(Rep, UUID(answer.json["id"])).name == "New"
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(AuditEntry)) == before + 1
