"""How accounts stand now: by channel for one account, counted by state for the reps of a manager."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from planner.cadence.standing import Standing, State, standing
from planner.cadence.windows import Target
from server.accounts.models import Account
from server.activities.history import Judged, Record, load_record
from server.cadences.resolve import CHANNELS, chunks
from server.company.service import current
from server.core.clock import now
from server.core.database import db
from server.identity.models import User
from server.identity.scope import accounts_of, reps_of, visible, visible_account
from server.plans.models import PlanStop, PlanVersionDay, PublishedPlan
from server.reps.models import Rep

ARCHIVED = "archived"
COLUMNS = (
    Account.id, Account.owner_id, Account.segment, Account.active_from, Account.timezone, Account.archived_at,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ChannelStanding:
    """How an account stands on one channel; `next_window` opens, is due and closes; None where nothing falls due."""

    channel: str
    judged: Judged
    standing: Standing
    planned: tuple[date, ...] = ()
    archived: bool = False  # nothing is asked for any more

    @property
    def state(self) -> str:
        return ARCHIVED if self.archived else self.standing.state

    @property
    def rule(self) -> str:
        return ARCHIVED if self.archived else self.standing.rule

    @property
    def missing(self) -> int:
        return 0 if self.archived else self.standing.missing

    @property
    def slack(self) -> int | None:
        return None if self.archived else self.standing.slack

    @property
    def last_credited(self) -> date | None:
        credited = self.judged.history.credited
        return credited[-1] if credited else None

    @property
    def next_window(self) -> Any:
        history = self.judged.history
        if self.archived:
            return None
        if history.upcoming is not None:
            return history.upcoming
        return next((t for t in history.targets if not t.rolling and history.today in t.days), None)


def of_account(
    user: User, account_id: UUID, channels: Sequence[str] = CHANNELS
) -> tuple[Account, list[ChannelStanding]]:
    session = db.session()
    account = visible_account(session, user, account_id)
    record = load_record(session, [account.id], channels)
    planned, lead = planned_days(session, [account]), current(session).at_risk_days
    return account, [_stand(record, account, channel, planned, lead) for channel in channels]


def _stand(record: Record, account: Any, channel: str, planned: dict[UUID, list[date]], lead: int) -> ChannelStanding:
    """`lead`: with nothing planned and fewer days left than this an account is at risk."""
    judged = record.judge(account, channel)
    if account.archived_at is not None:
        return ChannelStanding(channel, judged, standing(judged.known, judged.history), archived=True)
    if channel != "visit":  # the other channels are not planned ahead
        return ChannelStanding(channel, judged, standing(judged.known, judged.history))
    ahead = tuple(planned.get(account.id, ()))
    return ChannelStanding(channel, judged, standing(judged.known, judged.history, ahead, lead), ahead)


def targets_of(user: User, account_id: UUID, channel: str) -> tuple[Account, ChannelStanding, list[Target]]:
    """All windows that have opened, the newest first."""
    account, (stand,) = of_account(user, account_id, (channel,))
    return account, stand, list(reversed(stand.judged.history.targets))


def planned_days(session: Session, accounts: Sequence[Any]) -> dict[UUID, list[date]]:
    """The accounts' local dates of stops in the published plans from now on.  One query."""
    zones = {account.id: ZoneInfo(account.timezone) for account in accounts}
    found: dict[UUID, list[date]] = defaultdict(list)
    for some in chunks(list(zones)):
        query = (
            select(PlanStop.account_id, PlanStop.starts_at)
            .join(PlanVersionDay, PlanVersionDay.day_id == PlanStop.day_id)
            .join(PublishedPlan, PublishedPlan.version_id == PlanVersionDay.version_id)
            .where(PlanStop.account_id.in_(some), PlanStop.starts_at >= now())
        )
        for account_id, moment in session.execute(query.order_by(PlanStop.starts_at)):
            if account_id is not None:
                found[account_id].append(moment.astimezone(zones[account_id]).date())
    return found


@dataclass(frozen=True, slots=True)
class StateCounts:
    """`rep` None: of no rep, or of all."""

    rep: Rep | None
    name: str
    counts: Counter[State]

    @property
    def accounts(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class AllCounts:
    items: list[StateCounts]
    unassigned: StateCounts | None
    total: StateCounts


def counts(user: User, rep_id: UUID | None, channel: str) -> AllCounts:
    """How many accounts of each rep, and without an owner, are in which state; reps by name."""
    session = db.session()
    if rep_id is not None:
        visible(session, user, Rep, rep_id, reps_of(user), "rep")
    tally = _tally(session, accounts_of(user) if rep_id is None else Account.owner_id == rep_id, channel)
    asked = reps_of(user) if rep_id is None else Rep.id == rep_id
    reps = session.scalars(
        select(Rep)
        .where(asked, or_(Rep.active, Rep.id.in_([owner for owner in tally if owner])))
        .order_by(Rep.name, Rep.id)
    )
    items = [StateCounts(rep, rep.name, tally[rep.id]) for rep in reps]
    unassigned = StateCounts(None, "No rep", tally[None]) if rep_id is None else None
    return AllCounts(items, unassigned, StateCounts(None, "total", sum(tally.values(), Counter())))


def _tally(session: Session, condition: ColumnElement[bool], channel: str) -> dict[UUID | None, Counter[State]]:
    """By owner."""
    accounts = session.execute(select(*COLUMNS).where(condition, Account.archived_at.is_(None))).all()
    record = load_record(session, [account.id for account in accounts], (channel,))
    planned = planned_days(session, accounts) if channel == "visit" else {}
    lead = current(session).at_risk_days
    tally: dict[UUID | None, Counter[State]] = defaultdict(Counter)
    for account in accounts:
        tally[account.owner_id][_stand(record, account, channel, planned, lead).standing.state] += 1
    return tally
