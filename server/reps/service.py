"""Reps and their time off.

A deactivated rep is no longer planned, but keeps the accounts: whose they become is a decision of people, and until it is
made the compliance tables go on showing the neglect under the name of the rep.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.hours import region_problem, with_region_code
from server.company.service import current
from server.core.clock import today
from server.core.database import db, writing
from server.core.errors import Conflict, Invalid
from server.core.http import Role, check_version
from server.core.pages import Page, keyset
from server.identity.models import User
from server.identity.scope import reps_of, teams_of, users_of, visible, visible_rep
from server.inputs.service import changed
from server.reps import rules
from server.reps.models import Rep, Team, TimeOff
from server.reps.schemas import PAST_ABSENCE

NOT_PLANNED = {"user_id", "name", "home_address"}
DEFAULTS = {
    "working_hours": {},
    "night_weekdays": [],
    "break_minutes": 0,
    "max_overtime_minutes": 0,
    "follow_up_minutes": 0,
    "active": True,
}


def page(user: User, limit: int, cursor: str | None, **filters: Any) -> Page:
    return keyset(db.session(), select(Rep).where(reps_of(user)).filter_by(**filters), [Rep.id], cursor, limit)


def get(user: User, rep_id: UUID) -> Rep:
    return visible_rep(db.session(), user, rep_id)


def create(user: User, values: dict[str, Any]) -> Rep:
    with writing() as session:
        company = current(session)
        values = with_region_code(values, company.country)
        rep = Rep(**{"timezone": company.timezone, "country": company.country, **DEFAULTS, **values})
        _check_references(session, user, None, values)
        _check_region(rep, values)
        rules.check(rep)
        session.add(rep)
        session.flush()
        changed(
            session, [rep.id, *_team_mates(session, rep.team_id)], "rep_added", subject=f"rep {rep.id}", detail=rep.name
        )
    return rep


def change(user: User, rep_id: UUID, values: dict[str, Any], expect: Callable[[Rep], None] = check_version) -> Rep:
    """`expect` refuses where somebody else changed the rep meanwhile."""
    with writing() as session:
        rep = visible_rep(session, user, rep_id)
        expect(rep)
        values = with_region_code(values, rep.country)
        _check_references(session, user, rep, values)
        before = {name: getattr(rep, name) for name in values}
        for name, value in values.items():
            setattr(rep, name, value)
        _check_region(rep, values)
        rules.check(rep)
        session.flush()
        differ = {name for name in values if before[name] != values[name]} - NOT_PLANNED
        if differ:
            mates = _team_mates(session, before.get("team_id"), rep.team_id) if differ & {"team_id", "active"} else []
            detail = f"{rep.name}: {', '.join(sorted(differ))}"
            changed(session, [rep.id, *mates], "rep_changed", subject=f"rep {rep.id}", detail=detail)
    return rep


def _team_mates(session: Session, *team_ids: UUID | None) -> Iterable[UUID]:
    """Active reps of these teams: accounts without an owner are shared out among them."""
    return session.scalars(select(Rep.id).where(Rep.team_id.in_([t for t in team_ids if t]), Rep.active)).all()


def _check_region(rep: Rep, values: dict[str, Any]) -> None:
    """Where it is said: what was there before this rule hinders no other change."""
    if values.keys() & {"country", "region"} and (problem := region_problem(rep.country, rep.region)):
        raise Invalid(pointers={"/region": problem})


def _check_references(session: Session, user: User, rep: Rep | None, values: dict[str, Any]) -> None:
    team_id, user_id = values.get("team_id"), values.get("user_id")
    if team_id and session.scalar(select(Team.id).where(Team.id == team_id, teams_of(user))) is None:
        raise Invalid(pointers={"/team_id": "There is no such team."})
    if user_id is None or (rep and rep.user_id == user_id):
        return
    person = session.scalar(select(User).where(User.id == user_id, users_of(user)))
    if person is None or (user.role != Role.ADMIN and person.role != Role.REP):
        raise Invalid(pointers={"/user_id": "There is no such user that could be a rep."})
    if session.scalar(select(Rep.id).where(Rep.user_id == user_id)):
        raise Conflict("This user is another rep already.", pointers={"/user_id": "taken"}, code="user_taken")


def absences(user: User, rep_id: UUID, limit: int, cursor: str | None, since: date | None = None) -> Page:
    """Time off in the order of its first day."""
    rep = visible_rep(db.session(), user, rep_id)
    query = select(TimeOff).where(TimeOff.rep_id == rep.id)
    if since:
        query = query.where(TimeOff.last >= since)
    return keyset(db.session(), query, [TimeOff.first, TimeOff.id], cursor, limit)


def add_absence(user: User, rep_id: UUID, values: dict[str, Any]) -> TimeOff:
    with writing() as session:
        rep = visible_rep(session, user, rep_id)
        # So that two requests cannot both see a free span; yet a plan that is being stored may refer to the rep meanwhile.
        session.get(Rep, rep.id, with_for_update={"key_share": True})
        first, last = values["first"], values["last"]
        if last < (earliest := today(rep.timezone) - timedelta(days=PAST_ABSENCE)):
            raise Invalid(
                pointers={"/last": f"It is long over; time off that ended on {earliest} or later can be entered."}
            )
        overlap = select(TimeOff).where(TimeOff.rep_id == rep.id, TimeOff.first <= last, TimeOff.last >= first)
        other = session.scalar(overlap.limit(1))
        if other:
            detail = f"There is time off from {other.first} to {other.last} already; delete that, or choose other days."
            raise Conflict(detail, code="time_off_overlaps", time_off_id=str(other.id))
        row = TimeOff(rep_id=rep.id, **values)
        session.add(row)
        session.flush()
        _tell(session, row, "time_off_added")
    return row


def absence(user: User, rep_id: UUID, time_off_id: UUID) -> TimeOff:
    session = db.session()
    rep = visible_rep(session, user, rep_id)
    row: TimeOff = visible(session, user, TimeOff, time_off_id, TimeOff.rep_id == rep.id, "time off")
    return row


def remove_absence(user: User, rep_id: UUID, time_off_id: UUID) -> None:
    with writing() as session:
        row = absence(user, rep_id, time_off_id)
        check_version(row)
        _tell(session, row, "time_off_removed")
        session.delete(row)


def _tell(session: Session, row: TimeOff, kind: str) -> None:
    detail = f"{row.first} to {row.last}"
    subject = f"time off {row.id}"
    changed(session, [row.rep_id], kind, subject=subject, detail=detail, first_day=row.first, last_day=row.last)
