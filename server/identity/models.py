"""Who may sign in, and the tokens they hold.  Secrets are stored only as hashes."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from server.core.clock import now
from server.core.database import Base, key
from server.core.models import Versioned


class User(Versioned, Base):
    """A person.  A rep has a row in `reps` besides; a manager leads the subtree of teams under `team_id`."""

    __tablename__ = "users"

    id: Mapped[key]
    email: Mapped[str] = mapped_column(String(254), unique=True)  # lower case
    name: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(10))  # rep, manager, admin
    password_hash: Mapped[str | None] = mapped_column(String(200))  # None: invited, not yet accepted
    team_id: Mapped[UUID | None] = mapped_column(ForeignKey("teams.id"), index=True)
    active: Mapped[bool] = mapped_column(default=True)


class RefreshToken(Base):
    """One link in a family (one sign-in) of rotating tokens; a use after the grace revokes the whole family."""

    __tablename__ = "refresh_tokens"

    id: Mapped[key]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    family: Mapped[UUID] = mapped_column(index=True)
    parent_id: Mapped[UUID | None]  # the token that this one was given for; none for a sign-in
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    issued_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class OneTimeLink(Base):
    """An invitation or a password reset: used once, for a limited time."""

    __tablename__ = "one_time_links"

    id: Mapped[key]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[str] = mapped_column(String(10))  # invite, reset
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
