"""The judge shares no arithmetic with what it judges."""

import ast
from pathlib import Path

import planner.check

CONTRACT = {
    "planner.cadence.policy",
    "planner.calendar",
    "planner.errors",
    "planner.params",
    "planner.plan",
    "planner.problem",
    "planner.travel",
}


def test_the_checker_imports_the_contract_only():
    folder = Path(planner.check.__file__).parent
    files = sorted(folder.glob("*.py"))
    assert len(files) > 5
    for file in files:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{file.name} imports relatively"
                names = [node.module or ""]
            for name in names:
                if name.startswith("planner"):
                    assert name in CONTRACT or name.startswith("planner.check"), f"{file.name} imports {name}"
