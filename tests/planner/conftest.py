"""Compiled code is kept where the product keeps it, so that only the first run of the tests compiles."""

import os
from pathlib import Path

os.environ.setdefault("NUMBA_CACHE_DIR", str(Path(__file__).parents[2] / "instance" / "numba"))
