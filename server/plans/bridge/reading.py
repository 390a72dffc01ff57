"""Everything that one rep's plan depends on, read in a handful of queries of one read transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, String, and_, cast, func, or_, select
from sqlalchemy.orm import Session

from planner.calendar import DateRange
from server.accounts.models import Account, Segment
from server.activities.models import Activity
from server.appointments.occurrences import Occurrence, occurrences
from server.cadences.models import MustVisit, Pause
from server.company.models import Company
from server.core.errors import NotFound
from server.inputs.models import RepInputs
from server.plans.models import PlanDay, PlanVersion, PlanVersionDay, PublishedPlan
from server.reps.models import Rep, TimeOff

VISIT = "visit"


@dataclass(frozen=True)
class Inputs:
    """Rows as they were read; `days` are the stored days of the published plan from the first day on."""

    company: Company
    rep: Rep
    horizon_days: int
    revision: int
    improved: int
    base: UUID | None
    time_off: tuple[DateRange, ...]
    accounts: Sequence[Row[Any]]
    segments: dict[str, Segment]
    pauses: dict[UUID, tuple[DateRange, ...]]
    must_visits: Sequence[MustVisit]
    visits: dict[UUID, str]
    logged: Sequence[Row[Any]]
    occurrences: Sequence[Occurrence]
    days: dict[date, dict[str, Any]]
    version: dict[str, Any]


def snapshot(session: Session) -> None:
    """Begin a read transaction that sees one state of the database: SQLite always does, PostgreSQL must be asked."""
    session.rollback()
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def state_of(session: Session, rep_id: UUID) -> tuple[Rep, Company, RepInputs | None, UUID | None]:
    """The rep, the company, how far planning is, and the published version; NotFound without the rep."""
    query = (
        select(Rep, Company, RepInputs, PublishedPlan.version_id)
        .select_from(Rep)
        .join(Company, Company.id == 1)
        .outerjoin(RepInputs, RepInputs.rep_id == Rep.id)
        .outerjoin(PublishedPlan, PublishedPlan.rep_id == Rep.id)
        .where(Rep.id == rep_id)
        .execution_options(populate_existing=True)
    )
    row = session.execute(query).one_or_none()
    if row is None:
        raise NotFound(f"There is no rep {rep_id}, or no company has been set up (`flask company set`).")
    return row[0], row[1], row[2], row[3]


def read(session: Session, rep_id: UUID, first: date, horizon_days: int | None, accounts: Any = None) -> Inputs:
    """Read all inputs for the days from `first` on; None: as many days as the company plans ahead.

    accounts : condition on Account, if not those that the rep serves.
    The revision comes first, so that whatever commits meanwhile counts as not yet planned.
    """
    rep, company, state, base = state_of(session, rep_id)
    count = horizon_days or company.horizon_days
    last = first + timedelta(days=count - 1)
    which = served_by(rep_id) if accounts is None else accounts
    ids = select(Account.id).where(which)
    return Inputs(
        company,
        rep,
        count,
        state.revision if state else 0,
        state.improved if state else -1,
        base,
        _time_off(session, rep_id, first, last),
        _accounts(session, which),
        {segment.code: segment for segment in session.scalars(select(Segment))},
        _pauses(session, ids),
        _must_visits(session, ids, first, last),
        _visits(session, ids),
        _logged(session, rep_id, first),
        occurrences(session, [rep_id], first, last),
        published_days(session, base, first),
        _version(session, base),
    )


def served_by(rep_id: UUID) -> Any:
    """Owned, or without an owner and given to this rep by the team step; not archived."""
    given = and_(Account.owner_id.is_(None), Account.served_by_id == rep_id)
    return and_(or_(Account.owner_id == rep_id, given), Account.archived_at.is_(None))


def unserved(team_id: UUID) -> Any:
    """Of this team, without an owner, without a rep of the team who serves it, and with a position."""
    serving = select(Rep.id).where(Rep.team_id == team_id, Rep.active)
    return and_(
        Account.team_id == team_id, Account.owner_id.is_(None), Account.archived_at.is_(None), Account.lat.is_not(None),
        or_(Account.served_by_id.is_(None), Account.served_by_id.not_in(serving)),
    )  # fmt: skip


def _accounts(session: Session, which: Any) -> Sequence[Row[Any]]:
    columns = (
        Account.id, Account.name, Account.lat, Account.lon, Account.timezone, Account.country, Account.region,
        Account.segment, Account.opening_hours, Account.service_minutes, Account.allowed_weekdays, Account.priority,
        Account.active_from,
    )  # fmt: skip
    return session.execute(select(*columns).where(which).order_by(Account.id)).all()


def _time_off(session: Session, rep_id: UUID, first: date, last: date) -> tuple[DateRange, ...]:
    query = select(TimeOff.first, TimeOff.last).where(
        TimeOff.rep_id == rep_id, TimeOff.last >= first, TimeOff.first <= last
    )
    return tuple(DateRange(*row) for row in session.execute(query))


def _pauses(session: Session, ids: Any) -> dict[UUID, tuple[DateRange, ...]]:
    found: dict[UUID, list[DateRange]] = defaultdict(list)
    query = (
        select(Pause.account_id, Pause.first, Pause.last)
        .where(Pause.account_id.in_(ids))
        .order_by(Pause.first, Pause.id)
    )
    for account_id, start, end in session.execute(query):
        found[account_id].append(DateRange(start, end))
    return {account_id: tuple(ranges) for account_id, ranges in found.items()}


def _must_visits(session: Session, ids: Any, first: date, last: date) -> Sequence[MustVisit]:
    query = (
        select(MustVisit)
        .where(MustVisit.account_id.in_(ids), MustVisit.last >= first, MustVisit.first <= last)
        .order_by(MustVisit.id)
    )
    return session.scalars(query).all()


def _visits(session: Session, ids: Any) -> dict[UUID, str]:
    """Local dates of completed visits of each account, by whomever: ISO, with commas.

    One row an account; the dates are only read where they are not in a cache yet (`sites.credited`).
    """
    dates = func.aggregate_strings(cast(Activity.local_day, String), ",")
    query = (
        select(Activity.account_id, dates)
        .where(Activity.account_id.in_(ids), Activity.channel == VISIT, Activity.status == "completed")
        .where(Activity.withdrawn_at.is_(None))
        .group_by(Activity.account_id)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def dates_in(text: str) -> list[date]:
    """The dates of such a text, in order."""
    return sorted(date.fromisoformat(day) for day in text.split(",") if day)


def _logged(session: Session, rep_id: UUID, today: date) -> Sequence[Row[Any]]:
    """Visits that the rep logged about today, with the place, in the order in which they happened."""
    columns = (
        Activity.id, Activity.account_id, Activity.appointment_id, Activity.status, Activity.happened_at,
        Activity.ended_at, Activity.local_day, Account.lat, Account.lon, Account.service_minutes, Account.segment,
    )  # fmt: skip
    near = (today - timedelta(days=1), today + timedelta(days=1))
    query = (
        select(*columns)
        .join(Account, Account.id == Activity.account_id)
        .where(Activity.rep_id == rep_id, Activity.local_day.between(*near), Activity.channel == VISIT)
        .where(Activity.withdrawn_at.is_(None))
        .order_by(Activity.happened_at, Activity.id)
    )
    return list(session.execute(query))


def _version(session: Session, base: UUID | None) -> dict[str, Any]:
    """What the published version says besides its days."""
    columns = (
        PlanVersion.unplanned,
        PlanVersion.clusters,
        PlanVersion.certificate,
        PlanVersion.seed,
        PlanVersion.iterations,
    )
    row = session.execute(select(*columns).where(PlanVersion.id == base)).one_or_none() if base else None
    if row is None:
        return {}
    return {**row._mapping, "clusters_gap": row.certificate.get("clusters_gap", 0)}


def published_days(session: Session, version: UUID | None, first: date) -> dict[date, dict[str, Any]]:
    """The stored routes of a version from a date on."""
    if version is None:
        return {}
    query = (
        select(PlanDay.date, PlanDay.route)
        .join(PlanVersionDay, PlanVersionDay.day_id == PlanDay.id)
        .where(PlanVersionDay.version_id == version, PlanVersionDay.date >= first)
    )
    return {row.date: row.route for row in session.execute(query)}
