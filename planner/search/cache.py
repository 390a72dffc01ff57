"""Where the compiled search is kept: one folder for each state of its sources.

numba asks only whether the file of a function has changed, not those of the functions compiled into it, and would go on
with old code.  So the name of the folder carries a fingerprint of all of them.  It lies in the directory that the
environment variable NUMBA_CACHE_DIR names, else beside the sources (numba finds another one where that is read-only).
"""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

import numba

SOURCES = Path(__file__).parent
BASE = Path(os.environ.get("NUMBA_CACHE_DIR") or SOURCES / "__pycache__")


def fingerprint(sources: Path = SOURCES) -> str:
    """Of the sources of the search and the compiler."""
    digest = hashlib.sha256(numba.__version__.encode())
    for source in sorted(sources.glob("*.py")):
        digest.update(source.name.encode() + source.read_bytes())
    return digest.hexdigest()[:16]


def clear_old(base: Path = BASE) -> None:
    """Remove what earlier states of the sources have left."""
    for folder in base.glob("search[-_]*"):
        if folder.is_dir() and folder.name != FOLDER.name:
            shutil.rmtree(folder, ignore_errors=True)


FOLDER = BASE / f"search-{fingerprint()}"
numba.config.CACHE_DIR = str(FOLDER)  # read when a function is decorated, so this module is imported before all others
