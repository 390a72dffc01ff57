"""One piece of planning work, the same in a child of the worker and in the process of `flask plan`."""

from __future__ import annotations

import logging
from uuid import UUID

from server.core.database import db, writing
from server.plans import planning
from server.plans.store import Outcome, Stage
from server.worker import queue
from server.worker.leases import Held

log = logging.getLogger(__name__)


def work(stage: Stage, rep_id: UUID, held: Held) -> str:
    """Plan, and note a failure where the queue sees it.  Returns the outcome, or "failed"."""
    run = planning.repair if stage is Stage.REPAIR else planning.improve
    try:
        return str(run(rep_id, held.valid))
    except Exception as error:
        log.exception("%s of rep %s failed", stage, rep_id)
        db.session.rollback()
        note_failure(rep_id, f"{stage}: {type(error).__name__}: {error}")
        return "failed"
    finally:
        db.session.remove()


def note_failure(rep_id: UUID, message: str) -> None:
    with writing() as session:
        queue.failed(session, rep_id, message)


def lease_name(stage: Stage, rep_id: UUID) -> str:
    """A repair never waits for an improve, so each has a lease of its own."""
    return f"{stage} {rep_id}"


__all__ = ["Outcome", "lease_name", "note_failure", "work"]
