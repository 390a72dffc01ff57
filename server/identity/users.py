"""The people who may sign in: inviting, changing, ending.

Nobody gives a role above the own one, managers touch only reps of their teams, and the last admin stays.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.core.database import db, writing
from server.core.errors import Conflict, Forbidden, Invalid
from server.core.http import Role, check_version
from server.core.pages import Page, keyset
from server.identity import links, tokens
from server.identity.models import RefreshToken, User
from server.identity.scope import teams_of, users_of, visible
from server.reps.models import Team

BY_MANAGERS = {"name", "team_id", "active"}


def page(actor: User, limit: int, cursor: str | None, **filters: Any) -> Page:
    query = select(User).where(users_of(actor)).filter_by(**filters)
    return keyset(db.session(), query, [User.id], cursor, limit)


def get(actor: User, user_id: UUID) -> User:
    user: User = visible(db.session(), actor, User, user_id, users_of(actor), "user")
    return user


def invite(actor: User, values: dict[str, Any]) -> tuple[User, str | None]:
    """The new user, and the link where it was not mailed."""
    with writing() as session:
        if actor.role == Role.MANAGER and values["role"] != Role.REP:
            raise Forbidden("Managers invite reps; ask an admin for other roles.")
        _check_team(session, actor, values["team_id"], values["role"])
        _check_email(session, values["email"])
        user = User(**values)
        session.add(user)
        link = links.make(session, user)
    return user, links.send(user, link)


def new_link(actor: User, user_id: UUID) -> tuple[User, str | None]:
    """A new invitation, or a password reset where the person has a password; earlier links end."""
    with writing() as session:
        user = _editable(session, actor, user_id)
        if not user.active:
            raise Conflict("This user is not active: activate first, then ask for a link.", code="user_inactive")
        link = links.make(session, user)
    return user, links.send(user, link)


def change(actor: User, user_id: UUID, values: dict[str, Any]) -> User:
    with writing() as session:
        user = _editable(session, actor, user_id)
        check_version(user)
        _check_rights(actor, values)
        role, team_id = values.get("role", user.role), values.get("team_id", user.team_id)
        if {"role", "team_id"} & set(values):
            _check_team(session, actor, team_id, role)
        if values.get("email", user.email) != user.email:
            _check_email(session, values["email"])
        keep_an_admin(session, user, role, values.get("active", user.active))
        for name, value in values.items():
            setattr(user, name, value)
        if not user.active:
            end(session, user)
    return user


def end(session: Session, user: User) -> None:
    """Deactivate: the next request of every device is refused."""
    user.active = False
    tokens.revoke(session, RefreshToken.user_id == user.id)


def _editable(session: Session, actor: User, user_id: UUID) -> User:
    user: User = visible(session, actor, User, user_id, users_of(actor), "user")
    if actor.role != Role.ADMIN and user.role != Role.REP:
        raise Forbidden("Managers change reps only; ask an admin.")
    return user


def _check_rights(actor: User, values: dict[str, Any]) -> None:
    refused = sorted(set(values) - BY_MANAGERS) if actor.role != Role.ADMIN else []
    if refused:
        pointers = {f"/{name}": "Only an admin changes this." for name in refused}
        raise Forbidden("Managers change name, team and active of reps; ask an admin.", pointers=pointers)


def _check_team(session: Session, actor: User, team_id: UUID | None, role: str) -> None:
    if team_id is None:
        if role != Role.ADMIN:
            raise Invalid(pointers={"/team_id": f"A {role} needs a team."})
        return
    if session.scalar(select(Team.id).where(Team.id == team_id, teams_of(actor))) is None:
        raise Invalid(pointers={"/team_id": "There is no such team."})


def _check_email(session: Session, email: str) -> None:
    if session.scalar(select(User.id).where(User.email == email)):
        raise Conflict("Somebody has this e-mail address already.", pointers={"/email": "taken"}, code="email_taken")


def keep_an_admin(session: Session, user: User, role: str, active: bool) -> None:
    """Conflict where nobody could administer after a change of this user."""
    if user.role != Role.ADMIN or (role == Role.ADMIN and active):
        return
    admins = session.scalars(select(User.id).where(User.role == Role.ADMIN, User.active).with_for_update()).all()
    if not set(admins) - {user.id}:
        raise Conflict("This is the last admin; make somebody else admin first.", code="last_admin")
