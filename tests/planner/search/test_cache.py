"""Compiled code is never older than the sources."""

import shutil
from pathlib import Path

from planner.search import cache
from planner.search.anneal import search


def test_every_source_counts(tmp_path):
    copy = Path(shutil.copytree(cache.SOURCES, tmp_path / "search"))
    assert cache.fingerprint(copy) == cache.fingerprint()
    with (copy / "chance.py").open("a") as source:  # compiled into all the others
        source.write("\n")
    assert cache.fingerprint(copy) != cache.fingerprint()


def test_compiled_code_is_kept_by_fingerprint():
    assert Path(search.stats.cache_path).is_relative_to(cache.FOLDER)


def test_old_code_is_removed_and_nothing_else(tmp_path):
    for name in ("search-0123456789abcdef", "search_old", "other", cache.FOLDER.name):
        (tmp_path / name / "within").mkdir(parents=True)
    cache.clear_old(tmp_path)
    assert sorted(folder.name for folder in tmp_path.iterdir()) == sorted(["other", cache.FOLDER.name])
