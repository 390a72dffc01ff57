"""Places where a rep may spend a night."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from server.core.database import Base, key
from server.core.models import Versioned


class Hotel(Versioned, Base):
    """One of the company's; not `active`: nobody is planned to sleep there any more."""

    __tablename__ = "hotels"

    id: Mapped[key]
    name: Mapped[str] = mapped_column(String(200))
    address: Mapped[str | None] = mapped_column(String(500))
    lat: Mapped[float]
    lon: Mapped[float]
    active: Mapped[bool] = mapped_column(default=True)
