"""Teams (a tree), reps with their working life, and time off."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.core.database import Base, key
from server.core.models import Versioned


class Team(Versioned, Base):
    """A node in the tree of teams.  Settings left empty are inherited from the team above, then the company."""

    __tablename__ = "teams"

    id: Mapped[key]
    name: Mapped[str] = mapped_column(String(200))
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("teams.id"), index=True)
    radius_metres: Mapped[int | None]
    radius_minutes: Mapped[int | None]  # of driving; goes before radius_metres
    radius_hard: Mapped[bool | None]
    speed_bands: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))
    approval: Mapped[bool] = mapped_column(default=False)  # improved plans wait for a manager
    area: Mapped[str | None] = mapped_column(
        String(10)
    )  # city, town or rural; None: as the team above or the company says


class Rep(Versioned, Base):
    """A field rep.  `working_hours`: {"0": ["08:00", "17:00"], ...} by weekday, Monday = 0; a missing day is free."""

    __tablename__ = "reps"

    id: Mapped[key]
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), unique=True)
    team_id: Mapped[UUID] = mapped_column(ForeignKey("teams.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    timezone: Mapped[str] = mapped_column(String(64))
    country: Mapped[str] = mapped_column(String(2))
    region: Mapped[str | None] = mapped_column(String(10))
    home_address: Mapped[str | None] = mapped_column(String(500))
    home_lat: Mapped[float | None]
    home_lon: Mapped[float | None]
    end_lat: Mapped[float | None]  # None: the day ends at home
    end_lon: Mapped[float | None]
    working_hours: Mapped[dict[str, Any]]
    break_from: Mapped[str | None] = mapped_column(String(5))  # earliest start of the break, HH:MM
    break_until: Mapped[str | None] = mapped_column(String(5))  # latest start
    break_minutes: Mapped[int] = mapped_column(default=0)
    max_stops: Mapped[int | None]
    max_driving_minutes: Mapped[int | None]  # a day, both ways included
    capacity_units: Mapped[int | None]  # what is carried a day, in the unit of Account.load_units
    skills: Mapped[list[Any]] = mapped_column(default=list)
    max_overtime_minutes: Mapped[int] = mapped_column(default=0)
    follow_up_minutes: Mapped[int] = mapped_column(default=0)
    radius_metres: Mapped[int | None]
    radius_minutes: Mapped[int | None]
    radius_hard: Mapped[bool | None]
    night_weekdays: Mapped[list[Any]] = mapped_column(
        default=list
    )  # evenings after which the rep may sleep away, 0 = Monday
    night_price_minutes: Mapped[int | None]  # None: as the company says
    night_from_home_minutes: Mapped[int | None]
    fair_days: Mapped[bool | None]  # None: as the company says
    area: Mapped[str | None] = mapped_column(String(10))  # where the rep mostly drives; None: as the team says
    works_holidays: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)


class TimeOff(Versioned, Base):
    """Whole local days on which a rep does not work."""

    __tablename__ = "time_off"
    __table_args__ = (CheckConstraint("first <= last", name="in_order"),)

    id: Mapped[key]
    rep_id: Mapped[UUID] = mapped_column(ForeignKey("reps.id", ondelete="CASCADE"), index=True)
    first: Mapped[date]
    last: Mapped[date]
    reason: Mapped[str | None] = mapped_column(String(200))


class DayHours(Versioned, Base):
    """Other hours of a rep on one local date, worked then whatever weekday or holiday it is; time off goes before them."""

    __tablename__ = "day_hours"
    __table_args__ = (UniqueConstraint("rep_id", "day"),)

    id: Mapped[key]
    rep_id: Mapped[UUID] = mapped_column(ForeignKey("reps.id", ondelete="CASCADE"))
    day: Mapped[date]
    starts: Mapped[str] = mapped_column(String(5))  # HH:MM
    ends: Mapped[str] = mapped_column(String(5))
    max_stops: Mapped[int | None]  # None: as the rep's on every day
    max_driving_minutes: Mapped[int | None]
