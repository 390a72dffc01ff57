"""What plans depend on has changed: a fact in the database, so that no crash can lose it (docs/decisions/0002)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.core.clock import now
from server.core.database import Base, key


class RepInputs(Base):
    """One row a rep.  A rep needs planning while `repaired` or `improved` is behind `revision`."""

    __tablename__ = "rep_inputs"

    rep_id: Mapped[UUID] = mapped_column(ForeignKey("reps.id", ondelete="CASCADE"), primary_key=True)
    revision: Mapped[int] = mapped_column(default=0)
    repaired: Mapped[int] = mapped_column(default=-1)  # revision that the published plan respects
    improved: Mapped[int] = mapped_column(default=-1)  # revision up to which the horizon was searched
    first_change_at: Mapped[datetime | None]  # since the last improve
    last_change_at: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime | None]  # back-off after a failure
    last_error: Mapped[str | None] = mapped_column(String(500))


class TeamInputs(Base):
    """One row a team with accounts that all its reps visit.  Their visits are shared out anew while `shared` is behind `revision`."""

    __tablename__ = "team_inputs"

    team_id: Mapped[UUID] = mapped_column(ForeignKey("teams.id", ondelete="CASCADE"), primary_key=True)
    revision: Mapped[int] = mapped_column(default=0)
    shared: Mapped[int] = mapped_column(default=-1)  # revision that the turns respect
    left_out: Mapped[list[Any]] = mapped_column(default=list)  # [{"rep": id, "entry": as in PlanVersion.unplanned}]


class SharedTurn(Base):
    """Which rep makes the visit of a day at an account that all reps of its team visit; when it is due, None without a due date."""

    __tablename__ = "shared_turns"
    __table_args__ = (Index("ix_shared_turns_rep_id_day", "rep_id", "day"),)

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    rep_id: Mapped[UUID] = mapped_column(ForeignKey("reps.id", ondelete="CASCADE"))
    due: Mapped[date | None]
    late_days: Mapped[int] = mapped_column(default=0)


class InputChange(Base):
    """Why a revision was bumped: the cause that a new plan version names."""

    __tablename__ = "input_changes"
    __table_args__ = (Index("ix_input_changes_rep_id_revision", "rep_id", "revision"),)

    id: Mapped[key]
    rep_id: Mapped[UUID] = mapped_column(ForeignKey("reps.id", ondelete="CASCADE"))
    revision: Mapped[int]
    kind: Mapped[str] = mapped_column(String(40))  # appointment_moved, activity_logged, ...
    subject: Mapped[str | None] = mapped_column(String(60))  # e.g. "appointment 0192..."
    detail: Mapped[str] = mapped_column(String(300), default="")
    first_day: Mapped[date | None]  # local days that the change touches; None: the whole horizon
    last_day: Mapped[date | None]
    at: Mapped[datetime] = mapped_column(default=now)
