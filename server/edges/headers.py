"""Security headers.  Geolocation and camera stay usable for our own pages: check-ins need them."""

from __future__ import annotations

from flask import Flask, Response, request

from server.core.http import API_PREFIX

POLICY = {
    "default-src": "'self'",
    "img-src": "'self' data:",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
HEADERS = {
    "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in POLICY.items()),
    "Permissions-Policy": "geolocation=(self), camera=(self), microphone=(), payment=()",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
ONE_YEAR = 31_536_000


def bind(app: Flask) -> None:
    app.after_request(secure)


def secure(answer: Response) -> Response:
    for name, value in HEADERS.items():
        answer.headers.setdefault(name, value)
    if request.is_secure:
        answer.headers.setdefault("Strict-Transport-Security", f"max-age={ONE_YEAR}")
    if request.path.startswith(f"{API_PREFIX}/auth/"):
        answer.headers["Cache-Control"] = "no-store"
    elif request.path.startswith(API_PREFIX):  # may be kept, but only by the one who asked, and asked for again
        answer.headers.setdefault("Cache-Control", "private, no-cache")
        answer.vary.add("Authorization")
    return answer
