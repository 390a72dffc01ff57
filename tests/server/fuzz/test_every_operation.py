"""Every operation, as everybody, with whatever can be generated for it."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import Any
from zlib import crc32

import pytest
from schemathesis.core.parameters import ParameterLocation

from tests.server.fuzz import cases, document, judge
from tests.server.fuzz.aim import Aim
from tests.server.fuzz.company import NOBODY, ROLES, Company

LONG = os.environ.get("FIELDBEAT_FUZZ") == "long"
EXAMPLES, COVERING = (100, 1_000) if LONG else (8, 24)
SEED = 20261122
REFUSALS = 2  # cases sent by those who may not

# Operations that no generated request can bring to succeed, and where their success is proved instead.
NEVER_SUCCEED = {
    "PUT /speed-tables/{area}/csv": "needs a file of speeds: traffic/test_tables.py",
    "POST /auth/token": "needs a password: identity/test_sign_in.py",
    "POST /auth/refresh": "needs a token handed out before: identity/test_sign_in.py",
    "POST /auth/password-reset/confirm": "needs a link sent by mail: identity/test_links.py",
    "POST /auth/invitation/accept": "needs a link sent by mail: identity/test_links.py",
}


@dataclass
class Findings:
    """What was tried and what was wrong; of equal complaints the shortest request is shown."""

    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)
    wrong: dict[tuple[str, str, int], str] = field(default_factory=dict)

    def add(self, role: str, case: Any, response: Any, complaints: Any) -> None:
        self.statuses[role, response.status_code] += 1
        for title, text in complaints:
            key = (title, role, response.status_code)
            story = (
                f"{title} (as {role}): {text}\n  {_request(case)}\n  {response.status_code} {response.content[:600]!r}"
            )
            if key not in self.wrong or len(story) < len(self.wrong[key]):
                self.wrong[key] = story

    def succeeded(self) -> bool:
        return any(status < 400 for _, status in self.statuses)


def _request(case: Any) -> str:
    sent = {"path": case.path_parameters, "query": case.query, "headers": dict(case.headers or {}), "body": case.body}
    return f"{case.method} {case.path} " + " ".join(f"{name}={value!r}" for name, value in sent.items() if value)[:1500]


@pytest.mark.parametrize("name", document.names())
def test_operation(company, name):
    found = examine(company, name)
    if LONG:
        print(f"{name}: {sum(found.statuses.values())} requests, {dict(sorted(found.statuses.items()))}")
    if found.wrong:
        pytest.fail("\n\n".join(found.wrong.values()), pytrace=False)
    assert found.succeeded() or name in NEVER_SUCCEED, f"nothing succeeded: {dict(found.statuses)}"


def test_those_that_never_succeed_exist():
    assert not set(NEVER_SUCCEED) - set(document.names())


def examine(company: Company, name: str) -> Findings:
    method, path, definition = document.find(name)
    operation = company.schema[path][method]
    number = SEED + crc32(name.encode())
    aim, found = Aim(company, name, Random(number)), Findings()
    roles = [role for role in ROLES if role in definition["x-roles"]] or list(ROLES)
    tried = [*cases.covering(operation, COVERING, Random(number)), *cases.random(operation, EXAMPLES, number)]
    tried = [case for case in tried if not _vanishes(case)]
    for i, case in enumerate(tried):
        aim(case)
        for role in roles if LONG else [roles[i % len(roles)]]:
            response = send(company, case, role)
            found.add(role, case, response, judge.complaints(case, response))
    for case in [case for case in tried if _well_addressed(case)][:REFUSALS]:
        for role, status in _others(definition):
            response = send(company, case, role)
            found.add(role, case, response, judge.refused(response, status))
    return found


def _vanishes(case: Any) -> bool:
    """What is wrong with a form may be an empty object or list as a field: sending it sends nothing, which is right."""
    form = case.media_type == "multipart/form-data" and isinstance(case.body, dict)
    return form and any(value in ({}, []) for value in case.body.values())


def _well_addressed(case: Any) -> bool:
    """It reaches the operation, whatever else is wrong with it."""
    return case.method == case.operation.method.upper() and not case.meta.is_negative_at(ParameterLocation.PATH)


def _others(definition: dict[str, Any]) -> list[tuple[str, int]]:
    """Who may not call it, and the answer that they must get whatever they send."""
    if definition["x-roles"] == ["public"]:
        return []
    return [(NOBODY, 401), *((role, 403) for role in ROLES if role not in definition["x-roles"])]


def send(company: Company, case: Any, role: str) -> Any:
    with company.isolation.undone():
        return case.call(headers=company.headers[role])
