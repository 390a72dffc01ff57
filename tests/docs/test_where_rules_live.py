"""What docs/planner.md says of where each rule lives and which tests work it out by hand is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PAGE = Path("docs/planner.md").read_text()


def rows() -> list[list[str]]:
    table = PAGE.split("### Where each rule lives")[1].split("\n## ")[0]
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
    for test in named(row[4]):
        file, name = test.split("::")
        assert f"\ndef {name}(" in Path("tests/planner", file).read_text(), test
