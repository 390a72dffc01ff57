"""The company's own tables, and what they and the learned ones say of a kind of area or a rep."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.company.models import Company
from server.company.service import current
from server.core.database import db, writing
from server.core.errors import NotFound
from server.core.http import check_version
from server.identity.models import User
from server.identity.scope import teams_of, visible_rep
from server.inputs.service import changed
from server.reps.models import Rep, Team
from server.traffic.default import AREAS, Bands
from server.traffic.models import LearnedSpeeds, SpeedTable
from server.traffic.tables import LEARNING, Table, Tables, holds, kind_of, read, table_of

Json = dict[str, Any]
Expect = Callable[[Any], None]
KIND = "speeds_changed"


def shown(user: User) -> Json:
    """All tables, what was learned in the teams that the user sees, and whether plans use them."""
    session = db.session()
    tables, teams = read(session, LEARNING, AREAS), _teams(session, user)
    traffic = current(session).traffic
    return {"traffic": traffic, "items": [_shown(tables, area, traffic, teams) for area in AREAS]}


def one(user: User, area: str) -> Any:
    """The table of one kind of area, with its version (0: the default holds)."""
    session = db.session()
    tables = read(session, LEARNING, [_known(area)])
    return SimpleNamespace(**_shown(tables, area, current(session).traffic, _teams(session, user)))


def put(user: User, area: str, bands: Bands, expect: Expect = check_version) -> Any:
    """Write the company's own table; plans of reps in such areas are made anew."""
    with writing() as session:
        row = session.get(SpeedTable, _known(area))
        expect(row or _none(area))
        if row is None:
            session.add(SpeedTable(area=area, bands=bands))
            _tell(session, area)
        elif row.bands != bands:
            row.bands = bands
            _tell(session, area)
        session.flush()
    return one(user, area)


def remove(area: str, expect: Expect = check_version) -> None:
    """Back to the default."""
    with writing() as session:
        row = session.get(SpeedTable, _known(area))
        expect(row or _none(area))
        if row is None:
            raise NotFound("There is no table of your own for this kind of area; the default holds.")
        session.delete(row)
        _tell(session, area)


def of_rep(user: User, rep_id: UUID) -> Json:
    """What a rep's plans are made with from now on."""
    session = db.session()
    rep = visible_rep(session, user, rep_id)
    table = table_of(session, rep)
    return {"rep_id": rep.id, "traffic": current(session).traffic, **table.label(), "bands": table.bands}


def driving_in(session: Session, area: str) -> list[UUID]:
    """Active reps whose plans a table of this kind of area concerns."""
    return [rep.id for rep, kind in kinds(session) if kind == area]


def kinds(session: Session) -> list[tuple[Rep, str]]:
    """Active reps for whom a table by kind of area holds, with that kind."""
    company = session.get(Company, 1)
    if company is None:
        return []
    teams = {team.id: team for team in session.scalars(select(Team))}
    found = []
    for rep in session.scalars(select(Rep).where(Rep.active).order_by(Rep.id)):
        above = list(_above(teams, rep.team_id))
        own = next((team.speed_bands for team in above if team.speed_bands is not None), None)
        if own is None and not company.speed_bands:
            found.append((rep, kind_of(rep, above, company)))
    return found


def _above(teams: dict[UUID, Team], team_id: UUID | None) -> Iterable[Team]:
    seen: set[UUID] = set()
    while team_id is not None and team_id not in seen:
        seen.add(team_id)
        yield teams[team_id]
        team_id = teams[team_id].parent_id


def _tell(session: Session, area: str) -> None:
    session.flush()
    if current(session).traffic != "off":
        changed(
            session, driving_in(session, area), KIND, subject=f"speed table {area}", detail=f"Speeds in {area} areas"
        )


def _known(area: str) -> str:
    if area not in AREAS:
        raise NotFound(f"There is no such kind of area; there are {', '.join(AREAS)}.")
    return area


def _none(area: str) -> Any:
    return SimpleNamespace(area=area, version=0)


def _teams(session: Session, user: User) -> set[UUID | None]:
    """Whose lessons the user sees; None: what all teams say together."""
    return {None, *session.scalars(select(Team.id).where(teams_of(user)))}


def _shown(tables: Tables, area: str, traffic: str, teams: set[UUID | None]) -> Json:
    prior, row = tables.prior(area), tables.own.get(area)
    seen = [
        (str(team or ""), found) for (team, kind), found in tables.learned.items() if kind == area and team in teams
    ]
    learned = [_learned(found, prior, traffic) for _, found in sorted(seen, key=lambda entry: entry[0])]
    return {
        "area": area, "source": prior.source, "version": row.version if row else 0, "default_version": None if row else prior.version,
        "bands": prior.bands, "learned": learned,
    }  # fmt: skip


def _learned(row: LearnedSpeeds, prior: Table, traffic: str) -> Json:
    names = ("team_id", "version", "basis", "bands", "drives", "since", "until", "learned_at", "changed_at")
    values = {name: getattr(row, "number" if name == "version" else name) for name in names}
    return {**values, "in_use": traffic == LEARNING and holds(row, prior)}
