"""The OpenAPI document as the fuzzer reads it."""

from __future__ import annotations

import copy
from functools import lru_cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import jsonschema_rs
import schemathesis
from hypothesis import strategies as st
from schemathesis.transport.serialization import Binary

PREFIX = "/api/v1"
CSV = b"external_id,name\r\nfuzz-1,Fuzz\r\n"  # a file that the import takes
METHODS = ("get", "post", "put", "patch", "delete")


@lru_cache
def raw() -> dict[str, Any]:
    """What the application publishes."""
    from server import create_app
    from server.core.config import Settings

    app = create_app(Settings(instance=Path(mkdtemp()), secret_key="t" * 40))
    return app.test_client().get(f"{PREFIX}/openapi.json").json


def strict() -> dict[str, Any]:
    """Without `default` responses: every status must be named.  If-Match may be any text: `aim` puts the right one."""
    document = copy.deepcopy(raw())
    for item in document["paths"].values():
        for method in METHODS:
            operation = item.get(method, {})
            operation.get("responses", {}).pop("default", None)
            for parameter in operation.get("parameters", []):
                if parameter.get("name") == "If-Match":
                    parameter["schema"] = {"type": "string"}
    return document


def schema(app: Any) -> Any:
    """The Schemathesis schema of this document, called in process."""
    schemathesis.openapi.format("date", st.dates(_day(2026), _day(2027)).map(str))
    schemathesis.openapi.format("binary", st.one_of(st.just(CSV), st.just(CSV), st.binary()).map(Binary))
    made = schemathesis.openapi.from_dict(strict())
    made.app = app
    made.config.generation.with_security_parameters = False  # the company's people sign in
    checks = made.config.checks
    checks.negative_data_rejection.expected_statuses = ["4XX"]
    checks.missing_required_header.expected_statuses = ["422", "428"]
    return made


def _day(year: int) -> Any:
    from datetime import date

    return date(year, 11, 1)


def name_of(operation: Any) -> str:
    """As in the policy's fixtures: "GET /accounts/{account_id}"."""
    return f"{operation.method.upper()} {operation.path.removeprefix(PREFIX)}"


def names() -> list[str]:
    paths = raw()["paths"].items()
    return [
        f"{method.upper()} {path.removeprefix(PREFIX)}" for path, item in paths for method in METHODS if method in item
    ]


def find(name: str) -> tuple[str, str, dict[str, Any]]:
    """(method, path, definition) of an operation."""
    method, path = name.split(" ", 1)
    return method, PREFIX + path, raw()["paths"][PREFIX + path][method.lower()]


def body_validator(name: str) -> Any:
    """A validator of the operation's JSON body, None where it takes none."""
    content = find(name)[2].get("requestBody", {}).get("content", {}).get("application/json")
    if content is None:
        return None
    whole = {**content["schema"], "components": raw()["components"]}
    return jsonschema_rs.Draft202012Validator(whole, validate_formats=True)


def required_in_body(name: str) -> set[str]:
    content = find(name)[2]["requestBody"]["content"]["application/json"]["schema"]
    if "$ref" in content:
        content = raw()["components"]["schemas"][content["$ref"].split("/")[-1]]
    return set(content.get("required", ()))
