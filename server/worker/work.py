"""One piece of planning work, the same in a child of the worker and in the process of `flask plan`."""

from __future__ import annotations

import logging
from uuid import UUID

from server.core.database import db, writing
from server.plans import planning
from server.plans.candidate import Stage
from server.plans.explain import ahead
from server.plans.naming import explained
from server.plans.sharing import give_up, share
from server.plans.store import Fence, Outcome
from server.plans.team import assign
from server.worker import queue
from server.worker.leases import Held

log = logging.getLogger(__name__)

TEAM = "team"
AHEAD = "ahead"  # what people may ask for, worked out while there is nothing else to do
FAILED = "failed"


def work(kind: str, subject: UUID, held: Held) -> str:
    """Plan, and note a failure where the queue sees it.  Returns the outcome, or "failed"."""
    run = {Stage.REPAIR: planning.repair, Stage.IMPROVE: planning.improve, TEAM: settle, AHEAD: ahead.work_out}[kind]
    try:
        return str(run(subject, held.valid))
    except Exception as error:
        log.exception("%s of %s failed", kind, subject)
        db.session.rollback()
        failed(kind, subject, f"{type(error).__name__}: {error}")
        return FAILED
    finally:
        db.session.remove()


def settle(team_id: UUID, fence: Fence | None = None) -> Outcome:
    """What a team decides for all its reps: whose the accounts without an owner are, then who makes which visit of shared ones."""
    outcome = assign(team_id, fence)
    if outcome is Outcome.FENCED or team_id not in queue.sharing(db.session()):
        return outcome
    shared = share(team_id, fence)
    return outcome if shared is Outcome.UNCHANGED else shared


def failed(kind: str, subject: UUID, why: str) -> None:
    """Planning that fails is tried again and told; what was only worked out ahead, and what a team shares, is left alone."""
    if kind == AHEAD:
        ahead.give_up(subject, why)
    elif kind == TEAM:
        log.error("what team %s decides for its reps: %s", subject, why)
        give_up(subject)
    else:
        note_failure(subject, f"{kind}: {why}")


def note_failure(rep_id: UUID, message: str) -> None:
    """Where people see it (the rep's planning status, `flask plan`), so with names instead of ids."""
    with writing() as session:
        queue.failed(session, rep_id, explained(session, message))


def lease_name(kind: str, subject: UUID) -> str:
    """A repair never waits for an improve, so each has a lease of its own."""
    return f"{kind} {subject}"
