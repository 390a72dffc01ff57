"""Accounts (customers and prospects), their segments and contacts."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, validates

from server.accounts.positions import BANDS_A_DEGREE, lat_band
from server.core.database import Base, key
from server.core.models import Stamped, Versioned, unique_where_set


class Segment(Versioned, Base):
    """A class of accounts (A/B/C/D or the company's own), with what a visit there is worth to the planner."""

    __tablename__ = "segments"

    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    rank: Mapped[int] = mapped_column(default=0)  # 0 is the most important
    service_minutes: Mapped[int | None]
    late_minutes: Mapped[
        int | None
    ]  # minutes of driving that each day late is worth; None: it follows from miss_minutes
    miss_minutes: Mapped[int] = mapped_column(default=90)  # minutes of driving that a visit left out is worth
    load_units: Mapped[int | None]  # what a visit takes of Rep.capacity_units; None: nothing
    first_service_minutes: Mapped[int | None]  # of the visit to an account never visited; None: as any other
    preferred_hours: Mapped[str | None] = mapped_column(String(1000))  # when visits had better begin; None: at any time


PLACED = ("lon", "lat", "id")  # at the end of an index: a search for the nearest reads nothing else
HOLDERS = ("owner_id", "served_by_id", "team_id")  # and these where it looks for what some people hold


_SHARED = text("shared_visits")


def _where_set(column: str, *further: str) -> Index:
    """An index of the rows in which a column is set: costs the others nothing."""
    condition = text(f"{column} IS NOT NULL")
    return Index(f"ix_accounts_{column}", column, *further, sqlite_where=condition, postgresql_where=condition)


class Account(Versioned, Base):
    """`owner_id` None with `team_id` set: the team plan gives it to a rep of the team, or (`shared_visits`) each of its visits."""

    __tablename__ = "accounts"
    __table_args__ = (
        unique_where_set("accounts", "external_id"),
        Index("ix_accounts_owner_id", "owner_id", "archived_at", *PLACED),
        Index("ix_accounts_name_id", "name", "id"),
        _where_set("parent_id"),
        _where_set("geocode_at"),
        _where_set("lat_band", "archived_at", *PLACED, *HOLDERS),
        *(_where_set(name, "archived_at", *PLACED) for name in ("team_id", "served_by_id")),
        Index("ix_accounts_shared", "team_id", "id", sqlite_where=_SHARED, postgresql_where=_SHARED),
        # Not a generated column: Alembic cannot rebuild a table that has one on SQLite.
        CheckConstraint(
            f"CASE WHEN lat IS NULL THEN lat_band IS NULL ELSE lat_band IS NOT NULL AND abs(lat * {BANDS_A_DEGREE} - lat_band) < 0.501 END",
            name="lat_band",
        ),
    )

    id: Mapped[key]
    external_id: Mapped[str | None] = mapped_column(String(200))
    name: Mapped[str] = mapped_column(String(300))
    street: Mapped[str | None] = mapped_column(String(300))
    housenumber: Mapped[str | None] = mapped_column(String(40))
    postcode: Mapped[str | None] = mapped_column(String(20))
    city: Mapped[str | None] = mapped_column(String(200))
    region: Mapped[str | None] = mapped_column(String(40))
    country: Mapped[str] = mapped_column(String(2))
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    lat_band: Mapped[int | None]  # follows from lat; by band and longitude an index is cut on all four sides (near.py)
    position_quality: Mapped[str] = mapped_column(String(12), default="unknown")  # of positions.QUALITIES
    position_source: Mapped[str | None] = mapped_column(String(20))  # person, file, osm, index, zipcodes or a geocoder
    position_doubt_metres: Mapped[int | None]  # from the middle of its postcode, where that is too far
    geocode_at: Mapped[datetime | None]  # from then on a geocoder on the network may be asked; None: no need
    timezone: Mapped[str] = mapped_column(String(64))
    phone: Mapped[str | None] = mapped_column(String(60))
    email: Mapped[str | None] = mapped_column(String(254))
    website: Mapped[str | None] = mapped_column(String(500))
    segment: Mapped[str | None] = mapped_column(ForeignKey("segments.code"), index=True)
    industry: Mapped[str | None] = mapped_column(String(200))
    size: Mapped[str | None] = mapped_column(String(60))
    products: Mapped[list[Any]] = mapped_column(default=list)
    lead_source: Mapped[str | None] = mapped_column(String(100))
    revenue: Mapped[Decimal | None] = mapped_column(Numeric(16, 2))
    stage: Mapped[str | None] = mapped_column(String(60))
    custom: Mapped[dict[str, Any]] = mapped_column(default=dict)
    opening_hours: Mapped[str | None] = mapped_column(String(1000))  # OpenStreetMap syntax; None: the company's default
    service_minutes: Mapped[int | None]  # None: segment, then company
    allowed_weekdays: Mapped[list[Any] | None]  # 0 = Monday; None: every day
    load_units: Mapped[int | None]  # None: the segment's
    first_service_minutes: Mapped[int | None]  # None: the segment's
    preferred_hours: Mapped[str | None] = mapped_column(String(1000))  # OpenStreetMap syntax; None: the segment's
    access_minutes: Mapped[int | None]  # from the road to the customer's door: parking, gate, stairs
    off_road_metres: Mapped[int | None]  # to the nearest road, where that is so far that it is not planned
    needed_skills: Mapped[list[Any]] = mapped_column(default=list)  # all of them, of Rep.skills
    priority: Mapped[int] = mapped_column(default=100)  # percent of the segment's prices
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("reps.id"))
    team_id: Mapped[UUID | None] = mapped_column(ForeignKey("teams.id"))
    served_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("reps.id"))  # without an owner: by team plan
    shared_visits: Mapped[bool] = mapped_column(default=False)  # each visit by any rep of the team
    active_from: Mapped[date]  # the cadence clock of an account never visited starts here
    notes: Mapped[str | None] = mapped_column(Text)
    archived_at: Mapped[datetime | None]

    @validates("lat")
    def _set_band(self, _name: str, lat: float | None) -> float | None:
        self.lat_band = lat_band(lat)
        return lat


class Contact(Versioned, Base):
    __tablename__ = "contacts"

    id: Mapped[key]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    title: Mapped[str | None] = mapped_column(String(200))
    phone: Mapped[str | None] = mapped_column(String(60))
    email: Mapped[str | None] = mapped_column(String(254))
    primary: Mapped[bool] = mapped_column(default=False)
    notes: Mapped[str | None] = mapped_column(Text)


class OwnerChange(Stamped, Base):
    """Who owned an account from which day: compliance counts for the owner of the time."""

    __tablename__ = "owner_changes"
    __table_args__ = (Index("ix_owner_changes_account_id_from_day", "account_id", "from_day"),)

    id: Mapped[key]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("reps.id"))
    from_day: Mapped[date]
