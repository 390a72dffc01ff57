"""What of the data a user may see: a rep their own, a manager the subtree of teams, an admin everything.

Services filter every query with these and answer 404 for what is outside, as if it did not exist.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, or_, select, true
from sqlalchemy.orm import Session

from server.accounts.models import Account
from server.core.database import db
from server.core.errors import NotFound
from server.core.http import Role
from server.identity.models import User
from server.reps.models import Rep, Team


def team_tree(root: UUID) -> Select[Any]:
    """Ids of a team and all teams below it (recursive query)."""
    tree = select(Team.id).where(Team.id == root).cte(recursive=True)
    tree = tree.union(select(Team.id).where(Team.parent_id == tree.c.id))
    return select(tree.c.id)


def reps_of(user: User) -> ColumnElement[bool]:
    """Condition on Rep: the reps that this user may see."""
    if user.role == Role.ADMIN:
        return true()
    if user.role == Role.MANAGER:
        return Rep.team_id.in_(team_tree(user.team_id)) if user.team_id else false()
    return Rep.user_id == user.id


def rep_ids(user: User) -> Select[Any]:
    return select(Rep.id).where(reps_of(user))


def teams_of(user: User) -> ColumnElement[bool]:
    """Condition on Team: a manager's subtree; a rep's own team; everything for an admin."""
    if user.role == Role.ADMIN:
        return true()
    if user.role == Role.MANAGER:
        return Team.id.in_(team_tree(user.team_id)) if user.team_id else false()
    return Team.id.in_(select(Rep.team_id).where(Rep.user_id == user.id))


def users_of(user: User) -> ColumnElement[bool]:
    """Condition on User: oneself; for a manager also the people of the teams (a rep belongs where the Rep row says)."""
    if user.role == Role.ADMIN:
        return true()
    if user.role != Role.MANAGER or not user.team_id:
        return User.id == user.id
    rep_row = select(Rep.user_id).where(Rep.user_id.is_not(None))
    ours = User.id.in_(rep_row.where(reps_of(user)))
    without_row = and_(User.team_id.in_(team_tree(user.team_id)), User.id.not_in(rep_row), User.role != Role.ADMIN)
    return or_(User.id == user.id, ours, without_row)


def accounts_of(user: User) -> ColumnElement[bool]:
    """Condition on Account: owned by a visible rep, or unowned and given to one by the team plan; for reps also those that
    all reps of the team visit, for managers all unowned ones of their teams."""
    if user.role == Role.ADMIN:
        return true()
    team = user.team_id if user.role == Role.MANAGER else None
    return or_(*held_by(rep_ids(user), team_tree(team) if team else None))


def holders(session: Session, user: User) -> tuple[list[UUID], list[UUID] | None]:
    """The ids of the reps and teams whose accounts `accounts_of` says, for who is no admin: for searches that need a range
    in an index for each of them, which no planner makes of the whole."""
    team = user.team_id if user.role == Role.MANAGER else None
    return list(session.scalars(rep_ids(user))), list(session.scalars(team_tree(team))) if team else None


def held_by(reps: Any, teams: Any) -> list[ColumnElement[bool]]:
    """Conditions on Account (one may fulfil two): held by one of these reps (a list or a SELECT of ids), or by one of these
    teams (None: none)."""
    parts = [Account.owner_id.in_(reps), and_(Account.owner_id.is_(None), Account.served_by_id.in_(reps))]
    if teams is None:
        theirs = select(Rep.team_id).where(Rep.id.in_(reps))
        return [*parts, and_(Account.shared_visits, Account.owner_id.is_(None), Account.team_id.in_(theirs))]
    return [*parts, Account.team_id.in_(teams)]


def own_rep(user: User) -> Rep:
    """The rep that the user is; NotFound where they are none."""
    rep = db.session.scalar(select(Rep).where(Rep.user_id == user.id))
    if rep is None:
        raise NotFound("You are not a field rep, so there is no route of yours.", code="not_a_rep")
    return rep


def visible(session: Session, user: User, model: Any, row_id: UUID, condition: ColumnElement[bool], noun: str) -> Any:
    """The row, or NotFound in the same words whether it does not exist or belongs to others."""
    row = session.scalar(select(model).where(model.id == row_id, condition))
    if row is None:
        raise NotFound(f"There is no such {noun}.")
    return row


def visible_rep(session: Session, user: User, rep_id: UUID) -> Rep:
    rep: Rep = visible(session, user, Rep, rep_id, reps_of(user), "rep")
    return rep


def visible_account(session: Session, user: User, account_id: UUID) -> Account:
    account: Account = visible(session, user, Account, account_id, accounts_of(user), "account")
    return account
