"""Tables of the company's own, and what was learned."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from server.core.clock import now
from server.core.database import Base, key
from server.core.models import Versioned

_EVERYWHERE = text("team_id IS NULL")


class SpeedTable(Versioned, Base):
    """The company's own table for a kind of area, instead of the default."""

    __tablename__ = "speed_tables"

    area: Mapped[str] = mapped_column(String(10), primary_key=True)  # server.traffic.default.AREAS
    bands: Mapped[list[Any]]  # as server.company.schemas.SpeedBands writes them


class LearnedSpeeds(Base):
    """A table corrected by the drives that were logged: in an area of one team, or (team NULL) in such areas of all teams.

    It holds for what it was learned from only: the same table (`prior`), and driving times of the same kind (`basis`).
    """

    __tablename__ = "learned_speeds"
    __table_args__ = (
        Index("uq_learned_speeds_team_id_area", "team_id", "area", unique=True),
        Index("uq_learned_speeds_area", "area", unique=True, sqlite_where=_EVERYWHERE, postgresql_where=_EVERYWHERE),
    )

    id: Mapped[key]
    team_id: Mapped[UUID | None] = mapped_column(ForeignKey("teams.id", ondelete="CASCADE"))
    area: Mapped[str] = mapped_column(String(10))
    prior: Mapped[str] = mapped_column(String(40))  # the table that it corrects, as server.traffic.tables.Table.key
    basis: Mapped[str] = mapped_column(String(10))  # estimate or roads: what the drives were compared with
    bands: Mapped[list[Any]]  # those of the prior with other percents; beside them `drives`
    drives: Mapped[int]
    since: Mapped[date | None]  # of the first and the last of them
    until: Mapped[date | None]
    number: Mapped[int] = mapped_column(default=1)  # counts what plans saw of it: other percents
    learned_at: Mapped[datetime] = mapped_column(default=now)  # the last look
    changed_at: Mapped[datetime] = mapped_column(default=now)  # the last one that found other percents
