"""The planning loop: asks the database what is to be planned, and gives it to solver children until nothing is left.

One child only repairs, so that a change never waits for a search; the others search, and help to repair when many reps
wait.  The loop itself does no planning.
"""

from __future__ import annotations

import contextlib
import logging
import signal
import time
from multiprocessing.connection import wait
from types import FrameType
from uuid import UUID

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from server.core.clock import now
from server.core.config import Settings
from server.core.database import db
from server.core.outages import advice, is_outage
from server.plans.candidate import Stage
from server.plans.explain import ahead
from server.worker import leases, queue
from server.worker.child import Job
from server.worker.clock import start_clock
from server.worker.pool import Child
from server.worker.wake import Bell
from server.worker.work import AHEAD, TEAM, failed, lease_name

log = logging.getLogger(__name__)

POLL_SECONDS = 1.0
RENEW_SECONDS = 3.0
TEAM_SECONDS = 30.0
AHEAD_SECONDS = 5.0
FAILED = "failed: "


class Worker:
    """Runs in the main thread of `flask worker` until it is told to stop."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.settings: Settings = app.extensions["settings"]
        self.owner = leases.me()
        self.bell = Bell(self.settings.instance)
        self.running: dict[str, Job] = {}
        self.renewed = time.monotonic()
        self.looked = 0.0
        self.worked_ahead = time.monotonic()
        self.clock = start_clock(app, self.owner)
        self.stopping = False
        self.repairer = Child(self.settings, "repairing solver", self._finished)
        count = max(1, self.settings.solver_processes)
        self.improvers = [
            Child(self.settings, f"improving solver {n}", self._finished, patient=True) for n in range(count)
        ]

    @property
    def children(self) -> list[Child]:
        return [self.repairer, *self.improvers]

    def run(self) -> None:
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        try:
            while not self.stopping:
                self._sleep()
                self._turn()
        finally:
            self._end()

    def _stop(self, _signal: int, _frame: FrameType | None) -> None:
        self.stopping = True
        self.bell.ring()

    def _sleep(self) -> None:
        """Until a child says something, a change rings, or it is time to look again."""
        wait([*self.bell.channels, *(child.pipe for child in self.children if not child.pipe.closed)], self._pause())
        self.bell.silence()

    def _pause(self) -> float:
        with self.app.app_context():
            try:
                dues = queue.improves(db.session(), self.settings) if any(c.idle for c in self.improvers) else []
            except SQLAlchemyError:  # the database is away: the next turn says so
                dues = []
            finally:
                db.session.remove()
        waiting = [
            (due.at - now()).total_seconds()
            for due in dues
            if lease_name(Stage.IMPROVE, due.rep_id) not in self.running
        ]
        return max(0.02, min([POLL_SECONDS, *waiting]))

    def _turn(self) -> None:
        with self.app.app_context():
            try:
                for child in self.children:
                    child.listen()
                self._give_out()
                self._renew()
            except Exception as error:
                if isinstance(error, SQLAlchemyError) and is_outage(error):
                    log.error("%s; trying again", advice(error, db.engine.url))
                else:
                    log.exception("the planning loop stumbled; it goes on")
                time.sleep(POLL_SECONDS)
            finally:
                db.session.remove()

    def _give_out(self) -> None:
        free = [child for child in self.children if child.idle]
        if not free:
            return
        session = db.session()
        session.rollback()
        moment = now()
        repairs = [due.rep_id for due in queue.repairs(session) if due.at <= moment]
        if self.repairer.idle:  # somebody waits for it: before the rest is even asked for
            self._give_first(self.repairer, Stage.REPAIR, repairs)
        searchers = [child for child in free if child is not self.repairer]
        if not searchers:
            return
        session.rollback()
        improves = [due.rep_id for due in queue.improves(session, self.settings) if due.at <= moment]
        session.rollback()
        for child in searchers:
            for kind, subjects in [(Stage.REPAIR, repairs[1:]), (Stage.IMPROVE, improves), (TEAM, self._teams())]:
                if child.idle and subjects:
                    self._give_first(child, kind, subjects)
        if not repairs and (idle := [child for child in searchers if child.idle]):
            self._give_first(idle[0], AHEAD, self._ahead())

    def _teams(self) -> list[UUID]:
        """Teams with accounts to give out: looked at now and then, nobody waits for it."""
        if time.monotonic() - self.looked < TEAM_SECONDS:
            return []
        self.looked = time.monotonic()
        found = queue.teams(db.session())
        db.session.rollback()
        return found

    def _ahead(self) -> list[UUID]:
        """Reps of whom something may be worked out ahead, once changes have been quiet for a while; one of them at a time."""
        running = any(job.kind == AHEAD for job in self.running.values())
        if running or time.monotonic() - self.worked_ahead < AHEAD_SECONDS:
            return []
        self.worked_ahead = time.monotonic()
        found = ahead.due(db.session())
        db.session.rollback()
        return found

    def _give_first(self, child: Child, kind: str, subjects: list[UUID]) -> None:
        """The first of these that nobody is working on."""
        for subject in subjects:
            name = lease_name(kind, subject)
            if name in self.running:
                continue
            held = leases.acquire(name, self.owner)
            if held is not None:
                self.running[name] = Job(kind, subject, held)
                child.give(self.running[name])
                return

    def _finished(self, job: Job, outcome: str) -> None:
        del self.running[lease_name(job.kind, job.subject)]
        log.info("%s of %s: %s", job.kind, job.subject, outcome)
        with self.app.app_context():
            if outcome.startswith(FAILED):
                failed(job.kind, job.subject, outcome.removeprefix(FAILED))
            leases.release(job.held)

    def _renew(self) -> None:
        if self.running and time.monotonic() - self.renewed > RENEW_SECONDS:
            self.renewed = time.monotonic()
            for job in self.running.values():
                if not leases.renew(job.held):
                    log.warning("the lease %s was lost; what the child makes of it will not be stored", job.held.name)

    def _end(self) -> None:
        self.clock.shutdown(wait=False)
        self.bell.close()
        for child in self.children:
            child.end()
        with self.app.app_context(), contextlib.suppress(SQLAlchemyError):  # leases also run out by themselves
            for job in self.running.values():
                leases.release(job.held)
            db.session.remove()
            db.engine.dispose()
