"""How often accounts are to be seen: policies by scope, pauses, and visits that a person asked for."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from server.core.database import Base, key
from server.core.models import Versioned

_ORGANISATION = text("account_id IS NULL AND segment IS NULL")


class CadencePolicy(Versioned, Base):
    """One channel's cadence for the organisation, a segment or an account; the narrowest that speaks wins.

    `mode` None says "none": no cadence on this channel, whatever the wider scope says.  The other columns are those of
    planner.cadence.policy.Cadence.
    """

    __tablename__ = "cadence_policies"
    __table_args__ = (
        Index("uq_cadence_policies_account", "account_id", "channel", unique=True),
        Index("uq_cadence_policies_segment", "segment", "channel", unique=True),
        Index(
            "uq_cadence_policies_organisation",
            "channel",
            unique=True,
            sqlite_where=_ORGANISATION,
            postgresql_where=_ORGANISATION,
        ),
        CheckConstraint("account_id IS NULL OR segment IS NULL", name="one_scope"),
    )

    id: Mapped[key]
    channel: Mapped[str] = mapped_column(String(10))  # visit, phone, email, mail
    segment: Mapped[str | None] = mapped_column(ForeignKey("segments.code", ondelete="CASCADE"))
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    mode: Mapped[str | None] = mapped_column(String(10))
    interval_days: Mapped[int | None]
    visits: Mapped[int | None]
    period: Mapped[str | None] = mapped_column(String(10))
    block_workdays: Mapped[int | None]
    anchor: Mapped[date | None]
    tolerance_days: Mapped[int | None]
    min_gap_days: Mapped[int] = mapped_column(default=1)
    first_within_days: Mapped[int | None]
    combinations: Mapped[list[Any]] = mapped_column(
        default=list
    )  # [[0, 3], [1, 4]]: working days of a block, 0 its first
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    seasons: Mapped[list[Any]] = mapped_column(default=list)  # [{"months": [6, 7], "interval_days": 14 or null}]


class Pause(Versioned, Base):
    """The customer's clock stands still on these days, both included."""

    __tablename__ = "pauses"
    __table_args__ = (CheckConstraint("first <= last", name="in_order"),)

    id: Mapped[key]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    first: Mapped[date]
    last: Mapped[date]
    reason: Mapped[str | None] = mapped_column(String(200))


class MustVisit(Versioned, Base):
    """A person asked for a visit on any day of this period."""

    __tablename__ = "must_visits"
    __table_args__ = (CheckConstraint("first <= last", name="in_order"),)

    id: Mapped[key]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    first: Mapped[date]
    last: Mapped[date]
    note: Mapped[str | None] = mapped_column(String(500))
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
