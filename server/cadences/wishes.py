"""Pauses of accounts and must-visits: what people add to the cadence."""

from __future__ import annotations

from datetime import date
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

MOST_PAUSES = 1000  # of one account


def pauses(user: User, account_id: UUID, args: dict[str, Any]) -> Page:
    account = visible_account(db.session(), user, account_id)
    query = select(Pause).where(Pause.account_id == account.id)
    return keyset(db.session(), query, (Pause.first, Pause.id), args["cursor"], args["limit"])


def pause(user: User, account_id: UUID, values: dict[str, Any]) -> tuple[Pause, bool]:
    """The same pause again is the stored one.  What is past only a manager may pause: it takes targets away."""
    with writing() as session:
        account = _lock(session, user, account_id)
        _refuse_the_past(user, account, values["first"])
        same = select(Pause).where(
            Pause.account_id == account.id, Pause.first == values["first"], Pause.last == values["last"]
        )
        if (stored := session.scalar(same)) is not None:
            return stored, False
        made = Pause(account_id=account.id, **values)
        session.add(made)
        session.flush()
        _touch(session, account, "account_paused", made.first, None)
    return made, True


def resume(user: User, account_id: UUID, pause_id: UUID) -> None:
    """Take a pause back."""
    with writing() as session:
        account = _lock(session, user, account_id)
        stored: Pause = visible(session, user, Pause, pause_id, Pause.account_id == account.id, "pause")
        check_version(stored)
        _refuse_the_past(user, account, stored.first)
        session.delete(stored)
        _touch(session, account, "account_resumed", stored.first, None)


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
        if row.last < row.first:
            raise Invalid(pointers={"/last": f"It is before first, {row.first}."})
        if (row.first, row.last) != before:
            account = session.get_one(Account, row.account_id)
            _touch(session, account, "must_visit_changed", min(before[0], row.first), max(before[1], row.last))
    return row


def drop_wish(user: User, must_id: UUID) -> None:
    with writing() as session:
        row = must_visit(user, must_id)
        check_version(row)
        session.delete(row)
        _touch(session, session.get_one(Account, row.account_id), "must_visit_removed", row.first, row.last)


def _lock(session: Session, user: User, account_id: UUID) -> Account:
    """The account, held so that two equal requests are one after the other."""
    visible_account(session, user, account_id)
    return session.get_one(Account, account_id, with_for_update=True)


def _touch(session: Session, account: Account, kind: str, first: date, last: date | None) -> None:
    reps = planned_by(session, Account.id == account.id)
    changed(session, reps, kind, subject=f"account {account.id}", detail=account.name, first_day=first, last_day=last)
