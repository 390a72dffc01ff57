"""Who may invite and change whom."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from server.core.database import db
from server.identity.models import User
from tests import factories as make
from tests.server.identity.people import PASSWORD, with_password, world

API = "/api/v1/users"


@pytest.fixture
def people(app):
    return world()


def invite(client, actor, **values):
    body = {"email": "new@example.com", "name": "New", "role": "rep", **values}
    return client.post(API, json=body, headers=make.auth(actor))


def change(client, actor, user_id, version=None, **values):
    version = version or db.session.get_one(User, user_id).version
    return client.patch(f"{API}/{user_id}", json=values, headers={**make.auth(actor), "If-Match": f'"v{version}"'})


def pointers(answer):
    return [error["pointer"] for error in answer.json.get("errors", [])]


def test_a_manager_invites_a_rep_into_the_own_team_or_one_below(client, people):
    for number, team in enumerate((people.north, people.below)):
        answer = invite(client, people.northern, email=f"new{number}@example.com", team_id=str(team.id))
        assert answer.status_code == 201


def test_a_manager_cannot_invite_elsewhere_and_learns_nothing(client, people):
    """Another team, the team above, none that exists: one answer."""
    ids = [str(people.south.id), str(people.top.id), "00000000-0000-7000-8000-000000000000"]
    answers = [invite(client, people.northern, team_id=team_id) for team_id in ids]
    assert {(answer.status_code, answer.data) for answer in answers} == {(422, answers[0].data)}
    assert pointers(answers[0]) == ["/team_id"]


@pytest.mark.parametrize("role", ["manager", "admin"])
def test_a_manager_makes_nobody_a_leader(client, people, role):
    assert invite(client, people.northern, role=role, team_id=str(people.north.id)).status_code == 403


@pytest.mark.parametrize("role", ["rep", "manager"])
def test_reps_and_managers_need_a_team(client, people, role):
    assert pointers(invite(client, people.admin, role=role)) == ["/team_id"]


def test_an_address_is_taken_in_any_case(client, people):
    answer = invite(client, people.admin, role="admin", email=people.northern.email.upper())
    assert (answer.status_code, answer.json["code"]) == (409, "email_taken")


def test_a_manager_sees_the_people_of_the_teams_and_oneself(client, people):
    items = client.get(API, headers=make.auth(people.northern)).json["items"]
    expected = {people.northern.id, people.north_rep.user_id, people.below_rep.user_id}
    assert {item["id"] for item in items} == {str(user_id) for user_id in expected}


def test_a_rep_who_moved_to_another_team_is_out_of_sight(client, people):
    """The user row still names the old team; the Rep row counts."""
    moved = make.user("rep", team_id=people.north.id)
    make.rep(people.south.id, user_id=moved.id)
    assert client.get(f"{API}/{moved.id}", headers=make.auth(people.northern)).status_code == 404
    assert client.get(f"{API}/{moved.id}", headers=make.auth(people.southern)).status_code == 200


def test_pages_follow_each_other_without_gaps(client, people):
    seen, cursor = [], None
    while True:
        query = {"limit": 3, **({"cursor": cursor} if cursor else {})}
        page = client.get(API, query_string=query, headers=make.auth(people.admin)).json
        seen += [item["id"] for item in page["items"]]
        cursor = page["next"]
        if not cursor:
            break
    assert len(seen) == len(set(seen)) == db.session.scalar(select(func.count()).select_from(User))


@pytest.mark.parametrize("values", [{"role": "manager"}, {"email": "taken.over@example.com"}])
def test_a_manager_changes_no_role_and_no_address(client, people, values):
    answer = change(client, people.northern, people.north_rep.user_id, **values)
    assert answer.status_code == 403
    assert pointers(answer) == [f"/{next(iter(values))}"]


def test_a_manager_cannot_change_oneself_or_another_manager(client, people):
    deputy = make.user("manager", team_id=people.below.id)
    for user in (people.northern, deputy):
        assert change(client, people.northern, user.id, name="Renamed").status_code == 403
        assert client.post(f"{API}/{user.id}/link", headers=make.auth(people.northern)).status_code == 403


def test_a_manager_deactivates_a_rep_at_once(client, people):
    user = with_password("rep", team_id=people.north.id)
    tokens = client.post("/api/v1/auth/token", json={"email": user.email, "password": PASSWORD}).json
    assert change(client, people.northern, user.id, active=False).status_code == 200
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    assert client.get("/api/v1/auth/me", headers=headers).status_code == 401
    refreshed = client.post("/api/v1/auth/refresh", json={"refresh_token": tokens["refresh_token"]})
    assert refreshed.json["code"] == "refresh_token_invalid"
    change(client, people.northern, user.id, active=True)
    assert client.get("/api/v1/auth/me", headers=headers).status_code == 401, "old sign-ins stay ended"


@pytest.mark.parametrize("values", [{"role": "manager"}, {"active": False}])
def test_the_last_admin_stays(client, people, values):
    values = values | ({"team_id": str(people.top.id)} if "role" in values else {})
    answer = change(client, people.admin, people.admin.id, **values)
    assert (answer.status_code, answer.json["code"]) == (409, "last_admin")
    make.user("admin", active=False)  # does not count
    assert change(client, people.admin, people.admin.id, **values).status_code == 409
    make.user("admin")
    assert change(client, people.admin, people.admin.id, **values).status_code == 200


def test_two_admins_cannot_demote_each_other_at_the_same_time(app, people):
    other = make.user("admin")
    pairs = [(people.admin, other), (other, people.admin)]
    calls = [(make.auth(a) | {"If-Match": "*"}, b.id) for a, b in pairs]
    db.session.remove()

    def demote(call):
        headers, user_id = call
        return app.test_client().patch(f"{API}/{user_id}", json={"active": False}, headers=headers).status_code

    with ThreadPoolExecutor(2) as pool:
        codes = sorted(pool.map(demote, calls))
    assert codes[0] == 200
    assert codes[1] in {401, 409}
    assert db.session.scalar(select(func.count()).where(User.role == "admin", User.active)) == 1


def test_changing_needs_the_version_that_was_read(client, people):
    user_id = people.north_rep.user_id
    assert client.patch(f"{API}/{user_id}", json={"name": "x"}, headers=make.auth(people.admin)).status_code == 428
    assert change(client, people.admin, user_id, version=99, name="x").status_code == 412
    read = client.get(f"{API}/{user_id}", headers=make.auth(people.admin))
    headers = make.auth(people.admin) | {"If-Match": read.headers["ETag"]}
    changed = client.patch(f"{API}/{user_id}", json={"name": "Renamed"}, headers=headers)
    assert changed.json["name"] == "Renamed"
    assert changed.headers["ETag"] != read.headers["ETag"]


@pytest.mark.parametrize(
    "body",
    [
        {"email": "no address"},
        {"name": " "},
        {"name": "nul\0"},
        {"name": "x" * 201},
        {"role": "owner"},
        {"team_id": "1"},
        {"active": "yes"},
        {"password_hash": "x"},
        {"created_at": "2026-01-01T00:00:00Z"},
        {"id": "00000000-0000-7000-8000-000000000000"},
    ],
)
def test_wrong_input_is_named_and_changes_nothing(client, people, body):
    answer = change(client, people.admin, people.north_rep.user_id, **body)
    assert answer.status_code == 422
    assert pointers(answer) == [f"/{next(iter(body))}"]
    db.session.rollback()
    assert db.session.get_one(User, people.north_rep.user_id).version == 1
