"""What docs/planner.md and docs/formulation.md say of where each rule lives and which tests work it out by hand is there."""

from __future__ import annotations

import re
from dataclasses import fields
from importlib import import_module
from pathlib import Path

import pytest

from planner.params import Params
from planner.plan import Objective

PAGE = Path("docs/planner.md").read_text()
FORMULATION = Path("docs/formulation.md").read_text()


def rows(page: str = PAGE, heading: str = "### Where each rule lives") -> list[list[str]]:
    table = page.split(heading)[1].split("\n## ")[0]
    lines = [line for line in table.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[1:]]


def named(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def test_each_rule_has_both_places_and_a_test_of_each() -> None:
    assert len(rows()) > 30
    for rule, _, checker, search, tests in rows():
        assert all(map(named, (checker, search))), rule
        assert len(named(tests)) >= 2, rule


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[0])
def test_files_and_tests_are_there(row: list[str]) -> None:
    for folder, cell in (("planner/check", row[2]), ("planner/search", row[3])):
        for file in named(cell):
            assert (Path(file) if file.startswith("planner/") else Path(folder, file)).is_file(), file
    each_test_is_there(row[4])


def each_test_is_there(cell: str) -> None:
    for test in named(cell):
        file, name = test.split("::")
        assert f"\ndef {name}(" in Path("tests/planner", file).read_text(), test


def function_is_there(package: str, name: str) -> None:
    module, _, function = name.rpartition(".")
    assert hasattr(import_module(f"{package}.{module}"), function), name


CONSTRAINTS = rows(FORMULATION, "## Constraints")


def test_constraints_are_numbered() -> None:
    assert [row[0] for row in CONSTRAINTS] == [str(n + 1) for n in range(len(CONSTRAINTS))]


@pytest.mark.parametrize("row", CONSTRAINTS, ids=lambda row: row[0])
def test_each_constraint_has_its_functions_and_tests(row: list[str]) -> None:
    _, _, checker, search, tests = row
    for package, cell in (("planner.check", checker), ("planner.search", search)):
        assert named(cell)
        for name in named(cell):
            function_is_there(package, name)
    assert len(named(tests)) == 2
    each_test_is_there(tests)


def test_each_part_of_the_objective_is_in_the_formulation_with_its_default() -> None:
    parts = rows(FORMULATION, "## Objective")
    assert {row[0].strip("`") for row in parts} == {field.name for field in fields(Objective)}
    for row in parts:
        (function,) = named(row[2])
        function_is_there("planner.check", function if "." in function else f"cost.{function}")
    stated = re.findall(r"(\w+) = ([\d,]+)`", FORMULATION)
    defaults = [(name, int(value.replace(",", ""))) for name, value in stated if name in Params.__slots__]
    assert len(defaults) > 5
    assert [(name, getattr(Params(), name)) for name, _ in defaults] == defaults
