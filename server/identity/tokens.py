"""Refresh tokens: opaque, stored as hashes, each used once; a family is one sign-in on one device.

A phone may lose the answer that carried its new token, so the old one works again for a grace of 30 seconds.  After that a
second use means that two parties hold it: the whole family ends.  Once one of several answers to the same token is
used, the others count as used as well, so that a thief who was quick enough is found out the next time.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from server.core.clock import now
from server.core.errors import Unauthenticated
from server.core.ids import new_id
from server.identity.models import OneTimeLink, RefreshToken, User

GRACE = timedelta(seconds=30)


def digest(secret: str) -> str:
    """What is stored of a secret that is random enough not to need a slow hash."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def issue(session: Session, user_id: UUID, days: int, parent: RefreshToken | None = None) -> tuple[str, UUID]:
    """A new token (and its family): the first of a family, or the next after `parent`."""
    secret, family = secrets.token_urlsafe(32), parent.family if parent else new_id()
    expires_at, parent_id = now() + timedelta(days=days), parent.id if parent else None
    session.add(
        RefreshToken(
            user_id=user_id, family=family, parent_id=parent_id, token_hash=digest(secret), expires_at=expires_at
        )
    )
    return secret, family


def use(session: Session, secret: str) -> RefreshToken | None:
    """Mark the token as used and give it back; None where it came too late and its family has been ended.

    None is no exception, for the caller must commit the end of the family before it refuses.
    """
    token = session.scalar(select(RefreshToken).where(RefreshToken.token_hash == digest(secret)))
    if token:
        session.get(
            User, token.user_id, with_for_update=True
        )  # one at a time for each person, in no order to deadlock in
        session.refresh(token)
    moment = now()
    if token is None or token.revoked_at or token.expires_at <= moment:
        raise Unauthenticated("Sign in again: this refresh token is not valid any more.", code="refresh_token_invalid")
    if token.used_at and moment - token.used_at > GRACE:
        revoke(session, RefreshToken.family == token.family)
        return None
    token.used_at = token.used_at or moment
    siblings = RefreshToken.parent_id == token.parent_id, RefreshToken.id != token.id, RefreshToken.used_at.is_(None)
    if token.parent_id:
        session.execute(update(RefreshToken).where(*siblings).values(used_at=moment))
    return token


def revoke(session: Session, condition: object) -> None:
    """End all tokens that meet the condition."""
    still = RefreshToken.revoked_at.is_(None)
    session.execute(update(RefreshToken).where(condition, still).values(revoked_at=now()))  # type: ignore[arg-type]


def ended(session: Session, family: UUID) -> bool:
    """Whether this sign-in was signed out or ended for reuse."""
    found = select(RefreshToken.id).where(RefreshToken.family == family, RefreshToken.revoked_at.is_not(None)).limit(1)
    return session.scalar(found) is not None


def purge(session: Session) -> int:
    """Forget tokens and links whose time is over; returns how many."""
    over = [delete(table).where(table.expires_at < now()) for table in (RefreshToken, OneTimeLink)]
    return sum(session.execute(statement).rowcount for statement in over)  # type: ignore[attr-defined]
