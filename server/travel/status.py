"""How it is with road times, for people."""

from __future__ import annotations

from typing import Any

from flask import current_app
from sqlalchemy import func, select

from server.core.config import Settings
from server.core.database import db
from server.travel.asked import connected
from server.travel.engines.faults import Deadline, EngineFault
from server.travel.models import TravelSet
from server.travel.store import sets

PROBE_SECONDS = 2.0


def status_now() -> dict[str, Any]:
    """The source, whether its engine answers now (None: there is none), and what is kept."""
    settings: Settings = current_app.extensions["settings"]
    session = db.session()
    kept = session.execute(
        select(
            func.count(TravelSet.fetched_at), func.count(TravelSet.rep_id).filter(TravelSet.wanting),
            func.count(TravelSet.rep_id).filter(TravelSet.uncovered), func.count(TravelSet.calibration),
            func.coalesce(func.sum(func.length(TravelSet.cells) + func.length(TravelSet.places)), 0),
            func.min(TravelSet.fetched_at), func.max(TravelSet.fetched_at),
        )
    ).one()  # fmt: skip
    engine = _engine(settings)
    return {
        "source": settings.travel,
        **engine,
        "reps_with_roads": kept[0],
        "reps_wanting": kept[1],
        "reps_not_covered": kept[2],
        "reps_calibrated": kept[3],
        "kept_bytes": int(kept[4]),
        "oldest_at": kept[5],
        "newest_at": kept[6],
    }


def _engine(settings: Settings) -> dict[str, Any]:
    connection = connected(settings)
    if connection is None:
        return {"engine": None, "answers": None, "map_version": None, "fault": None}
    said: dict[str, Any] = {"engine": connection.engine.name, "answers": False, "map_version": None, "fault": None}
    if not connection.breaker.allows():
        return {**said, "fault": connection.breaker.fault[:300]}
    first = db.session().scalar(select(TravelSet.rep_id).where(TravelSet.fetched_at.is_not(None)).limit(1))
    kept = sets.load(first) if first is not None else None
    try:
        version = connection.engine.version(kept.places[:1] if kept else [], Deadline(PROBE_SECONDS))
    except EngineFault as fault:
        connection.breaker.failed(str(fault))
        return {**said, "fault": str(fault)[:300]}
    connection.breaker.succeeded()
    return {**said, "answers": True, "map_version": version}
