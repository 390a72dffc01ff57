"""Which cadence holds for an account: its own, else its segment's, else the organisation's; "none" speaks too."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from planner.cadence.policy import Cadence, Mode, Period, Season
from planner.errors import ProblemError
from server.accounts.models import Account
from server.cadences.models import CadencePolicy
from server.company.models import Company
from server.core.errors import Invalid

CHANNELS = ("visit", "phone", "email", "mail")
FIELDS = (
    "interval_days", "visits", "period", "block_workdays", "anchor", "tolerance_days", "min_gap_days",
    "first_within_days", "valid_from", "valid_to", "seasons", "combinations",
)  # fmt: skip
IN_LIST = 10_000  # values in one IN (...); databases allow about 32,000


class Source(StrEnum):
    ACCOUNT = "account"
    SEGMENT = "segment"
    ORGANISATION = "organisation"
    NONE = "none"  # nobody says anything


@dataclass(frozen=True, slots=True)
class Resolved:
    """`cadence` None: nothing is asked for, because `source` says so or because nobody speaks (source "none")."""

    cadence: Cadence | None
    source: Source
    policy_id: UUID | None = None


NOBODY = Resolved(None, Source.NONE)


def cadence_of(policy: CadencePolicy, week_starts_on: int = 0) -> Cadence | None:
    """The planner's cadence of a policy.  Raises Invalid, with a pointer to the field, where it contradicts itself."""
    if policy.mode is None:
        return None
    seasons = tuple(_season(n, months) for n, months in enumerate(policy.seasons or []))
    try:
        return Cadence(
            mode=Mode(policy.mode),
            interval_days=policy.interval_days,
            visits=policy.visits,
            period=Period(policy.period) if policy.period else None,
            block_workdays=policy.block_workdays,
            anchor=policy.anchor,
            tolerance_days=policy.tolerance_days,
            min_gap_days=policy.min_gap_days or 1,
            first_within_days=policy.first_within_days,
            valid_from=policy.valid_from,
            valid_to=policy.valid_to,
            seasons=seasons,
            week_starts_on=week_starts_on,
            combinations=tuple(tuple(days) for days in policy.combinations or ()),
        )
    except ProblemError as problem:
        raise Invalid(pointers={_pointer(problem.message): problem.message}) from None


def _season(number: int, values: dict[str, object]) -> Season:
    try:
        return Season(frozenset(values["months"]), values["interval_days"])  # type: ignore[arg-type, call-overload]
    except ProblemError as problem:
        field = "interval_days" if "interval_days" in problem.message else "months"
        raise Invalid(pointers={f"/seasons/{number}/{field}": problem.message}) from None


def _pointer(message: str) -> str:
    """The planner names the field that it complains about; a season or combination that it speaks of is in the list of these."""
    for noun in ("season", "combination"):
        if noun in message:
            return f"/{noun}s"
    named = [name for name in FIELDS if name in message]
    if not named:
        return "/valid_to"
    return "/" + min(named, key=message.index)


class Policies:
    """The policies that may speak for some accounts, loaded at once."""

    def __init__(self, rows: Iterable[CadencePolicy], week_starts_on: int) -> None:
        self._week_starts_on = week_starts_on
        self._rows = {(row.channel, row.account_id or row.segment): row for row in rows}
        self._resolved: dict[UUID, Resolved] = {}

    def resolve(self, account: Account, channel: str) -> Resolved:
        scopes = ((Source.ACCOUNT, account.id), (Source.SEGMENT, account.segment), (Source.ORGANISATION, None))
        for source, scope in scopes:
            row = self._rows.get((channel, scope)) if scope or source is Source.ORGANISATION else None
            if row is not None:
                return self._read(row, source)
        return NOBODY

    def _read(self, row: CadencePolicy, source: Source) -> Resolved:
        if row.id not in self._resolved:
            self._resolved[row.id] = Resolved(cadence_of(row, self._week_starts_on), source, row.id)
        return self._resolved[row.id]


def load_policies(session: Session, account_ids: Sequence[UUID], channels: Collection[str] = CHANNELS) -> Policies:
    """Three queries: the policies of segments and organisation, those of the accounts, and how the company's weeks begin."""
    spoken = {"channels": list(channels)}
    rows = list(session.scalars(_shared(), spoken))
    for some in chunks(account_ids):
        rows += session.scalars(_own(), {**spoken, "accounts": some})
    return Policies(rows, session.scalar(_week_starts_on()) or 0)


@cache
def _shared() -> Any:
    """Statements are put together once: that takes longer than running them, and repairs wait for their answers."""
    return _spoken().where(CadencePolicy.account_id.is_(None))


@cache
def _own() -> Any:
    return _spoken().where(CadencePolicy.account_id.in_(bindparam("accounts", expanding=True)))


def _spoken() -> Any:
    return select(CadencePolicy).where(CadencePolicy.channel.in_(bindparam("channels", expanding=True)))


@cache
def _week_starts_on() -> Any:
    return select(Company.week_starts_on)


def cadences_for(session: Session, accounts: Sequence[Account], channel: str) -> dict[UUID, Resolved]:
    """The effective cadence of each account on a channel, by account id, in three queries."""
    policies = load_policies(session, [account.id for account in accounts], (channel,))
    return {account.id: policies.resolve(account, channel) for account in accounts}


def chunks(ids: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    """The ids in pieces that fit into one IN list."""
    return (ids[start : start + IN_LIST] for start in range(0, len(ids), IN_LIST))
