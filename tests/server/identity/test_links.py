"""Invitations and password resets by one-time links."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from server.core.database import db
from server.identity.mail import Message, Outbox, Smtp
from server.identity.models import OneTimeLink, User
from tests import factories as make
from tests.server.identity.people import PASSWORD, with_password

API = "/api/v1"
NEW = "an entirely new one"


@pytest.fixture
def outbox(app):
    return app.extensions["mail"]


def invite(client, admin, **values):
    body = {"email": "new@example.com", "name": "New", "role": "admin", **values}
    return client.post(f"{API}/users", json=body, headers=make.auth(admin))


def secret_of(link):
    return link.split("#")[1]


def accept(client, secret, password=NEW):
    return client.post(f"{API}/auth/invitation/accept", json={"token": secret, "password": password})


def confirm(client, secret, password=NEW):
    return client.post(f"{API}/auth/password-reset/confirm", json={"token": secret, "password": password})


def asked(client, outbox, user):
    """The secret of a reset that the user asked for."""
    assert client.post(f"{API}/auth/password-reset", json={"email": user.email}).status_code == 204
    return outbox.messages[-1].body.strip().split("#")[1]


def sign_in(client, email, password):
    return client.post(f"{API}/auth/token", json={"email": email, "password": password}).status_code


def test_an_invited_person_chooses_a_password_and_is_signed_in(client):
    invited = invite(client, make.user("admin"))
    assert invited.status_code == 201
    assert invited.json["user"]["accepted"] is False
    answer = accept(client, secret_of(invited.json["link"]))
    assert answer.status_code == 200
    me = client.get(f"{API}/auth/me", headers={"Authorization": f"Bearer {answer.json['access_token']}"})
    assert me.json["user"]["email"] == "new@example.com"
    assert sign_in(client, "new@example.com", NEW) == 200


def test_a_link_works_once(client):
    secret = secret_of(invite(client, make.user("admin")).json["link"])
    accept(client, secret)
    again = accept(client, secret, "yet another password")
    assert (again.status_code, again.json["code"]) == (410, "link_invalid")
    assert sign_in(client, "new@example.com", NEW) == 200


def test_a_link_works_for_seventy_two_hours(client):
    with time_machine.travel(datetime(2026, 3, 2, 9, tzinfo=UTC), tick=False) as clock:
        admin = make.user("admin")
        first = secret_of(invite(client, admin).json["link"])
        clock.shift(timedelta(hours=71, minutes=59))
        assert accept(client, first).status_code == 200
        second = secret_of(invite(client, admin, email="other@example.com").json["link"])
        clock.shift(timedelta(hours=72))
        assert accept(client, second).status_code == 410


def test_a_new_link_ends_the_one_before(client):
    admin = make.user("admin")
    invited = invite(client, admin).json
    renewed = client.post(f"{API}/users/{invited['user']['id']}/link", headers=make.auth(admin)).json
    assert accept(client, secret_of(invited["link"])).status_code == 410
    assert accept(client, secret_of(renewed["link"])).status_code == 200


def test_a_bad_password_leaves_the_link_usable(client):
    secret = secret_of(invite(client, make.user("admin")).json["link"])
    assert accept(client, secret, "new@example.com").status_code == 422
    assert accept(client, secret).status_code == 200


@pytest.mark.parametrize("password", ["short", "ninechars", "new@example.com", "NEW@example.com", "aaaaaaaaaaaa"])
def test_passwords_that_anybody_could_guess_are_refused(client, password):
    answer = accept(client, secret_of(invite(client, make.user("admin")).json["link"]), password)
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json["errors"]] == ["/password"]


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("password1234", "This is a very common password."),
        ("Fieldbeat2026", "Add another word or two."),
        ("P@ssw0rd2026", "This is similar to a commonly used password."),
        ("qwertyuiop1", "This is similar to a commonly used password."),
        ("new@example.com1", "Add another word or two."),
        ("exampleNEW!", "Add another word or two."),  # of the address
        ("abcabcabcabc" * 10, "Avoid repeated words and characters."),
    ],
)
def test_a_weak_password_is_refused_with_what_would_make_it_better(client, password, said):
    answer = accept(client, secret_of(invite(client, make.user("admin")).json["link"]), password)
    assert answer.status_code == 422
    ((pointer, detail),) = [(error["pointer"], error["detail"]) for error in answer.json["errors"]]
    assert pointer == "/password"
    assert detail.startswith("This one can be guessed.")
    assert said in detail


@pytest.mark.parametrize(
    "password", ["three otters in a canoe", "LUr4x0sSvXYl", "Käsekrainer um Mitternacht", "kxwq7fh2nd9v" + "0" * 188]
)
def test_a_password_that_is_hard_to_guess_is_taken(client, password):
    link = invite(client, make.user("admin")).json["link"]
    assert accept(client, secret_of(link), password).status_code == 200


def test_an_invitation_is_no_reset_and_a_reset_no_invitation(client, outbox):
    invitation = secret_of(invite(client, make.user("admin")).json["link"])
    assert confirm(client, invitation).status_code == 410
    reset = asked(client, outbox, with_password())
    assert accept(client, reset).status_code == 410


def test_a_reset_changes_the_password_and_ends_all_sign_ins(client, outbox):
    user = with_password()
    before = client.post(f"{API}/auth/token", json={"email": user.email, "password": PASSWORD}).json
    assert confirm(client, asked(client, outbox, user)).status_code == 200
    assert sign_in(client, user.email, PASSWORD) == 401
    assert sign_in(client, user.email, NEW) == 200
    assert (
        client.get(f"{API}/auth/me", headers={"Authorization": f"Bearer {before['access_token']}"}).status_code == 401
    )
    assert client.post(f"{API}/auth/refresh", json={"refresh_token": before["refresh_token"]}).status_code == 401


def test_asking_for_a_reset_does_not_say_whether_the_address_exists(client, outbox):
    user, ended = with_password(), with_password(active=False)
    answers = [
        client.post(f"{API}/auth/password-reset", json={"email": email})
        for email in (user.email, ended.email, "nobody@example.com")
    ]
    assert {(answer.status_code, answer.data) for answer in answers} == {(204, b"")}
    assert [message.to for message in outbox.messages] == [user.email]


def test_a_deactivated_user_cannot_use_a_link(client, outbox):
    user = with_password()
    secret = asked(client, outbox, user)
    user = db.session.get_one(User, user.id)
    user.active = False
    db.session.commit()
    assert confirm(client, secret).status_code == 410


def test_no_secret_of_a_link_is_stored(client):
    secret = secret_of(invite(client, make.user("admin")).json["link"])
    assert secret not in str(db.session.execute(select(OneTimeLink.__table__)).all())


def test_the_secret_stands_behind_the_hash_sign(client):
    """Browsers send what stands behind # to no server, so no log sees it."""
    path, _, secret = invite(client, make.user("admin")).json["link"].partition("#")
    assert path.endswith("/invitation")
    assert len(secret) >= 43


def test_production_logs_no_link(caplog):
    for show in (True, False):
        caplog.clear()
        with caplog.at_level(logging.WARNING):
            Outbox(show).send(Message("a@example.com", "Subject", "the link"))
        assert ("the link" in caplog.text) is show


def test_with_a_mail_server_the_link_is_mailed_and_not_shown(app, client):
    """A mail server of our own, on a socket, gets the message."""
    import socketserver
    import threading

    heard = []

    class Server(socketserver.StreamRequestHandler):
        def handle(self):
            self.wfile.write(b"220 test\r\n")
            data = False
            for line in self.rfile:
                heard.append(line)
                if data:
                    data = line != b".\r\n"
                    if not data:
                        self.wfile.write(b"250 ok\r\n")
                elif line.upper().startswith(b"DATA"):
                    data = True
                    self.wfile.write(b"354 go\r\n")
                elif line.upper().startswith(b"QUIT"):
                    self.wfile.write(b"221 bye\r\n")
                    return
                else:
                    self.wfile.write(b"250 ok\r\n")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Server) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        port = server.server_address[1]
        app.extensions["mail"] = Smtp(f"smtp://127.0.0.1:{port}", "fieldbeat@example.com", run=lambda send: send())
        answer = invite(client, make.user("admin"))
        server.shutdown()
    assert answer.json["link"] is None
    text = b"".join(heard).replace(b"=\r\n", b"").replace(b"=3D", b"=")
    assert b"new@example.com" in text
    assert b"/invitation#" in text
