"""Two teams with a manager and reps each, and a client that signs in as any of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask
from sqlalchemy import select

from server.accounts.models import Account
from server.core.database import db
from server.identity.access import access_token
from server.identity.models import User
from server.inputs.models import InputChange
from server.reps.models import Rep
from tests import factories as make


@dataclass
class World:
    """`rep` owns `account`; `peer` is in the same team and owns `peers_account`; `stranger` is in another team."""

    app: Flask
    admin: User
    manager: User
    rep: Rep
    peer: Rep
    stranger: Rep
    account: Account
    peers_account: Account
    foreign_account: Account

    def call(self, who: User | Rep, method: str, path: str, body: Any = None, version: int | None = None) -> Any:
        user_id = who.user_id if isinstance(who, Rep) else who.id
        headers = {"Authorization": f"Bearer {self._token(user_id)}"}
        if version is not None:
            headers["If-Match"] = f'"v{version}"'
        return self.app.test_client().open(f"/api/v1{path}", method=method, json=body, headers=headers)

    def _token(self, user_id: Any) -> str:
        return access_token(db.session.get_one(User, user_id))


def build(app: Flask) -> World:
    make.company()
    team, other = make.team(), make.team()
    rep, peer, stranger = make.rep(team.id), make.rep(team.id), make.rep(other.id)
    return World(
        app=app,
        admin=make.user("admin"),
        manager=make.user("manager", team_id=team.id),
        rep=rep,
        peer=peer,
        stranger=stranger,
        account=make.account(owner_id=rep.id, team_id=team.id),
        peers_account=make.account(owner_id=peer.id, team_id=team.id),
        foreign_account=make.account(owner_id=stranger.id, team_id=other.id),
    )


def causes(rep: Rep) -> list[tuple[str, Any, Any]]:
    """(kind, first day, last day) of everything that changed this rep's inputs, oldest first."""
    db.session.rollback()
    query = select(InputChange).where(InputChange.rep_id == rep.id).order_by(InputChange.revision)
    return [(c.kind, c.first_day, c.last_day) for c in db.session.scalars(query)]


def pointers(answer: Any) -> list[str]:
    return [error["pointer"] for error in answer.json.get("errors", [])]
