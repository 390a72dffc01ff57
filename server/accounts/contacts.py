"""The people at an account.  Whoever may see the account may read and write its contacts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.models import Account, Contact
from server.core.database import db, writing
from server.core.errors import NotFound
from server.core.pages import Page, keyset
from server.identity.models import User
from server.identity.scope import accounts_of, visible_account

Expect = Callable[[Contact], None]


def find(user: User, account_id: UUID, cursor: str | None, limit: int) -> Page:
    session = db.session()
    visible_account(session, user, account_id)
    query = select(Contact).where(Contact.account_id == account_id)
    return keyset(session, query, (Contact.name, Contact.id), cursor, limit)


def get(user: User, contact_id: UUID) -> Contact:
    return _visible(db.session(), user, contact_id)


def create(user: User, account_id: UUID, values: dict[str, Any]) -> Contact:
    with writing() as session:
        visible_account(session, user, account_id)
        contact = Contact(account_id=account_id, **values)
        session.add(contact)
        session.flush()
        _only_primary(session, contact)
    return contact


def change(user: User, contact_id: UUID, values: dict[str, Any], expect: Expect) -> Contact:
    with writing() as session:
        contact = _visible(session, user, contact_id)
        expect(contact)
        for name, value in values.items():
            setattr(contact, name, value)
        session.flush()
        _only_primary(session, contact)
    return contact


def delete(user: User, contact_id: UUID, expect: Expect) -> None:
    with writing() as session:
        contact = _visible(session, user, contact_id)
        expect(contact)
        session.delete(contact)


def _visible(session: Session, user: User, contact_id: UUID) -> Contact:
    query = select(Contact).join(Account, Account.id == Contact.account_id)
    contact = session.scalar(query.where(Contact.id == contact_id, accounts_of(user)))
    if contact is None:
        raise NotFound("There is no such contact.")
    return contact


def _only_primary(session: Session, contact: Contact) -> None:
    """A new primary contact takes the mark from the one before."""
    if not contact.primary:
        return
    others = select(Contact).where(Contact.account_id == contact.account_id, Contact.primary, Contact.id != contact.id)
    for other in session.scalars(others):
        other.primary = False
