"""An engine that keeps failing is left alone for a while, so that nobody waits for it again and again."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock

FAILURES = 2  # in a row
SHORTEST, LONGEST = 5.0, 60.0  # seconds of rest, twice as long each time


class Breaker:
    """Of one engine in one process; threads share it.  After a rest one question tries the engine again."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._lock = clock, Lock()
        self._failures, self._rest, self._until = 0, SHORTEST, 0.0
        self.fault = ""

    @property
    def open(self) -> bool:
        """Whether the engine is left alone at this moment; changes nothing."""
        return self._failures >= FAILURES and self._clock() < self._until

    def allows(self) -> bool:
        """Whether to ask now.  Of those who come after a rest the first is let through, the others a rest later."""
        with self._lock:
            if self._failures < FAILURES:
                return True
            if self._clock() < self._until:
                return False
            self._until = self._clock() + self._rest
            return True

    def succeeded(self) -> None:
        with self._lock:
            self._failures, self._rest, self.fault = 0, SHORTEST, ""

    def failed(self, fault: str) -> None:
        with self._lock:
            self._failures += 1
            self.fault = fault
            if self._failures >= FAILURES:
                self._until = self._clock() + self._rest
                self._rest = min(LONGEST, 2 * self._rest)
