"""The compliance report: figures pooled by account, rep, team or segment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, not_, or_, select
from sqlalchemy.orm import Session

from planner.cadence.compliance import Figures, figures, pooled
from planner.calendar import DateRange
from server.accounts.models import Account, OwnerChange, Segment
from server.accounts.segments import check_known
from server.activities.history import Judged, Record, load_record
from server.compliance.adherence import Adherence, RepDay, rep_days
from server.compliance.owners import Span, changes_of, common, leave_of, spans
from server.core.clock import midnight
from server.core.database import db
from server.core.pages import keyset
from server.identity.models import User
from server.identity.scope import accounts_of, reps_of, team_tree, visible
from server.identity.scope import teams_of as visible_teams
from server.reps.models import Rep, Team

COLUMNS = (
    Account.id, Account.name, Account.segment, Account.owner_id, Account.team_id, Account.served_by_id, Account.active_from,
    Account.timezone, Account.archived_at,
)  # fmt: skip


FURTHEST_EAST = "Pacific/Kiritimati"  # where every day begins first


@dataclass(frozen=True, slots=True)
class Question:
    by: str
    period: DateRange
    channel: str = "visit"
    rep_id: UUID | None = None
    team_id: UUID | None = None
    segment: str | None = None
    steps: tuple[DateRange, ...] = ()  # parts of the period


@dataclass(frozen=True, slots=True)
class Step:
    """The figures of a line in one part of the period."""

    days: DateRange
    customer: Figures
    rep_view: Figures


@dataclass(slots=True)
class Line:
    """One line of the report.

    customer : what the customers got.
    rep_view : the same with the clock stopped on the days off of the rep who then owned the account.
    accounts : number of accounts that are there now; with or without a cadence.
    former : number of accounts that counted in the period and were archived or changed hands since.  What was missed there
        stays missed: archiving an account must not make the past look better.
    """

    key: str
    name: str
    customer: Figures = field(default_factory=Figures)
    rep_view: Figures = field(default_factory=Figures)
    adherence: Adherence = field(default_factory=Adherence)
    accounts: int = 0
    former: int = 0
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    lines: list[Line]
    total: Line | None  # None for a page of accounts
    next: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """The figures of one account while it had one owner."""

    account: Any
    owner_id: UUID | None
    customer: Figures
    rep_view: Figures
    steps: tuple[Step, ...] = ()


def report(user: User, question: Question, cursor: str | None, limit: int) -> Report:
    session = db.session()
    check_known(question.segment)
    reps = _reps(session, user, question)
    counted = _counted(user, question, reps)
    following, accounts = None, list[Any]()
    if question.by == "account":
        mine = select(Account).where(*counted, accounts_of(user))
        page = keyset(session, mine, (Account.name, Account.id), cursor, limit)
        accounts, following = list(page.items), page.next
    else:
        accounts = list(session.execute(select(*COLUMNS).where(*counted)))
    parts = _parts(session, question, accounts, reps)
    days = rep_days(session, list(reps.values()), question.period) if question.channel == "visit" else []
    lines = _lines(session, question, parts, accounts, reps, days)
    if question.by == "account" and following is None:
        others = list(session.execute(select(*COLUMNS).where(*counted, not_(accounts_of(user)))))
        lines += _given_away(question, _parts(session, question, others, reps))
    return Report(lines, None if question.by == "account" else _total(question, parts, accounts, reps, days), following)


def _reps(session: Session, user: User, question: Question) -> dict[UUID, Rep]:
    conditions = [reps_of(user)]
    if question.rep_id is not None:
        visible(session, user, Rep, question.rep_id, reps_of(user), "rep")
        conditions.append(Rep.id == question.rep_id)
    if question.team_id is not None:
        visible(session, user, Team, question.team_id, visible_teams(user), "team")
        conditions.append(Rep.team_id.in_(team_tree(question.team_id)))
    return {rep.id: rep for rep in session.scalars(select(Rep).where(*conditions))}


def _counted(user: User, question: Question, reps: Collection[UUID]) -> list[ColumnElement[bool]]:
    """Accounts that these reps own now or have owned; without an owner those of the teams that are asked for, or all."""
    before = select(OwnerChange.account_id).where(OwnerChange.owner_id.in_(reps))
    mine: list[ColumnElement[bool]] = [Account.owner_id.in_(reps), Account.id.in_(before)]
    if question.rep_id is None:
        unowned = Account.owner_id.is_(None) & accounts_of(user)
        if question.team_id is not None:
            unowned &= or_(Account.served_by_id.in_(reps), Account.team_id.in_(team_tree(question.team_id)))
        mine.append(unowned)
    begin = midnight(question.period.first, FURTHEST_EAST)
    conditions = [or_(*mine), or_(Account.archived_at.is_(None), Account.archived_at >= begin)]
    if question.segment is not None:
        conditions.append(Account.segment == question.segment)
    return conditions


def _parts(session: Session, question: Question, accounts: Sequence[Any], reps: dict[UUID, Rep]) -> list[Part]:
    ids = [account.id for account in accounts]
    record, changes = load_record(session, ids, (question.channel,)), changes_of(session, ids)
    leave = leave_of(session, reps)
    found: list[Part] = []
    for account in accounts:
        owned = spans(changes.get(account.id, ()), account.owner_id, DateRange(date.min, date.max))
        wanted = [s for s in owned if _is_asked_for(question, account, s.owner_id, reps)]
        if wanted and (period := _while_active(account, question.period)):
            found += _judge(record, question, account, wanted, period, leave)
    return found


def _is_asked_for(question: Question, account: Any, owner_id: UUID | None, reps: Collection[UUID]) -> bool:
    """Days without an owner count for the team whose the account is now, or for nobody."""
    if owner_id is not None or question.rep_id is not None:
        return owner_id in reps
    return question.team_id is None or account.owner_id is None


def _while_active(account: Any, period: DateRange) -> DateRange | None:
    """An archived account is asked for nothing any more."""
    if account.archived_at is None:
        return period
    archived = account.archived_at.astimezone(ZoneInfo(account.timezone)).date()
    return common(period, DateRange(date.min, archived))


def _judge(
    record: Record, question: Question, account: Any, owned: list[Span], period: DateRange, leave: dict[UUID, Any]
) -> Iterable[Part]:
    judged = record.judge(account, question.channel)
    if judged.resolved.cadence is None:
        return
    away = [
        days
        for span in owned
        if span.owner_id
        for off in leave.get(span.owner_id, ())
        if (days := common(off, span.days))
    ]
    excused = record.judge(account, question.channel, away=away) if away else judged
    for span in owned:
        if days := common(span.days, period):
            customer = figures(judged.known, judged.history, days)
            rep_view = figures(excused.known, excused.history, days) if away else customer
            steps = tuple(_step(judged, excused, common(span.days, step), step) for step in question.steps)
            yield Part(account, span.owner_id, customer, rep_view, steps)


def _step(judged: Judged, excused: Judged, days: DateRange | None, step: DateRange) -> Step:
    if days is None:
        return Step(step, Figures(), Figures())
    customer = figures(judged.known, judged.history, days)
    same = excused is judged
    return Step(step, customer, customer if same else figures(excused.known, excused.history, days))


def _key(question: Question, account: Any, owner_id: UUID | None, reps: dict[UUID, Rep]) -> Any:
    if question.by == "account":
        return account.id
    if question.by == "segment":
        return account.segment
    if question.by == "rep":
        return owner_id
    rep = reps.get(owner_id or account.served_by_id)
    return rep.team_id if rep else account.team_id if account.owner_id is None else None


def _present(question: Question, accounts: Iterable[Any], reps: dict[UUID, Rep]) -> list[Any]:
    """Those that are there now and belong to whom was asked for: as many as GET /accounts lists."""
    return [
        account
        for account in accounts
        if account.archived_at is None and _is_asked_for(question, account, account.owner_id, reps)
    ]


def _lines(
    session: Session,
    question: Question,
    parts: list[Part],
    accounts: Sequence[Any],
    reps: dict[UUID, Rep],
    days: list[RepDay],
) -> list[Line]:
    groups: dict[Any, list[Part]] = defaultdict(list)
    for part in parts:
        groups[_key(question, part.account, part.owner_id, reps)].append(part)
    present: dict[Any, set[UUID]] = defaultdict(set)
    for account in _present(question, accounts, reps):
        present[_key(question, account, account.owner_id, reps)].add(account.id)
    adherence = _adherence(question, accounts, reps, days)
    keys = {*groups, *present, *adherence}
    names = _names(session, question, accounts, reps, keys)
    ordered = [a.id for a in accounts] if question.by == "account" else sorted(keys, key=lambda k: names[k])
    return [
        _line(
            question,
            "" if key is None else str(key),
            names[key],
            groups[key],
            present[key],
            adherence.get(key, Adherence()),
        )
        for key in ordered
    ]


def _line(question: Question, key: str, name: str, parts: list[Part], present: set[UUID], adherence: Adherence) -> Line:
    customer, rep_view = _pooled(parts)
    former = {part.account.id for part in parts} - present
    steps = tuple(Step(days, *_pooled([part.steps[n] for part in parts])) for n, days in enumerate(question.steps))
    return Line(key, name, customer, rep_view, adherence, len(present), len(former), steps)


def _pooled(parts: Sequence[Part | Step]) -> tuple[Figures, Figures]:
    return pooled(part.customer for part in parts), pooled(part.rep_view for part in parts)


def _given_away(question: Question, parts: list[Part]) -> list[Line]:
    """One line for all accounts that counted and are others' now, so that the lines add up and show nobody's names."""
    return [_line(question, "", "Accounts of others now", parts, set(), Adherence())] if parts else []


def _total(
    question: Question, parts: list[Part], accounts: Sequence[Any], reps: dict[UUID, Rep], days: list[RepDay]
) -> Line:
    only = None if question.segment is None else {account.id for account in accounts}
    done = sum((day.adherence(only) for day in days), Adherence())
    return _line(question, "", "total", parts, {account.id for account in _present(question, accounts, reps)}, done)


def _adherence(
    question: Question, accounts: Sequence[Any], reps: dict[UUID, Rep], days: list[RepDay]
) -> dict[Any, Adherence]:
    """By account and segment only what concerns these accounts; else whole days."""
    found: dict[Any, Adherence] = defaultdict(Adherence)
    group_of = {account.id: account.id if question.by == "account" else account.segment for account in accounts}
    if question.by in ("rep", "team"):
        only = group_of.keys() if question.segment is not None else None
        for day in days:
            found[day.rep_id if question.by == "rep" else reps[day.rep_id].team_id] += day.adherence(only)
        return found
    for day in days:
        members: dict[Any, set[UUID]] = defaultdict(set)
        for account_id in {*(day.planned or ()), *day.visited} & group_of.keys():
            members[group_of[account_id]].add(account_id)
        for key, some in members.items():
            found[key] += day.adherence(some)
    return found


def _names(
    session: Session, question: Question, accounts: Sequence[Any], reps: dict[UUID, Rep], keys: set[Any]
) -> dict[Any, str]:
    if question.by == "account":
        names: dict[Any, str] = {account.id: account.name for account in accounts}
    elif question.by == "rep":
        names = {rep.id: rep.name for rep in reps.values()}
    elif question.by == "team":
        names = {team.id: team.name for team in session.scalars(select(Team).where(Team.id.in_(keys - {None})))}
    else:
        names = {segment.code: segment.name for segment in session.scalars(select(Segment))}
    return {None: f"No {question.by}", **names}
