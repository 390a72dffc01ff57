"""Segments: everybody may read them, admins write them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.accounts.models import Account, Segment
from server.accounts.service import shorter_first
from server.core.database import db, writing
from server.core.errors import Conflict, Invalid, NotFound
from server.core.pages import Page, keyset
from server.inputs.service import changed
from server.reps.models import Rep

Expect = Callable[[Segment], None]


def find(cursor: str | None, limit: int) -> Page:
    return keyset(db.session(), select(Segment), (Segment.rank, Segment.code), cursor, limit)


def get(code: str) -> Segment:
    return _stored(db.session(), code)


def create(values: dict[str, Any]) -> Segment:
    with writing() as session:
        if stored := session.get(Segment, values["code"]):
            raise Conflict(f"There is already a segment {stored.code!r}.", code="code_taken")
        segment = Segment(**values)
        _check(segment, values)
        session.add(segment)
    return segment


def change(code: str, values: dict[str, Any], expect: Expect) -> Segment:
    with writing() as session:
        segment = _stored(session, code)
        expect(segment)
        planned = any(getattr(segment, name) != value for name, value in values.items() if name not in {"name", "rank"})
        for name, value in values.items():
            setattr(segment, name, value)
        _check(segment, values)
        session.flush()
        if planned:
            _tell(session, segment)
    return segment


def delete(code: str, expect: Expect) -> None:
    """Only a segment that no account, archived ones included, is in."""
    with writing() as session:
        segment = _stored(session, code)
        expect(segment)
        used = session.scalar(select(func.count()).select_from(Account).where(Account.segment == code))
        if used:
            raise Conflict(f"{used} accounts are in it; move them to another segment first.", code="in_use")
        session.delete(segment)


def check_known(code: str | None) -> None:
    """Refuse a filter by a segment that there is not: a mistyped code must not look like an empty segment."""
    if code is not None and db.session.get(Segment, code) is None:
        raise NotFound("There is no such segment.", pointers={"/query/segment": "There is no such segment."})


def _check(segment: Segment, values: dict[str, Any]) -> None:
    if wrong := shorter_first(segment, values):
        raise Invalid(pointers=wrong)


def _stored(session: Session, code: str) -> Segment:
    segment = session.get(Segment, code) if "\0" not in code else None
    if segment is None:
        raise NotFound("There is no such segment.")
    return segment


def _tell(session: Session, segment: Segment) -> None:
    """Everybody's plan who has an account of the segment; shared accounts may be in anybody's."""
    inside = select(Account.owner_id).where(Account.segment == segment.code, Account.archived_at.is_(None))
    shared = session.scalar(inside.where(Account.owner_id.is_(None)).exists().select())
    reps = select(Rep.id).where(Rep.active)
    if not shared:
        reps = reps.where(Rep.id.in_(inside.where(Account.owner_id.isnot(None))))
    changed(session, session.scalars(reps), "segment_changed", subject=f"segment {segment.code}", detail=segment.name)
