"""A small company whose plans can be worked out by hand: one rep in Boston, accounts a little to the north of home."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import uuid4

from flask import Flask

from server.accounts.models import Account
from server.core.database import db
from server.identity.models import User
from server.inputs.models import RepInputs
from server.reps.models import Rep
from server.worker.drain import run_until_idle
from tests import factories as make

MONDAY = "2026-03-02T06:00:00-05:00"  # before work; the horizon is 28 days, clocks change on 8 March
DAYS = ["2026-03-02", "2026-03-03", "2026-03-04", "2026-03-05", "2026-03-06"]


@dataclass
class Company:
    app: Flask
    rep: Rep
    user: User
    manager: User
    accounts: list[Account] = field(default_factory=list)

    def call(self, method: str, path: str, body: Any = None, *, who: User | None = None, **headers: str) -> Any:
        db.session.rollback()  # requests share the test's session: see what other processes and contexts committed
        auth = make.auth(who or self.user)
        return self.app.test_client().open(f"/api/v1{path}", method=method, json=body, headers={**auth, **headers})

    def plan(self, *, improve: bool = True) -> list[tuple[str, str]]:
        """Plan until nothing is left; (stage, outcome) of what was done."""
        return [(str(stage), outcome) for stage, _, outcome in run_until_idle(self.app, improve=improve)]

    def day(self, day: str) -> list[dict[str, Any]]:
        """The stops of a day as a manager sees them (a rep's own look is remembered)."""
        answer = self.call("GET", f"/reps/{self.rep.id}/route?date={day}", who=self.manager)
        assert answer.status_code == 200, answer.text
        return answer.json["stops"]

    def where(self) -> dict[str, list[str]]:
        """Dates on which each account has a visit or an appointment, by account id."""
        answer = self.call("GET", f"/reps/{self.rep.id}/schedule?from=2026-03-02&to=2026-04-30", who=self.manager)
        found: dict[str, list[str]] = {}
        for day in answer.json["days"]:
            for stop in day["stops"]:
                if stop["account"]:
                    found.setdefault(stop["account"]["id"], []).append(day["date"])
        return found

    def meet(self, account: Account, day: str, start: str, **values: Any) -> dict[str, Any]:
        body = {"client_id": str(uuid4()), "account_id": str(account.id), "day": day, "start": start}
        answer = self.call("POST", "/appointments", {**body, "duration_minutes": 30, **values})
        assert answer.status_code in (201, 202), answer.text
        return answer.json

    def log(self, account: Account, happened_at: str, status: str = "completed", **values: Any) -> Any:
        body = {
            "client_id": str(uuid4()), "account_id": str(account.id), "channel": "visit", "status": status,
            "happened_at": happened_at, **values,
        }  # fmt: skip
        answer = self.call("POST", "/activities", body)
        assert answer.status_code in (201, 202), answer.text
        return answer

    def inputs(self) -> RepInputs:
        db.session.rollback()
        return db.session.get_one(RepInputs, self.rep.id)

    def published(self) -> dict[str, Any]:
        return self.call("GET", f"/reps/{self.rep.id}/plan", who=self.manager).json["plan"]


def company(app: Flask, accounts: int = 6, **rep: Any) -> Company:
    """`accounts` with a visit every 14 days, active since 2 March (so due within their first interval)."""
    make.company()
    make.cadence()
    team = make.team()
    manager = make.user("manager", team_id=team.id)
    row = make.rep(team.id, **rep)
    made = Company(app, row, db.session.get_one(User, row.user_id), manager)
    for number in range(accounts):
        lat = make.BOSTON[0] + 0.01 * (number + 1)
        made.accounts.append(make.account(owner_id=row.id, lat=lat, active_from=date(2026, 3, 2)))
    ask(made)
    return made


def ask(made: Company) -> None:
    """Have the rep planned."""
    from server.core.database import writing
    from server.inputs.service import changed

    with writing() as session:
        changed(session, [made.rep.id], "asked")
