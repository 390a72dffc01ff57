"""A last visit in a file becomes history of the account's owner."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.activities.models import Activity
from server.core.ids import new_id
from server.importing.rows import Row
from server.importing.staged import Context, Staged

VISITS = UUID("6f1c1f0e-6d51-4c3a-9d3e-0d7c3b6b7a10")  # namespace of the client ids of imported visits
Known = set[tuple[UUID, date]]


def known_visits(session: Session, rows: list[Row], stored: Mapping[Any, Any]) -> Known:
    """(account, day) of the completed visits that are known already."""
    days = {row.values["last_visit"] for row in rows if "last_visit" in row.values}
    if not days or not stored:
        return set()
    query = select(Activity.account_id, Activity.local_day).where(
        Activity.account_id.in_({s["id"] for s in stored.values()}), Activity.local_day.in_(days),
        Activity.channel == "visit", Activity.status == "completed", Activity.withdrawn_at.is_(None),
    )  # fmt: skip
    return {(account_id, day) for account_id, day in session.execute(query)}


def stage_visit(row: Row, account: Any, staged: Staged, context: Context, known: Known) -> bool:
    """Stage the row's last visit to an account (as it will be); True where there is a new one."""
    day = row.values.get("last_visit")
    if day is None or (account["id"], day) in known:
        return False
    column = context.headers.get("last_visit")
    if day > context.today(account["timezone"]) + timedelta(days=1):
        context.problems.error(row.number, column, "in_the_future", "A last visit cannot lie in the future.", day)
        return False
    if account["owner_id"] is None:
        detail = "It was not recorded: nobody owns the account, so nobody can have made the visit."
        context.problems.warning(row.number, column, "no_owner", detail, day)
        return False
    if context.author_id is None:
        detail = "Visits need an author; create an admin user first."
        context.problems.error(row.number, column, "no_author", detail, day)
        return False
    staged.visits.add(_visit(account, day))
    staged.owners.add(account["owner_id"])
    return True


def _visit(account: Any, day: date) -> dict[str, Any]:
    client_id = uuid5(VISITS, f"{account['id']} {day}")  # follows from account and day: none is recorded twice
    noon = datetime.combine(day, time(12), ZoneInfo(account["timezone"]))
    return {
        "id": new_id(), "client_id": client_id, "rep_id": account["owner_id"], "account_id": account["id"],
        "happened_at": noon, "content_hash": sha256(client_id.bytes).hexdigest(), "ended_at": noon,
        "timezone": account["timezone"], "local_day": day,
    }  # fmt: skip
