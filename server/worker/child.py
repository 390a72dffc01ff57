"""A solver child: spawned, warmed, and then given one piece of work after the other through a pipe.

Solving happens only in such children: OR-Tools holds the interpreter's lock while it works, so a process that solves can
neither answer requests nor renew leases.
"""

from __future__ import annotations

import gc
import logging
import os
import signal
from dataclasses import dataclass
from multiprocessing.connection import Connection
from uuid import UUID

from server.core.config import Settings
from server.worker.leases import Held
from server.worker.mortal import die_with

READY = "ready"
NICENESS = 10  # of a search: it fills the processor for a minute, and a repair or an answer needs it for a moment


@dataclass(frozen=True)
class Job:
    """One piece of work; `kind` is repair, improve (of a rep) or team (whose accounts without an owner are given out)."""

    kind: str
    subject: UUID
    held: Held


def main(pipe: Connection, settings: Settings, parent: int, patient: bool = False) -> None:
    """Warm up, say so, then work until the pipe closes.  A patient child lets all others have the processor first."""
    gc.disable()  # until it is warm: nothing of what it loads is garbage
    die_with(parent)
    if patient and hasattr(os, "nice"):
        os.nice(NICENESS)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent ends its children itself
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    logging.basicConfig(level=settings.log_level)
    from server import create_core
    from server.edges import logs
    from server.worker.warm import warm
    from server.worker.work import work

    logs.configure(settings)
    app = create_core(settings)
    warm()
    gc.collect()
    gc.freeze()  # modules and compiled code stay for ever: collections need not look at them while somebody waits
    gc.enable()
    pipe.send(READY)
    while True:
        try:
            job: Job = pipe.recv()
            with app.app_context():
                outcome = work(job.kind, job.subject, job.held)
            pipe.send(outcome)
        except (EOFError, OSError):  # the parent is gone
            return
