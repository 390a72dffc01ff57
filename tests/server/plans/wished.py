"""Companies of which the visits are told one by one, for what people wish of them: first visits, company, hours, fair days."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Flask

from server.core.database import db
from server.plans.bridge import build_problem
from tests import factories as make
from tests.server.plans.planned import Company, company


def on_request(app: Flask) -> Company:
    """Three accounts of one rep, visited only when somebody asks."""
    made = company(app, accounts=3)
    for account in made.accounts:
        make.cadence(account_id=account.id, mode=None, interval_days=None)
    return made


def stops(acme: Company, *accounts: Any) -> list[tuple[str, str, int, bool]]:
    """(date, start, minutes, whether it is a first visit) of each stop at these accounts over four weeks."""
    path = f"/reps/{acme.rep.id}/schedule?from=2026-03-02&to=2026-03-29"
    days = acme.call("GET", path, who=acme.manager).json["days"]
    ids = {str(account.id) for account in accounts}
    found = [
        (day["date"], stop) for day in days for stop in day["stops"] if stop["account"] and stop["account"]["id"] in ids
    ]
    return [(day, s["starts_at"][11:16], s["service_minutes"], s["first_visit"]) for day, s in found]


def lengths(acme: Company, account: Any) -> list[tuple[int, bool]]:
    return [(minutes, first) for _, _, minutes, first in stops(acme, account)]


def weekly(account: Any, days: int = 7) -> None:
    make.cadence(account_id=account.id, interval_days=days)


def build(acme: Company) -> Any:
    db.session.rollback()
    return build_problem(db.session(), acme.rep.id, now=datetime.fromisoformat("2026-03-02T11:00:00+00:00")).problem
