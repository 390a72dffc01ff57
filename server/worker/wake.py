"""The bell that a committed change rings: a datagram socket on the same machine."""

from __future__ import annotations

import contextlib
import logging
import socket
from pathlib import Path

from server.inputs.wake import wake_path

log = logging.getLogger(__name__)


class Bell:
    """Something to wait for.  Without local sockets it never rings by itself, and the loop's own look each second remains."""

    def __init__(self, instance: Path) -> None:
        self._own, self._other = socket.socketpair()
        self._own.setblocking(False)
        self.path = wake_path(instance)
        self.socket = self._bound()

    def _bound(self) -> socket.socket:
        if not hasattr(socket, "AF_UNIX"):
            return self._own
        channel = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        channel.setblocking(False)
        try:
            self.path.unlink(missing_ok=True)  # what a worker that was killed left behind
            channel.bind(str(self.path))
        except OSError as error:
            log.warning("no wake-up socket at %s (%s); changes are seen within a second", self.path, error)
            channel.close()
            return self._own
        return channel

    @property
    def channels(self) -> list[socket.socket]:
        """What to wait for."""
        return list({self.socket, self._own})

    def ring(self) -> None:
        """Wake the loop from a signal handler of this process."""
        with contextlib.suppress(OSError):
            self._other.send(b"!")

    def silence(self) -> None:
        """Swallow what rang: one look at the database answers any number of changes."""
        for channel in self.channels:
            with contextlib.suppress(OSError):
                while channel.recv(64):
                    pass

    def close(self) -> None:
        for channel in {self.socket, self._own, self._other}:
            channel.close()
        with contextlib.suppress(OSError):
            self.path.unlink(missing_ok=True)
