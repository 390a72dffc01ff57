"""The runner itself: which faults it makes, that they are planted, and that a test which notices one is seen to."""

from __future__ import annotations

import sys
from pathlib import Path
from textwrap import dedent
from types import SimpleNamespace

import pytest

from tests.mutation import run
from tests.mutation.fork import Reports, first_failure, in_a_copy, plant
from tests.mutation.mutants import mutants

SOURCE = '''
    from functools import cached_property, lru_cache

    LIMIT = 3


    @lru_cache
    def far(metres: int, most: int = 5) -> bool:
        """Far away?"""
        return metres > most and metres != 7


    class Line:
        def __init__(self, ends: tuple[int, int]) -> None:
            self.first, self.last = ends

        @cached_property
        def length(self) -> int:
            if self.last < self.first:
                raise ValueError(f"{self.last} comes before {self.first}")
            return self.last - self.first + 1

        @property
        def middle(self) -> int:
            return (self.first + self.last) // 2


    def total(lines: list[Line]) -> int:
        most = 0
        for line in lines:
            most += line.length
        return most + sum(line.middle for line in lines if line.length)
'''


@pytest.fixture
def module(tmp_path, monkeypatch):
    """A module of its own, in a folder that is the working directory."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    Path("measure.py").write_text(dedent(SOURCE))
    yield "measure"
    sys.modules.pop("measure", None)


def texts(function: str) -> set[tuple[str, str]]:
    return {(one.before, one.after) for one in mutants(Path("measure.py")) if one.function == function}


def test_the_faults_of_an_expression(module):
    assert texts("far") == {
        ("return metres > most and metres != 7", "return None"),
        ("metres > most and metres != 7", "metres > most or metres != 7"),
        ("metres > most and metres != 7", "metres != 7"),
        ("metres > most and metres != 7", "metres > most"),
        ("metres > most", "metres >= most"),
        ("metres != 7", "metres == 7"),
        ("7", "8"),
        ("7", "6"),
    }


def test_the_faults_of_a_method(module):
    found = texts("Line.length")
    assert ("if self.last < self.first:", "if True:") in found
    assert ("self.last < self.first", "self.last <= self.first") in found
    assert ("self.last", "self.first") in found
    assert not any("comes before" in before for before, _ in found)  # words for people
    assert ("LIMIT = 3", "pass") not in texts("")
    assert {("3", "4"), ("3", "2"), ("5", "6"), ("5", "4")} == texts("")  # what is there once, on import


def test_what_is_gone_through_ends_after_two(module):
    found = texts("total")
    assert ("for line in lines:", "for line in list(lines)[:2]:") in found
    assert ("for line in lines if line.length", "for line in list(lines)[:2] if line.length") in found
    import measure

    (loop,) = [one for one in mutants(Path("measure.py")) if one.after == "for line in list(lines)[:2]:"]

    def work() -> int:
        plant(loop)
        return measure.total([measure.Line((1, length)) for length in (1, 2, 4)])

    right = (1 + 2 + 4) + (1 + 1 + 2)
    assert (in_a_copy(work, 20), measure.total([measure.Line((1, n)) for n in (1, 2, 4)])) == (right - 4, right)


def test_a_fault_keeps_its_name_when_other_lines_move(module):
    before = {one.name: one.code for one in mutants(Path("measure.py"))}
    Path("measure.py").write_text("# a comment\n\n" + dedent(SOURCE).replace("LIMIT = 3", "LIMIT = 3\nOTHER = LIMIT"))
    assert {one.name: one.code for one in mutants(Path("measure.py"))} == before


@pytest.mark.parametrize(
    ("function", "before", "after", "value"),
    [
        ("far", "metres > most", "metres >= most", True),
        ("Line.length", "self.last - self.first", "self.last + self.first", 9),
        ("Line.middle", "2", "3", 2),
    ],
)
def test_a_fault_is_planted_behind_decorators_and_in_a_copy_only(module, function, before, after, value):
    import measure

    def ask() -> object:
        line = measure.Line((3, 5))
        return {"far": measure.far(5), "Line.length": line.length, "Line.middle": line.middle}[function]

    right = measure.far(5), 3, 4
    measure.far.cache_clear()
    (mutant,) = [one for one in mutants(Path("measure.py")) if one.name[1:4] == (function, before, after)]

    def work() -> object:
        plant(mutant)
        return ask()

    assert in_a_copy(work, 20) == value
    assert ask() in right


def test_what_hangs_or_dies_is_noticed():
    def hang() -> None:
        while True:
            pass

    def fail() -> None:
        raise MemoryError

    assert in_a_copy(hang, 0.3) == "died"
    assert in_a_copy(fail, 20) == "died"
    assert in_a_copy(lambda: {"a": 1}, 20) == {"a": 1}


def test_a_test_that_takes_much_more_than_its_time_ends_the_copy():
    def forever(item: object, nextitem: object) -> None:
        while True:
            pass

    def at_once(item: object, nextitem: object) -> None:
        pass

    def ran(*protocols) -> object:
        items = [
            SimpleNamespace(config=SimpleNamespace(hook=SimpleNamespace(pytest_runtest_protocol=p))) for p in protocols
        ]
        return in_a_copy(lambda: first_failure(items, [0.05] * len(items), Reports()) or "passed", 20)

    assert ran(at_once, at_once) == "passed"
    assert ran(at_once, forever) == "died"


def test_a_review_is_read_from_the_document(module, tmp_path, monkeypatch):
    (first, *_) = mutants(Path("measure.py"))
    monkeypatch.setattr(run, "REVIEW", tmp_path / "mutation.md")
    run.REVIEW.write_text(f"# Words\n- {first}: it is the same\n- nothing\n")
    assert run.reviewed() == {first.name}
    known = {one.name: {"found_by": None} for one in mutants(Path("measure.py"))}
    assert run.report([first], known) == 0
    assert run.report(mutants(Path("measure.py")), known) == 1


def test_what_is_known_stays_known_while_the_code_is_the_same():
    mutant = SimpleNamespace(code="c")
    assert run.settled({"code": "c", "found_by": "a test", "tests": "old"}, mutant, "new")
    assert run.settled({"code": "c", "found_by": None, "tests": "new"}, mutant, "new")
    assert not run.settled({"code": "c", "found_by": None, "tests": "old"}, mutant, "new")
    assert not run.settled({"code": "d", "found_by": "a test", "tests": "new"}, mutant, "new")
    assert not run.settled(None, mutant, "new")
    # what survived two seconds of tests may not survive three, or all of them
    survived = {"code": "c", "found_by": None, "tests": "new", "within": 2}
    assert [run.settled(survived, mutant, "new", seconds) for seconds in (1, 2, 3, float("inf"))] == [
        True,
        True,
        False,
        False,
    ]
    assert run.settled(survived | {"within": None}, mutant, "new")
    assert run.settled(survived | {"found_by": "a test"}, mutant, "new")
    assert Reports().failed is None


def test_another_list_of_tests_is_measured_anew(tmp_path, monkeypatch):
    """Also where one is named that was read before, as tests next to the folders are."""
    monkeypatch.chdir(tmp_path)
    Path("tests/planner").mkdir(parents=True)
    Path("tests/planner/test_one.py").write_text("def test_one(): pass\n")
    fewer, more = (run.Run([], tests, None, None, False) for tests in ([], ["tests/planner/test_one.py"]))
    assert fewer.digest() != more.digest()
