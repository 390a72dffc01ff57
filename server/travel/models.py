"""Road times that were asked for."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from server.core.database import Base

_WANTING = text("wanting")


class TravelSet(Base):
    """The places of one rep and the times between all of them.

    A row without cells says that nothing was ever had.  Of a claim that is over nobody need take notice.
    """

    __tablename__ = "travel_sets"
    __table_args__ = (
        Index("ix_travel_sets_fetched_at", "fetched_at"),
        Index("ix_travel_sets_wanting", "rep_id", sqlite_where=_WANTING, postgresql_where=_WANTING),
    )

    rep_id: Mapped[UUID] = mapped_column(ForeignKey("reps.id", ondelete="CASCADE"), primary_key=True)
    places: Mapped[bytes] = mapped_column(LargeBinary)  # server.travel.store.points
    cells: Mapped[bytes] = mapped_column(LargeBinary)  # server.travel.store.cells
    source: Mapped[str] = mapped_column(String(20), default="")  # the engine: osrm, valhalla
    map_version: Mapped[str] = mapped_column(String(80), default="")  # as the engine calls it
    fetched_at: Mapped[datetime | None]  # of the oldest cell
    wanting: Mapped[bool] = mapped_column(default=False)  # plans were made without times that should be here
    uncovered: Mapped[bool] = mapped_column(default=False)  # the engine's map does not reach here
    changes: Mapped[int] = mapped_column(default=0)  # how often it was written
    calibration: Mapped[
        dict[str, Any] | None
    ]  # the estimate fitted to it: fields of planner.travel.Estimate, and pairs
    claim: Mapped[str | None] = mapped_column(String(40))  # of who is asking now
    claimed_until: Mapped[datetime | None]
