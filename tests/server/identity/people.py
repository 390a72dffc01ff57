"""A small company: two teams under one top, a manager and a rep in each, an admin."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from server.identity.passwords import hash_password
from tests import factories as make

PASSWORD = "correct horse battery"
_hashes: dict[str, str] = {}


def with_password(role: str = "rep", password: str = PASSWORD, **values: Any) -> Any:
    """A user who can sign in; hashing is slow on purpose, so once a password is enough."""
    secret = _hashes.setdefault(password, hash_password(password))
    return make.user(role, password_hash=secret, **values)


def world() -> SimpleNamespace:
    make.company()
    top = make.team(name="Top")
    north, south = make.team(name="North", parent_id=top.id), make.team(name="South", parent_id=top.id)
    below = make.team(name="Below north", parent_id=north.id)
    return SimpleNamespace(
        top=top, north=north, south=south, below=below,
        admin=make.user("admin"), northern=make.user("manager", team_id=north.id), southern=make.user("manager", team_id=south.id),
        north_rep=make.rep(north.id), below_rep=make.rep(below.id), south_rep=make.rep(south.id),
    )  # fmt: skip
