"""Every request has an id, which answers, logs and audit entries carry, and leaves one line in the log."""

from __future__ import annotations

import re
import time

import structlog
from flask import Flask, Response, g, request

from server.core.ids import new_id

HEADER = "X-Request-Id"
_GOOD = re.compile(r"[A-Za-z0-9_-]{8,60}")
log = structlog.get_logger("fieldbeat.requests")


def bind(app: Flask) -> None:
    app.before_request(begin)
    app.after_request(end)


def begin() -> None:
    given = request.headers.get(HEADER, "")
    g.request_id = given if _GOOD.fullmatch(given) else str(new_id())
    g.began = time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def end(answer: Response) -> Response:
    answer.headers[HEADER] = g.get("request_id", "")
    rule = request.url_rule.rule if request.url_rule else "(none)"  # the rule, not the path: paths may hold secrets
    took_ms = round((time.perf_counter() - g.get("began", time.perf_counter())) * 1000, 1)
    user = g.get("user")
    who = user.__dict__.get("id") if user is not None else None
    log.info(
        "request", method=request.method, rule=rule, status=answer.status_code, took_ms=took_ms, user=str(who or "")
    )
    return answer
