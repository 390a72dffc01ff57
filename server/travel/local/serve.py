"""Running osrm-routed: started again when it ends, with growing pauses, or when another graph is in use; ended with its parent."""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from server.travel.engines.osrm import SET_PORT
from server.travel.local.graph import Graph, current
from server.travel.local.install import programs

log = logging.getLogger(__name__)

LOOK_SECONDS = 0.5
SHORTEST, LONGEST = 1.0, 60.0  # seconds of pause before it is started again
STEADY_SECONDS = 30.0  # so long alive, it counts as well
LARGEST_TABLE = 2_000  # places a side
END_SECONDS = 5.0
PR_SET_PDEATHSIG = 1


class RoadServer:
    """`osrm-routed` on loopback, as long as `run` does."""

    def __init__(self, roads: Path, port: int, threads: int = 2) -> None:
        self.roads, self.port, self.threads = roads.resolve(), port, threads
        self.process: subprocess.Popen[bytes] | None = None
        self.graph: Graph | None = None
        self._stop = threading.Event()
        self._pause, self._started, self._not_before = SHORTEST, 0.0, 0.0
        self._name: socket.socket | None = None

    def run(self) -> None:
        """Until `stop`; needs no graph to begin with."""
        try:
            while not self._stop.is_set():
                self.look()
                self._stop.wait(LOOK_SECONDS)
        finally:
            self._end()
            if self._name is not None:
                self._name.close()
                self._name = None

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
            self._start(graph)

    def _start(self, graph: Graph) -> None:
        if not self._has_port():
            log.error("port %d is taken, by another Fieldbeat perhaps: end that, or %s", self.port, SET_PORT)
            self._rest()
            return
        program = programs(self.roads) / "bin" / "osrm-routed"
        command = [
            str(program), "--algorithm", "ch", "--ip", "127.0.0.1", "--port", str(self.port), "--threads", str(self.threads),
            "--max-table-size", str(LARGEST_TABLE), "--verbosity", "WARNING", str(graph.base(self.roads)),
        ]  # fmt: skip
        self.graph, self._started = graph, time.monotonic()
        try:
            self.process = subprocess.Popen(command, preexec_fn=_dying_with(os.getpid()))  # noqa: S603
        except OSError as error:
            log.error("the road engine cannot be started: %s", error)
            self._rest()
            return
        log.info("the road engine serves %s on port %d", graph.extract, self.port)

    def _has_port(self) -> bool:
        """Whether the port is ours.  osrm-routed shares its port with others of its kind, and each question would reach any of them:
        so who runs one holds a name of the kernel's for the port, which goes with the process."""
        if self._name is None:
            name = socket.socket(socket.AF_UNIX)
            try:
                name.bind(f"\0fieldbeat-roads-{self.port}")
            except OSError:
                name.close()
                return False
            self._name = name
        with socket.socket() as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # closed connections do not count
            try:
                tried.bind(("127.0.0.1", self.port))
            except OSError:
                return False
        return True

    def _died(self) -> None:
        assert self.process is not None
        log.error(
            "the road engine ended with code %d; it is started again in %.0f s", self.process.returncode, self._pause
        )
        self.process = None
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
        self.process = None


def _dying_with(parent: int) -> Callable[[], None] | None:
    """Has the kernel end the engine when we end, however that happens (Linux)."""
    if sys.platform != "linux":
        return None
    library = ctypes.CDLL(None, use_errno=True)  # loaded here: between fork and exec nothing may be

    def prepare() -> None:
        library.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)

    return prepare
