"""What was done at accounts, judged by their cadences: for any number of accounts in a handful of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import select, type_coerce
from sqlalchemy.orm import Session

from planner.cadence import credit
from planner.calendar import DateRange
from server.activities.models import Activity
from server.cadences.models import Pause
from server.cadences.resolve import CHANNELS, Policies, Resolved, chunks, load_policies
from server.core.clock import today
from server.core.database import RepeatedUuid


class Subject(Protocol):
    """What is read of an account: the model itself, or a row with these columns."""

    id: Any
    segment: Any
    active_from: Any
    timezone: Any


@dataclass(frozen=True, slots=True)
class Judged:
    """An account on one channel: what holds, and what became of it up to the end of `history.today`."""

    resolved: Resolved
    known: credit.Account
    history: credit.History


Days = Mapping[tuple[UUID, str], Collection[date]]


@dataclass(frozen=True, slots=True)
class Record:
    """Everything from the database that decides how accounts stand; judging them asks nothing more.

    days : local days with a completed activity that was not withdrawn, by account and channel.  Who may log it was decided
        when it was logged (the owner, a cover, a manager for them), so that each may count.
    """

    policies: Policies
    pauses: Mapping[UUID, tuple[DateRange, ...]]
    days: Days

    def judge(self, account: Subject, channel: str, day: date | None = None, away: Iterable[DateRange] = ()) -> Judged:
        """As seen at the end of `day` (None: today, where the account is); `away` stops the clock besides the pauses."""
        resolved = self.policies.resolve(account, channel)  # type: ignore[arg-type]
        cadences = (resolved.cadence,) if resolved.cadence else ()
        pauses = (*self.pauses.get(account.id, ()), *away)
        known = credit.Account(account.active_from, cadences, pauses)
        done = self.days.get((account.id, channel), ())
        return Judged(resolved, known, credit.history(known, done, day or today(account.timezone)))


def load_record(session: Session, account_ids: Sequence[UUID], channels: Collection[str] = CHANNELS) -> Record:
    """Five queries, for as many accounts as fit into one IN list."""
    pauses: dict[UUID, list[DateRange]] = defaultdict(list)
    days: dict[tuple[UUID, str], set[date]] = defaultdict(set)
    for some in chunks(account_ids):
        spans = select(Pause.account_id, Pause.first, Pause.last).where(Pause.account_id.in_(some))
        for account_id, first, last in session.execute(spans):
            pauses[account_id].append(DateRange(first, last))
        done = select(type_coerce(Activity.account_id, RepeatedUuid), Activity.channel, Activity.local_day).where(
            Activity.account_id.in_(some),
            Activity.status == "completed",
            Activity.channel.in_(channels),
            Activity.withdrawn_at.is_(None),
        )
        for account_id, channel, day in session.execute(done):
            days[account_id, channel].add(day)
    policies = load_policies(session, account_ids, channels)
    return Record(policies, {key: tuple(spans) for key, spans in pauses.items()}, days)


def histories(session: Session, accounts: Sequence[Subject], channel: str = "visit") -> dict[UUID, Judged]:
    """How each account stands on a channel today, by account id."""
    record = load_record(session, [account.id for account in accounts], (channel,))
    return {account.id: record.judge(account, channel) for account in accounts}
