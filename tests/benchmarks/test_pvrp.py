"""The runner for periodic routing: what it reads, plans, writes and judges."""

from __future__ import annotations

import json
import math
import subprocess
import sys

import pytest

from benchmarks import pvrp

# one vehicle, two days; at most 45 long on the first day, 100 on the second; capacity 9.  Customer 1 lies 10 to the east and is
# wanted on both days, 2 lies 10 to the west on either day (code 10 or 01 in bits: 2 or 1), 3 to the north on the second day.
TINY = """1 1 3 2
45 9
100 9
0 0 0 0 0 0 0
1 10 0 1 4 2 1 3
2 -10 0 1 4 1 2 2 1
3 0 10 1 2 1 1 1
"""


@pytest.fixture
def tiny(tmp_path):
    (tmp_path / "tiny.txt").write_text(TINY)
    return tmp_path


def test_the_best_plan_of_a_tiny_one_is_found(tiny) -> None:
    instance = pvrp.read(tiny / "tiny.txt")
    assert instance.points[2].combinations == ((0,), (1,))
    days = pvrp.plan(instance, 0.05, 1)
    # all three would be 10 units; day 1: out to 1 and 2 and back is 40 + 2 of service, no more than 45; day 2: 10 + sqrt(200) + 10
    assert [sorted(tours[0]) for tours in days] == [[1, 2], [1, 3]]
    assert pvrp.distance(instance, days) == pytest.approx(40 + 20 + math.sqrt(200))


@pytest.mark.parametrize(
    ("days", "message"),
    [
        ([[[1, 2]], [[1]]], "3 is visited on"),
        ([[[1, 2, 3]], [[1]]], "lasts"),
        ([[[1, 2]], [[1, 2]]], "2 is visited on"),
        ([[[1]], [[1, 2, 3]]], "carries 10"),
        ([[[1], [2]], [[1, 3]]], "2 vehicles"),
        ([[[2, 2, 1]], [[1, 3]]], "carries 12"),
    ],
)
def test_tours_that_break_a_rule_are_refused(tiny, days, message) -> None:
    with pytest.raises(ValueError, match=message):
        pvrp.distance(pvrp.read(tiny / "tiny.txt"), days)


def test_another_format_is_refused(tmp_path) -> None:
    (tmp_path / "other.txt").write_text("2 1 3 2\n")
    with pytest.raises(ValueError, match="begins with a line 1 m n t"):
        pvrp.read(tmp_path / "other.txt")


def test_lines_and_solutions_are_written(tiny) -> None:
    (tiny / "best.json").write_text(json.dumps({"pvrp": {"tiny": {"value": 74.14}}}))
    command = [sys.executable, "-m", "benchmarks.pvrp", str(tiny), "--seconds", "0.05", "--seeds", "1", "2"]
    command += ["--best", str(tiny / "best.json"), "--out", str(tiny / "out")]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(line["instance"], line["seed"], line["value"], line["gap"]) for line in lines] == [
        ("tiny", 1, 74.14, 0.0),
        ("tiny", 2, 74.14, 0.0),
    ]
    assert all(line["cpu"] < 5 and line["seconds"] > 0 for line in lines)
    written = json.loads((tiny / "out" / "tiny_1.json").read_text())
    assert written["instance"] == "tiny"
    assert pvrp.distance(pvrp.read(tiny / "tiny.txt"), written["days"]) == pytest.approx(74.142, abs=0.001)


def test_all_customers_at_the_depot(tmp_path):
    (tmp_path / "same.txt").write_text("1 1 2 1\n0 9\n0 5 5 0 0 0 0\n1 5 5 0 1 1 1 1\n2 5 5 0 1 1 1 1\n")
    instance = pvrp.read(tmp_path / "same.txt")
    assert pvrp.distance(instance, pvrp.plan(instance, 0.05, 1)) == 0


def test_more_vehicles_than_customers_cost_nothing(tmp_path):
    """Two customers, ten away on either side: at most two of the 100,000 vehicles are planned for."""
    (tmp_path / "many.txt").write_text("1 100000 2 1\n0 9\n0 0 0 0 0 0 0\n1 10 0 0 1 1 1 1\n2 -10 0 0 1 1 1 1\n")
    instance = pvrp.read(tmp_path / "many.txt")
    assert len(pvrp.as_problem(instance).workdays) == 2
    assert pvrp.distance(instance, pvrp.plan(instance, 0.05, 1)) == 40
