"""python -m planner: solve, check, explain problems in files; print the schema of the files."""

import sys

from planner.cli import main

if __name__ == "__main__":
    sys.exit(main())
