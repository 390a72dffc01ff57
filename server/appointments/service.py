"""Making, moving and cancelling appointments."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from server.appointments import recurrence
from server.appointments.limits import check_day, judged
from server.appointments.models import Appointment
from server.appointments.occurrences import Occurrence, occurrences, of, starts_at
from server.appointments.schemas import AppointmentSchema
from server.core.clock import now
from server.core.database import db, writing
from server.core.errors import Conflict, Invalid
from server.core.http import Role, check_version
from server.core.idempotency import create_by_client_id
from server.identity.models import User
from server.identity.scope import own_rep, rep_ids, visible, visible_account, visible_rep
from server.inputs.service import changed
from server.reps.models import Rep

PLANNED = (
    "rep_id",
    "day",
    "start",
    "timezone",
    "duration_minutes",
    "leeway_minutes",
    "lat",
    "lon",
    "rrule",
    "excluded",
)
STILL_CANCELLED = 'It is cancelled, and would stay so; send "cancelled": false with the change to make it again.'
NO_PLACE_OF_ITS_OWN = {"/lat": "An appointment with an account is at the account; leave the position out."}


def listed(user: User, first: date, last: date, rep_id: UUID | None, account_id: UUID | None) -> list[Occurrence]:
    """All that takes place on these local days of the reps that the user sees (or of one of them)."""
    session = db.session()
    reps = [visible_rep(session, user, rep_id).id] if rep_id else list(session.scalars(rep_ids(user)))
    found = occurrences(session, reps, first, last)
    return [o for o in found if account_id is None or o.appointment.account_id == account_id]


def mine(user: User) -> ColumnElement[bool]:
    return Appointment.rep_id.in_(rep_ids(user))


def get(user: User, appointment_id: UUID) -> Appointment:
    row: Appointment = visible(db.session(), user, Appointment, appointment_id, mine(user), "appointment")
    return row


def create(user: User, values: dict[str, Any], show: Any) -> tuple[Appointment, bool]:
    """Idempotent by (author, client_id)."""
    return create_by_client_id(Appointment, user.id, values, lambda content: _make(user, values, content), show)


def _make(user: User, values: dict[str, Any], content: str) -> Appointment:
    with writing() as session:
        _refuse_taken(session, user, values.get("external_id"))
        rep = _rep(session, user, values.get("rep_id"))
        account = visible_account(session, user, values["account_id"]) if values["account_id"] else None
        if account is not None and account.archived_at is not None:
            raise Invalid(pointers={"/account_id": "It is archived; restore it first."})
        if account is None and not values.get("title"):
            raise Invalid(pointers={"/title": "A time block needs a title."})
        chosen = {
            "leeway_minutes": 0,
            "timezone": account.timezone if account else rep.timezone,
            "title": account.name if account else None,
            **values,
            "rep_id": rep.id,
            "excluded": [day.isoformat() for day in values["excluded"]],
        }
        row = Appointment(author_id=user.id, content_hash=content, **chosen)
        _settle(row)
        check_day(row)
        session.add(row)
        session.flush()
        touch(session, row, "appointment_made")
    return row


def _rep(session: Session, user: User, rep_id: UUID | None) -> Rep:
    if rep_id is not None:
        rep = visible_rep(session, user, rep_id)
    elif user.role == Role.REP:
        rep = own_rep(user)
    else:
        raise Invalid(pointers={"/rep_id": "Say which rep it is for."})
    if not rep.active:
        raise Invalid(pointers={"/rep_id": "This rep is no longer active."})
    return rep


def _refuse_taken(session: Session, user: User, external_id: str | None, besides: Appointment | None = None) -> None:
    """409 where another appointment has this external id; shows it only to those who may see it."""
    if external_id is None:
        return
    stored = session.scalar(select(Appointment).where(Appointment.external_id == external_id))
    if stored is None or stored is besides:
        return
    seen = session.scalar(select(Appointment.id).where(Appointment.id == stored.id, mine(user)))
    detail = f"There is already an appointment with the external id {external_id!r}."
    raise Conflict(detail, code="external_id_taken", **({"stored": AppointmentSchema().dump(stored)} if seen else {}))


def change(user: User, appointment_id: UUID, values: dict[str, Any]) -> Appointment:
    """Move it, or change anything else of it; `cancelled` true cancels it, false makes it again."""
    with writing() as session:
        row = get(user, appointment_id)
        check_version(row)
        _refuse_taken(session, user, values.get("external_id"), besides=row)
        before, cancelled = _days(session, row), row.cancelled_at
        planned = [getattr(row, name) for name in PLANNED]
        if "rep_id" in values:
            values["rep_id"] = _rep(session, user, values["rep_id"]).id
        if "excluded" in values:
            values["excluded"] = [day.isoformat() for day in values["excluded"]]
        apply(row, values)
        session.flush()
        _drop_orphans(session, row)
        if row.cancelled_at != cancelled:
            touch(session, row, "appointment_cancelled" if row.cancelled_at else "appointment_made", before)
        elif [getattr(row, name) for name in PLANNED] != planned:
            touch(session, row, "appointment_moved", before)
    return row


def cancel(user: User, appointment_id: UUID, reason: str | None) -> None:
    """A series with all its changed days."""
    change(user, appointment_id, {"cancelled": True, "cancel_reason": reason})


def apply(row: Appointment, values: dict[str, Any]) -> None:
    """Set what is given, and refuse the whole if it makes no sense."""
    values = dict(values)
    cancelled = values.pop("cancelled", None)
    if row.cancelled_at is not None and cancelled is None:
        raise Conflict(STILL_CANCELLED, code="appointment_cancelled")
    before = judged(row)
    for name, value in values.items():
        setattr(row, name, value)
    if cancelled is not None:
        row.cancelled_at = (row.cancelled_at or now()) if cancelled else None
        row.cancel_reason = row.cancel_reason if cancelled else None
    elif values.get("cancel_reason"):
        raise Invalid(pointers={"/cancel_reason": "It goes with cancelled: true."})
    _settle(row)
    if judged(row) != before:
        check_day(row)


def _settle(row: Appointment) -> None:
    """Derive the instant and the end, and refuse what makes no sense."""
    if (row.lat is None) != (row.lon is None):
        raise Invalid(pointers={"/lat" if row.lat is None else "/lon": "A position has both lat and lon."})
    if row.account_id is not None and row.lat is not None:
        raise Invalid(pointers=NO_PLACE_OF_ITS_OWN)
    if row.rrule and row.series_id:
        raise Invalid(pointers={"/rrule": "One changed day of a series does not recur itself."})
    if row.excluded and not row.rrule:
        raise Invalid(pointers={"/excluded": "Only a recurring appointment (rrule) has days to leave out."})
    row.last_day = None
    if row.rrule:
        try:
            row.rrule = recurrence.normal(row.rrule, row.day, row.start, row.timezone)
        except recurrence.RuleError as error:
            raise Invalid(pointers={"/rrule": f"{error}."}) from None
        row.last_day = recurrence.last_day(row.rrule, row.day)
    row.starts_at = starts_at(row.day, row.start, row.timezone)
    _refuse_skipped(row.day, row.start, row.timezone, row.starts_at)


def _refuse_skipped(day: date, start: time, zone: str, moment: datetime) -> None:
    wall = moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    if wall != datetime.combine(day, start):
        detail = f"The clocks go forward on {day} in {zone}: {start:%H:%M} does not exist there, {wall:%H:%M} does."
        raise Invalid(pointers={"/start": detail})


def _drop_orphans(session: Session, row: Appointment) -> None:
    """Changed days of a series whose rule no longer has them are cancelled: nobody agreed to them any more."""
    for child in session.scalars(select(Appointment).where(Appointment.series_id == row.id)):
        child.rep_id = row.rep_id
        stays = row.rrule and child.original_day and recurrence.is_day(row.rrule, row.day, child.original_day)
        if not stays and child.cancelled_at is None:
            child.cancelled_at, child.cancel_reason = now(), "The series no longer has this day."


Days = tuple[UUID, date, date | None]


def _days(session: Session, row: Appointment) -> Days:
    """Whose plan it touches, and on which of their local days: a series all days from its first to its last."""
    zone = session.get_one(Rep, row.rep_id).timezone
    first = of(row, row.day, zone).rep_day
    if not row.rrule:
        return row.rep_id, first, first
    return row.rep_id, first - timedelta(days=1), row.last_day and row.last_day + timedelta(days=1)


def touch(session: Session, row: Appointment, kind: str, before: Days | None = None) -> None:
    """Bump the plans of the days where it was and where it is now."""
    for rep_id, first, last in dict.fromkeys(filter(None, (before, _days(session, row)))):
        subject = f"appointment {row.id}"
        changed(session, [rep_id], kind, subject=subject, detail=row.title, first_day=first, last_day=last)
