"""What can go wrong with an engine.  Callers tell these apart by class, people by the sentence."""

from __future__ import annotations

import time


class EngineFault(Exception):
    """The engine gave no numbers that can be used."""


class Gone(EngineFault):
    """It does not listen, hung up, or says that it is unwell."""


class TooSlow(EngineFault):
    """It did not answer in the time that there was."""


class Garbage(EngineFault):
    """It answered something else than what was asked for."""


class Refused(EngineFault):
    """It understood and does not want to; `code` is its own word for why."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}" if message else code)
        self.code = code


class Deadline:
    """How long somebody waits, in seconds from now on."""

    def __init__(self, seconds: float) -> None:
        self.seconds, self._end = seconds, time.monotonic() + seconds

    @property
    def left(self) -> float:
        """Seconds; TooSlow when there are none."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise TooSlow(f"no answer within {self.seconds:g} s")
        return left
