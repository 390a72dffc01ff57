"""Plans as people ask for them: versions, what differs, what is left out and why; approving and asking for a search."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.appointments.models import Appointment
from server.core.clock import now
from server.core.database import db, writing
from server.core.errors import Conflict, Invalid, NotFound
from server.core.pages import Page, keyset
from server.hotels.models import Hotel
from server.identity.models import User
from server.identity.scope import rep_ids, visible_rep
from server.inputs.models import RepInputs
from server.inputs.service import changed
from server.plans import diff as differences
from server.plans.candidate import Stage
from server.plans.models import PlanDay, PlanVersion, PlanVersionDay, PublishedPlan
from server.plans.naming import names_of
from server.plans.progress import planning_status
from server.plans.store import State, point

Json = dict[str, Any]


def version_of(user: User, plan_id: UUID) -> PlanVersion:
    """A version of a rep whom the user may see."""
    query = select(PlanVersion).where(PlanVersion.id == plan_id, PlanVersion.rep_id.in_(rep_ids(user)))
    row = db.session.scalar(query)
    if row is None:
        raise NotFound("There is no such plan.")
    return row


def current(user: User, rep_id: UUID) -> Json:
    """The published version and how far planning is.  A rep who was never planned has no version, only a status."""
    session = db.session()
    rep = visible_rep(session, user, rep_id)
    query = (
        select(PlanVersion)
        .join(PublishedPlan, PublishedPlan.version_id == PlanVersion.id)
        .where(PublishedPlan.rep_id == rep.id)
    )
    version = session.scalar(query)
    waiting = select(PlanVersion.id).where(PlanVersion.rep_id == rep.id, PlanVersion.state == State.WAITING)
    return {
        "rep_id": rep.id,
        "planning": planning_status(session, rep.id),
        "waiting_plan_id": session.scalar(waiting.order_by(PlanVersion.number.desc()).limit(1)),
        "plan": shown(version) if version is not None else None,
    }


def shown(row: PlanVersion) -> Json:
    """A version with its objective in minutes of driving."""
    minutes = {f"{name}_minutes": round(value / 60, 1) for name, value in row.objective.items()}
    names = (
        "id", "rep_id", "number", "base_id", "stage", "state", "first_day", "last_day", "inputs_revision", "causes", "seed",
        "iterations", "code_version", "churn", "clusters", "travel_source", "speeds", "created_at", "published_at",
    )  # fmt: skip
    certificate = {"ok": row.certificate["ok"], "violations": row.certificate["violations"]}
    values = {name: getattr(row, name) for name in names}
    values["churn"] = differences.with_share(row.churn)
    return {**values, "objective": minutes, "certificate": certificate, "unplanned_count": len(row.unplanned)}


def versions(user: User, rep_id: UUID, args: Json) -> Page:
    rep = visible_rep(db.session(), user, rep_id)
    query = select(PlanVersion).where(PlanVersion.rep_id == rep.id)
    page = keyset(db.session(), query, [PlanVersion.number], args["cursor"], args["limit"], descending=True)
    return Page([shown(row) for row in page.items], page.next)


def diff(user: User, plan_id: UUID, against: UUID | None) -> Json:
    """What a version does otherwise than another one of the same rep, by default its base."""
    row = version_of(user, plan_id)
    other_id = against or row.base_id
    other = version_of(user, other_id) if other_id else None
    if other is not None and other.rep_id != row.rep_id:
        raise Invalid(
            "Both plans have to be of the same rep.", pointers={"/query/against": "It is another rep's plan."}
        )
    session = db.session()
    first = max(row.first_day, other.first_day) if other else row.first_day
    last = min(row.last_day, other.last_day) if other else row.last_day
    before = _days(session, other.id, first, last) if other else {}
    after = _days(session, row.id, first, last)
    changes = differences.diff(before, after, promised=row.stage == Stage.REPAIR)
    return {
        "plan_id": row.id, "against_id": other.id if other else None, "first_day": first, "last_day": last,
        "churn": differences.with_share(differences.churn(changes, before)),
        "before": differences.figures(before, other.unplanned, first) if other else None,
        "after": differences.figures(after, row.unplanned, first),
        "changes": _named(session, changes),
    }  # fmt: skip


def _named(session: Session, changes: list[differences.Change]) -> list[Json]:
    """With what accounts, appointments and hotels are called; null where it is gone since."""
    meetings = {
        change.appointment: UUID(change.appointment.partition(":")[0]) for change in changes if change.appointment
    }
    names = names_of(session, {UUID(change.account) for change in changes if change.account})
    titles = _column(session, Appointment.id, Appointment.title, meetings.values())
    hotels = _column(session, Hotel.id, Hotel.name, [UUID(change.hotel) for change in changes if change.hotel])
    return [
        {
            **change.as_json(),
            "account_name": names.get(UUID(change.account)) if change.account else None,
            "appointment_title": titles.get(meetings[change.appointment]) if change.appointment else None,
            "hotel_name": hotels.get(UUID(change.hotel)) if change.hotel else None,
        }
        for change in changes
    ]


def _column(session: Session, key: Any, value: Any, ids: Iterable[UUID]) -> dict[UUID, str]:
    return {row[0]: row[1] for row in session.execute(select(key, value).where(key.in_(set(ids))))}


def _days(session: Session, version_id: UUID, first: date, last: date) -> dict[date, Json]:
    query = (
        select(PlanDay.date, PlanDay.route)
        .join(PlanVersionDay, PlanVersionDay.day_id == PlanDay.id)
        .where(PlanVersionDay.version_id == version_id, PlanVersionDay.date.between(first, last))
    )
    return {row.date: row.route for row in session.execute(query)}


def approve(user: User, plan_id: UUID) -> Json:
    """Publish a version that waits.  One that is not made from what is published now is not published over it."""
    with writing() as session:
        row = _waiting(session, user, plan_id)
        state = session.scalar(select(RepInputs).where(RepInputs.rep_id == row.rep_id).with_for_update())
        published = session.scalar(select(PublishedPlan.version_id).where(PublishedPlan.rep_id == row.rep_id))
        if published != row.base_id or (state is not None and state.revision != row.inputs_revision):
            raise Conflict(
                "The rep's plan has changed since this one was made; a new proposal follows.", code="plan_outdated"
            )
        row.state, row.published_at = State.PUBLISHED, now()
        point(session, row.rep_id, row.id)
        session.flush()
        return shown(row)


def reject(user: User, plan_id: UUID) -> Json:
    with writing() as session:
        row = _waiting(session, user, plan_id)
        row.state = State.REJECTED
        session.flush()
        return shown(row)


def _waiting(session: Session, user: User, plan_id: UUID) -> PlanVersion:
    row = version_of(user, plan_id)
    session.refresh(row)
    if row.state != State.WAITING:
        raise Conflict(f"This plan does not wait for approval; it is {row.state}.", code="not_waiting")
    return row


def ask(user: User, rep_id: UUID) -> Json:
    """Have a rep's whole horizon searched again, soon."""
    rep = visible_rep(db.session(), user, rep_id)
    with writing() as session:
        changed(session, [rep.id], "asked", detail=f"asked by {user.name}"[:300])
        return planning_status(session, rep.id)
