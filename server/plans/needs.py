"""What an account needs that its rep has not: which skill, how much more to carry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from planner.plan import Reason
from server.accounts.models import Account, Segment
from server.reps.models import Rep

TOLD = frozenset({str(Reason.NO_SKILL), str(Reason.OVER_CAPACITY)})


@dataclass(frozen=True)
class Needs:
    """As things are now: where they have changed since the plan was made, the planner's own words have to do."""

    rep: Rep | None = None
    accounts: Mapping[str, Any] = field(default_factory=dict)

    def words(self, entry: Mapping[str, Any]) -> str | None:
        row = self.accounts.get(entry["account"] or "")
        if row is None or self.rep is None:
            return None
        return self._skills(row) if entry["reason"] == Reason.NO_SKILL else self._load(row)

    def _skills(self, row: Any) -> str | None:
        assert self.rep is not None
        missing = [name for name in row.needed_skills if name not in self.rep.skills]
        if not missing:
            return None
        noun = "the skill" if len(missing) == 1 else "the skills"
        return f"It needs {noun} {_listed(missing)}, which {self.rep.name} does not have."

    def _load(self, row: Any) -> str | None:
        assert self.rep is not None
        capacity, load = self.rep.capacity_units, row.load_units or 0
        if capacity is None or load <= capacity:
            return None
        return f"A visit takes {load:,} units, more than the {capacity:,} that {self.rep.name} can carry in a day."


def needs_of(session: Session, rep_id: UUID, entries: Sequence[Mapping[str, Any]]) -> Needs:
    """Two queries where any of the entries is of such a reason, else none."""
    ids = {UUID(entry["account"]) for entry in entries if entry["reason"] in TOLD and entry["account"]}
    if not ids:
        return Needs()
    load = func.coalesce(Account.load_units, Segment.load_units).label("load_units")
    query = select(Account.id, Account.needed_skills, load).outerjoin(Segment, Segment.code == Account.segment)
    rows = session.execute(query.where(Account.id.in_(ids)))
    return Needs(session.get(Rep, rep_id), {str(row.id): row for row in rows})


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
