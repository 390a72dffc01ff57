"""A plugin of pytest by which one module is imported with a fault in it, for what stands outside every function.

FIELDBEAT_MUTANT=planner/check/room.py:3 python -m pytest -x -p tests.mutation.imported tests/planner/check
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from types import CodeType

from tests.mutation.mutants import Mutant, mutants

VARIABLE = "FIELDBEAT_MUTANT"
# That a test fails is enough: a traceback, and what was compared, take ten times as long as most tests.
QUICK = ("-p", "no:cacheprovider", "--tb=no", "--assert=plain")


class Faulty(SourceFileLoader):
    """Finds one module, and compiles it with the fault."""

    def __init__(self, mutant: Mutant) -> None:
        super().__init__(mutant.path.removesuffix(".py").replace("/", "."), str(Path(mutant.path).resolve()))
        self.mutant = mutant

    def find_spec(self, name: str, path: object, target: object = None) -> ModuleSpec | None:
        return spec_from_file_location(name, self.path, loader=self) if name == self.name else None

    def get_code(self, fullname: str) -> CodeType:
        return compile(self.mutant.build(), self.path, "exec")


def found_by(mutant: Mutant, tests: Sequence[str]) -> str | None:
    """The first test that notices it, in a process of its own; None: none does."""
    number = [one.name for one in mutants(Path(mutant.path))].index(mutant.name)
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "tests.mutation.imported", *QUICK, *tests]
    ended = subprocess.run(
        command, env=os.environ | {VARIABLE: f"{mutant.path}:{number}"}, capture_output=True, text=True, check=False
    )
    if not ended.returncode:
        return None
    failed = [line.split()[1] for line in ended.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
    return failed[0] if failed else "the import"


if VARIABLE in os.environ:
    file, _, at = os.environ[VARIABLE].partition(":")
    sys.meta_path.insert(0, Faulty(mutants(Path(file))[int(at)]))
