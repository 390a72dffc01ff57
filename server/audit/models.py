"""Every change leaves one entry in the same transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.core.clock import now
from server.core.database import Base, key


class AuditEntry(Base):
    __tablename__ = "audit_entries"
    __table_args__ = (Index("ix_audit_entries_table_name_row_id", "table_name", "row_id"),)

    id: Mapped[key]
    at: Mapped[datetime] = mapped_column(default=now)
    actor_id: Mapped[UUID | None]  # None: the system itself
    request_id: Mapped[str | None] = mapped_column(String(60))
    action: Mapped[str] = mapped_column(String(10))  # create, update, delete, import
    table_name: Mapped[str] = mapped_column(String(60))
    row_id: Mapped[str] = mapped_column(String(60))
    changes: Mapped[dict[str, Any]]  # {column: [old, new]}, secrets left out
