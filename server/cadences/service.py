"""Cadence policies: who may set them, and whose plans they touch."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from server.accounts.models import Account, Segment
from server.cadences.models import CadencePolicy
from server.cadences.possible import check_possible
from server.cadences.resolve import cadence_of
from server.core.database import db, writing
from server.core.errors import Forbidden, NotFound
from server.core.http import Role, check_version
from server.core.idempotency import create_once
from server.core.pages import Page, keyset
from server.identity.models import User
from server.identity.scope import accounts_of, visible, visible_account
from server.inputs.service import changed
from server.reps.models import Rep

SCOPE_AND_CONTENT = (
    "channel", "segment", "account_id", "mode", "interval_days", "visits", "period", "block_workdays", "anchor",
    "tolerance_days", "min_gap_days", "first_within_days", "valid_from", "valid_to", "seasons", "combinations",
)  # fmt: skip


def readable(user: User) -> ColumnElement[bool]:
    """Policies of organisation and segments are for everyone to read, those of accounts for who sees the account."""
    mine = CadencePolicy.account_id.in_(select(Account.id).where(accounts_of(user)))
    return or_(CadencePolicy.account_id.is_(None), mine)


def listed(user: User, args: dict[str, Any]) -> Page:
    query = select(CadencePolicy).where(readable(user))
    for name in ("channel", "segment", "account_id"):
        if name in args:
            query = query.where(getattr(CadencePolicy, name) == args[name])
    return keyset(db.session(), query, (CadencePolicy.id,), args["cursor"], args["limit"])


def get(user: User, policy_id: UUID) -> CadencePolicy:
    policy: CadencePolicy = visible(db.session(), user, CadencePolicy, policy_id, readable(user), "cadence")
    return policy


def create(user: User, values: dict[str, Any], show: Any) -> tuple[CadencePolicy, bool]:
    """One policy a scope and channel: the same again is the stored one, another is a conflict."""
    wanted = CadencePolicy(**{"min_gap_days": 1, "seasons": [], "combinations": [], **values})
    _may_set(db.session(), user, wanted)
    cadence_of(wanted)
    check_possible(wanted)
    content = {name: getattr(wanted, name) for name in SCOPE_AND_CONTENT}
    return create_once(
        find=lambda: db.session.scalar(
            select(CadencePolicy).where(
                CadencePolicy.channel == wanted.channel,
                CadencePolicy.segment.is_(None) if wanted.segment is None else CadencePolicy.segment == wanted.segment,
                CadencePolicy.account_id.is_(None)
                if wanted.account_id is None
                else CadencePolicy.account_id == wanted.account_id,
            )
        ),
        make=lambda: _add(content),
        same=lambda stored: all(getattr(stored, name) == value for name, value in content.items()),
        show=show,
        code="cadence_exists",
        detail=f"There is already a cadence of this scope on the channel {wanted.channel!r}; change that one (PATCH).",
    )


def _add(content: dict[str, Any]) -> CadencePolicy:
    with writing() as session:
        policy = CadencePolicy(**content)
        session.add(policy)
        session.flush()
        _touch(session, policy)
    return policy


def change(user: User, policy_id: UUID, values: dict[str, Any]) -> CadencePolicy:
    with writing() as session:
        policy = get(user, policy_id)
        _may_set(session, user, policy)
        check_version(policy)
        for name, value in values.items():
            setattr(policy, name, value)
        cadence_of(policy)
        check_possible(policy)
        if session.is_modified(policy):
            session.flush()
            _touch(session, policy)
    return policy


def remove(user: User, policy_id: UUID) -> None:
    with writing() as session:
        policy = get(user, policy_id)
        _may_set(session, user, policy)
        check_version(policy)
        session.delete(policy)
        session.flush()
        _touch(session, policy)


def _may_set(session: Session, user: User, policy: CadencePolicy) -> None:
    if policy.account_id is not None:
        visible_account(session, user, policy.account_id)
    elif user.role != Role.ADMIN:
        raise Forbidden("Cadences of the organisation and of segments are set by admins.")
    elif policy.segment is not None:
        with session.no_autoflush:
            known = session.scalar(select(Segment.code).where(Segment.code == policy.segment))
        if known is None:
            raise NotFound("There is no such segment.", pointers={"/segment": "There is no such segment."})


def _touch(session: Session, policy: CadencePolicy) -> None:
    """Plans depend on cadences of visits; calls and letters are looked up when they are asked for."""
    if policy.channel != "visit":
        return
    condition: ColumnElement[bool] = Account.archived_at.is_(None)
    if policy.account_id is not None:
        condition = and_(condition, Account.id == policy.account_id)
    elif policy.segment is not None:
        condition = and_(condition, Account.segment == policy.segment)
    changed(session, planned_by(session, condition), "cadence_changed", subject=f"cadence {policy.id}")


def planned_by(session: Session, condition: ColumnElement[bool]) -> list[UUID]:
    """The reps whose plans accounts with this condition are in: owners, and for unowned ones all reps of their team."""
    owners = select(Account.owner_id).where(condition, Account.owner_id.is_not(None))
    teams = select(Account.team_id).where(condition, Account.owner_id.is_(None), Account.team_id.is_not(None))
    return list(session.scalars(select(Rep.id).where(or_(Rep.id.in_(owners), Rep.team_id.in_(teams)))))
