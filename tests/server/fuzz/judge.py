"""What an answer must be: Schemathesis' checks, and ours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.openapi import checks as _  # noqa: F401  registers the checks of OpenAPI
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    missing_required_header,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
    missing_required_header,
    unsupported_method,
]
PROBLEM = "application/problem+json"


def complaints(case: Any, response: Any) -> Iterator[tuple[str, str]]:
    """(what kind of thing is wrong, in words) for an answer to somebody who may call the operation."""
    try:
        case.validate_response(response, checks=CHECKS)
    except FailureGroup as group:
        for failure in group.exceptions:
            yield getattr(failure, "title", type(failure).__name__), str(failure)[:700]
    except Failure as failure:
        yield failure.title, str(failure)[:700]
    yield from _problem_document(response)


def refused(response: Any, status: int) -> Iterator[tuple[str, str]]:
    """The answer to somebody who may not."""
    if response.status_code != status:
        yield "Not refused", f"{response.status_code} instead of {status}"
    yield from _problem_document(response)


def _problem_document(response: Any) -> Iterator[tuple[str, str]]:
    if response.status_code < 400:
        return
    kind = response.headers.get("content-type", [""])[0].split(";")[0]
    if kind != PROBLEM:
        yield "An error that is no problem document", f"{response.status_code} {kind}"
    elif not response.json().get("code"):
        yield "A problem without a code", f"{response.status_code}"
