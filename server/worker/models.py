"""Leases: who may do a piece of work now, with a fencing token, so that nobody does it twice at once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from server.core.database import Base


class Lease(Base):
    """`name` such as "improve <rep>" or "clock"; the token grows with every holder."""

    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    owner: Mapped[str] = mapped_column(String(80))
    token: Mapped[int] = mapped_column(default=1)
    until: Mapped[datetime]


class Tick(Base):
    """A timed job ran for this moment: at most once, whatever the number of clocks."""

    __tablename__ = "ticks"

    job: Mapped[str] = mapped_column(String(40), primary_key=True)
    moment: Mapped[str] = mapped_column(String(40), primary_key=True)
    ran_at: Mapped[datetime]
