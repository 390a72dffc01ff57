"""One-time links: invitations and password resets.  72 hours, used once, stored as hashes; a new one ends the ones before."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from flask import current_app
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from server.core.clock import now
from server.core.errors import Gone
from server.identity import tokens
from server.identity.mail import Message
from server.identity.models import OneTimeLink, RefreshToken, User
from server.identity.passwords import check_rules

LIFE = timedelta(hours=72)
INVITE, RESET = "invite", "reset"
PAGES = {INVITE: "invitation", RESET: "password-reset"}
TEXTS = {
    INVITE: ("Your invitation to Fieldbeat", "You are invited to Fieldbeat. Choose a password within 72 hours:"),
    RESET: ("Your new Fieldbeat password", "Choose a new password within 72 hours (ignore this if you did not ask):"),
}


def make(session: Session, user: User) -> str:
    """The address of a page where the user chooses a password.

    The secret stands behind the #, so that browsers send it to no server and no log sees it.
    """
    purpose = RESET if user.password_hash else INVITE
    secret = secrets.token_urlsafe(32)
    _use_up(session, user)
    expires_at = now() + LIFE
    session.add(OneTimeLink(user_id=user.id, purpose=purpose, token_hash=tokens.digest(secret), expires_at=expires_at))
    return f"{current_app.extensions['settings'].url}/{PAGES[purpose]}#{secret}"


def send(user: User, link: str) -> str | None:
    """Mail the link; where no mail leaves this machine it is given back, to be shown to whom it may be shown."""
    mail: Any = current_app.extensions["mail"]
    subject, text = TEXTS[RESET if user.password_hash else INVITE]
    mail.send(Message(user.email, subject, f"{text}\n\n{link}\n"))
    return None if mail.delivers else link


def redeem(session: Session, secret: str, purpose: str, password: str, password_hash: str) -> User:
    """Set the password by a link; every earlier sign-in of the user ends.  Gone where the link is not good any more."""
    wanted = OneTimeLink.token_hash == tokens.digest(secret), OneTimeLink.purpose == purpose
    link = session.scalar(select(OneTimeLink).where(*wanted).with_for_update())
    user = session.get(User, link.user_id) if link else None
    if link is None or user is None or link.used_at or link.expires_at <= now() or not user.active:
        raise Gone("This link was used already or is too old; ask for a new one.", code="link_invalid")
    check_rules(password, user.email, name=user.name)
    user.password_hash = password_hash
    _use_up(session, user)
    tokens.revoke(session, RefreshToken.user_id == user.id)
    return user


def _use_up(session: Session, user: User) -> None:
    session.flush()
    unused = OneTimeLink.user_id == user.id, OneTimeLink.used_at.is_(None)
    session.execute(update(OneTimeLink).where(*unused).values(used_at=now()))
