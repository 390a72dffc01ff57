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
    """Send one datagram to the worker's socket; silent where there is none (another machine, Windows, no worker)."""
    path = wake_path(current_app.extensions["settings"].instance)
    if not hasattr(socket, "AF_UNIX"):
        return
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        channel.setblocking(False)
        channel.sendto(b"!", str(path))
