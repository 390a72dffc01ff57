"""Logging what was done: once each, however often and late it is sent."""

from __future__ import annotations

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from server.accounts.models import Account
from server.activities.device import corrected, inside_working_hours
from server.activities.models import Activity
from server.appointments.models import Appointment
from server.core.clock import now
from server.core.database import db, writing
from server.core.errors import Invalid, NotFound
from server.core.http import Role, check_version
from server.core.idempotency import create_by_client_id
from server.core.pages import Page, keyset
from server.identity.models import User
from server.identity.scope import accounts_of, own_rep, rep_ids, visible, visible_account, visible_rep
from server.inputs.service import changed, share_anew
from server.reps.hours import hours_of
from server.reps.models import Rep

COUNTED = ("account_id", "rep_id", "channel", "status")


def create(user: User, values: dict[str, Any], show: Any) -> tuple[Activity, bool]:
    """Idempotent by (author, client_id).  The device's clock is not part of the content: it goes on between two tries."""
    return create_by_client_id(
        Activity, user.id, values, lambda content: _make(user, values, content), show, ignoring={"device_time"}
    )


def _make(user: User, values: dict[str, Any], content: str) -> Activity:
    with writing() as session:
        rep, account = _who_and_where(session, user, values)
        _check_appointment(session, user, values["appointment_id"], account)
        timing = corrected(values["happened_at"], values["ended_at"], values["device_time"], now())
        row = Activity(
            **{
                **values,
                "author_id": user.id,
                "content_hash": content,
                "rep_id": rep.id,
                "happened_at": timing.happened_at,
                "ended_at": timing.ended_at,
                "clock_skew_seconds": timing.skew_seconds,
                "timezone": account.timezone,
                "local_day": timing.happened_at.astimezone(ZoneInfo(account.timezone)).date(),
            }
        )
        if not inside_working_hours(rep, hours_of(session, rep, row.happened_at), row.happened_at):
            row.lat = row.lon = row.accuracy_metres = None
        session.add(row)
        session.flush()
        _touch(session, row, account, "activity_logged")
    return row


def _who_and_where(session: Session, user: User, values: dict[str, Any]) -> tuple[Rep, Account]:
    """Who may log what: a rep at own accounts and, as cover, at those of the team; a manager for any rep of the tree."""
    if user.role == Role.REP:
        rep = own_rep(user)
        if values["rep_id"] not in (None, rep.id):
            raise NotFound("There is no such rep.")
    elif values["rep_id"] is not None:
        rep = visible_rep(session, user, values["rep_id"])
    else:
        raise Invalid(pointers={"/rep_id": "Say which rep did it."})
    if user.role == Role.REP and values["cover"]:
        return rep, _covered(session, user, rep, values["account_id"])
    return rep, visible_account(session, user, values["account_id"])


def _covered(session: Session, user: User, rep: Rep, account_id: UUID) -> Account:
    colleagues = select(Rep.id).where(Rep.team_id == rep.team_id)
    of_team = or_(Account.owner_id.in_(colleagues), Account.owner_id.is_(None) & (Account.team_id == rep.team_id))
    account: Account = visible(session, user, Account, account_id, of_team, "account")
    return account


def _check_appointment(session: Session, user: User, appointment_id: UUID | None, account: Account) -> None:
    if appointment_id is None:
        return
    query = select(Appointment.id).where(Appointment.id == appointment_id, Appointment.account_id == account.id)
    if session.scalar(query) is None:
        raise NotFound("This account has no such appointment.")


def readable(user: User) -> ColumnElement[bool]:
    """What was done by the user's reps, or by anyone at the user's accounts."""
    if user.role == Role.ADMIN:
        return Activity.id.is_not(None)
    mine = select(Account.id).where(accounts_of(user))
    return or_(Activity.rep_id.in_(rep_ids(user)), Activity.account_id.in_(mine))


def listed(user: User, args: dict[str, Any]) -> Page:
    """Newest local day first."""
    query = select(Activity).where(readable(user))
    for name in COUNTED:
        if name in args:
            query = query.where(getattr(Activity, name) == args[name])
    if "first" in args:
        query = query.where(Activity.local_day >= args["first"])
    if "last" in args:
        query = query.where(Activity.local_day <= args["last"])
    order = (Activity.local_day, Activity.id)
    return keyset(db.session(), query, order, args["cursor"], args["limit"], descending=True)


def get(user: User, activity_id: UUID) -> Activity:
    row: Activity = visible(db.session(), user, Activity, activity_id, readable(user), "activity")
    return row


def change(user: User, activity_id: UUID, values: dict[str, Any]) -> Activity:
    """Note and outcome; `withdrawn` takes it back, and with it the credit.  By who did it, or their manager."""
    with writing() as session:
        own = Activity.rep_id.in_(rep_ids(user))
        row: Activity = visible(session, user, Activity, activity_id, own, "activity")
        check_version(row)
        withdrawn = values.pop("withdrawn", row.withdrawn_at is not None)
        for name, value in values.items():
            setattr(row, name, value)
        if withdrawn != (row.withdrawn_at is not None):
            row.withdrawn_at = now() if withdrawn else None
            kind = "activity_withdrawn" if withdrawn else "activity_logged"
            _touch(session, row, session.get_one(Account, row.account_id), kind)
    return row


def _touch(session: Session, row: Activity, account: Account, kind: str) -> None:
    """Visits move the cadence from their day on; of calls and letters no route depends."""
    if row.channel == "visit":
        reps = [row.rep_id, account.owner_id]
        subject = f"activity {row.id}"
        changed(session, reps, kind, subject=subject, detail=f"{account.name}: {row.status}", first_day=row.local_day)
        if account.shared_visits:
            share_anew(session, account.team_id)
