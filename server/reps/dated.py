"""Other hours of a rep on single dates: what a manager says where one day is to be longer, shorter or worked at all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.company.service import current
from server.core.clock import today
from server.core.database import db, writing
from server.core.errors import Invalid, NotFound
from server.core.http import check_version
from server.core.pages import Page, keyset
from server.identity.models import User
from server.identity.scope import visible_rep
from server.inputs.service import changed
from server.reps import rules
from server.reps.hours import usual_span
from server.reps.models import DayHours, Rep

Expect = Callable[[Any], None]
LIMITS = ("max_stops", "max_driving_minutes")


def page(user: User, rep_id: UUID, limit: int, cursor: str | None, since: date | None = None) -> Page:
    """The dates with other hours, in their order."""
    rep = visible_rep(db.session(), user, rep_id)
    query = select(DayHours).where(DayHours.rep_id == rep.id)
    if since:
        query = query.where(DayHours.day >= since)
    return keyset(db.session(), query, [DayHours.day, DayHours.id], cursor, limit)


def one(user: User, rep_id: UUID, day: date) -> Any:
    """What holds on a date, time off left aside: its own hours, else (version 0) the usual ones."""
    session = db.session()
    rep = visible_rep(session, user, rep_id)
    row = _stored(session, rep, day)
    return row if row is not None else _usual(session, rep, day)


def put(user: User, rep_id: UUID, day: date, values: dict[str, Any], expect: Expect = check_version) -> Any:
    """Give a date its own hours; limits that are not given are the usual ones of the rep."""
    with writing() as session:
        rep = visible_rep(session, user, rep_id)
        session.get(Rep, rep.id, with_for_update={"key_share": True})  # two requests for one date, one after the other
        row = _stored(session, rep, day)
        expect(row or _usual(session, rep, day))
        if day < (now := today(rep.timezone)):
            raise NotFound(f"{day} is over; hours can be set from {now} on.")
        if problem := rules.span_problem(rep, values["starts"], values["ends"]):
            raise Invalid(pointers={"/ends": problem})
        wanted = {"starts": values["starts"], "ends": values["ends"], **{name: values.get(name) for name in LIMITS}}
        if row is None:
            row = DayHours(rep_id=rep.id, day=day, **wanted)
            session.add(row)
        elif all(getattr(row, name) == value for name, value in wanted.items()):
            return row
        for name, value in wanted.items():
            setattr(row, name, value)
        session.flush()
        _tell(session, rep, day, f"{row.starts} to {row.ends}")
    return row


def remove(user: User, rep_id: UUID, day: date, expect: Expect = check_version) -> None:
    """The usual hours hold again."""
    with writing() as session:
        rep = visible_rep(session, user, rep_id)
        row = _stored(session, rep, day)
        expect(row or _usual(session, rep, day))
        if row is None:
            raise NotFound("The usual hours hold on this day.")
        session.delete(row)
        _tell(session, rep, day, "as usual")


def _stored(session: Session, rep: Rep, day: date) -> DayHours | None:
    return session.scalar(select(DayHours).where(DayHours.rep_id == rep.id, DayHours.day == day))


def _usual(session: Session, rep: Rep, day: date) -> Any:
    starts, ends = usual_span(rep, current(session), day) or (None, None)
    return SimpleNamespace(
        rep_id=rep.id, day=day, starts=starts, ends=ends, max_stops=None, max_driving_minutes=None, version=0
    )


def _tell(session: Session, rep: Rep, day: date, detail: str) -> None:
    changed(session, [rep.id], "hours_changed", subject=f"rep {rep.id}", detail=detail, first_day=day, last_day=day)
