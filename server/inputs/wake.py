"""A nudge to the worker on the same machine.  Only a hint: the worker also looks by itself, so nothing depends on its arrival."""

from __future__ import annotations

import contextlib
import socket
from pathlib import Path

from flask import current_app

SOCKET_NAME = "worker.wake"


def wake_path(instance: Path) -> Path:
    return (instance / SOCKET_NAME).resolve()


def wake_worker() -> None:
    """Nudge the worker of this installation; silent where there is none."""
    worker_answers(current_app.extensions["settings"].instance)


def worker_answers(instance: Path) -> bool:
    """Send one datagram to the worker's socket: whether anybody took it (never on another machine or on Windows)."""
    if not hasattr(socket, "AF_UNIX"):
        return False
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        channel.setblocking(False)
        channel.sendto(b"!", str(wake_path(instance)))
        return True
    return False
