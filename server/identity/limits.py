"""How often somebody may try: for each address and each account, failed attempts only where a success proves the person.

The counts live in the process (N web processes allow N times as many attempts): enough against guessing, and nobody is
ever locked out for longer than the window.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask, Response, current_app, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

OFF = "off"  # as FIELDBEAT_SIGN_IN_LIMIT
limiter = Limiter(get_remote_address, storage_uri="memory://", headers_enabled=True, retry_after="delta-seconds")


def bind(app: Flask) -> None:
    app.config.setdefault("RATELIMIT_HEADERS_ENABLED", True)
    limiter.init_app(app)


def failures_limited(view: Callable[..., Any]) -> Callable[..., Any]:
    """Count refused attempts by address and by account."""
    return _limited(view, "failed", lambda answer: answer.status_code == 401)


def attempts_limited(view: Callable[..., Any]) -> Callable[..., Any]:
    """Count every attempt by address and by account: each may send a message."""
    return _limited(view, "attempt", lambda _: True)


def _limited(view: Callable[..., Any], scope: str, counts: Callable[[Response], bool]) -> Callable[..., Any]:
    for name in (_account, get_remote_address):
        view = limiter.limit(
            _allowed, key_func=name, scope=f"{scope}-{name.__name__}", deduct_when=counts, exempt_when=_unlimited
        )(view)
    return view


def _allowed() -> str:
    return "1 per minute" if _unlimited() else str(current_app.extensions["settings"].sign_in_limit)


def _unlimited() -> bool:
    return bool(current_app.extensions["settings"].sign_in_limit == OFF)


def _account() -> str:
    """The account that is tried, as far as the body names one; else the address stands for it."""
    try:
        body = request.get_json(silent=True)
    except RecursionError:  # nested so deeply that it cannot be read; the parser refuses it
        body = None
    email = body.get("email") if isinstance(body, dict) else None
    return email.strip().lower()[:254] if isinstance(email, str) and email.strip() else get_remote_address()
