"""Generated requests, aimed at real objects: else almost all would end at 404 or 412 and prove little."""

from __future__ import annotations

from random import Random
from typing import Any
from uuid import UUID

from schemathesis.core import NOT_SET
from schemathesis.core.parameters import ParameterLocation

from tests.server.fuzz import document
from tests.server.fuzz.company import Company

EITHER = {  # the query needs the first or the others, which its schema cannot say
    "GET /me/slots": ("account_id", "lat", "lon"),
    "GET /reps/{rep_id}/slots": ("account_id", "lat", "lon"),
}
MISS = 0.1  # so often an id or ETag stays as generated


class Aim:
    """For one operation; `chance` decides, so that the same seed aims the same."""

    def __init__(self, company: Company, name: str, chance: Random) -> None:
        self.company, self.name, self.chance = company, name, chance
        self.validator = document.body_validator(name)

    def __call__(self, case: Any) -> None:
        """Change the case in place; Schemathesis judges afterwards anew which parts of it are valid."""
        bad = {place for place in ParameterLocation if case.meta is not None and case.meta.is_negative_at(place)}
        if ParameterLocation.PATH not in bad and case.path_parameters:
            case.path_parameters = self._path(case.path_parameters)
        if ParameterLocation.QUERY not in bad:
            case.query = self._query(case.query or {})
        if ParameterLocation.HEADER not in bad and "If-Match" in (case.headers or {}) and not self._miss():
            case.headers = {**case.headers, "If-Match": self.company.tag_for(self.name, case.path)}
        if self.validator is not None and isinstance(case.body, dict) and case.body is not NOT_SET:
            case.body = self._body(case.body, ParameterLocation.BODY in bad)

    def _miss(self) -> bool:
        return self.chance.random() < MISS

    def _query(self, values: dict[str, Any]) -> dict[str, Any]:
        aimed = {name: self._id(name, value) for name, value in values.items()}
        one, *others = EITHER.get(self.name, ("",))
        known = self.company.id_for(self.name, one) if one else None
        if known is None or self.chance.random() < 0.3:
            return aimed
        return {one: known, **{name: value for name, value in aimed.items() if name not in (one, *others)}}

    def _path(self, values: dict[str, Any]) -> dict[str, Any]:
        if self._miss():
            return values
        return {name: self.company.in_path.get(name) or self._id(name, value) for name, value in values.items()}

    def _id(self, name: str, value: Any) -> Any:
        """A real id in the place of a generated one."""
        if not isinstance(value, str) or not _is_uuid(value):
            return value
        return self.company.id_for(self.name, name) or value

    def _body(self, body: dict[str, Any], bad: bool) -> dict[str, Any]:
        aimed = {name: self._id(name, value) for name, value in body.items()}
        base = self.company.body_for(self.name)
        if not isinstance(base, dict) or self.chance.random() < 0.3:
            return aimed
        mixed = self._only_wrong(base, aimed) if bad else self._some_of(base, aimed)
        return mixed if self.validator.is_valid(mixed) != bad else aimed

    def _some_of(self, base: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
        """What is known to succeed, with one to three generated values in it."""
        names = sorted(body)
        return {
            **base,
            **{name: body[name] for name in self.chance.sample(names, min(len(names), self.chance.randint(1, 3)))},
        }

    def _only_wrong(self, base: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
        """What is known to succeed, with only the wrong parts of the generated body: nothing else can be why it is refused."""
        wrong = {name: value for name, value in body.items() if not self.validator.is_valid({**base, name: value})}
        missing = document.required_in_body(self.name) - set(body)
        return {**{name: value for name, value in base.items() if name not in missing}, **wrong}


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text.lower()
    except ValueError:
        return False
