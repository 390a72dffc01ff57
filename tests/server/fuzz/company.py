"""A company in which every operation finds something, and the people who call it."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from flask import Flask

from server.core.database import db
from server.core.http import tag
from tests import factories as make
from tests.server.fuzz.isolation import Isolation
from tests.server.policy import fixtures
from tests.server.policy.objects import Objects

ROLES = ("rep", "manager", "admin")
NOBODY = "nobody"


class Company:
    """North has a manager, a rep (whose objects `ids` are) and a peer; south is foreign to all of them.

    Only plain values are kept: each request has a session of its own.
    """

    isolation: Isolation
    schema: Any  # of Schemathesis

    def __init__(self, app: Flask) -> None:
        self.app = app
        with app.app_context():
            make.company()
            make.segment("A")
            make.segment("B")
            make.hotel(id=UUID(fixtures.HOTEL))
            make.cadence()
            make.speed_table(area=fixtures.NOT_IDS["area"]())
            north, south = make.team(), make.team()
            manager = make.user("manager", team_id=north.id)
            own = Objects(north, manager).complete()
            Objects(north, manager).complete()
            Objects(south, make.user("manager", team_id=south.id)).complete()
            people = {"rep": own.user, "manager": manager, "admin": make.user("admin")}
            self.headers: dict[str, dict[str, str]] = {role: make.auth(person) for role, person in people.items()}
            self.headers[NOBODY] = {}
            self.own = own
            self.ids = {kind: own.of(kind) for kind in {*fixtures.KINDS.values(), *fixtures.SPECIAL.values()}}
            self.in_path = {name: value() for name, value in fixtures.NOT_IDS.items()}
            self.tags = {kind: tag(row.version) for kind in self.ids if hasattr(row := getattr(own, kind), "version")}
            db.session.remove()

    def id_for(self, operation: str, name: str) -> str | None:
        """The id of an object of the rep's that a parameter or field of this name would carry."""
        kind = fixtures.kind(operation, name)
        return self.ids.get(kind) if kind else None

    def tag_for(self, operation: str, path: str) -> str:
        """The ETag of what the path's last id names."""
        names = [name for name in re.findall(r"{(\w+)}", path) if fixtures.kind(operation, name)]
        kind = fixtures.kind(operation, names[-1]) if names else None
        return self.tags.get(kind or "", tag(1))

    def body_for(self, operation: str) -> Any:
        """A smallest valid JSON body, None where the operation takes none."""
        return fixtures.BODIES[operation](self.own) if operation in fixtures.BODIES else None

    def query_for(self, operation: str) -> dict[str, str]:
        return dict(fixtures.QUERIES.get(operation, lambda _: {})(self.own))
