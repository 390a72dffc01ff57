"""Whether the address to listen on is free, asked before anything that takes long.

Runs as a program too, `python server/commands/port.py`, before anything is installed: the standard library only.
"""

from __future__ import annotations

import os
import socket
import sys


def taken(host: str, port: int) -> str | None:
    """Why nothing can listen there, and what to do, in one line; None: it is free."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            reason = error.strerror or error
            return f"cannot listen on {host}:{port} ({reason}); choose another port, such as PORT={_other(port)}"
    return None


def _other(port: int) -> int:
    return port + 1 if port < 65_535 else 8000


def _main() -> int:
    host, port = os.environ.get("FIELDBEAT_HOST") or "127.0.0.1", os.environ.get("PORT") or "8000"
    if not port.isdecimal() or not 0 < int(port) < 65_536:
        print(f"Error: PORT is {port!r}; it is a number from 1 to 65535", file=sys.stderr)
        return 1
    if problem := taken(host, int(port)):
        print(f"Error: {problem}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(_main())
