"""Settings that reps inherit: rep, team, the teams above, company.  The first that speaks wins and is named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, literal, select
from sqlalchemy.orm import Session

from server.company.models import Company
from server.reps.models import Rep, Team


@dataclass(frozen=True)
class Inherited:
    """A value and who said it: "rep", "team <id>" or "company"."""

    value: Any
    source: str


@dataclass(frozen=True)
class Radius:
    """How far the visits of a day may lie from its anchor, and whether that is a rule or has a price.

    minutes : of driving; where it is set it counts, and not the metres.
    """

    metres: Inherited
    minutes: Inherited | None
    hard: Inherited


def lineage(session: Session, team_id: UUID) -> Sequence[Team]:
    """A team and the teams above it, nearest first (one recursive query)."""
    return session.scalars(_lineage(), {"team": team_id}).all()


@cache
def _lineage() -> Any:
    """Put together once: that takes longer than running it, and every repair asks for it."""
    line = (
        select(Team.id, Team.parent_id, literal(0).label("depth"))
        .where(Team.id == bindparam("team"))
        .cte("lineage", recursive=True)
    )
    above = select(Team.id, Team.parent_id, line.c.depth + 1).join(line, Team.id == line.c.parent_id)
    line = line.union_all(above)
    return select(Team).join(line, Team.id == line.c.id).order_by(line.c.depth)


def radius_of(session: Session, rep: Rep) -> Radius:
    """The reach, of which minutes go before metres where one level says both, and hardness are inherited each by itself."""
    teams = lineage(session, rep.team_id)
    company = session.get(Company, 1)
    metres, hard = (_first(name, rep, teams, company) for name in ("radius_metres", "radius_hard"))
    return Radius(metres, _minutes(rep, teams, company), hard)


def approval_of(session: Session, rep: Rep) -> Inherited:
    """Whether improved plans wait for a manager: where the team, or a team above it, says so."""
    asking = next((team for team in lineage(session, rep.team_id) if team.approval), None)
    return Inherited(True, f"team {asking.id}") if asking else Inherited(False, "company")


def _minutes(rep: Rep, teams: Sequence[Team], company: Company | None) -> Inherited | None:
    """Minutes of driving, unless a level that says metres only is nearer."""
    levels: list[tuple[Rep | Team, str]] = [(rep, "rep"), *((team, f"team {team.id}") for team in teams)]
    for row, source in levels:
        if row.radius_minutes is not None:
            return Inherited(row.radius_minutes, source)
        if row.radius_metres is not None:
            return None
    said = company.radius_minutes if company else None
    return None if said is None else Inherited(said, "company")


def _first(name: str, rep: Rep, teams: Sequence[Team], company: Company | None) -> Inherited:
    for row, source in [(rep, "rep"), *((team, f"team {team.id}") for team in teams)]:
        value = getattr(row, name)
        if value is not None:
            return Inherited(value, source)
    default = Company.__table__.columns[name].default
    return Inherited(getattr(company, name) if company else default.arg, "company")
