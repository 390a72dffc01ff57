"""Imports: every run with its problems, so that an operator can see what a file did."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from server.core.clock import now
from server.core.database import Base, key

APPLIED, REJECTED, CHECKED = "applied", "rejected", "checked"


class ImportRun(Base):
    __tablename__ = "import_runs"

    id: Mapped[key]
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    filename: Mapped[str] = mapped_column(String(300))
    dry_run: Mapped[bool]
    mapping: Mapped[dict[str, Any]]
    rows: Mapped[int]
    created: Mapped[int]
    updated: Mapped[int]
    unchanged: Mapped[int]
    problems: Mapped[list[Any]]
    problem_count: Mapped[int]
    error_count: Mapped[int] = mapped_column(default=0)  # of the problems; the others are warnings
    state: Mapped[str] = mapped_column(String(10))  # applied, rejected, checked (dry run)
    started_at: Mapped[datetime] = mapped_column(default=now)
    finished_at: Mapped[datetime | None]
