"""A real `flask worker` process, watched and killed from outside."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from server.core.config import Settings

ROOT = Path(__file__).resolve().parents[3]
WARM_UP = 280.0  # seconds: the first start on a machine compiles the search


class WorkerProcess:
    """Started in a session of its own, so that everything it starts can be found by that session."""

    def __init__(self, settings: Settings, **environment: str) -> None:
        env = {
            **{name: value for name, value in os.environ.items() if not name.startswith("FIELDBEAT_")},
            "FIELDBEAT_INSTANCE": str(settings.instance),
            "DATABASE_URL": settings.database,
            "SECRET_KEY": settings.secret_key,
            "FIELDBEAT_PLAN_DEBOUNCE_MS": "50",
            **environment,
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "wsgi", "worker"], cwd=ROOT, env=env, start_new_session=True
        )

    def family(self) -> list[int]:
        """Living processes of its session, itself included; zombies do not live."""
        return [pid for pid, state in self._states().items() if state != "Z"]

    def halted(self) -> list[int]:
        """Those that stopped at FIELDBEAT_HALT_AT."""
        return [pid for pid, state in self._states().items() if state == "T"]

    def niceness(self) -> list[int]:
        """Of each process of its family: the higher, the later its turn."""
        return [os.getpriority(os.PRIO_PROCESS, pid) for pid in self.family()]

    def _states(self) -> dict[int, str]:
        found = {}
        for entry in Path("/proc").iterdir():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split() if entry.name.isdigit() else []
            except OSError:
                continue
            if fields and int(fields[3]) == self.process.pid:
                found[int(entry.name)] = fields[0]
        return found

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)

    def end(self) -> int:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)

    def clean_up(self) -> None:
        """Whatever a failed test left alive: only processes of this session."""
        if self.process.poll() is None:
            self.kill()
        for pid in self.family():
            os.kill(pid, signal.SIGKILL)


def until(condition: Callable[[], bool], seconds: float, what: str) -> None:
    """Wait for something that another process does."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds:.0f} s: {what}"
        time.sleep(0.1)  # looking costs processor time, which the other process needs
