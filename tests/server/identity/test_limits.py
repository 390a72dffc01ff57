"""How often somebody may try to sign in."""

from __future__ import annotations

import dataclasses

import pytest

from tests.server.identity.people import PASSWORD, with_password

TOKEN, RESET = "/api/v1/auth/token", "/api/v1/auth/password-reset"


@pytest.fixture
def settings(settings):
    """Three attempts a minute, so that tests are quick."""
    return dataclasses.replace(settings, sign_in_limit="3 per minute")


def attempt(client, email, password="a wrong password", address="10.0.0.1"):
    return client.post(TOKEN, json={"email": email, "password": password}, environ_base={"REMOTE_ADDR": address})


def test_an_account_is_guarded_from_all_addresses_together(client):
    user = with_password()
    codes = [attempt(client, user.email, address=f"10.0.0.{i}").status_code for i in range(5)]
    assert codes == [401, 401, 401, 429, 429]


def test_an_account_written_differently_is_the_same_account(client):
    user = with_password()
    for i, email in enumerate((user.email, user.email.upper(), f" {user.email}")):
        attempt(client, email, address=f"10.0.0.{i}")
    assert attempt(client, user.email, address="10.0.0.9").status_code == 429


def test_an_address_is_stopped_whatever_accounts_it_tries(client):
    codes = [attempt(client, f"nobody{i}@example.com").status_code for i in range(4)]
    assert codes == [401, 401, 401, 429]


def test_known_and_unknown_accounts_are_limited_alike(client):
    user = with_password()
    known = [attempt(client, user.email, address=f"10.0.1.{i}").status_code for i in range(5)]
    unknown = [attempt(client, "nobody@example.com", address=f"10.0.2.{i}").status_code for i in range(5)]
    assert known == unknown


def test_too_many_is_a_problem_document_that_says_when_to_come_back(client):
    for _ in range(3):
        attempt(client, "nobody@example.com")
    answer = attempt(client, "nobody@example.com")
    assert answer.status_code == 429
    assert answer.mimetype == "application/problem+json"
    assert answer.json["code"] == "too_many_requests"
    assert 0 < int(answer.headers["Retry-After"]) <= 60


def test_signing_in_rightly_does_not_count(client):
    """A whole office behind one address signs in at eight."""
    assert {attempt(client, with_password().email, PASSWORD).status_code for _ in range(6)} == {200}


def test_asking_for_resets_counts_every_time(client):
    codes = [client.post(RESET, json={"email": "nobody@example.com"}).status_code for _ in range(4)]
    assert codes == [204, 204, 204, 429]
