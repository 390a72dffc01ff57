"""Which table holds for a rep, and who says so."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.company.models import Company
from server.reps.models import Rep, Team
from server.reps.settings import lineage
from server.traffic.default import TOWN, VERSION, Bands, default_bands
from server.traffic.models import LearnedSpeeds, SpeedTable

NONE, DEFAULT, OWN, LEARNED = "none", "default", "own", "learned"
OFF, TABLES, LEARNING = "off", "tables", "learned"  # Company.traffic


@dataclass(frozen=True)
class Table:
    """Bands, and where they come from.

    source : none, default, own or learned.  said_by : "team <id>" or "company", of speed_bands that hold as they are.
    version : of the table that the source has.  drives, since, until : what it was learned from.
    """

    bands: Bands
    source: str
    area: str | None = None
    version: int = 0
    said_by: str | None = None
    prior: str | None = None
    drives: int | None = None
    since: date | None = None
    until: date | None = None

    @property
    def key(self) -> str:
        """Of a table that others are learned from."""
        return f"{self.source} {self.version}"

    def label(self) -> dict[str, Any]:
        """As a plan keeps it: which table it was made with."""
        said = {"source": self.source, "area": self.area, "version": self.version, "said_by": self.said_by}
        found = {"prior": self.prior, "drives": self.drives, "since": _iso(self.since), "until": _iso(self.until)}
        return {**said, **found}


@dataclass(frozen=True)
class Tables:
    """All tables of an installation, read once."""

    traffic: str
    own: Mapping[str, SpeedTable] = field(default_factory=dict)
    learned: Mapping[tuple[UUID | None, str], LearnedSpeeds] = field(default_factory=dict)

    def prior(self, area: str) -> Table:
        """What holds where nothing was learned."""
        row = self.own.get(area)
        if row is None:
            return Table(default_bands(area), DEFAULT, area, VERSION)
        return Table(row.bands, OWN, area, row.version)

    def of(self, area: str, team_id: UUID) -> Table:
        prior = self.prior(area)
        if self.traffic == LEARNING:
            for place in (team_id, None):
                row = self.learned.get((place, area))
                if row is not None and holds(row, prior) and differs(row.bands, prior.bands):
                    return _learned(row, prior)
        return prior


def holds(row: LearnedSpeeds, prior: Table) -> bool:
    """Whether what was learned corrects the table of today, for driving times as they are reckoned today."""
    return row.prior == prior.key and row.basis == basis()


def differs(bands: Bands, prior: Bands) -> bool:
    """Whether drives were enough to change anything."""
    return [band["percent"] for band in bands] != [band["percent"] for band in prior]


def basis() -> str:
    """What drives are compared with: an estimate is off by something else than roads are."""
    return "estimate" if current_app.extensions["settings"].travel == "estimate" else "roads"


def table_of(session: Session, rep: Rep) -> Table:
    """What a person wrote for the team or the company holds as it is; else the table of the rep's kind of area."""
    teams = lineage(session, rep.team_id)
    company = session.get(Company, 1)
    saying = next((team for team in teams if team.speed_bands is not None), None)
    if saying is not None:
        return _said(saying.speed_bands or [], f"team {saying.id}", saying.version)
    if company is not None and company.speed_bands:
        return _said(company.speed_bands, "company", company.version)
    if company is None or company.traffic == OFF:
        return Table([], NONE)
    area = kind_of(rep, teams, company)
    return read(session, company.traffic, [area], [rep.team_id]).of(area, rep.team_id)


def kind_of(rep: Rep, teams: Sequence[Team], company: Company | None) -> str:
    """The rep's kind of area, else that of the nearest team which says one, else the company's."""
    rows: list[Rep | Team] = [rep, *teams]
    said = (row.area for row in rows if row.area is not None)
    return next(said, company.area if company else TOWN)


def read(session: Session, traffic: str, areas: Collection[str], teams: Collection[UUID] | None = None) -> Tables:
    """teams : of which what was learned is wanted; None: all."""
    own = session.scalars(select(SpeedTable).where(SpeedTable.area.in_(areas)))
    query = select(LearnedSpeeds).where(LearnedSpeeds.area.in_(areas))
    if teams is not None:
        query = query.where(LearnedSpeeds.team_id.in_(teams) | LearnedSpeeds.team_id.is_(None))
    learned = session.scalars(query) if traffic == LEARNING else ()
    return Tables(traffic, {row.area: row for row in own}, {(row.team_id, row.area): row for row in learned})


def _said(bands: Bands, who: str, version: int) -> Table:
    return Table(bands, OWN if bands else NONE, None, version if bands else 0, who)


def _learned(row: LearnedSpeeds, prior: Table) -> Table:
    return Table(
        row.bands, LEARNED, row.area, row.number, f"team {row.team_id}" if row.team_id else "company", prior.key,
        row.drives, row.since, row.until,
    )  # fmt: skip


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
