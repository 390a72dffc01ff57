"""What a command loads: `flask users list` need not wait for the API and the planner, `flask routes` needs all of it."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

HEAVY = ("numpy", "numba", "ortools", "server.apis")
RUN = f"""
import sys
from flask.cli import main
try:
    main()
finally:
    print("loaded:", *(name for name in {HEAVY} if name in sys.modules))
"""


@pytest.mark.parametrize(("command", "loaded"), [("users", set()), ("routes", {"numpy", "server.apis"})])
def test_a_command_loads_what_it_needs(tmp_path, command, loaded):
    env = {"PATH": os.environ["PATH"], "FIELDBEAT_INSTANCE": str(tmp_path)}
    arguments = [sys.executable, "-c", RUN, "--app", "wsgi", command] + ["--help"] * (command == "users")
    done = subprocess.run(arguments, env=env, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert set(lines[-1].removeprefix("loaded:").split()) == loaded
    assert ("/api/v1/accounts" in done.stdout) == (command == "routes")
