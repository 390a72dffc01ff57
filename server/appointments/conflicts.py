"""What stands against an appointment and is certain without a plan.  It is accepted all the same, and said at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.hours import open_spans
from server.accounts.models import Account
from server.appointments.models import Appointment
from server.appointments.occurrences import DAY, Occurrence, occurrences, of
from server.company.models import Company
from server.company.service import current
from server.core.clock import date_in_words, instant, seconds_of_day, today, zone
from server.core.database import db
from server.reps.hours import holiday, working_hours
from server.reps.models import DayHours, Rep, TimeOff

AHEAD = timedelta(days=90)  # how far a series is searched
MOST = 20  # that overlap, and as many others


class Kind(StrEnum):
    OVERLAP = "overlap"
    TIME_OFF = "time_off"
    HOLIDAY = "holiday"
    NO_WORKDAY = "no_workday"
    OUTSIDE_WORKING_HOURS = "outside_working_hours"
    ACCOUNT_CLOSED = "account_closed"


@dataclass(frozen=True, slots=True)
class Conflict:
    """`occurrence`: what overlaps; for the other kinds the one that was asked about."""

    kind: Kind
    occurrence: Occurrence
    detail: str


class WorkingLife:
    """When a rep works between two dates: read once for any number of appointments."""

    def __init__(self, session: Session, rep: Rep, first: date, last: date) -> None:
        self.rep, self.company = rep, current(session)
        away = select(TimeOff).where(TimeOff.rep_id == rep.id, TimeOff.last >= first, TimeOff.first <= last)
        self.away: Sequence[TimeOff] = session.scalars(away.order_by(TimeOff.first, TimeOff.id)).all()
        own = select(DayHours).where(DayHours.rep_id == rep.id, DayHours.day >= first, DayHours.day <= last)
        self.own = {row.day: row for row in session.scalars(own)}

    def against(self, met: Occurrence) -> Conflict | None:
        """Why the rep cannot keep an appointment whatever else is planned; None: the plan has to say."""
        day, rep = met.rep_day, self.rep
        on = date_in_words(day)
        for away in self.away:
            if away.first <= day <= away.last:
                return Conflict(Kind.TIME_OFF, met, f"{rep.name} has time off on {on}.")
        if day not in self.own and (name := holiday(rep, day)):
            return Conflict(Kind.HOLIDAY, met, f"{on} is a public holiday ({name}), on which {rep.name} does not work.")
        hours = working_hours(rep, self.company, day, self.own)
        if hours is None:
            return Conflict(Kind.NO_WORKDAY, met, f"{rep.name} does not work on {day:%A}s.")
        if rep.home_lat is None or rep.home_lon is None:
            detail = f"Nothing can be planned for {rep.name}, whose home address has no position yet."
            return Conflict(Kind.NO_WORKDAY, met, detail)
        outside = self._outside(met, *hours)
        return Conflict(Kind.OUTSIDE_WORKING_HOURS, met, outside) if outside else None

    def _outside(self, met: Occurrence, opens: int, closes: int) -> str | None:
        """`opens`, `closes`: seconds since the local midnight of the rep's day."""
        day, row = met.rep_day, met.appointment
        start = seconds_of_day(met.starts_at, day, self.rep.timezone)
        if start + row.leeway_minutes * 60 < opens:
            late = (
                f" (at {self._wall(day, start + row.leeway_minutes * 60)} at the latest)" if row.leeway_minutes else ""
            )
            return (
                f"It begins at {self._wall(day, start)}{late}, before the working day of {self.rep.name}, "
                f"which begins at {self._wall(day, opens)}."
            )
        end = max(start, opens) + row.duration_minutes * 60
        overtime = self.rep.max_overtime_minutes
        if end <= closes + overtime * 60:
            return None
        limit = f" with {overtime} min of overtime" if overtime else ""
        return (
            f"It ends at {self._wall(day, end)}, after the working day of {self.rep.name}, "
            f"which ends at {self._wall(day, closes + overtime * 60)}{limit}."
        )

    def _wall(self, day: date, seconds: int) -> str:
        return f"{instant(day, seconds, self.rep.timezone).astimezone(zone(self.rep.timezone)):%H:%M}"


def conflicts(row: Appointment) -> list[Conflict]:
    """All that is certain: what else the rep has agreed to at the same time, then what the rep's and the account's hours
    say of it, each in order of time."""
    if row.cancelled_at is not None:
        return []
    session = db.session()
    rep = session.get_one(Rep, row.rep_id)
    own, others = _around(session, row, rep.timezone)
    found = [Conflict(Kind.OVERLAP, o, f"At the same time: {_said(o, rep)}.") for o in others if _meets(o, own)]
    return found[:MOST] + list(_hours(session, row, rep, own))[:MOST]


def overlap(one: Occurrence, other: Occurrence) -> bool:
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


def at_the_same_time(met: Occurrence, calendar: Sequence[Occurrence], rep: Rep) -> str | None:
    """What of a calendar overlaps an appointment, in a sentence; None: nothing."""
    others = [_said(other, rep, with_day=False) for other in calendar if other.key != met.key and overlap(other, met)]
    return f"It is at the same time as {' and '.join(others)}." if others else None


def _around(session: Session, row: Appointment, rep_zone: str) -> tuple[list[Occurrence], list[Occurrence]]:
    """When it takes place (a series: from today on, 90 days ahead), and what else the rep has agreed to around that."""
    first = max(row.day, min(today(rep_zone), row.last_day or row.day)) if row.rrule else row.day
    span = AHEAD if row.rrule else timedelta()
    near = occurrences(session, [row.rep_id], first - 2 * DAY, first + span + 2 * DAY)
    series = [o for o in near if row.id in (o.appointment.id, o.appointment.series_id)]
    own = series if row.rrule else [of(row, row.day, rep_zone)]
    keys = {o.key for o in own}
    return own, [o for o in near if o.key not in keys]


def _meets(other: Occurrence, own: Sequence[Occurrence]) -> bool:
    return any(overlap(other, one) for one in own)


def _said(met: Occurrence, rep: Rep, *, with_day: bool = True) -> str:
    starts, ends = (moment.astimezone(zone(rep.timezone)) for moment in (met.starts_at, met.ends_at))
    clock = f"{starts:%H:%M}-{ends:%H:%M}"
    day = f", {date_in_words(met.rep_day)} {clock}" if with_day else f" ({clock})"
    return met.appointment.title + day


def _hours(session: Session, row: Appointment, rep: Rep, own: Sequence[Occurrence]) -> Iterator[Conflict]:
    if not own:
        return
    life = WorkingLife(session, rep, own[0].rep_day, own[-1].rep_day)
    account = session.get_one(Account, row.account_id) if row.account_id else None
    for met in own:
        if (stands := life.against(met)) is not None:
            yield stands
        if account is not None and (detail := _closed(met, account, life.company)) is not None:
            yield Conflict(Kind.ACCOUNT_CLOSED, met, detail)


def _closed(met: Occurrence, account: Account, company: Company) -> str | None:
    """A warning: who agreed to it may know better.  The company's usual hours are only a guess, so they warn of nothing."""
    if not account.opening_hours:
        return None
    where, there = (account.country, account.region, account.timezone), zone(account.timezone)
    day = met.starts_at.astimezone(there).date()
    spans = open_spans((account.opening_hours,), *where, day, day + DAY)  # it may go on after midnight
    length = timedelta(minutes=met.appointment.duration_minutes if company.whole_visit_in_hours else 0)
    latest = met.starts_at + timedelta(minutes=met.appointment.leeway_minutes)
    if any(max(met.starts_at, opens) <= min(latest, closes - length) for opens, closes in spans):
        return None
    on = [f"{opens.astimezone(there):%H:%M}-{closes.astimezone(there):%H:%M}" for opens, closes in spans if
          opens.astimezone(there).date() == day]  # fmt: skip
    hours = f"is open {' and '.join(on)}" if on else "is closed"
    return f"{account.name} {hours} on {date_in_words(day)}."
