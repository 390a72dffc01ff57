"""Stored plans: immutable versions made of immutable days; publishing moves one pointer."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.core.clock import now
from server.core.database import Base, key


class PlanVersion(Base):
    """One answer of the planner for one rep, with everything needed to replay it."""

    __tablename__ = "plan_versions"
    __table_args__ = (
        UniqueConstraint("rep_id", "number"),
        Index("ix_plan_versions_rep_id_state", "rep_id", "state"),  # few are not superseded; each repair looks for them
    )

    id: Mapped[key]
    rep_id: Mapped[UUID] = mapped_column(ForeignKey("reps.id", ondelete="CASCADE"))
    number: Mapped[int]
    base_id: Mapped[UUID | None] = mapped_column(ForeignKey("plan_versions.id"))
    stage: Mapped[str] = mapped_column(String(10))  # repair, improve
    state: Mapped[str] = mapped_column(String(10))  # published, waiting (for approval), superseded, rejected
    first_day: Mapped[date]
    last_day: Mapped[date]
    inputs_revision: Mapped[int]
    causes: Mapped[list[Any]]
    seed: Mapped[int]
    iterations: Mapped[int]
    code_version: Mapped[str] = mapped_column(String(60))
    objective: Mapped[dict[str, Any]]
    certificate: Mapped[dict[str, Any]]
    unplanned: Mapped[list[Any]]
    clusters: Mapped[list[Any]]
    churn: Mapped[dict[str, Any]]
    travel_source: Mapped[str] = mapped_column(String(20))
    speeds: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))  # server.traffic.tables.Table.label
    problem: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)  # server.plans.replay
    created_at: Mapped[datetime] = mapped_column(default=now)
    published_at: Mapped[datetime | None]


class PlanDay(Base):
    """One rep's day; shared by all versions in which it is the same."""

    __tablename__ = "plan_days"
    __table_args__ = (Index("ix_plan_days_rep_id_date", "rep_id", "date"),)

    id: Mapped[key]
    rep_id: Mapped[UUID] = mapped_column(ForeignKey("reps.id", ondelete="CASCADE"))
    date: Mapped[date]
    timezone: Mapped[str] = mapped_column(String(64))
    route: Mapped[dict[str, Any]]  # planner.io form of the Route


class PlanVersionDay(Base):
    __tablename__ = "plan_version_days"

    version_id: Mapped[UUID] = mapped_column(ForeignKey("plan_versions.id", ondelete="CASCADE"), primary_key=True)
    date: Mapped[date] = mapped_column(primary_key=True)
    day_id: Mapped[UUID] = mapped_column(ForeignKey("plan_days.id"), index=True)


class PlanStop(Base):
    """A stop of a day as a row, to look up by account."""

    __tablename__ = "plan_stops"
    __table_args__ = (Index("ix_plan_stops_account_id_starts_at", "account_id", "starts_at"),)

    day_id: Mapped[UUID] = mapped_column(ForeignKey("plan_days.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    appointment_id: Mapped[UUID | None] = mapped_column(ForeignKey("appointments.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]


class PublishedPlan(Base):
    """The pointer: which version a rep is served."""

    __tablename__ = "published_plans"

    rep_id: Mapped[UUID] = mapped_column(ForeignKey("reps.id", ondelete="CASCADE"), primary_key=True)
    version_id: Mapped[UUID] = mapped_column(ForeignKey("plan_versions.id"))
    published_at: Mapped[datetime] = mapped_column(default=now)


class RouteFetch(Base):
    """Which version of a day a rep has last fetched, to say what changed since."""

    __tablename__ = "route_fetches"

    rep_id: Mapped[UUID] = mapped_column(ForeignKey("reps.id", ondelete="CASCADE"), primary_key=True)
    date: Mapped[date] = mapped_column(primary_key=True)
    day_id: Mapped[UUID] = mapped_column(ForeignKey("plan_days.id"))
    fetched_at: Mapped[datetime] = mapped_column(default=now)


class PlanFinding(Base):
    """Something worked out about a published version: kept as long as the inputs stay the same, and for that day."""

    __tablename__ = "plan_findings"

    version_id: Mapped[UUID] = mapped_column(ForeignKey("plan_versions.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)  # why, overload
    subject: Mapped[str] = mapped_column(String(60), primary_key=True)  # what is explained; "" for the whole plan
    revision: Mapped[int]  # of the inputs that it answers
    day: Mapped[date]  # today, when it was worked out
    answer: Mapped[dict[str, Any] | None]  # null: it could not be worked out
    made_at: Mapped[datetime] = mapped_column(default=now)
