"""What no schema describes: broken bodies, odd headers, forged cursors and text that databases choke on, for every operation."""

from __future__ import annotations

import base64
import json
import re
from typing import Any
from urllib.parse import quote

import pytest

from tests.server.fuzz import document
from tests.server.fuzz.company import ROLES, Company

OPERATIONS = document.names()
BODIES = [  # body, content type, status
    (b"", None, 415),
    (b"{}", "text/plain", 415),
    (b"a=1", "application/x-www-form-urlencoded", 415),
    (b"{", "application/json", 400),
    (b"", "application/json", 400),
    (b"\xff\xfe", "application/json", 400),
    (b"[" * 50_000, "application/json", 400),
    (b"9" * 5_000, "application/json", 400),
    (b'{"name": NaN}', "application/json", 400),
    (b"[]", "application/json", 422),
    (b"null", "application/json", 422),
    (b'{"\\ud800": 1}', "application/json", 422),
    (b'{"\\u0000": 1}', "application/json", 422),
]
TEXTS = [
    "\0",
    "a\0b",
    "%",
    "_",
    "\\",
    "'",
    '"',
    "\ufeff",
    "٣",
    "💥" * 300,
    "a" * 10_000,
    "-1",
    "1e400",
    "NaN",
    "9" * 400,
    "[]",
    "",
]
VALUES = [None, True, -1, 2**31, 2**63, 2**70, 1e308, float("inf"), float("nan"), "\0", "\ud800", "0001-01-01", "9999-12-31",
          "9999-12-31T23:59:59.999999-12:00", "0001-01-01T00:00:00+14:00", "x", [], {}, "9" * 400]  # fmt: skip
DEEP = "[" * 20_000
TAGS = ['"v1', 'W/"v1"', '"v99999999999999999999"', '""', ",", "\x80"]


def role_for(name: str) -> str:
    roles = document.find(name)[2]["x-roles"]
    return next((role for role in reversed(ROLES) if role in roles), "admin")


def call(company: Company, name: str, method: str | None = None, path: str | None = None, **sent: Any) -> Any:
    """The operation on real objects, as the most powerful of those who may."""
    real_method, template, _ = document.find(name)
    real = {
        parameter: company.in_path.get(parameter) or company.id_for(name, parameter) for parameter in _in_path(name)
    }
    headers = {
        **company.headers[role_for(name)],
        "If-Match": company.tag_for(name, template),
        **sent.pop("headers", {}),
    }
    query = {**company.query_for(name), **sent.pop("query_string", {})}
    with company.isolation.undone():
        return company.app.test_client().open(
            path or template.format(**real),
            method=method or real_method,
            headers=headers,
            query_string=query,
            buffered=True,
            **sent,
        )


def _in_path(name: str) -> list[str]:
    return re.findall(r"{(\w+)}", document.find(name)[1])


def checked(answer: Any, what: Any) -> int:
    """The status; every error must be a problem document, and none our own fault."""
    status: int = answer.status_code
    assert status < 500, f"{what!r}: {status} {answer.data[:300]!r}"
    if status >= 400:
        assert answer.mimetype == "application/problem+json", f"{what!r}: {answer.mimetype}"
    return status


@pytest.mark.parametrize("name", [name for name in OPERATIONS if document.body_validator(name) is not None])
def test_bodies_that_are_no_json_objects(company, name):
    for body, kind, expected in BODIES:
        answer = call(company, name, data=body, content_type=kind)
        assert checked(answer, body[:40]) == expected, f"{body[:40]!r} as {kind}: {answer.data[:200]!r}"


@pytest.mark.parametrize("name", OPERATIONS)
def test_parameters_of_hostile_text(company, name):
    definition = document.find(name)[2]
    names = [p["name"] for p in definition.get("parameters", []) if p["in"] == "query"]
    for text in TEXTS:
        for parameter in names:
            checked(call(company, name, query_string={parameter: text}), (parameter, text[:40]))
        if _in_path(name) and text:
            template = document.find(name)[1]
            path = template.format(**dict.fromkeys(_in_path(name), quote(text, safe="")))
            assert checked(call(company, name, path=path), (path[:80])) >= 400


@pytest.mark.parametrize(
    "name", [n for n in OPERATIONS if any(p["name"] == "cursor" for p in document.find(n)[2].get("parameters", []))]
)
def test_forged_cursors(company, name):
    forged = [json.dumps([value] * count) for value in VALUES for count in (1, 2, 3)]
    for text in (*forged, DEEP, "{}", "null", "[]", "x", "\0"):
        cursor = base64.urlsafe_b64encode(text.encode("utf-8", "surrogatepass")).decode().rstrip("=")
        assert checked(call(company, name, query_string={"cursor": cursor}), text[:60]) in (200, 422), text[:60]


@pytest.mark.parametrize("name", [n for n in OPERATIONS if document.find(n)[0] in ("PATCH", "DELETE")])
def test_if_match_that_names_no_version(company, name):
    for value in TAGS:
        answer = call(company, name, headers={"If-Match": value}, json=company.body_for(name))
        assert checked(answer, value) in (412, 428), value


@pytest.mark.parametrize("name", OPERATIONS)
def test_methods_and_headers(company, name):
    _, template, _ = document.find(name)
    assert "Allow" in call(company, name, method="OPTIONS").headers
    odd = call(company, name, method="TRACE")
    assert (checked(odd, "TRACE"), "TRACE" in odd.headers["Allow"]) == (405, False)
    if document.find(name)[0] == "GET":
        full, head = call(company, name), call(company, name, method="HEAD")
        assert (head.status_code, head.data) == (full.status_code, b"")
        assert checked(call(company, name, headers={"Accept": "text/html, image/*;q=0"}), "Accept") == full.status_code
    if document.find(name)[2]["x-roles"] != ["public"]:
        for value in ("", "Bearer", "Bearer ", "Basic YTpi", "Bearer a.b.c", "Bearer \x80", "Bearer " + "a" * 20_000):
            assert checked(call(company, name, headers={"Authorization": value}), value[:40]) == 401
