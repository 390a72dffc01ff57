"""The tree of teams.  A manager shapes the part below the own team; that team's own place is for admins."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.models import Account
from server.core.database import db, writing
from server.core.errors import Conflict, Forbidden, Invalid
from server.core.http import Role, check_version
from server.core.pages import Page, keyset
from server.identity.models import User
from server.identity.scope import team_tree, teams_of, visible
from server.inputs.service import changed
from server.reps.models import Rep, Team

PLANNED = {"parent_id", "radius_metres", "radius_minutes", "radius_hard", "speed_bands", "area", "approval"}
DEEPEST = 20  # teams on top of each other
Expect = Callable[[Team], None]  # refuses where somebody else changed the team meanwhile


def page(user: User, limit: int, cursor: str | None) -> Page:
    return keyset(db.session(), select(Team).where(teams_of(user)), [Team.id], cursor, limit)


def get(user: User, team_id: UUID) -> Team:
    team: Team = visible(db.session(), user, Team, team_id, teams_of(user), "team")
    return team


def create(user: User, values: dict[str, Any]) -> Team:
    with writing() as session:
        _check_parent(session, user, None, values.get("parent_id"))
        team = Team(**values)
        session.add(team)
    return team


def change(user: User, team_id: UUID, values: dict[str, Any], expect: Expect = check_version) -> Team:
    with writing() as session:
        team: Team = visible(session, user, Team, team_id, teams_of(user), "team")
        expect(team)
        if "parent_id" in values and values["parent_id"] != team.parent_id:
            _refuse_own(user, team)
            _check_parent(session, user, team, values["parent_id"])
        before = {name: getattr(team, name) for name in values}
        for name, value in values.items():
            setattr(team, name, value)
        session.flush()
        if any(before[name] != values[name] for name in PLANNED & set(values)):
            reps = session.scalars(select(Rep.id).where(Rep.team_id.in_(team_tree(team.id)), Rep.active)).all()
            changed(session, reps, "team_changed", subject=f"team {team.id}", detail=team.name)
    return team


def delete(user: User, team_id: UUID, expect: Expect = check_version) -> None:
    with writing() as session:
        team: Team = visible(session, user, Team, team_id, teams_of(user), "team")
        expect(team)
        _refuse_own(user, team)
        for noun, column in (
            ("teams", Team.parent_id),
            ("reps", Rep.team_id),
            ("users", User.team_id),
            ("accounts", Account.team_id),
        ):
            if session.scalar(select(column).where(column == team.id).limit(1)):
                raise Conflict(f"The team still has {noun}: move them first.", code="team_not_empty")
        session.delete(team)


def _refuse_own(user: User, team: Team) -> None:
    if user.role == Role.MANAGER and team.id == user.team_id:
        raise Forbidden("Your own team's place in the tree is for an admin to change.")


def _check_parent(session: Session, user: User, team: Team | None, parent_id: UUID | None) -> None:
    """The new parent is visible and not below the team itself; all teams are locked, so that two moves make no ring."""
    if parent_id is None:
        if user.role == Role.MANAGER:
            raise Forbidden("Only an admin puts a team at the top; give parent_id.")
        return
    parents: dict[UUID, UUID | None] = {
        row.id: row.parent_id for row in session.execute(select(Team.id, Team.parent_id).with_for_update())
    }
    seen = session.scalar(select(Team.id).where(Team.id == parent_id, teams_of(user)))
    if seen is None:
        raise Invalid(pointers={"/parent_id": "There is no such team."})
    above: list[UUID] = []
    step: UUID | None = parent_id
    while step:
        above.append(step)
        step = parents.get(step)
    if team and team.id in above:
        raise Invalid(pointers={"/parent_id": "A team cannot be below itself."}, code="team_cycle")
    if len(above) + (_height(parents, team.id) if team else 1) > DEEPEST:
        raise Invalid(pointers={"/parent_id": f"Teams are at most {DEEPEST} levels deep."})


def _height(parents: dict[UUID, UUID | None], root: UUID) -> int:
    """Levels of the subtree under a team, itself included."""
    level, height = {root}, 0
    while level:
        level, height = {child for child, parent in parents.items() if parent in level}, height + 1
    return height
