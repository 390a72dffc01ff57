"""Bumping a rep's `inputs_revision`, in the transaction of the change itself."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from flask import g, has_request_context
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from server.core.clock import now
from server.inputs.models import InputChange, RepInputs
from server.inputs.wake import wake_worker

IN_LIST = 5_000


def changed(
    session: Session,
    rep_ids: Iterable[UUID | None],
    kind: str,
    *,
    subject: str | None = None,
    detail: str = "",
    first_day: date | None = None,
    last_day: date | None = None,
) -> None:
    """Say that what these reps' plans depend on changes in this transaction.

    `kind` names the cause for people (appointment_moved, activity_logged, ...); first_day and last_day the local days that it
    touches (None: the whole horizon).  Once the transaction commits the worker is woken; a request then waits a moment for the repair.
    """
    moment = now()
    states = _locked(session, {rep_id for rep_id in rep_ids if rep_id is not None})
    for state in states:
        state.revision += 1
        state.first_change_at = state.first_change_at or moment
        state.last_change_at = moment
        state.not_before, state.failures = None, 0
        session.add(
            InputChange(
                rep_id=state.rep_id, revision=state.revision, kind=kind, subject=subject, detail=detail[:300],
                first_day=first_day, last_day=last_day,
            )
        )  # fmt: skip
    session.flush()
    session.info.setdefault("awaited", {}).update({state.rep_id: state.revision for state in states})


def _locked(session: Session, rep_ids: set[UUID]) -> list[RepInputs]:
    """The reps' rows, locked in the order of their ids, so that two transactions never wait for each other."""
    ordered = sorted(rep_ids, key=str)
    states: dict[UUID, RepInputs] = {}
    for start in range(0, len(ordered), IN_LIST):
        some = select(RepInputs).where(RepInputs.rep_id.in_(ordered[start : start + IN_LIST]))
        some = some.order_by(RepInputs.rep_id).with_for_update().execution_options(populate_existing=True)
        states.update((state.rep_id, state) for state in session.scalars(some))
    for rep_id in rep_ids - states.keys():
        states[rep_id] = RepInputs(rep_id=rep_id, revision=0, repaired=-1, improved=-1)
        session.add(states[rep_id])
    return [states[rep_id] for rep_id in ordered]


@event.listens_for(Session, "after_commit")
def _committed(session: Session) -> None:
    awaited: dict[UUID, int] = session.info.pop("awaited", {})
    if awaited:
        wake_worker()
        if has_request_context():
            g.awaited = {**getattr(g, "awaited", {}), **awaited}


@event.listens_for(Session, "after_rollback")
def _rolled_back(session: Session) -> None:
    session.info.pop("awaited", None)
