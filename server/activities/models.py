"""What was done: visits, phone calls, e-mails, mail; also a stop started, attempted or skipped."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Numeric, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.core.clock import now
from server.core.database import Base, key
from server.core.models import Versioned


class Activity(Versioned, Base):
    """Permanent identity is (author, client_id): the phone makes it, and the same upload twice is one row.

    `status`: completed counts; attempted (nobody there), skipped (not tried, with a reason) and started (the rep is there
    now) do not.  `local_day` is the account's local date of `happened_at`: cadences count it.
    """

    __tablename__ = "activities"
    __table_args__ = (
        Index("uq_activities_author_id_client_id", "author_id", "client_id", unique=True),
        Index("ix_activities_account_id_local_day", "account_id", "local_day"),
        Index("ix_activities_rep_id_local_day", "rep_id", "local_day"),
    )

    id: Mapped[key]
    client_id: Mapped[UUID]
    author_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    content_hash: Mapped[str] = mapped_column(String(64))
    rep_id: Mapped[UUID] = mapped_column(ForeignKey("reps.id"))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    cover: Mapped[bool] = mapped_column(default=False)  # by a colleague of the owner's team, standing in
    appointment_id: Mapped[UUID | None] = mapped_column(ForeignKey("appointments.id"))
    channel: Mapped[str] = mapped_column(String(10))  # visit, phone, email, mail
    status: Mapped[str] = mapped_column(String(10))  # completed, attempted, skipped, started
    outcome: Mapped[str | None] = mapped_column(String(60))
    reason: Mapped[str | None] = mapped_column(String(300))  # of a skip or a failed attempt
    note: Mapped[str | None] = mapped_column(Text)
    order_value: Mapped[Decimal | None] = mapped_column(Numeric(16, 2))
    happened_at: Mapped[datetime]  # when it began, corrected for a wrong device clock
    ended_at: Mapped[datetime | None]
    timezone: Mapped[str] = mapped_column(String(64))
    local_day: Mapped[date]
    device_time: Mapped[datetime | None]  # the device's own clock when it sent
    clock_skew_seconds: Mapped[int | None]
    received_at: Mapped[datetime] = mapped_column(default=now)
    lat: Mapped[float | None]  # of a check-in, only inside working hours
    lon: Mapped[float | None]
    accuracy_metres: Mapped[float | None]
    withdrawn_at: Mapped[datetime | None]
