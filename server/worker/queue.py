"""What is to be planned: not a list of jobs but a question to the database, so that nothing can be lost or left behind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from server.accounts.models import Account
from server.core.clock import now
from server.core.config import Settings
from server.inputs.models import InputChange, RepInputs, TeamInputs
from server.reps.models import Rep

LONGEST_WAIT = timedelta(minutes=5)  # after repeated failures
AT_ONCE = datetime(2000, 1, 1, tzinfo=UTC)  # long ago
ALL = date.max  # sorts changes of the whole horizon after those of a day

# Put together once: the worker asks whenever something changes, and somebody waits for what follows.
_SOONEST = (
    select(func.min(InputChange.first_day))
    .where(InputChange.rep_id == RepInputs.rep_id, InputChange.revision > RepInputs.repaired)
    .correlate(RepInputs)
    .scalar_subquery()
)
_BEHIND = (
    select(RepInputs.rep_id, RepInputs.not_before, RepInputs.first_change_at, _SOONEST)
    .join(Rep, Rep.id == RepInputs.rep_id)
    .where(RepInputs.revision > RepInputs.repaired, Rep.active)
)
_NOT_SEARCHED = (
    select(RepInputs)
    .join(Rep, Rep.id == RepInputs.rep_id)
    .where(RepInputs.revision > RepInputs.improved, RepInputs.repaired == RepInputs.revision, Rep.active)
)


@dataclass(frozen=True)
class Due:
    """One rep that needs planning; `at` is when it may begin."""

    rep_id: UUID
    at: datetime


def repairs(session: Session) -> list[Due]:
    """Reps whose published plan is behind, soonest day affected first, then who has waited longest."""
    rows = sorted(session.execute(_BEHIND), key=lambda row: (row[3] or ALL, row[2] or AT_ONCE, str(row[0])))
    return [Due(row.rep_id, row.not_before or AT_ONCE) for row in rows]


def improves(session: Session, settings: Settings) -> list[Due]:
    """Reps whose plan is repaired but not searched since the last change, who has waited longest first.

    A search begins plan_debounce_ms after the last change, at the latest plan_patience_ms after the first.
    """
    quiet, patience = (
        timedelta(milliseconds=settings.plan_debounce_ms),
        timedelta(milliseconds=settings.plan_patience_ms),
    )
    found = []
    for row in session.scalars(_NOT_SEARCHED):
        at = min((row.last_change_at or AT_ONCE) + quiet, (row.first_change_at or AT_ONCE) + patience)
        found.append(Due(row.rep_id, max(at, row.not_before or at)))
    return sorted(found, key=lambda due: (due.at, str(due.rep_id)))


def teams(session: Session) -> list[UUID]:
    """Teams whose reps wait for what is decided for all of them."""
    return sorted(_giving(session) | sharing(session))


def sharing(session: Session) -> set[UUID]:
    """Teams whose shared visits were not shared out since the last change, or never; also what has nothing to share any more."""
    behind = select(TeamInputs.team_id).where(TeamInputs.shared < TeamInputs.revision)
    reps = select(Rep.team_id).where(Rep.active, Rep.home_lat.is_not(None))
    new = (
        select(Account.team_id)
        .where(Account.shared_visits, Account.owner_id.is_(None), Account.archived_at.is_(None))
        .where(Account.lat.is_not(None), Account.team_id.in_(reps))
        .where(Account.team_id.not_in(select(TeamInputs.team_id)))
    )
    return {*session.scalars(behind), *(team for team in session.scalars(new.distinct()) if team is not None)}


def _giving(session: Session) -> set[UUID]:
    """Teams with accounts that nobody owns and that no rep of the team serves yet."""
    serving = select(Rep.id).where(Rep.team_id == Account.team_id, Rep.active).correlate(Account)
    reps = select(Rep.team_id).where(Rep.active, Rep.home_lat.is_not(None))
    query = (
        select(Account.team_id)
        .where(Account.owner_id.is_(None), Account.archived_at.is_(None), Account.team_id.in_(reps))
        .where(Account.shared_visits.is_(False), Account.lat.is_not(None))
        .where(or_(Account.served_by_id.is_(None), Account.served_by_id.not_in(serving)))
        .distinct()
    )
    return {team for team in session.scalars(query) if team is not None}


def failed(session: Session, rep_id: UUID, error: str) -> None:
    """Note a failure and wait before the next attempt, each time twice as long."""
    state = session.scalar(select(RepInputs).where(RepInputs.rep_id == rep_id).with_for_update())
    if state is None:
        return
    state.failures += 1
    state.not_before = now() + min(LONGEST_WAIT, timedelta(seconds=2 ** min(state.failures, 20)))
    state.last_error = error[:500].replace("\0", "")
