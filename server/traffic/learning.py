"""Tables corrected by logged drives (docs/decisions/0013-traffic.md): medians, pulled towards what held before, in small steps.

`stage` reads and reckons outside of any write transaction; what it returns writes, in the transaction of the worker's clock.  The
same log gives the same tables, and a look that is cut off has changed nothing.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from server.company.service import current
from server.core import clock
from server.core.database import db
from server.inputs.service import changed
from server.reps.rules import minutes
from server.traffic.default import AREAS, Bands
from server.traffic.drives import Drive, drives_of
from server.traffic.models import LearnedSpeeds
from server.traffic.service import kinds
from server.traffic.tables import LEARNING, Table, Tables, basis, holds, read

log = logging.getLogger(__name__)

FEWEST_DRIVES, FEWEST_DAYS = 20, 5  # of a band; fewer leave it as it was
WEIGHT = 20  # drives that what held before counts as
STEP = 5  # percent points by which a band changes in a look, at most
MATTERS = 2  # percent points: where no band changes by so much, plans stay as they are
LOWEST, HIGHEST = 30, 130  # percent
KIND = "speeds_learned"


@dataclass(frozen=True)
class Lesson:
    """What one area's drives say.  bands : of the prior, with percents that were learned, and `drives`."""

    team_id: UUID | None
    area: str
    prior: str
    bands: Bands
    drives: Sequence[Drive]


Job = Callable[[Session], Any]


def stage() -> Job:
    """Read the log and reckon; none of it is written before the job runs."""
    session = db.session()
    try:
        company = current(session)
        learning = company.version > 0 and company.traffic == LEARNING
        lessons = _lessons(session, clock.today(company.timezone)) if learning else []
    finally:
        session.rollback()
    return lambda session: write(session, lessons)


def _lessons(session: Session, today: date) -> list[Lesson]:
    """Of each kind of area in the whole company, and then of each team's: what all say is where a team's own begins."""
    drives: dict[str, dict[UUID, list[Drive]]] = defaultdict(lambda: defaultdict(list))
    for rep, area in kinds(session):
        drives[area][rep.team_id] += drives_of(session, rep, today)
    tables, found = read(session, LEARNING, AREAS), []
    for area, teams in sorted(drives.items()):
        prior = tables.prior(area)
        everywhere = [drive for team in sorted(teams, key=str) for drive in teams[team]]
        general = learned(prior.bands, everywhere)
        found.append(Lesson(None, area, prior.key, general, everywhere))
        if len(teams) > 1:
            own = [(team, learned(general, teams[team])) for team in sorted(teams, key=str)]
            found += [Lesson(team, area, prior.key, bands, teams[team]) for team, bands in own]
    return found


def learned(prior: Bands, drives: Sequence[Drive]) -> Bands:
    """The bands with the percents that the drives say, as far as there are enough of them.

    (n * median + WEIGHT * prior) / (n + WEIGHT), rounded to whole percents.
    """
    found = []
    for band in prior:
        mine = [drive for drive in drives if _holds(band, drive)]
        percent, count = band["percent"], len(mine)
        if count >= FEWEST_DRIVES and len({drive.day for drive in mine}) >= FEWEST_DAYS:
            middle = median(drive.percent for drive in mine)
            percent = round((count * middle + WEIGHT * percent) / (count + WEIGHT))
        found.append({**band, "percent": min(max(percent, LOWEST), HIGHEST), "drives": count})
    return found


def _holds(band: dict[str, Any], drive: Drive) -> bool:
    first, last = (minutes(band[name]) for name in ("from", "to"))
    return drive.day.weekday() in band["weekdays"] and first <= drive.middle < last


def stepped(before: Bands, wanted: Bands) -> Bands:
    """No band farther than STEP from what held; as it held where nothing changes by as much as MATTERS."""
    pairs = list(zip(before, wanted, strict=True))
    steps = [max(-STEP, min(STEP, new["percent"] - old["percent"])) for old, new in pairs]
    if max(map(abs, steps), default=0) < MATTERS:
        steps = [0] * len(pairs)
    return [{**new, "percent": old["percent"] + step} for (old, new), step in zip(pairs, steps, strict=True)]


def write(session: Session, lessons: Sequence[Lesson]) -> list[UUID]:
    """Write what was learned; returns the reps whose plans are made anew.  What people have changed since it was read is left alone."""
    if not lessons or current(session).traffic != LEARNING:
        return []
    before, reps = read(session, LEARNING, AREAS), kinds(session)
    held = {rep.id: before.of(area, rep.team_id).bands for rep, area in reps}
    rows = dict(before.learned)
    for lesson in lessons:
        prior, row = before.prior(lesson.area), rows.pop((lesson.team_id, lesson.area), None)
        if prior.key == lesson.prior:
            start = _held(before, lesson, row, prior)
            _note(session, row, lesson, stepped(start, lesson.bands))
    for left in rows.values():  # nobody drives there any more
        session.delete(left)
    session.flush()
    after = read(session, LEARNING, AREAS)
    told = [rep.id for rep, area in reps if _percents(after.of(area, rep.team_id).bands) != _percents(held[rep.id])]
    changed(session, told, KIND, detail="Speeds were learned from logged drives")
    log.info("speeds learned from %d drives", sum(len(lesson.drives) for lesson in lessons if lesson.team_id is None))
    return told


def _held(before: Tables, lesson: Lesson, row: LearnedSpeeds | None, prior: Table) -> Bands:
    """What plans of the area saw until now: from there one goes in steps."""
    for known in (row, before.learned.get((None, lesson.area))):
        if known is not None and holds(known, prior):
            return list(known.bands)
    return prior.bands


def _note(session: Session, row: LearnedSpeeds | None, lesson: Lesson, bands: Bands) -> None:
    moment, days = clock.now(), [drive.day for drive in lesson.drives]
    if row is None:
        row = LearnedSpeeds(team_id=lesson.team_id, area=lesson.area, bands=bands, number=1, changed_at=moment)
        session.add(row)
    elif _percents(row.bands) != _percents(bands):
        row.number, row.changed_at = row.number + 1, moment
    row.prior, row.basis, row.bands, row.learned_at = lesson.prior, basis(), bands, moment
    row.drives, row.since, row.until = len(days), min(days, default=None), max(days, default=None)


def _percents(bands: Bands) -> list[Any]:
    """The bands without the counts beside them."""
    return [[band[name] for name in ("weekdays", "from", "to", "percent")] for band in bands]
