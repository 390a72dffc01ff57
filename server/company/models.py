"""The company that this installation serves: one row of settings, inherited by teams, reps and accounts."""

from __future__ import annotations

from datetime import time
from typing import Any

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from server.core.database import Base
from server.core.models import Versioned


class Company(Versioned, Base):
    """The single row (id 1)."""

    __tablename__ = "company"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    name: Mapped[str] = mapped_column(String(200))
    country: Mapped[str] = mapped_column(String(2), default="US")
    region: Mapped[str | None] = mapped_column(String(10))
    timezone: Mapped[str] = mapped_column(String(64), default="America/New_York")
    distance_unit: Mapped[str] = mapped_column(String(2), default="mi")  # mi or km
    currency: Mapped[str] = mapped_column(String(3), default="USD")
    locale: Mapped[str] = mapped_column(String(20), default="en-US")
    week_starts_on: Mapped[int] = mapped_column(default=0)  # 0 = Monday
    horizon_days: Mapped[int] = mapped_column(default=28)
    at_risk_days: Mapped[int] = mapped_column(default=7)  # compliance: so long before the end a visit is to be planned
    radius_metres: Mapped[int] = mapped_column(default=96_561)  # 60 miles
    radius_minutes: Mapped[int | None]  # of driving; where it is set, it counts instead of radius_metres
    radius_hard: Mapped[bool] = mapped_column(default=False)
    whole_visit_in_hours: Mapped[bool] = mapped_column(default=True)
    default_hours: Mapped[str] = mapped_column(String(1000), default="Mo-Fr 08:00-18:00; PH off")
    default_service_minutes: Mapped[int] = mapped_column(default=30)
    work_starts: Mapped[time] = mapped_column(default=time(8))  # of reps without working hours of their own
    work_ends: Mapped[time] = mapped_column(default=time(17))
    speed_bands: Mapped[list[Any]] = mapped_column(default=list)  # as server.company.speeds writes them
    area: Mapped[str] = mapped_column(String(10), default="town")  # kind of area of teams that say none: server.traffic
    traffic: Mapped[str] = mapped_column(
        String(10), default="off"
    )  # off, tables or learned: speeds where no bands are said
    night_price_minutes: Mapped[int] = mapped_column(default=120)  # of driving, that a night away has to save
    night_from_home_minutes: Mapped[int] = mapped_column(default=60)  # who is nearer goes home
    preferred_price_minutes: Mapped[int] = mapped_column(default=15)  # of driving, for a start outside preferred hours
    fair_days: Mapped[bool] = mapped_column(default=False)  # days with more than their share of the work have a price
    unfair_percent: Mapped[int] = mapped_column(default=50)  # of a minute of driving, for each minute of work beyond it
    nights_at_accounts: Mapped[bool] = mapped_column(default=False)  # a room can be found near any account
    vehicle_energy: Mapped[str] = mapped_column(String(10), default="petrol")  # petrol, diesel or electric
    consumption_per_100_km: Mapped[float | None]  # litres or kWh; None: what is usual (server.plans.consumption)
    co2_grams_per_unit: Mapped[int | None]  # of a litre or kWh; None: what is usual
