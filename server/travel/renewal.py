"""What the worker's clock does for road times: asks for what plans lacked and for what is outdated, and has those plans made again.

It is a question to the database, so neither a crash nor an outage of days loses anything.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from uuid import UUID, uuid4

import numpy as np
from flask import current_app
from sqlalchemy import ColumnElement, func, or_, select

from planner.travel import UNREACHABLE
from server.core import clock
from server.core.config import Settings
from server.core.database import db, writing
from server.inputs.service import changed
from server.reps.models import Rep
from server.travel.asked import Connection, connected
from server.travel.engines.faults import Deadline, EngineFault, Gone
from server.travel.filling import fill
from server.travel.models import TravelSet
from server.travel.roads import without_times
from server.travel.store import points, sets
from server.travel.store.sets import Kept

log = logging.getLogger(__name__)

MOST_AT_ONCE = 20  # sets in one look
PROBE_SECONDS = 3.0
FILL_SECONDS = 600.0  # for one set: nobody waits here
UNUSED_DAYS = 30  # after which a place is forgotten
KIND = "roads"
MATTERS_SECONDS, MATTERS_SHARE = 60, 0.05  # less is no reason to plan anew


def renew() -> list[UUID]:
    """One look, in an application context.  Returns the reps whose times have changed."""
    settings: Settings = current_app.extensions["settings"]
    connection = connected(settings)
    if connection is None:
        return []
    _begin_with_all()
    any_set = db.session().scalar(select(TravelSet.rep_id).order_by(TravelSet.fetched_at.desc()).limit(1))
    db.session.rollback()
    if any_set is None or not connection.breaker.allows():
        return []
    version = _version(connection, sets.load(any_set))
    if version is None:
        return []
    told = []
    for rep_id in _due(settings, connection, version):
        gained = _renewed(rep_id, settings, connection, version)
        if gained:
            told.append(rep_id)
        if connection.breaker.open:
            break
    return told


def renew_all() -> tuple[list[UUID], int]:
    """All that is kept, of the same map too.  Returns the reps whose times have changed, and of how many the old ones are still kept.

    EngineFault where there is no engine or it does not answer, and nothing is changed.
    """
    settings: Settings = current_app.extensions["settings"]
    connection = connected(settings)
    if connection is None:
        raise Gone("driving times are estimated (FIELDBEAT_TRAVEL=estimate): there is no engine to ask")
    begun, told = clock.now(), []
    kept = list(db.session().scalars(select(TravelSet.rep_id).where(TravelSet.fetched_at.is_not(None))))
    db.session.rollback()
    first = sets.load(kept[0]) if kept else None
    version = connection.engine.version(first.places[:1] if first else [], Deadline(PROBE_SECONDS))
    for rep_id in kept:
        if _renewed(rep_id, settings, connection, version, anew=True):
            told.append(rep_id)
        if connection.breaker.open:
            break
    left = db.session().scalar(select(func.count(TravelSet.rep_id)).where(TravelSet.fetched_at < begun))
    db.session.rollback()
    return told, left or 0


def _begin_with_all() -> None:
    """Reps who were planned before there was an engine are planned again, a few at a time."""
    query = select(Rep.id).where(Rep.active, Rep.home_lat.is_not(None), Rep.id.not_in(select(TravelSet.rep_id)))
    new = list(db.session().scalars(query.order_by(Rep.id).limit(MOST_AT_ONCE)))
    db.session.rollback()
    if not new:
        return
    with writing() as session:
        session.add_all(TravelSet(rep_id=rep_id, places=b"", cells=b"") for rep_id in new)
        changed(session, new, KIND, detail="planned by road from now on")


def _due(settings: Settings, connection: Connection, version: str) -> list[UUID]:
    """Sets that lack something, are too old, or of another map or engine; the first of them."""
    stale = TravelSet.fetched_at.is_not(None) & _outdated(settings, connection, version)
    query = select(TravelSet.rep_id).where(or_(TravelSet.wanting, stale)).order_by(TravelSet.wanting.desc())
    found = list(db.session().scalars(query.limit(MOST_AT_ONCE)))
    db.session.rollback()
    return found


def _outdated(settings: Settings, connection: Connection, version: str) -> ColumnElement[bool]:
    """Of another engine or map, or too old."""
    edge = clock.now() - timedelta(days=settings.travel_days)
    other = (TravelSet.source != connection.engine.name) | (TravelSet.map_version != version)
    return other | (TravelSet.fetched_at < edge)


def _version(connection: Connection, kept: Kept | None) -> str | None:
    """Of the engine's map; None while it does not answer."""
    try:
        version = connection.engine.version(kept.places[:1] if kept else [], Deadline(PROBE_SECONDS))
    except EngineFault as fault:
        connection.breaker.failed(str(fault))
        return None
    connection.breaker.succeeded()
    return version


def _renewed(rep_id: UUID, settings: Settings, connection: Connection, version: str, anew: bool = False) -> bool:
    """Whether the times of a rep are other ones now.  `anew`: none that is kept is good enough."""
    token = uuid4().hex
    if not sets.claim(rep_id, token, FILL_SECONDS + 60):
        return False
    try:
        before = sets.load(rep_id)
        if before is None:
            return False
        today = clock.now().date()
        begun = before.without(points.unused(before.kept, today, UNUSED_DAYS))
        if anew or _is(rep_id, _outdated(settings, connection, version)):
            begun = without_times(begun)
        after, fault = fill(begun, connection, Deadline(FILL_SECONDS), clock.now())
        if fault is not None and begun.fetched_at is None and before.fetched_at is not None:
            sets.release(rep_id, token)  # what is outdated is better than half of what is new
            return False
        if not sets.save(after, token):
            return False
    except BaseException:
        sets.release(rep_id, token)
        raise
    mended = before.wanting and not after.wanting  # plans were made without, whoever has asked for it since
    if not mended and not differs(before, after):
        return False
    with writing() as session:
        changed(session, [rep_id], KIND, detail="driving times by road have changed")
    log.info("road times of %s are renewed", rep_id)
    return True


def _is(rep_id: UUID, condition: ColumnElement[bool]) -> bool:
    """Whether it holds of the set as it is stored now: while one was waiting for the claim somebody may have renewed it."""
    found = db.session().scalar(select(TravelSet.rep_id).where(TravelSet.rep_id == rep_id, condition))
    db.session.rollback()
    return found is not None


def differs(before: Kept, after: Kept) -> bool:
    """Whether a way of which both know has become noticeably longer or shorter, or was not known before."""
    if before.uncovered != after.uncovered:
        return True
    old = before.of(points.keys(after.kept))[0].astype(float)
    new = after.seconds.astype(float)
    apart = np.abs(old - new)
    matters = (apart > MATTERS_SECONDS) & (apart > MATTERS_SHARE * np.minimum(np.maximum(old, 0), UNREACHABLE))
    return bool(((old < 0) & (new >= 0)).any() or matters.any())
