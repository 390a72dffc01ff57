"""Fixed promises: appointments with accounts, and time blocks of a rep."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.core.database import Base, key
from server.core.models import Versioned, unique_where_set


class Appointment(Versioned, Base):
    """`account_id` set: a visit there.  Else a time block: at `lat`/`lon`, or wherever the rep then is.

    Wall-clock `day` and `start` in `timezone` are what was agreed; `starts_at` is the same instant in UTC.  It may start up to
    `leeway_minutes` later.  A recurring one has an RFC 5545 `rrule` and `excluded` dates; a moved occurrence is a row of its
    own that names its `series_id` and `original_day`.
    """

    __tablename__ = "appointments"
    __table_args__ = (
        unique_where_set("appointments", "external_id"),
        Index("ix_appointments_rep_id_day", "rep_id", "day"),
        Index("uq_appointments_series_id_original_day", "series_id", "original_day", unique=True),
        Index("uq_appointments_author_id_client_id", "author_id", "client_id", unique=True),
    )

    id: Mapped[key]
    client_id: Mapped[UUID | None]  # made by the client; with author_id makes creation idempotent
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    content_hash: Mapped[str | None] = mapped_column(String(64))
    external_id: Mapped[str | None] = mapped_column(String(200))
    rep_id: Mapped[UUID] = mapped_column(ForeignKey("reps.id"))
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    title: Mapped[str] = mapped_column(String(300))
    day: Mapped[date]
    start: Mapped[time]
    timezone: Mapped[str] = mapped_column(String(64))
    starts_at: Mapped[datetime] = mapped_column(index=True)
    duration_minutes: Mapped[int]
    leeway_minutes: Mapped[int] = mapped_column(default=0)
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    address: Mapped[str | None] = mapped_column(String(500))
    rrule: Mapped[str | None] = mapped_column(String(500))
    last_day: Mapped[date | None]  # of a recurring one, from its rule; None: without end
    excluded: Mapped[list[Any]] = mapped_column(default=list)  # ISO dates
    series_id: Mapped[UUID | None] = mapped_column(ForeignKey("appointments.id", ondelete="CASCADE"))
    original_day: Mapped[date | None]
    notes: Mapped[str | None] = mapped_column(String(2000))
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str | None] = mapped_column(String(300))
