"""The people of the policy test, and how they call an operation."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

from flask import Flask
from flask_jwt_extended import create_access_token

from server.core.database import db
from tests import factories as make
from tests.server.policy import fixtures
from tests.server.policy.document import Operation, Position, operations
from tests.server.policy.objects import Objects

NOBODY = str(uuid4())  # an id that names nothing


class World:
    """North has a manager, a rep and a peer; south is foreign to all of them."""

    def __init__(self, app: Flask) -> None:
        self.app, self.client = app, app.test_client()
        make.company()
        make.segment("A")
        make.hotel(id=UUID(fixtures.HOTEL))
        north, south = make.team(), make.team()
        self.north, manager = north, make.user("manager", team_id=north.id)
        southern = make.user("manager", team_id=south.id)
        teams = ((north, manager), (north, southern), (south, southern))
        self.own, self.peers, self.foreign = (Objects(team, leader).complete() for team, leader in teams)
        ended = make.user("admin", active=False)
        self.users = {
            "rep": self.own.user,
            "manager": manager,
            "admin": make.user("admin"),
        }
        self.headers = {role: make.auth(user) for role, user in self.users.items()}
        expired = create_access_token(identity=str(self.users["admin"].id), expires_delta=timedelta(seconds=-1))
        self.nobody = {
            "no token": {},
            "garbage": {"Authorization": "Bearer garbage"},
            "expired": {"Authorization": f"Bearer {expired}"},
            "deactivated": make.auth(ended),
        }
        document = self.client.get("/api/v1/openapi.json").json
        self.operations = operations(document)

    def call(
        self, operation: Operation, headers: dict[str, str], own: Objects, put: tuple[Position, str] | None = None
    ) -> Any:
        """Call the operation on `own` objects, with another id at one position."""
        name = operation.name
        query = fixtures.QUERIES.get(name, lambda _: {})(own)
        body = fixtures.BODIES[name](own) if operation.body_type else None
        path = {step: self._in_path(operation, step, own) for step in operation.in_path}
        if put:
            (where, way), value = put
            if where == "path":
                path[str(way[0])] = value
            elif where == "query":
                query[str(way[0])] = value
            else:
                body = _replaced(body, way, value)
        sent = {**headers, "If-Match": "*"} if operation.has_if_match else headers
        content: dict[str, Any] = {"json": body} if operation.body_type == "application/json" else {"data": body}
        url = operation.path.format(**path)
        return self.client.open(
            url,
            method=operation.method.upper(),
            query_string=query,
            headers=sent,
            buffered=True,
            **(content if body else {}),
        )

    def _in_path(self, operation: Operation, name: str, own: Objects) -> str:
        if name in fixtures.NOT_IDS:
            return fixtures.NOT_IDS[name]()
        return own.of(str(fixtures.kind(operation.name, name)))

    def content(self) -> dict[str, str]:
        """A hash of everything in each table."""
        db.session.rollback()
        cursor = db.session.connection().connection.cursor()  # the driver's: many times quicker for so many small reads
        return {table: self._hash(cursor, table) for table in db.metadata.tables}

    def _hash(self, cursor: Any, table: str) -> str:
        cursor.execute(f"SELECT * FROM {table}")
        return hashlib.sha256("\n".join(sorted(map(repr, cursor.fetchall()))).encode()).hexdigest()


def _replaced(body: Any, way: tuple[str | int, ...], value: str) -> Any:
    """The body with this value at the end of the way; lists and objects on the way are made where they miss."""
    if not way:
        return value
    step, rest = way[0], way[1:]
    if isinstance(step, int):
        items = list(body or [])
        return [_replaced(items[0] if items else None, rest, value), *items[1:]]
    known = body if isinstance(body, dict) else {}
    return {**known, step: _replaced(known.get(step), rest, value)}


def answer_of(response: Any, put_id: str) -> SimpleNamespace:
    """What a caller could tell apart: status, type and body, with the id itself blanked."""
    return SimpleNamespace(
        status=response.status_code,
        type=response.headers.get("Content-Type"),
        body=response.data.decode(errors="replace").replace(put_id, "<id>"),
    )
