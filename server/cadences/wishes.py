"""Pauses of accounts and must-visits: what people add to the cadence."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from server.accounts.models import Account
from server.cadences.models import MustVisit, Pause
from server.cadences.service import planned_by
from server.core.clock import today
from server.core.database import db, writing
from server.core.errors import Forbidden, Invalid
from server.core.http import Role, check_version
from server.core.pages import Page, keyset
from server.identity.models import User
from server.identity.scope import accounts_of, visible, visible_account, visible_rep
from server.inputs.service import changed

DAY = timedelta(days=1)


def pauses(user: User, account_id: UUID, args: dict[str, Any]) -> Page:
    account = visible_account(db.session(), user, account_id)
    query = select(Pause).where(Pause.account_id == account.id)
    return keyset(db.session(), query, (Pause.first, Pause.id), args["cursor"], args["limit"])


def one_pause(user: User, account_id: UUID, pause_id: UUID) -> Pause:
    account = visible_account(db.session(), user, account_id)
    row: Pause = visible(db.session(), user, Pause, pause_id, Pause.account_id == account.id, "pause")
    return row


def pause(user: User, account_id: UUID, values: dict[str, Any]) -> tuple[Pause, bool]:
    """The same pause again is the stored one.  What is past only a manager may pause: it takes targets away."""
    with writing() as session:
        account = _lock(session, user, account_id)
        same = select(Pause).where(
            Pause.account_id == account.id, Pause.first == values["first"], Pause.last == values["last"],
            Pause.reason.is_(None) if values["reason"] is None else Pause.reason == values["reason"],
        )  # fmt: skip
        if (stored := session.scalar(same)) is not None:
            return stored, False
        _refuse_the_past(user, account, values["first"])
        made = Pause(account_id=account.id, **values)
        _refuse_overlap(session, made)
        session.add(made)
        session.flush()
        _touch(session, account, "account_paused", made.first, None)
    return made, True


def change_pause(user: User, account_id: UUID, pause_id: UUID, values: dict[str, Any]) -> Pause:
    """Its days or its reason.  A rep may end or lengthen one that has begun: only days from today on become other days."""
    with writing() as session:
        account = _lock(session, user, account_id)
        row = one_pause(user, account_id, pause_id)
        check_version(row)
        before = (row.first, row.last)
        with session.no_autoflush:  # what is refused must meet our check, not the database's
            for name, value in values.items():
                setattr(row, name, value)
            _refuse_disorder(row, values)
            if (row.first, row.last) != before:
                earliest = min(before[0], row.first) if row.first != before[0] else min(before[1], row.last) + DAY
                _refuse_the_past(user, account, earliest)
                _refuse_overlap(session, row)
                session.flush()
                _touch(session, account, "pause_changed", earliest, None)
    return row


def resume(user: User, account_id: UUID, pause_id: UUID) -> None:
    """Take a pause back."""
    with writing() as session:
        account = _lock(session, user, account_id)
        stored: Pause = visible(session, user, Pause, pause_id, Pause.account_id == account.id, "pause")
        check_version(stored)
        _refuse_the_past(user, account, stored.first)
        session.delete(stored)
        _touch(session, account, "account_resumed", stored.first, None)


def _refuse_overlap(session: Session, row: Pause) -> None:
    """Each day is paused once, so that taking one pause back really ends it."""
    others = select(Pause).where(Pause.account_id == row.account_id, Pause.first <= row.last, Pause.last >= row.first)
    other = next((p for p in session.scalars(others.order_by(Pause.first)) if p is not row), None)
    if other is not None:
        pointer = "/first" if row.first >= other.first else "/last"
        detail = f"It overlaps the pause from {other.first} to {other.last}; change that one instead."
        raise Invalid(pointers={pointer: detail}, overlaps=str(other.id))


def _refuse_disorder(row: Pause | MustVisit, values: dict[str, Any]) -> None:
    if row.last < row.first:
        if "last" in values:
            raise Invalid(pointers={"/last": f"It is before first, {row.first}."})
        raise Invalid(pointers={"/first": f"It is after last, {row.last}."})


def _refuse_the_past(user: User, account: Account, first: date) -> None:
    if user.role == Role.REP and first < today(account.timezone):
        raise Forbidden("A pause of days that are past changes what was asked for; ask your manager to set it.")


def wanted(user: User) -> ColumnElement[bool]:
    return MustVisit.account_id.in_(select(Account.id).where(accounts_of(user)))


def must_visits(user: User, args: dict[str, Any]) -> Page:
    query = select(MustVisit).where(wanted(user))
    if "account_id" in args:
        query = query.where(MustVisit.account_id == args["account_id"])
    if "rep_id" in args:
        rep = visible_rep(db.session(), user, args["rep_id"])
        query = query.where(MustVisit.account_id.in_(select(Account.id).where(Account.owner_id == rep.id)))
    if "first" in args:
        query = query.where(MustVisit.last >= args["first"])
    if "last" in args:
        query = query.where(MustVisit.first <= args["last"])
    return keyset(db.session(), query, (MustVisit.first, MustVisit.id), args["cursor"], args["limit"])


def must_visit(user: User, must_id: UUID) -> MustVisit:
    row: MustVisit = visible(db.session(), user, MustVisit, must_id, wanted(user), "must-visit")
    return row


def ask_visit(user: User, account_id: UUID, values: dict[str, Any]) -> tuple[MustVisit, bool]:
    """The same wish again is the stored one: one visit would fulfil both."""
    with writing() as session:
        account = _lock(session, user, account_id)
        if account.archived_at is not None:
            raise Invalid(pointers={"/account_id": "It is archived; restore it first."})
        same = select(MustVisit).where(
            MustVisit.account_id == account.id, MustVisit.first == values["first"], MustVisit.last == values["last"],
            MustVisit.note.is_(None) if values["note"] is None else MustVisit.note == values["note"],
        )  # fmt: skip
        if (stored := session.scalar(same)) is not None:
            return stored, False
        _refuse_missed(account, values["last"], "/last")
        made = MustVisit(account_id=account.id, author_id=user.id, **values)
        session.add(made)
        session.flush()
        _touch(session, account, "must_visit_added", made.first, made.last)
    return made, True


def change_wish(user: User, must_id: UUID, values: dict[str, Any]) -> MustVisit:
    with writing() as session:
        row = must_visit(user, must_id)
        check_version(row)
        before = (row.first, row.last)
        for name, value in values.items():
            setattr(row, name, value)
        _refuse_disorder(row, values)
        if (row.first, row.last) != before:
            account = session.get_one(Account, row.account_id)
            _refuse_missed(account, row.last, "/last" if "last" in values else "/first")
            _touch(session, account, "must_visit_changed", min(before[0], row.first), max(before[1], row.last))
    return row


def drop_wish(user: User, must_id: UUID) -> None:
    with writing() as session:
        row = must_visit(user, must_id)
        check_version(row)
        session.delete(row)
        _touch(session, session.get_one(Account, row.account_id), "must_visit_removed", row.first, row.last)


def _refuse_missed(account: Account, last: date, pointer: str) -> None:
    """Nobody can go there any more on days that are past."""
    if last < (now := today(account.timezone)):
        raise Invalid(pointers={pointer: f"The period ended on {last}; where the account is, today is {now}."})


def _lock(session: Session, user: User, account_id: UUID) -> Account:
    """The account, held so that two equal requests are one after the other.

    Not held against rows that refer to it (FOR NO KEY UPDATE): a plan that is just being stored has the rep's inputs, which we
    want next, and wants to refer to the account; each would wait for the other.
    """
    visible_account(session, user, account_id)
    return session.get_one(Account, account_id, with_for_update={"key_share": True})


def _touch(session: Session, account: Account, kind: str, first: date, last: date | None) -> None:
    reps = planned_by(session, Account.id == account.id)
    changed(session, reps, kind, subject=f"account {account.id}", detail=account.name, first_day=first, last_day=last)
