"""The address index, and what geocoders on the network have answered."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.core.clock import now
from server.core.database import Base, key
from server.places.spelling import LONGEST

POSTCODE_AREA, TOWN_AREA = "postcode", "town"


class AddressExtract(Base):
    """A file of the map that was read.  Only what is `ready` is looked at: a new reading replaces the old one at once."""

    __tablename__ = "address_extracts"

    id: Mapped[key]
    name: Mapped[str] = mapped_column(String(200), index=True)
    ready: Mapped[bool] = mapped_column(default=False)
    data_from: Mapped[datetime | None]  # as the file says
    indexed_at: Mapped[datetime] = mapped_column(default=now)
    addresses: Mapped[int] = mapped_column(default=0)
    roads: Mapped[int] = mapped_column(default=0)
    postcodes: Mapped[int] = mapped_column(default=0)
    towns: Mapped[int] = mapped_column(default=0)


ALONG = "~"


class AddressPoint(Base):
    """A house number, or (number NULL) the middle of a named road.  Names are spelled as server.places.spelling does; "" is not said.

    The suffix is that of `Number`, or ALONG where the map only says that numbers run along there: so it is nobody's very number.
    """

    __tablename__ = "address_points"
    __table_args__ = (Index("ix_address_points_street", "country", "street", "postcode", "town"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    extract_id: Mapped[UUID] = mapped_column(ForeignKey("address_extracts.id"), index=True)
    country: Mapped[str] = mapped_column(String(2))
    street: Mapped[str] = mapped_column(String(LONGEST))
    postcode: Mapped[str] = mapped_column(String(20))
    town: Mapped[str] = mapped_column(String(LONGEST))
    number: Mapped[int | None]
    suffix: Mapped[str] = mapped_column(String(6))
    lat: Mapped[float]
    lon: Mapped[float]


class AddressArea(Base):
    """Where the addresses of a postcode or a town lie; `addresses` 0: known by a place's name alone."""

    __tablename__ = "address_areas"
    __table_args__ = (Index("ix_address_areas_name", "country", "kind", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    extract_id: Mapped[UUID] = mapped_column(ForeignKey("address_extracts.id"), index=True)
    country: Mapped[str] = mapped_column(String(2))
    kind: Mapped[str] = mapped_column(String(10))  # postcode or town
    name: Mapped[str] = mapped_column(String(LONGEST))
    lat: Mapped[float]
    lon: Mapped[float]
    reach_metres: Mapped[int]  # from the centre, within which 95 of 100 lie
    addresses: Mapped[int]


class GeocodeAnswer(Base):
    """What a geocoder said, also that it knows nothing (lat NULL): nobody is asked the same twice before it expires."""

    __tablename__ = "geocode_answers"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)  # SHA-256 of whom and what was asked
    provider: Mapped[str] = mapped_column(String(20))
    question: Mapped[str] = mapped_column(String(700))
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    quality: Mapped[str | None] = mapped_column(String(12))
    asked_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime] = mapped_column(index=True)
