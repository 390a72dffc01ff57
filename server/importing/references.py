"""What rows name in words (segments, reps, teams), looked up among what the user may see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from sqlalchemy import select, true
from sqlalchemy.orm import Session

from server.accounts.models import Segment
from server.identity.models import User
from server.identity.scope import reps_of, teams_of
from server.importing.problems import Problems
from server.reps.models import Rep, Team


@dataclass
class Names:
    """Names in lower case -> what they mean; a name that means two things is in `ambiguous`."""

    noun: str
    unique: str  # what names one of them for certain
    meanings: dict[str, Any] = field(default_factory=dict)
    ambiguous: set[str] = field(default_factory=set)

    def add(self, name: str | None, meaning: Any) -> None:
        if name and self.meanings.setdefault(name.lower(), meaning) != meaning:
            self.ambiguous.add(name.lower())

    def find(self, name: str, row: int | None, column: str | None, problems: Problems) -> Any:
        """What a name means; None, with a problem, where it means nothing or two things."""
        wanted = name.lower()
        if wanted in self.ambiguous:
            problems.error(
                row, column, f"ambiguous_{self.noun}", f"Two {self.noun}s are called so; use {self.unique}.", name
            )
            return None
        if wanted in self.meanings:
            return self.meanings[wanted]
        close = get_close_matches(wanted, self.meanings, n=1) if problems.errors < 100 else []
        hint = f" Did you mean {close[0]!r}?" if close else ""
        problems.error(row, column, f"unknown_{self.noun}", f"There is no such {self.noun}.{hint}", name)
        return None


@dataclass(frozen=True)
class References:
    segments: Names
    owners: Names
    teams: Names


def load(session: Session, user: User | None) -> References:
    """Everything that a row may name; `user` None: an operator at the command line, who may name all."""
    segments, owners, teams = Names("segment", "the code"), Names("rep", "the e-mail or id"), Names("team", "the id")
    _add(segments, ((s.code, (s.code,)) for s in session.scalars(select(Segment))))
    _add(
        segments,
        ((s.code, (s.name,)) for s in session.scalars(select(Segment)) if s.name.lower() not in segments.meanings),
    )
    reps = select(Rep, User.email).outerjoin(User, User.id == Rep.user_id)
    reps = reps.where(Rep.active, reps_of(user) if user else true())
    _add(owners, ((rep.id, (rep.name, email, str(rep.id))) for rep, email in session.execute(reps)))
    visible = select(Team).where(teams_of(user) if user else true())
    _add(teams, ((team.id, (team.name, str(team.id))) for team in session.scalars(visible)))
    return References(segments, owners, teams)


def _add(names: Names, entries: Iterable[tuple[Any, tuple[str | None, ...]]]) -> None:
    for meaning, words in entries:
        for word in words:
            names.add(word, meaning)
