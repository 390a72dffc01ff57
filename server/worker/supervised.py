"""A solver child for a command that plans and waits: the same hard limit on every piece of work as in the worker."""

from __future__ import annotations

import time
from types import TracebackType
from uuid import UUID

from server.core.config import Settings
from server.worker.child import Job
from server.worker.leases import Held
from server.worker.pool import WARM_UP_SECONDS, Child
from server.worker.work import FAILED, note_failure

LOOK_SECONDS = 0.05


class Supervised:
    """Called like `server.worker.work.work`; the child starts with the context and ends with it.

    A piece of work that takes longer than the setting `solver_seconds` is killed, and has failed.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.outcome: str | None = None

    def __enter__(self) -> Supervised:
        self.child = Child(self.settings, "solver", self._finished)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.child.end()

    def __call__(self, kind: str, subject: UUID, held: Held) -> str:
        """The outcome, or "failed" where a person can read why in the rep's planning status."""
        if not self._ready():
            note_failure(subject, f"{kind}: no solver process could be started; its own messages say why")
            return FAILED
        self.outcome = None
        self.child.give(Job(kind, subject, held))
        while self.outcome is None:
            time.sleep(LOOK_SECONDS)
            self.child.listen()
        outcome, _, why = self.outcome.partition(": ")
        if why:  # the child could not say so itself
            note_failure(subject, f"{kind}: {why}")
        return outcome

    def _ready(self) -> bool:
        deadline = time.monotonic() + WARM_UP_SECONDS
        while not self.child.idle and time.monotonic() < deadline:
            time.sleep(LOOK_SECONDS)
            self.child.listen()
        return self.child.idle

    def _finished(self, job: Job, outcome: str) -> None:
        self.outcome = outcome
