"""python -m tests.mutation [FILE ...]: which faults in the checker and in the cadence rules would no test notice?"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

import pytest

from tests.mutation.imported import QUICK
from tests.mutation.run import TESTS, Run


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("files", nargs="*", type=Path, help="source files; all of " + " and ".join(TESTS))
    parser.add_argument("--function", help="only this one, as FUNCTION or CLASS.METHOD")
    parser.add_argument("--seconds", type=float, help="of tests for each mutant at most, the quickest tests first")
    parser.add_argument("--fresh", action="store_true", help="forget what earlier runs found")
    args = parser.parse_args()
    os.chdir(Path(__file__).parents[2])
    status = 0
    for folder, tests in TESTS.items():
        files = (
            [path for path in args.files if path.is_relative_to(folder)]
            if args.files
            else sorted(Path(folder).glob("*.py"))
        )
        if files:
            run = Run(files, tests, args.function, args.seconds, args.fresh)
            pytest.main([*tests, *QUICK, "--timeout", "0", "--capture=no"], plugins=[run, run.reports])
            status |= run.status
    return status


if __name__ == "__main__":
    sys.exit(main())
