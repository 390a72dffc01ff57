"""One day of a recurring appointment, changed or cancelled by itself."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from server.appointments import recurrence
from server.appointments.models import Appointment
from server.appointments.occurrences import Occurrence, of
from server.appointments.service import apply, get, touch
from server.core.database import writing
from server.core.errors import Invalid, NotFound
from server.core.http import check_version
from server.identity.models import User
from server.reps.models import Rep

COPIED = (
    "rep_id", "account_id", "title", "start", "timezone", "duration_minutes", "leeway_minutes", "lat", "lon", "address",
    "notes",
)  # fmt: skip


def change_day(user: User, series_id: UUID, day: date, values: dict[str, Any]) -> Appointment:
    """Change what the series has on `day`; the changed day is a row of its own, and the series gets a new version."""
    with writing() as session:
        series = get(user, series_id)
        if series.rrule is None:
            raise Invalid("This appointment does not recur; change it itself.")
        check_version(series)
        row = _changed_day(session, series, day)
        before = _where(session, row)
        cancelled = row.cancelled_at
        apply(row, values)
        flag_modified(
            series, "updated_at"
        )  # so that whoever has the old version does not change another day unknowingly
        session.flush()
        if cancelled != row.cancelled_at:
            kind = "appointment_cancelled" if row.cancelled_at else "appointment_made"
        else:
            kind = "appointment_moved"
        touch(session, row, kind, (row.rep_id, before.rep_day, before.rep_day))
    return row


def _changed_day(session: Session, series: Appointment, day: date) -> Appointment:
    query = select(Appointment).where(Appointment.series_id == series.id, Appointment.original_day == day)
    if (stored := session.scalar(query)) is not None:
        return stored
    assert series.rrule is not None
    if not recurrence.is_day(series.rrule, series.day, day) or day.isoformat() in series.excluded:
        raise NotFound("The series has no such day.")
    copied = {name: getattr(series, name) for name in COPIED}
    row = Appointment(series_id=series.id, original_day=day, day=day, excluded=[], **copied)
    row.starts_at = of(series, day, "UTC").starts_at
    session.add(row)
    return row


def _where(session: Session, row: Appointment) -> Occurrence:
    with session.no_autoflush:
        return of(row, row.day, session.get_one(Rep, row.rep_id).timezone)
