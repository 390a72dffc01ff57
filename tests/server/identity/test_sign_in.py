"""Signing in and out: tokens, their rotation, theft and its discovery."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from server.core.database import db, writing
from server.identity.models import RefreshToken, User
from tests import factories as make
from tests.server.identity.people import PASSWORD, with_password

TOKEN, REFRESH, OUT, ME = (f"/api/v1/auth/{name}" for name in ("token", "refresh", "sign-out", "me"))
START = datetime(2026, 3, 2, 9, tzinfo=UTC)


def sign_in(client, user, password=PASSWORD):
    return client.post(TOKEN, json={"email": user.email, "password": password})


def refresh(client, token):
    return client.post(REFRESH, json={"refresh_token": token})


def bearer(tokens):
    return {"Authorization": f"Bearer {tokens['access_token']}"}


def test_the_right_password_gives_tokens_that_work(client):
    user = with_password("admin")
    answer = sign_in(client, user)
    assert answer.status_code == 200
    assert answer.json["token_type"] == "bearer"
    assert answer.json["expires_in"] == 15 * 60
    assert answer.json["user"]["email"] == user.email
    assert answer.headers["Cache-Control"] == "no-store"
    assert client.get(ME, headers=bearer(answer.json)).json["user"]["id"] == str(user.id)


def test_the_address_is_read_without_case(client):
    user = with_password()
    assert client.post(TOKEN, json={"email": user.email.upper(), "password": PASSWORD}).status_code == 200


def test_every_failure_looks_the_same(client):
    """Wrong password, unknown address, deactivated, not yet accepted: one answer."""
    known, gone, invited = with_password(), with_password(active=False), make.user()
    answers = [
        sign_in(client, known, "a wrong password"),
        client.post(TOKEN, json={"email": "nobody@example.com", "password": PASSWORD}),
        sign_in(client, gone),
        sign_in(client, invited),
    ]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.data for answer in answers}) == 1


def test_an_unknown_address_takes_as_long_as_a_wrong_password(client):
    known = with_password()
    client.post(TOKEN, json={"email": "first@example.com", "password": "makes the dummy"})

    def cpu(email):
        began = time.thread_time()
        client.post(TOKEN, json={"email": email, "password": "a wrong password"})
        return time.thread_time() - began

    wrong = min(cpu(known.email) for _ in range(3))
    unknown = min(cpu(f"nobody{i}@example.com") for i in range(3))
    assert unknown > wrong / 2


def test_an_access_token_ends_after_fifteen_minutes(client):
    user = with_password()
    with time_machine.travel(START, tick=False) as clock:
        tokens = sign_in(client, user).json
        clock.shift(timedelta(minutes=14))
        assert client.get(ME, headers=bearer(tokens)).status_code == 200
        clock.shift(timedelta(minutes=2))
        assert client.get(ME, headers=bearer(tokens)).status_code == 401


def test_refreshing_gives_new_tokens_each_time(client):
    first = sign_in(client, with_password()).json
    second = refresh(client, first["refresh_token"])
    assert second.status_code == 200
    assert second.json["refresh_token"] != first["refresh_token"]
    assert client.get(ME, headers=bearer(second.json)).status_code == 200


def test_no_secret_is_stored(client):
    tokens = sign_in(client, with_password()).json
    rows = db.session.execute(select(RefreshToken.__table__)).all()
    assert tokens["refresh_token"] not in str(rows)


def test_a_lost_answer_can_be_asked_for_again_within_thirty_seconds(client):
    with time_machine.travel(START, tick=False) as clock:
        first = sign_in(client, with_password()).json["refresh_token"]
        refresh(client, first)
        clock.shift(timedelta(seconds=30))
        again = refresh(client, first)
        assert again.status_code == 200
        assert refresh(client, again.json["refresh_token"]).status_code == 200


def test_a_late_second_use_ends_the_whole_family(client):
    """31 s after its first use: somebody else holds it.  The newest token and the access token end too."""
    user = with_password()
    with time_machine.travel(START, tick=False) as clock:
        first, other = sign_in(client, user).json, sign_in(client, user).json
        second = refresh(client, first["refresh_token"]).json
        clock.shift(timedelta(seconds=31))
        reused = refresh(client, first["refresh_token"])
        assert (reused.status_code, reused.json["code"]) == (401, "refresh_token_reused")
        assert refresh(client, second["refresh_token"]).status_code == 401
        assert client.get(ME, headers=bearer(second)).status_code == 401
        assert client.get(ME, headers=bearer(other)).status_code == 200, "another sign-in of the same person goes on"


def test_a_thief_quick_enough_for_the_grace_is_found_out_at_the_next_turn(client):
    """Owner and thief both change token 1 within the grace; the owner goes on, so the thief's branch is closed."""
    with time_machine.travel(START, tick=False) as clock:
        stolen = sign_in(client, with_password()).json["refresh_token"]
        owner, thief = (refresh(client, stolen).json["refresh_token"] for _ in range(2))
        clock.shift(timedelta(minutes=10))
        owner = refresh(client, owner).json["refresh_token"]
        clock.shift(timedelta(minutes=10))
        assert refresh(client, thief).json["code"] == "refresh_token_reused"
        assert refresh(client, owner).status_code == 401


def test_an_unused_token_ends_after_sixty_days(client):
    with time_machine.travel(START, tick=False) as clock:
        token = sign_in(client, with_password()).json["refresh_token"]
        clock.shift(timedelta(days=60))
        assert refresh(client, token).json["code"] == "refresh_token_invalid"


def test_racing_refreshes_all_succeed_and_only_one_is_the_first(app, client):
    token = sign_in(client, with_password()).json["refresh_token"]
    db.session.remove()
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: refresh(app.test_client(), token), range(6)))
    assert [answer.status_code for answer in answers] == [200] * 6
    rows = db.session.scalars(select(RefreshToken)).all()
    assert len(rows) == 7, "the first token and one for each answer"
    assert len({row.family for row in rows}) == 1
    assert sum(row.used_at is not None for row in rows) == 1


def test_racing_siblings_end_in_no_deadlock(app, client):
    """Answers to one token, used at the same time: the first closes the others, which are in their grace."""
    token = sign_in(client, with_password()).json["refresh_token"]
    siblings = [refresh(client, token).json["refresh_token"] for _ in range(4)]
    db.session.remove()
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda secret: refresh(app.test_client(), secret), siblings))
    assert [answer.status_code for answer in answers] == [200] * 4


def test_signing_out_ends_access_and_refresh_of_this_sign_in_only(client):
    user = with_password()
    here, there = sign_in(client, user).json, sign_in(client, user).json
    assert client.post(OUT, json={"refresh_token": here["refresh_token"]}).status_code == 204
    assert client.get(ME, headers=bearer(here)).status_code == 401
    assert refresh(client, here["refresh_token"]).status_code == 401
    assert client.get(ME, headers=bearer(there)).status_code == 200


def test_signing_out_twice_or_with_nonsense_is_no_error(client):
    assert client.post(OUT, json={"refresh_token": "nonsense"}).status_code == 204


def test_a_deactivated_user_is_out_at_once(client):
    user = with_password()
    tokens = sign_in(client, user).json
    with writing() as session:
        session.get(User, user.id).active = False
    assert client.get(ME, headers=bearer(tokens)).status_code == 401
    assert refresh(client, tokens["refresh_token"]).status_code == 401


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer x.y.z", "Basic YTpi", "Bearer " + "a" * 5000])
def test_garbage_instead_of_a_token_is_a_clean_401(client, header):
    answer = client.get(ME, headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.mimetype == "application/problem+json"
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_token_of_another_server_is_refused(app, client):
    user = with_password()
    import jwt

    forged = jwt.encode(
        {"sub": str(user.id), "type": "access", "jti": "x", "exp": 4_000_000_000}, "k" * 40, algorithm="HS256"
    )
    assert client.get(ME, headers={"Authorization": f"Bearer {forged}"}).status_code == 401


def test_me_says_who_one_is_and_how_things_are_shown(client):
    make.company(distance_unit="km", currency="EUR")
    rep = make.rep(make.team().id)
    answer = client.get(ME, headers=make.auth(db.session.get(User, rep.user_id))).json
    assert answer["rep_id"] == str(rep.id)
    assert answer["user"]["role"] == "rep"
    assert (answer["company"]["distance_unit"], answer["company"]["currency"]) == ("km", "EUR")
