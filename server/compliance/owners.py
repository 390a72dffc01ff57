"""Who owned which account when: figures count for the owner of the time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from planner.calendar import DateRange
from server.accounts.models import OwnerChange
from server.cadences.resolve import chunks
from server.reps.models import TimeOff

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """These days of an account were this rep's (None: nobody's)."""

    owner_id: UUID | None
    days: DateRange


def changes_of(session: Session, account_ids: Sequence[UUID]) -> dict[UUID, list[tuple[date, UUID | None]]]:
    """(from, owner) of each account, oldest first; of several on one day the last one stands."""
    found: dict[UUID, dict[date, UUID | None]] = defaultdict(dict)
    for some in chunks(account_ids):
        query = select(OwnerChange.account_id, OwnerChange.from_day, OwnerChange.owner_id)
        query = query.where(OwnerChange.account_id.in_(some))
        for account_id, day, owner in session.execute(query.order_by(OwnerChange.from_day, OwnerChange.created_at)):
            found[account_id][day] = owner
    return {account_id: sorted(days.items(), key=lambda item: item[0]) for account_id, days in found.items()}


def spans(changes: Sequence[tuple[date, UUID | None]], owner_now: UUID | None, period: DateRange) -> list[Span]:
    """The period cut by owner.  Before the first change known the first owner counts, without any the present one."""
    if not changes:
        return [Span(owner_now, period)]
    found = []
    begins = [date.min, *(day for day, _ in changes[1:])]
    ends = [*(day - DAY for day, _ in changes[1:]), date.max]
    for (_, owner), first, last in zip(changes, begins, ends, strict=True):
        first, last = max(first, period.first), min(last, period.last)
        if first <= last:
            found.append(Span(owner, DateRange(first, last)))
    return found


def leave_of(session: Session, rep_ids: Iterable[UUID]) -> dict[UUID, list[DateRange]]:
    """Days off of each rep."""
    found: dict[UUID, list[DateRange]] = defaultdict(list)
    query = select(TimeOff.rep_id, TimeOff.first, TimeOff.last).where(TimeOff.rep_id.in_(list(rep_ids)))
    for rep_id, first, last in session.execute(query):
        found[rep_id].append(DateRange(first, last))
    return found


def common(one: DateRange, other: DateRange) -> DateRange | None:
    first, last = max(one.first, other.first), min(one.last, other.last)
    return DateRange(first, last) if first <= last else None
