"""`python -m server.worker.compiling`: make the planner ready at set-up, and say what is being compiled, and how long already.

The compiled search takes a minute or two, once.  numba tells of every function that it compiles; a thread says it.
"""

from __future__ import annotations

import sys
import time
from threading import Event, Thread
from typing import Any

from numba.core import event

from planner.cli import main

EVERY_SECONDS = 1.0 if sys.stdout.isatty() else 5.0


class Progress(event.Listener):
    """Knows the functions in hand, the innermost last: a function is compiled within the one that calls it."""

    def __init__(self) -> None:
        self.began = time.monotonic()
        self.done = 0
        self.names: list[str] = []

    def on_start(self, event: Any) -> None:
        function = event.data["dispatcher"].py_func
        self.names.append(f"{function.__module__.removeprefix('planner.')}.{function.__name__}")

    def on_end(self, event: Any) -> None:
        self.names.pop()
        self.done += 1

    def line(self) -> str | None:
        """Such as "  34 s  compiling search.insertion.best (41 functions done)"; None where nothing is being compiled."""
        seconds = time.monotonic() - self.began
        names = self.names[:]
        return f"{seconds:4.0f} s  compiling {names[-1]} ({self.done} functions done)" if names else None


def _say(progress: Progress, over: Event) -> None:
    begin, end = ("\r", "\x1b[K") if sys.stdout.isatty() else ("", "\n")  # a terminal shows one line that changes
    said = False
    while not over.wait(EVERY_SECONDS):
        if line := progress.line():
            print(begin + line, end=end, flush=True)
            said = True
    if said and sys.stdout.isatty():
        print()


def warm() -> int:
    """`python -m planner warm` with its progress; returns its exit code."""
    progress, over = Progress(), Event()
    teller = Thread(target=_say, args=(progress, over), daemon=True)
    teller.start()
    try:
        with event.install_listener("numba:compile", progress):
            return main(["warm"])
    finally:
        over.set()
        teller.join()


if __name__ == "__main__":
    sys.exit(warm())
