"""Malformed files of public instances: told with their line, and the others are run."""

from __future__ import annotations

import subprocess
import sys

import pytest

from benchmarks import pvrp, toptw
from benchmarks.instances import Malformed
from tests.benchmarks import test_pvrp, test_toptw

PERIODIC = [
    ("", "bad.txt: a periodic problem begins with a line 1 m n t"),
    ("1 1 3", "bad.txt: a periodic problem begins with a line 1 m n t"),
    ("1 0 3 2", "bad.txt, line 1: m is 0, not a whole number from 1 on"),
    ("1 1 3 2\n45 9", "bad.txt: ends after 1 lines D Q; there are 2 days"),
    ("1 1 3 2\n45 9\n\nabc 9", "bad.txt, line 4: 'abc' is not a number"),
    ("1 1 3 2\n45 9\n100 nan", "bad.txt, line 3: 'nan' is not a number"),
    ("1 1 3 2\n45\n100 9", "bad.txt, line 2: has 1 numbers where 2 are needed (D Q)"),
    ("1 1 3 2\n45 9\n100 9", "bad.txt: ends after 0 points; 4 are said to follow, the depot first"),
    (
        "1 1 1 2\n45 9\n100 9\n0 0 0 0 0 0 0\n1 10 0 1 4 2",
        "line 5: has 6 numbers where 7 are needed (number x y duration",
    ),
    ("1 1 1 2\n45 9\n100 9\n0 0 0 0 0 0 0\n1 1 0 1 4 1 2 1", "line 5: has 8 numbers where 9 are needed"),
    ("1 1 1 2\n45 9\n100 9\n0 0 0 0 0 0 0\n1 1 0 1 4 1 1 3", "line 5: combination 3 is not of 1 of 2 days"),
    ("1 1 1 2\n45 9\n100 9\n0 0 0 0 0 0 0\n1 1 0 1 4 1 1 4", "line 5: combination 4 is not of 1 of 2 days"),
    ("1 1 1 2\n45 9\n100 9\n0 0 0 0 0 0 0\n1 1 0 -1 4 1 1 1", "line 5: the duration is -1, less than 0"),
    ("1 1 1 1\n0 0\n0 0 0 0 0 0 0\n1 1 0 1 4 1 1 1\n2 1 0 1 4 1 1 1", "line 5: is one point more than the 2"),
    ("1 1 2 1\n0 0\n0 0 0 0 0 0 0\n1 1 0 1 4 1 1 1\n1 1 0 1 4 1 1 1", "line 5: is point 1 where 2 is next"),
    ("1 1 1 1\n0 0\n0 0 0 0 0 0 0\n1 3e9 0 1 4 1 1 1", "line 4: 3e9 is larger than 1,000,000"),
    ("1 1 1 2\n45 9\n100 9\n0 0 0 0 0 0 0\n1 1 0 1 4.5 1 1 1", "line 5: the demand is 4.5, not a whole number from 0"),
]
ORIENTEERING = [
    ("1 1 3 1", "bad.txt: an orienteering problem begins with the lines k v N t and D Q"),
    ("1 1 2 1\n0 0\n0 0 0 0 0 0 0 0 10\n1 -3 0 0 5 1 1 1 0 10", "bad.txt: ends after 2 points; 3 are said to follow"),
    ("1 1 1 1\n0 0\n0 0 0 0 0 0 0 0 10\n1 -3 0 0 5", "line 4: has 5 numbers where 8 are needed"),
    ("1 1 1 1\n0 0\n0 0 0 0 0 0 0 0 10\n1 -3 0 0 5 1 1 1 9 8", "line 4: it opens at 9 and closes at 8"),
    (
        "1 1 1 1\n0 0\n0 0 0 0 0 0 0 0 9\n1 -3 0 0 5 1 1 1 0 9\n2 0 0 0 5 1 1 1 0 9",
        "line 5: is one point more than the 2",
    ),
]


@pytest.mark.parametrize(
    ("runner", "text", "message"), [(pvrp, *case) for case in PERIODIC] + [(toptw, *case) for case in ORIENTEERING]
)
def test_what_is_wrong_is_said_with_its_line(tmp_path, runner, text, message):
    (tmp_path / "bad.txt").write_text(text)
    with pytest.raises(Malformed) as raised:
        runner.read(tmp_path / "bad.txt")
    assert message in str(raised.value)


def test_what_is_no_text(tmp_path):
    (tmp_path / "bad.txt").write_bytes(b"1 1 3 2\n\xff\xfe")
    with pytest.raises(Malformed, match=r"bad\.txt: cannot be read"):
        pvrp.read(tmp_path / "bad.txt")


@pytest.mark.parametrize(("runner", "tiny"), [("pvrp", test_pvrp.TINY), ("toptw", test_toptw.TINY)])
@pytest.mark.parametrize("others", [True, False])
def test_the_others_are_run(tmp_path, runner, tiny, others):
    (tmp_path / "a.txt").write_text("1 1 3 2\nabc")
    if others:
        (tmp_path / "tiny.txt").write_text(tiny)
    command = [sys.executable, "-m", f"benchmarks.{runner}", str(tmp_path), "--seconds", "0.05"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 1
    assert done.stderr == f"{tmp_path / 'a.txt'}, line 2: 'abc' is not a number\n"
    assert ('"instance": "tiny' in done.stdout) is others


OPTIONS = [
    ("pvrp", ["--seconds", "-3"], "'-3' is no number of seconds"),
    ("toptw", ["--seconds", "nan"], "'nan' is no number of seconds"),
    ("toptw", ["--tours", "0"], "'0' is no whole number from 1 on"),
    ("pvrp", ["--instances", "tiny", "p99"], "no p99.txt in"),
    ("pvrp", ["--best", "nowhere.json"], "nowhere.json is no file"),
    ("pvrp", ["--out", "tiny.txt"], "cannot write into tiny.txt"),
    ("toptw", ["--out", "tiny.txt/deeper"], "cannot write into tiny.txt/deeper"),
]


@pytest.mark.parametrize(("runner", "options", "message"), OPTIONS)
def test_wrong_options_are_told_before_anything_is_run(tmp_path, monkeypatch, capsys, runner, options, message):
    module, text = {"pvrp": (pvrp, test_pvrp.TINY), "toptw": (toptw, test_toptw.TINY)}[runner]
    (tmp_path / "tiny.txt").write_text(text)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", [runner, ".", *options])
    with pytest.raises(SystemExit) as ended:
        module.main()
    assert ended.value.code == 2
    printed = capsys.readouterr()
    assert (printed.out, message in printed.err) == ("", True)


def test_how_many_visits_have_no_place_is_said(tmp_path):
    """One vehicle that carries 4 a day on two days, and three customers of 4 who want a visit each."""
    text = "1 1 3 2\n0 4\n0 4\n0 0 0 0 0 0 0\n1 1 0 1 4 1 2 1 2\n2 2 0 1 4 1 2 1 2\n3 3 0 1 4 1 2 1 2\n"
    (tmp_path / "full.txt").write_text(text)
    command = [
        sys.executable,
        "-m",
        "benchmarks.pvrp",
        str(tmp_path),
        "--seconds",
        "0.05",
        "--out",
        str(tmp_path / "o"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    assert '"value": null' in done.stdout
    assert '"left_out": 1' in done.stdout
    assert list((tmp_path / "o").iterdir()) == []
