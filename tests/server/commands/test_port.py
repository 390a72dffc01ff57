"""A port that is taken is one line with what to do, before anything is installed or created."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from server.commands import port as module

PROGRAM = Path(module.__file__)


@pytest.fixture
def taken():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def _ask(port: object) -> subprocess.CompletedProcess[str]:
    """As `make` does before set-up: without our packages (-I -S)."""
    command = [sys.executable, "-I", "-S", str(PROGRAM)]
    return subprocess.run(command, env={"PORT": str(port)}, capture_output=True, text=True, check=False)


def test_a_taken_port_is_one_line_with_another_to_try(taken):
    result = _ask(taken)
    assert result.returncode == 1
    expected = f"Error: cannot listen on 127.0.0.1:{taken} (Address already in use); choose another port, such as PORT={taken + 1}"
    assert result.stderr.strip() == expected


def test_a_free_port_is_silent(taken):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free = probe.getsockname()[1]
    result = _ask(free)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


@pytest.mark.parametrize("text", ["abc", "0", "65536", "-1"])
def test_a_port_is_a_number(text):
    result = _ask(text)
    assert (result.returncode, result.stderr) == (1, f"Error: PORT is {text!r}; it is a number from 1 to 65535\n")
