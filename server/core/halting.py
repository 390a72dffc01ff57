"""Points of planning at which a process can be made to stop, so that a test can kill it exactly there.

`FIELDBEAT_HALT_AT=repair solved` stops it (SIGSTOP); whoever watches kills it or lets it go on (SIGCONT).
"""

from __future__ import annotations

import os
import signal
from enum import StrEnum

from flask import current_app


class Point(StrEnum):
    """In the order in which a plan gets there."""

    READ = "read"  # the problem is built
    SOLVED = "solved"
    JUDGED = "judged"
    STORED = "stored"  # written, not committed: nobody sees it
    PUBLISHED = "published"  # committed; the problem is not kept yet, the lease not released


POINTS = tuple(f"{stage} {point}" for stage in ("repair", "improve") for point in Point)


def reached(stage: str, point: Point) -> None:
    """Stop here if the settings say so."""
    if current_app.extensions["settings"].halt_at == f"{stage} {point}":
        os.kill(os.getpid(), signal.SIGSTOP)
