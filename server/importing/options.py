"""How a file is to be read and what its rows mean, as the user says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import lru_cache

from server.accounts.positions import FILE

KEEP, CLEAR, REPLACE = "keep", "clear", "replace"


@dataclass(frozen=True)
class SegmentRule:
    """Segments by the text of a column: the first pattern that matches (`*` and `?`) decides; none: no segment."""

    column: str
    patterns: tuple[tuple[str, str], ...]

    def segment_of(self, text: str) -> str | None:
        return _first_match(self.patterns, text)


@lru_cache(maxsize=10_000)
def _first_match(patterns: tuple[tuple[str, str], ...], text: str) -> str | None:
    return next((code for pattern, code in patterns if fnmatchcase(text.lower(), pattern.lower())), None)


@dataclass(frozen=True)
class Options:
    """`owner`, `team` and `country` hold for new accounts whose row says nothing itself."""

    mapping: Mapping[str, str] = field(default_factory=dict)
    segment_by: SegmentRule | None = None
    owner: str | None = None
    team: str | None = None
    country: str | None = None
    empty: str = KEEP  # an empty cell leaves what is stored, or clears it
    delimiter: str | None = None
    sheet: str | None = None
    dry_run: bool = False
    source: str = FILE  # who gives the coordinates that the file has
    set_by_hand: str = KEEP  # positions that somebody has set by hand stay, or the file's replace them
