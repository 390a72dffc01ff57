"""Contacts and segments through HTTP."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from server.core.database import db
from server.inputs.models import InputChange
from tests import factories as make

API = "/api/v1"


@pytest.fixture
def world(app):
    make.company()
    team = make.team()

    class World:
        admin = make.auth(make.user("admin"))
        lead = make.auth(make.user("manager", team_id=team.id))

    for name in ("ann", "bob"):
        user = make.user("rep")
        setattr(World, name, make.rep(team.id, user_id=user.id).id)
        setattr(World, f"{name}_auth", make.auth(user))
    World.account = str(make.account(owner_id=World.ann, segment=make.segment("A").code).id)
    return World


def add(client, world, auth=None, **values):
    url = f"{API}/accounts/{world.account}/contacts"
    return client.post(url, json={"name": "Eve", **values}, headers=auth or world.ann_auth)


def test_a_contact_is_added_changed_listed_and_removed(client, world):
    made = add(client, world, email="Eve@Example.com", title="Buyer")
    assert (made.status_code, made.json["email"]) == (201, "eve@example.com")
    url = f"{API}/contacts/{made.json['id']}"
    headers = {**world.ann_auth, "If-Match": made.headers["ETag"]}
    assert client.patch(url, json={"phone": "123"}, headers=headers).json["phone"] == "123"
    assert client.patch(url, json={"phone": "456"}, headers=headers).status_code == 412
    listed = client.get(f"{API}/accounts/{world.account}/contacts", headers=world.lead).json["items"]
    assert [(c["name"], c["phone"]) for c in listed] == [("Eve", "123")]
    assert client.delete(url, headers={**world.ann_auth, "If-Match": '"v2"'}).status_code == 204
    assert client.get(url, headers=world.ann_auth).status_code == 404


def test_contacts_of_foreign_accounts_do_not_exist(client, world):
    url = f"{API}/contacts/{add(client, world).json['id']}"
    assert add(client, world, world.bob_auth).status_code == 404
    assert client.get(f"{API}/accounts/{world.account}/contacts", headers=world.bob_auth).status_code == 404
    headers = {**world.bob_auth, "If-Match": '"v1"'}
    assert client.get(url, headers=headers).status_code == 404
    assert client.patch(url, json={"name": "x"}, headers=headers).status_code == 404
    assert client.delete(url, headers=headers).status_code == 404


def test_only_one_contact_is_the_primary_one(client, world):
    first = add(client, world, primary=True).json
    second = add(client, world, name="Fay", primary=True).json
    listed = client.get(f"{API}/accounts/{world.account}/contacts", headers=world.ann_auth).json["items"]
    assert {c["id"]: c["primary"] for c in listed} == {first["id"]: False, second["id"]: True}


def test_segments_are_written_by_admins_and_read_by_all(client, world):
    body = {"code": "C", "name": "Small", "rank": 5, "service_minutes": 20}
    assert client.post(f"{API}/segments", json=body, headers=world.lead).status_code == 403
    assert client.post(f"{API}/segments", json=body, headers=world.admin).status_code == 201
    assert client.post(f"{API}/segments", json=body, headers=world.admin).status_code == 409
    assert [s["code"] for s in client.get(f"{API}/segments", headers=world.ann_auth).json["items"]] == ["A", "C"]
    assert client.get(f"{API}/segments/C", headers=world.ann_auth).json["late_minutes"] is None
    assert client.get(f"{API}/segments/%00", headers=world.ann_auth).status_code == 404


def test_a_segment_that_plans_depend_on_tells_those_who_have_accounts_in_it(client, world):
    headers = {**world.admin, "If-Match": '"v1"'}
    assert client.patch(f"{API}/segments/A", json={"name": "Best"}, headers=headers).status_code == 200
    assert db.session.scalar(select(InputChange)) is None
    headers = {**world.admin, "If-Match": '"v2"'}
    assert client.patch(f"{API}/segments/A", json={"miss_minutes": 60}, headers=headers).status_code == 200
    db.session.rollback()
    assert list(db.session.scalars(select(InputChange.rep_id))) == [world.ann]


def test_a_segment_in_use_stays(client, world):
    headers = {**world.admin, "If-Match": '"v1"'}
    assert client.delete(f"{API}/segments/A", headers=headers).status_code == 409
    make.segment("Z")
    assert client.delete(f"{API}/segments/Z", headers=headers).status_code == 204
