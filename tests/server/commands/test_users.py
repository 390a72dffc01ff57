"""`flask users`."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from server.company.models import Company
from server.core.database import db
from server.identity.models import User
from tests import factories as make
from tests.server.identity.people import PASSWORD, with_password


@pytest.fixture
def run(app):
    def call(*arguments):
        result = app.test_cli_runner().invoke(args=["users", *map(str, arguments)])
        return result.exit_code, result.output

    return call


def test_the_first_admin_brings_the_company_and_gets_a_link(run, client):
    code, output = run("create", "First@Example.com", "--name", "First")
    assert code == 0
    secret = output.strip().split("#")[1]
    answer = client.post("/api/v1/auth/invitation/accept", json={"token": secret, "password": PASSWORD})
    assert answer.json["user"]["role"] == "admin"
    assert db.session.get_one(Company, 1).version == 1


def test_with_a_password_no_link_is_needed(run, client):
    run("create", "a@example.com", "--password", PASSWORD)
    answer = client.post("/api/v1/auth/token", json={"email": "a@example.com", "password": PASSWORD})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("no address",), "Not a valid email address"),
        (("a@example.com", "--password", "short"), "10 to 200 characters"),
        (("a@example.com", "--role", "rep"), "a rep needs --team"),
        (("a@example.com", "--role", "rep", "--team", "00000000-0000-7000-8000-000000000000"), "no such team"),
    ],
)
def test_wrong_input_is_one_line_and_creates_nobody(run, arguments, message):
    code, output = run("create", *arguments)
    assert code == 1
    assert message in output
    assert db.session.scalar(select(User.id)) is None


def test_nobody_is_created_twice(run):
    run("create", "a@example.com")
    code, output = run("create", "A@example.com")
    assert (code, "exists already" in output) == (1, True)


def test_the_list_says_who_may_sign_in(run):
    with_password("admin", email="a@example.com")
    make.user("rep", email="b@example.com")
    make.user("rep", email="c@example.com", active=False)
    lines = run("list")[1].splitlines()
    assert ["invited" in line for line in lines] == [False, True, True]
    assert ["deactivated" in line for line in lines] == [False, False, True]


def test_deactivating_ends_access_but_not_of_the_last_admin(run):
    make.user("admin", email="a@example.com")
    code, output = run("deactivate", "a@example.com")
    assert (code, "last admin" in output) == (1, True)
    make.user("admin")
    assert run("deactivate", "a@example.com")[0] == 0
    db.session.rollback()
    assert db.session.scalar(select(User.active).where(User.email == "a@example.com")) is False


def test_a_link_for_somebody_who_forgot_the_password(run, client):
    user = with_password("admin")
    secret = run("link", user.email)[1].strip().split("#")[1]
    answer = client.post("/api/v1/auth/password-reset/confirm", json={"token": secret, "password": "a new password"})
    assert answer.status_code == 200
    assert run("link", "nobody@example.com")[0] == 1


def test_a_link_leads_to_the_port_of_the_server_or_says_where_it_leads(app, settings, run, monkeypatch):
    user = make.user("admin")
    monkeypatch.setitem(app.extensions, "settings", replace(settings, port=9123, public_url=""))
    said, link = run("link", user.email)[1].strip().splitlines()
    assert link.startswith("http://127.0.0.1:9123/invitation#")
    assert said == "The link is for http://127.0.0.1:9123; set PORT or FIELDBEAT_PUBLIC_URL if the server is elsewhere."
    monkeypatch.setitem(app.extensions, "settings", replace(settings, public_url="https://fieldbeat.example.com"))
    (link,) = run("link", user.email)[1].strip().splitlines()
    assert link.startswith("https://fieldbeat.example.com/")
