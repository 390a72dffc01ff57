"""What surrounds every request."""

from __future__ import annotations

import dataclasses
import io
import json
import logging
from pathlib import Path

import pytest
from sqlalchemy import make_url, text
from werkzeug.datastructures import MultiDict

from server import create_app
from server.core.config import ConfigError
from server.core.database import db, writing
from server.edges import logs
from server.identity.access import access_token
from tests import factories as make

API = "/api/v1"


def test_the_process_is_up_even_without_a_database(app, client):
    with writing() as session:
        session.execute(text("DROP TABLE alembic_version"))
    assert client.get("/healthz").json == {"status": "ok"}


def test_ready_on_a_migrated_database(client):
    assert client.get("/readyz").json == {"status": "ready"}


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("UPDATE alembic_version SET version_num = '0000'", "at migration 0000, not 0"),
        ("DELETE FROM alembic_version", "at migration none, not 0"),
        ("DROP TABLE alembic_version", "The database is empty"),
    ],
)
def test_not_ready_says_what_is_wrong(client, statement, expected):
    with writing() as session:
        session.execute(text(statement))
    answer = client.get("/readyz")
    assert (answer.status_code, answer.mimetype) == (503, "application/problem+json")
    assert expected in answer.json["detail"]


def test_not_ready_without_a_database(settings, tmp_path):
    url = f"sqlite:///{tmp_path}/missing/folder/x.db"
    answer = create_app(dataclasses.replace(settings, database_url=url)).test_client().get("/readyz")
    assert answer.status_code == 503
    assert "cannot be reached" in answer.json["detail"]


@pytest.fixture
def lost(app, settings, template):
    """The database goes away while the server runs, with connections open."""
    make.company()
    user = make.user("admin")
    headers = make.auth(user)
    db.session.remove()
    file = make_url(settings.database_url).database
    if settings.database_url.startswith("sqlite"):
        db.engine.dispose()
        Path(file).unlink()
        Path(file).mkdir()
    else:
        template.drop(settings.database_url)
    yield headers
    if Path(file).is_dir():
        Path(file).rmdir()


def test_without_its_database_the_api_answers_503_and_says_so(app, client, lost):
    app.testing = False  # as it is served: an exception would be a 500, not raised into the test
    calls = [
        client.get(f"{API}/company", headers=lost),
        client.post(f"{API}/auth/token", json={"email": "a@example.com", "password": "long enough"}),
        client.get(f"{API}/exports/accounts.csv", headers=lost),
    ]
    for answer in calls:
        assert (answer.status_code, answer.mimetype) == (503, "application/problem+json")
        assert answer.json["code"] == "unavailable"
        assert 0 < int(answer.headers["Retry-After"]) <= 5
        assert answer.json["detail"] == "The database cannot be reached."  # nothing of hosts, files and passwords
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json["code"]) == (503, "not_ready")
    assert client.get("/healthz").status_code == 200
    assert client.get("/").status_code == 200  # the page itself needs no database


def test_a_database_that_is_not_migrated_is_a_503_too(app, client):
    with writing() as session:
        session.execute(text("DROP TABLE company"))
    answer = client.get(f"{API}/company", headers=make.auth(make.user("admin")))
    assert (answer.status_code, answer.json["detail"]) == (503, "The database is not migrated.")


def test_a_fault_of_ours_stays_one(own_app):
    """SQLAlchemy's own objections are no outage."""
    own_app.add_url_rule("/broken", view_func=lambda: db.session.execute(text("SELECT 1 WHERE 1 = 0")).one()[0])
    assert own_app.test_client().get("/broken").status_code == 500


def test_headers_guard_pages_but_leave_position_and_camera_usable(client):
    headers = client.get(f"{API}/docs").headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "geolocation=(self)" in headers["Permissions-Policy"]
    assert "camera=(self)" in headers["Permissions-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_errors_have_the_headers_too(client):
    assert client.get(f"{API}/nothing/here").headers["X-Frame-Options"] == "DENY"


def test_strict_transport_only_over_https(client):
    assert "Strict-Transport-Security" not in client.get("/healthz").headers
    assert "Strict-Transport-Security" in client.get("/healthz", base_url="https://localhost").headers


def test_answers_of_the_api_are_kept_by_nobody_else(client):
    headers = client.get(f"{API}/company", headers=make.auth(make.user("admin"))).headers
    assert headers["Cache-Control"] == "private, no-cache"
    assert "Authorization" in headers["Vary"]


def test_forwarded_addresses_count_only_behind_proxies(settings):
    """Ten attempts an address: behind no proxy, a header that anybody can write opens no new account of attempts."""
    settings = dataclasses.replace(settings, sign_in_limit="2 per minute")

    def codes(behind):
        client = create_app(dataclasses.replace(settings, behind_proxies=behind)).test_client()
        calls = [({"email": f"n{i}@example.com", "password": "x"}, f"10.0.0.{i}") for i in range(4)]
        path = f"{API}/auth/token"
        return [client.post(path, json=body, headers={"X-Forwarded-For": ip}).status_code for body, ip in calls]

    assert codes(behind=0) == [401, 401, 429, 429]
    assert codes(behind=1) == [401, 401, 401, 401]


def test_every_answer_has_an_id_and_a_good_one_is_kept(client):
    assert client.get("/healthz", headers={"X-Request-Id": "abcd-1234"}).headers["X-Request-Id"] == "abcd-1234"
    bad = client.get("/healthz", headers={"X-Request-Id": "<script>"}).headers["X-Request-Id"]
    assert bad != "<script>"
    assert len(bad) == 36


def test_what_nobody_expected_is_a_problem_document_without_details(own_app, caplog):
    @own_app.get("/broken")
    def broken():
        raise RuntimeError("the password is hunter2")

    answer = own_app.test_client().get("/broken")
    assert (answer.status_code, answer.mimetype, answer.json["code"]) == (500, "application/problem+json", "internal")
    assert "hunter2" not in answer.text
    assert "hunter2" in caplog.text, "the log has the trace"


@pytest.mark.parametrize(
    ("method", "path", "kwargs", "expected"),
    [
        ("GET", "/nothing", {}, (404, "not_found")),
        ("PUT", "/teams", {}, (405, "method_not_allowed")),
        ("POST", "/auth/token", {"data": b"{", "content_type": "application/json"}, (400, "bad_request")),
        ("POST", "/auth/token", {"data": b"\xff", "content_type": "application/json"}, (400, "bad_request")),
        ("POST", "/auth/token", {"data": b"a=1", "content_type": "text/plain"}, (415, "unsupported_media_type")),
        ("POST", "/auth/token", {"data": b""}, (415, "unsupported_media_type")),
        ("POST", "/auth/token", {"data": b"[" * 100_000, "content_type": "application/json"}, (400, "bad_request")),
        ("POST", "/auth/token", {"data": b"1" * 5_000, "content_type": "application/json"}, (400, "bad_request")),
        ("POST", "/auth/token", {"data": b'{"email": NaN}', "content_type": "application/json"}, (400, "bad_request")),
        (
            "POST",
            "/auth/token",
            {"data": b'"' + b"a" * 17_000_000 + b'"', "content_type": "application/json"},
            (413, "too_large"),
        ),
        ("POST", "/auth/token", {"json": []}, (422, "invalid")),
    ],
)
def test_errors_of_the_framework_are_problem_documents(client, method, path, kwargs, expected):
    answer = client.open(API + path, method=method, **kwargs)
    assert (answer.status_code, answer.json["code"]) == expected
    assert answer.mimetype == "application/problem+json"


TWICE = "It is given 2 times; give it once."


@pytest.mark.parametrize("path", ["/accounts?search=a&search=a", "/accounts?unknown=1&search=a&search=b&"])
def test_a_query_parameter_that_comes_twice_is_named(world, path):
    answer = world.call(world.rep, "GET", path)
    assert (answer.status_code, answer.json["code"]) == (422, "invalid")
    assert {"pointer": "/query/search", "detail": TWICE} in answer.json["errors"]
    assert world.call(world.rep, "GET", "/accounts?search=a").status_code == 200


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ('{"note": "a", "note": "b"}', '"note"'),
        ('{"note": "a", "n\\u006fte": "a"}', '"note"'),  # the same name, written otherwise
        ('{"activities": [{"a": {"b": 1, "": 2, "": 2}}]}', '""'),
    ],
)
def test_a_name_that_comes_twice_in_a_body_is_named(world, body, name):
    caller = world.app.test_client()
    token = access_token(world.admin)
    answer = caller.post(
        f"{API}/activities/batch",
        data=body,
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}"},
    )
    assert (answer.status_code, answer.json["code"]) == (400, "bad_request")
    assert answer.json["detail"] == f"{name} stands twice in one object of the body; send it once."


def test_a_field_of_a_form_that_comes_twice_is_named(world):
    form = MultiDict([("dry_run", "true"), ("dry_run", "false"), ("file", (io.BytesIO(b"name\nA\n"), "a.csv"))])
    headers = {"Authorization": f"Bearer {access_token(world.admin)}"}
    answer = world.app.test_client().post(f"{API}/imports", data=form, headers=headers)
    assert (answer.status_code, answer.json["errors"]) == (422, [{"pointer": "/dry_run", "detail": TWICE}])


def test_405_says_what_is_allowed(client):
    assert "GET" in client.put(f"{API}/teams").headers["Allow"]


def test_production_logs_are_one_json_object_a_line(client):
    lines = []

    class Keep(logging.Handler):
        def emit(self, record):
            lines.append(self.format(record))

    handler = Keep()
    handler.setFormatter(logs.formatter())
    logger = logging.getLogger("fieldbeat.requests")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        client.get("/healthz?secret=1", headers={"X-Request-Id": "abcd-1234"})
    finally:
        logger.removeHandler(handler)
        logger.setLevel(logging.NOTSET)
    line = json.loads(lines[-1])
    assert (line["event"], line["rule"], line["status"], line["method"]) == ("request", "/healthz", 200, "GET")
    assert line["request_id"] == "abcd-1234"
    assert "secret" not in lines[-1]


def test_an_unknown_log_level_is_refused(settings):
    with pytest.raises(ConfigError, match="FIELDBEAT_LOG_LEVEL"):
        create_app(dataclasses.replace(settings, log_level="LOUD"))


def test_the_documentation_needs_no_other_host(client):
    page = client.get(f"{API}/docs")
    assert page.status_code == 200
    for name in ("docs.js", "docs.css"):
        assert f"/docs-files/{name}" in page.text
        answer = client.get(f"/docs-files/{name}")
        assert answer.status_code == 200
        assert "://" not in answer.text
    assert "://" not in page.text
    assert client.get(f"{API}/docs/").text == page.text
    assert client.get("/docs").location == f"{API}/docs"


@pytest.mark.parametrize("name", ["../docs.py", "..%2fdocs.py", "nothing.js"])
def test_the_documentation_serves_only_its_own_files(client, name):
    assert client.get(f"/docs-files/{name}").status_code == 404


def test_errors_are_documented_as_problem_documents(client):
    document = client.get(f"{API}/openapi.json").json
    for name, component in document["components"]["responses"].items():
        assert set(component.get("content", {})) <= {"application/problem+json"}, name


def test_the_session_is_clean_after_a_database_error(client):
    with writing() as session:
        session.execute(text("ALTER TABLE alembic_version RENAME TO elsewhere"))
    assert client.get("/readyz").status_code == 503
    assert db.session.scalar(text("SELECT 1")) == 1
