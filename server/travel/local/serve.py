"""Running osrm-routed: started again when it ends, with growing pauses, or when another graph is in use; ended with its parent.

Where somebody listens on its port already it is not started; it takes the port when that is free.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path

from server.travel.engines.faults import Deadline, EngineFault
from server.travel.local import port as ports
from server.travel.local.children import dying_with
from server.travel.local.engine import OwnOsrm
from server.travel.local.graph import Graph, current
from server.travel.local.install import programs

log = logging.getLogger(__name__)

LOOK_SECONDS = 0.5
SHORTEST, LONGEST = 1.0, 60.0  # seconds of pause before it is started again
STEADY_SECONDS = 30.0  # so long alive, it counts as well
LARGEST_TABLE = 2_000  # places a side
END_SECONDS = 5.0
TAKEN_SECONDS = 3.0  # between two looks at a port that is taken
PROBE_SECONDS = 2.0


class RoadServer:
    """`osrm-routed` on loopback, as long as `run` does."""

    def __init__(self, roads: Path, port: int, threads: int = 2) -> None:
        self.roads, self.port, self.threads = roads.resolve(), port, threads
        self.process: subprocess.Popen[bytes] | None = None
        self.graph: Graph | None = None
        self._claim: socket.socket | None = None  # on the port, while the engine runs
        self._engine, self._said = OwnOsrm(self.roads, port), ""
        self._stop = threading.Event()
        self._pause, self._started, self._not_before = SHORTEST, 0.0, 0.0

    def run(self) -> None:
        """Until `stop`; needs no graph to begin with."""
        try:
            while not self._stop.is_set():
                self.look()
                self._stop.wait(LOOK_SECONDS)
        finally:
            self._end()

    def stop(self) -> None:
        self._stop.set()

    def look(self) -> None:
        """One look: start what should run and does not."""
        graph = current(self.roads)
        if self.process is not None and graph != self.graph:
            log.info("another graph is in use: the road engine starts again")
            self._end()
            self._not_before = 0.0
        if self.process is not None and self.process.poll() is not None:
            self._died()
        if self.process is None and graph is not None and time.monotonic() >= self._not_before:
            self._claim = ports.claim(self.port)
            if self._claim is None:
                self._taken()
            else:
                self._start(graph)

    def _taken(self) -> None:
        """Look again soon; what is the matter is said once."""
        self._not_before = time.monotonic() + TAKEN_SECONDS
        if not ports.listens(self.port):
            return  # another one is about to start
        level, said = self._who()
        if said != self._said:
            log.log(level, "the road engine is not started: %s", said)
        self._said = said

    def _who(self) -> tuple[int, str]:
        """Who listens on the port, for the log."""
        try:
            self._engine.version([], Deadline(PROBE_SECONDS))
        except EngineFault as fault:
            return logging.ERROR, str(fault)
        return logging.INFO, f"one with the same map runs on port {self.port} already, and is used"

    def _start(self, graph: Graph) -> None:
        program = programs(self.roads) / "bin" / "osrm-routed"
        command = [
            str(program), "--algorithm", "ch", "--ip", "127.0.0.1", "--port", str(self.port), "--threads", str(self.threads),
            "--max-table-size", str(LARGEST_TABLE), "--verbosity", "WARNING", str(graph.base(self.roads)),
        ]  # fmt: skip
        self.graph, self._started = graph, time.monotonic()
        try:
            self.process = subprocess.Popen(command, preexec_fn=dying_with(os.getpid()))  # noqa: S603
        except OSError as error:
            log.error("the road engine cannot be started: %s", error)
            self._let_go()
            self._rest()
            return
        self._said = ""
        log.info("the road engine serves %s on port %d", graph.extract, self.port)

    def _died(self) -> None:
        assert self.process is not None
        log.error(
            "the road engine ended with code %d; it is started again in %.0f s", self.process.returncode, self._pause
        )
        self._let_go()
        if time.monotonic() - self._started > STEADY_SECONDS:
            self._pause = SHORTEST
        self._rest()

    def _rest(self) -> None:
        self._not_before = time.monotonic() + self._pause
        self._pause = min(LONGEST, 2 * self._pause)

    def _end(self) -> None:
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self._let_go()

    def _let_go(self) -> None:
        """The engine has ended: others may have the port."""
        self.process = None
        if self._claim is not None:
            self._claim.close()
            self._claim = None
