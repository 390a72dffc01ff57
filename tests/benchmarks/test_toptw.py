"""The orienteering runner on an instance worked out by hand, and its own judge."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import toptw, toptw_pyvrp

# The depot closes at 10.  West (5 profit) and east (4) are each 3 away in opposite directions: there and back is 6, both are
# 12.  North (2) lies 4 away and is open from 9 on only: home at 13, never.
TINY = """1 1 3 1
0 0
0 0 0 0 0 0 0 0 10
1 -3 0 0 5 1 1 1 0 10
2 3 0 0 4 1 1 1 0 10
3 0 4 0 2 1 1 1 9 10
"""


@pytest.fixture
def tiny(tmp_path) -> Path:
    (tmp_path / "tiny.txt").write_text(TINY)
    return tmp_path


def test_the_best_tours_of_a_tiny_instance(tiny):
    instance = toptw.read(tiny / "tiny.txt")
    assert toptw.plan(instance, 1, 0.05, 1) == [[1]]
    both = toptw.plan(instance, 2, 0.05, 1)
    assert sorted(both) == [[1], [2]]
    assert toptw.profit(instance, both) == 9


def test_the_peer_plans_the_same_instance(tiny):
    instance = toptw.read(tiny / "tiny.txt")
    assert toptw_pyvrp.plan(instance, 1, 0.05, 1) == [[1]]
    assert toptw.profit(instance, toptw_pyvrp.plan(instance, 2, 0.05, 1)) == 9


@pytest.mark.parametrize("tours", [[[1, 2]], [[3]], [[1], [1]]])  # back too late, open too late, twice
def test_the_judge_refuses_what_the_instance_forbids(tiny, tours):
    with pytest.raises(ValueError, match="tiny"):
        toptw.profit(toptw.read(tiny / "tiny.txt"), tours)


def test_lines_and_files_for_others(tiny):
    command = [
        sys.executable,
        "-m",
        "benchmarks.toptw",
        str(tiny),
        "--seconds",
        "0.05",
        "--tours",
        "2",
        "--peer",
        "--out",
        str(tiny),
    ]
    printed = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout
    line, peer = map(json.loads, printed.splitlines())
    assert (peer["instance"], peer["value"], peer["method"]) == ("tiny/2", 9, "pyvrp")
    assert (line["instance"], line["value"], line["seed"]) == ("tiny/2", 9, 1)
    assert {"seconds", "cpu"} <= line.keys()
    kept = json.loads((tiny / "tiny_2.json").read_text())
    assert (kept["instance"], sorted(kept["tours"].values())) == ("tiny/2", [[1], [2]])
