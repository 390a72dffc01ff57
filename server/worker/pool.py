"""Solver children under supervision: started again when they die, killed when they take too long."""

from __future__ import annotations

import logging
import multiprocessing
import os
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

from server.core.config import Settings
from server.worker.child import READY, Job, main

log = logging.getLogger(__name__)

WARM_UP_SECONDS = 900  # the first start on a machine compiles the search
REST_SECONDS = 2.0  # before a child that died is started again
Finished = Callable[[Job, str], None]


class Child:
    """One process and the work it has.  `finished(job, outcome)` is called once for every job, whatever happens.

    patient : it runs at a lower priority than whatever somebody waits for.
    """

    def __init__(self, settings: Settings, name: str, finished: Finished, patient: bool = False) -> None:
        self.settings, self.name, self.finished, self.patient = settings, name, finished, patient
        self.job: Job | None = None
        self.ready = False
        self.started = 0.0
        self.process: Any = None
        self._start()

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe: Connection
        self.pipe, other = context.Pipe()
        self.process = context.Process(
            target=main, args=(other, self.settings, os.getpid(), self.patient), name=self.name, daemon=True
        )
        self.process.start()
        other.close()
        self.ready, self.started = False, time.monotonic()

    @property
    def idle(self) -> bool:
        return self.ready and self.job is None

    def give(self, job: Job) -> None:
        self.job, self.started = job, time.monotonic()
        try:
            self.pipe.send(job)
        except OSError:
            log.warning("%s is gone; its work goes back", self.name)

    def listen(self) -> None:
        """Take what it says, notice that it died, end it when it takes too long."""
        try:
            while self.pipe.poll():
                self._said(self.pipe.recv())
        except (EOFError, OSError):
            self._died("the solver process died")
            return
        if not self.process.is_alive():
            self._died(f"the solver process ended with code {self.process.exitcode}")
        elif time.monotonic() - self.started > self._limit():
            self._died(f"the solver took longer than {self._limit():.0f} s")

    def _limit(self) -> float:
        if not self.ready:
            return WARM_UP_SECONDS
        return self.settings.solver_seconds if self.job else float("inf")

    def _said(self, message: str) -> None:
        if message == READY:
            self.ready = True
            return
        job, self.job = self.job, None
        if job is not None:
            self.finished(job, message)

    def _died(self, why: str) -> None:
        resting = not self.process.is_alive() and time.monotonic() - self.started < REST_SECONDS and self.job is None
        if resting:
            return
        self.end()
        log.error("%s: %s", self.name, why)
        job, self.job = self.job, None
        if job is not None:
            self.finished(job, f"failed: {why}")
        self._start()

    def end(self) -> None:
        self.pipe.close()
        self.process.kill()
        self.process.join(5)
