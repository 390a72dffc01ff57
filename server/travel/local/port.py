"""The port of our own engine: one installation of a machine has it at a time, and only where nobody else listens.

osrm-routed would not notice: it binds with SO_REUSEPORT, so that two of them share a port without an error and the kernel
spreads the questions over both maps.
"""

from __future__ import annotations

import errno
import socket
from contextlib import suppress

LOOPBACK = "127.0.0.1"
SECONDS = 1.0


def claim(port: int) -> socket.socket | None:
    """The port for ourselves, until this is closed or our process ends; None where somebody has it.

    It is a name that the kernel gives once and takes back by itself (Linux): it keeps two starts at one moment apart,
    both of which would find the port free.
    """
    held = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    try:
        held.bind(_name(port))
    except OSError:
        held.close()
        return None
    if _free(port):
        return held
    held.close()
    return None


def claimed(port: int) -> bool:
    """Whether an installation of this machine runs its engine there."""
    with suppress(OSError, AttributeError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as probe:
        probe.connect(_name(port))
        return True
    return False


def listens(port: int) -> bool:
    with suppress(OSError), socket.create_connection((LOOPBACK, port), SECONDS):
        return True
    return False


def _free(port: int) -> bool:
    """Whether nobody listens; connections that have just ended (SO_REUSEADDR) are nobody."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError as error:
            return error.errno != errno.EADDRINUSE  # anything else the engine itself says
    return True


def _name(port: int) -> bytes:
    return b"\0fieldbeat-roads-%d" % port
