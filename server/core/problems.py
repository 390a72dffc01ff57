"""RFC 9457 problem documents: stable codes, and JSON pointers to what is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import marshmallow as ma
from flask import Response, jsonify
from werkzeug.exceptions import HTTPException

from server.core.errors import DomainError

MIME = "application/problem+json"
CODES = {400: "bad_request", 401: "unauthenticated", 404: "not_found", 405: "method_not_allowed", 413: "too_large",
         415: "unsupported_media_type", 422: "invalid", 429: "too_many_requests", 500: "internal"}  # fmt: skip


class ProblemErrorSchema(ma.Schema):
    pointer = ma.fields.String(metadata={"description": "JSON pointer into the body, or query parameter"})
    detail = ma.fields.String(metadata={"description": "What is wrong there, and what would be right"})


class ProblemSchema(ma.Schema):
    """Every error has this shape (RFC 9457); some carry more members, such as the `stored` row of a conflict."""

    class Meta:
        unknown = ma.INCLUDE

    type = ma.fields.String()
    title = ma.fields.String()
    status = ma.fields.Integer()
    code = ma.fields.String(metadata={"description": "Stable and machine readable"})
    detail = ma.fields.String()
    errors = ma.fields.List(ma.fields.Nested(ProblemErrorSchema))


def response(
    status: int,
    code: str,
    title: str,
    detail: str = "",
    found: list[dict[str, str]] | None = None,
    extra: dict[str, Any] | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    body: dict[str, Any] = {"type": "about:blank", "title": title, "status": status, "code": code}
    if detail:
        body["detail"] = detail
    if found:
        body["errors"] = found
    answer = jsonify({**body, **(extra or {})})
    answer.status_code, answer.mimetype = status, MIME
    answer.headers.update(headers or {})
    return answer


def document(error: DomainError) -> dict[str, Any]:
    """The problem document of an error, for where it is one of many results."""
    found = [{"pointer": pointer, "detail": detail} for pointer, detail in error.pointers.items()]
    body = {"type": "about:blank", "title": error.title, "status": error.status, "code": error.code}
    return {
        **body,
        **({"detail": error.detail} if error.detail else {}),
        **({"errors": found} if found else {}),
        **error.extra,
    }


def from_domain(error: DomainError) -> Response:
    found = [{"pointer": pointer, "detail": detail} for pointer, detail in error.pointers.items()]
    headers = {"WWW-Authenticate": "Bearer"} if error.status == 401 else {}
    return response(error.status, error.code, error.title, error.detail, found, error.extra, headers)


def from_http(error: HTTPException) -> Response:
    """Errors of Flask and webargs; keeps headers such as Allow and Retry-After."""
    data = getattr(error, "data", None) or {}
    messages = data.get("errors") or data.get("messages") or {}
    status = error.code or 500
    headers = {k: v for k, v in error.get_headers() if k.lower() not in {"content-type", "content-length"}}
    detail = "" if messages else (error.description or "")
    if status == 404 and detail == type(error).description:  # werkzeug's speaks to somebody at a browser
        detail = "There is nothing at this address. Check the path; ids in it are UUIDs."
    headers.update(data.get("headers") or {})
    title = "The input is not valid" if status == 422 else error.name
    return response(status, CODES.get(status, "error"), title, detail, list(flatten(messages)), headers=headers)


def flatten(messages: Any, path: str = "") -> Iterator[dict[str, str]]:
    """Flatten marshmallow's nested messages; the first level (json, query, ...) is where the input came from."""
    if isinstance(messages, dict):
        for name, inner in messages.items():
            step = (
                ""
                if (path == "" and name in {"json", "form", "files", "upload"}) or name == "_schema"
                else f"/{_escape(name)}"
            )
            yield from flatten(inner, path + step)
    elif isinstance(messages, list):
        for message in messages:
            yield from flatten(message, path)
    else:
        yield {"pointer": path, "detail": str(messages)}


def _escape(name: Any) -> str:
    return str(name).replace("~", "~0").replace("/", "~1")
