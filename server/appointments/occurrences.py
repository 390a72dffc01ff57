"""What happens when: single appointments, and recurring ones expanded to their days, for any number of reps at once."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import BindParameter, Select, and_, bindparam, or_, select
from sqlalchemy.orm import Session, aliased

from server.appointments import recurrence
from server.appointments.models import Appointment
from server.core.clock import instant, wall_seconds
from server.reps.models import Rep

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time at which an appointment takes place.

    `appointment` is the row that says what was agreed: the appointment itself, its series, or the row of a moved
    occurrence.  `day` is the date on the wall where it was agreed, `rep_day` the rep's own local date of `starts_at`.
    """

    appointment: Appointment
    day: date
    starts_at: datetime
    rep_day: date

    @property
    def key(self) -> str:
        """Unique among all occurrences, and the same as long as this one exists."""
        row = self.appointment
        series = row.id if row.rrule else row.series_id
        return f"{series}:{row.original_day or self.day}" if series else str(row.id)

    @property
    def start(self) -> time:
        """The time on the wall at which it really is: 03:30 for 02:30 on the day whose clock change skips that."""
        return self.starts_at.astimezone(ZoneInfo(self.appointment.timezone)).time()

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.appointment.duration_minutes)


def starts_at(day: date, start: time, zone: str) -> datetime:
    """The instant of a wall-clock time.  Of a time that comes twice the first is meant; one that the clock change skips
    is as long after the change as it was to be after it (02:30 becomes 03:30), as RFC 5545 has it for recurring ones."""
    return instant(day, wall_seconds(day, start, zone), zone)


def of(row: Appointment, day: date, rep_zone: str) -> Occurrence:
    """The occurrence of a row on a wall day."""
    moment = row.starts_at if day == row.day else starts_at(day, row.start, row.timezone)
    return Occurrence(row, day, moment, moment.astimezone(ZoneInfo(rep_zone)).date())


def occurrences(session: Session, rep_ids: Collection[UUID], first: date, last: date) -> list[Occurrence]:
    """All that takes place on the reps' local days from `first` to `last`, in order of time.  One query.

    Cancelled ones (a series with all its days) are left out, and so are the days of a series that were moved elsewhere.
    """
    since, until = first - DAY, last + DAY  # the wall day may be a day off the rep's own
    rows = session.execute(_query(), {"reps": list(rep_ids), "since": since, "until": until}).all()
    moved: set[tuple[UUID | None, date | None]] = {
        (row.series_id, row.original_day) for row, _ in rows if row.series_id
    }
    wanted = set(rep_ids)
    found = [
        occurrence
        for row, zone in rows
        if row.rep_id in wanted and row.cancelled_at is None
        for occurrence in _expand(row, zone, since, until, moved)
        if first <= occurrence.rep_day <= last
    ]
    return sorted(found, key=lambda occurrence: (occurrence.starts_at, occurrence.key))


@cache
def _query() -> Select[Appointment, str]:
    """Built once: putting it together takes longer than running it, and somebody waits for most of its answers."""
    reps: BindParameter[Any] = bindparam("reps", expanding=True)
    since: BindParameter[date] = bindparam("since")
    until: BindParameter[date] = bindparam("until")
    whole = aliased(Appointment)
    own, repeats = Appointment.rep_id.in_(reps), Appointment.rrule.is_not(None)
    series = select(Appointment.id).where(own, repeats)
    there = or_(
        Appointment.cancelled_at.is_(None), Appointment.series_id.is_not(None)
    )  # a cancelled day of a series counts
    single = and_(own, there, Appointment.rrule.is_(None), Appointment.day.between(since, until))
    changed = and_(Appointment.series_id.in_(series), Appointment.original_day.between(since, until))
    going_on = or_(Appointment.last_day.is_(None), Appointment.last_day >= since)
    repeated = and_(own, repeats, Appointment.cancelled_at.is_(None), Appointment.day <= until, going_on)
    query = select(Appointment, Rep.timezone).join(Rep, Rep.id == Appointment.rep_id)
    query = query.outerjoin(whole, whole.id == Appointment.series_id).where(whole.cancelled_at.is_(None))
    return query.where(or_(single, changed, repeated))


def _expand(
    row: Appointment, zone: str, since: date, until: date, moved: set[tuple[UUID | None, date | None]]
) -> Iterator[Occurrence]:
    if row.rrule is None:
        yield of(row, row.day, zone)
        return
    excluded = set(row.excluded)
    for day in recurrence.days(row.rrule, row.day, since, until):
        if day.isoformat() not in excluded and (row.id, day) not in moved:
            yield of(row, day, zone)
