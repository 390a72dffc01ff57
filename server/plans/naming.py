"""What the planner calls by an id, called as people call it: its errors are read by somebody who has to act on them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.models import Account
from server.appointments.models import Appointment
from server.cadences.models import MustVisit
from server.reps.models import Rep

_ID = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")
MOST = 50  # ids of one text that are looked up


def named(session: Session, text: str) -> str:
    """The text with the names of accounts (and their external ids), reps, appointments and must-visits for their ids."""
    ids = list(dict.fromkeys(UUID(found) for found in _ID.findall(text)))[:MOST]
    if not ids:
        return text
    names = {str(row_id): name for row_id, name in _names(session, ids)}
    return _ID.sub(lambda found: names.get(found[0], found[0]), text)


def _names(session: Session, ids: list[UUID]) -> Iterator[tuple[UUID, str]]:
    accounts = select(Account.id, Account.name, Account.external_id).where(Account.id.in_(ids))
    for row_id, name, external_id in session.execute(accounts):
        yield row_id, f"account {name!r}" + (f" (external id {external_id})" if external_id else "")
    for row_id, name in session.execute(select(Rep.id, Rep.name).where(Rep.id.in_(ids))):
        yield row_id, f"rep {name!r}"
    meetings = select(Appointment.id, Appointment.title, Appointment.day).where(Appointment.id.in_(ids))
    for row_id, title, day in session.execute(meetings):
        yield row_id, f"appointment {title!r} of {day}"
    wishes = select(MustVisit.id, MustVisit.first, MustVisit.last, Account.name).join(Account)
    for row_id, first, last, name in session.execute(wishes.where(MustVisit.id.in_(ids))):
        yield row_id, f"must-visit at {name!r} from {first} to {last}"
