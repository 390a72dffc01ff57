"""Bumping a rep's `inputs_revision`, in the transaction of the change itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from flask import g, has_request_context
from sqlalchemy import event, select, update
from sqlalchemy.orm import Session

from server.core.clock import now
from server.inputs.models import InputChange, RepInputs, TeamInputs
from server.inputs.wake import wake_worker
from server.reps.models import Rep

IN_LIST = 5_000
# After these a team does not share out its visits anew: what was logged counts from the next night on (at accounts that
# are shared at once, see `share_anew`), and the others say what the team plan itself has decided.
OWN_AFFAIRS = frozenset({"activity_logged", "activity_withdrawn", "team_assignment", "turns_changed"})


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
    if kind not in OWN_AFFAIRS:
        _teams_share_anew(session, [state.rep_id for state in states])
    session.info.setdefault("awaited", {}).update({state.rep_id: state.revision for state in states})


def share_anew(session: Session, team_id: UUID | None) -> None:
    """Say that the visits of accounts which all reps of a team visit are to be shared out anew."""
    session.execute(
        update(TeamInputs).where(TeamInputs.team_id == team_id).values(revision=TeamInputs.revision + 1),
        execution_options={"synchronize_session": False},
    )


def _teams_share_anew(session: Session, rep_ids: Sequence[UUID]) -> None:
    """Teams that share nothing have no row."""
    for start in range(0, len(rep_ids), IN_LIST):
        teams = select(Rep.team_id).where(Rep.id.in_(rep_ids[start : start + IN_LIST]))
        rows = update(TeamInputs).where(TeamInputs.team_id.in_(teams)).values(revision=TeamInputs.revision + 1)
        session.execute(rows, execution_options={"synchronize_session": False})


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
