"""People who sign in and call the API while a frozen clock is moved by hand."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import time_machine
from flask import Flask
from sqlalchemy import select

from server import create_app
from server.core.config import Settings
from server.core.database import db
from server.core.ids import repeatable
from server.inputs.models import RepInputs
from server.worker.drain import run_until_idle

MONDAY = date(
    2026, 3, 9
)  # the four weeks that follow have the European clock change (29 March) and Good Friday (3 April)
PASSWORD = "a long and winding road"
FRESH = timedelta(minutes=10)  # access tokens live for fifteen
Json = dict[str, Any]


@dataclass
class Clock:
    """One installation and the time there.  `call` answers as the given person's telephone or laptop would see it."""

    app: Flask
    zone: str
    traveller: Any
    tokens: dict[str, tuple[str, datetime]] = field(default_factory=dict)

    def at(self, day: date, hour: int, minute: int = 0) -> datetime:
        """Move to a wall-clock time."""
        moment = datetime.combine(day, time(hour, minute), ZoneInfo(self.zone))
        self.traveller.move_to(moment, tick=False)
        return moment

    def call(self, who: str, method: str, path: str, body: Any = None, **more: Any) -> Any:
        """One request; `headers` and (for uploads) `data` as the test client takes them."""
        headers = {"Authorization": f"Bearer {self._token(who)}", **more.pop("headers", {})}
        return self._open(method, path, json=body, headers=headers, **more)

    def get(self, who: str, path: str, **more: Any) -> Json:
        """The JSON of a successful GET."""
        answer = self.call(who, "GET", path, **more)
        assert answer.status_code == 200, (path, answer.text)
        return answer.json

    def send(self, who: str, method: str, path: str, body: Any = None, **more: Any) -> Json:
        """The JSON of a change that succeeds."""
        answer = self.call(who, method, path, body, **more)
        assert answer.status_code in (200, 201, 202, 204), (method, path, answer.text)
        return answer.json if answer.data else {}

    def change(self, who: str, path: str, body: Json, method: str = "PATCH") -> Json:
        """Read, then change under the version that was read."""
        version = self.call(who, "GET", path).headers["ETag"]
        return self.send(who, method, path, body, headers={"If-Match": version})

    def pages(self, who: str, path: str) -> Iterator[Json]:
        """All items of a list."""
        cursor = None
        while True:
            mark = "&" if "?" in path else "?"
            page = self.get(who, f"{path}{mark}limit=500" + (f"&cursor={cursor}" if cursor else ""))
            yield from page["items"]
            cursor = page["next"]
            if cursor is None:
                return

    def accept(self, link: str) -> None:
        """Choose a password by the link of an invitation."""
        body = {"token": link.partition("#")[2], "password": PASSWORD}
        answer = self._open("POST", "/auth/invitation/accept", json=body)
        assert answer.status_code == 200, answer.text

    def plan(self, reps: Any = None, *, improve: bool = True) -> list[tuple[str, str]]:
        """What the worker does until nothing is left; (stage, outcome) of each piece."""
        ids = None if reps is None else [UUID(str(rep)) for rep in reps]
        done = [(str(stage), outcome) for stage, _, outcome in run_until_idle(self.app, ids, improve=improve)]
        db.session.rollback()
        faults = db.session.scalars(select(RepInputs.last_error).where(RepInputs.last_error.is_not(None))).all()
        assert {outcome for _, outcome in done} <= {"published", "unchanged"}, (done, faults)
        return done

    def _token(self, who: str) -> str:
        token, since = self.tokens.get(who, ("", datetime.min.replace(tzinfo=ZoneInfo(self.zone))))
        present = datetime.now(ZoneInfo(self.zone))
        if not since <= present < since + FRESH:
            answer = self._open("POST", "/auth/token", json={"email": who, "password": PASSWORD})
            assert answer.status_code == 200, answer.text
            token = answer.json["access_token"]
            self.tokens[who] = token, present
        return token

    def _open(self, method: str, path: str, **more: Any) -> Any:
        db.session.rollback()  # requests share the test's session: let each begin with what is committed
        return self.app.test_client().open(f"/api/v1{path}", method=method, **more)


@contextmanager
def frozen(settings: Settings, zone: str) -> Iterator[Clock]:
    """A fresh installation at six on Monday morning.  Ids, and with them the plans, come again in every run of a seed."""
    begin = datetime.combine(MONDAY, time(6), ZoneInfo(zone))
    app = create_app(settings)
    seed = int(os.environ.get("FIELDBEAT_TEST_SEED", "1"))
    with repeatable(seed), time_machine.travel(begin, tick=False) as traveller, app.app_context():
        yield Clock(app, zone, traveller)
        db.session.remove()
        db.engine.dispose()
