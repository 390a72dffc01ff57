"""Everything that goes wrong on purpose, as one tree; `http.py` turns it into RFC 9457 problem documents.

DomainError
    Invalid 422             the input contradicts itself or the data; `pointers` says where
    Unauthenticated 401     no or no valid sign-in
    Forbidden 403           signed in, but this role may not do it
    NotFound 404            it does not exist, or it is not yours to know
    Conflict 409            somebody was there first; `extra` shows what is stored
    Gone 410                a cursor or link that is too old
    PreconditionFailed 412  If-Match names another version than the stored one
    Busy 503                try again in a moment
"""

from __future__ import annotations

from typing import Any


class DomainError(Exception):
    """`code` is stable and machine readable; `detail` is one sentence that says what to do."""

    status = 500
    code = "error"
    title = "Something went wrong"

    def __init__(
        self, detail: str = "", *, code: str | None = None, pointers: dict[str, str] | None = None, **extra: Any
    ):
        super().__init__(detail or self.title)
        self.detail = detail
        self.code = code or self.code
        self.pointers = pointers or {}
        self.extra = extra


class Invalid(DomainError):
    status, code, title = 422, "invalid", "The input is not valid"


class Unauthenticated(DomainError):
    status, code, title = 401, "unauthenticated", "Sign in first"


class Forbidden(DomainError):
    status, code, title = 403, "forbidden", "Your role does not allow this"


class NotFound(DomainError):
    status, code, title = 404, "not_found", "There is no such thing"


class Conflict(DomainError):
    status, code, title = 409, "conflict", "It conflicts with what is stored"


class Gone(DomainError):
    status, code, title = 410, "gone", "It is no longer valid"


class PreconditionFailed(DomainError):
    status, code, title = 412, "precondition_failed", "Somebody else changed it first"


class Busy(DomainError):
    status, code, title = 503, "busy", "Try again in a moment"
