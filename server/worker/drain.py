"""Work until nothing is left, in this process: `flask plan` and tests.  The same queue, leases and code as the worker's."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from uuid import UUID

from flask import Flask

from server.core.database import db
from server.plans.store import Stage
from server.worker import leases, queue
from server.worker.work import TEAM, lease_name, work

MOST = 10_000  # pieces of work; more means that something plans in circles


def run_until_idle(
    app: Flask, rep_ids: Collection[UUID] | None = None, *, improve: bool = True
) -> list[tuple[Stage, UUID, str]]:
    """Repair, then improve, until no rep (of these) waits; what fails is not tried again.  Returns what was done.

    No debouncing: who calls this wants the plan now.
    """
    done: list[tuple[Stage, UUID, str]] = []
    with app.app_context():
        owner = leases.me()
        for team_id in queue.teams(db.session()) if rep_ids is None else ():
            if held := leases.acquire(lease_name(TEAM, team_id), owner):
                work(TEAM, team_id, held)
                leases.release(held)
        while (piece := next(_waiting(app, rep_ids, improve, done), None)) and len(done) < MOST:
            stage, rep_id = piece
            held = leases.acquire(lease_name(stage, rep_id), owner)
            outcome = "held by another worker" if held is None else work(stage, rep_id, held)
            if held is not None:
                leases.release(held)
            done.append((stage, rep_id, outcome))
        db.session.rollback()
    return done


def _waiting(
    app: Flask, rep_ids: Collection[UUID] | None, improve: bool, done: list[tuple[Stage, UUID, str]]
) -> Iterator[tuple[Stage, UUID]]:
    hopeless = {(stage, rep_id) for stage, rep_id, outcome in done if outcome in ("failed", "held by another worker")}
    session = db.session()
    session.rollback()
    pieces = [(Stage.REPAIR, due.rep_id) for due in queue.repairs(session)]
    if improve:
        pieces += [(Stage.IMPROVE, due.rep_id) for due in queue.improves(session, app.extensions["settings"])]
    session.rollback()
    for piece in pieces:
        if piece not in hopeless and (rep_ids is None or piece[1] in rep_ids):
            yield piece
