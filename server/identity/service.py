"""Signing in and out.  Every way to fail looks and lasts the same, whether an address exists or not."""

from __future__ import annotations

from typing import Any

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.company.models import Company
from server.core.config import Settings
from server.core.database import db, writing
from server.core.errors import Unauthenticated
from server.identity import links, tokens
from server.identity.access import access_token
from server.identity.models import RefreshToken, User
from server.identity.passwords import hash_password, matches
from server.reps.models import Rep


def sign_in(email: str, password: str) -> dict[str, Any]:
    user = db.session.scalar(select(User).where(User.email == email))
    right = matches(user.password_hash if user else None, password)
    if user is None or not right or not user.active:
        raise Unauthenticated("The e-mail address or the password is wrong.", code="wrong_credentials")
    with writing() as session:
        return _tokens(session, user)


def refresh(secret: str) -> dict[str, Any]:
    with writing() as session:
        used = tokens.use(session, secret)
        user = session.get(User, used.user_id) if used else None
        if used and user and user.active:
            return _tokens(session, user, used)
    raise Unauthenticated(
        "This refresh token was used before: somebody else may hold it, so the sign-in has ended. Sign in again.",
        code="refresh_token_reused",
    )


def sign_out(secret: str) -> None:
    """End the sign-in that the token belongs to; no error where there is none, for then it has ended."""
    with writing() as session:
        found = session.scalar(select(RefreshToken).where(RefreshToken.token_hash == tokens.digest(secret)))
        if found:
            tokens.revoke(session, RefreshToken.family == found.family)


def ask_reset(email: str) -> None:
    with writing() as session:
        user = session.scalar(select(User).where(User.email == email, User.active))
        link = links.make(session, user) if user else ""
    if user:
        links.send(user, link)


def choose_password(secret: str, purpose: str, password: str) -> dict[str, Any]:
    """Redeem an invitation or reset, and sign the person in."""
    password_hash = hash_password(password)  # slow on purpose, so not while the database is locked
    with writing() as session:
        return _tokens(session, links.redeem(session, secret, purpose, password, password_hash))


def myself(user: User) -> dict[str, Any]:
    rep_id = db.session.scalar(select(Rep.id).where(Rep.user_id == user.id))
    return {"user": user, "rep_id": rep_id, "company": db.session.get(Company, 1)}


def _tokens(session: Session, user: User, parent: RefreshToken | None = None) -> dict[str, Any]:
    settings: Settings = current_app.extensions["settings"]
    secret, family = tokens.issue(session, user.id, settings.refresh_days, parent)
    return {
        "access_token": access_token(user, family),
        "refresh_token": secret,
        "token_type": "bearer",
        "expires_in": settings.access_minutes * 60,
        "user": user,
    }
