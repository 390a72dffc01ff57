"""Every operation as everybody, and every id as everybody to whom it is foreign."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.server.policy import fixtures
from tests.server.policy.document import Operation, Position
from tests.server.policy.objects import Objects
from tests.server.policy.world import NOBODY, World, answer_of

LEAST = ("rep", "manager", "admin")
REFUSED = {"path": {404}, "query": {200, 403, 404, 422}, "body": {403, 404, 422}}


@pytest.fixture
def policy(app) -> World:
    return World(app)


def test_every_operation_has_its_fixture(policy):
    missing = [line for operation in policy.operations for line in _missing(operation)]
    assert not missing, "add to tests/server/policy/fixtures.py:\n" + "\n".join(missing)


def test_fixtures_name_operations_that_exist(policy):
    known = {operation.name for operation in policy.operations}
    named = {
        *fixtures.BODIES,
        *fixtures.QUERIES,
        *fixtures.MORE_IDS,
        *fixtures.UNTRIED,
        *(name for name, _ in fixtures.SPECIAL),
    }
    assert not named - known, "these are in fixtures.py but not in the API any more"


def test_nobody_without_a_valid_sign_in(policy, subtests):
    for operation in _callable(policy):
        with subtests.test(operation.name), _unchanged(policy):
            for why, headers in policy.nobody.items():
                if "public" not in operation.roles:
                    answer = policy.call(operation, headers, policy.own)
                    assert (answer.status_code, answer.mimetype) == (401, "application/problem+json"), why


def test_no_role_that_the_operation_does_not_name(policy, subtests):
    for operation in _callable(policy):
        others = [role for role in LEAST if role not in operation.roles and "public" not in operation.roles]
        with subtests.test(operation.name), _unchanged(policy):
            for role in others:
                answer = policy.call(operation, policy.headers[role], policy.own)
                assert (answer.status_code, answer.mimetype) == (403, "application/problem+json"), role


def test_a_foreign_id_is_like_one_that_does_not_exist(policy, subtests):
    """The same status and the same bytes, in the path, the query and the body; and nothing changes."""
    for operation in _callable(policy):
        with subtests.test(operation.name), _unchanged(policy):
            for position, role, foreign in _foreign(policy, operation):
                there = policy.call(operation, policy.headers[role], policy.own, (position, foreign))
                nowhere = policy.call(operation, policy.headers[role], policy.own, (position, NOBODY))
                message = f"{role}, {position}: {there.status_code} {there.data[:300]!r}"
                assert there.status_code in _refusals(operation, position), message
                assert answer_of(there, foreign) == answer_of(nowhere, NOBODY), message


def test_whom_the_operation_names_succeeds_with_own_objects(policy, subtests):
    """Else the refusals above would prove nothing."""
    for operation in _callable(policy):
        if operation.name in fixtures.UNTRIED:
            continue
        for role in LEAST:
            if role in operation.roles or operation.roles == {"public"}:
                with subtests.test(f"{operation.name} as {role}"):
                    own = Objects(policy.north, policy.users["manager"])
                    headers = _owner(own) if role == "rep" else policy.headers[role]
                    answer = policy.call(operation, headers, own)
                    assert answer.status_code < 300, f"{answer.status_code} {answer.data[:500]!r}"


def _missing(operation: Operation) -> Iterator[str]:
    name = operation.name
    if operation.body_type and name not in fixtures.BODIES:
        yield f'BODIES["{name}"]: a smallest valid body ({operation.body_type})'
    if operation.required_query and name not in fixtures.QUERIES:
        yield f'QUERIES["{name}"]: {", ".join(operation.required_query)}'
    for where, way in operation.ids:
        field = str([step for step in way if isinstance(step, str)][-1])
        known = (
            fixtures.kind(name, field)
            or field in fixtures.NOT_REFERENCES
            or (where == "path" and field in fixtures.NOT_IDS)
        )
        if not known:
            yield f'KINDS["{field}"]: what the id in the {where} of {name} names (an attribute of objects.Objects)'


def _callable(policy: World) -> list[Operation]:
    """Operations without a fixture fail the first test; the others go on without them."""
    return [operation for operation in policy.operations if not list(_missing(operation))]


def _foreign(policy: World, operation: Operation) -> Iterator[tuple[Position, str, str]]:
    """(where, as whom, foreign id): a rep with what is a peer's and another team's, a manager with the latter."""
    more = [("body", way) for way in fixtures.MORE_IDS.get(operation.name, ())]
    for position in (*operation.ids, *more):
        field = str([step for step in position[1] if isinstance(step, str)][-1])
        if field in fixtures.NOT_REFERENCES or field in fixtures.NOT_IDS:
            continue
        kind = str(fixtures.kind(operation.name, field))
        for role, others in (("rep", policy.peers), ("rep", policy.foreign), ("manager", policy.foreign)):
            if role in operation.roles and others.of(kind) != policy.own.of(kind):
                yield position, role, others.of(kind)


def _refusals(operation: Operation, position: Position) -> set[int]:
    batch = position[0] == "body" and isinstance(position[1][0], str) and 0 in position[1]
    return REFUSED[position[0]] | ({200, 207} if batch else set())


def _owner(own: Objects) -> dict[str, str]:
    from tests import factories as make

    return make.auth(own.user)


class _unchanged:
    """The database is the same after the block as before it."""

    def __init__(self, policy: World) -> None:
        self.policy = policy

    def __enter__(self) -> None:
        self.before = self.policy.content()

    def __exit__(self, kind: Any, *_: Any) -> None:
        if kind is None:
            after = self.policy.content()
            assert after == self.before, f"changed: {[name for name in after if after[name] != self.before[name]]}"
