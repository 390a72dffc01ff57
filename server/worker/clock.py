"""The clock: what is to happen at certain times.  Its jobs only mark; planning is the loop's affair.

APScheduler looks every few seconds whether something has become due and has not been ticked off for its moment, so that a
worker that was down at half past two does it when it comes back, and a clock change skips or repeats nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from server.company.models import Company
from server.core import clock
from server.core.config import Settings
from server.core.database import db, writing
from server.identity import tokens
from server.inputs.service import changed
from server.places import asking, geocoders
from server.plans.purge import purge
from server.reps.models import Rep
from server.traffic import learning
from server.travel import renewal
from server.worker import leases
from server.worker.finding import Finding
from server.worker.going_on import going_on
from server.worker.models import Tick

log = logging.getLogger(__name__)

LOOK_SECONDS = 20
ROADS_SECONDS = 15
LEASE_SECONDS = 60.0
KEEP = timedelta(days=30)
Job = Callable[[Session], Any]


def nightly(session: Session) -> int:
    """Mark every rep: the horizon rolls on by a day.  Returns how many there are."""
    reps = list(session.scalars(select(Rep.id).where(Rep.active)))
    changed(session, reps, "nightly", detail="the horizon rolls on")
    return len(reps)


def tidy(session: Session) -> None:
    """Thin out what is old."""
    purge(session)
    tokens.purge(session)
    leases.forget_old(session)
    asking.purge(session)
    session.execute(delete(Tick).where(Tick.ran_at < clock.now() - KEEP))


JOBS: dict[str, Job] = {"nightly": nightly, "purge": tidy}
WEEKLY: dict[str, Callable[[], Job]] = {"speeds": learning.stage}  # what takes long is read before the job writes


def start_clock(app: Flask, owner: str) -> BackgroundScheduler:
    """Start the clock of a worker in a thread of its own."""
    scheduler = BackgroundScheduler(daemon=True)
    options = {"max_instances": 1, "coalesce": True, "next_run_time": datetime.now(clock.UTC)}
    scheduler.add_job(look, "interval", seconds=LOOK_SECONDS, args=(app, owner), **options)
    if geocoder := geocoders.geocoder(app.extensions["settings"]):
        finding = Finding(app, owner, geocoder)
        scheduler.add_job(finding.look, "interval", seconds=LOOK_SECONDS, **options)
    scheduler.add_job(look_at_roads, "interval", seconds=ROADS_SECONDS, args=(app,), **options)
    scheduler.start()
    return scheduler


def look(app: Flask, owner: str) -> list[str]:
    """Run what has become due, if this clock holds the lease.  Returns the names of what ran."""
    with going_on(app, "the clock"):
        held = leases.acquire("clock", owner, LEASE_SECONDS)
        night = _moment(app.extensions["settings"]) if held is not None else None
        if held is not None and night is not None:
            ran = [name for name, job in JOBS.items() if _once(night.isoformat(), name, job, held)]
            return ran + _weekly((night - timedelta(days=night.weekday())).isoformat(), owner)
    return []


def look_at_roads(app: Flask) -> list[UUID]:
    """Renew road times; each set is claimed, so that several clocks do not do it twice.  Returns the reps to be planned anew."""
    with going_on(app, "renewing road times"):
        return renewal.renew()
    return []


def _weekly(week: str, owner: str) -> list[str]:
    """Jobs of the week that begins on this Monday: read without any lock, then written as `_once` does."""
    ran = []
    for name, stage in WEEKLY.items():
        if not _ticked(name, week):
            job = stage()
            held = leases.acquire("clock", owner, LEASE_SECONDS)  # reading may take longer than a lease lasts
            if held is not None and _once(week, name, job, held):
                ran.append(name)
    return ran


def _ticked(name: str, moment: str) -> bool:
    done = db.session.get(Tick, (name, moment)) is not None
    db.session.rollback()
    return done


def _once(moment: str, name: str, job: Job, held: leases.Held) -> bool:
    """Run a job for its newest moment, in one transaction with the tick that says so: never twice."""
    if _ticked(name, moment):
        return False
    try:
        with writing() as session:
            if not held.valid(session) or session.get(Tick, (name, moment)) is not None:
                return False
            session.add(Tick(job=name, moment=moment, ran_at=clock.now()))
            session.flush()
            job(session)
    except IntegrityError:  # another clock was faster
        return False
    log.info("%s for %s", name, moment)
    return True


def _moment(settings: Settings) -> date | None:
    """The company's local date whose nightly hour has come last; None before a company is set up."""
    zone = db.session.scalar(select(Company.timezone))
    if zone is None:
        return None
    local = clock.now().astimezone(clock.zone(zone))
    day = local.date() if local.time() >= time.fromisoformat(settings.nightly_at) else local.date() - timedelta(days=1)
    return day
