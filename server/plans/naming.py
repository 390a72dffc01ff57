"""What the planner calls by an id, called as people call it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.models import Account
from server.appointments.models import Appointment
from server.cadences.models import MustVisit
from server.reps.models import Rep

_ID = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")
MOST = 50  # ids of one error that are looked up


def ids_in(text: str) -> list[UUID]:
    """The ids that a text speaks of, each once, in its order."""
    return list(dict.fromkeys(UUID(found) for found in _ID.findall(text)))


def names_of(session: Session, ids: Iterable[UUID]) -> dict[UUID, str]:
    """The bare names of accounts and reps, for sentences that say what they are."""
    wanted = list(ids)
    queries = (select(table.id, table.name).where(table.id.in_(wanted)) for table in (Account, Rep))
    return {row.id: row.name for query in queries for row in session.execute(query)} if wanted else {}


def with_names(text: str, names: Mapping[UUID, str], unknown: str | None = None) -> str:
    """The text with names for ids; one without a name is called `unknown`, or stays (None)."""
    said = _ID.sub(lambda found: names.get(UUID(found[0]), unknown or found[0]), text)
    return re.sub(r"(?<!\.)\.\.$", ".", said)  # a name such as "Copper Bread Co." may end the sentence


def explained(session: Session, error: str) -> str:
    """An error of the planner for somebody who has to act on it: what it names is called by kind, name and day."""
    ids = ids_in(error)[:MOST]
    return with_names(error, dict(_descriptions(session, ids))) if ids else error


def _descriptions(session: Session, ids: list[UUID]) -> Iterator[tuple[UUID, str]]:
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
