"""Work until nothing is left, in this process: `flask plan` and tests.  The same queue, leases and code as the worker's."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator
from uuid import UUID

from flask import Flask
from sqlalchemy import select

from server.core.database import db
from server.inputs.models import RepInputs
from server.plans.candidate import Stage
from server.worker import leases, queue
from server.worker.leases import Held
from server.worker.work import FAILED, TEAM, lease_name, work

MOST = 10_000  # pieces of work; more means that something plans in circles
LOOK_SECONDS = 0.5  # how often somebody who waits looks again
HELD = "held by another worker"
Done = list[tuple[Stage, UUID, str]]
Run = Callable[[str, UUID, Held], str]


def run_until_idle(
    app: Flask,
    rep_ids: Collection[UUID] | None = None,
    *,
    improve: bool = True,
    patience: float = 0.0,
    waiting: Callable[[], None] = lambda: None,
    run: Run = work,
) -> Done:
    """Repair, then improve, until no rep (of these) waits; what fails is not tried again.  Returns what was done here.

    What another worker has in hand is waited for, `patience` seconds in all: `waiting` is called at every look; what fails
    there has failed here as well.  No debouncing: who calls this wants the plan now.  `run` does each piece: `work` in this
    process without a limit of time, server.worker.supervised in a child with one.
    """
    done: Done = []
    failures: dict[UUID, int] = {}  # the fewest in a row that each rep was seen with: more of them are another worker's
    # long, for nobody renews it while this process works
    lease_seconds = leases.SECONDS + app.extensions["settings"].solver_seconds
    with app.app_context():
        owner, deadline = leases.me(), time.monotonic() + patience
        if rep_ids is None:
            share_out(app, run=run)
        while (piece := next(_waiting(app, rep_ids, improve, done), None)) and len(done) < MOST:
            stage, rep_id = piece
            failed = _failures(rep_id)
            failures[rep_id] = min(failed, failures.get(rep_id, failed))
            if failed > failures[rep_id]:
                done.append((stage, rep_id, FAILED))
                continue
            held = leases.acquire(lease_name(stage, rep_id), owner, lease_seconds)
            if held is None and time.monotonic() < deadline:
                waiting()
                time.sleep(LOOK_SECONDS)
                continue
            outcome = HELD if held is None else run(stage, rep_id, held)
            if held is not None:
                leases.release(held)
            done.append((stage, rep_id, outcome))
        db.session.rollback()
    return done


def share_out(app: Flask, team_ids: Collection[UUID] | None = None, *, run: Run = work) -> None:
    """Give the accounts without an owner of all teams (or of these) to their reps; what another worker does is left to it."""
    with app.app_context():
        owner = leases.me()
        for team_id in queue.teams(db.session()):
            wanted = team_ids is None or team_id in team_ids
            if wanted and (held := leases.acquire(lease_name(TEAM, team_id), owner)):
                run(TEAM, team_id, held)
                leases.release(held)
        db.session.rollback()


def _failures(rep_id: UUID) -> int:
    found = db.session.scalar(select(RepInputs.failures).where(RepInputs.rep_id == rep_id)) or 0
    db.session.rollback()
    return found


def _waiting(app: Flask, rep_ids: Collection[UUID] | None, improve: bool, done: Done) -> Iterator[tuple[Stage, UUID]]:
    hopeless = {(stage, rep_id) for stage, rep_id, outcome in done if outcome in (FAILED, HELD)}
    session = db.session()
    session.rollback()
    pieces = [(Stage.REPAIR, due.rep_id) for due in queue.repairs(session)]
    if improve:
        pieces += [(Stage.IMPROVE, due.rep_id) for due in queue.improves(session, app.extensions["settings"])]
    session.rollback()
    for piece in pieces:
        if piece not in hopeless and (rep_ids is None or piece[1] in rep_ids):
            yield piece
