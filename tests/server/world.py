"""Two teams with a manager and reps each, and a client that signs in as any of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask
from sqlalchemy import select

from server.accounts.models import Account
from server.core.database import db, writing
from server.identity.access import access_token
from server.identity.models import User
from server.inputs.models import InputChange, RepInputs
from server.reps.models import Rep
from tests import factories as make

FAR_AHEAD = 2**31 - 1


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
        return self.caller(who)(method, path, body, version)

    def caller(self, who: User | Rep) -> Callable[..., Any]:
        """Signs in once; what it returns may be called from any thread."""
        user_id = who.user_id if isinstance(who, Rep) else who.id
        token = access_token(db.session.get_one(User, user_id))

        def call(method: str, path: str, body: Any = None, version: int | None = None) -> Any:
            db.session.rollback()  # requests here share the test's session: let each begin with what is committed
            headers = {"Authorization": f"Bearer {token}"}
            if version is not None:
                headers["If-Match"] = f'"v{version}"'
            return self.app.test_client().open(f"/api/v1{path}", method=method, json=body, headers=headers)

        return call


def build(app: Flask) -> World:
    """No worker runs here: the plans count as current, so that changes are answered with 200 and 201 (see `pending`)."""
    with writing() as session:  # one transaction for all of it
        make.company()
        team, other = make.team(), make.team()
        rep, peer, stranger = make.rep(team.id), make.rep(team.id), make.rep(other.id)
        session.add_all(RepInputs(rep_id=r.id, revision=0, repaired=FAR_AHEAD) for r in (rep, peer, stranger))
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


def pending(rep: Rep) -> None:
    """From now on this rep's plan is behind every change."""
    with writing() as session:
        session.delete(session.get_one(RepInputs, rep.id))


def causes(rep: Rep) -> list[tuple[str, Any, Any]]:
    """(kind, first day, last day) of everything that changed this rep's inputs, oldest first."""
    db.session.rollback()
    query = select(InputChange).where(InputChange.rep_id == rep.id).order_by(InputChange.revision)
    return [(c.kind, c.first_day, c.last_day) for c in db.session.scalars(query)]


def pointers(answer: Any) -> list[str]:
    return [error["pointer"] for error in answer.json.get("errors", [])]
